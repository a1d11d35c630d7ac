"""The store of a synthetic plant: each team has one production order a week, drawn in every shift.

Rows are those that work would have left, kept figures included; ``verify_ledger`` is asked whether they are.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

ITEMS, ITEMS_AN_ORDER, WEEK = 40, 4, 7
STOCK = 10**11  # units of each item at the beginning: no bin runs empty in a hundred years

# A week's order is of a product that its team makes in that week in one of four of its lines; see bench.history.REPORTS.
ORDERS = """
INSERT INTO plans_productionorder (number, product_id, quantity, workshop_id, team_id, start_on, due_on, status, version, made_at,
        released_at)
    SELECT 'B-O-' || t.code || '-' || to_char(w.monday, 'YYYYMMDD'),
           p.ids[1 + (t.id * 17 + w.n %% 4 * 3) %% array_length(p.ids, 1)], 10000, s.parent_id, t.id, w.monday, w.monday + 6,
           CASE WHEN w.monday + 6 < %(last)s THEN 'closed' ELSE 'released' END, 1, w.monday, w.monday
    FROM people_orgnode t
    JOIN people_orgspan s ON s.node_id = t.id AND s.valid_from = DATE '0001-01-01'
    CROSS JOIN (SELECT row_number() OVER (ORDER BY d) AS n, d::date AS monday
                FROM generate_series(%(first)s::timestamptz, %(last)s::timestamptz, '7 days') d) w,
         (SELECT array_agg(id ORDER BY id) AS ids FROM plans_product WHERE code LIKE 'B-%%') p
    WHERE t.code LIKE 'B-T%%'
    ORDER BY w.monday, t.id;
"""

STORE = """
INSERT INTO people_staff (staff_no, name, position, pay_type) VALUES ('B-STK', 'B-STK', '', ''), ('B-TLD', 'B-TLD', '', '');
INSERT INTO materials_item (code, name, name_zh, spec, grade, unit_id, item_class, barcode, standard_cost, lot_tracked, inspect_on_receipt,
        is_phantom, version)
    SELECT 'B-I' || lpad(n::text, 2, '0'), 'Item ' || n, '', '', '', (SELECT id FROM core_unit WHERE code = 'kg'), '', '',
           CASE WHEN n %% 10 > 0 THEN 3 + n * 0.25 END, FALSE, FALSE, FALSE, 1
    FROM generate_series(1, %(items)s) n;
INSERT INTO materials_lot (item_id, code, status, received_on)
    SELECT id, '', 'released', %(first)s FROM materials_item WHERE code LIKE 'B-%%';
INSERT INTO materials_place (code, name, name_zh, kind, purpose, item_class, is_closed, version)
    VALUES ('B-BIN', 'Bin', '', 'bin', 'stock', '', FALSE, 1);
INSERT INTO materials_place (code, name, name_zh, kind, purpose, item_class, order_id, is_closed, version)
    SELECT number, number, '', 'order', '', '', id, FALSE, 1 FROM plans_productionorder WHERE number LIKE 'B-O-%%';
INSERT INTO materials_quotaline (order_id, item_id, quota, supplement, issued, returned_good, returned_incoming_defect,
        returned_operation_defect)
    SELECT o.id, i.ids[1 + (o.id * 7 + n * 11) %% array_length(i.ids, 1)], 10000, 0, 0, 0, 0, 0
    FROM plans_productionorder o CROSS JOIN generate_series(1, %(lines)s) n,
         (SELECT array_agg(id ORDER BY id) AS ids FROM materials_item WHERE code LIKE 'B-%%') i
    WHERE o.number LIKE 'B-O-%%' ORDER BY o.id, n;
INSERT INTO materials_quotastandard (quota_line_id, per_unit, fixed)
    SELECT q.id, 0.8 + q.id %% 5 * 0.05, 0
    FROM materials_quotaline q JOIN plans_productionorder o ON o.id = q.order_id WHERE o.number LIKE 'B-O-%%';
"""

# In every shift of the order's week an issue; a tenth of the orders bring something back on the last day.
SLIPS = """
INSERT INTO materials_slip (number, kind, status, order_id, return_type, business_date, receiver_id, posted_by_id, posted_at, confirmed_at,
        reason, purpose)
    SELECT 'B-ISS-' || o.id || '-' || day.d || '-' || shift, 'issue', 'confirmed', o.id, '', o.start_on + day.d, tld.id, stk.id,
           o.start_on + day.d, o.start_on + day.d, '', ''
    FROM plans_productionorder o CROSS JOIN generate_series(0, 6) AS day(d) CROSS JOIN generate_series(1, %(shifts)s) shift,
         people_staff tld, people_staff stk
    WHERE o.number LIKE 'B-O-%%' AND tld.staff_no = 'B-TLD' AND stk.staff_no = 'B-STK' AND o.start_on + day.d <= %(last)s
    ORDER BY o.start_on + day.d, shift, o.id;
