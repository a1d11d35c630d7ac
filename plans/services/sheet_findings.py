"""The finding that an abnormal answer opens, follows and gives up again (PLN-03, PLN-11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Q
from django.utils.translation import gettext

from core.clock import at_plant, plant_today
from core.errors import RuleBroken
from people.models import Staff
from plans.errors.findings import FindingTakenUp
from plans.errors.sheets import UnknownOwner
from plans.models import Answer, Finding, FindingDeed, FindingKind, FindingPhoto, Sheet
from plans.services.finding_steps import OPEN_ENDS, add_photo, cancel_finding, change_due, change_severity, hand_over, reword_finding
from plans.services.findings import raise_finding

IMPROVEMENT_TIME = timedelta(days=30)
Deed = FindingDeed.Deed
SHEET_DEEDS = (Deed.RAISED, Deed.PHOTOGRAPHED, Deed.REWORDED, Deed.HANDED_OVER, Deed.DUE_CHANGED, Deed.SEVERITY_CHANGED)


@dataclass(frozen=True)
class FindingInput:
    """What the giver of an abnormal answer asks: the owner by staff number (blank: the leader), due, severity (blank: the item's),
    and whether it is about safety."""

    owner: str = ""
    due_at: datetime | None = None
    severity: str = ""
    is_safety: bool = False


def keep_findings(
    *, sheet: Sheet, answers: Sequence[tuple[int, FindingInput | None, Answer]], before: Mapping[tuple[str, int], Answer]
) -> None:
    """Give each abnormal answer its finding, before it is kept: that of the answer it replaces, else a new one where asked for.

    A photo that comes later is evidence of the finding too, until it is verified. Whoever raised it may still choose owner, due and
    severity with a later answer, until somebody else has touched it. An answer that is no longer abnormal gives up a finding that
    nobody else has touched. What is abnormal in a survey always becomes an improvement (GEN-05). Raises ``FindingTakenUp`` and what a
    finding refuses, at the answer's place.
    """
    last = {(row.item.key, row.round): number for number, _asked, row in answers}
    for number, asked, row in answers:
        place = (row.item.key, row.round)
        if last[place] != number:
            continue
        earlier = before[place].finding if place in before else None
        try:
            if earlier is not None and earlier.status != Finding.Status.CANCELLED:
                row.finding = _followed(sheet, earlier, row, before[place], asked)
            elif row.abnormal and (asked is not None or sheet.area_id is not None):
                row.finding = _raise(sheet, row, asked or FindingInput())
        except RuleBroken as refusal:
            refusal.field = f"answers.{number}.finding.{refusal.field}".rstrip(".")
            raise


def _followed(sheet: Sheet, finding: Finding, row: Answer, before: Answer, asked: FindingInput | None) -> Finding | None:
    """The finding of an answer that takes another's place, as the new answer leaves it; ``None`` when it gave the finding up."""
    if row.abnormal:
        _add_evidence(finding, row, before)
        return _chosen_anew(sheet, finding, row, asked) if finding.raised_by_id == row.by_id else finding
    if _is_untouched(finding):
        cancel_finding(finding=finding, reason=gettext("The answer was corrected."), by=row.by)
    return None


def _chosen_anew(sheet: Sheet, finding: Finding, row: Answer, asked: FindingInput | None) -> Finding:
    """The raiser's second thoughts: the note's words, and what is chosen otherwise than it stands. Raises ``FindingTakenUp``."""
    is_untouched = _is_untouched(finding)
    if is_untouched and row.note:
        reword_finding(finding=finding, text=row.note, by=row.by)
    if asked is None:
        return finding
    owner = owner_asked(asked)
    kind = _kind(sheet, asked)
    is_moved = asked.due_at is not None and asked.due_at != finding.due_at
    is_other_owner = owner is not None and owner.pk != finding.owner_id
    is_other_severity = bool(asked.severity) and asked.severity != finding.severity
    if not (kind != finding.kind or is_moved or is_other_owner or is_other_severity):
        return finding
    if not is_untouched:
        raise FindingTakenUp(number=finding.number)
    reason = gettext("The answer was corrected.")
    if kind != finding.kind:
        # Another kind has other rules from its first moment on.
        cancel_finding(finding=finding, reason=reason, by=row.by)
        return _raise(sheet, row, asked)
    if owner is not None and is_other_owner:
        hand_over(finding=finding, owner=owner, by=row.by)
    if asked.due_at is not None and is_moved:
        change_due(finding=finding, due_at=asked.due_at, reason=reason, by=row.by)
    if is_other_severity:
        change_severity(finding=finding, severity=asked.severity, by=row.by)
    return finding


def _add_evidence(finding: Finding, row: Answer, earlier: Answer) -> None:
    if row.photo is not None and row.photo_id != earlier.photo_id and finding.status in OPEN_ENDS:
        add_photo(finding=finding, photo=row.photo, side=FindingPhoto.Side.BEFORE, by=row.by)


def _is_untouched(finding: Finding) -> bool:
    """Whether nobody but its raiser has done anything with it, and that no more than a sheet can do."""
    if finding.status != Finding.Status.OPEN:
        return False
    own = Q(deed__in=SHEET_DEEDS, by=finding.raised_by_id)
    return not FindingDeed.objects.filter(finding=finding).exclude(own).exists()


def _raise(sheet: Sheet, row: Answer, asked: FindingInput) -> Finding:
    area = row.item.area.label if row.item.area else ""
    return raise_finding(
        kind=_kind(sheet, asked),
        node=sheet.node,
        text=row.note or row.item.label,
        by=row.by,
        owner=owner_asked(asked),
        due_at=asked.due_at or (improvement_due() if sheet.area_id else None),
        severity=asked.severity or row.item.severity,
        area=area,
        item_key=row.item.key,
        photo=row.photo,
        business_date=sheet.business_date,
        shift=sheet.shift,
    )


def _kind(sheet: Sheet, asked: FindingInput) -> FindingKind:
    if asked.is_safety:
        return FindingKind.SAFETY
    return FindingKind.IMPROVEMENT if sheet.area_id else FindingKind.ABNORMALITY


def improvement_due() -> datetime:
    """When an improvement is due unless somebody says otherwise."""
    return at_plant(plant_today() + IMPROVEMENT_TIME, time(18))


def owner_asked(asked: FindingInput) -> Staff | None:
    """Who is to put it right; ``None`` leaves it to the leader. Raises ``UnknownOwner`` at ``owner``."""
    if not asked.owner:
        return None
    owner = Staff.objects.employed().filter(staff_no=asked.owner).first()
    if owner is None:
        raise UnknownOwner(field="owner", value=asked.owner)
    return owner
