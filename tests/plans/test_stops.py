"""Stops of a report line: cut at the borders of the shift, added up, kept beside the figures of files (PLN-25)."""

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from core.clock import at_plant
from core.errors import Faults
from people.roster import on_duty
from plans.models import DailyReportLine, DowntimeStop
from plans.selectors.progress import pace_of
from plans.selectors.report_start import hours_beside_roll_call, stops_going_on
from plans.services import LineInput, approve_report, save_report, submit_report
from plans.services.stops import StopInput, stop_at_times
from tests.factories.checklists import FRIDAY
from tests.factories.people import ShiftFactory, night_shift
from tests.factories.plans import OrderFactory
from tests.factories.rosters import rostered

pytestmark = pytest.mark.django_db
D = Decimal


def on_friday(hour, minute=0):
    return at_plant(FRIDAY, time(hour, minute))


def stop(begins, over, reason="machine", place="P-03", **more):
    return StopInput(reason, on_friday(*begins), on_friday(*over), place, **more)


@pytest.fixture
def tld(plant):
    return plant.person("tld", plant.a1)


@pytest.fixture
def line(plant):
    return LineInput(order=OrderFactory(workshop=plant.a), good_qty=D(100), attended_hours=D(64))


@pytest.fixture
def place(plant, day_shift, tld):
    return {"team": plant.a1, "shift": day_shift, "business_date": FRIDAY, "by": tld}


def faults_of(call):
    with pytest.raises(Faults) as refused:
        call()
    return [(fault.field, fault.code) for fault in refused.value.faults]


@pytest.mark.req("PLN-25")
def test_the_line_carries_the_sum_of_its_stops_and_their_main_reason(line, place):
    stops = (stop((9, 0), (9, 20), "no_material"), stop((10, 0), (11, 30)), stop((13, 0), (13, 50), "changeover"))
    report = save_report(**place, lines=[replace(line, downtime_hours=D(9), downtime_reason="other", stops=stops)])

    row = report.lines.get()
    assert (row.downtime_hours, row.downtime_reason) == (D("2.6666"), "machine")
    assert [(kept.hours, kept.reason, kept.place) for kept in row.stops.order_by("starts_at")] == [
        (D("0.3333"), "no_material", "P-03"),
        (D("1.5000"), "machine", "P-03"),
        (D("0.8333"), "changeover", "P-03"),
    ]


@pytest.mark.req("PLN-25")
def test_a_stop_over_the_border_of_two_shifts_is_split_between_their_reports(line, place, plant):
    evening = ShiftFactory(code="LATE", name="Late shift", starts_at=time(17), ends_at=time(23))
    first = save_report(**place, lines=[replace(line, stops=(stop((16, 30), (17, 40)),))])
    (own,) = DowntimeStop.objects.all()
    assert (own.hours, own.ends_at, own.over_at, own.reaches_over) == (D("0.5"), on_friday(17), on_friday(17, 40), True)

    (going_on,) = stops_going_on(plant.a2, evening, FRIDAY)
    assert going_on == own
    assert stops_going_on(plant.b1, evening, FRIDAY) == []
    taken_over = StopInput(own.reason, own.began_at, own.over_at, own.place)
    second = save_report(**place | {"team": plant.a2, "shift": evening}, lines=[replace(line, stops=(taken_over,))])

    hours = [report.lines.get().downtime_hours for report in (first, second)]
    assert hours == [D("0.5"), D("0.6667")]
    assert second.lines.get().stops.get().starts_at == on_friday(17)


def test_a_night_over_the_end_of_a_month_reads_morning_times_as_the_next_days(line, place):
    shift = night_shift()
    on = date(2026, 10, 31)
    typed = stop_at_times(shift=shift, business_date=on, starts=time(23, 30), ends=time(0, 30), reason="machine")
    morning = stop_at_times(shift=shift, business_date=on, starts=time(1), ends=time(1, 15), reason="quality")
    report = save_report(**place | {"shift": shift, "business_date": on}, lines=[replace(line, stops=(typed, morning))])

    assert (typed.began_at, typed.over_at) == (at_plant(on, time(23, 30)), at_plant(date(2026, 11, 1), time(0, 30)))
    assert morning.began_at == at_plant(date(2026, 11, 1), time(1))
    assert report.lines.get().downtime_hours == D("1.25")


LATE, NIGHT = (time(14), time(22)), (time(22), time(6))


