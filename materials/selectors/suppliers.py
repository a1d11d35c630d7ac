"""What suppliers promised and kept (MAT-12, MAT-13, GEN-24)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import connection

from core.quantities import percent
from materials import rates
from materials.models import Item, Supplier, SupplierDocument
from people.access import Access

JUDGED_DAYS = 365

RATES = """
    SELECT s.id, s.code,
        (SELECT count(*) FROM materials_expectedreceipt x WHERE x.supplier_id = s.id AND x.status <> 'cancelled'
            AND x.promised_on BETWEEN %(first)s AND %(last)s AND (x.promised_on <= %(today)s OR x.status = 'received')),
        (SELECT count(*) FROM materials_expectedreceipt x WHERE x.supplier_id = s.id AND x.status = 'received'
            AND x.promised_on BETWEEN %(first)s AND %(last)s AND x.complete_on <= x.promised_on),
        (SELECT sum(x.quantity * COALESCE(x.unit_price, i.standard_cost, 1)) FROM materials_expectedreceipt x
            JOIN materials_requisition r ON r.id = x.requisition_id JOIN materials_item i ON i.id = r.item_id
            WHERE x.supplier_id = s.id AND x.status <> 'cancelled' AND x.promised_on BETWEEN %(first)s AND %(last)s),
        (SELECT sum(x.received_qty * COALESCE(x.unit_price, i.standard_cost, 1)) FROM materials_expectedreceipt x
            JOIN materials_requisition r ON r.id = x.requisition_id JOIN materials_item i ON i.id = r.item_id
            WHERE x.supplier_id = s.id AND x.status <> 'cancelled' AND x.promised_on BETWEEN %(first)s AND %(last)s),
        j.judged, j.accepted, v.paid, v.standard
    FROM materials_supplier s
    LEFT JOIN LATERAL (
        SELECT sum(x.quantity * x.unit_price) AS paid, sum(x.quantity * i.standard_cost) AS standard
        FROM materials_expectedreceipt x
        JOIN materials_requisition r ON r.id = x.requisition_id JOIN materials_item i ON i.id = r.item_id
        WHERE x.supplier_id = s.id AND x.status <> 'cancelled' AND x.promised_on BETWEEN %(first)s AND %(last)s
            AND x.unit_price IS NOT NULL AND i.standard_cost > 0
    ) v ON true
    LEFT JOIN LATERAL (
        SELECT count(*) AS judged, count(*) FILTER (WHERE l.status IN ('released', 'concession')) AS accepted
        FROM materials_lot l
        WHERE EXISTS (SELECT 1 FROM materials_lotdecision k WHERE k.lot_id = l.id)
          AND EXISTS (SELECT 1 FROM materials_stockmove m JOIN materials_delivery d ON d.slip_id = m.slip_id
                      WHERE m.lot_id = l.id AND d.supplier_id = s.id AND m.business_date BETWEEN %(first)s AND %(last)s)
    ) j ON true
    ORDER BY s.code
