"""Months that are over are counted once: what is kept of them equals what their rows say, whatever was changed since, and by whom."""

from datetime import date
from decimal import Decimal
from threading import Event

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import changes
from core.clock import PlantMonth
from core.models import Change, Unit
from people.models import OrgSpan
from plans.models import DailyReport
from reports.block import BLOCK, read_block, to_json
from reports.figures import Slice, count
from reports.figures.counting import WHOLE
from reports.figures.keeping import forget_kept, months_of
from reports.models import KeptFigures
from tests.factories.people import ShiftFactory, night_shift
from tests.factories.plans import LineFactory, PlanLineFactory, ProcessFactory, ProductFactory, ReportFactory, StandardHoursFactory
from tests.races import PATIENCE_SECONDS, Elsewhere

D = Decimal
OCTOBER = PlantMonth(2026, 10)
YEAR = [OCTOBER.shifted(-offset) for offset in range(12)]
DAY = date(2026, 10, 12)

pytestmark = pytest.mark.req("RPT-11")


@pytest.fixture
def plant(plant):
    with time_machine.travel("2026-12-01 00:00Z", tick=False):
        yield plant


@pytest.fixture
def line(plant):
    """100 good of a product and a process, both with more to tell, reported by team A1 on 12 October."""
    product, process = ProductFactory(), ProcessFactory()
    StandardHoursFactory(product=product, hours_per_unit=D("0.5"))
    report = ReportFactory(team=plant.a1, business_date=DAY, shift=ShiftFactory())
    PlanLineFactory(team=plant.a2, business_date=DAY, shift=report.shift, product=product, planned_qty=D(70))
    return LineFactory(report=report, product=product, process=process, scrap_qty=D(3))


def looked_up(plant, month=OCTOBER):
    return months_of(Slice.of_month(plant.plant, month), [month], BLOCK)[month]


def counted(plant, month=OCTOBER):
    return count(Slice.of_month(plant.plant, month), BLOCK)


def approve(line):
    DailyReport.objects.filter(pk=line.report_id).update(status="approved", approved_at=timezone.now())


