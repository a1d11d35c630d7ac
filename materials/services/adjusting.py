"""The book corrected outside a stocktake: asked for with a reason, posted when somebody else approved it (MAT-17)."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from core.clock import plant_today
from core.errors import Faulty, OwnRequest, Required
from core.models import Attachment
from core.quantities import fit, plain
from core.refusals import constraint_of
from core.services import next_number, request_once
from materials.errors.buying import DecidedBefore
from materials.errors.counting import CannotPost, CountOpen, MoreThanLies
from materials.errors.slips import NotABin, NotAboveZero, ReasonNeeded
from materials.models import Adjustment, Balance, Count, Lot, Place, PlaceKind, Purpose, Slip, StockMove
from materials.services.slips import MOST, post
from materials.services.telling import of_item, tell_approvers
from people.models import Staff
from people.services import settle
from plans.services.status import change_status

Status = Adjustment.Status


def draft_adjustment(
    *,
    lot: Lot,
    place: Place,
    change: Decimal,
    reason: str,
    note: str,
    photo: Attachment | None = None,
    by: Staff,
    request_key: UUID | None = None,
) -> Adjustment:
    """Ask that the book of a lot at a bin gains ``change``, or loses it below 0; nothing moves before somebody else approves.

    Raises ``NotAboveZero``, ``TooFine``, ``Faulty``, ``Required``, ``NotABin``, ``MoreThanLies``, ``CountOpen``.
    """
    if not change or abs(change) >= MOST:
        raise NotAboveZero(field="quantity")
    change = fit(change, lot.item.unit, field="quantity")
    if reason not in Adjustment.Reason.values:
        raise Faulty(field="reason")
    if not note.strip():
        raise Required(field="note")
    if place.kind != PlaceKind.BIN or place.is_closed:
        raise NotABin(field="place", place=place.code)
    body = (lot.pk, place.pk, change.normalize(), reason, note, photo.pk if photo else None)
    with request_once(request_key, route="draft_adjustment", staff_no=by.staff_no, body=body, is_kept=True) as first:
        if first.found:
            return Adjustment.objects.get(pk=first.answer["adjustment"])
        _require_not_counted(lot, place)
        require_lying(lot, place, -change)
        asked = Adjustment(lot=lot, place=place, change=change, reason=reason, note=note.strip(), photo=photo, drafted_by=by)
        asked.unit_cost = lot.item.standard_cost
        asked.number = next_number("ADR")
        asked.save(force_insert=True)
        tell_approvers("adjustment.asked", [(asked.number, of_item(lot.item, change))], right="adjustment.approve", by=by)
        first.answer = {"adjustment": asked.pk}
        return asked


@transaction.atomic
def approve_adjustment(*, adjustment: Adjustment, note: str = "", by: Staff) -> Adjustment:
    """Post what was asked. Raises ``OwnRequest``, ``DecidedBefore``, ``CountOpen``, ``CannotPost`` when less lies there now."""
    adjustment = _undecided(adjustment, by)
    _require_not_counted(adjustment.lot, adjustment.place)
    outside = Place.objects.get(kind=PlaceKind.OUTSIDE, purpose=Purpose.ADJUSTMENT)
    gains = adjustment.change > 0
    slip = Slip(
        kind=Slip.Kind.ADJUSTMENT,
        posted_by=adjustment.drafted_by,
        approved_by=by,
        approved_at=timezone.now(),
        business_date=plant_today(),
        reason=f"{adjustment.number} {adjustment.note}"[:300],
    )
    move = StockMove(
        line=0,
        lot=adjustment.lot,
        source=outside if gains else adjustment.place,
        target=adjustment.place if gains else outside,
        quantity=abs(adjustment.change),
    )
    try:
        with transaction.atomic():
            posted = post(slip, [move])
    except IntegrityError as refusal:
        if constraint_of(refusal) != "balance_not_negative":
            raise
        raise CannotPost(item=adjustment.lot.item.code, place=adjustment.place.code) from refusal
    return _decide(adjustment, Status.APPROVED, note, by, slip=posted)


@transaction.atomic
def reject_adjustment(*, adjustment: Adjustment, note: str, by: Staff) -> Adjustment:
    """Say no, with words. Raises ``OwnRequest``, ``DecidedBefore``, ``ReasonNeeded``."""
    adjustment = _undecided(adjustment, by)
    if not note.strip():
        raise ReasonNeeded(field="note")
    return _decide(adjustment, Status.REJECTED, note, by)


def require_lying(lot: Lot, place: Place, quantity: Decimal) -> None:
    """Raises ``MoreThanLies`` when less than ``quantity`` lies there."""
    if quantity <= 0:
        return
    on_hand = Balance.objects.filter(lot=lot, place=place).values_list("on_hand", flat=True).first() or Decimal(0)
    if on_hand < quantity:
        raise MoreThanLies(field="quantity", on_hand=plain(on_hand), unit=lot.item.unit.code, place=place.code)


def _require_not_counted(lot: Lot, place: Place) -> None:
    """A stocktake that is under way finds the same difference and would post it again."""
    number = (
        Count.objects.filter(status__in=(Count.Status.COUNTING, Count.Status.SUBMITTED), lines__lot=lot, lines__place=place)
        .values_list("number", flat=True)
        .first()
    )
    if number:
        raise CountOpen(count=number)


def _undecided(adjustment: Adjustment, by: Staff) -> Adjustment:
    rows = Adjustment.objects.select_for_update(no_key=True, of=("self",)).select_related("lot__item__unit", "place", "drafted_by")
    adjustment = rows.get(pk=adjustment.pk)
    if adjustment.drafted_by_id == by.pk:
        raise OwnRequest()
    if adjustment.status != Status.REQUESTED:
        raise DecidedBefore(what=adjustment.number, status=adjustment.get_status_display())
    return adjustment


def _decide(adjustment: Adjustment, to: str, note: str, by: Staff, *, slip: Slip | None = None) -> Adjustment:
    change_status(adjustment, to, decided_by=by, decided_at=timezone.now(), decision_note=note.strip(), slip=slip)
    settle("adjustment.asked", adjustment.number)
    return adjustment
