"""Whether the material of orders is there: for the review before a release (PLN-24) and for the plan of the day (PLN-06)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Subquery, Sum

from core.clock import plant_today
from core.errors import RuleBroken
from materials.models import Balance, Bom, Item, QuotaLine
from materials.selectors.explosion import Need, explode, in_force, read_bills
from materials.selectors.stock import is_issuable
from plans.models import ProductionOrder
from plans.review_figures import MaterialFound, MaterialRow

ZERO = Decimal(0)

# What other open orders may still draw is spoken for; what a supplier promised for a day that has passed is not relied on.
FIGURES = """
    SELECT i.id,
        COALESCE((
            SELECT sum(b.on_hand)
            FROM materials_lot l JOIN materials_balance b ON b.lot_id = l.id JOIN materials_place p ON p.id = b.place_id
            WHERE l.item_id = i.id AND l.status IN ('released', 'concession') AND COALESCE(l.expires_on, DATE '9999-12-31') >= %(today)s
                AND p.kind = 'bin' AND p.purpose IN ('stock', 'line_side')
        ), 0),
        COALESCE((
            SELECT sum(q.quota + q.supplement - q.issued + q.returned_good + q.returned_incoming_defect)
            FROM materials_quotaline q JOIN plans_productionorder o ON o.id = q.order_id
            WHERE q.item_id = i.id AND o.status IN ('released', 'on_hold') AND o.id <> %(order)s
        ), 0),
        COALESCE((
            SELECT sum(GREATEST(e.quantity - e.received_qty, 0))
            FROM materials_expectedreceipt e JOIN materials_requisition r ON r.id = e.requisition_id
            WHERE r.item_id = i.id AND e.status = 'expected' AND e.promised_on >= %(today)s AND e.promised_on < %(start)s
        ), 0)
    FROM materials_item i WHERE i.id = ANY(%(items)s)
"""


def bill_of_product() -> Subquery:
    """For a row with a ``product``: the version of its newest approved bill that is in force today."""
    rows = Bom.objects.filter(product=OuterRef("product"), status=Bom.Status.APPROVED, valid_from__lte=plant_today())
    return Subquery(rows.order_by("-valid_from", "-approved_at", "-pk").values("version_code")[:1])


def material_found(order: ProductionOrder, holding: bool = False) -> MaterialFound:
    """The explosion of the order against what the store could issue, what other open orders may still draw, and what arrives before its
    start (today, if that is past); two statements, and one more for each level of phantoms.

    ``holding`` locks the items until the transaction ends, so that two orders are not released on the same material.
    """
    today = plant_today()
    bills = read_bills(in_force([order.product_id], today), today)
    bom = bills.of.get(order.product_id)
    if bom is None:
        return MaterialFound("no_bill" if Item.objects.exists() else "not_kept")
    try:
        needs = explode(bom, order.quantity, bills=bills)
    except RuleBroken:
        return MaterialFound("bad_bill", bom.version_code)
    if holding:
        lock_items(need.item.pk for need in needs)
    figures = _figures(order, needs, today)
    return MaterialFound("counted", bom.version_code, tuple(_row(need, *figures[need.item.pk]) for need in needs))


def lock_items(items: Iterable[int]) -> None:
    """In one order; who only refers to an item does not wait."""
    list(Item.objects.select_for_update(no_key=True).filter(pk__in=set(items)).order_by("pk").values_list("pk"))


def _figures(order: ProductionOrder, needs: Sequence[Need], today: date) -> dict[int, tuple[Decimal, Decimal, Decimal]]:
    values: dict[str, Any] = {
        "items": [need.item.pk for need in needs],
        "order": order.pk,
        "today": today,
        "start": max(order.start_on or today, today),
    }
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, values)
        return {item: (on_hand, reserved, expected) for item, on_hand, reserved, expected in cursor.fetchall()}


def _row(need: Need, on_hand: Decimal, reserved: Decimal, expected: Decimal) -> MaterialRow:
    item, unit = need.item, need.item.unit
    said = (item.code, item.name, item.name_zh, unit.code, unit.decimals)
    return MaterialRow(*said, need.quantity, on_hand, reserved, expected, unit.name_zh)


@dataclass(frozen=True)
class Ready:
    """A quota line of a planned order: what it may still draw against what the store could issue today, in the item's unit."""

    line: QuotaLine
    on_hand: Decimal

    @property
    def allowed(self) -> Decimal:
        return self.line.quota + self.line.supplement

    @property
    def short(self) -> Decimal:
        return max(self.line.left - self.on_hand, ZERO)


def readiness_of(orders: Iterable[int]) -> dict[int, list[Ready]]:
    """By order its quota lines, what is short first; two statements however many orders.

    Several orders may count on the same stock: it is the store's whole stock beside each of them (PLN-06).
    """
    lines = list(QuotaLine.objects.filter(order__in=set(orders)).select_related("item__unit").order_by("pk"))
    if not lines:
        return {}
    stock = Balance.objects.filter(is_issuable(), lot__item__in={line.item_id for line in lines}).order_by().values("lot__item")
    on_hand = {row["lot__item"]: row["sum"] for row in stock.annotate(sum=Sum("on_hand"))}
    found: dict[int, list[Ready]] = defaultdict(list)
    for line in lines:
        found[line.order_id].append(Ready(line, on_hand.get(line.item_id, ZERO)))
    return {order: sorted(rows, key=lambda row: not row.short) for order, rows in found.items()}
