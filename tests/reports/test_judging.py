"""Each figure is judged by the target that holds for its row, else by the plant's limit, in word and colour."""

from datetime import date
from decimal import Decimal

import pytest

from core.clock import PlantMonth
from people.models import OrgKind, OrgSpan
from reports.aims import AimBook
from reports.block import from_json, read_month_block, to_json
from reports.charts import drawing
from reports.kpis import KPIS
from reports.models import Target
from reports.presenting import bar_chart, month_table, product_table, tile, tree_table, trend_chart
from tests.factories.people import org
from tests.factories.plans import LineFactory, ReportFactory, StandardHoursFactory

pytestmark = [pytest.mark.django_db, pytest.mark.req("RPT-11")]
OCTOBER = PlantMonth(2026, 10)
ATTAINMENT, SCRAP, GOOD = KPIS["attainment_pct"], KPIS["scrap_pct"], KPIS["good"]


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to("2026-11-02T10:00:00+08:00", tick=False)


def aim(kpi, node, period, value):
    Target.objects.create(kpi_code=kpi, org=node, period=period, value=Decimal(value))


@pytest.fixture
def worked(plant):
    """October: A1 attains 90 %, A2 96 %, B1 99 % of 1000 each; A1 scraps 20."""
    product = StandardHoursFactory().product
    for team, good, scrap in ((plant.a1, 900, 20), (plant.a2, 960, 0), (plant.b1, 990, 0)):
        LineFactory(
            report=ReportFactory(team=team, business_date=date(2026, 10, 7)),
            product=product,
            planned_qty=1000,
            good_qty=good,
            scrap_qty=scrap,
        )
    LineFactory(report=ReportFactory(team=plant.a1, business_date=date(2026, 9, 7)), product=product, planned_qty=1000, good_qty=950)
    return plant


def block_of(plant):
    return read_month_block(plant.plant, OCTOBER)


def off_in(table, kpi):
    place = [column.kpi for column in table.columns].index(kpi)
    return {row.label: (row.cells[place].off, row.cells[place].bound) for row in table.rows}


def held(node, month=OCTOBER, within=None):
    return AimBook.read([node.pk], month, month).of(node.pk, month, within=within and within.pk)


def test_the_most_exact_unit_holds_and_then_the_most_exact_period(plant):
    section = org("A-S", OrgKind.SECTION, plant.a)
    team = org("A-S-1", OrgKind.TEAM, section)
    for node, period, value in ((plant.plant, "2026-10", "91"), (plant.plant, "2026", "90"), (plant.b, "2026-10", "99")):
        aim("attainment_pct", node, period, value)
    assert held(team) == {"attainment_pct": 91}
    assert held(team, PlantMonth(2026, 9)) == {"attainment_pct": 90}
    assert held(team, PlantMonth(2027, 1)) == {}

    for node, value in ((plant.a, "92"), (section, "93"), (team, "94")):
        aim("attainment_pct", node, "2026", value)
        assert held(team) == {"attainment_pct": Decimal(value)}
    aim("attainment_pct", team, "2026-10", "95")
    aim("attainment_pct", team, "2026-W43", "1")
    assert held(team) == {"attainment_pct": 95}


def test_the_way_up_is_that_of_the_month_not_of_today(plant):
    OrgSpan.objects.create(node=plant.a1, name="A1", parent=plant.b, valid_from=date(2026, 10, 15))
    aim("attainment_pct", plant.a, "2026", "92")
    aim("attainment_pct", plant.b, "2026", "97")

    assert held(plant.a1, PlantMonth(2026, 9)) == {"attainment_pct": 92}
    assert held(plant.a1) == {"attainment_pct": 97}
    assert held(plant.a1, within=plant.a) == {"attainment_pct": 92}


def test_output_is_judged_by_a_target_of_its_own_unit_and_month_only(plant):
    aim("good", plant.plant, "2026", "100000")
    aim("good", plant.plant, "2026-10", "9000")

    assert held(plant.plant) == {"good": 9000}
    assert held(plant.plant, PlantMonth(2026, 9)) == {}
    assert held(plant.a1) == {}


def test_without_targets_the_plants_limits_judge(worked):
    table = tree_table(block_of(worked))

    assert off_in(table, ATTAINMENT) == {
        "workshop A": ("down", ""), "team A1": ("down", ""), "team A2": ("", ""),
        "workshop B": ("", ""), "team B1": ("", ""), "plant P": ("", ""),
    }  # fmt: skip


