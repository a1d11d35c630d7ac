"""Other times than a shift's own: overtime, or a part of it."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

from core.quantities import plain
from core.templatetags.fo import clock
from people.errors import DutyTooLong, TimesApart
from people.models import Shift

MOST_HOURS = 16


def require_times(shift: Shift, on: date, starts_at: time | None, ends_at: time | None) -> None:
    """Raises ``TimesApart`` when the times do not touch the shift, ``DutyTooLong`` when they make more than 16 hours."""
    if starts_at is None and ends_at is None:
        return
    starts, ends = shift.times.changed_window(on, starts_at, ends_at)
    usual_starts, usual_ends = shift.times.window(on)
    told = {"starts": clock(starts), "ends": clock(ends)}
    field = "ends_at" if ends_at is not None else "starts_at"
    if starts >= usual_ends or ends <= usual_starts:
        raise TimesApart(field=field, shift=shift.label, **told)
    hours = Decimal((ends - starts) // timedelta(minutes=1)) / 60
    if hours > MOST_HOURS:
        raise DutyTooLong(field=field, hours=plain(hours), most=MOST_HOURS, **told)


def departs(shift: Shift, starts_at: time | None, ends_at: time | None) -> bool:
    """Whether these times are other than the shift's own."""
    return starts_at not in (None, shift.starts_at) or ends_at not in (None, shift.ends_at)
