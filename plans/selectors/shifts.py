"""Which shift runs, and until when."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from core.clock import plant_zone, running_shift
from people.models import Shift

NO_SHIFT = timedelta(hours=8)


def shift_at(at: datetime) -> tuple[date, Shift | None]:
    """Business date and shift that run at a moment; between shifts the calendar date and none."""
    shifts = {shift.code: shift for shift in Shift.objects.all()}
    found = running_shift([shift.times for shift in shifts.values()], at)
    if found is None:
        return at.astimezone(plant_zone()).date(), None
    return found[0], shifts[found[1].code]


def same_shift_end(at: datetime, business_date: date, shift: Shift | None) -> datetime:
    """When the shift of that date ends; where it has ended, or none runs, the end of the one that runs or begins next after ``at``."""
    if shift is not None:
        ends = shift.times.window(business_date)[1]
        if ends > at:
            return ends
    today = at.astimezone(plant_zone()).date()
    windows = [
        other.times.window(on) for other in Shift.objects.all() for on in (today - timedelta(days=1), today, today + timedelta(days=1))
    ]
    ahead = sorted((starts, ends) for starts, ends in windows if ends > at)
    return ahead[0][1] if ahead else at + NO_SHIFT