def test_each_row_is_judged_by_its_own_target_which_stands_beside_it(worked):
    aim("attainment_pct", worked.a1, "2026", "88")
    aim("attainment_pct", worked.b, "2026-10", "99.5")
    block = block_of(worked)

    found = off_in(tree_table(block), ATTAINMENT)
    assert found["team A1"] == ("", "≥ 88.0")
    assert found["team A2"] == ("", "")
    assert found["workshop A"] == ("down", "")
    assert found["workshop B"] == ("down", "≥ 99.5")
    assert found["team B1"] == ("down", "≥ 99.5")


def test_direction_decides_which_side_is_poor(worked):
    """The team with the lowest scrap rate is fine, the one above the target is not; for attainment it is the other way round."""
    aim("scrap_pct", worked.plant, "2026", "1.5")
    aim("attainment_pct", worked.plant, "2026", "97")
    table = tree_table(block_of(worked))

    scrap = {label: off for label, (off, _bound) in off_in(table, SCRAP).items()}
    attainment = {label: off for label, (off, _bound) in off_in(table, ATTAINMENT).items()}
    assert (scrap["team A1"], scrap["team A2"], scrap["team B1"]) == ("up", "", "")
    assert (attainment["team A1"], attainment["team A2"], attainment["team B1"]) == ("down", "down", "")


def test_products_and_earlier_months_follow_the_whole(worked):
    aim("attainment_pct", worked.plant, "2026-10", "99")
    aim("attainment_pct", worked.plant, "2026-09", "90")
    block = block_of(worked)

    assert [off for off, _bound in off_in(product_table(block), ATTAINMENT).values()] == ["down", "down"]
    months = list(off_in(month_table(block), ATTAINMENT).items())
    assert months[-2:] == [("September 2026", ("", "≥ 90.0")), ("October 2026", ("down", ""))]


def test_a_tile_says_figure_target_month_before_and_status(worked):
    aim("attainment_pct", worked.plant, "2026", "94.9")
    aim("good", worked.plant, "2026-10", "3000")
    block = block_of(worked)

    shown = tile(block, ATTAINMENT)
    assert (shown.value, shown.bound, shown.previous, shown.state) == ("95.0", "≥ 94.9", "95.0", "on_target")
    output = tile(block, GOOD)
    assert (output.value, output.bound, output.state) == ("2,850", "≥ 3,000", "off_target")


@pytest.mark.req("RPT-10")
def test_charts_draw_the_target_of_each_month_and_team(worked):
    aim("attainment_pct", worked.plant, "2026-10", "94")
    aim("attainment_pct", worked.a1, "2026-10", "88")
    block = block_of(worked)

    trend, bars = trend_chart(block, ATTAINMENT), bar_chart(block, ATTAINMENT, "team")
    assert trend.target_words == "target ≥ 94.0"
    assert (trend.aims[-2:], trend.is_off(11)) == ((Decimal(95), Decimal(94)), False)
    assert (bars.target, bars.aims) == (Decimal(94), (Decimal(88), Decimal(94), Decimal(94)))
    assert [bars.is_off(place) for place in range(3)] == [False, False, False]
    for chart in (trend, bars, trend_chart(block, GOOD), bar_chart(block, GOOD, "team")):
        assert b"<svg" in drawing.svg(chart, "dark")


@pytest.mark.req("RPT-01")
def test_a_pack_keeps_the_targets_it_was_judged_by(worked):
    aim("attainment_pct", worked.a1, "2026-10", "88")
    aim("scrap_pct", worked.plant, "2026", "3")
    kept = to_json(block_of(worked))
    Target.objects.update(value=Decimal(99))

    assert to_json(from_json(kept)) == kept
    assert off_in(tree_table(from_json(kept)), ATTAINMENT)["team A1"] == ("", "≥ 88.0")
    old = {name: value for name, value in kept.items() if name != "targets"} | {"form": 1}
    assert from_json(old).limit(SCRAP) == 1


def test_the_month_page_judges_by_targets_in_word_and_mark(worked, signed_in):
    aim("attainment_pct", worked.plant, "2026-10", "99")
    manager = signed_in(worked.person("mgr"))

    page = manager.get("/months/2026-10")
    text = page.content.decode()
    tiles = {shown.kpi.code: shown for shown in page.context["tiles"]}
    assert (tiles["attainment_pct"].state, tiles["attainment_pct"].bound) == ("off_target", "≥ 99.0")
    assert "Off target" in text
    assert "below the limit" in text
    assert [label for label, _url in page.context["off_target"]] == ["team A1", "team A2"]
    day = manager.get("/months/2026-10?by=day").context["table"]
    assert {row.cells[3].off for row in day.rows} == {"down"}
