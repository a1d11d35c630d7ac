"""Material on the dashboard: tiles, one table at a time, charts, and for every figure the rows whose sum it is (RPT-11, RPT-06)."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from materials.models import Item
from materials.services import (
    SlipLine,
    approve_supplement,
    carry_out,
    decide_disposal,
    draft_disposal,
    issue,
    request_supplement,
    return_material,
)
from people.models import OrgSpan
from tests.factories.materials import make_bin, make_store
from tests.factories.people import night_shift, org
from tests.factories.plans import LineFactory, ReportFactory

pytestmark = [pytest.mark.django_db, pytest.mark.req("RPT-11")]
MATERIAL = "/months/2026-10?by=material"


@pytest.fixture(autouse=True)
def october(time_machine):
    time_machine.move_to("2026-10-20T10:00:00+08:00", tick=False)


@pytest.fixture
def store(plant):
    """Team A1 drew 120 kg in workshop A and, after its move on the 20th, 100 kg in B; 20 of them by a supplement; 4 kg are spoilt."""
    store = make_store(plant)
    Item.objects.filter(pk=store.steel.pk).update(standard_cost=Decimal(5))
    make_bin("Q-01", "quarantine")
    asked = request_supplement(
        order=store.order, item=store.steel, quantity=Decimal(20), reason="scrap", note="burnt", receiver=store.welder,
        by=plant.person("tld", plant.a1),
    )  # fmt: skip
    approve_supplement(supplement=asked, by=store.manager, is_above_first_tier_allowed=True)
    handed = {"order": store.order, "receiver": store.welder, "by": store.keeper, "receiver_signed": True}
    for quantity, on in ((120, 19), (100, 20)):
        issue(lines=[SlipLine(store.steel, Decimal(quantity))], business_date=date(2026, 10, on), **handed)
    return_material(lines=[SlipLine(store.steel, Decimal(4))], return_type="operation_defect", **handed)
    for good, on in ((40, 19), (60, 20)):
        LineFactory(report=ReportFactory(team=plant.a1, business_date=date(2026, 10, on)), order=store.order,
                    product=store.order.product, good_qty=good)  # fmt: skip
    OrgSpan.objects.create(node=plant.a1, name="team A1", parent=plant.b, valid_from=date(2026, 10, 20))
    return store


@pytest.fixture
def manager(store, signed_in):
    return signed_in(store.manager)


def tiles_of(answer):
    return {tile.kpi.code: tile for tile in answer.context["tiles"]}


@pytest.mark.req("RPT-06")
def test_the_tiles_say_use_against_standard_supplements_and_loss(manager):
    """220 kg drawn for 100 pieces of 2.00 kg is 10 % above the standard of 200."""
    tiles = tiles_of(manager.get(MATERIAL))

    variance = tiles["material_variance_pct"]
    assert (variance.value, variance.bound, variance.state) == ("10.0", "≤ 5.0", "off_target")
    assert {code: tiles[code].value for code in ("net_issue_value", "supplements", "supplement_value", "material_loss_value")} == {
        "net_issue_value": "1,100.00", "supplements": "1", "supplement_value": "100.00", "material_loss_value": "20.00",
    }  # fmt: skip


def figures_of(answer):
    yield from ((cell.url, column.kpi, cell) for row in answer.context["table"].rows
                for column, cell in zip(answer.context["table"].columns, row.cells, strict=True))  # fmt: skip


@pytest.mark.parametrize("where", ["org=P", "org=B", "org=A1", "org=A1&in=B", "org=BS"])
def test_every_figure_opens_rows_whose_sum_it_is(manager, store, where):
    """Also of a team that moved between workshops, of its part in one of them, and of a section."""
    OrgSpan.objects.create(node=org("BS", "section", store.plant.b), name="BS", parent=store.plant.b, valid_from=date(2026, 10, 2))
    OrgSpan.objects.filter(node=store.plant.a1, valid_from=date(2026, 10, 20)).update(
        parent=OrgSpan.objects.filter(node__code="BS").first().node
    )
    opened, codes = 0, set()
    for key, _title in manager.get(f"{MATERIAL}&{where}").context["tables"]:
        page = manager.get(f"{MATERIAL}&{where}&show={key}")
        assert page.context["table"].key == key
        for url, kpi, cell in figures_of(page):
            if not url or cell.value is None or kpi.is_rate:
                continue
            quantity, value = manager.get(url).context["sums"]
            rows = manager.get(url).context["rows"]
            assert value.value == sum(row["value"].value for row in rows), url
            if kpi.fixed_places == 2:
                assert cell.value == value.value, (kpi.code, url)
            elif kpi.unit == "":
                assert cell.value == quantity.value == sum(row["quantity"].value for row in rows), (kpi.code, url)
            opened += 1
            codes.add(kpi.code)
    assert opened > 20
    assert "material_loss_value" in codes


def test_the_filters_narrow_the_material_and_stay_in_every_address(manager, store):
    product = store.order.product.code
    page = manager.get(f"{MATERIAL}&org=A1&in=B&product={product}&show=item-use")

    assert tiles_of(page)["net_issue_value"].value == "500.00"
    addresses = [tile.url for tile in page.context["tiles"]] + [chart["light"] for chart in page.context["charts"]]
    assert all(f"product={product}" in address and "org=A1" in address and "in=B" in address for address in addresses)
    other = LineFactory(report=ReportFactory(team=store.plant.a1, business_date=date(2026, 10, 2))).product.code
    assert "No material was drawn" in manager.get(f"{MATERIAL}&product={other}").content.decode()
    opened = manager.get("/months/open", {"month": "2026-09", "was": "P", "plant": "P", "by": "material", "show": "item-use"})
    assert opened.url == "/months/2026-09?org=P&by=material&show=item-use"


def test_one_shift_narrows_output_and_says_why_it_has_no_material(manager, store):
    night = night_shift()
    LineFactory(report=ReportFactory(team=store.plant.b1, business_date=date(2026, 10, 5), shift=night), good_qty=77)

    of_night = manager.get("/months/2026-10?shift=NIGHT")
    assert tiles_of(of_night)["good"].value == "77"
    assert all("shift=NIGHT" in tile.url for tile in of_night.context["tiles"])
    assert "not by shift" in manager.get(f"{MATERIAL}&shift=NIGHT").content.decode()
    assert manager.get("/months/2026-10?shift=NOON").status_code == 404
    assert manager.get("/months/open", {"month": "2026-10", "shift": "NIGHT"}).url == "/months/2026-10?shift=NIGHT"


def test_charts_and_workbook_of_the_material(manager):
    page = manager.get(MATERIAL)
    assert len(page.context["charts"]) == 3
    for chart in page.context["charts"]:
        assert manager.get(chart["dark"]).content.startswith(b"<?xml")
    assert manager.get(reverse("month-chart", args=["2026-10", "efficiency", "light"]), {"by": "material"}).status_code == 404

    book = openpyxl.load_workbook(io.BytesIO(manager.get(page.context["xlsx_url"]).content))
    assert "Item STEEL" in str([sheet["A2"].value for sheet in book.worksheets])


def test_teams_off_target_lead_to_their_rows(manager):
    """A1 drew 100 kg in B for 60 pieces, which take 120: fine; 120 kg in A for 40, which take 80: not."""
    ((label, url),) = manager.get(MATERIAL).context["off_target"]
    assert (label, "org=A1&in=A" in url) == ("team A1", True)
    assert manager.get(url).context["sums"][1].value == 200


def test_without_material_the_page_says_so_and_still_leads_on(signed_in, plant):
    page = signed_in(plant.person("mgr")).get(MATERIAL)
    assert "No material was drawn on a production order in this month." in page.content.decode()
    assert [word for _url, word, _here in page.context["tabs"]] == [
        "Team",
        "Product",
        "Process",
        "Shift",
        "Day",
        "Week",
        "Waiting",
        "Material",
        "Compare",
        "Rows",
    ]


def test_a_leader_sees_the_material_of_the_own_team_only(store, signed_in):
    leader = signed_in(store.plant.person("tld", store.plant.b1))
    assert leader.get(MATERIAL).context["asked"].org == store.plant.b1
    assert leader.get(f"{MATERIAL}&org=A1").status_code == 404
    assert leader.get(f"{MATERIAL}&org=P").status_code == 404


def test_the_material_costs_the_same_whatever_there_is(manager, store):
    with CaptureQueriesContext(connection) as frame:
        manager.get("/account")
    with CaptureQueriesContext(connection) as page:
        assert manager.get(MATERIAL).status_code == 200

    assert len(page) - len(frame) <= 11, len(page) - len(frame)


@pytest.mark.req("RPT-06")
@pytest.mark.req("MAT-18")
def test_scrap_by_disposal_stands_in_a_table_of_its_own_and_in_no_figure_of_loss(manager, store, signed_in):
    """It left the store for no order; what an order returned spoilt was counted then and would be there twice."""
    before = tiles_of(manager.get(MATERIAL))["material_loss_value"].value
    lot = {"lot": store.steel.lots.get(), "reason": "rusty", "due_on": date(2026, 10, 20), "by": store.keeper}
    for quantity, bin_code, decision in (("30", "B-01", "scrap"), ("4", "Q-01", "scrap"), ("7", "B-01", "sell"), ("9", "B-01", "scrap")):
        drafted = draft_disposal(place=make_bin(bin_code), quantity=Decimal(quantity), decision=decision, **lot)
        decide_disposal(disposal=drafted, approve=quantity != "9", note="no", by=store.manager)
        if quantity != "9":
            carry_out(disposal=drafted, by=store.keeper)

    page = manager.get(f"{MATERIAL}&show=disposed")

    assert tiles_of(page)["material_loss_value"].value == before == "20.00"
    *rows, total = page.context["table"].rows
    assert [[cell.text for cell in row.cells] for row in rows] == [["30.000", "150.00"], ["4.000", "20.00"]]
    assert total.cells[1].value == sum(row.cells[1].value for row in rows) == 170
    assert all(manager.get(row.cells[0].url).status_code == 200 for row in rows)
    assert "in no figure of loss: 170.00 CNY" in page.content.decode()
    assert "no figure of loss" not in manager.get("/months/2026-09?by=material").content.decode()
    assert "disposed" not in dict(manager.get(f"{MATERIAL}&org=A").context["tables"])