@pytest.mark.req("PLN-25")
@pytest.mark.parametrize(
    ("times", "rostered_to", "typed", "began", "hours"),
    [
        (NIGHT, {}, (time(21, 30), time(22, 30)), (0, 21, 30), "0.5"),
        (NIGHT, {}, (time(5, 30), time(6, 30)), (1, 5, 30), "0.5"),
        (LATE, {"ends_at": time(2)}, (time(0, 30), time(1)), (1, 0, 30), "0.5"),
        (LATE, {"ends_at": time(2)}, (time(23, 30), time(0, 30)), (0, 23, 30), "1"),
        (NIGHT, {"starts_at": time(20)}, (time(20, 15), time(21)), (0, 20, 15), "0.75"),
        (LATE, {}, (time(13, 30), time(14, 15)), (0, 13, 30), "0.25"),
        ((time(0), time(8)), {}, (time(23, 30), time(0, 30)), (-1, 23, 30), "0.5"),
    ],
    ids=[
        "late to night",
        "night to early",
        "overtime over midnight",
        "over midnight in overtime",
        "an early night",
        "early to late",
        "before",
    ],
)
def test_clock_times_lie_where_the_team_worked(line, place, plant, times, rostered_to, typed, began, hours):
    shift = ShiftFactory(code="S", starts_at=times[0], ends_at=times[1])
    if rostered_to:
        rostered(plant.a1, shift, [FRIDAY], **rostered_to)
    pace = pace_of(on_duty([plant.a1.pk], FRIDAY, FRIDAY), plant.a1.pk, shift, FRIDAY)
    own = stop_at_times(shift=shift, business_date=FRIDAY, starts=typed[0], ends=typed[1], reason="machine", pace=pace)

    report = save_report(**place | {"shift": shift}, lines=[replace(line, stops=(own,))])
    day, *clock = began
    assert own.began_at == at_plant(FRIDAY + timedelta(days=day), time(*clock))
    assert report.lines.get().downtime_hours == D(hours)


def test_overtime_moves_the_border(line, place, plant, day_shift):
    rostered(plant.a1, day_shift, [FRIDAY], ends_at=time(19))

    report = save_report(**place, lines=[replace(line, stops=(stop((16, 30), (17, 40)),))])
    assert report.lines.get().downtime_hours == D("1.1667")


@pytest.mark.req("PLN-25")
def test_two_teams_may_stand_at_one_machine_at_the_same_time(line, place, plant):
    for team in (plant.a1, plant.a2):
        save_report(**place | {"team": team}, lines=[replace(line, stops=(stop((10, 0), (11, 0)),))])

    assert [row.downtime_hours for row in DailyReportLine.objects.all()] == [D(1), D(1)]


def test_a_place_cannot_stand_twice_at_a_time_but_two_places_of_a_line_can(line, place):
    twice = (stop((10, 0), (11, 0)), stop((10, 30), (10, 40), place="p-03"))
    assert faults_of(lambda: save_report(**place, lines=[replace(line, stops=twice)])) == [("lines.0.stops.1.starts", "stops_overlap")]

    two = (stop((10, 0), (11, 0)), stop((10, 30), (10, 45), place="P-04"))
    assert save_report(**place, lines=[replace(line, stops=two)]).lines.get().downtime_hours == D("1.25")


def test_every_fault_of_a_stop_is_named_at_its_row(line, place):
    stops = (
        stop((6, 0), (7, 0)),
        stop((9, 0), (10, 0), reason=""),
        stop((9, 0), (10, 0), reason="rain"),
        stop((10, 0), (10, 0)),
        stop((9, 0), (10, 0), place="x" * 61),
        StopInput("machine", on_friday(9), on_friday(9) + timedelta(hours=25)),
    )
    assert faults_of(lambda: save_report(**place, lines=[replace(line, stops=stops)])) == [
        ("lines.0.stops.0.starts", "stop_outside"),
        ("lines.0.stops.1.reason", "required"),
        ("lines.0.stops.2.reason", "unknown"),
        ("lines.0.stops.3.ends", "stop_too_long"),
        ("lines.0.stops.4.place", "text_too_long"),
        ("lines.0.stops.5.ends", "stop_too_long"),
    ]
    assert not DailyReportLine.objects.exists()


def test_unchanged_stops_leave_no_trace_and_hours_typed_instead_take_them_away(line, place):
    stops = (stop((10, 0), (11, 0)),)
    report = save_report(**place, lines=[replace(line, stops=stops)])
    kept = DowntimeStop.objects.get()
    save_report(**place, report=report, lines=[replace(line, stops=stops, remark="x")])
    assert DowntimeStop.objects.get() == kept

    save_report(**place, report=report, lines=[replace(line, downtime_hours=D(1), downtime_reason="machine", remark="y")])
    assert DowntimeStop.objects.get() == kept
    save_report(**place, report=report, lines=[replace(line, downtime_hours=D(2), downtime_reason="machine")])
    assert not DowntimeStop.objects.exists()


def checked_now():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def is_refused(change):
    try:
        with transaction.atomic():
            change()
            checked_now()
    except IntegrityError:
        return True
    return False


@pytest.mark.req("PLN-25")
def test_the_database_itself_keeps_line_and_stops_together(line, place, plant, tld):
    report = save_report(**place, lines=[replace(line, stops=(stop((10, 0), (11, 0)),))])
    checked_now()
    for change in (
        lambda: report.lines.update(downtime_hours=D(2)),
        lambda: DowntimeStop.objects.update(hours=D(2)),
        lambda: DowntimeStop.objects.update(ends_at=on_friday(9)),
    ):
        assert is_refused(change)
    approve_report(report=submit_report(report=report, by=tld), by=plant.person("wsm", plant.a))
    with pytest.raises(IntegrityError), transaction.atomic():
        DowntimeStop.objects.all().delete()


def test_half_an_hour_beside_the_roll_call_is_nothing_to_speak_of():
    from people.selectors.attendance import Attendance

    called = Attendance(rostered=8, attended=8, came=8, called_hours=D(64), is_called=True)
    assert [hours_beside_roll_call(D(hours), called) for hours in ("64", "64.5", "63.5", "64.6", "60")] == [
        None,
        None,
        None,
        D("0.6"),
        D(-4),
    ]
    assert hours_beside_roll_call(D(64), None) is None
