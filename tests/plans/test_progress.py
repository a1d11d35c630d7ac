"""Progress by time slot: a target that grows evenly over working time, counts from the floor, and the reason when behind (PLN-07)."""

from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.clock import ShiftTimes, at_plant
from core.errors import Faults, StaleVersion
from core.models import PlantSetting, Unit
from plans.errors.daily_reports import ReportLocked
from plans.errors.planning import CountedAlready, NoSuchSlot, SlotAhead
from plans.models import PlanLine, SlotOutput
from plans.pace import Pace
from plans.selectors.progress import lines_on_the_board, team_progress
from plans.services.progress import CountInput, post_counts
from tests.factories.checklists import FRIDAY
from tests.factories.people import night_shift
from tests.factories.plans import LineFactory, PlanLineFactory, ProcessFactory, ReportFactory
from tests.factories.rosters import rostered
from tests.races import Elsewhere, wait_until_blocked

D = Decimal
DAY = ShiftTimes("DAY", time(8), time(17), 60)


def on_friday(hour, minute=0):
    return at_plant(FRIDAY, time(hour, minute))


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(on_friday(12), tick=False) as clock:
        yield clock


@pytest.fixture
def line(plant, day_shift):
    return PlanLineFactory(team=plant.a1, shift=day_shift, business_date=FRIDAY, planned_qty=D(1000))


@pytest.fixture
def tld(plant):
    return plant.person("tld", plant.a1)


@pytest.fixture
def place(plant, day_shift, tld):
    return {"team": plant.a1, "shift": day_shift, "business_date": FRIDAY, "by": tld}


def progress_of(line, at=None):
    lines = PlanLine.objects.filter(pk=line.pk).select_related("team", "shift", "order", "product__unit", "process")
    (team,) = team_progress(lines, at or on_friday(12))
    return team.lines[0]


def test_the_target_grows_evenly_and_rests_in_the_break():
    pace, pieces = Pace.of(DAY, FRIDAY), Unit(code="pcs", decimals=0)

    at = [(8, 0), (9, 0), (12, 0), (12, 30), (13, 0), (14, 15), (17, 0), (19, 0)]
    assert [pace.target(D(1000), on_friday(*clock), pieces) for clock in at] == [0, 125, 500, 500, 500, 656, 1000, 1000]
    assert [f"{slot.starts:%H:%M}–{slot.ends:%H:%M}" for slot in pace.slots(2)] == [
        "08:00–10:00",
        "10:00–12:00",
        "12:00–14:00",
        "14:00–16:00",
        "16:00–17:00",
    ]
    assert len(pace.slots(1)) == 9


def test_a_night_shift_over_the_end_of_a_month_has_its_break_at_half_past_midnight():
    pace = Pace.of(ShiftTimes("N", time(20), time(5), 60), date(2026, 10, 31))

    assert pace.minutes(pace.ends) == 480
    assert pace.rest.starts == datetime(2026, 11, 1, 0, 0, tzinfo=pace.starts.tzinfo)
    assert pace.target(D(480), at_plant(date(2026, 11, 1), time(0, 30)), Unit(decimals=0)) == 240


def test_overtime_stretches_the_target_and_a_part_of_the_shift_without_the_break_is_all_work():
    until_seven = Pace.of(DAY, FRIDAY, (on_friday(8), on_friday(19)))
    morning = Pace.of(DAY, FRIDAY, (on_friday(8), on_friday(12)))

    assert until_seven.target(D(1000), on_friday(13), Unit(decimals=0)) == 400
    assert morning.target(D(1000), on_friday(10), Unit(decimals=0)) == 500
    assert [f"{slot.ends:%H:%M}" for slot in Pace.of(DAY, FRIDAY, (on_friday(8), on_friday(12, 10))).slots(2)] == ["10:00", "12:10"]


@pytest.mark.req("PLN-07")
@pytest.mark.django_db
def test_at_mid_shift_400_of_500_is_100_behind_80_percent_and_asks_a_reason(line, place):
    """REQUIREMENTS: at mid-shift with linear target 500 and actual 400 the board shows -100 / 80 % and asks a reason."""
    post_counts(**place, slot_starts=on_friday(8), counts=[CountInput(line.pk, D(220))])
    (second,) = post_counts(**place, slot_starts=on_friday(10), counts=[CountInput(line.pk, D(180))])

    found = progress_of(line)
    assert (found.target, found.actual, found.gap, found.pct) == (500, 400, -100, D("80.0"))
    assert found.is_behind
    assert found.asks_why == second

    post_counts(**place, slot_starts=on_friday(10), counts=[CountInput(line.pk, D(180), "machine", "P-03 stood", version=1)])
    found = progress_of(line)
    assert found.asks_why is None
    assert (found.last.reason, found.last.get_reason_display(), found.last.version) == ("machine", "Machine", 2)


@pytest.mark.django_db
def test_a_count_of_a_slot_that_still_runs_is_measured_as_of_the_moment_it_was_made(line, place, noon):
    noon.move_to(on_friday(11))
    post_counts(**place, slot_starts=on_friday(8), counts=[CountInput(line.pk, D(250))])
    post_counts(**place, slot_starts=on_friday(10), counts=[CountInput(line.pk, D(125))])

    found = progress_of(line, on_friday(11, 45))
    assert (found.as_of, found.target, found.gap) == (on_friday(11), 375, 0)


