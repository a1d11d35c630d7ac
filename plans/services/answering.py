"""Answering a check sheet: one tap at a time, from devices that may have been without network (PLN-03, GEN-01, GEN-04)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from core.errors import Faults, Faulty, RuleBroken
from core.models import Attachment, PlantSetting
from core.refusals import refusals_explained
from core.together import read_together
from people.models import Staff
from plans.answers import Judged, evidence_faults, judged
from plans.errors.sheets import (
    AnsweredMeanwhile,
    AnswerIdTaken,
    MustLook,
    NoteTooLong,
    RoundBefore,
    SheetNotOpen,
    TemplateMovedOn,
    UnknownItem,
    UnknownPhoto,
    UnknownRound,
)
from plans.models import Answer, AnswerType, AnswerValue, Sheet, TemplateItem
from plans.selectors.sheet_news import as_seen, value_words
from plans.selectors.sheet_rows import items_of
from plans.selectors.sheets import OPENS, opens_before
from plans.services.arrivals import stamp_with_answers
from plans.services.device_clock import moment_told
from plans.services.sheet_findings import FindingInput, keep_findings
from plans.services.signing import locked_sheet, require_unlocked
from plans.words import clock_words

NOTE_LENGTH = 1000
ANYTHING = UUID(int=0)
"""Whatever stands there may be replaced: the sender did not say what was seen."""
BULK_TYPES = {AnswerType.OK_NG, AnswerType.TICK}

Place = tuple[str, int]


@dataclass(frozen=True)
class AnswerInput:
    """One answer as its giver sends it; ``id`` is the giver's own, so a repeat is known as one. ``item`` is the item's key.

    A blank ``value`` takes an answer back. ``replaces`` is the answer that the giver saw there, ``None`` for an empty place;
    ``version`` that of the template on the giver's page.
    """

    id: UUID
    item: str
    value: str
    round: int = 1
    note: str = ""
    photo: UUID | None = None
    answered_at: datetime | None = None
    is_bulk: bool = False
    replaces: UUID | None = ANYTHING
    version: int | None = None
    finding: FindingInput | None = None

    @property
    def place(self) -> Place:
        return self.item, self.round


@dataclass
class _Case:
    """What one call has to judge: the sheet, its items, and what stands there now."""

    sheet: Sheet
    by: Staff
    items: dict[str, TemplateItem]
    standing: dict[Place, Answer]
    photos: set[UUID]
    faults: list[RuleBroken] = field(default_factory=list)
    read: list[Judged] = field(default_factory=list)


@transaction.atomic
def answer(*, sheet: Sheet, answers: Sequence[AnswerInput], by: Staff, sent_at: datetime | None = None) -> list[Answer]:
    """Keep answers of one sheet, all or none. A later answer to the same item and round takes the earlier one's place.

    Sending an answer with the same id again changes nothing, also after the sheet was submitted. ``sent_at`` is what the sender's clock
    showed when it sent them: where it is wrong, the moments of the answers are set right by as much. Raises ``SheetLocked``,
    ``SheetNotOpen``, ``AnswerIdTaken``, or ``Faults`` with every answer refused (``UnknownItem``, ``UnknownRound``, ``RoundBefore``,
    ``MustLook``, ``AnsweredMeanwhile``, ``TemplateMovedOn``, ``NoteTooLong``, ``UnknownPhoto`` and what ``plans.answers`` and a finding
    refuse) at ``answers.<n>.<field>``. The first answer before the shift stamps the arrival of its giver. (PLN-03, PLN-02)
    """
    sheet = locked_sheet(sheet)
    given_ids = [given.id for given in answers]
    keys = {given.item for given in answers}
    there = Answer.objects.filter(Q(pk__in=given_ids) | Q(sheet=sheet, is_current=True, item__key__in=keys))
    rows, asked, settings = read_together(
        there.select_related("item", "by", "finding"),
        items_of(sheet).filter(key__in=keys).select_related("block", "area"),
        PlantSetting.objects.filter(key=OPENS),
    )
    kept = {row.pk: row for row in rows if row.pk in set(given_ids)}
    new = [(number, given) for number, given in enumerate(answers) if not _is_repeat(sheet, given, kept, by)]
    if not new:
        return list(kept.values())
    require_unlocked(sheet)
    now = timezone.now()
    opens_at = _opens_at(sheet, now, settings)
    standing = {(row.item.key, row.round): row for row in rows if row.is_current and row.sheet_id == sheet.pk}
    case = _Case(
        sheet, by, {item.key: item for item in asked}, standing, _photos(sheet, {given.photo for _, given in new if given.photo}, by)
    )
    _read(case, new)
    made = _rows(case, [given for _, given in new], now=now, sent_at=sent_at, opens_at=opens_at)
    keep_findings(
        sheet=sheet, answers=[(number, given.finding, row) for (number, given), row in zip(new, made, strict=True)], before=standing
    )
    with refusals_explained({"plans_answer_pkey": AnswerIdTaken}):
        _retire([standing[given.place] for _, given in new if given.place in standing])
        Answer.objects.bulk_create(made)
    stamp_with_answers(sheet, made, by)
    return [*kept.values(), *made]


def _opens_at(sheet: Sheet, now: datetime, settings: Iterable[PlantSetting]) -> datetime:
    """From when on the sheet takes answers."""
    if now >= sheet.starts_at:
        return min(sheet.starts_at - timedelta(days=1), now)
    opens_at = sheet.starts_at - opens_before(settings)
    if now < opens_at:
        raise SheetNotOpen(at=clock_words(opens_at))
    return opens_at


def _is_repeat(sheet: Sheet, given: AnswerInput, kept: dict[UUID, Answer], by: Staff) -> bool:
    row = kept.get(given.id)
    if row is None:
        return False
    told = (sheet.pk, by.pk, given.item, given.round, _as_kept(row.item, given, sheet), given.note.strip())
    if (row.sheet_id, row.by_id, row.item.key, row.round, row.value, row.note) != told:
        raise AnswerIdTaken()
    return True


def _as_kept(item: TemplateItem, given: AnswerInput, sheet: Sheet) -> str:
    try:
        return judged(item, given.value, on=sheet.business_date).value if given.value.strip() else ""
    except RuleBroken:
        return given.value


def _photos(sheet: Sheet, asked: set[UUID], by: Staff) -> set[UUID]:
    """Which of these photos go with an answer: one's own, and those that stand on the sheet already."""
    if not asked:
        return set()
    fitting = Q(by_no=by.staff_no) | Q(pk__in=Answer.objects.filter(sheet=sheet, photo__isnull=False).values("photo"))
    return set(Attachment.objects.filter(fitting, pk__in=asked).values_list("pk", flat=True))


