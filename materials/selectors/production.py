"""What an order has made and what of it came into the store."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, F, QuerySet, Sum, When

from materials.models import Item, Purpose, StockMove
from people.access import Access
from plans.models import ProductionOrder
from plans.selectors.orders import orders_seen, progress_of

ZERO = Decimal(0)


@dataclass(frozen=True)
class Output:
    """In the product's unit: ``good`` by submitted and approved daily reports, ``received`` into the store and not reversed."""

    good: Decimal
    received: Decimal

    @property
    def left(self) -> Decimal:
        return max(self.good - self.received, ZERO)

    @property
    def over(self) -> Decimal:
        """What lies in the store although a corrected report no longer calls it good."""
        return max(self.received - self.good, ZERO)


def outputs_of(orders: list[ProductionOrder]) -> dict[int, Output]:
    """By order, two statements."""
    progress = progress_of(orders)
    signed = Case(When(source__purpose=Purpose.PRODUCTION, then=F("quantity")), default=-F("quantity"))
    moves = StockMove.objects.filter(slip__order__in=progress)
    moves = moves.filter(source__purpose=Purpose.PRODUCTION) | moves.filter(target__purpose=Purpose.PRODUCTION)
    received = dict(moves.order_by().values_list("slip__order").annotate(sum=Sum(signed)))
    return {pk: Output(found.good, received.get(pk, ZERO)) for pk, found in progress.items()}


def output_of(order: ProductionOrder) -> Output:
    return outputs_of([order])[order.pk]


def items_made_by(order: ProductionOrder) -> list[Item]:
    """What the order's output may be kept as in the store."""
    return list(Item.objects.filter(product=order.product_id, is_phantom=False).select_related("unit").order_by("code"))


def orders_that_make(access: Access) -> QuerySet[ProductionOrder]:
    """Released orders that this person sees whose product is kept as an item, those due first in front."""
    items = Item.objects.filter(is_phantom=False, product__isnull=False)
    rows = orders_seen(access).filter(status=ProductionOrder.Status.RELEASED, product__in=items.values("product"))
    return rows.select_related("product__unit").order_by("due_on", "number")
