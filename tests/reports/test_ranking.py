"""Workshops, teams and products compared: the worst first by the direction of the figure; and output stacked of its parts (RPT-10)."""

from datetime import date
from decimal import Decimal

import pytest

from core.clock import PlantMonth
from people.models import OrgKind
from reports.block import NamedRow, read_month_block
from reports.figures import FigureRow
from reports.figures.names import Name
from reports.kpis import DOWNTIME, KPIS
from reports.models import Target
from reports.presenting import bar_chart
from reports.ranking import worst_first
from reports.sections import shown
from reports.sections.comparing import rank_table, unit_stack
from tests.factories.people import org
from tests.factories.plans import LineFactory, ProductFactory, ReportFactory

pytestmark = [pytest.mark.django_db, pytest.mark.req("RPT-10")]
OCTOBER = PlantMonth(2026, 10)
ATTAINMENT, SCRAP, GOOD = KPIS["attainment_pct"], KPIS["scrap_pct"], KPIS["good"]
D = Decimal


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to("2026-11-02T10:00:00+08:00", tick=False)


@pytest.fixture
def worked(plant):
    """Attainment: A1 and B1 90 %, A2 96 %, A3 without a plan. Scrap: A1 4 %, A2 and B1 none, A3 1 %."""
    lamp, plug = ProductFactory(code="LAMP", name="Lamp"), ProductFactory(code="PLUG", name="Plug")
    a3 = org("A3", OrgKind.TEAM, plant.a)
    for team, product, planned, good, rework, scrap in (
        (plant.b1, plug, 1000, 900, 0, 0), (plant.a2, lamp, 1000, 960, 20, 0), (plant.a1, lamp, 1000, 900, 60, 40),
        (a3, lamp, None, 99, 0, 1),
    ):  # fmt: skip
        report = ReportFactory(team=team, business_date=date(2026, 10, 7))
        LineFactory(report=report, product=product, planned_qty=planned, good_qty=good, rework_qty=rework, scrap_qty=scrap)
    return plant


def named(code, **sums):
    return NamedRow(Name(code, code, ""), FigureRow({}, {}, "pcs", {"planned": D(100), "attained": None, **sums}))


def order(rows, kpi):
    return [(ranked.rank, ranked.named.name.code) for ranked in worst_first(rows, kpi)]


def test_the_worst_stands_first_by_direction_ties_share_a_rank_by_code_and_no_data_is_last():
    rows = [named(code, attained=value, good=value, scrap=value, downtime_hours=value) for code, value in
            (("E", None), ("D", D(80)), ("-", D(80)), ("C", D(90)), ("B", D(80)), ("A", None), ("F", D(70)))]  # fmt: skip

    higher = [(1, "F"), (2, "B"), (2, "D"), (2, "-"), (5, "C"), (None, "A"), (None, "E")]
    assert order(rows, ATTAINMENT) == higher
    assert order(rows, GOOD) == higher
    lower = [(1, "C"), (2, "B"), (2, "D"), (2, "-"), (5, "F"), (None, "A"), (None, "E")]
    assert order(rows, KPIS["scrap"]) == lower
    assert order(rows, DOWNTIME) == lower
    assert order(list(reversed(rows)), ATTAINMENT) == higher


def test_rates_that_differ_by_a_hundredth_are_no_tie():
    rows = [named("A", attained=D("94.02")), named("B", attained=D("94.01")), named("C", attained=D("94.014"))]

    assert order(rows, ATTAINMENT) == [(1, "B"), (1, "C"), (3, "A")]


def said(table):
    return [(row.label, *(cell.text for cell in row.cells)) for row in table.rows]


def test_a_ranking_says_rank_value_target_and_gap_as_the_bars_stand(worked):
    Target.objects.create(kpi_code="attainment_pct", org=worked.a2, period="2026-10", value=97)
    block = read_month_block(worked.plant, OCTOBER)

    table = rank_table(block, ATTAINMENT, "team")
    assert said(table) == [
        ("team A1", "1", "90.00", "95.00", "-5.00"),
        ("team B1", "1", "90.00", "95.00", "-5.00"),
        ("team A2", "3", "96.00", "97.00", "-1.00"),
        ("team A3", "—", "—", "95.00", "—"),
    ]
    assert [row.cells[1].off for row in table.rows] == ["down", "down", "down", ""]
    chart = bar_chart(block, ATTAINMENT, "team")
    assert chart.labels == tuple(row.label for row in table.rows)
    assert chart.values == tuple(row.cells[1].value for row in table.rows)
    assert chart.values[-1] is None


