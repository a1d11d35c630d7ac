"""What of buying waits for a person: to decide, to order, to receive, to inspect, to let out; ``store_day`` asks it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse

from core.clock import plant_today
from core.models.names import in_language

EACH = 5
# ruff: noqa: S608 -- every piece is a constant of this module
# As ``core.templatetags.fo.mark`` writes a unit.
MARK = "CASE WHEN %(chinese)s AND u.decimals = 0 AND u.name_zh <> '' THEN u.name_zh ELSE u.code END"

DECIDE = f"""
    SELECT 'decide', r.number, i.name, i.name_zh, r.quantity, {MARK}, r.needed_on, p.name FROM materials_requisition r
    JOIN materials_item i ON i.id = r.item_id JOIN core_unit u ON u.id = i.unit_id JOIN people_staff p ON p.id = r.requested_by_id
    WHERE r.status = 'requested' AND r.requested_by_id <> %(me)s ORDER BY r.needed_on, r.id LIMIT {EACH}
"""
ORDER = f"""
    SELECT 'order', r.number, i.name, i.name_zh, r.quantity - COALESCE(x.covered, 0), {MARK}, r.needed_on, p.name
    FROM materials_requisition r
    JOIN materials_item i ON i.id = r.item_id JOIN core_unit u ON u.id = i.unit_id JOIN people_staff p ON p.id = r.requested_by_id
    LEFT JOIN LATERAL (
        SELECT sum(CASE WHEN e.status = 'expected' THEN greatest(e.quantity, e.received_qty) ELSE e.received_qty END) AS covered
        FROM materials_expectedreceipt e WHERE e.requisition_id = r.id
    ) x ON true
    WHERE r.status = 'approved' AND COALESCE(x.covered, 0) < r.quantity ORDER BY r.needed_on, r.id LIMIT {EACH}
"""
ARRIVES = f"""
    SELECT 'arrives', e.number, i.name, i.name_zh, greatest(e.quantity - e.received_qty, 0), {MARK}, e.promised_on, s.code
    FROM materials_expectedreceipt e JOIN materials_requisition r ON r.id = e.requisition_id
    JOIN materials_supplier s ON s.id = e.supplier_id
    JOIN materials_item i ON i.id = r.item_id JOIN core_unit u ON u.id = i.unit_id
    WHERE e.status = 'expected' AND e.promised_on <= %(today)s ORDER BY e.promised_on, e.id LIMIT {EACH}
"""
INSPECT = f"""
    SELECT 'inspect', l.id::text, i.name, i.name_zh, NULL::numeric, {MARK}, l.received_on, l.code FROM materials_lot l
    JOIN materials_item i ON i.id = l.item_id JOIN core_unit u ON u.id = i.unit_id
    WHERE l.status = 'to_inspect' AND NOT EXISTS (
        SELECT 1 FROM materials_stockmove m JOIN materials_slip d ON d.id = m.slip_id
        WHERE m.lot_id = l.id AND d.kind = 'receipt' AND d.posted_by_id = %(me)s
    ) ORDER BY l.received_on, l.id LIMIT {EACH}
"""
PASSES = f"""
    SELECT 'pass', g.number, g.goods, '', NULL::numeric, '', NULL::date, p.name
    FROM materials_gatepass g JOIN people_staff p ON p.id = g.requested_by_id
    WHERE g.status = 'requested' AND g.requested_by_id <> %(me)s ORDER BY g.id LIMIT {EACH}
"""
GATE = f"""
    SELECT 'gate', g.number, g.goods, '', NULL::numeric, '', NULL::date, g.taken_by
    FROM materials_gatepass g WHERE g.status = 'approved' ORDER BY g.id LIMIT {EACH}
"""
PARTS = (
    (DECIDE, ("requisition.approve",)),
    (ORDER, ("purchase.edit",)),
    (ARRIVES, ("receive", "purchase.edit")),
    (INSPECT, ("lot.decide",)),
    (PASSES, ("adjustment.approve",)),
    (GATE, ("adjustment.draft",)),
)
PAGES = {"decide": "requisition", "order": "requisition", "arrives": "purchase", "inspect": "lot", "pass": "gate-pass", "gate": "gate-pass"}


@dataclass(frozen=True)
class Waiting:
    """One thing: its kind (a key of ``PAGES``), number, what it is about, quantity with unit, the day, who or whence.

    For a lot ``key`` is its primary key and ``who`` its code.
    """

    kind: str
    key: str
    name: str
    name_zh: str
    quantity: Decimal | None
    unit: str
    on: date | None
    who: str

    @property
    def label(self) -> str:
        return in_language(self.name, self.name_zh)

    @property
    def number(self) -> str:
        return self.who if self.kind == "inspect" else self.key

    @property
    def url(self) -> str:
        return reverse(PAGES[self.kind], args=[self.key])

    @property
    def days_late(self) -> int:
        return max(0, (plant_today() - self.on).days) if self.kind == "arrives" and self.on else 0
