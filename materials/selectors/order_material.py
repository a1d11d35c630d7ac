"""The material of one order as the voucher shows it: quota, drawn, back by type, held, and what still has to come back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Max, OuterRef, QuerySet, Subquery

from materials.models import Balance, Item, QuotaLine, QuotaSubstitute, Slip, StockMove
from materials.selectors.issuing import sources_of
from people.access import Access
from plans.models import ProductionOrder
from plans.selectors.orders import orders_seen

ZERO = Decimal(0)


def node_of(order: ProductionOrder) -> int:
    """Where rights on an order's material are asked: its team, else its workshop."""
    return order.team_id or order.workshop_id


@dataclass(frozen=True)
class Held:
    """So much of one lot that an order holds."""

    item: Item
    lot: str
    quantity: Decimal


@dataclass
class MaterialLine:
    """A quota line with what its order holds of the item and of its substitutes, and what the store has."""

    line: QuotaLine
    held: list[Held] = field(default_factory=list)
    on_hand: Decimal = ZERO

    @property
    def quantity_held(self) -> Decimal:
        """Of the line's own item."""
        return sum((held.quantity for held in self.held if held.item.pk == self.line.item_id), ZERO)

    @property
    def status(self) -> str:
        return drawn_status(self.line)

    @property
    def missing(self) -> Decimal:
        """What the order may still draw and the store does not have."""
        return max(self.line.left - self.on_hand, ZERO)


def drawn_status(line: QuotaLine) -> str:
    """As on the voucher: nothing, part, full, or over the quota by a supplement; a key of ``core.states``."""
    if line.drawn <= 0:
        return "drawn_none"
    if line.drawn > line.quota:
        return "drawn_over"
    return "drawn_full" if line.drawn == line.quota else "drawn_part"


def material_of(order: ProductionOrder) -> list[MaterialLine]:
    """Three statements, however many lines."""
    lines = list(order.quota_lines.select_related("item__unit").order_by("pk"))
    held = held_by_line(order, lines)
    sources = sources_of([line.item_id for line in lines])
    return [MaterialLine(line, held[line.pk], sum((source.on_hand for source in sources[line.item_id]), ZERO)) for line in lines]


def held_by_line(order: ProductionOrder, lines: Iterable[QuotaLine]) -> dict[int, list[Held]]:
    """What the order holds, by the quota line it was drawn on; the last issued first."""
    own = {line.item_id: line.pk for line in lines}
    substitutes = dict(QuotaSubstitute.objects.filter(quota_line__order=order).order_by("quota_line").values_list("item", "quota_line"))
    line_of = substitutes | own
    issued = StockMove.objects.filter(slip__order=order, slip__kind=Slip.Kind.ISSUE, lot=OuterRef("lot")).order_by()
    last = issued.exclude(slip__status=Slip.Status.REVERSED).values("lot").annotate(last=Max("pk")).values("last")
    rows = Balance.objects.filter(place__order=order, on_hand__gt=0).select_related("lot__item__unit")
    rows = rows.order_by(Subquery(last).desc(nulls_last=True), "-pk")
    found: dict[int, list[Held]] = defaultdict(list)
    for row in rows:
        if row.lot.item_id in line_of:
            found[line_of[row.lot.item_id]].append(Held(row.lot.item, row.lot.code, row.on_hand))
    return found


def orders_holding(access: Access) -> QuerySet[ProductionOrder]:
    """Released orders that hold material which could come back."""
    holding = Balance.objects.filter(place__kind="order", on_hand__gt=0).values("place__order")
    rows = orders_seen(access).filter(pk__in=holding, status=ProductionOrder.Status.RELEASED)
    return rows.select_related("product__unit").order_by("due_on", "number")
