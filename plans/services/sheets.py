"""Check sheets: made before the shift, answered one tap at a time, locked when submitted (PLN-01, PLN-03)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from core.clock import plant_zone
from core.errors import Faults, RuleBroken
from core.models import Attachment
from people.access import plant_of
from people.calendar import is_working_day
from people.models import Staff
from plans.errors import (
    AnswerIdTaken,
    MissingAnswers,
    NoteNeeded,
    NoteTooLong,
    SheetLocked,
    UnknownItem,
    UnknownPhoto,
    UnknownRound,
    UnknownValue,
)
from plans.models import Answer, AnswerValue, Sheet, TemplateAssignment, TemplateItem, TemplateVersion
from plans.services.refusals import refusals_explained
from plans.services.status import change_status
from plans.words import clock_words, who_words

MADE_AHEAD = timedelta(hours=24)
NOTE_LENGTH = 1000


@dataclass(frozen=True)
class AnswerInput:
    """One answer as its giver sends it; ``id`` is the giver's own, so a repeat is known as one. ``item`` is the item's key."""

    id: UUID
    item: str
    value: str
    round: int = 1
    note: str = ""
    photo: UUID | None = None
    answered_at: datetime | None = None


def make_sheets(*, at: datetime | None = None) -> int:
    """Make the sheets of every assignment for the shifts of ``at``'s date, for one still running and for those that begin within 24 hours,
    on working days. A shift of today that has ended gets its sheet too: what was not done while nothing ran must show as not done.

    Safe to run twice and at once. Returns how many were made. Each sheet takes the version published by ``at``.
    """
    at = at or timezone.now()
    rows = []
    plants: dict[int, int | None] = {}
    working: dict[tuple[int | None, date], bool] = {}
    for assignment in TemplateAssignment.objects.filter(template__is_retired=False).select_related("shift"):
        for on in _business_dates(assignment, at):
            plant = plants.setdefault(assignment.node_id, plant_of(assignment.node_id))
            if (plant, on) not in working:
                working[plant, on] = is_working_day(plant, on)
            if working[plant, on]:
                rows.append((assignment, on))
    versions = _versions_at({assignment.template_id for assignment, _ in rows}, at)
    return _insert_sheets([(a.template_id, versions[a.template_id], a.node_id, a.shift_id, on) for a, on in rows])


def _business_dates(assignment: TemplateAssignment, at: datetime) -> list[date]:
    found = []
    today = at.astimezone(plant_zone()).date()
    on = today - timedelta(days=1)
    while on <= (at + MADE_AHEAD).astimezone(plant_zone()).date():
        starts, ends = assignment.shift.times.window(on)
        in_force = assignment.starts_on <= on and (assignment.ends_on is None or on <= assignment.ends_on)
        if in_force and (on >= today or ends > at) and starts <= at + MADE_AHEAD:
            found.append(on)
        on += timedelta(days=1)
    return found


def _versions_at(template_ids: Iterable[int], at: datetime) -> dict[int, int]:
    """The version of each template that was the newest at a moment; before its first publication the first."""
    versions: dict[int, int] = {}
    rows = TemplateVersion.objects.filter(template__in=template_ids, published_at__isnull=False).order_by("template", "number")
    for pk, template, published_at in rows.values_list("pk", "template_id", "published_at"):
        if template not in versions or (published_at and published_at <= at):
            versions[template] = pk
    return versions


def _insert_sheets(rows: Sequence[tuple[int, int, int, int, date]]) -> int:
    if not rows:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO plans_sheet (template_id, version_id, node_id, shift_id, business_date, status)"
            " SELECT *, 'open' FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::date[])"
            " ON CONFLICT (business_date, template_id, node_id, shift_id) DO NOTHING",
            [list(column) for column in zip(*rows, strict=True)],
        )
        return cursor.rowcount


@transaction.atomic
def answer(*, sheet: Sheet, answers: Sequence[AnswerInput], by: Staff) -> list[Answer]:
    """Keep answers of one sheet, all or none. A later answer to the same item and round takes the earlier one's place.

    Sending an answer with the same id again changes nothing, also after the sheet was submitted. Raises ``SheetLocked``,
    ``AnswerIdTaken``, or ``Faults`` with every answer refused (``UnknownItem``, ``UnknownRound``, ``UnknownValue``, ``NoteNeeded``,
    ``NoteTooLong``, ``UnknownPhoto``) at ``answers.<n>.<field>``. (PLN-03)
    """
    sheet = locked_sheet(sheet)
    kept = {row.pk: row for row in Answer.objects.filter(pk__in=[given.id for given in answers]).select_related("item")}
    new = [(number, given) for number, given in enumerate(answers) if not _is_repeat(sheet, given, kept, by)]
    if not new:
        return list(kept.values())
    require_unlocked(sheet)
    items = {item.key: item for item in TemplateItem.objects.filter(version=sheet.version_id, key__in={given.item for _, given in new})}
    _check(sheet, new, items, by)
    rows = _rows(sheet, [given for _, given in new], items, by)
    with refusals_explained({"plans_answer_pkey": AnswerIdTaken}):
        places = [(row.item_id, row.round) for row in rows if row.is_current]
        _retire(sheet, places)
        Answer.objects.bulk_create(rows)
    return [*kept.values(), *rows]


def locked_sheet(sheet: Sheet) -> Sheet:
    return Sheet.objects.select_for_update(no_key=True, of=("self",)).select_related("submitted_by").get(pk=sheet.pk)


def require_unlocked(sheet: Sheet) -> None:
    if sheet.status != Sheet.Status.OPEN:
        assert sheet.submitted_at is not None
        raise SheetLocked(who=who_words(sheet.submitted_by), when=clock_words(sheet.submitted_at))


def _is_repeat(sheet: Sheet, given: AnswerInput, kept: dict[UUID, Answer], by: Staff) -> bool:
    row = kept.get(given.id)
    if row is None:
        return False
    same = (row.sheet_id, row.by_id, row.item.key, row.round, row.value, row.note) == (
        sheet.pk,
        by.pk,
        given.item,
        given.round,
        given.value,
        given.note.strip(),
    )
    if not same:
        raise AnswerIdTaken()
    return True


def _photos(sheet: Sheet, asked: set[UUID], by: Staff) -> set[UUID]:
    """Which of these photos go with an answer: one's own, and those that stand on the sheet already."""
    if not asked:
        return set()
    fitting = Q(by_no=by.staff_no) | Q(pk__in=Answer.objects.filter(sheet=sheet, photo__isnull=False).values("photo"))
    return set(Attachment.objects.filter(fitting, pk__in=asked).values_list("pk", flat=True))


