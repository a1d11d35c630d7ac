"""What the plant asks to be bought: several items in one go, decided by another person, closed when it is served (MAT-12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from core.errors import Faults, Faulty, Required, RuleBroken
from core.quantities import fit
from core.services import next_number, request_once
from materials.errors.buying import DecidedBefore, StillExpected
from materials.errors.slips import NotAboveZero, ReasonNeeded
from materials.models import ExpectedReceipt, Item, Requisition
from materials.services.deciding import decide
from materials.services.slips import MOST
from materials.services.telling import of_item, tell_approvers
from people.models import Staff
from people.services import notify
from plans.models import ProductionOrder
from plans.services.status import change_status
from plans.services.versions import require_version

Status = Requisition.Status
ZERO = Decimal(0)


@dataclass(frozen=True)
class WantedLine:
    """``quantity`` of one item, in its unit, that is needed on a day; ``order`` is the production order that is short of it."""

    item: Item
    quantity: Decimal
    needed_on: date
    reason: str
    order: ProductionOrder | None = None


def request_purchases(*, lines: Sequence[WantedLine], note: str = "", by: Staff, request_key: UUID | None = None) -> list[Requisition]:
    """Ask for several items at once: a requisition each, all of them or none.

    Raises ``Required`` without a line, and ``Faults`` with ``NotAboveZero``, ``TooFine``, ``Faulty`` at ``lines.N.quantity`` or
    ``lines.N.reason``.
    """
    if not lines:
        raise Required(field="lines.0.item")
    rows = _checked(lines, note, by)
    body = (
        [
            (row.item_id, row.quantity.normalize(), row.needed_on, row.reason, line.order.pk if line.order else None)
            for row, line in zip(rows, lines, strict=True)
        ],
        note,
    )
    with request_once(request_key, route="request_purchases", staff_no=by.staff_no, body=body, is_kept=True) as first:
        if first.found:
            return list(Requisition.objects.filter(pk__in=first.answer["requisitions"]).order_by("pk"))
        for row in rows:
            row.number = next_number("REQ")
        Requisition.objects.bulk_create(rows)
        told = [(row.number, of_item(row.item, row.quantity)) for row in rows]
        tell_approvers("requisition.asked", told, right="requisition.approve", by=by)
        first.answer = {"requisitions": [row.pk for row in rows]}
        return rows


def _checked(lines: Sequence[WantedLine], note: str, by: Staff) -> list[Requisition]:
    rows, faults = [], []
    for number, line in enumerate(lines):
        quantity = line.quantity
        try:
            if line.reason not in Requisition.Reason.values:
                raise Faulty(field="reason")
            quantity = positive(line.quantity, line.item)
        except RuleBroken as fault:
            fault.field = f"lines.{number}.{fault.field}"
            faults.append(fault)
        rows.append(
            Requisition(
                item=line.item,
                quantity=quantity,
                needed_on=line.needed_on,
                reason=line.reason,
                order=line.order,
                note=note.strip(),
                requested_by=by,
            )
        )
    if faults:
        raise Faults(faults)
    return rows


def request_purchase(
    *,
    item: Item,
    quantity: Decimal,
    needed_on: date,
    reason: str,
    order: ProductionOrder | None = None,
    note: str = "",
    by: Staff,
    request_key: UUID | None = None,
) -> Requisition:
    """Ask for one item, as ``request_purchases`` does for several."""
    line = WantedLine(item, quantity, needed_on, reason, order)
    return request_purchases(lines=[line], note=note, by=by, request_key=request_key)[0]


@transaction.atomic
def decide_requisition(*, requisition: Requisition, approve: bool, note: str = "", by: Staff) -> Requisition:
    """Say yes, or no with words. Raises ``OwnRequest``, ``ReasonNeeded``, ``DecidedBefore``."""
    asked = locked_requisition(requisition)
    decide(asked, waiting=Status.REQUESTED, asker_id=asked.requested_by_id, approve=approve, note=note, by=by, notice="requisition.asked")
    kind = "requisition.approved" if approve else "requisition.rejected"
    figures = {"number": asked.number, "who": by, **of_item(asked.item, asked.quantity)}
    notify(to=[asked.requested_by], kind=kind, key=asked.number, figures=figures, url=reverse("requisition", args=[asked.number]))
    return asked


@transaction.atomic
def close_requisition(*, requisition: Requisition, note: str, version: int | None = None, by: Staff) -> Requisition:
    """Buy no more of it, with words, although less arrived than was asked.

    Raises ``ReasonNeeded``, ``DecidedBefore``, ``StaleVersion``, and ``StillExpected`` while a supplier's promise is open.
    """
    asked = locked_requisition(requisition)
    require_version(asked, version)
    if asked.status != Status.APPROVED:
        raise DecidedBefore(what=asked.number, status=asked.get_status_display())
    if not note.strip():
        raise ReasonNeeded(field="note")
    promise = asked.expected_receipts.filter(status=ExpectedReceipt.Status.EXPECTED).first()
    if promise is not None:
        raise StillExpected(expected=promise.number)
    change_status(asked, Status.CLOSED, closing_note=note.strip())
    return asked


def close_if_served(requisition: Requisition) -> None:
    """Close an approved requisition once nothing of it is expected any more and as much arrived as was asked."""
    asked = locked_requisition(requisition)
    promises = list(asked.expected_receipts.all())
    arrived = sum((promise.received_qty for promise in promises), ZERO)
    if asked.status == Status.APPROVED and arrived >= asked.quantity and not any(promise.is_open for promise in promises):
        change_status(asked, Status.CLOSED)


def locked_requisition(requisition: Requisition) -> Requisition:
    rows = Requisition.objects.select_for_update(no_key=True, of=("self",)).select_related("item__unit", "requested_by")
    return rows.get(pk=requisition.pk)


def positive(quantity: Decimal, item: Item) -> Decimal:
    """As fine as the item's unit. Raises ``NotAboveZero``, ``TooFine``."""
    if quantity <= 0 or quantity >= MOST:
        raise NotAboveZero(field="quantity")
    return fit(quantity, item.unit, field="quantity")
