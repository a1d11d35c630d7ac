"""Rosters as files (FORMATS section 1, PPL-17)."""

from datetime import date, time

import pytest

from people.models import RosterDay
from people.roster import on_duty
from tests.factories.people import StaffFactory, night_shift

pytestmark = pytest.mark.django_db
HEADER = "team_code,staff_no,date,shift_code,starts_at,ends_at\n"
FRIDAY, SATURDAY = date(2026, 11, 20), date(2026, 11, 21)


@pytest.mark.req("PPL-17")
def test_a_month_of_rows_is_the_roster_of_a_team(plant, day_shift, csv_file, loaded):
    night_shift()
    path = csv_file(HEADER + "A1,,2026-11-20,DAY,,\nA1,,2026-11-22,NIGHT,,\n")

    assert loaded("rosters", path) == (2, 0, 0)
    assert loaded("rosters", path) == (0, 0, 2)

    duties = on_duty([plant.a1.pk], FRIDAY, date(2026, 11, 23))
    assert [duties.window(plant.a1.pk, day_shift, date(2026, 11, day)) is not None for day in (20, 21, 22, 23)] == [
        True,
        False,
        False,
        False,
    ]
    assert duties.window(plant.a1.pk, night_shift(), date(2026, 11, 22)) is not None


@pytest.mark.req("PPL-17")
def test_overtime_and_part_shifts_of_one_day_leave_the_other_days_alone(plant, day_shift, csv_file, loaded):
    StaffFactory(staff_no="0815", org=plant.a1)
    assert loaded("rosters", csv_file(HEADER + "A1,,2026-11-20,DAY,,19:00\nA1,0815,2026-11-20,DAY,08:00,12:00\n")) == (2, 0, 0)

    duties = on_duty([plant.a1.pk], FRIDAY, SATURDAY)

    assert duties.window(plant.a1.pk, day_shift, FRIDAY) == day_shift.times.changed_window(FRIDAY, None, time(19))
    assert duties.window(plant.a1.pk, day_shift, SATURDAY) == day_shift.times.window(SATURDAY)


def test_times_that_are_the_shifts_own_make_no_change(plant, day_shift, csv_file, loaded):
    loaded("rosters", csv_file(HEADER + "A1,,2026-11-20,DAY,08:00,17:00\n"))

    assert not RosterDay.objects.get().is_change


def test_a_later_file_changes_times_and_a_dash_takes_them_away(plant, day_shift, csv_file, loaded):
    loaded("rosters", csv_file(HEADER + "A1,,2026-11-20,DAY,07:00,19:00\n"))

    assert loaded("rosters", csv_file("team_code,staff_no,date,shift_code,starts_at,ends_at\nA1,,2026-11-20,DAY,-,\n")) == (0, 1, 0)
    assert (RosterDay.objects.get().starts_at, RosterDay.objects.get().ends_at) == (None, time(19))


def test_a_day_off_is_a_row_that_says_so(plant, day_shift, csv_file, loaded):
    loaded("rosters", csv_file("team_code,staff_no,date,shift_code,off\nA1,,2026-11-20,DAY,1\n"))

    duties = on_duty([plant.a1.pk], FRIDAY, SATURDAY)
    assert duties.window(plant.a1.pk, day_shift, FRIDAY) is None
    assert duties.window(plant.a1.pk, day_shift, SATURDAY) is not None


def test_what_rosters_refuse(plant, day_shift, csv_file, faults):
    StaffFactory(staff_no="LEFT", org=plant.a1, left_on=date(2026, 11, 19))
    path = csv_file(
        "team_code,staff_no,date,shift_code,starts_at,ends_at,off\n"
        "A,,2026-11-20,DAY,,,\nA1,LEFT,2026-11-20,DAY,,,\nA1,0000,2026-11-20,DAY,,,\nA1,,2026-11-20,,,,\nA1,,,DAY,,,\n"
        "A1,,2026-11-20,DAY,18:00,20:00,\nA1,,2026-11-21,DAY,,07:00,\nA1,,2026-11-23,DAY,8,,\nA1,,2026-11-24,DAY,,19:00,1\n"
        "A1,,2026-11-25,DAY,,,\nA1,,2026-11-25,DAY,,19:00,\n"
    )

    assert faults("rosters", path) == [
        'row 2, column team_code: "A" is not a team on 2026-11-20',
        'row 3, column staff_no: "LEFT" does not work here on 2026-11-20',
        'row 4, column staff_no: "0000" is not known',
        'row 5, column shift_code: "" is needed',
        'row 6, column date: "" is needed',
        'row 7, column ends_at: "20:00" – 18:00 to 20:00 does not touch the shift Day shift.',
        'row 8, column ends_at: "07:00" – 08:00 to 07:00 is 23 hours, more than 16.',
        'row 9, column starts_at: "8" is not a time (HH:MM)',
        'row 10, column ends_at: "19:00" cannot be: that day is off',
        'row 12, column team_code: "A1" is the same key as row 11 (A1~~2026-11-25~DAY)',
    ]
    assert not RosterDay.objects.exists()


def test_who_may_bring_rosters_of_which_teams(plant, day_shift, csv_file, faults, loaded):
    from people.access import access_of

    path = csv_file(HEADER + "A1,,2026-11-20,DAY,,\nB1,,2026-11-20,DAY,,\n")
    assert faults("rosters", path, access=access_of(plant.person("wsm", plant.a))) == ['row 3, column team_code: "B1" is not known']
    assert loaded("rosters", path, access=access_of(plant.person("mgr"))) == (2, 0, 0)
