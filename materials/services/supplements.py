"""More than the quota: asked for with a reason, granted by somebody else (MAT-09)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone

from core.clock import plant_today
from core.errors import Faulty, OwnRequest
from core.models import Attachment
from core.money import shown
from core.plant_settings import plant_setting
from core.quantities import fit, percent, plain
from core.services import next_number, request_once
from materials.errors.slips import NotAboveZero, OrderNotOpen, ReasonNeeded, ReceiverElsewhere, ReceiverNeeded, RefusedLine, SlipRefused
from materials.errors.supplements import AboveAsked, AboveTier, AlreadyAsked, AlreadyDecided
from materials.models import Item, QuotaLine, Supplement, SupplementGrant
from materials.selectors.supplements import deciders_of, deciders_of_waiting, is_above_first_tier
from materials.services.slips import MOST, belongs_to
from people.models import Staff
from people.services import notify, settle
from plans.models import ProductionOrder
from plans.services.orders import locked_order
from plans.services.status import change_status

Status = Supplement.Status
ZERO = Decimal(0)


def request_supplement(
    *,
    order: ProductionOrder,
    item: Item,
    quantity: Decimal,
    reason: str,
    note: str = "",
    reference: str = "",
    photo: Attachment | None = None,
    receiver: Staff | None = None,
    by: Staff,
    request_key: UUID | None = None,
    is_all_that_is_missing: bool = False,
) -> Supplement:
    """Ask to draw ``quantity`` (in the item's unit) beyond the quota; nothing may be drawn before somebody else approves.

    ``receiver`` is the person it is asked for; who does not belong to the order's team or workshop names one, for neither the asker
    nor the receiver decides. Where ``quantity`` ``is_all_that_is_missing``, what waits for its decision counts towards it: the rest alone
    is asked for. Raises ``ReceiverNeeded`` where nobody is named, ``ReceiverElsewhere``, ``OrderNotOpen``, ``SlipRefused`` for an item
    that is not on the order, ``NotAboveZero``, ``TooFine``, ``ReasonNeeded``, ``AlreadyAsked`` where nothing is left to ask for.
    """
    if quantity <= 0 or quantity >= MOST:
        raise NotAboveZero(field="quantity")
    quantity = fit(quantity, item.unit, field="quantity")
    if reason not in Supplement.Reason.values:
        raise Faulty(field="reason")
    more = (photo.pk if photo else None, receiver.pk if receiver else None)
    body = (order.pk, item.pk, quantity.normalize(), reason, note, *more, reference)
    with request_once(request_key, route="request_supplement", staff_no=by.staff_no, body=body, is_kept=True) as first:
        if first.found:
            return Supplement.objects.get(pk=first.answer["supplement"])
        status = ProductionOrder.objects.values_list("status", flat=True).get(pk=order.pk)
        if status != ProductionOrder.Status.RELEASED:
            raise OrderNotOpen(field="order", order=order.number, status=ProductionOrder.Status(status).label)
        _require_receiver(order, receiver, by)
        line = QuotaLine.objects.filter(order=order, item=item).first()
        if line is None:
            raise SlipRefused(
                [
                    RefusedLine(
                        line=0, item=item.code, code="item_not_on_order", asked=quantity, left=None, on_hand=None, unit=item.unit.code
                    )
                ]
            )
        if is_all_that_is_missing:
            quantity = _not_asked_yet(line, quantity)
        asked = Supplement(
            quota_line=line,
            quantity=quantity,
            reason=reason,
            note=note.strip(),
            reference=reference.strip(),
            photo=photo,
            receiver=receiver,
            requested_by=by,
        )
        asked.number = next_number("SUP")
        asked.save(force_insert=True)
        _tell_deciders(asked, order)
        first.answer = {"supplement": asked.pk}
        return asked


def _not_asked_yet(line: QuotaLine, quantity: Decimal) -> Decimal:
    # Of two taps at the same moment the second counts the first.
    line = QuotaLine.objects.select_for_update(no_key=True, of=("self",)).select_related("item__unit", "order").get(pk=line.pk)
    waiting = line.supplements.filter(status=Status.REQUESTED).aggregate(waiting=Sum("quantity"))["waiting"] or ZERO
    if quantity <= waiting:
        names = ", ".join(person.name for person in deciders_of_waiting(line.order, [line]).get(line.pk, []))
        raise AlreadyAsked(field="quantity", asked=plain(waiting), unit=line.item.unit.code, item=line.item.label, names=names or "–")
    return quantity - waiting


def _require_receiver(order: ProductionOrder, receiver: Staff | None, by: Staff) -> None:
    if receiver is None:
        if not belongs_to(order, by, plant_today()):
            raise ReceiverNeeded(field="receiver")
    elif not belongs_to(order, receiver, plant_today()):
        raise ReceiverElsewhere(field="receiver", who=receiver.name, team=str(order.team or order.workshop))


@transaction.atomic
def approve_supplement(
    *, supplement: Supplement, quantity: Decimal | None = None, note: str = "", by: Staff, is_above_first_tier_allowed: bool
) -> Supplement:
    """Grant what was asked, or less; from now on exactly that much more may be drawn.

    The first tier ends where all supplements of the line pass the plant's share of the quota or its value; above it
    ``is_above_first_tier_allowed`` must say that this person may. Raises ``OwnRequest`` for asker and receiver, ``AboveAsked``,
    ``NotAboveZero``, ``AboveTier``, ``AlreadyDecided``, and ``OrderNotOpen`` where the order ended meanwhile.
    """
    # The order first, as closing it does. The line before its figures are read, and before the supplement, as a lapse does: of two
    # approvals the second counts the first.
    order = locked_order(ProductionOrder.objects.get(quota_lines__supplements=supplement.pk))
    QuotaLine.objects.select_for_update(no_key=True, of=("self",)).get(supplements=supplement.pk)
    supplement = _undecided(supplement, by)
    item = supplement.quota_line.item
    if order.is_over:
        raise OrderNotOpen(order=order.number, status=order.get_status_display())
    granted = supplement.quantity if quantity is None else quantity
    if granted <= 0:
        raise NotAboveZero(field="quantity")
    if granted > supplement.quantity:
        raise AboveAsked(field="quantity", asked=plain(supplement.quantity), unit=item.unit.code)
    granted = fit(granted, item.unit, field="quantity")
    if not is_above_first_tier_allowed:
        _require_first_tier(supplement, granted)
    last_day = plant_today() + timedelta(days=plant_setting("supplement_days"))
    _decide(supplement, Status.APPROVED, by, note, approved_quantity=granted, expires_on=last_day)
    SupplementGrant.objects.create(supplement=supplement, quota_line_id=supplement.quota_line_id, quantity=granted, by=by)
    _tell_asker(supplement)
    return supplement


@transaction.atomic
def reject_supplement(*, supplement: Supplement, note: str, by: Staff) -> Supplement:
    """Say no, with words. Raises ``OwnRequest``, ``ReasonNeeded``, ``AlreadyDecided``."""
    supplement = _undecided(supplement, by)
    if not note.strip():
        raise ReasonNeeded(field="note")
    _decide(supplement, Status.REJECTED, by, note)
    _tell_asker(supplement)
    return supplement


def _undecided(supplement: Supplement, by: Staff) -> Supplement:
    rows = Supplement.objects.select_for_update(no_key=True, of=("self",))
    rows = rows.select_related("quota_line__item__unit", "quota_line__order", "requested_by", "receiver")
    supplement = rows.get(pk=supplement.pk)
    if by.pk in (supplement.requested_by_id, supplement.receiver_id):
        raise OwnRequest()
    if supplement.status != Status.REQUESTED:
        raise AlreadyDecided(supplement=supplement.number, status=supplement.get_status_display())
    return supplement


def _decide(supplement: Supplement, to: str, by: Staff, note: str, **granted: object) -> None:
    change_status(supplement, to, decided_by=by, decided_at=timezone.now(), decision_note=note.strip(), **granted)


def _figures(supplement: Supplement, order: ProductionOrder, item: Item) -> dict[str, object]:
    granted = supplement.approved_quantity or supplement.quantity
    return {"number": supplement.number, "order": order.number, "item": item, "quantity": plain(granted), "unit": item.unit}


def _tell_deciders(supplement: Supplement, order: ProductionOrder) -> None:
    """Whoever may grant that much finds it in the inbox until one of them did."""
    figures = _figures(supplement, order, supplement.quota_line.item) | {"who": supplement.requested_by}
    url = reverse("supplement", args=[supplement.number])
    notify(to=deciders_of(supplement), kind="supplement.asked", key=supplement.number, figures=figures, url=url)


def _tell_asker(supplement: Supplement) -> None:
    settle("supplement.asked", supplement.number)
    people = {person.pk: person for person in (supplement.requested_by, supplement.receiver) if person is not None}
    line = supplement.quota_line
    kind = "supplement.approved" if supplement.status == Status.APPROVED else "supplement.rejected"
    figures = _figures(supplement, line.order, line.item) | {"who": supplement.decided_by}
    notify(to=people.values(), kind=kind, key=supplement.number, figures=figures, url=reverse("supplement", args=[supplement.number]))


def _require_first_tier(supplement: Supplement, granted: Decimal) -> None:
    line = supplement.quota_line
    all_granted = line.supplement + granted
    value = all_granted * (line.item.standard_cost or ZERO)
    if is_above_first_tier(line, granted):
        share = percent(all_granted, line.quota)
        raise AboveTier(percent="–" if share is None else plain(share), value=shown(value))