def test_scrap_is_ranked_the_other_way_round_for_workshops_and_products_too(worked):
    block = read_month_block(worked.plant, OCTOBER)

    assert [row[:3] for row in said(rank_table(block, SCRAP, "workshop"))] == [("workshop A", "1", "1.97"), ("workshop B", "2", "0.00")]
    assert [row[:3] for row in said(rank_table(block, SCRAP, "product"))] == [("Lamp", "1", "1.97"), ("Plug", "2", "0.00")]
    assert bar_chart(block, SCRAP, "product").labels == ("Lamp", "Plug")


def test_of_many_teams_the_worst_are_drawn_and_all_are_ranked(worked):
    for number in range(30):
        report = ReportFactory(team=org(f"T{number:02}", "team", worked.b), business_date=date(2026, 10, 8))
        LineFactory(report=report, planned_qty=1000, good_qty=500 + number)
    block = read_month_block(worked.plant, OCTOBER)

    chart = bar_chart(block, ATTAINMENT, "team")
    assert (len(chart.labels), chart.labels[0], chart.labels[-1]) == (24, "team T00", "team T23")
    assert "24 of 34" in chart.scope
    assert len(rank_table(block, ATTAINMENT, "team").rows) == 34


def test_bars_of_a_pack_and_of_the_dashboard_have_their_ranking_beside_them(worked, signed_in):
    sections = shown(read_month_block(worked.plant, OCTOBER))
    keys = [[table.key for table in section.tables if table.key.startswith("rank-")] for section in sections]
    assert keys[0] == ["rank-attainment_pct-workshop", "rank-efficiency_pct-team", "rank-good-product"]
    assert keys[2] == ["rank-scrap_pct-workshop", "rank-scrap_pct-team", "rank-scrap_pct-product"]
    assert [row.label for row in sections[0].tables[0].rows[:4]] == ["workshop A", "team A1", "team A2", "team A3"]

    client = signed_in(worked.person("mgr"))
    page = client.get("/months/2026-10")
    scrap = page.context["charts"][2]["table"]
    assert said(scrap)[:2] == [("team A1", "1", "4.00", "1.00", "3.00"), ("team A3", "2", "1.00", "1.00", "0.00")]
    assert scrap.title in page.content.decode()
    assert client.get("/months/2026-10/table.xlsx").status_code == 200


def test_stacks_show_good_rework_and_scrap_that_add_up_to_what_was_produced_as_the_tables_beside_them_say(worked):
    section = shown(read_month_block(worked.plant, OCTOBER))[0]
    tables = {table.key: table for table in section.tables}

    months, units = section.charts["output-stack"], section.charts["unit-stack"]
    assert (months.values[-1], months.values[0]) == (2980, None)
    assert units.labels == ("team A1", "team A2", "team B1", "team A3")
    for chart, table in ((months, tables["stack-months"]), (units, tables["stack-teams"])):
        assert [column.kpi.code for column in table.columns] == ["good", "rework", "scrap", "produced"]
        rows = [row for row in table.rows if row.kind in ("plain", "child")]
        beside = {row.label: [cell.value for cell in row.cells] for row in rows}
        names = [row.label for row in rows] if chart is months else chart.labels
        for place, name in enumerate(names):
            assert [*(layer.values[place] for layer in chart.layers), chart.values[place]] == beside[name]
    assert "team A1 1,000 " in units.alt
    assert "Good 900, Rework 60, Scrap 40" in units.alt


def test_more_teams_than_can_be_read_are_stacked_by_workshop(worked):
    for number in range(30):
        LineFactory(report=ReportFactory(team=org(f"T{number:02}", "team", worked.b), business_date=date(2026, 10, 8)), good_qty=1)

    assert unit_stack(read_month_block(worked.plant, OCTOBER)).labels == ("workshop A", "workshop B")
