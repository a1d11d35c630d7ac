"""From the promise to the shelf: what a supplier said, what arrived, and the decision about the lot (MAT-12, MAT-13)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from core.errors import Faulty, NotAllowed
from core.plant_settings import plant_setting
from core.quantities import plain
from core.services import next_number, request_once
from materials.errors.buying import DecidedBefore, LotNeeded, LotTaken, OtherLastDay, OverReceipt, ReceivedByYou, SameDay, SupplierBlocked
from materials.errors.slips import ArrivalPlace, NoBin, NotABin, ReasonNeeded
from materials.models import (
    Delivery,
    ExpectedReceipt,
    Item,
    Lot,
    LotDecision,
    LotStatus,
    Place,
    PlaceKind,
    Purpose,
    Requisition,
    Slip,
    StockMove,
    Supplier,
)
from materials.services.prices import require_money
from materials.services.requisitions import close_if_served, locked_requisition, positive
from materials.services.slips import post, slip_date
from people.models import Staff
from plans.services.status import change_status
from plans.services.versions import require_version

Arrival = ExpectedReceipt.Status


def expect_receipt(
    *,
    requisition: Requisition,
    supplier: Supplier,
    quantity: Decimal,
    promised_on: date,
    unit_price: Decimal | None = None,
    by: Staff,
    request_key: UUID | None = None,
) -> ExpectedReceipt:
    """Keep a supplier's promise against an approved requisition. Raises ``DecidedBefore``, ``SupplierBlocked``, ``NotAboveZero``,
    and what ``require_money`` raises of the price."""
    body = (requisition.pk, supplier.pk, quantity.normalize(), promised_on, unit_price)
    with request_once(request_key, route="expect_receipt", staff_no=by.staff_no, body=body, is_kept=True) as first:
        if first.found:
            return ExpectedReceipt.objects.get(pk=first.answer["expected"])
        asked = locked_requisition(requisition)
        if asked.status != Requisition.Status.APPROVED:
            raise DecidedBefore(what=asked.number, status=asked.get_status_display())
        if supplier.is_blocked:
            raise SupplierBlocked(field="supplier", supplier=supplier.code)
        require_money(unit_price, field="unit_price")
        promise = ExpectedReceipt(
            requisition=asked,
            supplier=supplier,
            quantity=positive(quantity, asked.item),
            promised_on=promised_on,
            unit_price=unit_price,
            made_by=by,
        )
        promise.number = next_number("PUR")
        promise.save(force_insert=True)
        first.answer = {"expected": promise.pk}
        return promise


@transaction.atomic
def move_promise(*, expected: ExpectedReceipt, promised_on: date, note: str, version: int | None = None, by: Staff) -> ExpectedReceipt:
    """The supplier names another day; the earlier one stays in the history. Raises ``DecidedBefore``, ``SameDay``, ``ReasonNeeded``,
    ``StaleVersion``."""
    promise = _open_promise(expected, version)
    if promised_on == promise.promised_on:
        raise SameDay(field="promised_on")
    if not note.strip():
        raise ReasonNeeded(field="note")
    promise.promised_on, promise.note = promised_on, note.strip()
    promise.version += 1
    promise.save()
    return promise


@transaction.atomic
def cancel_expected(*, expected: ExpectedReceipt, note: str, version: int | None = None, by: Staff) -> ExpectedReceipt:
    """Expect no more of it, with words; what arrived stays. Raises ``DecidedBefore``, ``ReasonNeeded``, ``StaleVersion``."""
    promise = _open_promise(expected, version)
    if not note.strip():
        raise ReasonNeeded(field="note")
    promise.status, promise.note = Arrival.CANCELLED, note.strip()
    promise.version += 1
    promise.save()
    close_if_served(promise.requisition)
    return promise


def _open_promise(expected: ExpectedReceipt, version: int | None = None) -> ExpectedReceipt:
    rows = ExpectedReceipt.objects.select_for_update(no_key=True, of=("self",)).select_related("requisition__item__unit", "supplier")
    promise = rows.get(pk=expected.pk)
    require_version(promise, version)
    if not promise.is_open:
        raise DecidedBefore(what=promise.number, status=promise.get_status_display())
    return promise


def receive(
    *,
    expected: ExpectedReceipt,
    quantity: Decimal,
    lot: str = "",
    expires_on: date | None = None,
    bin: Place | None = None,
    delivery_note: str = "",
    business_date: date | None = None,
    is_complete: bool = False,
    by: Staff,
    request_key: UUID | None = None,
) -> Slip:
    """Take an arrival in. What must be inspected goes to a receiving bin with its lot *to inspect*; the rest to stock.

    A part may arrive, and up to the plant's tolerance more than was ordered; ``is_complete`` ends the promise although less came.
    Raises ``OverReceipt``, ``LotNeeded``, ``LotTaken``, ``OtherLastDay``, ``NoBin``, ``NotABin``, ``ArrivalPlace``, ``NotAboveZero``,
    ``DecidedBefore``.
    """
    on = slip_date(business_date)
    body = (expected.pk, quantity.normalize(), lot, expires_on, bin.pk if bin else None, delivery_note, business_date, is_complete)
    with request_once(request_key, route="receive", staff_no=by.staff_no, body=body, is_kept=True) as first:
        if first.found:
            return Slip.objects.get(pk=first.answer["slip"])
        promise = _open_promise(expected)
        item = promise.requisition.item
        quantity = positive(quantity, item)
        _require_not_over(promise, quantity)
        kept = _lot_of_arrival(item, lot.strip(), promise, on, expires_on)
        target = _bin_of_arrival(kept, bin)
        supplier_place = Place.objects.get(kind=PlaceKind.OUTSIDE, purpose=Purpose.SUPPLIER)
        slip = Slip(kind=Slip.Kind.RECEIPT, posted_by=by, business_date=on)
        post(slip, [StockMove(line=0, lot=kept, source=supplier_place, target=target, quantity=quantity)])
        Delivery.objects.create(slip=slip, supplier=promise.supplier, expected=promise, delivery_note=delivery_note.strip())
        promise.received_qty += quantity
        if is_complete or promise.received_qty >= promise.quantity:
            promise.status, promise.complete_on = Arrival.RECEIVED, on
        promise.version += 1
        promise.save()
        close_if_served(promise.requisition)
        first.answer = {"slip": slip.pk}
        return slip


def _require_not_over(promise: ExpectedReceipt, quantity: Decimal) -> None:
    tolerance = plant_setting("over_receipt_pct")
    most = promise.quantity * (100 + tolerance) / 100 - promise.received_qty
    if quantity > most:
        unit = promise.requisition.item.unit.code
        raise OverReceipt(
            field="quantity", most=plain(most), unit=unit, expected=promise.number, ordered=plain(promise.quantity), percent=tolerance
        )


def _lot_of_arrival(item: Item, code: str, promise: ExpectedReceipt, on: date, expires_on: date | None) -> Lot:
    if item.lot_tracked and not code:
        raise LotNeeded(field="lot", item=item.code)
    said = expires_on
    if not code and (item.inspect_on_receipt or item.shelf_life_days or said):
        code = f"{promise.number}-{promise.deliveries.count() + 1}"
    status = LotStatus.TO_INSPECT if item.inspect_on_receipt else LotStatus.RELEASED
    if expires_on is None and item.shelf_life_days:
        expires_on = on + timedelta(days=item.shelf_life_days)
    lot, made = Lot.objects.get_or_create(item=item, code=code, defaults={"status": status, "received_on": on, "expires_on": expires_on})
    if not made and lot.status != status:
        raise LotTaken(field="lot", lot=lot.code, item=item.code, status=lot.get_status_display())
    if not made and said is not None and lot.expires_on != said:
        stands = "–" if lot.expires_on is None else lot.expires_on.isoformat()
        raise OtherLastDay(field="expires_on", lot=lot.code, item=item.code, stands=stands)
    return lot


def _bin_of_arrival(lot: Lot, bin: Place | None) -> Place:
    if bin is not None:
        if bin.kind != PlaceKind.BIN or bin.is_closed:
            raise NotABin(field="bin", place=bin.code)
        if bin.purpose not in (Purpose.RECEIVING, Purpose.STOCK):
            raise ArrivalPlace(field="bin", place=bin.code, purpose=bin.get_purpose_display())
        return bin
    purpose = Purpose.RECEIVING if lot.status == LotStatus.TO_INSPECT else Purpose.STOCK
    target = Place.objects.filter(kind=PlaceKind.BIN, purpose=purpose, is_closed=False).order_by("code").first()
    if target is None:
        raise NoBin(purpose=str(purpose.label))
    return target


@transaction.atomic
def decide_lot(*, lot: Lot, status: str, note: str, by: Staff, is_concession_allowed: bool = False) -> Lot:
    """Release, concede, reject or quarantine a lot, with words; quality's inspections end here as well (MAT-13).

    What is rejected is never simply released again: it leaves by a concession, or into quarantine to be looked at anew, and only where
    ``is_concession_allowed`` says that this person may concede. Raises ``ReceivedByYou`` for the person who took it in,
    ``ReasonNeeded``, ``WrongStatus`` for a step that ``Lot.TRANSITIONS`` does not have, ``NotAllowed``, ``Faulty`` for *to inspect* or
    an unknown status.
    """
    if status not in LotStatus.values or status == LotStatus.TO_INSPECT:
        raise Faulty(field="status")
    if not note.strip():
        raise ReasonNeeded(field="note")
    lot = Lot.objects.select_for_update(no_key=True).get(pk=lot.pk)
    if StockMove.objects.filter(lot=lot, slip__kind=Slip.Kind.RECEIPT, slip__posted_by=by).exists():
        raise ReceivedByYou()
    if lot.status == LotStatus.REJECTED and not is_concession_allowed:
        raise NotAllowed()
    change_status(lot, status)
    LotDecision.objects.create(lot=lot, status=status, note=note.strip(), by=by)
    return lot
