"""The end of an order: what it still holds goes back, to scrap, or is used up and accounted for, then it closes (MAT-14)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Sum
from django.utils import timezone

from core.errors import Faults, Faulty, Negative, RuleBroken, TooFine
from core.quantities import fit
from core.services import request_once
from materials.errors.consumption import LeftoverTwice, NotConfirmed, NotHeld, Unexplained, UnexplainedDifference
from materials.errors.slips import NoBin, OrderNotOpen, ReasonNeeded, RefusedLine, SlipRefused
from materials.models import Balance, Item, Lot, MaterialUse, Place, PlaceKind, Purpose, Reconciled, ReturnType, Slip, StockMove
from materials.services.returning import DrawnOn, Targets
from materials.services.slips import MOST, nothing_counted, post, slip_date
from people.models import Staff
from plans.models import DailyReport, ProductionOrder
from plans.services import close_order
from plans.services.orders import locked_order

ZERO = Decimal(0)
COUNTED = (DailyReport.Status.SUBMITTED, DailyReport.Status.APPROVED)
Status = ProductionOrder.Status


@dataclass(frozen=True)
class Leftover:
    """What becomes of one lot that the order holds, in the item's unit; what is neither returned nor scrapped is used up.

    ``explained`` is the part of it that no daily report accounts for, with its ``reason``; below 0 where they report more than there
    was. A blank ``lot`` is the item's standing lot, or the item as such where the order holds nothing of it.
    """

    item: Item
    lot: str = ""
    returned: Decimal = ZERO
    scrapped: Decimal = ZERO
    explained: Decimal = ZERO
    reason: str = ""
    return_type: str = ReturnType.GOOD


@dataclass
class Held:
    """A lot at the order's place, and what is said of it."""

    item: Item
    lot: Lot | None
    quantity: Decimal
    number: int = 0
    said: Leftover | None = None

    @property
    def returned(self) -> Decimal:
        return self.said.returned if self.said else ZERO

    @property
    def scrapped(self) -> Decimal:
        return self.said.scrapped if self.said else ZERO

    @property
    def explained(self) -> Decimal:
        return self.said.explained if self.said else ZERO

    @property
    def consumed(self) -> Decimal:
        return self.quantity - self.returned - self.scrapped


def close_with_leftovers(
    *, order: ProductionOrder, leftovers: Sequence[Leftover], by: Staff, version: int | None = None, request_key: UUID | None = None
) -> ProductionOrder:
    """Account for everything that the order holds, move it in one slip, and close the order.

    For every item: reported use + returned + scrapped + explained = held. Good returns go to the bin they came from, defective ones to
    quarantine. Sending the same ``request_key`` again changes nothing. Raises ``OrderNotOpen``, ``NotConfirmed``, ``Faults`` at
    ``leftovers.<n>.<field>``, ``SlipRefused`` (``return_exceeds_issue``), ``UnexplainedDifference``, ``NoBin``, and what closing an
    order raises.
    """
    body = (order.pk, [(row.item.pk, row.lot, row.returned, row.scrapped, row.explained, row.reason, row.return_type) for row in leftovers])
    with request_once(request_key, route="close_with_leftovers", staff_no=by.staff_no, body=body, is_kept=True) as first:
        if first.found:
            return ProductionOrder.objects.get(pk=order.pk)
        order = locked_order(order)
        if order.status not in (Status.RELEASED, Status.ON_HOLD):
            raise OrderNotOpen(field="order", order=order.number, status=order.get_status_display())
        waiting = Slip.objects.filter(order=order, status=Slip.Status.AWAITING_RECEIVER).values_list("number", flat=True)
        if waiting:
            raise NotConfirmed(slips=", ".join(sorted(waiting)))
        held = held_by_order(order)
        _say(held, leftovers)
        _require_accounted(held, used_by(order))
        slip = _moved(order, held, by)
        Reconciled.objects.bulk_create(_reconciled(order, held, slip, by))
        return close_order(order=order, by=by, version=version)


def held_by_order(order: ProductionOrder) -> list[Held]:
    """Everything that stands at the order's place, and items of which more use was reported than anything is there: the wizard's rows."""
    balances = Balance.objects.filter(place__order=order, on_hand__gt=0).select_related("lot__item__unit").order_by("lot__item__code", "pk")
    rows = [Held(balance.lot.item, balance.lot, balance.on_hand) for balance in balances]
    there = {row.item.pk for row in rows}
    absent = [pk for pk in used_by(order) if pk not in there]
    return rows + [Held(item, None, ZERO) for item in Item.objects.filter(pk__in=absent).select_related("unit").order_by("code")]


def used_by(order: ProductionOrder) -> dict[int, Decimal]:
    """Reported use by item, of submitted and approved reports."""
    uses = MaterialUse.objects.filter(line__order=order, line__report__status__in=COUNTED).order_by()
    return dict(uses.values_list("item").annotate(used=Sum("quantity")))


