"""Dead stock and scrap leave in time, by a decision and a slip (MAT-18)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from core.clock import plant_today
from core.errors import Faulty
from core.quantities import fit
from core.refusals import constraint_of
from core.services import next_number, request_once
from materials.errors.buying import DecidedBefore
from materials.errors.counting import CannotPost, DueBeforeToday
from materials.errors.slips import NotABin, NotAboveZero, ReasonNeeded
from materials.models import Disposal, Lot, Place, PlaceKind, Purpose, Slip, StockMove
from materials.services.adjusting import require_lying
from materials.services.deciding import decide
from materials.services.slips import MOST, post
from materials.services.telling import of_item, tell_approvers
from people.models import Staff
from plans.services.status import change_status

Status = Disposal.Status
LEAVES_TO = {
    Disposal.Decision.RETURN: Purpose.SUPPLIER,
    Disposal.Decision.SELL: Purpose.ADJUSTMENT,
    Disposal.Decision.SCRAP: Purpose.ADJUSTMENT,
}


def draft_disposal(
    *,
    lot: Lot,
    place: Place,
    quantity: Decimal,
    decision: str,
    reason: str,
    due_on: date,
    by: Staff,
    request_key: UUID | None = None,
) -> Disposal:
    """Propose what is to become of so much of a lot in a bin.

    Raises ``NotABin``, ``NotAboveZero``, ``TooFine``, ``ReasonNeeded``, ``MoreThanLies``, ``DueBeforeToday``.
    """
    if quantity <= 0 or quantity >= MOST:
        raise NotAboveZero(field="quantity")
    quantity = fit(quantity, lot.item.unit, field="quantity")
    if place.kind != PlaceKind.BIN:
        raise NotABin(field="bin", place=place.code)
    if decision not in Disposal.Decision.values:
        raise Faulty(field="decision")
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    body = (lot.pk, place.pk, quantity.normalize(), decision, reason, due_on)
    with request_once(request_key, route="draft_disposal", staff_no=by.staff_no, body=body, is_kept=True) as first:
        if first.found:
            return Disposal.objects.get(pk=first.answer["disposal"])
        if due_on < plant_today():
            raise DueBeforeToday(field="due_on", on=due_on.isoformat())
        require_lying(lot, place, quantity)
        asked = Disposal(lot=lot, place=place, quantity=quantity, decision=decision, reason=reason.strip(), due_on=due_on, drafted_by=by)
        asked.number = next_number("DSP")
        asked.save(force_insert=True)
        tell_approvers("disposal.asked", [(asked.number, of_item(lot.item, quantity))], right="adjustment.approve", by=by)
        first.answer = {"disposal": asked.pk}
        return asked


@transaction.atomic
def decide_disposal(*, disposal: Disposal, approve: bool, note: str = "", by: Staff) -> Disposal:
    """Raises ``OwnRequest``, ``DecidedBefore``, ``ReasonNeeded`` for a rejection without words."""
    disposal = _locked(disposal)
    asker = disposal.drafted_by_id
    decide(disposal, waiting=Status.DRAFT, asker_id=asker, approve=approve, note=note, by=by, notice="disposal.asked")
    return disposal


@transaction.atomic
def carry_out(*, disposal: Disposal, by: Staff) -> Disposal:
    """Do what was approved: what leaves moves out with a slip; what is used elsewhere stays where it is.

    Raises ``DecidedBefore``, ``CannotPost`` when it no longer lies there.
    """
    disposal = _locked(disposal)
    if disposal.status != Status.APPROVED:
        raise DecidedBefore(what=disposal.number, status=disposal.get_status_display())
    leaves_to = LEAVES_TO.get(Disposal.Decision(disposal.decision))
    posted = None
    if leaves_to is not None:
        outside = Place.objects.get(kind=PlaceKind.OUTSIDE, purpose=leaves_to)
        slip = Slip(
            kind=Slip.Kind.ADJUSTMENT,
            posted_by=disposal.drafted_by,
            approved_by=disposal.decided_by,
            approved_at=disposal.decided_at,
            business_date=plant_today(),
            reason=disposal.number,
        )
        try:
            with transaction.atomic():
                posted = post(
                    slip, [StockMove(line=0, lot=disposal.lot, source=disposal.place, target=outside, quantity=disposal.quantity)]
                )
        except IntegrityError as refusal:
            if constraint_of(refusal) != "balance_not_negative":
                raise
            raise CannotPost(item=disposal.lot.item.code, place=disposal.place.code) from refusal
    change_status(disposal, Status.DONE, done_by=by, done_at=timezone.now(), slip=posted)
    return disposal


def _locked(disposal: Disposal) -> Disposal:
    rows = Disposal.objects.select_for_update(no_key=True, of=("self",)).select_related("lot__item", "place", "drafted_by", "decided_by")
    return rows.get(pk=disposal.pk)
