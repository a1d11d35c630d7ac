"""Single days of a roster: another shift, other times, or off, for a team or for one person (PPL-17)."""

from __future__ import annotations

from datetime import date, time, timedelta

from django.db import transaction

from core.errors import StaleVersion
from core.history import event_model_of
from core.people_names import names_of
from core.tables.loaders import rewrite
from core.templatetags.fo import moment
from people.errors import DatesReversed, NotEmployed, TooManyDays
from people.models import OrgNode, RosterDay, Shift, Staff
from people.selectors.rosters import days_seen
from people.services.duty_times import require_times
from people.services.roll_calls import require_team

MOST_DAYS = 31


@transaction.atomic
def change_roster_days(
    *,
    team: OrgNode,
    staff: Staff | None,
    first: date,
    last: date | None = None,
    shift: Shift | None = None,
    is_off: bool = False,
    starts_at: time | None = None,
    ends_at: time | None = None,
    by: Staff,
    seen: str | None = None,
) -> list[RosterDay]:
    """From ``first`` to ``last`` (inclusive; that day alone unless given) the team or person works ``shift``, or is off it.

    Without a shift the days are as usual again: what the pattern, the team or the calendar says. ``seen`` is what ``days_seen`` said
    when the page was opened. Raises ``StaleVersion``, ``NotATeam``, ``NotEmployed``, ``DatesReversed``, ``TooManyDays``,
    ``TimesApart``, ``DutyTooLong``.
    """
    last = last or first
    if last < first:
        raise DatesReversed(field="last")
    if (last - first).days >= MOST_DAYS:
        raise TooManyDays(field="last", most=MOST_DAYS)
    dates = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    for on in {first, last}:
        require_team(team, on)
        if staff is not None and not staff.works_on(on):
            raise NotEmployed(field="last" if on == last else "", who=staff.name, on=on.isoformat())
    if shift is not None and not is_off:
        starts_at, ends_at = (None if at == usual else at for at, usual in ((starts_at, shift.starts_at), (ends_at, shift.ends_at)))
        require_times(shift, first, starts_at, ends_at)
    OrgNode.objects.select_for_update(no_key=True).get(pk=team.pk)
    _require_seen(team, staff, first, seen)
    rows = RosterDay.objects.filter(team=team, staff=staff, date__gte=first, date__lte=last)
    if shift is None:
        rows.delete()
        return []
    kept = {row.date: row for row in rows.filter(shift=shift)}
    rows.exclude(shift=shift).delete()
    times = (None, None) if is_off else (starts_at, ends_at)
    changed = [row for row in kept.values() if (row.is_off, (row.starts_at, row.ends_at)) != (is_off, times)]
    for row in changed:
        row.is_off, (row.starts_at, row.ends_at), row.is_change = is_off, times, True
    if changed:
        rewrite(changed, ["is_off", "starts_at", "ends_at", "is_change"])
    fresh = [
        RosterDay(team=team, staff=staff, date=on, shift=shift, is_off=is_off, starts_at=times[0], ends_at=times[1], is_change=True)
        for on in dates
        if on not in kept
    ]
    return [*kept.values(), *RosterDay.objects.bulk_create(fresh)]


def _require_seen(team: OrgNode, staff: Staff | None, on: date, seen: str | None) -> None:
    if seen is None or seen == days_seen(team, staff, on):
        return
    events = event_model_of(RosterDay).objects.filter(team=team, staff=staff, date=on)
    last = events.select_related("pgh_context").order_by("-pgh_id").first()
    number = str(last.pgh_context.metadata.get("by") or "") if last and last.pgh_context else ""
    raise StaleVersion(who=names_of([number]).get(number, "FloorOps"), when=moment(last.pgh_created_at) if last else "")
