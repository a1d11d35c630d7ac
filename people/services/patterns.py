"""Rotation patterns, and the teams that follow them (PPL-17)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Q

from core.errors import Faults, RuleBroken
from core.refusals import refusals_explained
from core.services import request_once
from core.tables.loaders import rewrite
from core.versions import require_unchanged
from people.errors import BeyondTheCycle, DatesReversed, NotATeam, PatternEmpty, PatternInUse, Taken
from people.models import OrgKind, OrgNode, OrgPath, PatternDay, RosterPlan, RotationPattern, Shift, Staff

ONE_DAY = timedelta(days=1)


@transaction.atomic
def add_pattern(
    *, code: str, name: str, name_zh: str, rests_on_days_off: bool, shifts: Sequence[Shift | None], by: Staff
) -> RotationPattern:
    """A cycle of these days, ``None`` for a day off. Raises ``Taken``, and ``PatternEmpty`` when nobody would ever work."""
    _require_work(shifts)
    pattern = RotationPattern(code=code.strip(), name=name, name_zh=name_zh, rests_on_days_off=rests_on_days_off)
    try:
        with transaction.atomic():
            pattern.save(force_insert=True)
    except IntegrityError:
        raise Taken(field="code", value=code) from None
    PatternDay.objects.bulk_create(_days(pattern, shifts))
    return pattern


def _require_work(shifts: Sequence[Shift | None]) -> None:
    if not any(shifts):
        raise PatternEmpty(field="day_1")


def _days(pattern: RotationPattern, shifts: Sequence[Shift | None]) -> list[PatternDay]:
    return [PatternDay(pattern=pattern, number=number, shift=shift) for number, shift in enumerate(shifts, 1)]


@transaction.atomic
def edit_pattern(
    *,
    pattern: RotationPattern,
    name: str,
    name_zh: str,
    rests_on_days_off: bool,
    shifts: Sequence[Shift | None],
    by: Staff,
    version: int | None = None,
) -> RotationPattern:
    """Names may always change; days only while no team follows the pattern. Raises ``PatternInUse``, ``PatternEmpty``, ``StaleVersion``."""
    _require_work(shifts)
    kept = RotationPattern.objects.select_for_update().get(pk=pattern.pk)
    require_unchanged(kept, version)
    before = list(kept.days.order_by("number").values_list("shift", flat=True))
    if before != [shift and shift.pk for shift in shifts] or kept.rests_on_days_off != rests_on_days_off:
        if kept.plans.exists():
            raise PatternInUse()
        with refusals_explained({"pattern_in_use": PatternInUse}):
            kept.days.all().delete()
            PatternDay.objects.bulk_create(_days(kept, shifts))
    kept.name, kept.name_zh, kept.rests_on_days_off = name, name_zh, rests_on_days_off
    kept.save()
    return kept


@dataclass(frozen=True)
class TeamStart:
    """Where in the cycle, counted from 1, a team is on the first date."""

    team: OrgNode
    first_day: int = 1


def follow_pattern(
    *,
    starts: Sequence[TeamStart],
    pattern: RotationPattern | None,
    starts_on: date,
    ends_on: date | None,
    by: Staff,
    request_key: UUID | None = None,
) -> list[RosterPlan]:
    """From ``starts_on`` to ``ends_on`` (inclusive; ``None``: until further notice) these teams follow the pattern, or none at all.

    What they followed before ends the day before, and goes on after ``ends_on`` as if it had not been interrupted. Raises
    ``DatesReversed``, and ``Faults`` with ``NotATeam`` and ``BeyondTheCycle`` at ``teams.<n>``.
    """
    body = ([(start.team.pk, start.first_day) for start in starts], pattern and pattern.pk, starts_on, ends_on)
    with request_once(request_key, route="follow_pattern", staff_no=by.staff_no, body=body) as first:
        if first.found:
            return list(RosterPlan.objects.filter(pk__in=first.answer["plans"]))
        if ends_on is not None and ends_on < starts_on:
            raise DatesReversed(field="ends_on")
        if pattern is not None:
            pattern = RotationPattern.objects.select_for_update().get(pk=pattern.pk)
        _require_teams(starts, pattern, starts_on)
        teams = {start.team.pk for start in starts}
        list(OrgNode.objects.select_for_update(no_key=True).filter(pk__in=teams).order_by("pk"))
        rest = _clear(teams, starts_on, ends_on)
        own = [
            RosterPlan(team=start.team, pattern=pattern, starts_on=starts_on, ends_on=ends_on, first_day=start.first_day)
            for start in starts
            if pattern is not None
        ]
        RosterPlan.objects.bulk_create([*own, *rest])
        first.answer = {"plans": [plan.pk for plan in own]}
        return own


def _require_teams(starts: Sequence[TeamStart], pattern: RotationPattern | None, on: date) -> None:
    stand = set(
        OrgPath.objects.filter(node__in=[start.team.pk for start in starts], valid_from__lte=on, valid_to__gt=on).values_list(
            "node_id", flat=True
        )
    )
    days = pattern.days.count() if pattern else 0
    faults: list[RuleBroken] = []
    for number, start in enumerate(starts):
        if start.team.kind != OrgKind.TEAM or start.team.pk not in stand:
            faults.append(NotATeam(field=f"teams.{number}", node=start.team.code, on=on.isoformat()))
        elif pattern and not 1 <= start.first_day <= days:
            faults.append(BeyondTheCycle(field=f"teams.{number}", days=days))
    if faults:
        raise Faults(faults)


def _clear(teams: set[int], first: date, last: date | None) -> list[RosterPlan]:
    """Take the dates out of what the teams follow; what goes on after them as a new row."""
    plans = RosterPlan.objects.filter(Q(ends_on=None) | Q(ends_on__gte=first), team__in=teams)
    if last is not None:
        plans = plans.filter(starts_on__lte=last)
    lengths = dict(PatternDay.objects.order_by().values_list("pattern").annotate(days=Count("pk")))
    cut, gone, rest = [], [], []
    for plan in plans.select_related("pattern").order_by("pk"):
        goes_on = last is not None and (plan.ends_on is None or plan.ends_on > last)
        if goes_on:
            assert last is not None
            begins = last + ONE_DAY
            day = (plan.first_day - 1 + (begins - plan.starts_on).days) % lengths[plan.pattern_id] + 1
            after = RosterPlan(team_id=plan.team_id, pattern=plan.pattern, starts_on=begins, ends_on=plan.ends_on, first_day=day)
        if plan.starts_on < first:
            plan.ends_on = first - ONE_DAY
            cut.append(plan)
            if goes_on:
                rest.append(after)
        elif goes_on:
            plan.starts_on, plan.first_day = after.starts_on, after.first_day
            cut.append(plan)
        else:
            gone.append(plan.pk)
    if gone:
        RosterPlan.objects.filter(pk__in=gone).delete()
    if cut:
        rewrite(cut, ["starts_on", "ends_on", "first_day"])
    return rest
