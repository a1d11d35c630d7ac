"""The section of material loss: tiles, tables, the Pareto of supplements, rows that need a cause, and the rows behind each figure."""

import io
import json
import re
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse
from django.utils import translation

from core.clock import PlantMonth
from materials.models import Item
from materials.services import SlipLine, approve_supplement, issue, request_supplement, return_material
from reports import services
from reports.block import from_json, read_month_block, to_json
from reports.changes import changes_between
from reports.charts import ParetoChart, drawing
from reports.errors import CausesMissing
from reports.flags import find_flags, snapshot_of
from reports.models import MonthPack, PackVersion, Target
from reports.sections import shown
from tests.factories.materials import make_bin, make_store
from tests.factories.packs import explain_all, write_files_by
from tests.factories.plans import LineFactory, ReportFactory

pytestmark = pytest.mark.django_db
OCTOBER = PlantMonth(2026, 10)


@pytest.fixture(autouse=True)
def october(settings, tmp_path, time_machine):
    settings.MEDIA_ROOT = str(tmp_path)
    time_machine.move_to("2026-10-20T10:00:00+08:00", tick=False)


@pytest.fixture
def store(plant):
    """588 good and 12 scrapped of 600; the order drew 220 kg for 100 pieces that take 200, 20 of them by a supplement."""
    store = make_store(plant)
    Item.objects.filter(pk=store.steel.pk).update(standard_cost=Decimal(5), name_zh="钢板")
    make_bin("Q-01", "quarantine")
    leader = plant.person("tld", plant.a1)
    asked = request_supplement(
        order=store.order, item=store.steel, quantity=Decimal(20), reason="scrap", note="burnt", receiver=store.welder, by=leader
    )
    approve_supplement(supplement=asked, by=store.manager, is_above_first_tier_allowed=True)
    for quantity in (200, 20):
        lines = [SlipLine(store.steel, Decimal(quantity))]
        issue(order=store.order, lines=lines, receiver=store.welder, by=store.keeper, receiver_signed=True)
    return_material(
        order=store.order, lines=[SlipLine(store.steel, Decimal(4))], return_type="operation_defect", receiver=store.welder,
        by=store.keeper, receiver_signed=True,
    )  # fmt: skip
    report = ReportFactory(team=plant.a1, business_date=date(2026, 10, 19))
    LineFactory(report=report, order=store.order, product=store.order.product, good_qty=100, planned_qty=100)
    LineFactory(report=report, product=store.order.product, good_qty=488, scrap_qty=12, planned_qty=488)
    return store


def section_of(store, month=OCTOBER):
    return shown(read_month_block(store.plant.plant, month))[2]


def cells(section, key, label):
    table = next(table for table in section.tables if table.key == key)
    row = next(row for row in table.rows if row.label.startswith(label))
    return {column.kpi.code: cell for column, cell in zip(table.columns, row.cells, strict=True)}


@pytest.mark.req("RPT-06")
def test_12_scrapped_of_600_produced_is_2_percent_and_the_supplement_is_that_of_its_slip(store):
    section = section_of(store)

    tiles = {tile.kpi.code: tile for tile in section.tiles}
    assert (tiles["scrap_pct"].value, tiles["scrap_pct"].bound, tiles["scrap_pct"].state) == ("2.00", "≤ 1.00", "off_target")
    assert (tiles["material_variance_pct"].value, tiles["material_variance_pct"].bound) == ("10.0", "≤ 5.0")
    assert (tiles["supplements"].value, tiles["supplement_value"].value, tiles["material_loss_value"].value) == ("1", "100.00", "20.00")
    assert "2.00" in section.words
    assert "10.0" in section.words
    steel = cells(section, "item-use", "Item STEEL") | cells(section, "item-moves", "Item STEEL")
    assert {code: steel[code].text for code in ("net_issue", "standard", "variance", "material_variance_pct", "supplement")} == {
        "net_issue": "220.000", "standard": "200.000", "variance": "20.000", "material_variance_pct": "10.0", "supplement": "20.000",
    }  # fmt: skip
    assert steel["used"].text == "—"
    team = cells(section, "material-use", "team A1") | cells(section, "material-moves", "team A1")
    assert (team["variance_value"].text, team["returned_operation_defect_value"].text) == ("100.00", "20.00")
    assert [cell.text for cell in cells(section, "returns", "Operation defect").values()] == ["1", "20.00"]


