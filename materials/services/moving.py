"""Movements of no order: issues charged to a cost centre, and transfers from bin to bin (MAT-11)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone

from core.errors import Faults, Faulty, RuleBroken
from core.money import shown
from core.plant_settings import plant_setting
from core.refusals import constraint_of
from core.services import request_once
from materials.errors.slips import (
    AboveOtherIssueValue,
    ApprovalNeeded,
    BinNeeded,
    LeavesQuarantine,
    LineSideBinNeeded,
    LineSideIsIssued,
    NotLineSide,
    OnlyToLineSide,
    ReasonNeeded,
    RefusedLine,
    SameBin,
    SlipRefused,
    TransferPlace,
    ValueUnknown,
)
from materials.models import LotStatus, OtherPurpose, Place, PlaceKind, Purpose, Slip, StockMove
from materials.models.moving import SET_ASIDE, TRANSFERABLE
from materials.services.slips import Asked, SlipLine, added_up, body_of, post, require_two_people, slip_date
from materials.services.stock import ByItem, by_item, fits, stock_of, take, total
from people.models import OrgNode, Staff

ZERO = Decimal(0)


def issue_without_order(
    *,
    lines: Sequence[SlipLine],
    purpose: str,
    cost_centre: OrgNode,
    reason: str,
    receiver: Staff,
    by: Staff,
    receiver_signed: bool = False,
    business_date: date | None = None,
    request_key: UUID | None = None,
) -> Slip:
    """Hand out spares, consumables or samples, charged to a cost centre; only up to the plant's value without another's approval.

    For the line side each line names in ``to_bin`` the bin there that it goes to; it is taken from stock, stays on hand, and an order draws
    it from there. Lots and bins are chosen as for an order. Raises ``SamePerson``, ``ReasonNeeded``, ``Faults``, ``ApprovalNeeded`` above
    the value or where an item has no standard cost (then ``request_slip`` asks), and ``SlipRefused`` with every line the stock refuses.
    """
    asked = checked_other_issue(lines=lines, purpose=purpose, reason=reason, receiver=receiver, by=by)
    on = slip_date(business_date)
    body = (body_of(lines), purpose, cost_centre.pk, reason, receiver.pk, business_date)
    once = _once(request_key, "issue_without_order", by, body)

    def slip() -> Slip:
        require_within_value(asked)
        made = Slip(kind=Slip.Kind.OTHER_ISSUE, purpose=purpose, cost_centre=cost_centre, reason=reason.strip(), receiver=receiver)
        made.posted_by, made.business_date, made.approved_at = by, on, timezone.now()
        made.status = Slip.Status.POSTED if receiver_signed else Slip.Status.AWAITING_RECEIVER
        made.confirmed_at = timezone.now() if receiver_signed else None
        return made

    return post_chosen(once, slip, lambda lock: used_up(asked, on, lock=lock))


def transfer(
    *, lines: Sequence[SlipLine], reason: str = "", by: Staff, business_date: date | None = None, request_key: UUID | None = None
) -> Slip:
    """Bring material from bin to bin; a line names both. What is set aside goes only where its lot's status allows.

    Raises ``Faults`` (``BinNeeded``, ``SameBin``, ``TransferPlace``, ``LineSideIsIssued``), ``ApprovalNeeded`` for what leaves quarantine
    or scrap (then ``request_slip`` asks), and ``SlipRefused`` for more than lies there.
    """
    asked = checked_transfer(lines)
    on = slip_date(business_date)
    once = _once(request_key, "transfer", by, (body_of(lines), reason, business_date))

    def slip() -> Slip:
        require_not_set_aside(asked)
        return Slip(kind=Slip.Kind.TRANSFER, posted_by=by, business_date=on, reason=reason.strip())

    return post_chosen(once, slip, lambda lock: brought_over(asked, lock=lock))


def checked_other_issue(*, lines: Sequence[SlipLine], purpose: str, reason: str, receiver: Staff, by: Staff) -> list[Asked]:
    """What is wrong in itself, before anything is looked up."""
    require_two_people(by, receiver)
    if purpose not in OtherPurpose.values:
        raise Faulty(field="purpose")
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    asked = added_up(lines)
    faults = [fault for line in asked if (fault := _target_fault(line, purpose))]
    if faults:
        raise Faults(faults)
    return asked


def _target_fault(line: Asked, purpose: str) -> RuleBroken | None:
    """Postgres asks the same of the moves (``line_side_is_its_purpose``)."""
    field = f"lines.{line.line}.to_bin"
    if purpose != OtherPurpose.LINE_SIDE:
        return OnlyToLineSide(field=field) if line.to_bin else None
    if line.to_bin is None:
        return LineSideBinNeeded(field=field)
    if line.to_bin.purpose != Purpose.LINE_SIDE:
        return NotLineSide(field=field, place=line.to_bin.code, purpose=line.to_bin.get_purpose_display())
    return None


def checked_transfer(lines: Sequence[SlipLine]) -> list[Asked]:
    asked = added_up(lines)
    faults: list[RuleBroken] = []
    for line in asked:
        for name, place in (("bin", line.bin), ("to_bin", line.to_bin)):
            if place is None:
                faults.append(BinNeeded(field=f"lines.{line.line}.{name}"))
        if line.bin is not None and line.bin == line.to_bin:
            faults.append(SameBin(field=f"lines.{line.line}.to_bin", place=line.bin.code))
        if line.to_bin is not None and line.to_bin.purpose == Purpose.LINE_SIDE:
            faults.append(LineSideIsIssued(field=f"lines.{line.line}.to_bin", place=line.to_bin.code))
    if faults:
        raise Faults(faults)
    return asked


def worth(asked: Sequence[Asked]) -> Decimal | None:
    """By standard cost, in the plant's currency; ``None`` where an item has none."""
    if any(line.item.standard_cost is None for line in asked):
        return None
    return sum((line.quantity * (line.item.standard_cost or ZERO) for line in asked), ZERO)