INSERT INTO materials_slip (number, kind, status, order_id, return_type, business_date, receiver_id, posted_by_id, posted_at, confirmed_at,
        reason, purpose)
    SELECT 'B-RET-' || o.id, 'return', 'confirmed', o.id, 'good', o.due_on, tld.id, stk.id, o.due_on, o.due_on, '', ''
    FROM plans_productionorder o, people_staff tld, people_staff stk
    WHERE o.number LIKE 'B-O-%%' AND tld.staff_no = 'B-TLD' AND stk.staff_no = 'B-STK' AND o.id %% 10 = 0 AND o.due_on <= %(last)s
    ORDER BY o.due_on, o.id;
INSERT INTO materials_stockmove (slip_id, line, lot_id, source_id, target_id, quantity, quota_line_id, return_type, business_date)
    SELECT s.id, row_number() OVER (PARTITION BY s.id ORDER BY q.id), l.id,
           CASE s.kind WHEN 'issue' THEN bin.id ELSE at_order.id END, CASE s.kind WHEN 'issue' THEN at_order.id ELSE bin.id END,
           CASE s.kind WHEN 'issue' THEN 100 + (s.id + q.id) %% 40 ELSE 25 END, q.id, s.return_type, s.business_date
    FROM materials_slip s
    JOIN materials_quotaline q ON q.order_id = s.order_id
    JOIN materials_lot l ON l.item_id = q.item_id
    JOIN materials_place at_order ON at_order.order_id = s.order_id
    JOIN materials_place bin ON bin.code = 'B-BIN'
    WHERE s.number LIKE 'B-%%' ORDER BY s.id, q.id;
INSERT INTO materials_slip (number, kind, status, return_type, business_date, posted_by_id, posted_at, confirmed_at, reason, purpose)
    SELECT 'B-OPEN', 'opening', 'posted', '', %(first)s, stk.id, %(first)s, NULL, '', '' FROM people_staff stk WHERE stk.staff_no = 'B-STK';
INSERT INTO materials_stockmove (slip_id, line, lot_id, source_id, target_id, quantity, quota_line_id, return_type, business_date)
    SELECT s.id, row_number() OVER (ORDER BY l.id), l.id, supplier.id, bin.id, %(stock)s, NULL, '', %(first)s
    FROM materials_slip s, materials_lot l JOIN materials_item i ON i.id = l.item_id AND i.code LIKE 'B-%%',
         materials_place supplier, materials_place bin
    WHERE s.number = 'B-OPEN' AND supplier.kind = 'outside' AND supplier.purpose = 'adjustment' AND bin.code = 'B-BIN';
"""

# What the database keeps of all that.
KEPT = """
UPDATE materials_quotaline q SET issued = d.issued, returned_good = d.returned
    FROM (SELECT m.quota_line_id, sum(m.quantity) FILTER (WHERE m.return_type = '') AS issued,
                 coalesce(sum(m.quantity) FILTER (WHERE m.return_type = 'good'), 0) AS returned
          FROM materials_stockmove m WHERE m.quota_line_id IS NOT NULL GROUP BY 1) d
    WHERE d.quota_line_id = q.id;
INSERT INTO materials_balance (place_id, lot_id, on_hand)
    SELECT place_id, lot_id, sum(quantity) FROM (
        SELECT target_id AS place_id, lot_id, quantity FROM materials_stockmove
        UNION ALL SELECT source_id, lot_id, -quantity FROM materials_stockmove
    ) moved JOIN materials_place p ON p.id = moved.place_id AND p.kind <> 'outside'
    GROUP BY place_id, lot_id;
"""


def make_orders(values: dict[str, Any]) -> None:
    """The orders that report lines are of; before them, and with triggers off."""
    with connection.cursor() as cursor:
        cursor.execute(ORDERS, values)


def make_store(values: dict[str, Any]) -> None:
    """Items, quotas, slips, moves, and what is kept of them; with triggers off."""
    values = values | {"items": ITEMS, "lines": ITEMS_AN_ORDER, "stock": STOCK}
    with connection.cursor() as cursor:
        for made in (STORE, SLIPS, KEPT):
            cursor.execute(made, values)


def require_true_ledger() -> None:
    from materials.services import verify_ledger

    wrong = verify_ledger()
    if wrong:
        raise SystemExit(f"the store that was made is wrong: {wrong[:3]}")