@pytest.mark.req("RPT-07")
def test_rows_above_the_scrap_target_or_the_limit_of_use_need_a_cause_before_the_pack_is_submitted(store, time_machine, monkeypatch):
    write_files_by(monkeypatch)
    time_machine.move_to("2026-11-02T10:00:00+08:00", tick=False)
    version = services.build_pack(plant=store.plant.plant, month=OCTOBER, by=None)
    flags = {flag.key: flag for flag in find_flags(read_month_block(store.plant.plant, OCTOBER)) if flag.section == "material_loss"}

    assert set(flags) == {"workshop:A", "team:A/A1", f"product:{store.order.product.code}"}
    assert flags["team:A/A1"].kpis == ("scrap_pct", "material_variance_pct")
    assert "10.0 % (≤ 5.0)" in flags["team:A/A1"].words
    with pytest.raises(CausesMissing):
        services.submit_pack(pack=MonthPack.objects.get(), by=store.manager, reason="none")
    explain_all(version, by=store.manager)
    assert services.submit_pack(pack=MonthPack.objects.get(), by=store.manager, reason="none").state == PackVersion.State.SUBMITTED


@pytest.mark.req("RPT-07")
def test_a_target_of_the_team_judges_its_use_before_the_limit_of_the_plant(store):
    Target.objects.create(kpi_code="material_variance_pct", org=store.plant.a1, period="2026-10", value=15)

    kpis = {flag.key: flag.kpis for flag in find_flags(read_month_block(store.plant.plant, OCTOBER)) if flag.section == "material_loss"}

    assert kpis["team:A/A1"] == ("scrap_pct",)
    assert kpis["workshop:A"] == ("scrap_pct", "material_variance_pct")


@pytest.mark.req("RPT-07")
def test_the_use_of_each_product_stands_in_a_table_and_one_above_the_limit_needs_a_cause(store):
    block = read_month_block(store.plant.plant, OCTOBER)
    product = store.order.product.code
    row = cells(section_of(store), "product-use", f"Product {product}")

    assert (row["net_issue_value"].text, row["standard_value"].text, row["variance_value"].text) == ("1,100.00", "1,000.00", "100.00")
    assert (row["material_variance_pct"].text, row["material_variance_pct"].off) == ("10.0", "up")
    assert cells(section_of(store), "product-use", "plant P")["variance_value"].text == "100.00"
    assert f"product={product}" in row["variance_value"].url
    assert {flag.key: flag.kpis for flag in find_flags(block)}[f"product:{product}"] == ("scrap_pct", "material_variance_pct")

    older = to_json(block)
    del older["material"]["products"]
    assert "product-use" not in {table.key for table in shown(from_json(older))[2].tables}
    assert changes_between(from_json(older), block) == []


@pytest.mark.req("RPT-07")
def test_a_unit_that_only_drew_material_is_flagged_too(store):
    block = read_month_block(store.plant.plant, OCTOBER)
    without = from_json(to_json(block) | {"whole": None, "groups": [], "products": [], "trend": {}})

    assert {flag.key: flag.kpis for flag in find_flags(without)} == {
        "workshop:A": ("material_variance_pct",),
        "team:A/A1": ("material_variance_pct",),
        f"product:{store.order.product.code}": ("material_variance_pct",),
    }
    assert "No team daily report" in shown(without)[2].words