def _read(case: _Case, new: Sequence[tuple[int, AnswerInput]]) -> None:
    """Find what each answer means; raises ``Faults`` with all that is wrong."""
    filled = {place for place, row in case.standing.items() if row.value}
    for number, given in new:
        item = case.items.get(given.item)
        if item is None:
            found: list[RuleBroken] = [UnknownItem(field="item", item=given.item)]
        else:
            found = [*_place_faults(case, given, item, filled), *_value_faults(case, given, item)]
        for fault in found:
            fault.field = f"answers.{number}.{fault.field}"
        case.faults += found
        if given.value.strip():
            filled.add(given.place)
        else:
            filled.discard(given.place)
    if case.faults:
        raise Faults(case.faults)


def _place_faults(case: _Case, given: AnswerInput, item: TemplateItem, filled: set[Place]) -> list[RuleBroken]:
    """What speaks against answering this item and round at all."""
    found: list[RuleBroken] = []
    if given.version is not None and given.version != case.sheet.version.number:
        found.append(TemplateMovedOn(field="item", version=case.sheet.version.number, seen=given.version))
    if not 1 <= given.round <= item.rounds:
        found.append(UnknownRound(field="round", item=item.key, rounds=item.rounds))
    elif given.value.strip() and given.round > 1 and (item.key, given.round - 1) not in filled:
        found.append(RoundBefore(field="round", round=given.round, before=given.round - 1, label=item.label))
    elif not given.value.strip() and (item.key, given.round + 1) in filled:
        found.append(RoundBefore(field="round", round=given.round + 1, before=given.round, label=item.label))
    if given.is_bulk and (item.must_look or item.answer_type not in BULK_TYPES or given.value.strip() != AnswerValue.OK):
        found.append(MustLook(field="item", label=item.label))
    return found


def _value_faults(case: _Case, given: AnswerInput, item: TemplateItem) -> list[RuleBroken]:
    found: list[RuleBroken] = [Faulty(field=name) for name in ("value", "note") if "\x00" in getattr(given, name)]
    if found:
        return found
    try:
        meant = judged(item, given.value, on=case.sheet.business_date) if given.value.strip() else Judged("")
        found += evidence_faults(item, meant, note=given.note, has_photo=given.photo is not None)
    except RuleBroken as fault:
        return [fault]
    case.read.append(meant)
    if len(given.note.strip()) > NOTE_LENGTH:
        found.append(NoteTooLong(field="note", item=item.key, length=len(given.note.strip()), most=NOTE_LENGTH))
    if given.photo and given.photo not in case.photos:
        found.append(UnknownPhoto(field="photo", item=item.key))
    theirs = case.standing.get(given.place)
    is_unseen = theirs is not None and given.replaces not in (ANYTHING, theirs.pk) and theirs.by_id != case.by.pk
    if theirs is not None and is_unseen and (theirs.value, theirs.note) != (meant.value, given.note.strip()):
        found.append(
            AnsweredMeanwhile(
                field="value",
                who=theirs.by.name,
                at=clock_words(theirs.answered_at),
                theirs_words=value_words(item, theirs.value),
                yours=value_words(item, meant.value),
                theirs=as_seen(theirs),
            )
        )
    return found


def _rows(case: _Case, answers: Sequence[AnswerInput], *, now: datetime, sent_at: datetime | None, opens_at: datetime) -> list[Answer]:
    last = {given.place: given.id for given in answers}
    rows = []
    for given, meant in zip(answers, case.read, strict=True):
        moment, told_at = moment_told(given.answered_at, now=now, sent_at=sent_at, not_before=opens_at)
        rows.append(
            Answer(
                id=given.id,
                sheet=case.sheet,
                item=case.items[given.item],
                round=given.round,
                value=meant.value,
                abnormal=meant.abnormal,
                is_bulk=given.is_bulk,
                note=given.note.strip(),
                photo_id=given.photo,
                by=case.by,
                answered_at=moment,
                told_at=told_at,
                is_current=last[given.place] == given.id and meant.value != "",
            )
        )
    return rows


def _retire(rows: Sequence[Answer]) -> None:
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute("UPDATE plans_answer SET is_current = false WHERE id = ANY(%s)", [[row.pk for row in rows]])
