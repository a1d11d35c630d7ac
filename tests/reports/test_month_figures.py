"""The counting rules of FORMATS section 2, one by one."""

import json
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from core.clock import PlantMonth
from core.models import PlantSetting, Unit
from people.models import OrgSpan
from plans.models import DailyReport, DailyReportLine, PlanLine
from reports.selectors import month_figures
from tests.factories.people import make_plant, night_shift, org
from tests.factories.plans import (
    LineFactory,
    OrderFactory,
    PlanLineFactory,
    ProcessFactory,
    ProductFactory,
    ReportFactory,
    StandardHoursFactory,
)

pytestmark = pytest.mark.django_db
OCTOBER = PlantMonth(2026, 10)
CONTRACT = (
    "level,code,planned,good,recovered,rework,scrap,produced,finished_good,attended_hours,productive_hours,excused_loss_hours,"
    "standard_hours,hours_without_standard,unplanned_good,attainment_pct,efficiency_pct,scrap_pct,rework_pct,inspected,defective,"
    "defect_pct,first_pass_pct,incoming_defect_pct"
)


def report(team, on=date(2026, 10, 5), **more):
    return ReportFactory(team=team, business_date=on, **more)


def plan(team, shift, **more):
    return PlanLineFactory(**{"team": team, "shift": shift, "business_date": date(2026, 10, 5)} | more)


def figures(node, level=None, code=None, month=OCTOBER):
    rows = month_figures(month, node)["rows"]
    level, code = level or node.kind, code or node.code
    return next((row for row in rows if (row["level"], row["code"]) == (level, code)), None)


def numbers(row, *names):
    return tuple(None if row[name] is None else Decimal(row[name]) for name in names)


@pytest.mark.req("RPT-02")
def test_940_good_of_1000_planned_is_94_percent(plant):
    LineFactory(report=report(plant.a1), planned_qty=600, good_qty=600)
    LineFactory(report=report(plant.b1), planned_qty=400, good_qty=340)

    assert figures(plant.plant)["attainment_pct"] == "94.00"
    assert numbers(figures(plant.plant), "planned", "good") == (1000, 940)


@pytest.mark.req("MAT-02")
@pytest.mark.req("RPT-02")
def test_a_quarter_hour_each_makes_100_standard_hours_of_400_pieces(plant):
    line = LineFactory(report=report(plant.a1), good_qty=400, attended_hours=130, excused_loss_hours=5)
    StandardHoursFactory(product=line.product, hours_per_unit=Decimal("0.25"))

    assert numbers(figures(plant.a), "standard_hours", "efficiency_pct", "hours_without_standard") == (100, 80, 0)


@pytest.mark.req("PPL-01")
@pytest.mark.req("RPT-02")
def test_team_rows_sum_to_the_workshop_and_workshops_to_the_plant(plant):
    for team, good in ((plant.a1, 100), (plant.a2, 250), (plant.b1, 75)):
        LineFactory(report=report(team), planned_qty=200, good_qty=good, scrap_qty=3)
    rows = month_figures(OCTOBER, plant.plant)["rows"]

    def good(level, *codes):
        return sum(Decimal(row["good"]) for row in rows if row["level"] == level and (not codes or row["code"] in codes))

    assert good("team", "A1", "A2") == good("workshop", "A") == 350
    assert good("workshop") == good("team") == good("product") == good("plant") == 425


def test_recovered_pieces_count_for_attainment_and_efficiency_but_never_as_produced(plant):
    line = LineFactory(report=report(plant.a1), planned_qty=100, good_qty=90, recovered_qty=5, rework_qty=4, scrap_qty=6, attended_hours=50)
    StandardHoursFactory(product=line.product, hours_per_unit=Decimal("0.5"))
    row = figures(plant.a1)

    assert numbers(row, "recovered", "produced", "attainment_pct", "efficiency_pct") == (5, 100, 95, 95)
    assert numbers(row, "scrap_pct", "rework_pct") == (6, 4)