@pytest.mark.req("RPT-01")
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_snapshot_keeps_the_section_as_it_was_counted(store, language):
    block = read_month_block(store.plant.plant, OCTOBER)
    kept = json.loads(json.dumps(snapshot_of(block)))

    assert kept["form"] == 4
    with translation.override(language):
        then, now = shown(from_json(kept))[2], shown(block)[2]
    assert (then.words, then.tables, then.charts, then.tiles) == (now.words, now.tables, now.charts, now.tiles)


@pytest.mark.req("RPT-01")
def test_a_version_of_an_older_form_is_still_read_and_says_what_it_did_not_count(store):
    block = read_month_block(store.plant.plant, OCTOBER)
    older = to_json(block) | {"form": 2}
    del older["material"], older["limits"]["material_variance_pct"]

    section = shown(from_json(older))[2]

    assert section.words.startswith("Scrap rate 2.00 %.")
    assert "was not counted in this version" in section.words
    assert [tile.kpi.code for tile in section.tiles] == ["scrap_pct", "scrap", "rework_pct", "produced"]
    assert changes_between(from_json(older), block) == []


def test_a_change_of_material_stands_among_the_changes_of_a_version(store):
    before = read_month_block(store.plant.plant, OCTOBER)
    return_material(
        order=store.order, lines=[SlipLine(store.steel, Decimal(10))], return_type="good", receiver=store.welder, by=store.keeper,
        receiver_signed=True,
    )  # fmt: skip

    changes = changes_between(before, read_month_block(store.plant.plant, OCTOBER))

    assert ("Net issue", "220.000", "210.000") in {(change.what, change.before, change.after) for change in changes}
    assert ("Material usage variance, %", "10.00", "5.00") in {(change.what, change.before, change.after) for change in changes}


@pytest.mark.req("RPT-10")
def test_a_month_without_material_says_so_in_words(plant):
    empty = shown(read_month_block(plant.plant, OCTOBER))[2]
    assert (empty.has_data, empty.tiles) == (False, ())
    assert empty.words.startswith("No data.")

    LineFactory(report=ReportFactory(team=plant.a1, business_date=date(2026, 10, 7)), good_qty=100)
    section = shown(read_month_block(plant.plant, OCTOBER))[2]

    assert "No material was drawn on a production order in this month." in section.words
    assert "material_variance_pct" not in {tile.kpi.code for tile in section.tiles}


def test_values_say_how_many_items_have_no_cost(store):
    Item.objects.update(standard_cost=None)
    section = section_of(store)

    assert "Items without a standard cost, which values leave out: 1." in section.words
    assert next(tile for tile in section.tiles if tile.kpi.code == "material_loss_value").value == "—"


def pareto(*counts, title="补料原因"):
    labels = ("报废件", "材料不良", "工艺损耗", "遗失", "定额偏低")[: len(counts)]
    return ParetoChart(title, "单", "2026年10月", "全厂", "来源：仓库过账", labels, tuple(map(Decimal, counts)), 0)


@pytest.mark.req("RPT-10")
def test_a_pareto_has_the_cumulative_line_and_the_line_at_80_percent():
    chart = pareto(6, 3, 2, 1)

    assert chart.shares == (Decimal("50.00"), Decimal("75.00"), Decimal("91.67"), Decimal("100.00"))
    for theme in ("light", "dark"):
        svg = drawing.svg(chart, theme)
        assert svg == drawing.svg(chart, theme)
        assert b"style=" not in svg
        assert b"stroke-dasharray" in svg
    assert "报废件 6" in chart.alt
    assert "100.0" in chart.alt
    assert b"<title>" in drawing.svg(pareto())
    glyphs = set(re.findall(r'id="(\w+-[\w-]+?-[0-9a-f]+)"', drawing.svg(chart).decode()))
    assert all("NotoSansSC" in glyph for glyph in glyphs)
    blank = set(re.findall(r'id="(\w+-[\w-]+?-[0-9a-f]+)"', drawing.svg(pareto(6, 3, 2, 1, title="")).decode()))
    assert len(glyphs - blank) >= len("补因")


