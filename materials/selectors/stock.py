"""What lies where: stock by item, lot and bin, an item's movements and uses, and which orders a lot went into."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, DecimalField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from core.clock import plant_today
from core.together import read_together
from materials.models import ISSUABLE, Balance, Item, Lot, Place, PlaceKind, Purpose, QuotaLine, StockMove
from people.access import Access
from plans.models import ProductionOrder
from plans.selectors.orders import orders_seen

ZERO = Decimal(0)
MOVES_SHOWN = 100


def is_issuable(prefix: str = "") -> Q:
    """Stock that a slip of today could take; ``prefix`` leads to the balance."""
    good = Q(**{f"{prefix}lot__expires_on": None}) | Q(**{f"{prefix}lot__expires_on__gte": plant_today()})
    return good & Q(
        **{
            f"{prefix}lot__status__in": ISSUABLE,
            f"{prefix}place__kind": PlaceKind.BIN,
            f"{prefix}place__purpose__in": (Purpose.STOCK, Purpose.LINE_SIDE),
        }
    )


def store_stock() -> QuerySet[Balance]:
    """What lies in the bins of the plant, with zone and value."""
    rows = Balance.objects.filter(on_hand__gt=0, place__kind=PlaceKind.BIN)
    worth = ExpressionWrapper(F("on_hand") * F("lot__item__standard_cost"), DecimalField(max_digits=24, decimal_places=4))
    return rows.select_related("lot__item__unit", "place__parent__parent").annotate(worth=worth)


def held_stock(access: Access) -> QuerySet[Balance]:
    """What the orders hold that this person sees."""
    worth = ExpressionWrapper(F("on_hand") * F("lot__item__standard_cost"), DecimalField(max_digits=24, decimal_places=4))
    rows = Balance.objects.filter(on_hand__gt=0, place__kind=PlaceKind.ORDER, place__order__in=orders_seen(access).values("pk"))
    return rows.select_related("lot__item__unit", "place__order").annotate(worth=worth)


def bins_in_use(*purposes: str) -> list[Place]:
    """All of them, or those of the purposes named."""
    bins = Place.objects.filter(kind=PlaceKind.BIN, is_closed=False).order_by("code")
    return list(bins.filter(purpose__in=purposes) if purposes else bins)


def bins_with_stock() -> QuerySet[Place]:
    """Bins in which something lies; ``lots`` is of how many lots."""
    lots = Count("balances", filter=Q(balances__on_hand__gt=0))
    return Place.objects.filter(kind=PlaceKind.BIN).annotate(lots=lots).filter(lots__gt=0).select_related("parent").order_by("code")


def with_on_hand(items: QuerySet[Item]) -> QuerySet[Item]:
    """Items with ``on_hand`` (all of it in bins) and ``issuable`` (what a slip of today could take)."""
    lying = Balance.objects.filter(lot__item=OuterRef("pk"), place__kind=PlaceKind.BIN, on_hand__gt=0).order_by().values("lot__item")
    sums = DecimalField(max_digits=18, decimal_places=6)
    return items.annotate(
        on_hand=Coalesce(Subquery(lying.annotate(sum=Sum("on_hand")).values("sum"), output_field=sums), ZERO, output_field=sums),
        issuable=Coalesce(
            Subquery(lying.filter(is_issuable()).annotate(sum=Sum("on_hand")).values("sum"), output_field=sums), ZERO, output_field=sums
        ),
    )


def moves_of_item(item: Item, lot: Lot | None = None) -> list[StockMove]:
    """The latest movements of an item, or of one lot of it."""
    rows = StockMove.objects.filter(lot=lot) if lot else StockMove.objects.filter(lot__item=item)
    return list(rows.select_related("slip", "lot", "source", "target").order_by("-pk")[:MOVES_SHOWN])


def open_quotas(item: Item, access: Access) -> list[QuotaLine]:
    """What released orders may still draw of an item."""
    orders = orders_seen(access).filter(status=ProductionOrder.Status.RELEASED)
    rows = QuotaLine.objects.filter(item=item, order__in=orders.values("pk")).select_related("order__product", "item__unit")
    return list(rows.order_by("order__due_on", "order__number")[:MOVES_SHOWN])


@dataclass(frozen=True)
class DrawnBy:
    """So much of a lot that went into an order and did not come back."""

    order: ProductionOrder
    quantity: Decimal


def orders_of_lot(lot: Lot, access: Access) -> list[DrawnBy]:
    """Forward trace: the orders that took a lot, what came back taken off; also those where nothing is left."""
    into = StockMove.objects.filter(lot=lot, target__kind=PlaceKind.ORDER).order_by().values("target__order")
    back = StockMove.objects.filter(lot=lot, source__kind=PlaceKind.ORDER, target__kind=PlaceKind.BIN).order_by().values("source__order")
    taken = {row["target__order"]: row["sum"] for row in into.annotate(sum=Sum("quantity"))}
    given = {row["source__order"]: row["sum"] for row in back.annotate(sum=Sum("quantity"))}
    orders = orders_seen(access).filter(pk__in=taken).select_related("product").order_by("-due_on", "number")
    return [DrawnBy(order, taken[order.pk] - given.get(order.pk, ZERO)) for order in orders]


@dataclass
class LotsDrawn:
    """Of one item the lots that went into an order."""

    item: Item
    lots: list[tuple[Lot, Decimal]] = field(default_factory=list)


def lots_of_order(order: ProductionOrder) -> list[LotsDrawn]:
    """Backward trace: the lots an order took, by item; what came back is taken off."""
    net: dict[int, Decimal] = defaultdict(Decimal)
    moves = StockMove.objects.order_by().values_list("lot").annotate(sum=Sum("quantity"))
    into, back = read_together(moves.filter(target__order=order), moves.filter(source__order=order, target__kind=PlaceKind.BIN))
    for lot, quantity in into:
        net[lot] += quantity
    for lot, quantity in back:
        net[lot] -= quantity
    found: dict[int, LotsDrawn] = {}
    for lot in Lot.objects.filter(pk__in=net).select_related("item__unit").order_by("item__code", "code"):
        found.setdefault(lot.item_id, LotsDrawn(lot.item)).lots.append((lot, net[lot.pk]))
    return list(found.values())


@dataclass
class Branch:
    """A place with what stands in it and how many lots lie there."""

    place: Place
    depth: int
    lots: int = 0


def place_tree() -> list[Branch]:
    """Warehouses, their zones and bins, from the top down; two statements."""
    rows = list(Place.objects.filter(kind__in=(PlaceKind.WAREHOUSE, PlaceKind.ZONE, PlaceKind.BIN)).order_by("is_closed", "code"))
    lying = Balance.objects.filter(on_hand__gt=0, place__kind=PlaceKind.BIN).order_by().values("place")
    counts = {row["place"]: row["lots"] for row in lying.annotate(lots=Count("pk"))}
    below: dict[int | None, list[Place]] = defaultdict(list)
    for row in rows:
        below[row.parent_id].append(row)
    return list(_walk(below, None, 0, counts))


def _walk(below: dict[int | None, list[Place]], parent: int | None, depth: int, counts: dict[int, int]) -> Iterable[Branch]:
    for place in below[parent]:
        yield Branch(place, depth, counts.get(place.pk, 0))
        yield from _walk(below, place.pk, depth + 1, counts)


def under(place: Place) -> Sequence[int]:
    """Ids of the bins in a warehouse or zone, the bin itself for a bin."""
    if place.kind == PlaceKind.BIN:
        return [place.pk]
    bins = Place.objects.filter(kind=PlaceKind.BIN).filter(Q(parent=place) | Q(parent__parent=place))
    return list(bins.values_list("pk", flat=True))
