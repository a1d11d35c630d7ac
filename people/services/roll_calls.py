"""The roll call: who came to a team's shift, and for how many hours (PPL-03)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.db.models import Sum
from django.utils import timezone

from core.clock import plant_today
from core.errors import Faults, Faulty, RuleBroken, TooFine, Unknown
from core.plant_settings import plant_setting
from core.quantities import plain
from core.refusals import refusals_explained
from core.services import request_once
from core.tables.columns import decimals_of
from core.tables.loaders import rewrite
from core.templatetags.fo import clock, day
from core.versions import require_unchanged
from people.errors import (
    CalledElsewhere,
    CalledTwice,
    HoursOutOfRange,
    LentAlready,
    MinutesNeeded,
    NotATeam,
    NotBegun,
    NotEmployed,
    RollCallClosed,
    RosterChanged,
)
from people.models import CAME, OrgKind, OrgNode, OrgPath, Presence, RollCall, RollCallMark, Shift, Staff, StaffLoan
from people.selectors.roll_calls import OPENS_BEFORE, who_may_come
from people.selectors.rosters import HUNDREDTH, Rostered, roster_of

MOST_HOURS = Decimal(24)
NOTE_LENGTH = 200


@dataclass(frozen=True)
class Mark:
    """What is said of one person. Hours that are not given follow from the roster: late is so many minutes less, away is none."""

    staff: Staff
    presence: str
    minutes_late: int | None = None
    hours: Decimal | None = None
    note: str = ""


def save_roll_call(
    *,
    team: OrgNode,
    shift: Shift,
    business_date: date,
    marks: Sequence[Mark],
    by: Staff,
    version: int | None = None,
    request_key: UUID | None = None,
) -> RollCall:
    """Keep the roll call of a team's shift as these marks; who is marked without being on the roster came in addition.

    Everybody on the roster must be marked. Sending the same ``request_key`` again returns the first answer. Raises ``NotATeam``,
    ``NotBegun``, ``RollCallClosed``, ``StaleVersion``, ``RosterChanged``, and ``Faults`` at ``marks.<n>.<field>``, ``Unknown`` for
    somebody of another plant.
    """
    body = (team.pk, shift.pk, business_date, version, [_body(mark) for mark in marks])
    with request_once(request_key, route="save_roll_call", staff_no=by.staff_no, body=body) as first:
        if first.found:
            return RollCall.objects.get(pk=first.answer["roll_call"])
        require_team(team, business_date)
        require_open(shift, business_date)
        on_roster = {
            person.staff.pk: person for person in roster_of([team.pk], business_date, business_date).on_shift(team, shift, business_date)
        }
        roll_call = _locked(team, shift, business_date, version, by)
        kept = {mark.staff_id: mark for mark in roll_call.marks.select_related("staff")}
        rows = _rows(roll_call, marks, on_roster, kept)
        _require_everybody(on_roster, rows)
        _require_lent_hours(roll_call, rows, kept)
        _write(rows, kept)
        roll_call.saved_by, roll_call.saved_at = by, timezone.now()
        roll_call.save(update_fields=["saved_by", "saved_at"])
        first.answer = {"roll_call": roll_call.pk}
        return roll_call


def _body(mark: Mark) -> tuple[object, ...]:
    return (mark.staff.pk, mark.presence, mark.minutes_late, mark.hours, mark.note)


def require_team(team: OrgNode, on: date) -> None:
    stands = OrgPath.objects.filter(node=team, valid_from__lte=on, valid_to__gt=on).exists()
    if team.kind != OrgKind.TEAM or not stands:
        raise NotATeam(field="team", node=team.code, on=on.isoformat())


def require_open(shift: Shift, on: date) -> None:
    """A shift is called from two hours before its start until so many days later as the plant allows."""
    starts = shift.times.window(on)[0]
    if timezone.now() < starts - OPENS_BEFORE:
        raise NotBegun(starts=f"{day(on)} {clock(starts)}")
    days = plant_setting("roll_call_days")
    if on < plant_today() - timedelta(days=days):
        raise RollCallClosed(days=days, on=day(on))


def lock_team(team: OrgNode) -> None:
    """Roll calls and loans of a team are written one after the other: each counts the other's hours."""
    OrgNode.objects.select_for_update(no_key=True).get(pk=team.pk)


def _locked(team: OrgNode, shift: Shift, on: date, version: int | None, by: Staff) -> RollCall:
    lock_team(team)
    roll_call, is_new = RollCall.objects.get_or_create(
        team=team, shift=shift, business_date=on, defaults={"saved_by": by, "saved_at": timezone.now()}
    )
    if not is_new:
        require_unchanged(roll_call, version)
    return roll_call