def require_within_value(asked: Sequence[Asked]) -> None:
    """Postgres asks the same of the moves (``other_issue_above_its_limit``). Raises ``ApprovalNeeded``."""
    value, limit = worth(asked), Decimal(plant_setting("other_issue_value"))
    if value is None:
        raise ValueUnknown(items=", ".join(line.item.code for line in asked if line.item.standard_cost is None))
    if value > limit:
        raise AboveOtherIssueValue(value=shown(value), limit=shown(limit))


def require_not_set_aside(asked: Sequence[Asked]) -> None:
    """Raises ``ApprovalNeeded`` for what would leave quarantine or scrap."""
    for line in asked:
        if leaves_what_is_set_aside(line):
            raise LeavesQuarantine(place=line.bin.code if line.bin else "")


def leaves_what_is_set_aside(line: Asked) -> bool:
    return line.bin is not None and line.to_bin is not None and line.bin.purpose in SET_ASIDE and line.to_bin.purpose not in SET_ASIDE


def approval_needed(kind: str, asked: Sequence[Asked]) -> ApprovalNeeded | None:
    """Why another person decides; ``None`` where nobody needs to."""
    try:
        require_within_value(asked) if kind == Slip.Kind.OTHER_ISSUE else require_not_set_aside(asked)
    except ApprovalNeeded as needed:
        return needed
    return None


def used_up(asked: Sequence[Asked], on: date, *, lock: bool) -> list[StockMove]:
    """The moves of an issue without order: issuable stock only, to the line side what does not lie there. Raises ``SlipRefused``."""
    outside = Place.objects.get(kind=PlaceKind.OUTSIDE, purpose=Purpose.USED)
    stock = stock_of({line.item.pk for line in asked}, lock=lock)
    if any(line.to_bin for line in asked):
        stock = [standing for standing in stock if standing.purpose != Purpose.LINE_SIDE]
    usable = by_item(standing for standing in stock if standing.is_issuable(on))
    return _taken(asked, by_item(stock), usable, lambda line: line.to_bin or outside)


def brought_over(asked: Sequence[Asked], *, lock: bool) -> list[StockMove]:
    """The moves of a transfer. Raises ``SlipRefused``, and ``Faults`` where a lot does not go into a bin."""
    stock = by_item(stock_of({line.item_id for line in asked}, lock=lock))
    faults: list[RuleBroken] = []
    for line in asked:
        for standing in stock.get(line.item_id, ()):
            if fits(line, standing) and line.to_bin and standing.status not in TRANSFERABLE.get(line.to_bin.purpose, ()):
                told = {"item": line.item.code, "lot": standing.lot or "—", "status": LotStatus(standing.status).label}
                where = {"place": line.to_bin.code, "purpose": line.to_bin.get_purpose_display()}
                faults.append(TransferPlace(field=f"lines.{line.line}.to_bin", **told, **where))
                break
    if faults:
        raise Faults(faults)
    return _taken(asked, stock, stock, lambda line: line.to_bin)


def _taken(asked: Sequence[Asked], stock: ByItem, usable: ByItem, target_of: Callable[[Asked], Place | None]) -> list[StockMove]:
    refused, moves = [], []
    for line in asked:
        on_hand = total(line, usable)
        if line.quantity > on_hand:
            code = "lot_not_released" if line.lot is not None and total(line, stock) >= line.quantity else "insufficient_stock"
            told = RefusedLine(line.line, line.item.code, code, asked=line.quantity, left=None, on_hand=on_hand, unit=line.unit)
            refused.append(told)
            continue
        target = target_of(line)
        for standing, quantity in take(line, usable):
            moves.append(StockMove(line=line.line, lot_id=standing.lot_id, source_id=standing.place_id, target=target, quantity=quantity))
    if refused:
        raise SlipRefused(refused)
    return moves


def _once(key: UUID | None, route: str, by: Staff, body: Any) -> Callable[[], AbstractContextManager[Any]]:
    return lambda: request_once(key, route=route, staff_no=by.staff_no, body=body, is_kept=True)


def post_chosen(
    once: Callable[[], AbstractContextManager[Any]], slip: Callable[[], Slip], moves: Callable[[bool], list[StockMove]]
) -> Slip:
    """Post what a plain read chose; only when somebody else took it meanwhile, choose again and hold what is seen."""
    for lock in (False, True):
        try:
            with once() as first:
                if first.found:
                    return Slip.objects.get(pk=first.answer["slip"])
                return post(slip(), moves(lock), first)
        except IntegrityError as refusal:
            if lock or constraint_of(refusal) != "balance_not_negative":
                raise
    raise AssertionError("the second try holds what it sees")
