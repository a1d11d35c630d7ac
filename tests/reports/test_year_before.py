"""The months of a trend beside the same months a year earlier: on the dashboard, in a pack and its workbook (RPT-10)."""

import io
import json
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from core.clock import PlantMonth
from materials.models import Item
from materials.services import SlipLine, issue
from reports import services
from reports.block import from_json, read_block, read_month_block, to_json
from reports.figures import Slice
from reports.flags import snapshot_of
from reports.kpis import KPIS
from reports.presenting import month_table, trend_chart, with_year
from reports.sections import shown
from tests.factories.materials import make_store
from tests.factories.plans import LineFactory, ReportFactory, StandardHoursFactory

pytestmark = [pytest.mark.django_db, pytest.mark.req("RPT-10")]
OCTOBER = PlantMonth(2026, 10)
ATTAINMENT = KPIS["attainment_pct"]
D = Decimal


@pytest.fixture(autouse=True)
def now(time_machine, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    time_machine.move_to("2026-11-02T10:00:00+08:00", tick=False)


@pytest.fixture
def product():
    return StandardHoursFactory(hours_per_unit=D("0.25")).product


@pytest.fixture
def worked(plant, product):
    """Attainment 94 % in October and 97 % in March 2026, 91 % in October 2025, 88 % in November 2024, and 50 % in October 2024."""
    for on, good in (
        (date(2026, 10, 7), 940), (date(2026, 3, 5), 970), (date(2025, 10, 8), 910), (date(2024, 11, 8), 880), (date(2024, 10, 8), 500),
    ):  # fmt: skip
        LineFactory(report=ReportFactory(team=plant.a1, business_date=on), product=product, planned_qty=1000, good_qty=good)
    return plant


def test_the_trend_has_the_same_months_a_year_earlier_and_gaps_where_there_is_no_data(worked):
    block = read_month_block(worked.plant, OCTOBER)

    chart = trend_chart(block, ATTAINMENT)
    assert chart.values == (None,) * 4 + (97,) + (None,) * 6 + (94,)
    assert chart.before == (88,) + (None,) * 10 + (91,)
    assert set(block.trend) == {"2026-03", "2026-10"}
    assert "a year before: Oct 91.0 %" in chart.alt


def test_the_table_beside_says_the_same_and_judges_the_year_before_by_nothing(worked):
    block = read_month_block(worked.plant, OCTOBER)

    table = month_table(block, ["good", "attainment_pct"], beside=["attainment_pct"])
    assert [column.label for column in table.columns] == ["Good", "Attain.", "Attain., year before"]
    assert [row.cells[1].value for row in table.rows] == [None] * 4 + [97] + [None] * 6 + [94]
    assert [row.cells[2].value for row in table.rows] == [88] + [None] * 10 + [91]
    assert table.rows[-1].cells[1].off == "down"
    assert {row.cells[2].off for row in table.rows} == {""}


def test_the_year_to_date_stands_beside_the_same_months_of_the_year_before(worked, product):
    LineFactory(report=ReportFactory(team=worked.a1, business_date=date(2025, 12, 8)), product=product, planned_qty=1000, good_qty=100)
    block = read_month_block(worked.plant, OCTOBER)

    table = with_year(block, month_table(block, ["good", "attainment_pct"], beside=["attainment_pct"]))
    assert [cell.value for cell in table.rows[-1].cells] == [1910, D("95.5"), 91]
    assert {cell.off for cell in table.rows[-1].cells} == {""}


def test_without_data_of_the_year_before_there_is_neither_line_nor_column(plant, product):
    LineFactory(report=ReportFactory(team=plant.a1, business_date=date(2026, 10, 7)), product=product, planned_qty=1000, good_qty=940)
    block = read_month_block(plant.plant, OCTOBER)

    assert not trend_chart(block, ATTAINMENT).has_before
    assert len(month_table(block, ["attainment_pct"], beside=["attainment_pct"]).columns) == 1


def test_two_years_of_kept_months_are_read_in_the_statement_that_read_one(worked):
    part = Slice.of_month(worked.plant, OCTOBER)
    read_block(part, OCTOBER)
    with CaptureQueriesContext(connection) as asked:
        read_block(part, OCTOBER)

    assert sum("reports_keptfigures" in query["sql"] for query in asked) == 1
    assert not any("plans_dailyreportline" in query["sql"] for query in asked)


def test_a_pack_keeps_it_and_its_page_and_workbook_show_it(worked, signed_in):
    version = services.build_pack(plant=worked.plant, month=OCTOBER, by=None)
    kept = {(file.form, file.language): file.file.read() for file in version.files.all()}

    block = from_json(json.loads(json.dumps(version.snapshot)))
    assert snapshot_of(block) == version.snapshot
    charts = shown(block)[0].charts
    assert (charts["attainment-trend"].before[-1], charts["output-trend"].before[-1]) == (91, 910)
    for language, head in (("en", "Plan attainment, year before\n%"), ("zh-hans", "生产计划达成率（去年同期）\n%")):
        book = openpyxl.load_workbook(io.BytesIO(kept["xlsx", language]))
        heads = {cell.value: (sheet, cell.column) for sheet in book.worksheets for cell in sheet[1]}
        sheet, column = heads[head]
        assert [sheet.cell(row, column).value for row in (2, 13)] == [88, 91]
    page = signed_in(worked.person("mgr")).get(f"/packs/{version.pack_id}").content.decode()
    assert "Attain., year before" in page
    assert "a year before: Oct 91.0 %" in page


def test_a_version_of_a_form_before_it_is_still_read(worked):
    older = to_json(read_month_block(worked.plant, OCTOBER)) | {"form": 3}
    for name in ("year_before", "waiting", "scrap_causes"):
        del older[name]

    for language in ("en", "zh-hans"):
        with translation.override(language):
            output = shown(from_json(older))[0]
            assert not output.charts["attainment-trend"].has_before
            assert "waiting" not in {table.key for table in output.tables}
            assert output.charts["lost-hours"].values


def test_the_dashboards_trend_has_its_table_beside_it(worked, signed_in):
    manager = signed_in(worked.person("mgr"))

    page = manager.get("/months/2026-10")
    trend = page.context["charts"][0]
    assert [row.cells[0].text for row in trend["table"].rows] == ["—"] * 4 + ["97.0"] + ["—"] * 6 + ["94.0"]
    assert [row.cells[1].text for row in trend["table"].rows] == ["88.0"] + ["—"] * 10 + ["91.0"]
    assert "a year before: Oct 91.0 %" in trend["alt"]
    text = page.content.decode()
    assert text.count("In figures") == 3
    assert "Attain., year before" in text


def test_the_variance_of_material_has_its_year_before_too(plant, time_machine):
    store = make_store(plant)
    Item.objects.filter(pk=store.steel.pk).update(standard_cost=D(5))
    for moment, quantity in (("2025-10-20T10:00:00+08:00", 110), ("2026-10-20T10:00:00+08:00", 90)):
        time_machine.move_to(moment, tick=False)
        lines = [SlipLine(store.steel, D(quantity))]
        issue(order=store.order, lines=lines, receiver=store.welder, by=store.keeper, receiver_signed=True)
        report = ReportFactory(team=plant.a1, business_date=date.fromisoformat(moment[:10]))
        LineFactory(report=report, order=store.order, product=store.order.product, good_qty=50)

    section = shown(read_month_block(plant.plant, OCTOBER))[2]
    chart = section.charts["variance-trend"]
    assert (chart.values[-1], chart.before[-1]) == (-10, 10)
    table = next(table for table in section.tables if table.key == "material-months")
    place = [column.kpi.code for column in table.columns].index("material_variance_pct_year_before")
    assert table.rows[-1].cells[place].text == "10.0"