def _rows(
    roll_call: RollCall, marks: Sequence[Mark], on_roster: Mapping[int, Rostered], kept: Mapping[int, RollCallMark]
) -> list[RollCallMark]:
    faults: list[RuleBroken] = []
    rows: dict[int, RollCallMark] = {}
    strangers = {mark.staff.pk for mark in marks} - set(on_roster) - set(kept)
    if strangers:
        strangers -= set(who_may_come(roll_call.team).filter(pk__in=strangers).values_list("pk", flat=True))
    for number, mark in enumerate(marks):
        at = f"marks.{number}"
        if mark.staff.pk in strangers:
            faults.append(Unknown(field=f"{at}.staff", value=mark.staff.staff_no))
            continue
        if mark.staff.pk in rows:
            faults.append(CalledTwice(field=f"{at}.staff", who=mark.staff.name))
            continue
        if not mark.staff.works_on(roll_call.business_date):
            faults.append(NotEmployed(field=f"{at}.staff", who=mark.staff.name, on=day(roll_call.business_date)))
            continue
        try:
            rows[mark.staff.pk] = _row(roll_call, mark, on_roster.get(mark.staff.pk), kept.get(mark.staff.pk))
        except RuleBroken as refusal:
            refusal.field = f"{at}.{refusal.field}"
            faults.append(refusal)
    faults += _called_elsewhere(roll_call, marks)
    if faults:
        raise Faults(faults)
    return list(rows.values())


def _row(roll_call: RollCall, mark: Mark, rostered: Rostered | None, kept: RollCallMark | None) -> RollCallMark:
    if mark.presence not in Presence.values:
        raise Faulty(field="presence")
    if len(mark.note) > NOTE_LENGTH:
        raise Faulty(field="note")
    is_late = mark.presence == Presence.LATE
    if is_late and not mark.minutes_late:
        raise MinutesNeeded(field="minutes_late", who=mark.staff.name)
    planned = rostered.hours if rostered else kept.rostered_hours if kept else Decimal(0)
    return RollCallMark(
        pk=kept.pk if kept else None,
        roll_call=roll_call,
        business_date=roll_call.business_date,
        shift=roll_call.shift,
        staff=mark.staff,
        presence=mark.presence,
        minutes_late=mark.minutes_late if is_late else None,
        rostered_hours=planned,
        attended_hours=_hours(mark, planned),
        is_extra=rostered is None and (kept is None or kept.is_extra),
        note=mark.note.strip(),
    )


def _hours(mark: Mark, planned: Decimal) -> Decimal:
    """What was said, else what follows from the roster. Raises ``HoursOutOfRange`` and ``TooFine``."""
    came = mark.presence in CAME
    if mark.presence == Presence.ABSENT:
        return Decimal(0)
    if mark.hours is None:
        if not came:
            return Decimal(0)
        less = Decimal(mark.minutes_late or 0) / 60 if mark.presence == Presence.LATE else Decimal(0)
        hours = (planned - less).quantize(HUNDREDTH, ROUND_HALF_UP)
    else:
        hours = mark.hours
        if decimals_of(hours) > 2:
            raise TooFine(field="hours", value=plain(hours), unit="h", decimals=2)
    if hours > MOST_HOURS or hours < 0 or (came and hours == 0):
        raise HoursOutOfRange(field="hours", least="0.01" if came else "0", most=plain(MOST_HOURS))
    return hours


def _called_elsewhere(roll_call: RollCall, marks: Sequence[Mark]) -> list[RuleBroken]:
    asked = {mark.staff.pk: number for number, mark in enumerate(marks)}
    rows = RollCallMark.objects.filter(staff__in=asked, business_date=roll_call.business_date, shift=roll_call.shift).exclude(
        roll_call=roll_call
    )
    return [
        CalledElsewhere(field=f"marks.{asked[row.staff_id]}.staff", who=row.staff.name, team=row.roll_call.team.code)
        for row in rows.select_related("staff", "roll_call__team")
    ]


def _require_everybody(on_roster: Mapping[int, Rostered], rows: Sequence[RollCallMark]) -> None:
    marked = {row.staff.pk for row in rows}
    missing = [person.staff.name for pk, person in on_roster.items() if pk not in marked]
    if missing:
        raise RosterChanged(who=", ".join(missing))


def _require_lent_hours(roll_call: RollCall, rows: Sequence[RollCallMark], kept: Mapping[int, RollCallMark]) -> None:
    """Nobody has fewer hours than were lent of them."""
    people = {pk: (mark.staff, Decimal(0)) for pk, mark in kept.items()} | {row.staff.pk: (row.staff, row.attended_hours) for row in rows}
    loans = StaffLoan.objects.filter(
        staff__in=people, business_date=roll_call.business_date, shift=roll_call.shift, from_team=roll_call.team_id, cancelled_at=None
    )
    for pk, lent in loans.order_by().values_list("staff").annotate(sum=Sum("hours")):
        staff, hours = people[pk]
        if hours < lent:
            raise LentAlready(who=staff.name, lent=plain(lent), hours=plain(hours))


MARKED = ("presence", "minutes_late", "rostered_hours", "attended_hours", "is_extra", "note")


def _write(rows: Sequence[RollCallMark], kept: Mapping[int, RollCallMark]) -> None:
    """New marks and changed ones, in one statement each; who stands in no mark any more is taken out."""
    fresh = [row for row in rows if row.pk is None]
    changed = [row for row in rows if row.pk and any(getattr(row, name) != getattr(kept[row.staff.pk], name) for name in MARKED)]
    marked = {row.staff.pk for row in rows}
    gone = [mark.pk for pk, mark in kept.items() if pk not in marked]
    if gone:
        RollCallMark.objects.filter(pk__in=gone).delete()
    if changed:
        rewrite(changed, list(MARKED))
    if fresh:
        with refusals_explained({"one_mark_per_person_and_shift": lambda: CalledElsewhere(who=fresh[0].staff.name, team="")}):
            RollCallMark.objects.bulk_create(fresh)
