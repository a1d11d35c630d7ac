"""What every part of the demo draws alike: figures from their own date and team, and the days that are worked."""

from __future__ import annotations

import random
from datetime import date, timedelta

from floorops.demo import cast
from people.models import CalendarDay


def draw_for(*parts: object) -> random.Random:
    return random.Random("|".join(str(part) for part in parts))  # noqa: S311 - a demo figure, not a secret


def present_people(team: str, on: date, usual: int, draw: random.Random | None = None) -> int:
    """How many of a team came; the first two draws of its daily report."""
    draw = draw or draw_for("report", team, on)
    return usual - (draw.random() < 0.25) - (draw.random() < 0.1)


def working_days(first: date, last: date) -> list[date]:
    off = set(CalendarDay.objects.filter(plant__code="D-PLANT", is_working=False).values_list("date", flat=True))
    count = max((last - first).days + 1, 0)
    days = (first + timedelta(days=n) for n in range(count))
    return [day for day in days if day.weekday() in cast.WORKING_WEEKDAYS and day not in off]
