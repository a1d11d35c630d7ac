"""What stocktakes, adjustments and disposals want of a person today, and how many lots run out of time; ``store_day`` asks it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

EACH = 6
# ruff: noqa: S608 -- every piece is a constant of this module
# Counting and carrying out is the storekeeper's, deciding the manager's; nobody decides about a figure of their own.
HERE = "(%(all)s OR p.workshop_id IS NULL OR p.workshop_id = ANY(%(nodes)s))"
OF_LOT = "JOIN materials_lot l ON l.id = d.lot_id JOIN materials_item i ON i.id = l.item_id"
DUE = f"""
    SELECT 'due', p.id::text, p.name, '', 1::numeric, '', p.next_on, '' FROM materials_countplan p
    WHERE NOT p.is_ended AND p.next_on <= %(today)s AND {HERE} ORDER BY p.next_on LIMIT {EACH}
"""
COUNT = f"""
    SELECT 'count', c.number, p.name, '', (
        SELECT count(*) FROM materials_countline l WHERE l.count_id = c.id
        AND CASE WHEN l.is_recount_asked THEN l.recounted IS NULL ELSE l.counted IS NULL END
    )::numeric, '', c.planned_on, '' FROM materials_count c JOIN materials_countplan p ON p.id = c.plan_id
    WHERE c.status = 'counting' AND {HERE} ORDER BY c.planned_on LIMIT {EACH}
"""
APPROVE = f"""
    SELECT 'approve', c.number, p.name, '', 1::numeric, '', c.planned_on, ''
    FROM materials_count c JOIN materials_countplan p ON p.id = c.plan_id
    WHERE c.status = 'submitted' AND c.submitted_by_id <> %(me)s AND {HERE} AND NOT EXISTS (
        SELECT 1 FROM materials_countline l WHERE l.count_id = c.id AND %(me)s IN (l.counted_by_id, l.recounted_by_id)
    ) ORDER BY c.planned_on LIMIT {EACH}
"""
ADJUSTMENT = f"""
    SELECT 'adjustment', d.number, i.code, '', 1::numeric, '', NULL::date, '' FROM materials_adjustment d {OF_LOT}
    WHERE d.status = 'requested' AND d.drafted_by_id <> %(me)s ORDER BY d.drafted_at LIMIT {EACH}
"""
DISPOSAL = f"""
    SELECT 'disposal', d.number, i.code, '', 1::numeric, '', d.due_on, '' FROM materials_disposal d {OF_LOT}
    WHERE d.status = 'draft' AND d.drafted_by_id <> %(me)s ORDER BY d.due_on LIMIT {EACH}
"""
CARRY_OUT = f"""
    SELECT 'carry_out', d.number, i.code, '', 1::numeric, '', d.due_on, '' FROM materials_disposal d {OF_LOT}
    WHERE d.status = 'approved' ORDER BY d.due_on LIMIT {EACH}
"""
EXPIRING = """
    SELECT 'expiring', '', '', '', count(DISTINCT l.id)::numeric, '', min(l.expires_on), '' FROM materials_lot l
    WHERE l.expires_on <= %(until)s AND EXISTS (
        SELECT 1 FROM materials_balance b JOIN materials_place p ON p.id = b.place_id
        WHERE b.lot_id = l.id AND b.on_hand > 0 AND p.kind = 'bin'
    ) HAVING count(*) > 0
"""
PARTS = (
    (DUE, ("slip.post",)),
    (COUNT, ("slip.post",)),
    (APPROVE, ("adjustment.approve",)),
    (ADJUSTMENT, ("adjustment.approve",)),
    (DISPOSAL, ("adjustment.approve",)),
    (CARRY_OUT, ("slip.post",)),
    (EXPIRING, ("slip.post",)),
)
KINDS = ("due", "count", "approve", "adjustment", "disposal", "carry_out", "expiring")


@dataclass(frozen=True)
class Waits:
    """``kind`` says what is wanted: ``due``, ``count``, ``approve``, ``adjustment``, ``disposal``, ``carry_out``, ``expiring``.

    ``key`` is the number or id of its address, ``many`` the lines still to count or the lots that run out; ``on`` its day.
    """

    kind: str
    key: str
    words: str
    on: date | None
    many: int
    is_late: bool
