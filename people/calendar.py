"""Which days the plant works: its weekdays, and the dates that depart from them."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q

from core.plant_settings import plant_setting
from people.models import CalendarDay, OrgNode


def departures(plant: OrgNode | int | None, first: date, last: date) -> dict[date, CalendarDay]:
    """The calendar rows of a plant from ``first`` to ``last``, both inclusive; the plant's own row goes before one for every plant."""
    pk = plant.pk if isinstance(plant, OrgNode) else plant
    rows = CalendarDay.objects.filter(Q(plant=None) | Q(plant=pk), date__gte=first, date__lte=last)
    return {row.date: row for row in sorted(rows, key=lambda row: row.plant_id is not None)}


def working_days(plant: OrgNode | int | None, first: date, last: date) -> list[date]:
    """The dates worked from ``first`` to ``last``, both inclusive."""
    weekdays = set(plant_setting("working_weekdays"))
    rows = departures(plant, first, last)
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return [on for on in days if (rows[on].is_working if on in rows else on.weekday() in weekdays)]


def is_working_day(plant: OrgNode | int | None, on: date) -> bool:
    """Whether the plant works on that business date; ``None`` asks for the calendar of every plant."""
    return working_days(plant, on, on) == [on]
