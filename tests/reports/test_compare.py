"""A month beside another and teams beside each other, by one figure, all in the address (RPT-11)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from materials.models import Item
from materials.services import SlipLine, issue
from people.models import OrgSpan
from reports.views.compare import COMPARED
from tests.factories.materials import make_store
from tests.factories.people import org
from tests.factories.plans import LineFactory, ReportFactory, StandardHoursFactory

pytestmark = [pytest.mark.django_db, pytest.mark.req("RPT-11")]
COMPARE = "/months/2026-10?by=compare"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to("2026-10-31T10:00:00+08:00", tick=False)


@pytest.fixture
def product():
    return StandardHoursFactory(hours_per_unit=Decimal("0.25")).product


def made(team, on, good, product, **more):
    LineFactory(report=ReportFactory(team=team, business_date=on), product=product, planned_qty=1000, good_qty=good,
                attended_hours=100, **more)  # fmt: skip


@pytest.fixture
def two_years(plant, product):
    """A1 made 700 in workshop A in October 2025, 300 there and 600 in B in October 2026; A2 500 and 500; B1 none and 200."""
    OrgSpan.objects.create(node=plant.a1, name="team A1", parent=plant.b, valid_from=date(2026, 10, 15))
    for team, on, good in (
        (plant.a1, date(2025, 10, 7), 700), (plant.a2, date(2025, 10, 7), 500), (plant.a1, date(2026, 10, 6), 300),
        (plant.a1, date(2026, 10, 20), 600), (plant.a2, date(2026, 10, 6), 500), (plant.b1, date(2026, 10, 7), 200),
        (plant.a2, date(2026, 9, 7), 450),
    ):  # fmt: skip
        made(team, on, good, product)
    return plant


@pytest.fixture
def manager(two_years, signed_in):
    return signed_in(two_years.person("mgr"))


def rows(page):
    return {(row.kind, row.label): [cell.text for cell in row.cells] for row in page.context["table"].rows}


def test_the_month_stands_beside_that_of_a_year_ago_with_the_difference(manager):
    page = manager.get(f"{COMPARE}&kpi=good")

    assert [column.label for column in page.context["table"].columns] == ["October 2026", "October 2025", "Difference"]
    assert rows(page) == {
        ("group", "workshop A"): ["800", "1,200", "-400"],
        ("child", "team A1"): ["600", "—", "—"],
        ("child", "team A2"): ["500", "500", "0"],
        ("group", "workshop B"): ["800", "—", "—"],
        ("child", "team B1"): ["200", "—", "—"],
        ("sum", "plant P"): ["1,600", "1,200", "400"],
    }
    a1 = [[cell.text for cell in row.cells] for row in page.context["table"].rows if row.label == "team A1"]
    assert a1 == [["300", "700", "-400"], ["600", "—", "—"]]


def test_every_figure_of_either_month_opens_its_rows(manager):
    for row in manager.get(f"{COMPARE}&kpi=good").context["table"].rows:
        for cell, month in zip(row.cells[:2], ("2026-10", "2025-10"), strict=True):
            if row.kind == "child" and cell.value is not None:
                assert cell.url.startswith(f"/months/{month}?")
                page = manager.get(cell.url)
                assert page.context["line_sum"][1].value == cell.value == sum(line.cells[1].value for line in page.context["lines"])


def test_figure_and_month_are_chosen_in_the_address(manager):
    page = manager.get(f"{COMPARE}&kpi=attainment_pct&with=2026-09&org=A")

    assert rows(page)["sum", "workshop A"] == ["40.0", "45.0", "-5.0"]
    difference = page.context["table"].rows[-1].cells[2]
    assert difference.off == "down"
    tabs = {word: url for url, word, _here in page.context["tabs"]}
    assert tabs["Compare"] == "/months/2026-10?org=A&by=compare&kpi=attainment_pct&with=2026-09"
    assert tabs["Day"] == "/months/2026-10?org=A&by=day"
    opened = manager.get("/months/open", {"month": "2026-09", "workshop": "A", "by": "compare", "kpi": "good", "with": "2026-08"})
    assert opened.url == "/months/2026-09?org=A&by=compare&kpi=good&with=2026-08"
    for address in ("kpi=nothing&with=never", "with=2026-10", "with=2026-99", "with=0000-01"):
        assert manager.get(f"{COMPARE}&{address}").status_code == 200


def test_charts_of_both_months_are_drawn_with_three_teams_with_sixty_and_with_none(manager, two_years, product):
    address = reverse("month-chart", args=["2026-10", "compare-now", "light"])
    for chart in manager.get(f"{COMPARE}&kpi=good").context["charts"]:
        assert manager.get(chart["light"]).content.startswith(b"<?xml")
    for number in range(60):
        made(org(f"T{number:02}", "team", two_years.b), date(2026, 10, 9), number + 1, product)
    assert b"24 of 64" in manager.get(f"{address}?by=compare&kpi=good").content
    assert b"no data" in manager.get(f"{address}?by=compare&kpi=defect_pct").content
    assert b"no data" in manager.get(f"{reverse('month-chart', args=['2026-10', 'compare-then', 'dark'])}?by=compare&with=2024-01").content
    assert "No data" in manager.get("/months/2024-03?by=compare").content.decode()


@pytest.mark.parametrize("code", COMPARED)
def test_every_figure_offered_can_be_compared(manager, code):
    page = manager.get(f"{COMPARE}&kpi={code}")

    assert page.status_code == 200
    assert [key for key, _label, is_chosen in page.context["figures_offered"] if is_chosen] == [code]
    assert manager.get(f"{COMPARE}&kpi={code}&org=A1").status_code == 200


@pytest.mark.req("RPT-06")
def test_material_is_compared_too_and_opens_its_postings(two_years, signed_in):
    store = make_store(two_years)
    Item.objects.filter(pk=store.steel.pk).update(standard_cost=Decimal(5))
    OrgSpan.objects.filter(node=two_years.a1, valid_from=date(2026, 10, 15)).delete()
    lines = [SlipLine(store.steel, Decimal(110))]
    issue(order=store.order, lines=lines, receiver=store.welder, by=store.keeper, receiver_signed=True)
    LineFactory(report=ReportFactory(team=two_years.a1, business_date=date(2026, 10, 31)), order=store.order,
                product=store.order.product, good_qty=50)  # fmt: skip

    page = signed_in(store.manager).get(f"{COMPARE}&kpi=material_variance_pct")

    assert rows(page)["child", "team A1"] == ["10.0", "—", "—"]
    url = next(row for row in page.context["table"].rows if row.label == "team A1").cells[0].url
    assert signed_in(store.manager).get(url).context["sums"][1].value == 50


@pytest.mark.req("SYS-01")
def test_a_chief_compares_the_own_workshop_only(two_years, signed_in):
    chief = signed_in(two_years.person("wsm", two_years.a))
    assert chief.get(COMPARE).context["asked"].org == two_years.a
    assert chief.get(f"{COMPARE}&org=B").status_code == 404


def test_two_months_cost_the_same_whatever_there_is(manager):
    with CaptureQueriesContext(connection) as frame:
        manager.get("/account")
    with CaptureQueriesContext(connection) as page:
        assert manager.get(f"{COMPARE}&kpi=good").status_code == 200

    assert len(page) - len(frame) <= 14, len(page) - len(frame)