def test_lines_without_a_plan_stay_out_of_attainment_on_both_sides(plant):
    LineFactory(report=report(plant.a1), planned_qty=100, good_qty=80)
    LineFactory(report=report(plant.a2), planned_qty=None, good_qty=500)

    assert numbers(figures(plant.a), "planned", "good", "unplanned_good", "attainment_pct") == (100, 580, 500, 80)
    assert numbers(figures(plant.a2), "planned", "unplanned_good", "attainment_pct") == (None, 500, None)


def test_the_plan_line_of_a_key_is_its_plan_whatever_the_report_says(plant, day_shift):
    """FORMATS section 2: planned = the plan line of that key, else planned_qty."""
    line = LineFactory(report=report(plant.a1), planned_qty=500, good_qty=400)
    other = LineFactory(report=line.report, planned_qty=None, good_qty=90)
    LineFactory(report=line.report, planned_qty=60, good_qty=30)
    for made, quantity in ((line, 800), (other, 100)):
        plan(plant.a1, day_shift, product=made.product, planned_qty=quantity)
    row = figures(plant.a1)

    assert numbers(row, "planned", "good", "unplanned_good", "attainment_pct") == (960, 520, 0, Decimal("54.17"))


def test_a_plan_line_is_one_of_the_very_same_order_and_process(plant, day_shift):
    order, step = OrderFactory(workshop=plant.a), ProcessFactory()
    line = LineFactory(report=report(plant.a1), product=order.product, planned_qty=None, good_qty=40)
    plan(plant.a1, day_shift, product=order.product, order=order, planned_qty=100)
    plan(plant.a1, day_shift, product=order.product, process=step, planned_qty=100)
    plan(plant.a2, day_shift, product=order.product, planned_qty=100)
    assert numbers(figures(plant.a1), "planned", "good", "unplanned_good", "attainment_pct") == (200, 40, 40, 0)

    DailyReportLine.objects.filter(pk=line.pk).update(order=order)
    assert numbers(figures(plant.a1), "planned", "good", "unplanned_good", "attainment_pct") == (200, 40, 0, 20)
    assert numbers(figures(plant.a), "planned", "good", "attainment_pct") == (300, 40, Decimal("13.33"))


def test_a_plan_without_a_counted_report_counts_with_good_0_once_its_shift_is_over(plant, day_shift):
    plan(plant.a1, day_shift, planned_qty=100)
    withdrawn = plan(plant.a2, day_shift, planned_qty=700)
    PlanLine.objects.filter(pk=withdrawn.pk).update(status="withdrawn")
    LineFactory(report=report(plant.b1, status=DailyReport.Status.DRAFT), planned_qty=50, good_qty=50)
    at_night = plan(plant.b1, night_shift(), planned_qty=300, business_date=date(2026, 10, 5))

    with time_machine.travel("2026-10-05 09:00Z", tick=False):
        row = figures(plant.plant)
        assert numbers(row, "planned", "good", "attainment_pct", "attended_hours", "produced") == (100, 0, 0, 0, 0)
    with time_machine.travel("2026-10-05 08:59Z", tick=False):
        assert figures(plant.plant) is None
    with time_machine.travel("2026-10-05 21:00Z", tick=False):
        assert numbers(figures(plant.plant), "planned", "good") == (400, 0)
        assert numbers(figures(plant.plant, "product", at_night.product.code), "planned", "attainment_pct") == (300, 0)


def test_a_plan_for_a_shift_that_still_runs_counts_as_soon_as_it_is_reported_on(plant, day_shift):
    with time_machine.travel("2026-10-05 06:00Z", tick=False):
        line = plan(plant.a1, day_shift, planned_qty=100)
        LineFactory(report=report(plant.a1), product=line.product, good_qty=80)

        assert numbers(figures(plant.a1), "planned", "attainment_pct") == (100, 80)


def test_only_submitted_and_approved_reports_count(plant):
    LineFactory(report=report(plant.a1, status=DailyReport.Status.DRAFT), good_qty=7)
    assert figures(plant.plant) is None

    LineFactory(report=report(plant.a2), good_qty=11)
    approved = report(plant.b1)
    LineFactory(report=approved, good_qty=13)
    DailyReport.objects.filter(pk=approved.pk).update(status="approved", approved_at="2026-10-06T08:00+08:00")
    assert numbers(figures(plant.plant), "good") == (24,)