@pytest.mark.req("PLN-07")
@pytest.mark.django_db
def test_a_slot_counted_while_it_ran_is_asked_for_again_once_it_is_over(line, place, noon):
    noon.move_to(on_friday(10, 5))
    post_counts(**place, slot_starts=on_friday(8), counts=[CountInput(line.pk, D(250))])
    post_counts(**place, slot_starts=on_friday(10), counts=[CountInput(line.pk, D(5))])
    assert [cell.state for cell in progress_of(line, on_friday(11)).cells[:3]] == ["done", "open", "ahead"]

    later = progress_of(line, on_friday(12, 30))
    assert [cell.state for cell in later.cells[:3]] == ["done", "late", "open"]
    assert (later.unposted, later.state) == (1, "not_posted")
    (team,) = team_progress([later.line], on_friday(12, 30))
    assert team.to_post.starts == on_friday(10)


@pytest.mark.req("PLN-07")
@pytest.mark.django_db
def test_the_same_figure_said_again_counts_the_slot_on(line, place, noon):
    noon.move_to(on_friday(10, 5))
    post_counts(**place, slot_starts=on_friday(10), counts=[CountInput(line.pk, D(5))])
    noon.move_to(on_friday(11, 30))
    post_counts(**place, slot_starts=on_friday(10), counts=[CountInput(line.pk, None, "machine", version=1)])
    assert SlotOutput.objects.get().counted_until == on_friday(10, 5)

    post_counts(**place, slot_starts=on_friday(10), counts=[CountInput(line.pk, D(5), "machine", version=2)])
    kept = SlotOutput.objects.get()
    assert (kept.counted_until, kept.version) == (on_friday(11, 30), 3)
    noon.move_to(on_friday(12, 30))
    post_counts(**place, slot_starts=on_friday(10), counts=[CountInput(line.pk, D(5), "machine", version=3)])
    assert progress_of(line, on_friday(12, 30)).cells[1].state == "done"


@pytest.mark.django_db
def test_a_count_stays_within_its_own_slot_when_slots_are_made_longer(line, place, noon):
    PlantSetting.objects.create(key="progress_slot_hours", value=1)
    post_counts(**place, slot_starts=on_friday(8), counts=[CountInput(line.pk, D(100))])
    PlantSetting.objects.filter(key="progress_slot_hours").update(value=2)

    (kept,) = post_counts(**place, slot_starts=on_friday(8), counts=[CountInput(line.pk, D(120), version=1)])
    assert (kept.good_qty, kept.counted_until) == (120, on_friday(9))
    assert progress_of(line).cells[0].state == "done"


@pytest.mark.django_db
def test_nothing_counted_is_no_data_and_a_slot_that_passed_without_a_count_is_told(line):
    found = progress_of(line)

    assert (found.pct, found.is_behind, found.state, found.unposted) == (None, False, "not_posted", 2)
    assert [cell.state for cell in found.cells] == ["late", "late", "open", "ahead", "ahead"]
    assert progress_of(line, on_friday(7)).state == "nodata"


@pytest.mark.django_db
def test_targets_of_the_slots_sum_to_the_plan(line):
    line.planned_qty = D(997)
    line.save()

    assert sum(cell.target for cell in progress_of(line).cells) == 997


@pytest.mark.django_db
def test_a_slot_must_be_one_of_the_shift_and_have_begun(line, place):
    with pytest.raises(NoSuchSlot):
        post_counts(**place, slot_starts=on_friday(9), counts=[CountInput(line.pk, D(1))])
    with pytest.raises(SlotAhead):
        post_counts(**place, slot_starts=on_friday(14), counts=[CountInput(line.pk, D(1))])


@pytest.mark.django_db
def test_slots_follow_the_roster(line, place, plant, day_shift, noon):
    rostered(plant.a1, day_shift, [FRIDAY], ends_at=time(19))
    noon.move_to(on_friday(18, 30))

    post_counts(**place, slot_starts=on_friday(18), counts=[CountInput(line.pk, D(10))])
    assert progress_of(line, on_friday(18, 30)).pace.ends == on_friday(19)


@pytest.mark.django_db
def test_every_fault_is_named_at_its_line_and_nothing_is_kept(line, place, plant, day_shift):
    withdrawn = PlanLineFactory(team=plant.a1, shift=day_shift, business_date=FRIDAY, status="withdrawn")
    theirs = PlanLineFactory(team=plant.a2, shift=day_shift, business_date=FRIDAY)
    counts = [
        CountInput(line.pk, D("-1")),
        CountInput(line.pk, D("0.5"), reason="rain"),
        CountInput(withdrawn.pk, D(1)),
        CountInput(theirs.pk, D(1)),
        CountInput(line.pk, D(10) ** 12, note="x" * 201),
    ]

    with pytest.raises(Faults) as refused:
        post_counts(**place, slot_starts=on_friday(8), counts=counts)

    assert [(fault.field, fault.code) for fault in refused.value.faults] == [
        ("counts.0.good_qty", "negative"),
        ("counts.1.good_qty", "too_fine"),
        ("counts.1.reason", "unknown"),
        ("counts.2.good_qty", "wrong_status"),
        ("counts.3.good_qty", "unknown"),
        ("counts.4.good_qty", "too_large"),
        ("counts.4.note", "text_too_long"),
    ]
    assert not SlotOutput.objects.exists()