def _say(held: Sequence[Held], leftovers: Sequence[Leftover]) -> None:
    """Put each leftover beside its lot. Raises ``Faults`` for what is wrong in itself, ``SlipRefused`` for more than is held."""
    rows = {(row.item.pk, row.lot.code if row.lot else ""): row for row in held}
    faults: list[RuleBroken] = []
    refused = []
    for number, said in enumerate(leftovers):
        at = f"leftovers.{number}."
        faults += _wrong_in_itself(said, at)
        row = rows.get((said.item.pk, said.lot))
        if row is None:
            faults.append(NotHeld(field=f"{at}{'lot' if said.lot else 'item'}", item=said.item.code, lot=said.lot))
        elif row.said is not None:
            faults.append(LeftoverTwice(field=f"{at}item", item=said.item.code, lot=said.lot))
        else:
            row.said, row.number = said, number
            if row.consumed < 0:
                asked = said.returned + said.scrapped
                code, unit = "return_exceeds_issue", said.item.unit.code
                refused.append(
                    RefusedLine(line=number, item=said.item.code, code=code, asked=asked, left=None, on_hand=row.quantity, unit=unit)
                )
    if faults:
        raise Faults(faults)
    if refused:
        raise SlipRefused(refused)


def _wrong_in_itself(said: Leftover, at: str) -> list[RuleBroken]:
    faults: list[RuleBroken] = []
    for name in ("returned", "scrapped", "explained"):
        value = getattr(said, name)
        if value < 0 and name != "explained":
            faults.append(Negative(field=f"{at}{name}"))
        elif abs(value) >= MOST:
            faults.append(Faulty(field=f"{at}{name}"))
        else:
            try:
                fit(value, said.item.unit, field=f"{at}{name}")
            except TooFine as fault:
                faults.append(fault)
    if said.explained and not said.reason.strip():
        faults.append(ReasonNeeded(field=f"{at}reason"))
    if said.return_type not in ReturnType.values:
        faults.append(Faulty(field=f"{at}return_type"))
    return faults


def _require_accounted(held: Sequence[Held], used: dict[int, Decimal]) -> None:
    """Use is reported by item, not by lot, so an item's lots are judged together. Raises ``UnexplainedDifference``."""
    unexplained = []
    for item in {row.item.pk: row.item for row in held}.values():
        rows = [row for row in held if row.item == item]
        sums = {name: sum((getattr(row, name) for row in rows), ZERO) for name in ("returned", "scrapped", "explained")}
        total = sum((row.quantity for row in rows), ZERO)
        line = Unexplained(item=item.code, unit=item.unit.code, held=total, used=used.get(item.pk, ZERO), **sums)
        if line.difference:
            unexplained.append(line)
    if unexplained:
        raise UnexplainedDifference(unexplained)


def _moved(order: ProductionOrder, held: Sequence[Held], by: Staff) -> Slip | None:
    """One slip with every way out of the order."""
    rows = [row for row in held if row.lot is not None]
    if not rows:
        return None
    place = Place.objects.get(order=order)
    used_up = Place.objects.get(kind=PlaceKind.OUTSIDE, purpose=Purpose.USED)
    drawn = DrawnOn(order, place.pk)
    scrap = _scrap_bin() if any(row.scrapped for row in rows) else None
    targets = {kind: Targets(order, kind) for kind in {ReturnType(row.said.return_type) for row in rows if row.said and row.returned}}
    moves: list[StockMove] = []
    faults: list[RuleBroken] = []

    def move(row: Held, quantity: Decimal, **how: Any) -> None:
        assert row.lot is not None
        for quota_line, part in drawn.take(row.lot.pk, quantity):
            if "return_type" in how:
                faults.extend(
                    nothing_counted(row.item, part, drawn.factor(row.lot.pk, quota_line), field=f"leftovers.{row.number}.returned")
                )
            moves.append(StockMove(line=len(moves), lot=row.lot, source=place, quota_line_id=quota_line, quantity=part, **how))

    for row in rows:
        assert row.lot is not None
        if row.said and row.returned:
            kind = ReturnType(row.said.return_type)
            move(row, row.returned, target_id=targets[kind].chosen(row.lot.pk), return_type=kind)
        move(row, row.scrapped, target=scrap)
        move(row, row.consumed, target=used_up)
    if faults:
        raise Faults(faults)
    return post(Slip(kind=Slip.Kind.CLOSING, order=order, posted_by=by, business_date=slip_date(None)), moves)


def _scrap_bin() -> Place:
    place = Place.objects.filter(kind=PlaceKind.BIN, purpose=Purpose.SCRAP, is_closed=False).order_by("code").first()
    if place is None:
        raise NoBin(purpose=str(Purpose.SCRAP.label))
    return place


def _reconciled(order: ProductionOrder, held: Iterable[Held], slip: Slip | None, by: Staff) -> list[Reconciled]:
    return [
        Reconciled(
            order=order,
            slip=slip,
            item=row.item,
            lot=row.lot,
            held=row.quantity,
            returned=row.returned,
            scrapped=row.scrapped,
            consumed=row.consumed,
            explained=row.explained,
            reason=row.said.reason.strip() if row.said else "",
            by=by,
            at=timezone.now(),
        )
        for row in held
    ]
