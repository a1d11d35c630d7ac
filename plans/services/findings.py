"""Raising a finding: the one door for every room that finds something to be put right (PLN-11, DESIGN section 2)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.clock import plant_zone
from core.errors import Required
from core.models import Attachment
from core.services import next_number
from people.models import OrgNode, Shift, Staff
from people.roster import on_duty
from people.selectors import leaders_on, superiors
from people.services import notify, settle, settle_all
from plans.errors.findings import OwnerHasLeft, TextTooLong
from plans.models import Finding, FindingDeed, FindingKind, FindingPhoto, Severity
from plans.selectors.shifts import same_shift_end, shift_at

TEXT_CHARACTERS = 1000
AREA_CHARACTERS = 100
Deed = FindingDeed.Deed


@transaction.atomic
def raise_finding(
    *,
    kind: str,
    node: OrgNode,
    text: str,
    by: Staff | None,
    owner: Staff | None = None,
    due_at: datetime | None = None,
    severity: str = Severity.NORMAL,
    area: str = "",
    item_key: str = "",
    photo: Attachment | None = None,
    business_date: date | None = None,
    shift: Shift | None = None,
    at: datetime | None = None,
) -> Finding:
    """Write down what must be put right, and tell its owner. ``by`` is ``None`` for the system.

    The owner is the leader of the node unless one is named, else whoever raised it; a severe safety finding gets nobody by itself, since
    somebody must take it on (PLN-13). Due is the end of the running shift. The caller keeps the foreign key from its own record.
    ``at`` is when it was found, blank for now; a device without network may tell of it hours later. Whoever leads there now owns it, and
    where the shift of ``at`` is over by now, it is due by the end of the one that follows from now.
    Raises ``Required`` at ``text``, ``TextTooLong``, ``OwnerHasLeft``.
    """
    now = timezone.now()
    at = at or now
    today = now.astimezone(plant_zone()).date()
    text = checked_text(text, field="text")
    area = optional_text(area, field="area", most=AREA_CHARACTERS)
    if business_date is None:
        business_date, running = shift_at(at)
        shift = shift or running
    if owner is not None and owner.has_left():
        raise OwnerHasLeft(field="owner", who=owner.name)
    if owner is None and not (kind == FindingKind.SAFETY and severity == Severity.SEVERE):
        owner = leaders_on([node.pk], today).get(node.pk) or by
    if due_at is None:
        due_at = due_by_default(node, at, business_date, shift)
        if due_at <= now:
            due_at = due_by_default(node, now, *shift_at(now))
    finding = Finding.objects.create(
        number=next_number("FND"),
        kind=FindingKind(kind),
        severity=Severity(severity),
        node=node,
        area=area,
        item_key=item_key,
        text=text,
        business_date=business_date,
        shift=shift,
        raised_by=by,
        raised_at=at,
        owner=owner,
        due_at=due_at,
        escalates_at=due_at,
    )
    write_deed(finding, Deed.RAISED, by=by, at=at, person_after=owner, due_after=due_at)
    if photo is not None:
        FindingPhoto.objects.create(finding=finding, side=FindingPhoto.Side.BEFORE, photo=photo, by=by, at=at)
    if owner is None:
        tell_that_nobody_owns_it(finding, today)
    elif owner != by:
        tell_owner(finding, turn=0)
    return finding


def checked_text(text: str, *, field: str, most: int = TEXT_CHARACTERS) -> str:
    """Words that somebody must have written. Raises ``Required`` or ``TextTooLong`` at ``field``."""
    text = text.strip()
    if not text:
        raise Required(field=field)
    if len(text) > most:
        raise TextTooLong(field=field, length=len(text), most=most)
    return text


def optional_text(text: str, *, field: str, most: int = TEXT_CHARACTERS) -> str:
    """Words that may be left out, whole. Raises ``TextTooLong`` at ``field``."""
    return checked_text(text, field=field, most=most) if text.strip() else ""


def write_deed(finding: Finding, deed: str, *, by: Staff | None, at: datetime, **what: Any) -> FindingDeed:
    return FindingDeed.objects.create(finding=finding, deed=deed, by=by, at=at, **what)


def finding_url(finding: Finding) -> str:
    return reverse("finding", args=[finding.number])


def told_figures(finding: Finding) -> dict[str, Any]:
    """What every notice about a finding says."""
    return {"number": finding.number, "title": finding.title}


def due_by_default(node: OrgNode, at: datetime, business_date: date, shift: Shift | None) -> datetime:
    """The end of the shift in which it was found, overtime included; after that the end of the next one."""
    if shift is not None:
        window = on_duty([node.pk], business_date, business_date).window(node.pk, shift, business_date)
        if window is not None and window[1] > at:
            return window[1]
    return same_shift_end(at, business_date, shift)


def _turns(finding: Finding) -> int:
    """How often it became somebody's anew."""
    return finding.deeds.filter(deed__in=[Deed.HANDED_OVER, Deed.REOPENED]).count()


def tell_owner(finding: Finding, *, turn: int | None = None) -> None:
    """Into the owner's inbox, once for each time the finding becomes theirs."""
    if finding.owner is None:
        return
    key = f"{finding.number}:{_turns(finding) if turn is None else turn}"
    figures = told_figures(finding)
    notify(to=[finding.owner], kind="finding.owned", key=key, figures=figures, url=finding_url(finding), due_at=finding.due_at)


def settle_owner(finding: Finding) -> None:
    settle_all("finding.owned", [f"{finding.number}:{turn}" for turn in range(_turns(finding) + 1)])
    settle("finding.unowned", finding.number)


def tell_that_nobody_owns_it(finding: Finding, on: date) -> None:
    """To whoever leads there and above, until one of them takes it on."""
    leaders = [leaders_on([finding.node_id], on).get(finding.node_id), *superiors([finding.node_id], on).get(finding.node_id, [])]
    people = {person.pk: person for person in (*leaders, finding.raised_by) if person is not None}
    figures = told_figures(finding)
    url = finding_url(finding)
    notify(to=people.values(), kind="finding.unowned", key=finding.number, figures=figures, url=url, due_at=finding.due_at)
