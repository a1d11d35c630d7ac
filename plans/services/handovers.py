"""Handing a shift over with two signatures, or signing it off where nobody follows (PLN-13)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from people.models import OrgKind, OrgNode, Shift, Staff
from people.roles import Role
from people.selectors import holders, leaders_on
from people.services import notify, settle
from plans.errors.daily_reports import NotATeam
from plans.errors.handovers import (
    HandoverAhead,
    HandoverSigned,
    NotWaitingForReceiver,
    ObjectionNeedsWords,
    OwnHandover,
    PhaseOpen,
    SevereSafetyWithoutOwner,
    UnknownReceiver,
)
from plans.models import Handover, Severity
from plans.models.handovers import WORDS_CHARACTERS
from plans.selectors.findings import safety_of_shift
from plans.selectors.handover_facts import SECTIONS, facts_of
from plans.selectors.handovers import SIGN_BEFORE, Following, following, handover_url, window_of
from plans.selectors.lateness import keeping_shift
from plans.selectors.places import named, standing
from plans.services.findings import checked_text
from plans.services.status import change_status
from plans.services.versions import require_version
from plans.words import clock_words, who_words

Status = Handover.Status
NOTE_CHARACTERS = 1000


def _locked(handover: Handover) -> Handover:
    rows = Handover.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("team", "shift", "to_team", "to_shift", "given_by", "received_by").get(pk=handover.pk)


def _require_draft(handover: Handover) -> None:
    if handover.status != Status.DRAFT:
        assert handover.given_at is not None
        raise HandoverSigned(who=who_words(handover.given_by), when=clock_words(handover.given_at))


@transaction.atomic
def save_handover(
    *, team: OrgNode, shift: Shift, on: date, words: Mapping[str, str], by: Staff, to: str = "", version: int | None = None
) -> Handover:
    """Keep the giver's remarks: ``words`` by field (``note``, ``output_words`` …). Begins the draft where there is none.

    ``to`` chooses among several shifts that follow (``Following.key``). Raises ``HandoverAhead`` for a shift that has not begun,
    ``NotATeam``, ``UnknownReceiver``, ``TextTooLong``, ``StaleVersion`` or ``HandoverSigned``.
    """
    begins, ends = window_of(team, shift, on)
    if timezone.now() < begins:
        raise HandoverAhead(shift=shift.label, at=clock_words(begins))
    if team.kind != OrgKind.TEAM or standing(team, on) is None:
        raise NotATeam(field="team", node=str(team), on=on.isoformat())
    row, is_new = Handover.objects.get_or_create(business_date=on, team=team, shift=shift, defaults={"ends_at": ends, "made_by": by})
    row = _locked(row)
    _require_draft(row)
    before = _kept(row)
    for name, text in _typed(row, words).items():
        setattr(row, name, text)
    row.ends_at = ends
    _address(row, _chosen(following(team, shift, on), to))
    if not is_new and _kept(row) == before:
        return row
    require_version(row, None if is_new else version)
    row.version += 0 if is_new else 1
    row.save()
    return row


def _typed(handover: Handover, words: Mapping[str, str]) -> dict[str, str]:
    """The remarks as they are to stand; what was not sent stays."""
    found = {}
    for name in ("note", *(section.field for section in SECTIONS)):
        text = words.get(name, getattr(handover, name)).strip()
        most = NOTE_CHARACTERS if name == "note" else WORDS_CHARACTERS
        found[name] = checked_text(text, field=name, most=most) if text else ""
    return found


def _kept(handover: Handover) -> dict[str, Any]:
    return {field.attname: getattr(handover, field.attname) for field in Handover._meta.concrete_fields}


def _chosen(rows: list[Following], key: str) -> Following | None:
    if not key:
        return rows[0] if rows else None
    found = next((row for row in rows if row.key == key), None)
    if found is None:
        raise UnknownReceiver(field="to")
    return found


def _address(handover: Handover, to: Following | None) -> None:
    handover.to_team = to.team.node if to else None
    handover.to_shift = to.shift if to else None
    handover.to_business_date = to.business_date if to else None


@transaction.atomic
def sign_handover(*, handover: Handover, by: Staff, version: int | None = None) -> Handover:
    """The giver's signature: what the system knows now is frozen, and whoever takes over is told; where nobody follows, the shift is
    signed off. The same person signing twice changes nothing.

    Raises ``SevereSafetyWithoutOwner`` with the findings, ``PhaseOpen`` with the checks that are done before, ``HandoverAhead`` earlier
    than two hours before the end, ``HandoverSigned``, ``StaleVersion``. (PLN-13, GEN-03)
    """
    row = _locked(handover)
    if row.status != Status.DRAFT and row.given_by_id == by.pk:
        return row
    _require_draft(row)
    require_version(row, version)
    now = timezone.now()
    if now < row.ends_at - SIGN_BEFORE:
        raise HandoverAhead(shift=row.shift.label, at=clock_words(row.ends_at - SIGN_BEFORE))
    _require_owners(row)
    _require_phases(row)
    to = Status.SIGNED if row.is_sign_off else Status.WAITING
    change_status(row, to, given_by=by, given_at=now, facts=facts_of(row, now))
    if to == Status.WAITING:
        _tell_receivers(row)
    return row


def _require_owners(handover: Handover) -> None:
    """Every open safety finding is locked before it is looked at, so that no owner goes away meanwhile."""
    rows = safety_of_shift(handover.team_id, handover.shift, handover.business_date, handover.ends_at)
    locked = list(rows.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    found = [row for row in locked if row.severity == Severity.SEVERE and row.owner_id is None]
    if found:
        raise SevereSafetyWithoutOwner(
            count=len(found),
            numbers=", ".join(row.number for row in found),
            findings=[{"number": row.number, "title": row.title, "node": row.node_id} for row in found],
        )


def _require_phases(handover: Handover) -> None:
    found = keeping_shift(handover.team_id, handover.shift, handover.business_date)
    if found:
        raise PhaseOpen(
            names=", ".join(phase.name for phase in found),
            phases=[{"sheet": phase.sheet_id, "phase": phase.block.key, "node": phase.node_id, "url": phase.url} for phase in found],
        )


def _figures(handover: Handover) -> dict[str, Any]:
    place = named([handover.team_id], handover.business_date)[handover.team_id]
    return {"place": place, "on": handover.business_date, "shift": handover.shift}


def _url(handover: Handover) -> str:
    return handover_url(handover.team_id, handover.business_date, handover.shift_id)


def _tell_receivers(handover: Handover) -> None:
    """The leader of the team that follows; where nobody else leads it, those who fill its sheets."""
    assert handover.to_team_id is not None
    assert handover.to_business_date is not None
    leader = leaders_on([handover.to_team_id], handover.to_business_date).get(handover.to_team_id)
    if leader is not None and leader != handover.given_by:
        to = [leader]
    else:
        people = holders((Role.TLD, Role.SUP), handover.to_team_id, handover.to_business_date)
        to = [person for person in people if person != handover.given_by]
    figures = _figures(handover) | {"who": handover.given_by}
    notify(to=to, kind="handover.wait", key=str(handover.pk), figures=figures, url=_url(handover))


@transaction.atomic
def receive_handover(*, handover: Handover, by: Staff, reply: str = "", is_objected: bool = False) -> Handover:
    """The receiver's signature, with a remark or an objection; after it nothing changes. The same person signing twice changes nothing.

    Raises ``OwnHandover``, ``NotWaitingForReceiver``, ``ObjectionNeedsWords`` or ``TextTooLong``.
    """
    row = _locked(handover)
    if row.status == Status.SIGNED and row.received_by_id == by.pk:
        return row
    if row.given_by_id == by.pk:
        raise OwnHandover()
    if row.status != Status.WAITING:
        raise NotWaitingForReceiver(status=row.get_status_display())
    if is_objected and not reply.strip():
        raise ObjectionNeedsWords(field="reply")
    reply = checked_text(reply, field="reply", most=NOTE_CHARACTERS) if reply.strip() else ""
    change_status(row, Status.SIGNED, received_by=by, received_at=timezone.now(), reply=reply, is_objected=is_objected)
    settle("handover.wait", str(row.pk))
    if is_objected and row.given_by is not None:
        notify(to=[row.given_by], kind="handover.objection", key=str(row.pk), figures=_figures(row) | {"who": by}, url=_url(row))
    return row
