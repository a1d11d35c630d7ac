"""Stamping who was there before the shift: by one tap, or with the first answer of the phase before it (PLN-02)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from people.models import Staff
from plans.errors.sheets import NotAwaited, SheetNotOpen, ShiftOver
from plans.models import Answer, Arrival, Sheet
from plans.selectors.arrivals import Due, arrival_due, own_start
from plans.selectors.places import named
from plans.selectors.sheets import opens_before
from plans.services.signing import locked_sheet, require_unlocked
from plans.words import clock_words

GONE = (Sheet.Status.SKIPPED, Sheet.Status.MISSED)


@transaction.atomic
def stamp_arrival(*, sheet: Sheet, by: Staff) -> Arrival:
    """*I am here*: the server's time, for ``by`` alone. A second tap, on whichever sheet of the shift, gives the first stamp.

    Raises ``SheetNotOpen`` before the sheet opens, ``ShiftOver`` after the shift, ``SheetLocked`` when it was skipped or missed, and
    ``NotAwaited`` for anybody but who is to be there. (PLN-02)
    """
    sheet = locked_sheet(sheet)
    now = timezone.now()
    due = arrival_due(sheet, by)
    if due.kept:
        return _marked(sheet, due.kept)
    if now < (opens_at := sheet.starts_at - opens_before()):
        raise SheetNotOpen(at=clock_words(opens_at))
    if now >= sheet.ends_at:
        raise ShiftOver(at=clock_words(sheet.ends_at))
    if sheet.status in GONE:
        require_unlocked(sheet)
    if not due.is_awaited:
        raise NotAwaited(place=named([sheet.node_id], sheet.business_date)[sheet.node_id].label)
    return _stamp(sheet, by, due, now, None)


def stamp_with_answers(sheet: Sheet, answers: Iterable[Answer], by: Staff) -> None:
    """The first of these answers to an item of the phase before the shift says that its giver was there then; nothing where they are not
    awaited or were stamped before. ``sheet`` is locked; the items come with their blocks."""
    if sheet.arrived_by_id == by.pk:
        return
    told = [row for row in answers if row.value and row.item.block.is_before_shift and row.answered_at < sheet.ends_at]
    first = min(told, key=lambda row: row.answered_at, default=None)
    if first is None:
        return
    due = arrival_due(sheet, by)
    if due.kept:
        _marked(sheet, due.kept)
    elif due.is_awaited:
        _stamp(sheet, by, due, first.answered_at, first.told_at)


def _stamp(sheet: Sheet, by: Staff, due: Due, moment: datetime, told_at: datetime | None) -> Arrival:
    """One statement, for it comes with an answer that is being saved."""
    starts = own_start(due.rostered, sheet.shift, sheet.business_date, sheet.starts_at) or sheet.starts_at
    values = {
        "staff": by.pk,
        "node": sheet.node_id,
        "shift": sheet.shift_id,
        "business_date": sheet.business_date,
        "starts_at": starts,
        "due_at": starts - due.lead,
        "arrived_at": moment,
        "told_at": told_at,
        "saved_at": timezone.now(),
        "sheet": sheet.pk if _is_unmarked(sheet) else None,
    }
    stamped = next(iter(Arrival.objects.raw(_STAMP, values)), None)
    if stamped is None:  # on another sheet of the shift, this very moment
        kept = Arrival.objects.select_related("staff").get(staff=by, business_date=sheet.business_date, shift=sheet.shift_id)
        return _marked(sheet, kept)
    stamped.staff = by
    if _is_unmarked(sheet):
        sheet.arrived_at, sheet.arrived_by = stamped.arrived_at, by
    return stamped


_STAMP = """
    WITH stamped AS (
        INSERT INTO plans_arrival (staff_id, node_id, shift_id, business_date, starts_at, due_at, arrived_at, told_at, saved_at)
        VALUES (%(staff)s, %(node)s, %(shift)s, %(business_date)s, %(starts_at)s, %(due_at)s, %(arrived_at)s, %(told_at)s, %(saved_at)s)
        ON CONFLICT (staff_id, business_date, shift_id) DO NOTHING
        RETURNING *
    ), marked AS (
        UPDATE plans_sheet SET arrived_at = stamped.arrived_at, arrived_by_id = stamped.staff_id
        FROM stamped WHERE plans_sheet.id = %(sheet)s
    )
    SELECT * FROM stamped
"""


def _is_unmarked(sheet: Sheet) -> bool:
    return sheet.arrived_at is None and sheet.status not in GONE


def _marked(sheet: Sheet, arrival: Arrival) -> Arrival:
    """The first who arrived for a sheet stands on it, so that it is not taken back when the roster changes."""
    if _is_unmarked(sheet):
        sheet.arrived_at, sheet.arrived_by = arrival.arrived_at, arrival.staff
        sheet.save(update_fields=["arrived_at", "arrived_by"])
    return arrival
