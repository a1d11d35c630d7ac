"""What each posting says of an order's quota line, as SQL that figures of any stretch of days are summed from (MAT-10).

Quantities count in the unit of the line's own item, a substitute's by its factor rounded move by move, just as the ledger counts them
into the quota line. Every text here is a constant of ours.
"""

from __future__ import annotations

from materials.models import ReturnType

ISSUED, REVERSED, SCRAPPED = "issued", "reversed", "scrapped"

# A reversed issue is a row of its own; a reversed return takes its return back on the day of the reversal.
ORDER_MOVES = """
    SELECT m.id AS move_id, m.quota_line_id, m.slip_id, m.lot_id, m.business_date,
        CASE
            WHEN u.id IS NOT NULL AND s.kind = 'order' THEN 'reversed'
            WHEN u.return_type <> '' THEN u.return_type
            WHEN u.id IS NOT NULL AND s.purpose = 'scrap' THEN 'scrapped'
            WHEN m.return_type <> '' THEN m.return_type
            WHEN t.kind = 'order' THEN 'issued'
            WHEN t.purpose = 'scrap' THEN 'scrapped'
        END AS figure,
        round(m.quantity * COALESCE(b.factor, 1), 6)
            * CASE WHEN u.return_type <> '' OR (u.id IS NOT NULL AND s.purpose = 'scrap') THEN -1 ELSE 1 END AS counted
    FROM materials_stockmove m
    JOIN materials_place s ON s.id = m.source_id
    JOIN materials_place t ON t.id = m.target_id
    JOIN materials_lot l ON l.id = m.lot_id
    LEFT JOIN materials_quotasubstitute b ON b.quota_line_id = m.quota_line_id AND b.item_id = l.item_id
    LEFT JOIN materials_stockmove u ON u.id = m.undoes_id
    WHERE m.quota_line_id IS NOT NULL AND (s.kind = 'order' AND t.purpose <> 'used' OR t.kind = 'order')
"""

SIGNS = {ISSUED: 1, REVERSED: -1, ReturnType.GOOD.value: -1, ReturnType.INCOMING_DEFECT.value: -1}
"""How a posting enters the net issue that the quota counts: an operation defect stays used."""

LOSSES = (ReturnType.OPERATION_DEFECT.value, SCRAPPED)
"""Material that was spoilt: it is paid for and no longer good for its order."""
