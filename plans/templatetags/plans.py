"""What only the pages of this room need: signed gaps, addresses of time slots, columns of a wall."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.urls import reverse

from core.clock import plant_zone
from core.templatetags.fo import qty
from plans.models import Arrival
from plans.selectors import arrivals

register = template.Library()
MINUS = "\u2212"


@register.filter
def signed(value: Decimal | None, unit: Any = None) -> str:
    """``+12``, ``−100``, ``0``: a difference with its sign; no data is ``—``."""
    if value is None:
        return qty(None)
    text = qty(abs(value), unit)
    return text if not value else f"{'+' if value > 0 else MINUS}{text}"


@register.simple_tag
def count_url(team: Any, slot: datetime | None = None) -> str:
    """Where a team counts; of one slot where it is named."""
    address = reverse("progress-count", args=[team.team.node_id, team.business_date.isoformat(), team.shift.pk])
    return f"{address}?slot={slot.astimezone(plant_zone()):%Y-%m-%dT%H:%M}" if slot else address


@register.simple_tag
def should_width(line: Any, at: datetime) -> str:
    """Where the mark of what is due by now stands on a line's bar, in percent."""
    return line.should_width(at)


@register.filter
def halves(rows: Sequence[Any]) -> list[Sequence[Any]]:
    """Two columns, the first at least as long; one where there are few."""
    if len(rows) < 4:
        return [rows]
    middle = (len(rows) + 1) // 2
    return [rows[:middle], rows[middle:]]


@register.filter
def late_words(arrival: Arrival) -> str:
    """``1 min late``."""
    return arrivals.late_words(arrival.minutes_late)