def test_lines_without_a_standard_stay_out_of_efficiency_and_are_named_by_their_hours(plant):
    line = LineFactory(report=report(plant.a1), good_qty=100, attended_hours=40)
    LineFactory(report=report(plant.a2), good_qty=1000, attended_hours=60)
    StandardHoursFactory(product=line.product, hours_per_unit=Decimal("0.3"))

    row = figures(plant.a)
    assert numbers(row, "attended_hours", "hours_without_standard", "standard_hours", "efficiency_pct") == (100, 60, 30, 75)
    assert numbers(figures(plant.a2), "standard_hours", "efficiency_pct") == (None, None)


def test_the_process_has_its_own_standard_else_that_of_the_product_and_parts_add_up(plant):
    product, welding, painting = ProductFactory(), ProcessFactory(), ProcessFactory()
    StandardHoursFactory(product=product, hours_per_unit=Decimal("1"))
    StandardHoursFactory(product=product, process=welding, part="frame", hours_per_unit=Decimal("0.2"))
    StandardHoursFactory(product=product, process=welding, part="door", hours_per_unit=Decimal("0.1"))
    LineFactory(report=report(plant.a1), product=product, process=welding, good_qty=100)
    LineFactory(report=report(plant.a2), product=product, process=painting, good_qty=10)
    LineFactory(report=report(plant.b1), product=product, process=None, good_qty=1)

    assert [figures(plant.plant, "team", code)["standard_hours"] for code in ("A1", "A2", "B1")] == ["30", "10", "1"]


def test_a_standard_counts_from_its_date_part_by_part(plant):
    product = ProductFactory()
    StandardHoursFactory(product=product, part="frame", hours_per_unit=Decimal("0.2"))
    StandardHoursFactory(product=product, part="frame", valid_from=date(2026, 10, 15), hours_per_unit=Decimal("0.3"))
    StandardHoursFactory(product=product, part="door", valid_from=date(2026, 10, 20), hours_per_unit=Decimal("0.5"))
    for on in (14, 15, 19, 20):
        LineFactory(report=report(plant.a1, date(2026, 10, on)), product=product, good_qty=100)

    assert numbers(figures(plant.a1), "standard_hours") == (20 + 30 + 30 + 80,)


def test_a_standard_that_begins_later_leaves_earlier_days_without_one(plant):
    product = ProductFactory()
    StandardHoursFactory(product=product, valid_from=date(2026, 10, 10), hours_per_unit=Decimal("0.1"))
    LineFactory(report=report(plant.a1, date(2026, 10, 9)), product=product, attended_hours=8)
    LineFactory(report=report(plant.a1, date(2026, 10, 10)), product=product, good_qty=80, attended_hours=10)

    assert numbers(figures(plant.a1), "hours_without_standard", "efficiency_pct") == (8, 80)


@pytest.mark.req("PPL-01")
def test_a_team_moved_on_the_15th_counts_in_each_workshop_for_its_days(plant):
    OrgSpan.objects.create(node=plant.a1, name="A1", parent=plant.b, valid_from=date(2026, 10, 15))
    LineFactory(report=report(plant.a1, date(2026, 10, 14)), good_qty=10)
    LineFactory(report=report(plant.a1, date(2026, 10, 15)), good_qty=20)

    assert [figures(plant.plant, "workshop", code)["good"] for code in ("A", "B")] == ["10", "20"]
    assert figures(plant.plant, "team", "A1")["good"] == "30"
    assert figures(plant.b, "team", "A1")["good"] == "20"


def test_the_month_may_begin_on_the_26th(plant):
    for on in (date(2026, 9, 25), date(2026, 9, 26), date(2026, 10, 25), date(2026, 10, 26)):
        LineFactory(report=report(plant.a1, on, shift=night_shift()), good_qty=1)

    assert figures(plant.plant, month=PlantMonth(2026, 10, 26))["good"] == "2"


