"""What an order made comes into the store: never more than its daily reports say is good (MAT-11)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Q

from core.errors import Faults, RuleBroken
from core.quantities import plain
from core.services import request_once
from materials.errors.buying import LotTaken
from materials.errors.slips import AboveReported, NoBin, NotABin, NotMadeByOrder, OrderNotOpen, TransferPlace, UnitsDiffer
from materials.models import ISSUABLE, Lot, LotStatus, Place, PlaceKind, Purpose, Slip, StockMove
from materials.selectors.production import output_of
from materials.services.slips import Asked, SlipLine, added_up, body_of, post, require_two_people, slip_date
from people.models import Staff
from plans.models import ProductionOrder

TAKEN_INTO = (Purpose.STOCK, Purpose.RECEIVING)


def receive_production(
    *,
    order: ProductionOrder,
    lines: Sequence[SlipLine],
    brought_by: Staff | None = None,
    by: Staff,
    business_date: date | None = None,
    request_key: UUID | None = None,
) -> Slip:
    """Take good output of a released order into the store; each line makes a lot, or adds to one of this order.

    The item is one that the order's product makes, counted in the product's unit. A blank ``lot`` is the order's number counted up;
    a blank ``bin`` the first receiving bin for what is inspected, else the first stock bin. Raises ``AboveReported`` above what
    submitted and approved reports call good, less what came in before; ``OrderNotOpen``, ``NotMadeByOrder``, ``UnitsDiffer``, ``LotTaken``,
    ``TransferPlace``, ``NoBin``, ``Faults``, ``SamePerson``.
    """
    if brought_by is not None:
        require_two_people(by, brought_by)
    asked = added_up(lines)
    on = slip_date(business_date)
    body = (order.pk, body_of(lines), brought_by.pk if brought_by else None, business_date)
    with request_once(request_key, route="receive_production", staff_no=by.staff_no, body=body, is_kept=True) as first:
        if first.found:
            return Slip.objects.get(pk=first.answer["slip"])
        made = lock_open_order(order)
        _require_made(made, asked)
        _require_reported(made, asked)
        lots = _lots(made, asked, on)
        bins = _bins(asked, lots)
        source = Place.objects.get(kind=PlaceKind.OUTSIDE, purpose=Purpose.PRODUCTION)
        slip = Slip(kind=Slip.Kind.PRODUCTION, order=made, posted_by=by, receiver=brought_by, business_date=on)
        moves = [
            StockMove(line=line.line, lot=lot, source=source, target=target, quantity=line.quantity)
            for line, lot, target in zip(asked, lots, bins, strict=True)
        ]
        return post(slip, moves, first)


def lock_open_order(order: ProductionOrder) -> ProductionOrder:
    """Held until COMMIT: of two receipts the second counts the first. Raises ``OrderNotOpen``."""
    rows = ProductionOrder.objects.select_for_update(no_key=True, of=("self",)).select_related("product__unit")
    held = rows.get(pk=order.pk)
    if held.status != ProductionOrder.Status.RELEASED:
        raise OrderNotOpen(field="order", order=held.number, status=held.get_status_display())
    return held


def _require_made(order: ProductionOrder, asked: Sequence[Asked]) -> None:
    faults: list[RuleBroken] = []
    for line in asked:
        if line.item.product_id != order.product_id or line.item.is_phantom:
            faults.append(NotMadeByOrder(field=f"lines.{line.line}.item", order=order.number, item=line.item.code))
        if line.bin is not None and line.bin.purpose not in TAKEN_INTO:
            faults.append(NotABin(field=f"lines.{line.line}.bin", place=line.bin.code))
    if faults:
        raise Faults(faults)
    for line in asked:
        if line.item.unit_id != order.product.unit_id:
            raise UnitsDiffer(item=line.item.code, unit=line.unit, product_unit=order.product.unit.code)


def _require_reported(order: ProductionOrder, asked: Sequence[Asked]) -> None:
    """Postgres asks the same of the moves (``production_not_above_reported``)."""
    quantity = sum((line.quantity for line in asked), Decimal(0))
    output = output_of(order)
    if quantity > output.left:
        told = {"asked": quantity, "good": output.good, "received": output.received, "left": output.left}
        figures = {name: plain(value) for name, value in told.items()}
        raise AboveReported(field=f"lines.{asked[0].line}.quantity", order=order.number, unit=order.product.unit.code, **figures)


def _lots(order: ProductionOrder, asked: Sequence[Asked], on: date) -> list[Lot]:
    """A lot for each line, two statements however many. Raises ``LotTaken``."""
    items = {line.item.pk for line in asked}
    named = {line.lot for line in asked if line.lot}
    # A code counted up is free whoever made the lots that stand: opening stock may carry one like it.
    known = Lot.objects.filter(Q(made_by_order=order) | Q(code__startswith=f"{order.number}-"), item__in=items)
    rows = list(known.values_list("item", "code", "made_by_order"))
    not_free = {(item, code) for item, code, _order in rows} | {(line.item.pk, line.lot) for line in asked}
    number = sum(made_by == order.pk for _item, _code, made_by in rows)
    taken = {(lot.item_id, lot.code): lot for lot in Lot.objects.filter(item__in=items, code__in=named)}
    lots, fresh = [], []
    for line in asked:
        code = line.lot or ""
        while not code or (not line.lot and (line.item.pk, code) in not_free):
            number += 1
            code = f"{order.number}-{number}"
        status = LotStatus.TO_INSPECT if line.item.inspect_on_receipt else LotStatus.RELEASED
        lot = taken.get((line.item.pk, code))
        if lot is None:
            life = line.item.shelf_life_days
            lot = Lot(item=line.item, code=code, status=status, received_on=on, made_by_order=order)
            lot.expires_on = on + timedelta(days=life) if life else None
            fresh.append(lot)
            taken[line.item.pk, code] = lot
        elif lot.made_by_order_id != order.pk or lot.status != status:
            raise LotTaken(field=f"lines.{line.line}.lot", lot=code, item=line.item.code, status=lot.get_status_display())
        lots.append(lot)
    Lot.objects.bulk_create(fresh)
    return lots


def _bins(asked: Sequence[Asked], lots: Sequence[Lot]) -> list[Place]:
    """Where each lot goes; what is to be inspected does not go into stock. Raises ``TransferPlace``, ``NoBin``."""
    first: dict[str, Place] = {}
    for place in Place.objects.filter(kind=PlaceKind.BIN, purpose__in=TAKEN_INTO, is_closed=False).order_by("code"):
        first.setdefault(place.purpose, place)
    bins = []
    for line, lot in zip(asked, lots, strict=True):
        purpose = Purpose.STOCK if lot.status in ISSUABLE else Purpose.RECEIVING
        target = line.bin or first.get(purpose)
        if target is None:
            raise NoBin(purpose=str(purpose.label))
        if target.purpose == Purpose.STOCK and purpose == Purpose.RECEIVING:
            told = {"item": line.item.code, "lot": lot.code, "status": lot.get_status_display()}
            raise TransferPlace(field=f"lines.{line.line}.bin", place=target.code, purpose=target.get_purpose_display(), **told)
        bins.append(target)
    return bins