@pytest.mark.django_db
def test_a_line_without_a_figure_is_left_alone_and_the_same_figure_again_changes_nothing(line, place):
    assert post_counts(**place, slot_starts=on_friday(8), counts=[CountInput(line.pk)]) == []
    (kept,) = post_counts(**place, slot_starts=on_friday(8), counts=[CountInput(line.pk, D(100))])
    assert post_counts(**place, slot_starts=on_friday(8), counts=[CountInput(line.pk, D(100), version=1)]) == []
    kept.refresh_from_db()
    assert kept.version == 1
    with pytest.raises(StaleVersion):
        post_counts(**place, slot_starts=on_friday(8), counts=[CountInput(line.pk, D(90), version=0)])


@pytest.mark.django_db
def test_sending_a_count_twice_with_its_key_counts_it_once(line, place):
    key = uuid4()
    rows = {"slot_starts": on_friday(8), "counts": [CountInput(line.pk, D(100))], "request_key": key}

    assert post_counts(**place, **rows) == post_counts(**place, **rows)
    assert SlotOutput.objects.get().good_qty == 100


@pytest.mark.django_db
def test_an_approved_report_ends_the_counting(line, place, plant, day_shift):
    report = ReportFactory(team=plant.a1, shift=day_shift, business_date=FRIDAY)
    LineFactory(report=report)
    type(report).objects.filter(pk=report.pk).update(status="approved", approved_at=on_friday(12))

    with pytest.raises(ReportLocked):
        post_counts(**place, slot_starts=on_friday(8), counts=[CountInput(line.pk, D(1))])


@pytest.mark.django_db
def test_slots_that_were_made_shorter_in_the_middle_of_the_day_count_nothing_twice(line, place):
    post_counts(**place, slot_starts=on_friday(8), counts=[CountInput(line.pk, D(240))])
    PlantSetting.objects.create(key="progress_slot_hours", value=1)

    assert [cell.state for cell in progress_of(line).cells[:3]] == ["done", "done", "late"]
    assert progress_of(line).actual == 240
    with pytest.raises(CountedAlready), transaction.atomic():
        post_counts(**place, slot_starts=on_friday(9), counts=[CountInput(line.pk, D(10))])
    with pytest.raises(IntegrityError), transaction.atomic():
        SlotOutput.objects.create(
            plan_line=line,
            starts_at=on_friday(9),
            ends_at=on_friday(10),
            counted_until=on_friday(10),
            good_qty=1,
            posted_by=place["by"],
            posted_at=on_friday(12),
        )


@pytest.mark.django_db
def test_the_board_shows_the_running_shift_else_the_last_that_ended_else_what_comes(line, plant, day_shift):
    night = PlanLineFactory(team=plant.b1, shift=night_shift(), business_date=FRIDAY)

    assert lines_on_the_board(None, on_friday(12)) == [line]
    assert lines_on_the_board(None, on_friday(18)) == [line]
    assert lines_on_the_board(None, on_friday(21)) == [night]
    assert lines_on_the_board(None, on_friday(6)) == [line, night]
    assert lines_on_the_board(frozenset({plant.b1.pk}), on_friday(12)) == [night]
    assert lines_on_the_board(None, on_friday(12), FRIDAY) == [line, night]


@pytest.mark.django_db
def test_a_team_with_many_lines_costs_as_many_statements_as_one(plant, day_shift, place):
    def cost(count):
        made = [PlanLineFactory(team=plant.a1, shift=day_shift, business_date=FRIDAY, process=ProcessFactory()) for _ in range(count)]
        with CaptureQueriesContext(connection) as posted:
            post_counts(**place, slot_starts=on_friday(8), counts=[CountInput(line.pk, D(1)) for line in made])
        with CaptureQueriesContext(connection) as changed:
            post_counts(**place, slot_starts=on_friday(8), counts=[CountInput(line.pk, D(2), version=1) for line in made])
        with CaptureQueriesContext(connection) as read:
            team_progress(lines_on_the_board(None, on_friday(12)), on_friday(12))
        return len(posted), len(changed), len(read)

    assert cost(1) == cost(30)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_count_the_same_slot_at_once_the_second_is_told(line, place, plant):
    count = CountInput(line.pk, D(100))
    sup = place | {"by": plant.person("sup", plant.a)}
    with transaction.atomic():
        post_counts(**place, slot_starts=on_friday(8), counts=[count])
        second = Elsewhere(lambda: post_counts(**sup, slot_starts=on_friday(8), counts=[replace(count, good_qty=D(90), version=0)]))
        wait_until_blocked()
    assert second.outcome == "StaleVersion"
    assert SlotOutput.objects.get().good_qty == 100
