"""What is asked to be bought, what is promised, and what should be asked for: shortages of orders and minimum stock (MAT-12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Case, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from materials.models import Delivery, ExpectedReceipt, Item, Lot, Place, PlaceKind, Purpose, Requisition, StockMove
from people.access import Access
from plans.models import ProductionOrder

ZERO = Decimal(0)
QUANTITY = DecimalField(max_digits=18, decimal_places=6)
Promise = ExpectedReceipt.Status


def with_cover(rows: QuerySet[Requisition]) -> QuerySet[Requisition]:
    """Requisitions with ``arrived`` and ``covered``: what arrived or is still promised, in the item's unit."""
    promises = ExpectedReceipt.objects.filter(requisition=OuterRef("pk")).order_by().values("requisition")
    counts = Case(When(status=Promise.EXPECTED, quantity__gt=F("received_qty"), then=F("quantity")), default=F("received_qty"))
    arrived, covered = promises.annotate(sum=Sum("received_qty")), promises.annotate(sum=Sum(counts))
    return rows.annotate(
        arrived=Coalesce(Subquery(arrived.values("sum"), output_field=QUANTITY), ZERO, output_field=QUANTITY),
        covered=Coalesce(Subquery(covered.values("sum"), output_field=QUANTITY), ZERO, output_field=QUANTITY),
    )


def requisitions() -> QuerySet[Requisition]:
    return with_cover(Requisition.objects.select_related("item__unit", "order", "requested_by"))


def to_order(rows: QuerySet[Requisition]) -> QuerySet[Requisition]:
    """Approved, and a part of it promised by nobody; ``rows`` carry ``covered``."""
    return rows.filter(status=Requisition.Status.APPROVED).filter(Q(("covered__lt", F("quantity"))))


def to_decide(rows: QuerySet[Requisition], access: Access) -> QuerySet[Requisition]:
    """What this person may decide: asked by others."""
    return rows.filter(status=Requisition.Status.REQUESTED).exclude(requested_by=access.staff)


def promises() -> QuerySet[ExpectedReceipt]:
    return ExpectedReceipt.objects.select_related("requisition__item__unit", "requisition__order", "supplier", "made_by")


def is_late(today: date) -> Q:
    """Arrived after the day promised, or still missing after it."""
    return Q(status=Promise.EXPECTED, promised_on__lt=today) | Q(status=Promise.RECEIVED, complete_on__gt=F("promised_on"))


def earlier_promises(expected: ExpectedReceipt) -> list[date]:
    """The days promised before the one in force, the first one first; read from the history."""
    days: list[date] = []
    for on in expected.events.order_by("pgh_id").values_list("promised_on", flat=True):  # type: ignore[attr-defined]
        if not days or days[-1] != on:
            days.append(on)
    return days[:-1]


# --- arrivals ---


def arrivals_expected(asked: str = "") -> QuerySet[ExpectedReceipt]:
    """Open promises, the earliest first; narrowed by a number, an item's code or barcode, or a supplier's code."""
    rows = promises().filter(status=Promise.EXPECTED).order_by("promised_on", "pk")
    if not asked:
        return rows
    item = Q(requisition__item__code__iexact=asked) | Q(requisition__item__barcode__iexact=asked)
    return rows.filter(item | Q(number__iexact=asked) | Q(requisition__number__iexact=asked) | Q(supplier__code__iexact=asked))


def receiving_bins(item: Item) -> QuerySet[Place]:
    """Where an arrival may be put, the bins that suit it first: what is inspected goes to receiving, the rest to stock of its class."""
    first = Purpose.RECEIVING if item.inspect_on_receipt else Purpose.STOCK
    rows = Place.objects.filter(kind=PlaceKind.BIN, purpose__in=(Purpose.RECEIVING, Purpose.STOCK), is_closed=False)
    suits = Case(When(purpose=first, item_class=item.item_class, then=0), When(purpose=first, then=1), default=2)
    return rows.annotate(suits=suits).order_by("suits", "code")


def stock_bins(item: Item) -> QuerySet[Place]:
    """Bins for stock, those of the item's class first."""
    rows = Place.objects.filter(kind=PlaceKind.BIN, purpose=Purpose.STOCK, is_closed=False)
    return rows.annotate(suits=Case(When(item_class=item.item_class, then=0), default=1)).order_by("suits", "code")


@dataclass(frozen=True)
class Arrival:
    """What one receipt slip brought of a promise; ``lot`` without a code is stock kept by item alone."""

    delivery: Delivery
    lot: Lot
    bin: Place
    quantity: Decimal


def lots_of_deliveries(expected: ExpectedReceipt) -> list[Arrival]:
    """The arrivals of a promise, the newest first; one statement."""
    moves = StockMove.objects.filter(slip__delivery__expected=expected).select_related("slip__delivery", "slip__posted_by", "lot", "target")
    return [Arrival(move.slip.delivery, move.lot, move.target, move.quantity) for move in moves.order_by("-pk")]


# --- what should be asked for ---