def _check(sheet: Sheet, new: Sequence[tuple[int, AnswerInput]], items: dict[str, TemplateItem], by: Staff) -> None:
    faults: list[RuleBroken] = []
    known = _photos(sheet, {given.photo for _, given in new if given.photo}, by)
    for number, given in new:
        at = f"answers.{number}"
        item = items.get(given.item)
        if item is None:
            faults.append(UnknownItem(field=f"{at}.item", item=given.item))
            continue
        if not 1 <= given.round <= item.rounds:
            faults.append(UnknownRound(field=f"{at}.round", item=item.key, rounds=item.rounds))
        if given.value not in AnswerValue.values:
            faults.append(UnknownValue(field=f"{at}.value", value=given.value, item=item.key))
        if given.value == AnswerValue.NG and not given.note.strip():
            faults.append(NoteNeeded(field=f"{at}.note", item=item.key, label=item.label))
        if len(given.note.strip()) > NOTE_LENGTH:
            faults.append(NoteTooLong(field=f"{at}.note", item=item.key, length=len(given.note.strip()), most=NOTE_LENGTH))
        if given.photo and given.photo not in known:
            faults.append(UnknownPhoto(field=f"{at}.photo", item=item.key))
    if faults:
        raise Faults(faults)


def _rows(sheet: Sheet, answers: Sequence[AnswerInput], items: dict[str, TemplateItem], by: Staff) -> list[Answer]:
    now = timezone.now()
    last = {(given.item, given.round): given.id for given in answers}
    return [
        Answer(
            id=given.id,
            sheet=sheet,
            item=items[given.item],
            round=given.round,
            value=given.value,
            note=given.note.strip(),
            photo_id=given.photo,
            by=by,
            # A tablet's clock may run ahead; nothing was answered after it arrived here.
            answered_at=given.answered_at if given.answered_at and given.answered_at <= now else now,
            is_current=last[given.item, given.round] == given.id,
        )
        for given in answers
    ]


def _retire(sheet: Sheet, places: Sequence[tuple[int, int]]) -> None:
    items, rounds = zip(*places, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE plans_answer SET is_current = false FROM unnest(%s::bigint[], %s::int[]) AS place (item, round)"
            " WHERE sheet_id = %s AND is_current AND plans_answer.item_id = place.item AND plans_answer.round = place.round",
            [list(items), list(rounds), sheet.pk],
        )


@transaction.atomic
def submit_sheet(*, sheet: Sheet, by: Staff) -> Sheet:
    """Hand the sheet in and lock it. The same person sending it twice changes nothing.

    Raises ``MissingAnswers`` with the keys and labels of required items without an answer, ``SheetLocked``. (PLN-03)
    """
    sheet = locked_sheet(sheet)
    if sheet.status == Sheet.Status.SUBMITTED and sheet.submitted_by_id == by.pk:
        return sheet
    require_unlocked(sheet)
    missing = missing_items(sheet)
    if missing:
        raise MissingAnswers(count=len(missing), items=[{"item": item.key, "label": item.label} for item in missing])
    change_status(sheet, Sheet.Status.SUBMITTED, submitted_by=by, submitted_at=timezone.now())
    return sheet


def missing_items(sheet: Sheet) -> list[TemplateItem]:
    """Required items that lack an answer in one of their rounds, in the order of the sheet."""
    given: dict[int, int] = {}
    for item in Answer.objects.filter(sheet=sheet, is_current=True).values_list("item_id", flat=True):
        given[item] = given.get(item, 0) + 1
    required = TemplateItem.objects.filter(version=sheet.version_id, is_required=True).order_by("order")
    return [item for item in required if given.get(item.pk, 0) < item.rounds]
