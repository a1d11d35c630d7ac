"""What orders still need and the store does not have: said in a shift hand-over (``plans.hooks.order_shortages``)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from materials.models import QuotaLine
from materials.selectors.issuing import sources_of
from plans.hooks import Shortage
from plans.models import ProductionOrder


def shortages_of(orders: Sequence[ProductionOrder]) -> list[Shortage]:
    """Of each quota line what it may still draw beyond the issuable stock, which the orders take in their order; two statements."""
    place = {order.pk: number for number, order in enumerate(orders)}
    lines = sorted(
        QuotaLine.objects.filter(order__in=place).select_related("order", "item__unit"),
        key=lambda line: (place[line.order_id], line.item.code),
    )
    stock = {
        item: sum((source.on_hand for source in rows), Decimal(0)) for item, rows in sources_of([line.item_id for line in lines]).items()
    }
    found = []
    for line in lines:
        taken = min(max(line.left, Decimal(0)), stock.get(line.item_id, Decimal(0)))
        stock[line.item_id] = stock.get(line.item_id, Decimal(0)) - taken
        if line.left > taken:
            found.append(Shortage(line.order.number, line.item.code, line.item, line.left - taken, line.item.unit))
    return found
