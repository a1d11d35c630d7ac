"""The ledger recomputed from its moves: both must tell the same to the last decimal (DESIGN 3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection


@dataclass(frozen=True)
class Difference:
    """A kept figure that is not what the moves say."""

    what: str
    kept: Decimal
    counted: Decimal

    def __str__(self) -> str:
        return f"{self.what}: kept {self.kept:f}, counted {self.counted:f}"


BALANCES = """
    WITH counted AS (
        SELECT place_id, lot_id, sum(delta) AS on_hand FROM (
            SELECT source_id AS place_id, lot_id, -quantity AS delta FROM materials_stockmove
            UNION ALL SELECT target_id, lot_id, quantity FROM materials_stockmove
        ) both_sides JOIN materials_place p ON p.id = place_id AND p.kind <> 'outside' GROUP BY place_id, lot_id
    )
    SELECT format('balance of %s %s at %s', i.code, l.code, p.code), COALESCE(b.on_hand, 0), COALESCE(c.on_hand, 0)
    FROM materials_balance b FULL JOIN counted c ON c.place_id = b.place_id AND c.lot_id = b.lot_id
    JOIN materials_place p ON p.id = COALESCE(b.place_id, c.place_id)
    JOIN materials_lot l ON l.id = COALESCE(b.lot_id, c.lot_id) JOIN materials_item i ON i.id = l.item_id
    WHERE COALESCE(b.on_hand, 0) <> COALESCE(c.on_hand, 0)
"""

QUOTAS = """
    WITH moves AS (
        SELECT m.quota_line_id, m.return_type, m.undoes_id, s.kind AS from_kind, t.kind AS to_kind, u.return_type AS undone_type,
               round(m.quantity * COALESCE(b.factor, 1), 6) AS counted
        FROM materials_stockmove m
        JOIN materials_place s ON s.id = m.source_id JOIN materials_place t ON t.id = m.target_id
        JOIN materials_lot l ON l.id = m.lot_id
        LEFT JOIN materials_quotasubstitute b ON b.quota_line_id = m.quota_line_id AND b.item_id = l.item_id
        LEFT JOIN materials_stockmove u ON u.id = m.undoes_id
        WHERE m.quota_line_id IS NOT NULL
    ), counted AS (
        SELECT quota_line_id,
            COALESCE(sum(counted) FILTER (WHERE to_kind = 'order' AND undoes_id IS NULL), 0) AS issued,
            COALESCE(sum(counted) FILTER (WHERE return_type = 'good' OR (undoes_id IS NOT NULL AND from_kind = 'order')), 0)
                - COALESCE(sum(counted) FILTER (WHERE undone_type = 'good'), 0) AS good,
            COALESCE(sum(counted) FILTER (WHERE return_type = 'incoming_defect'), 0)
                - COALESCE(sum(counted) FILTER (WHERE undone_type = 'incoming_defect'), 0) AS incoming,
            COALESCE(sum(counted) FILTER (WHERE return_type = 'operation_defect'), 0)
                - COALESCE(sum(counted) FILTER (WHERE undone_type = 'operation_defect'), 0) AS operation
        FROM moves GROUP BY quota_line_id
    ), granted AS (
        SELECT quota_line_id, sum(quantity) AS supplement FROM materials_supplementgrant GROUP BY quota_line_id
    ), figures AS (
        SELECT q.id, o.number, i.code, f.name, f.kept, COALESCE(f.counted, 0) AS counted
        FROM materials_quotaline q
        JOIN plans_productionorder o ON o.id = q.order_id JOIN materials_item i ON i.id = q.item_id
        LEFT JOIN counted c ON c.quota_line_id = q.id LEFT JOIN granted g ON g.quota_line_id = q.id
        CROSS JOIN LATERAL (VALUES
            ('issued', q.issued, c.issued), ('returned good', q.returned_good, c.good),
            ('returned, incoming defect', q.returned_incoming_defect, c.incoming),
            ('returned, operation defect', q.returned_operation_defect, c.operation), ('supplement', q.supplement, g.supplement)
        ) AS f(name, kept, counted)
    )
    SELECT format('%s of %s on %s', name, code, number), kept, counted FROM figures WHERE kept <> counted
"""


def verify_ledger() -> list[Difference]:
    """Every balance and every quota figure that is not the sum of its moves; empty when the ledger is whole."""
    differences = []
    for question in (BALANCES, QUOTAS):
        with connection.cursor() as cursor:
            cursor.execute(question)
            differences += [Difference(*row) for row in cursor.fetchall()]
    return differences
