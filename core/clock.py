"""The plant's clock: zone, business dates, shifts over midnight, weeks and the plant's months.

A *business date* is the plant-local date on which the shift began: the night shift of the 31st that ends on the 1st is the 31st's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

BEGINNING = date(1, 1, 1)
END = date(9999, 12, 31)
# The days that people, files and addresses may name: between them nothing that is reckoned leaves the calendar.
FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2999, 12, 31)
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def read_day(text: str) -> date:
    """A date as ``YYYY-MM-DD`` from 1900 to 2999; raises ``ValueError`` for anything else."""
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    on = date.fromisoformat(text)
    if not FIRST_DAY <= on <= LAST_DAY:
        raise ValueError(text)
    return on


def plant_zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def plant_now() -> datetime:
    return timezone.now().astimezone(plant_zone())


def plant_today() -> date:
    """The calendar date at the plant; for the date of a shift ask ``business_date``."""
    return plant_now().date()


def at_plant(on: date, clock: time, zone: ZoneInfo | None = None) -> datetime:
    """The moment when the plant's wall clock shows ``clock`` on ``on``.

    A clock time that daylight saving skips is the moment it jumps to; one that occurs twice is the first.
    """
    zone = zone or plant_zone()
    naive = datetime.combine(on, clock, tzinfo=zone)
    return naive.astimezone(ZoneInfo("UTC")).astimezone(zone)


@dataclass(frozen=True)
class ShiftTimes:
    """When a shift runs by the plant's wall clock; ``ends_at <= starts_at`` means it ends on the next day."""

    code: str
    starts_at: time
    ends_at: time
    break_minutes: int = 0

    @property
    def crosses_midnight(self) -> bool:
        return self.ends_at <= self.starts_at

    def window(self, business_date: date, zone: ZoneInfo | None = None) -> tuple[datetime, datetime]:
        """First moment (inclusive) and last moment (exclusive) of the shift of that business date."""
        last_day = business_date + timedelta(days=1) if self.crosses_midnight else business_date
        return at_plant(business_date, self.starts_at, zone), at_plant(last_day, self.ends_at, zone)

    def changed_window(self, business_date: date, starts_at: time | None, ends_at: time | None) -> tuple[datetime, datetime]:
        """The same with other clock times, where given: overtime or a part of the shift.

        A start that may be on either side of midnight is the one within the shift, else the one nearest to its start; the end follows it.
        """
        starts, ends = self.window(business_date)
        if starts_at is not None:
            days = (business_date + timedelta(days=offset) for offset in (0, 1, -1))
            moments = [at_plant(on, starts_at) for on in days]
            within = [moment for moment in moments if starts <= moment < ends]
            regular = starts
            starts = within[0] if within else min(moments, key=lambda moment: abs(moment - regular))
        if ends_at is not None or starts >= ends:
            ends_at = ends_at or self.ends_at
            ends = at_plant(starts.date(), ends_at)
            if ends <= starts:
                ends = at_plant(starts.date() + timedelta(days=1), ends_at)
        return starts, ends

    def hours(self, business_date: date, zone: ZoneInfo | None = None) -> Decimal:
        """Clock hours from start to end, breaks included; a night with a clock change is an hour shorter or longer."""
        starts, ends = self.window(business_date, zone)
        utc = ZoneInfo("UTC")
        return Decimal((ends.astimezone(utc) - starts.astimezone(utc)) // timedelta(minutes=1)) / 60


SPOT_WINDOW = timedelta(hours=4)
SHORTEST_SPOT_WINDOW = timedelta(hours=2)


def spot_windows(starts: datetime, ends: datetime) -> list[tuple[datetime, datetime]]:
    """The 4-hour windows from a shift's start in which a spot check is asked; a last one under 2 hours is not (PLN-04, PPL-17)."""
    found = []
    while ends - starts >= SHORTEST_SPOT_WINDOW:
        found.append((starts, min(starts + SPOT_WINDOW, ends)))
        starts += SPOT_WINDOW
    return found


def running_shift(shifts: Iterable[ShiftTimes], moment: datetime) -> tuple[date, ShiftTimes] | None:
    """Business date and shift that run at ``moment``; of overlapping ones the one that began last. ``None`` between shifts."""
    moment = moment.astimezone(plant_zone())
    found: list[tuple[datetime, date, ShiftTimes]] = []
    for shift in shifts:
        for on in (moment.date(), moment.date() - timedelta(days=1)):
            starts, ends = shift.window(on)
            if starts <= moment < ends:
                found.append((starts, on, shift))
    if not found:
        return None
    _, on, shift = max(found, key=lambda row: (row[0], row[2].code))
    return on, shift


def business_date(shifts: Iterable[ShiftTimes], moment: datetime) -> date:
    """The date on which the shift running at ``moment`` began; between shifts the calendar date."""
    running = running_shift(shifts, moment)
    return running[0] if running else moment.astimezone(plant_zone()).date()


@dataclass(frozen=True, order=True)
class PlantMonth:
    """A month of the plant: ``2026-10`` with first day 26 runs from 26 September to 25 October, both inclusive (DESIGN 3.10)."""

    year: int
    month: int
    first_day: int = 1

    @classmethod
    def parse(cls, text: str, first_day: int = 1) -> PlantMonth:
        """From ``YYYY-MM``, 1900 to 2999; raises ``ValueError`` for anything else."""
        match = _MONTH.fullmatch(text)
        if not match or not FIRST_DAY.year <= int(match[1]) <= LAST_DAY.year:
            raise ValueError(text)
        return cls(int(match[1]), int(match[2]), first_day)

    @classmethod
    def of(cls, on: date, first_day: int = 1) -> PlantMonth:
        """The month that holds the business date ``on``."""
        month = cls(on.year, on.month, first_day)
        return month.following() if first_day > 1 and on.day >= first_day else month

    @property
    def starts_on(self) -> date:
        if self.first_day == 1:
            return date(self.year, self.month, 1)
        before = self.year * 12 + self.month - 2
        return date(before // 12, before % 12 + 1, self.first_day)

    @property
    def ends_on(self) -> date:
        """The last day, inclusive."""
        return self.following().starts_on - timedelta(days=1)

    def shifted(self, months: int) -> PlantMonth:
        count = self.year * 12 + self.month - 1 + months
        return PlantMonth(count // 12, count % 12 + 1, self.first_day)

    def following(self) -> PlantMonth:
        return self.shifted(1)

    def previous(self) -> PlantMonth:
        return self.shifted(-1)

    def days(self) -> Iterator[date]:
        on = self.starts_on
        while on <= self.ends_on:
            yield on
            on += timedelta(days=1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def month_of_week(year: int, week: int, first_day: int = 1) -> PlantMonth:
    """The month an ISO week belongs to: that of its Thursday."""
    return PlantMonth.of(date.fromisocalendar(year, week, 4), first_day)