CHANGES = {
    "a corrected quantity": lambda plant, line: type(line).objects.filter(pk=line.pk).update(good_qty=D("99.123456")),
    "one more line": lambda plant, line: LineFactory(report=line.report, product=ProductFactory()),
    "a line taken away": lambda plant, line: line.delete(),
    "one more report": lambda plant, line: LineFactory(report=ReportFactory(team=plant.b1, business_date=DAY), product=line.product),
    "a report taken back": lambda plant, line: DailyReport.objects.filter(pk=line.report_id).update(status="draft"),
    "a report deleted": lambda plant, line: line.report.delete(),
    "a report of another month": lambda plant, line: DailyReport.objects.filter(pk=line.report_id).update(business_date=date(2026, 9, 30)),
    "a plan withdrawn": lambda plant, line: line.product.plan_lines.update(status="withdrawn"),
    "a plan made late": lambda plant, line: PlanLineFactory(
        team=plant.a1, business_date=DAY, shift=line.report.shift, product=line.product, planned_qty=D(5)
    ),
    "a team that moved": lambda plant, line: OrgSpan.objects.create(
        node=plant.a1, name="moved", parent=plant.b, valid_from=date(2026, 10, 1)
    ),
    "a standard from that day on": lambda plant, line: StandardHoursFactory(
        product=line.product, valid_from=date(2026, 10, 2), hours_per_unit=D("0.25")
    ),
    "a process that is not final": lambda plant, line: type(line.process).objects.filter(pk=line.process_id).update(is_final=False),
    "another unit": lambda plant, line: (
        type(line.product).objects.filter(pk=line.product_id).update(unit=Unit.objects.exclude(code="pcs").first())
    ),
    "another code": lambda plant, line: type(plant.a1).objects.filter(pk=plant.a1.pk).update(code="A1-NEW"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_kept_follows_every_change(plant, line, what):
    before = looked_up(plant)
    assert before == counted(plant)
    assert KeptFigures.objects.count() == 1

    CHANGES[what](plant, line)

    assert counted(plant) != before
    assert looked_up(plant) == counted(plant)
    assert looked_up(plant) == counted(plant)


@pytest.mark.parametrize("what", ["approved", "renamed", "planned for November"])
def test_what_changes_no_figure_of_the_month_leaves_it_equal(plant, line, what):
    looked_up(plant)
    {
        "approved": lambda: approve(line),
        "renamed": lambda: type(line.product).objects.filter(pk=line.product_id).update(name="Bracket"),
        "planned for November": lambda: PlanLineFactory(
            team=plant.a1, business_date=date(2026, 11, 2), shift=line.report.shift, product=line.product, planned_qty=D(5)
        ),
    }[what]()
    assert looked_up(plant) == counted(plant)


def test_a_month_that_is_kept_costs_one_statement_and_reads_no_line(plant, line):
    looked_up(plant)
    with CaptureQueriesContext(connection) as asked:
        assert looked_up(plant)[WHOLE][0].sums["good"] == 100
    assert len(asked) == 1
    assert not any("dailyreport" in query["sql"] for query in asked)


def test_a_year_is_counted_in_one_statement_and_each_month_of_it_kept(plant, line):
    part = Slice.of_month(plant.plant, OCTOBER)
    with CaptureQueriesContext(connection) as asked:
        found = months_of(part, YEAR, [WHOLE, ("team",)])
    assert sum("plans_dailyreportline" in query["sql"] for query in asked) == 1
    assert {month: found[month] for month in YEAR} == {
        month: count(Slice.of_month(plant.plant, month), [WHOLE, ("team",)]) for month in YEAR
    }
    assert KeptFigures.objects.count() == 12


def test_the_block_is_the_same_from_what_is_kept_and_from_the_rows(plant, line):
    LineFactory(report=ReportFactory(team=plant.b1, business_date=date(2026, 4, 30)), product=line.product)
    part = Slice.of_month(plant.plant, OCTOBER)
    for _look in range(2):
        block = read_block(part, OCTOBER)
        assert to_json(block) == to_json(read_block(part, OCTOBER, is_fresh=True))
        from_rows = {str(month): count(Slice.of_month(plant.plant, month), [WHOLE])[WHOLE] for month in YEAR}
        assert block.trend == {month: rows[0] for month, rows in from_rows.items() if rows}
    assert set(block.trend) == {"2026-04", "2026-10"}


def test_slices_are_kept_apart(plant, line):
    parts = [
        Slice.of_month(plant.plant, OCTOBER),
        Slice.of_month(plant.b, OCTOBER),
        Slice.of_month(plant.plant, OCTOBER, product_id=ProductFactory().pk),
        Slice.of_month(plant.plant, OCTOBER, shift_id=ShiftFactory().pk),
        Slice.of_month(plant.a1, OCTOBER, within=plant.b),
    ]
    for _look in range(2):
        assert [months_of(part, [OCTOBER], [WHOLE])[OCTOBER] for part in parts] == [count(part, [WHOLE]) for part in parts]
    assert KeptFigures.objects.count() == 5


def test_a_month_is_not_kept_before_its_last_shift_is_over(plant, line):
    PlanLineFactory(team=plant.a1, business_date=date(2026, 10, 31), shift=night_shift(), product=line.product, planned_qty=D(40))
    for moment, planned in (("2026-10-31 20:00Z", 70), ("2026-10-31 22:00Z", 110)):
        with time_machine.travel(moment, tick=False):
            assert looked_up(plant)[WHOLE][0].sums["planned"] == planned
            assert not KeptFigures.objects.exists()
    with time_machine.travel("2026-11-01 20:00Z", tick=False):
        looked_up(plant)
    assert KeptFigures.objects.count() == 1


def test_folded_changes_say_the_same(plant, line):
    days = [(OCTOBER.starts_on, OCTOBER.ends_on), (DAY, DAY), (date(2026, 11, 1), date(2026, 11, 30))]
    before = changes.stamps(days)
    rows = Change.objects.count()
    assert changes.fold() == rows - Change.objects.count() > 0
    assert changes.stamps(days) == before
    assert changes.fold() == 0


def test_what_was_counted_two_months_ago_goes(plant, line, capsys):
    looked_up(plant)
    assert forget_kept() == 0
    with time_machine.travel("2027-02-15 00:00Z", tick=False):
        call_command("forget_kept")
    assert capsys.readouterr().out == "1 kept figures\n"
    assert Change.objects.filter(starts_on=DAY).count() == 1
    assert looked_up(plant) == counted(plant)


def test_a_change_that_is_committed_while_somebody_counts_is_in_the_next_answer(transactional_db, plant, line):
    changed, counted_meanwhile = Event(), Event()

    def correct():
        with transaction.atomic():
            type(line).objects.filter(pk=line.pk).update(good_qty=D(250))
            changed.set()
            counted_meanwhile.wait(PATIENCE_SECONDS)

    other = Elsewhere(correct)
    changed.wait(PATIENCE_SECONDS)
    assert looked_up(plant)[WHOLE][0].sums["good"] == 100
    counted_meanwhile.set()
    assert other.outcome == "done"
    assert looked_up(plant)[WHOLE][0].sums["good"] == 250
