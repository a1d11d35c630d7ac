"""Who is on duty when (PPL-17)."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.clock import ShiftTimes, spot_windows
from people.models import CalendarDay, OrgKind, OrgSpan, PatternDay
from people.roster import on_duty
from plans.models import Sheet
from plans.services import make_sheets
from tests.factories.checklists import assigned
from tests.factories.people import ShiftFactory, night_shift, org
from tests.factories.rosters import follow, make_pattern, rostered

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
NOVEMBER = [FIRST + timedelta(days=n) for n in range(30)]
SUNDAY = date(2026, 11, 22)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def three_shifts():
    return (
        ShiftFactory(code="EARLY", starts_at=time(6), ends_at=time(14)),
        ShiftFactory(code="LATE", starts_at=time(14), ends_at=time(22)),
        ShiftFactory(code="NIGHT", starts_at=time(22), ends_at=time(6)),
    )


@pytest.mark.req("PPL-17")
def test_a_rotation_of_three_shifts_over_four_teams_gives_november(plant):
    early, late, night = shifts = three_shifts()
    pattern = make_pattern(early, early, late, late, night, night, None, None)
    teams = [plant.a1, plant.a2, plant.b1, org("B2", OrgKind.TEAM, plant.b)]
    for number, team in enumerate(teams):
        follow(team, pattern, FIRST, first_day=1 + 2 * number)

    duties = on_duty([team.pk for team in teams], FIRST, LAST)

    for on in NOVEMBER:
        working = [[team.code for team in teams if duties.window(team.pk, shift, on)] for shift in shifts]
        assert [len(found) for found in working] == [1, 1, 1], on  # each shift has one team, the fourth is off
    assert [duties.window(plant.a1.pk, early, on) is not None for on in NOVEMBER[:9]] == [True, True, *[False] * 6, True]
    assert duties.window(plant.a1.pk, night, date(2026, 11, 6)) == (at("2026-11-06 22:00"), at("2026-11-07 06:00"))
    assert sum(duties.window(plant.a1.pk, shift, on) is not None for shift in shifts for on in NOVEMBER) == 24


@pytest.mark.req("PPL-17")
def test_a_sunday_off_makes_no_sheet(plant, day_shift):
    follow(plant.a1, make_pattern(*[day_shift] * 6, None), date(2026, 11, 16))  # from a Monday
    CalendarDay.objects.create(date=SUNDAY, is_working=True, name="The plant works")
    assigned(plant.a1, day_shift)
    assigned(plant.a2, day_shift)

    make_sheets(at=at("2026-11-22 05:00"))

    assert list(Sheet.objects.filter(business_date=SUNDAY).values_list("node__code", flat=True)) == ["A2"]


@pytest.mark.req("PPL-17")
def test_a_team_gets_sheets_of_the_shift_it_works_and_no_other(plant, day_shift):
    night = night_shift()
    follow(plant.a1, make_pattern(night), FIRST)
    assigned(plant.a1, day_shift)
    assigned(plant.a1, night)

    make_sheets(at=at("2026-11-19 05:00"))

    found = Sheet.objects.filter(business_date=date(2026, 11, 19)).values_list("shift__code", flat=True)
    assert list(found) == ["NIGHT"]


@pytest.mark.req("PPL-17")
def test_two_hours_of_overtime_add_no_window(plant, day_shift):
    shift = ShiftFactory(code="EIGHT", starts_at=time(8), ends_at=time(16))
    rostered(plant.a1, shift, [date(2026, 11, 20)], ends_at=time(18), is_change=True)

    duties = on_duty([plant.a1.pk], date(2026, 11, 20), date(2026, 11, 21))

    assert duties.window(plant.a1.pk, shift, date(2026, 11, 20)) == (at("2026-11-20 08:00"), at("2026-11-20 18:00"))
    assert duties.spot_windows(plant.a1.pk, shift, date(2026, 11, 20)) == duties_of_four_hours("2026-11-20")
    assert duties.spot_windows(plant.a1.pk, shift, date(2026, 11, 21)) == duties_of_four_hours("2026-11-21")


def duties_of_four_hours(on: str):
    return [(at(f"{on} 08:00"), at(f"{on} 12:00")), (at(f"{on} 12:00"), at(f"{on} 16:00"))]


@pytest.mark.req("PPL-17")
def test_a_last_window_under_two_hours_is_not_asked():
    eight = at("2026-11-20 08:00")

    assert len(spot_windows(eight, at("2026-11-20 16:00"))) == 2
    assert spot_windows(eight, at("2026-11-20 17:59"))[-1] == (at("2026-11-20 12:00"), at("2026-11-20 16:00"))
    assert spot_windows(eight, at("2026-11-20 18:00"))[-1] == (at("2026-11-20 16:00"), at("2026-11-20 18:00"))
    assert spot_windows(eight, at("2026-11-20 09:59")) == []


def test_a_part_shift_has_only_its_own_windows(plant):
    shift = ShiftFactory(code="EIGHT", starts_at=time(8), ends_at=time(16))
    rostered(plant.a1, shift, [date(2026, 11, 20)], ends_at=time(12), is_change=True)

    windows = on_duty([plant.a1.pk], FIRST, LAST).spot_windows(plant.a1.pk, shift, date(2026, 11, 20))

    assert windows == [(at("2026-11-20 08:00"), at("2026-11-20 12:00"))]


@pytest.mark.parametrize(
    ("starts", "ends", "window"),
    [
        (None, time(7), ("2026-11-20 20:00", "2026-11-21 07:00")),  # overtime after a night
        (time(18), None, ("2026-11-20 18:00", "2026-11-21 05:00")),  # before it
        (time(1), None, ("2026-11-21 01:00", "2026-11-21 05:00")),  # only its second half
        (None, time(23), ("2026-11-20 20:00", "2026-11-20 23:00")),
    ],
)
def test_times_on_either_side_of_midnight_belong_to_the_night_that_began(starts, ends, window):
    night = ShiftTimes("NIGHT", time(20), time(5))

    assert night.changed_window(date(2026, 11, 20), starts, ends) == tuple(map(at, window))


def test_overtime_before_a_shift_that_begins_at_midnight_is_of_the_evening_before():
    shift = ShiftTimes("ZERO", time(0), time(8))

    assert shift.changed_window(date(2026, 11, 20), time(22), None) == (at("2026-11-19 22:00"), at("2026-11-20 08:00"))


def test_a_unit_is_on_duty_when_any_of_its_teams_is(plant, day_shift):
    follow(plant.a1, make_pattern(None, code="REST"), FIRST)
    rostered(plant.a2, day_shift, [SUNDAY], ends_at=time(19))
    rostered(plant.a1, day_shift, [SUNDAY], starts_at=time(7), is_change=True)
    monday = SUNDAY + timedelta(days=1)

    duties = on_duty([plant.a.pk, plant.plant.pk], FIRST, LAST)

    assert duties.window(plant.a.pk, day_shift, SUNDAY) == (at("2026-11-22 07:00"), at("2026-11-22 19:00"))
    assert duties.window(plant.a.pk, day_shift, monday) is None  # one rests, the other's month is made and has no Monday
    assert duties.window(plant.plant.pk, day_shift, monday) == day_shift.times.window(monday)  # B1 goes by the calendar


def test_a_team_without_a_roster_goes_by_the_calendar_in_every_shift(plant, day_shift):
    duties = on_duty([plant.a1.pk], FIRST, LAST)
    friday = date(2026, 11, 20)

    assert duties.window(plant.a1.pk, day_shift, friday) == day_shift.times.window(friday)
    assert duties.window(plant.a1.pk, night_shift(), friday) == night_shift().times.window(friday)
    assert duties.window(plant.a1.pk, day_shift, SUNDAY) is None
    assert not duties.has_roster(plant.a1.pk, friday)


def test_a_workshop_without_teams_goes_by_the_calendar(plant, day_shift):
    lone = org("L", OrgKind.WORKSHOP, plant.plant)
    duties = on_duty([lone.pk], FIRST, LAST)

    assert duties.window(lone.pk, day_shift, date(2026, 11, 20)) == day_shift.times.window(date(2026, 11, 20))
    assert duties.window(lone.pk, day_shift, SUNDAY) is None


def test_a_pattern_that_rests_on_the_plants_days_off_does(plant, day_shift):
    CalendarDay.objects.create(date=date(2026, 11, 20), name="Holiday")
    follow(plant.a1, make_pattern(day_shift, rests_on_days_off=True), FIRST)
    follow(plant.a2, make_pattern(day_shift, code="ALWAYS"), FIRST)

    duties = on_duty([plant.a1.pk, plant.a2.pk], FIRST, LAST)

    for on in (date(2026, 11, 20), SUNDAY):
        assert duties.window(plant.a1.pk, day_shift, on) is None
        assert duties.window(plant.a2.pk, day_shift, on) is not None


def test_the_rows_of_a_date_take_the_place_of_the_pattern(plant, day_shift):
    friday, saturday = date(2026, 11, 20), date(2026, 11, 21)
    follow(plant.a1, make_pattern(day_shift), FIRST)
    rostered(plant.a1, night_shift(), [friday], is_change=True)
    rostered(plant.a1, day_shift, [saturday], is_off=True, is_change=True)

    duties = on_duty([plant.a1.pk], FIRST, LAST)

    assert duties.window(plant.a1.pk, day_shift, friday) is None
    assert duties.window(plant.a1.pk, night_shift(), friday) is not None
    assert duties.window(plant.a1.pk, day_shift, saturday) is None
    assert duties.window(plant.a1.pk, day_shift, SUNDAY) is not None


def test_a_roster_made_for_a_month_is_silent_on_days_off_and_a_change_of_one_day_is_not_a_roster(plant, day_shift):
    rostered(plant.a1, day_shift, [date(2026, 11, 20)])
    rostered(plant.a2, day_shift, [date(2026, 11, 20)], ends_at=time(19), is_change=True)

    duties = on_duty([plant.a1.pk, plant.a2.pk], FIRST, date(2026, 12, 1))

    assert duties.window(plant.a1.pk, day_shift, date(2026, 11, 23)) is None
    assert duties.window(plant.a1.pk, day_shift, date(2026, 12, 1)) is not None
    assert duties.window(plant.a2.pk, day_shift, date(2026, 11, 23)) is not None


def test_a_team_that_moved_counts_where_it_stood(plant, day_shift):
    OrgSpan.objects.create(node=plant.a2, name="A2", parent=plant.b, valid_from=date(2026, 11, 16))
    follow(plant.a1, make_pattern(None, code="REST"), FIRST)
    follow(plant.b1, plant.a1.roster_plans.get().pattern, FIRST)
    rostered(plant.a2, day_shift, [date(2026, 11, 13), date(2026, 11, 20)])

    duties = on_duty([plant.a.pk, plant.b.pk], FIRST, LAST)

    assert duties.window(plant.a.pk, day_shift, date(2026, 11, 13)) is not None
    assert duties.window(plant.b.pk, day_shift, date(2026, 11, 13)) is None
    assert duties.window(plant.a.pk, day_shift, date(2026, 11, 20)) is None
    assert duties.window(plant.b.pk, day_shift, date(2026, 11, 20)) is not None


def test_the_number_of_statements_does_not_grow_with_teams_or_days(plant, day_shift):
    pattern = make_pattern(day_shift)
    follow(plant.a1, pattern, FIRST)
    with CaptureQueriesContext(connection) as few:
        on_duty([plant.a1.pk], FIRST, FIRST)
    for number in range(5):
        follow(org(f"X{number}", OrgKind.TEAM, plant.a), pattern, FIRST)
    with CaptureQueriesContext(connection) as many:
        on_duty([plant.plant.pk, plant.a.pk, plant.a1.pk, plant.b.pk], FIRST, LAST)

    assert len(many) == len(few) == 1


def test_a_team_follows_one_pattern_at_a_time(plant, day_shift):
    pattern = make_pattern(day_shift)
    follow(plant.a1, pattern, FIRST, ends_on=date(2026, 11, 15))
    follow(plant.a1, pattern, date(2026, 11, 16))

    with pytest.raises(IntegrityError, match="one_pattern_at_a_time"), transaction.atomic():
        follow(plant.a1, pattern, date(2026, 12, 1))


def test_the_days_of_a_pattern_in_use_are_never_changed(plant, day_shift):
    pattern = make_pattern(day_shift)
    PatternDay.objects.create(pattern=pattern, number=2)
    follow(plant.a1, pattern, FIRST)

    for change in (
        lambda: PatternDay.objects.create(pattern=pattern, number=3),
        lambda: pattern.days.filter(number=2).update(shift=day_shift),
        lambda: pattern.days.filter(number=2).delete(),
    ):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            change()
        assert refused.value.__cause__.diag.constraint_name == "pattern_in_use"