@pytest.mark.req("RPT-10")
def test_the_table_beside_the_pareto_says_the_same(store):
    section = section_of(store)

    chart = section.charts["supplement-reasons"]
    assert (chart.labels, chart.values, chart.shares) == (("Scrapped pieces",), (1,), (100,))
    assert [cell.text for cell in cells(section, "reasons", "Scrapped pieces").values()] == ["1", "100.0", "100.0", "100.00"]
    assert section.charts["variance-workshops"].values == (Decimal("10.00"),)
    assert section.charts["variance-workshops"].target == 5


@pytest.mark.req("RPT-01")
def test_pdf_and_workbook_carry_it_in_both_languages(store, time_machine):
    time_machine.move_to("2026-11-02T10:00:00+08:00", tick=False)
    version = services.build_pack(plant=store.plant.plant, month=OCTOBER, by=None)
    kept = {(file.form, file.language): file for file in version.files.all()}

    for language, name in (("en", "Item STEEL"), ("zh-hans", "钢板")):
        assert kept["pdf", language].file.read().startswith(b"%PDF-")
        book = openpyxl.load_workbook(io.BytesIO(kept["xlsx", language].file.read()))
        found = [page for page in book.worksheets if str(page["A2"].value).startswith(name)]
        assert 220 in [cell.value for cell in found[0][2]]


@pytest.mark.req("RPT-11")
def test_every_figure_of_the_section_opens_rows_whose_sum_it_is(store, signed_in):
    desk = signed_in(store.manager)
    section = section_of(store)
    asked = set()
    for table in section.tables:
        for row in table.rows:
            for column, cell in zip(table.columns, row.cells, strict=True):
                if cell.url and cell.value is not None and not column.kpi.is_rate and cell.url not in asked:
                    asked.add(cell.url)
                    page = desk.get(cell.url)
                    quantity, value = page.context["sums"]
                    shown_sum = sum(line["value"].value for line in page.context["rows"])
                    assert value.value == shown_sum, cell.url
                    if column.kpi.code.endswith("_value"):
                        assert cell.value == value.value, cell.url
                    elif column.kpi.unit == "":
                        assert cell.value == quantity.value, cell.url
    assert len(asked) > 20


def test_the_page_of_rows_names_slip_and_order_and_refuses_what_is_no_figure(store, signed_in):
    desk = signed_in(store.manager)
    address = reverse("month-material", args=["2026-10"])

    page = desk.get(address, {"org": "A1", "in": "A", "item": "STEEL", "figure": "variance"})

    assert page.status_code == 200
    assert [(row["quantity"].value, row["kind"]) for row in page.context["rows"]] == [
        (200, "Issue"),
        (20, "Issue"),
        (-200, "Standard for the output of the day"),
    ]
    text = page.content.decode()
    assert all(number in text for number in store.order.slips.filter(kind="issue").values_list("number", flat=True))
    assert desk.get(address, {"figure": "nothing"}).status_code == 404
    assert desk.get(address, {"item": "NONE"}).status_code == 404
    assert "No data" in desk.get(address, {"org": "B"}).content.decode()
    assert desk.get(address, {"org": "B1", "figure": "supplement"}).status_code == 200


def test_a_leader_opens_the_rows_of_the_own_team_only(store, signed_in):
    leader = signed_in(store.plant.person("tld", store.plant.a1))
    address = reverse("month-material", args=["2026-10"])

    assert leader.get(address, {"org": "A1"}).status_code == 200
    assert leader.get(address, {"org": "B1"}).status_code == 404


def test_the_page_of_rows_costs_the_same_however_many_rows_there_are(store, signed_in, django_assert_max_num_queries):
    desk = signed_in(store.manager)
    address = reverse("month-material", args=["2026-10"])
    desk.get(address)
    with django_assert_max_num_queries(16):
        desk.get(address)
