"""Material for production orders, never beyond the quota (MAT-07, MAT-08, DESIGN 3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, connection
from django.utils import timezone

from core.errors import Faults, RuleBroken
from core.prepared import Prepared, numbers
from core.refusals import constraint_of
from core.services import request_once
from materials.errors.slips import RefusedLine, SlipRefused
from materials.models import Slip
from materials.services.slips import (
    Asked,
    Move,
    OpenOrder,
    SlipLine,
    added_up,
    body_of,
    counted,
    hold_order_for,
    nothing_counted,
    post,
    require_two_people,
    slip_date,
)
from materials.services.stock import ZERO, ByItem, Standing, by_item, stock_of, take, total
from people.models import Staff
from plans.models import ProductionOrder

Parts = Sequence[tuple[Standing, Decimal]]
QUOTAS = Prepared(
    "quotas",
    """
    SELECT q.id, q.item_id, s.item_id, s.factor, q.quota + q.supplement - q.issued + q.returned_good + q.returned_incoming_defect
    FROM materials_quotaline q LEFT JOIN materials_quotasubstitute s ON s.quota_line_id = q.id AND s.item_id = ANY($2::bigint[])
    WHERE q.order_id = $1 AND (q.item_id = ANY($2::bigint[]) OR s.id IS NOT NULL) ORDER BY q.id FOR NO KEY UPDATE OF q
    """,
)


@dataclass
class Quotas:
    """An order's quota lines as a slip finds them: the line each item counts on, what one unit of it counts, and what is left."""

    lines: dict[int, tuple[int, Decimal]]
    left: dict[int, Decimal]

    def factor(self, asked: Asked) -> Decimal:
        return self.lines[asked.item_id][1]

    def left_for(self, asked: Asked) -> Decimal | None:
        return self.left[self.lines[asked.item_id][0]] if asked.item_id in self.lines else None

    def counted(self, asked: Asked, parts: Parts) -> Decimal:
        """In units of the line's item. Each part is a move and counted for itself; without stock for it, the whole is."""
        factor = self.factor(asked)
        if factor == 1:
            return asked.quantity
        return sum((counted(quantity, factor) for quantity in [part for _standing, part in parts] or [asked.quantity]), ZERO)

    def draw(self, asked: Asked, quantity: Decimal) -> int:
        """Count what a line draws and return the quota line's id."""
        quota_line, _factor = self.lines[asked.item_id]
        self.left[quota_line] -= quantity
        return quota_line


def issue(
    *,
    order: ProductionOrder,
    lines: Sequence[SlipLine],
    receiver: Staff,
    by: Staff,
    receiver_signed: bool = False,
    business_date: date | None = None,
    request_key: UUID | None = None,
) -> Slip:
    """Hand material over to a production order, within its quota.

    Quantities are in each item's stock unit. The material moves at once; the slip waits for the receiver unless ``receiver_signed``,
    which a door says after it checked the receiver's PIN. Sending the same ``request_key`` again returns the first slip. Raises
    ``SamePerson``, ``ReceiverElsewhere``, ``OrderNotOpen``, ``DateOutOfReach``, ``Faults``, and ``SlipRefused`` with every line that
    its quota or the stock refuses; then nothing is posted. (MAT-07, MAT-08)
    """
    require_two_people(by, receiver)
    asked = added_up(lines)
    on = slip_date(business_date)
    body = (order.pk, body_of(lines), receiver.pk, business_date)
    for lock in (False, True):
        try:
            with request_once(request_key, route="issue", staff_no=by.staff_no, body=body, is_kept=True) as first:
                if first.found:
                    return Slip.objects.get(pk=first.answer["slip"])
                moves = _chosen(hold_order_for(order, receiver, on), asked, on, lock=lock)
                slip = Slip(kind=Slip.Kind.ISSUE, order=order, receiver=receiver, posted_by=by, business_date=on)
                slip.status = Slip.Status.POSTED if receiver_signed else Slip.Status.AWAITING_RECEIVER
                slip.confirmed_at = timezone.now() if receiver_signed else None
                return post(slip, moves, first)
        except IntegrityError as refusal:
            # Another order took from the same bin between our look and our move: look again, this time holding what we see.
            if lock or constraint_of(refusal) != "balance_not_negative":
                raise
    raise AssertionError("the second try holds what it sees")


def _chosen(held: OpenOrder, asked: Sequence[Asked], on: date, *, lock: bool) -> list[Move]:
    """The moves that bring what is asked. Raises ``SlipRefused``."""
    items = {line.item_id for line in asked}
    quotas = _quotas(held.order, items)
    found = stock_of(items, lock=lock)
    stock, issuable = by_item(found), by_item(standing for standing in found if standing.is_issuable(on))
    refused, moves = [], []
    faults: list[RuleBroken] = []
    for line in asked:
        on_hand = total(line, issuable)
        parts = list(take(line, issuable)) if line.quantity <= on_hand else []
        fault = _fault(line, quotas, stock, on_hand, parts)
        if fault:
            refused.append(fault)
            for standing, quantity in parts:
                standing.on_hand += quantity
            continue
        quota_line, factor = quotas.draw(line, quotas.counted(line, parts)), quotas.factor(line)
        for standing, quantity in parts:
            if factor != 1:
                faults += nothing_counted(line.item, quantity, factor, field=f"lines.{line.line}.quantity")
            moves.append(
                Move(
                    line=line.line,
                    lot_id=standing.lot_id,
                    source_id=standing.place_id,
                    target_id=held.place_id,
                    quantity=quantity,
                    quota_line_id=quota_line,
                )
            )
    if faults:
        raise Faults(faults)
    if refused:
        raise SlipRefused(refused)
    return moves


def _fault(line: Asked, quotas: Quotas, stock: ByItem, on_hand: Decimal, parts: Parts) -> RefusedLine | None:
    """The quota is judged before the stock."""
    left = quotas.left_for(line)
    if left is None:
        code = "item_not_on_order"
    elif quotas.counted(line, parts) > left:
        code = "quota_exceeded"
    elif line.quantity > on_hand:
        named = line.lot is not None and total(line, stock) >= line.quantity
        code = "lot_not_released" if named else "insufficient_stock"
    else:
        return None
    return RefusedLine(line=line.line, item=line.item.code, code=code, asked=line.quantity, left=left, on_hand=on_hand, unit=line.unit)


def _quotas(order: ProductionOrder, item_ids: set[int]) -> Quotas:
    """Locked until COMMIT, so the figures of a refusal are those it was decided on. An item's own line comes before one that it may
    stand in for."""
    with connection.cursor() as cursor:
        QUOTAS.run(cursor, order.pk, numbers(item_ids))
        rows = cursor.fetchall()
    lines: dict[int, tuple[int, Decimal]] = {substitute: (line, factor) for line, _item, substitute, factor, _left in rows if substitute}
    lines |= {item: (line, Decimal(1)) for line, item, _substitute, _factor, _left in rows}
    return Quotas(lines=lines, left={row[0]: row[4] for row in rows})
