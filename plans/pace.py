"""How the work of a shift is spread evenly over its working time, and the time slots in which output is counted (PLN-07).

No database. A shift says how long its break is, not when: it lies in the middle of the shift, and nothing is due while it lasts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from core.clock import ShiftTimes
from core.quantities import HasDecimals

MINUTE = timedelta(minutes=1)
# A rest shorter than this is no slot of its own: it belongs to the one before.
SHORTEST_SLOT = timedelta(minutes=20)


@dataclass(frozen=True)
class TimeSlot:
    """``starts`` inclusive, ``ends`` exclusive."""

    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class Pace:
    """The working time of one team in one shift: from ``starts`` to ``ends`` without ``rest``."""

    starts: datetime
    ends: datetime
    rest: TimeSlot | None = None

    @classmethod
    def of(cls, shift: ShiftTimes, business_date: date, window: tuple[datetime, datetime] | None = None) -> Pace:
        """``window`` is when the team works where its roster says otherwise than the shift: overtime, a part of the shift."""
        usual_starts, usual_ends = shift.window(business_date)
        starts, ends = window or (usual_starts, usual_ends)
        rest = None
        if shift.break_minutes:
            half = timedelta(minutes=shift.break_minutes) / 2
            middle = usual_starts + (usual_ends - usual_starts) / 2
            rest = TimeSlot(middle - half, middle + half)
        return cls(starts, ends, rest)

    def minutes(self, at: datetime) -> int:
        """Working minutes gone by ``at``."""
        at = min(max(at, self.starts), self.ends)
        gone = (at - self.starts) // MINUTE
        if self.rest is not None:
            rested = min(at, self.rest.ends) - max(self.starts, self.rest.starts)
            gone -= max(rested // MINUTE, 0)
        return gone

    def target(self, planned: Decimal, at: datetime, unit: HasDecimals) -> Decimal:
        """What should be there by ``at`` when ``planned`` is made evenly, rounded half up to the unit."""
        whole = self.minutes(self.ends)
        if whole <= 0:
            return planned
        return (planned * self.minutes(at) / whole).quantize(Decimal(1).scaleb(-unit.decimals), ROUND_HALF_UP)

    def slots(self, hours: int) -> list[TimeSlot]:
        """From the start in steps of ``hours``; the last one ends with the shift and may be shorter or a little longer."""
        step = timedelta(hours=hours)
        found: list[TimeSlot] = []
        starts = self.starts
        while starts < self.ends:
            ends = min(starts + step, self.ends)
            if self.ends - ends < SHORTEST_SLOT:
                ends = self.ends
            found.append(TimeSlot(starts, ends))
            starts = ends
        return found
