"""Material back to the store, typed (MAT-10), and slips undone by their mirror image."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Max, OuterRef, Q, Subquery, Sum, When
from django.utils import timezone

from core.errors import Faults, Faulty, RuleBroken
from core.refusals import constraint_of
from core.services import request_once
from materials.errors.slips import (
    AlreadyReversed,
    NoBin,
    NotAwaited,
    NotReversible,
    NotTheReceiver,
    ReasonNeeded,
    RefusedLine,
    ReturnPlace,
    SlipRefused,
)
from materials.models import ISSUABLE, Balance, Place, PlaceKind, Purpose, QuotaSubstitute, ReturnType, Slip, StockMove
from materials.models.places import ISSUED_FROM
from materials.services.consumption import items_of
from materials.services.lapsing import take_back
from materials.services.producing import lock_open_order
from materials.services.slips import (
    Asked,
    OpenOrder,
    SlipLine,
    added_up,
    body_of,
    hold_order_for,
    hold_order_open,
    nothing_counted,
    post,
    require_two_people,
    slip_date,
)
from materials.services.stock import ZERO, Standing, by_item, take, total
from people.models import Staff
from plans.models import ProductionOrder
from plans.services.status import change_status

# What Postgres says of more than an order holds; a quota line speaks before the balance.
NO_MORE_HELD = ("quota_returns_within_issued", "balance_not_negative")
REVERSIBLE = (Slip.Kind.ISSUE, Slip.Kind.RETURN, Slip.Kind.OTHER_ISSUE, Slip.Kind.PRODUCTION)


def return_material(
    *,
    order: ProductionOrder,
    lines: Sequence[SlipLine],
    return_type: str,
    receiver: Staff,
    by: Staff,
    receiver_signed: bool = False,
    business_date: date | None = None,
    request_key: UUID | None = None,
) -> Slip:
    """Take material of an order back: good material to a stock bin, defective material to quarantine.

    Good and incoming-defect returns reopen the quota, operation-defect ones do not; what a supplement granted whose last day is past is
    taken back with them. ``receiver`` is the person of the team who
    brings it. A line's ``bin`` is where it goes; else the bin it was last issued from, or the first of the right purpose. Raises what
    ``issue`` raises, ``ReturnPlace``, ``NoBin``, and ``SlipRefused`` (``return_exceeds_issue``). (MAT-10)
    """
    require_two_people(by, receiver)
    kind = _return_type(return_type)
    asked = added_up(lines)
    on = slip_date(business_date)
    body = (order.pk, kind, body_of(lines), receiver.pk, business_date)
    with request_once(request_key, route="return_material", staff_no=by.staff_no, body=body, is_kept=True) as first:
        if first.found:
            return Slip.objects.get(pk=first.answer["slip"])
        held = hold_order_for(order, receiver, on)
        moves = _brought_back(held, asked, kind)
        slip = Slip(kind=Slip.Kind.RETURN, order=order, return_type=kind, receiver=receiver, posted_by=by, business_date=on)
        slip.status = Slip.Status.POSTED if receiver_signed else Slip.Status.AWAITING_RECEIVER
        slip.confirmed_at = timezone.now() if receiver_signed else None
        try:
            with transaction.atomic():
                post(slip, moves, first)
        except IntegrityError as refusal:
            if constraint_of(refusal) not in NO_MORE_HELD:
                raise
            # Somebody else returned from the same order in between; the figures are those of now.
            _brought_back(held, asked, kind)
            raise
        if kind != ReturnType.OPERATION_DEFECT:
            take_back({move.quota_line_id for move in moves if move.quota_line_id})
        return slip


def _return_type(given: str) -> ReturnType:
    try:
        return ReturnType(given)
    except ValueError:
        raise Faulty(field="return_type") from None


def _brought_back(held: OpenOrder, asked: Sequence[Asked], kind: ReturnType) -> list[StockMove]:
    drawn = DrawnOn(held.order, held.place_id)
    standings = by_item(drawn.standings())
    on_order = items_of(held.order.pk)
    targets = Targets(held.order, kind)
    refused, moves = [], []
    faults: list[RuleBroken] = []
    for line in asked:
        named = Asked(line=line.line, item=line.item, quantity=line.quantity, lot=line.lot, bin=None)
        has = total(named, standings)
        if line.item.pk not in on_order or line.quantity > has:
            code = "return_exceeds_issue" if line.item.pk in on_order else "item_not_on_order"
            refused.append(
                RefusedLine(line=line.line, item=line.item.code, code=code, asked=line.quantity, left=None, on_hand=has, unit=line.unit)
            )
            continue
        for standing, quantity in take(named, standings):
            target = targets.of(line, standing.lot_id)
            for quota_line, part in drawn.take(standing.lot_id, quantity):
                faults += nothing_counted(line.item, part, drawn.factor(standing.lot_id, quota_line), field=f"lines.{line.line}.quantity")
                moves.append(
                    StockMove(
                        line=line.line,
                        lot_id=standing.lot_id,
                        source_id=held.place_id,
                        target_id=target,
                        quantity=part,
                        quota_line_id=quota_line,
                        return_type=kind,
                    )
                )
    if faults:
        raise Faults(faults)
    if refused:
        raise SlipRefused(refused)
    return moves


class DrawnOn:
    """What an order holds and the quota lines on which it drew it: what leaves is counted where it was counted when it came.

    A lot may have come on several lines, as the item of one and as a substitute on another; the line that drew last gives first.
    Lots and lines are read in one statement, so that they agree while others draw and return.
    """

    def __init__(self, order: ProductionOrder, place_id: int) -> None:
        self._place_id = place_id
        quantity = Case(When(target=place_id, then=F("quantity")), default=-F("quantity"))
        moves = StockMove.objects.filter(Q(source=place_id) | Q(target=place_id), slip__order=order).order_by()
        substitute = QuotaSubstitute.objects.filter(quota_line=OuterRef("quota_line"), item=OuterRef("lot__item"))
        moves = moves.annotate(factor=Subquery(substitute.values("factor")))
        by_line = moves.values("lot", "lot__code", "lot__item", "lot__status", "lot__expires_on", "quota_line", "factor")
        issued = Q(slip__kind=Slip.Kind.ISSUE) & ~Q(slip__status=Slip.Status.REVERSED)
        kept = by_line.annotate(kept=Sum(quantity), last=Max("pk"), issued=Max("pk", filter=issued)).filter(kept__gt=0)
        self._rows = list(kept.order_by("-last"))
        self._kept: dict[int, dict[int, Decimal]] = defaultdict(dict)
        for row in self._rows:
            self._kept[row["lot"]][row["quota_line"]] = row["kept"]
        self._factors = {(row["lot"], row["quota_line"]): row["factor"] or Decimal(1) for row in self._rows}

    def standings(self) -> list[Standing]:
        """The lots that stand at the order, the last issued first."""
        lots: dict[int, Any] = {}
        for row in sorted(self._rows, key=lambda row: (row["issued"] or 0, row["last"]), reverse=True):
            lots.setdefault(row["lot"], row)
        return [
            Standing(
                place_id=self._place_id,
                place="",
                purpose="",
                lot_id=lot,
                lot=row["lot__code"],
                item_id=row["lot__item"],
                status=row["lot__status"],
                expires_on=row["lot__expires_on"],
                on_hand=sum(self._kept[lot].values(), ZERO),
            )
            for lot, row in lots.items()
        ]

    def factor(self, lot_id: int, quota_line: int) -> Decimal:
        """What one unit of a lot counts on a quota line."""
        return self._factors[lot_id, quota_line]

    def take(self, lot_id: int, quantity: Decimal) -> Iterator[tuple[int, Decimal]]:
        """``quantity`` of a lot by quota line; the caller knows that the order holds so much."""
        on_lines = self._kept[lot_id]
        for quota_line, kept in on_lines.items():
            part = min(kept, quantity)
            if part > 0:
                on_lines[quota_line] -= part
                quantity -= part
                yield quota_line, part
        assert quantity == 0, "an order holds only what came on its lines"


class Targets:
    """Where a return goes, one query however many lines it has."""

    def __init__(self, order: ProductionOrder, kind: ReturnType) -> None:
        self._purposes = ISSUED_FROM if kind == ReturnType.GOOD else (Purpose.QUARANTINE,)
        self._last_bins: dict[int, int] = {}
        if kind == ReturnType.GOOD:
            moves = StockMove.objects.filter(
                slip__order=order, target__order=order, source__is_closed=False, source__purpose__in=ISSUED_FROM
            )
            self._last_bins = dict(moves.order_by("pk").values_list("lot", "source"))
        first = Place.objects.filter(kind=PlaceKind.BIN, purpose=self._purposes[0], is_closed=False).order_by("code").first()
        self._first = first.pk if first else None

    def of(self, line: Asked, lot_id: int) -> int:
        if line.bin is not None:
            if line.bin.purpose not in self._purposes:
                raise ReturnPlace(field=f"lines.{line.line}.bin", place=line.bin.code)
            return line.bin.pk
        return self.chosen(lot_id)

    def chosen(self, lot_id: int) -> int:
        """Where a lot goes when nobody says. Raises ``NoBin``."""
        target = self._last_bins.get(lot_id, self._first)
        if target is None:
            raise NoBin(purpose=str(Purpose(self._purposes[0]).label))
        return target


@transaction.atomic
def confirm_slip(*, slip: Slip, by: Staff) -> Slip:
    """The receiver says that the material is there. Doing it twice changes nothing. Raises ``NotTheReceiver``, ``NotAwaited``."""
    slip = Slip.objects.select_for_update(no_key=True, of=("self",)).select_related("receiver").get(pk=slip.pk)
    if slip.receiver_id != by.pk:
        raise NotTheReceiver(who=slip.receiver.name if slip.receiver else "")
    if slip.status == Slip.Status.POSTED and slip.confirmed_at:
        return slip
    if slip.status != Slip.Status.AWAITING_RECEIVER:
        raise NotAwaited(slip=str(slip), status=slip.get_status_display())
    change_status(slip, Slip.Status.POSTED, confirmed_at=timezone.now())
    return slip


def reverse_slip(*, slip: Slip, reason: str, by: Staff, request_key: UUID | None = None) -> Slip:
    """Undo a slip by its mirror image, today; both stay visible. Returns the reversal.

    Undoing an issue needs the order to hold the material still; undoing a return is an issue and is checked as one, quota and lot;
    undoing a production receipt needs the goods to lie there. What was transferred is brought back by a transfer, which looks at the
    lot anew. Raises ``ReasonNeeded``, ``NotReversible``, ``AlreadyReversed``, ``OrderNotOpen``, ``SlipRefused``.
    """
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    with request_once(request_key, route="reverse_slip", staff_no=by.staff_no, body=(slip.pk, reason), is_kept=True) as first:
        if first.found:
            return Slip.objects.get(pk=first.answer["slip"])
        stands = Slip.objects.select_for_update(no_key=True, of=("self",)).select_related("order", "receiver").get(pk=slip.pk)
        if stands.status == Slip.Status.REVERSED:
            raise AlreadyReversed(slip=str(stands))
        if stands.kind not in REVERSIBLE:
            raise NotReversible(slip=str(stands))
        on = slip_date(None)
        if stands.kind == Slip.Kind.PRODUCTION and stands.order is not None:
            lock_open_order(stands.order)
        elif stands.order is not None:
            # Whoever received it may stand elsewhere by now: undoing it is no hand-over.
            hold_order_open(stands.order)
        moves = list(stands.moves.select_related("lot__item__unit", "quota_line", "source", "target").order_by("pk"))
        opposite = Slip(kind=Slip.Kind.REVERSAL, order=stands.order, reverses=stands, posted_by=by, business_date=on, reason=reason.strip())
        try:
            with transaction.atomic():
                post(opposite, [_mirrored(move) for move in moves])
        except IntegrityError as refusal:
            rule = constraint_of(refusal)
            if rule not in (*NO_MORE_HELD, "quota_not_exceeded", "lot_not_released"):
                raise
            raise SlipRefused(_not_undone(moves, rule, on)) from refusal
        if stands.kind == Slip.Kind.ISSUE:
            take_back({move.quota_line_id for move in moves if move.quota_line_id})
        change_status(stands, Slip.Status.REVERSED)
        first.answer = {"slip": opposite.pk}
        return opposite


def _mirrored(move: StockMove) -> StockMove:
    return StockMove(
        line=move.line,
        lot_id=move.lot_id,
        source_id=move.target_id,
        target_id=move.source_id,
        quantity=move.quantity,
        quota_line_id=move.quota_line_id,
        undoes=move,
    )


def _not_undone(moves: Sequence[StockMove], rule: str, on: date) -> list[RefusedLine]:
    """Which moves of a slip cannot go back, with today's figures; all of them where no single one is too much."""
    refused: list[RefusedLine] = []
    others: list[RefusedLine] = []
    balances = Balance.objects.filter(lot__in={move.lot_id for move in moves}, place__in={move.target_id for move in moves}).order_by()
    stands = {(lot, place): on_hand for lot, place, on_hand in balances.values_list("lot", "place", "on_hand")}
    for move in moves:
        has = stands.get((move.lot_id, move.target_id), ZERO)
        code = {"quota_not_exceeded": "quota_exceeded", "lot_not_released": rule}.get(rule, "insufficient_stock")
        if move.target.kind == PlaceKind.ORDER:
            code = "return_exceeds_issue"
        is_good = move.lot.status in ISSUABLE and (move.lot.expires_on is None or move.lot.expires_on >= on)
        line = move.quota_line
        if rule == "quota_returns_within_issued" and line is not None and line.item_id == move.lot.item_id:
            # The order may hold enough that came on another line.
            has = min(has, line.issued - line.returned_good - line.returned_incoming_defect - line.returned_operation_defect)
        told = RefusedLine(
            line=move.line,
            item=move.lot.item.code,
            code=code,
            asked=move.quantity,
            left=line.left if line else None,
            on_hand=has,
            unit=move.lot.item.unit.code,
        )
        is_refused = {"quota_not_exceeded": True, "lot_not_released": not is_good}.get(rule, has < move.quantity)
        (refused if is_refused else others).append(told)
    return refused or others