# What an order may still draw counts as needed. What lies to inspect, is promised, or is asked for and not yet promised counts as coming.
NEEDS = """
    WITH needed AS (
        SELECT q.item_id,
            sum(greatest(q.quota + q.supplement + q.returned_good + q.returned_incoming_defect - q.issued, 0)) AS quantity,
            (array_agg(o.id ORDER BY COALESCE(o.start_on, o.due_on), o.number))[1] AS order_id,
            min(COALESCE(o.start_on, o.due_on)) AS first_on
        FROM materials_quotaline q JOIN plans_productionorder o ON o.id = q.order_id
        WHERE o.status = 'released'
            AND q.quota + q.supplement + q.returned_good + q.returned_incoming_defect > q.issued
        GROUP BY q.item_id
    ), lying AS (
        SELECT l.item_id,
            sum(b.on_hand) FILTER (WHERE l.status IN ('released', 'concession') AND p.purpose IN ('stock', 'line_side')) AS on_hand,
            sum(b.on_hand) FILTER (
                WHERE l.status = 'to_inspect' OR (l.status IN ('released', 'concession') AND p.purpose = 'receiving')
            ) AS coming
        FROM materials_balance b
        JOIN materials_place p ON p.id = b.place_id AND p.kind = 'bin' AND p.purpose IN ('stock', 'line_side', 'receiving')
        JOIN materials_lot l ON l.id = b.lot_id
        WHERE b.on_hand > 0 AND COALESCE(l.expires_on, DATE '9999-12-31') >= %(today)s
        GROUP BY l.item_id
    ), asked AS (
        SELECT r.item_id, sum(CASE
            WHEN r.status = 'requested' THEN r.quantity
            ELSE greatest(r.quantity - COALESCE(x.arrived, 0), COALESCE(x.open, 0))
            END) AS coming
        FROM materials_requisition r
        LEFT JOIN LATERAL (
            SELECT sum(e.received_qty) AS arrived,
                sum(greatest(e.quantity - e.received_qty, 0)) FILTER (WHERE e.status = 'expected') AS open
            FROM materials_expectedreceipt e WHERE e.requisition_id = r.id
        ) x ON true
        WHERE r.status IN ('requested', 'approved')
        GROUP BY r.item_id
    )
    SELECT i.id, COALESCE(n.quantity, 0), n.order_id, n.first_on, COALESCE(l.on_hand, 0), COALESCE(l.coming, 0) + COALESCE(a.coming, 0)
    FROM materials_item i
    LEFT JOIN needed n ON n.item_id = i.id
    LEFT JOIN lying l ON l.item_id = i.id
    LEFT JOIN asked a ON a.item_id = i.id
    WHERE i.id = %(item)s OR (
        %(item)s::bigint IS NULL AND i.product_id IS NULL AND NOT i.is_phantom
        AND greatest(COALESCE(n.quantity, 0), COALESCE(i.min_stock, 0))
            > COALESCE(l.on_hand, 0) + COALESCE(l.coming, 0) + COALESCE(a.coming, 0)
    )
    ORDER BY n.first_on NULLS LAST, i.code
    LIMIT %(most)s
"""


@dataclass(frozen=True)
class Proposal:
    """An item that runs short. Quantities in its unit: ``needed`` by released orders, ``on_hand`` issuable now, ``coming`` to inspect,
    promised or asked for; ``order`` is the one that needs it first, ``needed_on`` its start (else due) day."""

    item: Item
    needed: Decimal
    on_hand: Decimal
    coming: Decimal
    order: ProductionOrder | None
    first_on: date | None

    @property
    def short(self) -> Decimal:
        """What the released orders lack."""
        return max(self.needed - self.on_hand - self.coming, ZERO)

    @property
    def missing(self) -> Decimal:
        """What the orders lack, or what is missing to the minimum where that is more."""
        return max(self.short, (self.item.min_stock or ZERO) - self.on_hand - self.coming)

    @property
    def reason(self) -> str:
        return Requisition.Reason.SHORTAGE if self.short > 0 else Requisition.Reason.MINIMUM

    def needed_on(self, today: date) -> date:
        """Not before today: what is below its minimum is missing already."""
        return max(self.first_on, today) if self.short > 0 and self.first_on else today


def proposals(today: date, most: int) -> list[Proposal]:
    """Items that we buy, below their minimum or short for released orders, those needed first in front; three statements."""
    return _needs(today, most)


def need_of(item: Item, today: date) -> Proposal:
    """How one item stands, whether it is short or not."""
    return _needs(today, 1, item)[0]


def _needs(today: date, most: int, item: Item | None = None) -> list[Proposal]:
    with connection.cursor() as cursor:
        cursor.execute(NEEDS, {"today": today, "most": most, "item": item.pk if item else None})
        rows = cursor.fetchall()
    items = Item.objects.select_related("unit").in_bulk([row[0] for row in rows])
    orders = ProductionOrder.objects.in_bulk([row[2] for row in rows if row[2]])
    return [
        Proposal(items[pk], needed, on_hand, coming, orders.get(order), first_on) for pk, needed, order, first_on, on_hand, coming in rows
    ]
