from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from core.clock import PlantMonth, ShiftTimes, at_plant, business_date, month_of_week, running_shift

DAY = ShiftTimes("DAY", time(8), time(17), 60)
NIGHT = ShiftTimes("NIGHT", time(20), time(5), 60)
SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


def at(*parts, zone=SHANGHAI):
    return datetime(*parts, tzinfo=zone)


def test_a_night_shift_belongs_to_the_date_on_which_it_began_also_over_a_months_end():
    assert business_date([DAY, NIGHT], at(2026, 11, 1, 3)) == date(2026, 10, 31)
    assert business_date([DAY, NIGHT], at(2026, 10, 31, 20)) == date(2026, 10, 31)


def test_a_shift_ends_where_the_next_moment_is_outside():
    assert running_shift([NIGHT], at(2026, 11, 1, 4, 59)) == (date(2026, 10, 31), NIGHT)
    assert running_shift([NIGHT], at(2026, 11, 1, 5)) is None


def test_between_shifts_the_calendar_date_counts():
    assert business_date([DAY, NIGHT], at(2026, 11, 1, 6)) == date(2026, 11, 1)


def test_of_overlapping_shifts_the_one_that_began_last_runs():
    late = ShiftTimes("LATE", time(12), time(20))
    assert running_shift([DAY, late], at(2026, 11, 2, 13)) == (date(2026, 11, 2), late)


@pytest.mark.parametrize(("on", "hours"), [(date(2026, 3, 28), 8), (date(2026, 10, 24), 10), (date(2026, 6, 1), 9)])
def test_a_night_with_a_clock_change_is_an_hour_shorter_or_longer(on, hours):
    assert NIGHT.hours(on, BERLIN) == Decimal(hours)


def test_a_clock_time_that_daylight_saving_skips_is_the_moment_it_jumps_to():
    assert at_plant(date(2026, 3, 29), time(2, 30), BERLIN).isoformat() == "2026-03-29T03:30:00+02:00"


def test_the_plants_month_may_begin_on_the_26th():
    month = PlantMonth.parse("2026-10", 26)
    assert (month.starts_on, month.ends_on) == (date(2026, 9, 26), date(2026, 10, 25))
    assert PlantMonth.of(date(2026, 10, 25), 26) == month
    assert PlantMonth.of(date(2026, 10, 26), 26) == month.following()
    assert PlantMonth.of(date(2026, 12, 31), 26) == PlantMonth(2027, 1, 26)
    assert PlantMonth(2027, 1, 26).starts_on == date(2026, 12, 26)


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "202610", "2026-00", "0000-01", "2026-10 "])
def test_what_is_not_a_month_is_refused(text):
    with pytest.raises(ValueError):
        PlantMonth.parse(text)


def test_an_iso_week_belongs_to_the_month_of_its_thursday():
    assert month_of_week(2026, 53) == PlantMonth(2026, 12)
    assert month_of_week(2026, 40) == PlantMonth(2026, 10)
