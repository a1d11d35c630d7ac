"""Recording a look round: at any time, once, from a device that may have been without network (PLN-04)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core.errors import Faults, Faulty, RuleBroken
from core.models import Attachment
from core.refusals import refusals_explained
from people.models import OrgNode, Staff
from plans.errors.sheets import AnswerIdTaken, NoteNeeded, NoteTooLong, NothingSeen, UnknownItem, UnknownPhoto
from plans.errors.templates import WrongChecklist
from plans.models import Finding, FindingKind, SpotAnswer, SpotCheck, TemplateItem, TemplateVersion
from plans.selectors.shifts import shift_at
from plans.selectors.spot_checks import spot_templates
from plans.services.device_clock import moment_told
from plans.services.findings import raise_finding
from plans.services.sheet_findings import FindingInput, owner_asked

NOTE_LENGTH = 1000


@dataclass(frozen=True)
class SpotAnswerInput:
    """What was found at one object; ``item`` is its key."""

    item: str
    is_ok: bool
    note: str = ""
    photo: UUID | None = None
    finding: FindingInput | None = None


@transaction.atomic
def record_spot_check(
    *,
    id: UUID,
    version: TemplateVersion,
    node: OrgNode,
    answers: Sequence[SpotAnswerInput],
    by: Staff,
    checked_at: datetime | None = None,
    sent_at: datetime | None = None,
) -> SpotCheck:
    """Keep one spot check; sending the same ``id`` again gives the first one. An object left out makes it incomplete: it stays, and
    counts for no window.

    Raises ``WrongChecklist`` unless ``version`` was published of a checklist of that place, ``AnswerIdTaken`` when somebody else or
    another place used the id, or ``Faults`` at ``answers.<n>.<field>`` (``NoteNeeded``, ``NoteTooLong``, ``UnknownItem``,
    ``UnknownPhoto``), ``NothingSeen`` without any answer. (PLN-04)
    """
    first = SpotCheck.objects.filter(pk=id).first()
    if first is not None:
        if (first.by_id, first.node_id) != (by.pk, node.pk):
            raise AnswerIdTaken()
        return first
    if not answers:
        raise NothingSeen(field="answers")
    moment, told_at = moment_told(checked_at, now=timezone.now(), sent_at=sent_at)
    business_date, shift = shift_at(moment)
    if version.published_at is None or version.template_id not in spot_templates([node.pk], business_date)[node.pk]:
        raise WrongChecklist(field="version", template=version.template.code)
    items = {item.key: item for item in version.items.select_related("area")}
    _check(answers, items, by)
    seen = {given.item for given in answers}
    with refusals_explained({"plans_spotcheck_pkey": AnswerIdTaken}):
        kept = SpotCheck.objects.create(
            pk=id,
            version=version,
            node=node,
            business_date=business_date,
            shift=shift,
            by=by,
            checked_at=moment,
            told_at=told_at,
            is_complete=all(item.key in seen for item in items.values() if item.is_required),
        )
    SpotAnswer.objects.bulk_create(_row(kept, given, items[given.item], number) for number, given in enumerate(answers))
    return kept


def _check(answers: Sequence[SpotAnswerInput], items: dict[str, TemplateItem], by: Staff) -> None:
    asked = {given.photo for given in answers if given.photo}
    photos = set(Attachment.objects.filter(pk__in=asked, by_no=by.staff_no).values_list("pk", flat=True)) if asked else set()
    faults: list[RuleBroken] = []
    for number, given in enumerate(answers):
        at = f"answers.{number}"
        item = items.get(given.item)
        if item is None or any(other.item == given.item for other in answers[:number]):
            faults.append(UnknownItem(field=f"{at}.item", item=given.item))
            continue
        if "\x00" in given.note:
            faults.append(Faulty(field=f"{at}.note"))
        if not given.is_ok and not given.note.strip():
            faults.append(NoteNeeded(field=f"{at}.note", item=item.key, label=item.label))
        if len(given.note.strip()) > NOTE_LENGTH:
            faults.append(NoteTooLong(field=f"{at}.note", item=item.key, length=len(given.note.strip()), most=NOTE_LENGTH))
        if given.photo and given.photo not in photos:
            faults.append(UnknownPhoto(field=f"{at}.photo", item=item.key))
    if faults:
        raise Faults(faults)


def _row(check: SpotCheck, given: SpotAnswerInput, item: TemplateItem, number: int) -> SpotAnswer:
    row = SpotAnswer(
        check_of=check,
        item=item,
        is_ok=given.is_ok,
        note="" if given.is_ok else given.note.strip(),
        photo_id=None if given.is_ok else given.photo,
    )
    if not given.is_ok and given.finding is not None:
        try:
            row.finding = _raise(check, row, given.finding)
        except RuleBroken as refusal:
            refusal.field = f"answers.{number}.finding.{refusal.field}".rstrip(".")
            raise
    return row


def _raise(check: SpotCheck, row: SpotAnswer, asked: FindingInput) -> Finding:
    return raise_finding(
        kind=FindingKind.SAFETY if asked.is_safety else FindingKind.ABNORMALITY,
        node=check.node,
        text=row.note,
        by=check.by,
        owner=owner_asked(asked),
        due_at=asked.due_at,
        severity=asked.severity or row.item.severity,
        item_key=row.item.key,
        photo=row.photo,
        business_date=check.business_date,
        shift=check.shift,
    )