"""


@dataclass(frozen=True)
class SupplierRates:
    """A supplier's lines due in a period and those in time; the value ordered and delivered (at the order's price, else standard cost,
    else 1 a unit); lots judged and accepted; what was ``paid`` and what the same would cost at ``standard`` cost, of priced lines."""

    supplier_id: int
    code: str
    due: int
    on_time: int
    ordered: Decimal | None
    delivered: Decimal | None
    judged: int
    accepted: int
    paid: Decimal | None = None
    standard: Decimal | None = None

    @property
    def on_time_pct(self) -> Decimal | None:
        return rates.on_time(self.on_time, self.due)

    @property
    def delivered_pct(self) -> Decimal | None:
        return percent(self.delivered, self.ordered)

    @property
    def accepted_pct(self) -> Decimal | None:
        return rates.lots_accepted(self.accepted, self.judged)

    @property
    def price_pct(self) -> Decimal | None:
        """Price ÷ standard cost × 100, quantity-weighted: what stands beside the accept rate (MAT-13)."""
        return percent(self.paid, self.standard)


def supplier_rates(first: date, last: date, today: date) -> list[SupplierRates]:
    """Of every supplier, for promises from ``first`` to ``last`` inclusive."""
    with connection.cursor() as cursor:
        cursor.execute(RATES, {"first": first, "last": last, "today": today})
        return [SupplierRates(*row) for row in cursor.fetchall()]


def judged_since(today: date) -> date:
    """Suppliers are judged by the promises of the last year, today included."""
    return today - timedelta(days=JUDGED_DAYS - 1)


# --- price and quality of one item side by side ---

OFFERS = """
    SELECT s.id, i.id, p.last_price, p.mean_price, p.ordered, p.received, p.due, p.on_time, j.judged, j.accepted
    FROM (
        SELECT x.supplier_id, r.item_id,
            (array_agg(x.unit_price ORDER BY x.id DESC) FILTER (WHERE x.unit_price IS NOT NULL))[1] AS last_price,
            sum(x.unit_price * x.quantity) / NULLIF(sum(x.quantity) FILTER (WHERE x.unit_price IS NOT NULL), 0) AS mean_price,
            sum(x.quantity) AS ordered, sum(x.received_qty) AS received,
            count(*) FILTER (WHERE x.promised_on <= %(today)s OR x.status = 'received') AS due,
            count(*) FILTER (WHERE x.status = 'received' AND x.complete_on <= x.promised_on) AS on_time
        FROM materials_expectedreceipt x JOIN materials_requisition r ON r.id = x.requisition_id
        WHERE x.status <> 'cancelled' AND x.promised_on >= %(first)s
            AND (%(supplier)s::bigint IS NULL OR x.supplier_id = %(supplier)s) AND (%(item)s::bigint IS NULL OR r.item_id = %(item)s)
        GROUP BY x.supplier_id, r.item_id
    ) p
    JOIN materials_supplier s ON s.id = p.supplier_id
    JOIN materials_item i ON i.id = p.item_id
    LEFT JOIN LATERAL (
        SELECT count(*) AS judged, count(*) FILTER (WHERE l.status IN ('released', 'concession')) AS accepted
        FROM materials_lot l
        WHERE l.item_id = i.id AND EXISTS (SELECT 1 FROM materials_lotdecision k WHERE k.lot_id = l.id)
          AND EXISTS (SELECT 1 FROM materials_stockmove m JOIN materials_delivery d ON d.slip_id = m.slip_id
                      WHERE m.lot_id = l.id AND d.supplier_id = s.id AND m.business_date >= %(first)s)
    ) j ON true
    ORDER BY i.code, p.last_price NULLS LAST, s.code
"""


@dataclass(frozen=True)
class Offer:
    """One supplier's record with one item over the last year: prices per unit, quantities in its unit, lines in time, lots accepted."""

    supplier: Supplier
    item: Item
    last_price: Decimal | None
    mean_price: Decimal | None
    ordered: Decimal
    received: Decimal
    due: int
    on_time: int
    judged: int
    accepted: int

    @property
    def received_pct(self) -> Decimal | None:
        return percent(self.received, self.ordered)

    @property
    def on_time_pct(self) -> Decimal | None:
        return rates.on_time(self.on_time, self.due)

    @property
    def accepted_pct(self) -> Decimal | None:
        return rates.lots_accepted(self.accepted, self.judged)


def offers(today: date, *, supplier: Supplier | None = None, item: Item | None = None) -> list[Offer]:
    """Of one supplier by item, or of one item by supplier, the cheapest last price first; three statements (MAT-13)."""
    asked = {
        "today": today,
        "first": judged_since(today),
        "supplier": supplier.pk if supplier else None,
        "item": item.pk if item else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(OFFERS, asked)
        rows = cursor.fetchall()
    suppliers = Supplier.objects.in_bulk([row[0] for row in rows])
    items = Item.objects.select_related("unit").in_bulk([row[1] for row in rows])
    return [Offer(suppliers[row[0]], items[row[1]], *row[2:]) for row in rows]


# --- contracts and certificates ---


@dataclass(frozen=True)
class Paper:
    """A document of a supplier. ``state`` is a key of ``core.states``: in force, soon to end, ended, or replaced by a newer one."""

    document: SupplierDocument
    state: str


def papers_of(documents: Iterable[SupplierDocument], today: date, soon: date) -> list[Paper]:
    """``documents`` of one supplier, the newest first; of each title the newest one counts. ``soon`` is ``warned_until``."""
    titles: set[str] = set()
    papers = []
    for document in documents:
        title = document.title.casefold()
        if title in titles:
            state = "replaced"
        elif document.valid_until is None or document.valid_until > soon:
            state = "in_force"
        else:
            state = "expires_soon" if document.valid_until >= today else "expired"
        titles.add(title)
        papers.append(Paper(document, state))
    return papers


def shows_document(file: UUID, access: Access) -> bool:
    """Whether a supplier's file carries it; suppliers belong to everybody in the plant."""
    return SupplierDocument.objects.filter(file=file).exists()
