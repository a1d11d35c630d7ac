"""Patterns, teams on them, and single days of rosters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from people.models import OrgNode, PatternDay, RosterDay, RosterPlan, RotationPattern, Shift, Staff


def make_pattern(*shifts: Shift | None, code: str = "CYCLE", rests_on_days_off: bool = False) -> RotationPattern:
    """A cycle of these days; ``None`` is a day off."""
    pattern = RotationPattern.objects.create(code=code, name=code, name_zh=code, rests_on_days_off=rests_on_days_off)
    PatternDay.objects.bulk_create(PatternDay(pattern=pattern, number=number, shift=shift) for number, shift in enumerate(shifts, 1))
    return pattern


def follow(team: OrgNode, pattern: RotationPattern, starts_on: date, ends_on: date | None = None, first_day: int = 1) -> RosterPlan:
    return RosterPlan.objects.create(team=team, pattern=pattern, starts_on=starts_on, ends_on=ends_on, first_day=first_day)


def rostered(team: OrgNode, shift: Shift, dates: Sequence[date], staff: Staff | None = None, **more) -> list[RosterDay]:
    return RosterDay.objects.bulk_create(RosterDay(team=team, shift=shift, date=on, staff=staff, **more) for on in dates)
