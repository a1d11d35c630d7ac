"""Handing a sheet in, countersigning it, opening it again with a reason (PLN-03)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from people.models import Notice, Staff
from plans.errors.orders import ReasonNeeded
from plans.errors.sheets import MissingAnswers, OwnSheet, OwnSheetAgain, SheetLocked, SheetMissed, SheetSkipped
from plans.errors.surveys import SurveyClosed
from plans.models import Answer, Sheet, Survey, TemplateItem
from plans.selectors.sheet_rows import items_of
from plans.services.findings import checked_text
from plans.services.status import change_status
from plans.words import clock_words, who_words

Status = Sheet.Status
REASON_LENGTH = 500
SECTION_OWNED = "survey.section"


def locked_sheet(sheet: Sheet) -> Sheet:
    rows = Sheet.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("submitted_by", "skipped_by", "version", "node", "shift").get(pk=sheet.pk)


def require_unlocked(sheet: Sheet) -> None:
    """Raises ``SheetLocked`` in the words of how the sheet came to its end."""
    if sheet.status == Status.OPEN:
        return
    if sheet.missed_at is not None:
        raise SheetMissed(when=clock_words(sheet.missed_at))
    if sheet.skipped_at is not None:
        raise SheetSkipped(who=who_words(sheet.skipped_by), when=clock_words(sheet.skipped_at), reason=sheet.skip_reason)
    assert sheet.submitted_at is not None
    raise SheetLocked(who=who_words(sheet.submitted_by), when=clock_words(sheet.submitted_at))


@transaction.atomic
def submit_sheet(*, sheet: Sheet, by: Staff) -> Sheet:
    """Hand the sheet in and lock it. The same person sending it twice changes nothing.

    Raises ``MissingAnswers`` with the keys and labels of required items without an answer, ``SheetLocked``. (PLN-03)
    """
    sheet = locked_sheet(sheet)
    if sheet.status == Status.SUBMITTED and sheet.submitted_by_id == by.pk:
        return sheet
    require_unlocked(sheet)
    missing = missing_items(sheet)
    if missing:
        raise MissingAnswers(count=len(missing), items=[{"item": item.key, "label": item.label} for item in missing])
    change_status(sheet, Status.SUBMITTED, submitted_by=by, submitted_at=timezone.now())
    settle_section(sheet)
    return sheet


@transaction.atomic
def countersign_sheet(*, sheet: Sheet, by: Staff) -> Sheet:
    """The second name on the paper, by whoever may and did not submit it. The same person signing twice changes nothing.

    Raises ``WrongStatus`` unless the sheet is submitted, ``OwnSheet``. (PLN-03)
    """
    sheet = locked_sheet(sheet)
    if sheet.status == Status.COUNTERSIGNED and sheet.countersigned_by_id == by.pk:
        return sheet
    if sheet.submitted_by_id == by.pk:
        raise OwnSheet()
    change_status(sheet, Status.COUNTERSIGNED, countersigned_by=by, countersigned_at=timezone.now())
    Notice.objects.filter(kind="sheet.wait", key__startswith=f"{sheet.pk}:", done_at=None).update(done_at=timezone.now())
    return sheet


@transaction.atomic
def reopen_sheet(*, sheet: Sheet, reason: str, by: Staff) -> Sheet:
    """Open a submitted or countersigned sheet again for a correction; both signatures go, History keeps them.

    Raises ``ReasonNeeded``, ``TextTooLong``, ``OwnSheetAgain`` for who submitted it, ``WrongStatus`` when it is not
    submitted, ``SurveyClosed`` for a section of a survey that is closed. (PLN-03)
    """
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    reason = checked_text(reason, field="reason", most=REASON_LENGTH)
    _require_running_survey(sheet)
    sheet = locked_sheet(sheet)
    if sheet.submitted_by_id == by.pk:
        raise OwnSheetAgain()
    signatures = {"submitted_by": None, "submitted_at": None, "countersigned_by": None, "countersigned_at": None}
    change_status(sheet, Status.OPEN, **signatures, reopened_by=by, reopened_at=timezone.now(), reopen_reason=reason)
    return sheet


def settle_section(sheet: Sheet) -> None:
    """A section of a survey that is handed in, or not needed, leaves its owner's inbox."""
    if sheet.area_id is not None:
        Notice.objects.filter(kind=SECTION_OWNED, key__startswith=f"{sheet.pk}:", done_at=None).update(done_at=timezone.now())


def _require_running_survey(sheet: Sheet) -> None:
    """Raises ``SurveyClosed``. The survey is locked against being closed at this moment."""
    if sheet.area_id is not None:
        survey = Survey.objects.select_for_update(no_key=True).filter(sections__sheet=sheet).first()
        if survey is not None and survey.status == Survey.Status.CLOSED:
            assert survey.closed_at is not None
            raise SurveyClosed(when=clock_words(survey.closed_at))


def missing_items(sheet: Sheet) -> list[TemplateItem]:
    """Required items that lack an answer in one of their rounds, in the order of the sheet."""
    given: dict[int, int] = {}
    for item in Answer.objects.filter(sheet=sheet, is_current=True).values_list("item_id", flat=True):
        given[item] = given.get(item, 0) + 1
    required = items_of(sheet).filter(is_required=True).order_by("order")
    return [item for item in required if given.get(item.pk, 0) < item.rounds]
