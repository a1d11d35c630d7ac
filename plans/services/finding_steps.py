"""What happens to a finding after it was raised: each step locks the row, so of two people one is refused with what the other did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.clock import plant_zone
from core.models import Attachment
from people.models import Notice, Staff
from people.roles import Role
from people.selectors import holders, leaders_on, superiors
from people.services import notify, settle
from plans.errors.findings import (
    AfterPhotoNeeded,
    DueInThePast,
    FindingClosed,
    OverdueByOwner,
    OwnerHasLeft,
    OwnFinding,
    PileUpAction,
    ResultNeeded,
    SameOwner,
)
from plans.errors.orders import ReasonNeeded
from plans.models import Finding, FindingDeed, FindingKind, FindingPhoto, Imbalance, PileUp, Severity
from plans.selectors.shifts import same_shift_end
from plans.services.emergencies import tell_of_emergency
from plans.services.findings import (
    TEXT_CHARACTERS,
    checked_text,
    finding_url,
    optional_text,
    settle_owner,
    tell_owner,
    told_figures,
    write_deed,
)
from plans.services.status import change_status
from plans.services.versions import require_version
from plans.words import clock_words

Status = Finding.Status
Deed = FindingDeed.Deed
LEADS = (Role.SUP, Role.WSM, Role.MGR)
SUPPORTERS = (Role.WSM, Role.MGR)
CANCEL_CHARACTERS = 300
OPEN_ENDS = (Status.OPEN, Status.DONE)


def locked_finding(finding: Finding, version: int | None = None) -> Finding:
    """The row as it stands now, locked until the end of the step. Raises ``StaleVersion``."""
    rows = Finding.objects.select_for_update(no_key=True, of=("self",)).select_related("owner", "node", "raised_by", "shift")
    kept = rows.get(pk=finding.pk)
    require_version(kept, version)
    return kept


def _change(finding: Finding, **what: Any) -> None:
    for name, value in what.items():
        setattr(finding, name, value)
    finding.version += 1
    finding.save(update_fields=[*what, "version"])


def _reason(text: str, *, most: int = TEXT_CHARACTERS) -> str:
    if not text.strip():
        raise ReasonNeeded(field="reason")
    return checked_text(text, field="reason", most=most)


@transaction.atomic
def comment_on(*, finding: Finding, text: str, by: Staff) -> Finding:
    """Write under a finding, whatever its state; owner and raiser are told. Raises ``Required`` or ``TextTooLong``."""
    finding = locked_finding(finding)
    deed = write_deed(finding, Deed.COMMENTED, by=by, at=timezone.now(), text=checked_text(text, field="text"))
    others = {person.pk: person for person in (finding.owner, finding.raised_by) if person is not None and person != by}
    figures = told_figures(finding) | {"who": by}
    notify(to=others.values(), kind="finding.comment", key=str(deed.pk), figures=figures, url=finding_url(finding))
    return finding


@transaction.atomic
def add_photo(*, finding: Finding, photo: Attachment, side: str, by: Staff) -> Finding:
    """More evidence, until the finding is verified. Raises ``FindingClosed``."""
    finding = locked_finding(finding)
    if finding.status not in OPEN_ENDS:
        raise FindingClosed(number=finding.number, status=finding.get_status_display())
    _keep_photo(finding, photo, side, by, timezone.now())
    write_deed(finding, Deed.PHOTOGRAPHED, by=by, at=timezone.now())
    return finding


def _keep_photo(finding: Finding, photo: Attachment, side: str, by: Staff, at: datetime) -> None:
    FindingPhoto.objects.get_or_create(finding=finding, side=side, photo=photo, defaults={"by": by, "at": at})


@transaction.atomic
def reword_finding(*, finding: Finding, text: str, by: Staff) -> Finding:
    """The words of whoever raised it, set right before anybody acted on them; those of before stay in the trail.

    Raises ``Required``, ``TextTooLong``, ``FindingClosed``.
    """
    finding = locked_finding(finding)
    if finding.status != Status.OPEN:
        raise FindingClosed(number=finding.number, status=finding.get_status_display())
    text, before = checked_text(text, field="text"), finding.text
    if text == before:
        return finding
    _change(finding, text=text)
    write_deed(finding, Deed.REWORDED, by=by, at=timezone.now(), text=before)
    return finding


@transaction.atomic
def hand_over(*, finding: Finding, owner: Staff, by: Staff, text: str = "", version: int | None = None) -> Finding:
    """Somebody else puts it right; both are told. Raises ``FindingClosed``, ``SameOwner``, ``OwnerHasLeft`` or ``TextTooLong``."""
    finding = locked_finding(finding, version)
    if finding.status != Status.OPEN:
        raise FindingClosed(number=finding.number, status=finding.get_status_display())
    if owner.has_left():
        raise OwnerHasLeft(field="owner", who=owner.name)
    if owner == finding.owner:
        raise SameOwner(field="owner", who=owner.name)
    before = finding.owner
    text = optional_text(text, field="text")
    settle_owner(finding)
    _change(finding, owner=owner)
    write_deed(finding, Deed.HANDED_OVER, by=by, at=timezone.now(), person_before=before, person_after=owner, text=text)
    if owner != by:
        tell_owner(finding)
    if before is not None and before != by:
        figures = told_figures(finding) | {"who": owner}
        notify(to=[before], kind="finding.handed", key=f"{finding.number}:{finding.version}", figures=figures, url=finding_url(finding))
    return finding


@transaction.atomic
def change_due(*, finding: Finding, due_at: datetime, reason: str, by: Staff, version: int | None = None) -> Finding:
    """More or less time, with the reason. Raises ``DueInThePast``, ``ReasonNeeded``, ``OverdueByOwner`` or ``FindingClosed``."""
    finding = locked_finding(finding, version)
    now = timezone.now()
    if finding.status != Status.OPEN:
        raise FindingClosed(number=finding.number, status=finding.get_status_display())
    if due_at <= now:
        raise DueInThePast(field="due_at", due=clock_words(due_at))
    if finding.owner == by and finding.due_at < now:
        raise OverdueByOwner()
    before = finding.due_at
    _change(finding, due_at=due_at, escalates_at=due_at)
    write_deed(finding, Deed.DUE_CHANGED, by=by, at=now, due_before=before, due_after=due_at, text=_reason(reason))
    Notice.objects.filter(kind="finding.owned", key__startswith=f"{finding.number}:", done_at=None).update(due_at=due_at)
    return finding


@transaction.atomic
def change_severity(*, finding: Finding, severity: str, by: Staff, version: int | None = None) -> Finding:
    """An emergency that becomes severe is told to the upper management too (GEN-28). Raises ``FindingClosed``."""
    finding = locked_finding(finding, version)
    if finding.status != Status.OPEN:
        raise FindingClosed(number=finding.number, status=finding.get_status_display())
    before, after = finding.severity, Severity(severity)
    if after == before:
        return finding
    _change(finding, severity=after)
    now = timezone.now()
    write_deed(finding, Deed.SEVERITY_CHANGED, by=by, at=now, severity_before=before, severity_after=after)
    if finding.kind == FindingKind.EMERGENCY and after == Severity.SEVERE:
        tell_of_emergency(finding, by=by, at=now)
    return finding


@transaction.atomic
def put_right(*, finding: Finding, result: str, by: Staff, photo: Attachment | None = None, version: int | None = None) -> Finding:
    """It is done, and somebody else verifies it. Nobody's finding becomes that of whoever put it right; a request for support is
    answered by it.

    Raises ``ResultNeeded`` (of a pile-up ``PileUpAction``), ``AfterPhotoNeeded`` where there is a photo from before, ``WrongStatus``.
    """
    finding = locked_finding(finding, version)
    now = timezone.now()
    if not result.strip():
        raise PileUpAction(field="result") if finding.kind == FindingKind.PILE_UP else ResultNeeded(field="result")
    result = checked_text(result, field="result")
    sides = set(finding.photos.values_list("side", flat=True))
    if photo is None and FindingPhoto.Side.BEFORE in sides and FindingPhoto.Side.AFTER not in sides:
        raise AfterPhotoNeeded(field="photo")
    settle_owner(finding)
    owner = finding.owner or by
    change_status(finding, Status.DONE, done_by=by, done_at=now, result=result, owner=owner, escalates_at=None)
    if photo is not None:
        _keep_photo(finding, photo, FindingPhoto.Side.AFTER, by, now)
    if finding.kind == FindingKind.PILE_UP:
        PileUp.objects.filter(finding=finding).update(action=result, cleared_at=now)
    if finding.kind == FindingKind.IMBALANCE:
        Imbalance.objects.filter(finding=finding, action=Imbalance.Action.SUPPORT).update(answered_by=by, answered_at=now)
    write_deed(finding, Deed.DONE, by=by, at=now, text=result)
    settle_escalations(finding)
    _tell_verifiers(finding, now)
    return finding


def _tell_verifiers(finding: Finding, at: datetime) -> None:
    """To whoever raised it and may verify, else to the nearest leader who may, else to all who may."""
    on = at.astimezone(plant_zone()).date()
    may = {person.pk: person for person in holders(LEADS, finding.node_id, on) if person not in (finding.owner, finding.done_by)}
    leader = leaders_on([finding.node_id], on).get(finding.node_id)
    nearest = [finding.raised_by, leader, *superiors([finding.node_id], on).get(finding.node_id, [])]
    chosen = next((person for person in nearest if person is not None and person.pk in may), None)
    to: Sequence[Staff] = [chosen] if chosen else list(may.values())
    figures = told_figures(finding) | {"who": finding.done_by}
    notify(to=to, kind="finding.verify", key=f"{finding.number}:{finding.reopen_count}", figures=figures, url=finding_url(finding))


def supporters(node: int, on: date, but: Staff | None) -> list[Staff]:
    """Every workshop and production manager there whom a team can ask for support."""
    return [person for person in holders(SUPPORTERS, node, on) if person != but]


def ask_supporters(finding: Finding, people: Sequence[Staff]) -> None:
    """Into the inbox of each, once for each time the request is open, until one of them answers (PLN-08)."""
    key = f"{finding.number}:{finding.reopen_count}"
    figures, url = told_figures(finding), finding_url(finding)
    notify(to=people, kind="finding.support", key=key, figures=figures, url=url, due_at=finding.due_at)


def settle_escalations(finding: Finding) -> None:
    Notice.objects.filter(kind__in=["finding.escalated", "finding.support"], key__startswith=f"{finding.number}:", done_at=None).update(
        done_at=timezone.now()
    )


@transaction.atomic
def verify_finding(*, finding: Finding, by: Staff, text: str = "", version: int | None = None) -> Finding:
    """Somebody else than the owner, and than who put it right, says that it is right. Raises ``OwnFinding`` or ``WrongStatus``."""
    finding = locked_finding(finding, version)
    if by.pk in (finding.owner_id, finding.done_by_id):
        raise OwnFinding(who=by.name)
    now = timezone.now()
    text = optional_text(text, field="text")
    change_status(finding, Status.VERIFIED, verified_by=by, verified_at=now)
    write_deed(finding, Deed.VERIFIED, by=by, at=now, text=text)
    settle("finding.verify", f"{finding.number}:{finding.reopen_count}")
    return finding


@transaction.atomic
def reopen_finding(*, finding: Finding, reason: str, by: Staff, version: int | None = None) -> Finding:
    """It was not right after all: due again by the end of the shift that runs, and a request for support waits for an answer again.

    Raises ``ReasonNeeded`` or ``WrongStatus``.
    """
    finding = locked_finding(finding, version)
    reason = _reason(reason)
    now = timezone.now()
    due_at = finding.due_at if finding.due_at > now else same_shift_end(now, finding.business_date, finding.shift)
    settle("finding.verify", f"{finding.number}:{finding.reopen_count}")
    change_status(
        finding,
        Status.OPEN,
        result="",
        done_by=None,
        done_at=None,
        verified_by=None,
        verified_at=None,
        reopen_count=finding.reopen_count + 1,
        due_at=due_at,
        escalates_at=due_at,
    )
    PileUp.objects.filter(finding=finding).update(cleared_at=None)
    if Imbalance.objects.filter(finding=finding, action=Imbalance.Action.SUPPORT).update(answered_by=None, answered_at=None):
        ask_supporters(finding, supporters(finding.node_id, now.astimezone(plant_zone()).date(), finding.raised_by))
    write_deed(finding, Deed.REOPENED, by=by, at=now, text=reason)
    tell_owner(finding)
    return finding


@transaction.atomic
def cancel_finding(*, finding: Finding, reason: str, by: Staff, version: int | None = None) -> Finding:
    """It was none; it stays visible with the reason. Raises ``ReasonNeeded`` or ``WrongStatus``."""
    finding = locked_finding(finding, version)
    reason = _reason(reason, most=CANCEL_CHARACTERS)
    now = timezone.now()
    settle_owner(finding)
    change_status(finding, Status.CANCELLED, cancelled_by=by, cancelled_at=now, cancel_reason=reason, escalates_at=None)
    write_deed(finding, Deed.CANCELLED, by=by, at=now, text=reason)
    settle_escalations(finding)
    return finding
