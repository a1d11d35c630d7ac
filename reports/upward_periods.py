"""The days, weeks and months that are reported upward, and when each report is due (GEN-11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.clock import FIRST_DAY, LAST_DAY, PlantMonth, at_plant, month_of_week, plant_zone
from core.plant_settings import plant_setting
from people.calendar import working_days
from reports.models import UpwardReport

Kind = UpwardReport.Kind
PERIODS = (Kind.DAY, Kind.WEEK, Kind.MONTH)
MATTERS = (Kind.WRITTEN, Kind.ORAL)
# What a plant may owe: nothing, week and month, or the day too.
OWED: Mapping[int, Sequence[Kind]] = {0: (), 1: (Kind.WEEK, Kind.MONTH), 2: PERIODS}
LOOKED_AHEAD = timedelta(days=62)
END_OF_DAY = time(23, 59)


@dataclass(frozen=True)
class Period:
    """A day, an ISO week or a month of the plant; both days are inclusive."""

    kind: Kind
    starts_on: date
    ends_on: date

    @property
    def month(self) -> PlantMonth:
        """The plant's month it belongs to; of a week that of its Thursday."""
        first_day = plant_setting("month_first_day")
        if self.kind == Kind.WEEK:
            year, week, _day = self.starts_on.isocalendar()
            return month_of_week(year, week, first_day)
        return PlantMonth.of(self.starts_on, first_day)

    @property
    def code(self) -> str:
        """The week or month as targets name it (``2026-W48``, ``2026-11``); of a day its month."""
        if self.kind == Kind.WEEK:
            year, week, _day = self.starts_on.isocalendar()
            return f"{year}-W{week:02d}"
        return str(self.month)


def period_of(kind: str, on: date) -> Period:
    """The period of a kind that holds a day."""
    match Kind(kind):
        case Kind.WEEK:
            monday = on - timedelta(days=on.weekday())
            return Period(Kind.WEEK, monday, monday + timedelta(days=6))
        case Kind.MONTH:
            month = PlantMonth.of(on, plant_setting("month_first_day"))
            return Period(Kind.MONTH, month.starts_on, month.ends_on)
    return Period(Kind(kind), on, on)


def before(period: Period) -> Period:
    return period_of(period.kind, period.starts_on - timedelta(days=1))


def due_by(period: Period, plant: int | None, worked: Sequence[date] | None = None) -> datetime:
    """Until when the report of a period may be sent and is not late, by the plant's settings and calendar.

    A day: the next working day at a time. A week: the setting's weekday after it at a time, Monday 09:00 unless set, the next working day
    where that is a holiday. A month: the end of its n-th working day after. ``worked`` are the plant's working days where they are known.
    """
    if worked is None:
        worked = working_days(plant, period.ends_on, period.ends_on + LOOKED_AHEAD)
    worked = [on for on in worked if on > period.ends_on]
    match period.kind:
        case Kind.MONTH:
            return at_plant(_nth(worked, plant_setting("upward_month_days"), period), END_OF_DAY)
        case Kind.WEEK:
            wanted = period.ends_on + timedelta(days=plant_setting("upward_week_weekday"))
            day = next((on for on in worked if on >= wanted), wanted)
            return at_plant(day, time.fromisoformat(plant_setting("upward_week_due")))
    return at_plant(_nth(worked, 1, period), time.fromisoformat(plant_setting("upward_day_due")))


def _nth(worked: Sequence[date], number: int, period: Period) -> date:
    """A plant that does not work for two months is due after as many days of the calendar."""
    return worked[number - 1] if len(worked) >= number else period.ends_on + timedelta(days=number)


def sendable_from(period: Period, plant: int | None) -> date:
    """The last working day of a period: from that day on its report may be sent."""
    worked = working_days(plant, period.starts_on, period.ends_on)
    return worked[-1] if worked else period.ends_on


def local_date(at: datetime) -> date:
    return at.astimezone(plant_zone()).date()


def is_a_day(on: date) -> bool:
    """Far enough from the ends of the calendar that weeks, months and due days can be reckoned."""
    return FIRST_DAY + LOOKED_AHEAD * 2 <= on <= LAST_DAY - LOOKED_AHEAD * 2
