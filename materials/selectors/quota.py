"""An order's quota as programs read it: what it may draw, has drawn, holds, and could be given (FORMATS section 3)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from core.clock import plant_today
from core.quantities import plain
from plans.models import ProductionOrder

ZERO = Decimal(0)
# What a substitute holds counts as it was issued: by its factor. On hand is what may be issued of the item itself.
FIGURES = """
    SELECT i.code, u.code, u.decimals, q.quota, q.supplement, q.issued, q.returned_good, q.returned_incoming_defect,
           q.returned_operation_defect, COALESCE(h.held, 0), COALESCE(s.on_hand, 0)
    FROM materials_quotaline q
    JOIN materials_item i ON i.id = q.item_id JOIN core_unit u ON u.id = i.unit_id
    LEFT JOIN LATERAL (
        SELECT sum(round(b.on_hand * COALESCE(f.factor, 1), 6)) AS held
        FROM materials_place p JOIN materials_balance b ON b.place_id = p.id JOIN materials_lot l ON l.id = b.lot_id
        LEFT JOIN materials_quotasubstitute f ON f.quota_line_id = q.id AND f.item_id = l.item_id
        WHERE p.order_id = q.order_id AND (l.item_id = q.item_id OR f.id IS NOT NULL)
    ) h ON true
    LEFT JOIN LATERAL (
        SELECT sum(b.on_hand) AS on_hand
        FROM materials_lot l JOIN materials_balance b ON b.lot_id = l.id JOIN materials_place p ON p.id = b.place_id
        WHERE l.item_id = q.item_id AND l.status IN ('released', 'concession') AND COALESCE(l.expires_on, DATE '9999-12-31') >= %(today)s
            AND p.kind = 'bin' AND p.purpose IN ('stock', 'line_side')
    ) s ON true
    WHERE q.order_id = %(order)s ORDER BY q.id
"""


@dataclass(frozen=True)
class QuotaFigures:
    """One quota line in the unit of its item; ``held`` is what the order's place holds, ``on_hand`` what may be issued today."""

    item: str
    unit: str
    decimals: int
    quota: Decimal
    supplement: Decimal
    issued: Decimal
    returned_good: Decimal
    returned_incoming_defect: Decimal
    returned_operation_defect: Decimal
    held: Decimal
    on_hand: Decimal

    @property
    def left(self) -> Decimal:
        return self.quota + self.supplement - self.issued + self.returned_good + self.returned_incoming_defect

    def shown(self, figure: Decimal) -> str:
        """With the unit's decimals; a figure that substitutes made finer keeps its digits."""
        padded = figure.quantize(Decimal(1).scaleb(-self.decimals))
        return f"{padded:f}" if padded == figure else plain(figure)


def quota_figures(order: ProductionOrder) -> list[QuotaFigures]:
    """In the order of the bill; one statement however many lines."""
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, {"order": order.pk, "today": plant_today()})
        return [QuotaFigures(*row) for row in cursor.fetchall()]