def test_quantities_of_different_units_are_not_added_and_rates_are_weighted_by_standard_hours(plant):
    pieces = LineFactory(report=report(plant.a1), planned_qty=100, good_qty=50, scrap_qty=50).product
    metres = LineFactory(
        report=report(plant.a2), product=ProductFactory(unit=Unit.objects.get(code="m")), planned_qty=10, good_qty=10
    ).product
    StandardHoursFactory(product=pieces, hours_per_unit=Decimal("0.1"))
    StandardHoursFactory(product=metres, hours_per_unit=Decimal("3"))
    row = figures(plant.a)

    assert numbers(row, "planned", "good", "produced", "scrap", "unplanned_good", "finished_good") == (None,) * 6
    assert numbers(row, "attainment_pct", "scrap_pct", "standard_hours") == (Decimal("87.50"), Decimal("12.50"), 35)
    assert figures(plant.plant, "team", "A1")["good"] == "50"


def test_finished_goods_are_those_of_final_processes(plant):
    LineFactory(report=report(plant.a1), process=ProcessFactory(is_final=False), good_qty=100)
    LineFactory(report=report(plant.a1, date(2026, 10, 6)), process=ProcessFactory(), good_qty=30)

    assert numbers(figures(plant.a1), "good", "finished_good") == (130, 30)


def test_lines_outside_a_level_stand_under_a_dash_and_sections_only_where_there_are_some(plant):
    straight = org("X", "team", plant.plant)
    LineFactory(report=report(straight), good_qty=5)
    LineFactory(report=report(plant.a1), good_qty=7)
    assert figures(plant.plant, "workshop", "-")["good"] == "5"
    assert not [row for row in month_figures(OCTOBER, plant.plant)["rows"] if row["level"] == "section"]

    inner = org("A3", "team", org("AS", "section", plant.a))
    LineFactory(report=report(inner), good_qty=11)
    rows = month_figures(OCTOBER, plant.plant)["rows"]
    assert {row["code"]: row["good"] for row in rows if row["level"] == "section"} == {"AS": "11", "-": "12"}


def test_percentages_are_rounded_half_up(plant):
    LineFactory(report=report(plant.a1), planned_qty=1600, good_qty=10)

    assert figures(plant.a1)["attainment_pct"] == "0.63"


def test_inspections_are_no_data_until_there_are_some(plant):
    LineFactory(report=report(plant.a1))
    row = figures(plant.a1)

    assert {row[name] for name in ("inspected", "defective", "defect_pct", "first_pass_pct", "incoming_defect_pct")} == {None}
    assert row["productive_hours"] is None


def test_figures_cost_one_statement(plant, django_assert_num_queries):
    for team in (plant.a1, plant.a2, plant.b1):
        LineFactory(report=report(team))
    with django_assert_num_queries(1):
        month_figures(OCTOBER, plant.plant)


def command(*arguments):
    out = StringIO()
    call_command("month_figures", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_every_field_of_the_contract(plant):
    PlantSetting.objects.create(key="month_first_day", value=26)
    LineFactory(report=report(plant.a1, date(2026, 9, 30)), planned_qty=1000, good_qty=940)
    printed = json.loads(command("2026-10", "--json"))

    assert (printed["month"], printed["org"]) == ("2026-10", "P")
    assert [(row["level"], row["code"]) for row in printed["rows"][:3]] == [("plant", "P"), ("workshop", "A"), ("team", "A1")]
    assert ",".join(printed["rows"][0]) == CONTRACT
    assert "94.00" in command("2026-10", "--org", "A")


@pytest.mark.parametrize("arguments", [["2026-13"], ["october"], ["2026-10", "--org", "NOBODY"]])
def test_a_month_or_unit_that_is_none_is_exit_2(plant, arguments):
    with pytest.raises(CommandError) as refused:
        command(*arguments)
    assert refused.value.returncode == 2


def test_several_plants_without_org_is_exit_2_that_names_them(plant):
    make_plant("D-")
    with pytest.raises(CommandError, match="D-P, P") as refused:
        command("2026-10")
    assert refused.value.returncode == 2
