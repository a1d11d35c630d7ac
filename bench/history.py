"""A synthetic plant with as long a history as is asked for, made by the database itself: ten workshops, sixty teams, two hundred products,
their reports and plans, and the store's moves on their orders, two for every five report lines.

A team makes eight of the products, in three processes, as teams do.

Rows are those that work would have left; only the triggers that watch people's hands are off while they are made.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection

from bench.databases import turn_to
from bench.stores import make_orders, make_store, require_true_ledger

WORKSHOPS, TEAMS, PRODUCTS, PROCESSES, SHIFTS, LINES_A_REPORT = 10, 60, 200, 8, 3, 10
LAST_DAY = date(2026, 10, 31)

ORGANISATION = """
INSERT INTO people_orgnode (code, kind)
    SELECT 'B-PLANT', 'plant' UNION ALL
    SELECT 'B-W' || lpad(n::text, 2, '0'), 'workshop' FROM generate_series(1, %(workshops)s) n UNION ALL
    SELECT 'B-T' || lpad(n::text, 2, '0'), 'team' FROM generate_series(1, %(teams)s) n;
INSERT INTO people_orgspan (node_id, valid_from, parent_id, name, name_zh, leader_staff_no)
    SELECT n.id, DATE '0001-01-01', p.id, n.code, '', '' FROM people_orgnode n
    LEFT JOIN people_orgnode p ON p.code = CASE n.kind
        WHEN 'workshop' THEN 'B-PLANT'
        WHEN 'team' THEN 'B-W' || lpad((substr(n.code, 4)::int %% %(workshops)s + 1)::text, 2, '0') END
    WHERE n.code LIKE 'B-%%';
INSERT INTO people_orgspan (node_id, valid_from, parent_id, name, name_zh, leader_staff_no)
    SELECT n.id, DATE '2026-10-15', p.id, n.code, '', '' FROM people_orgnode n, people_orgnode p
    WHERE n.code IN ('B-T01', 'B-T02', 'B-T03') AND p.code = 'B-W09';
"""

MASTER = """
INSERT INTO people_shift (code, name, name_zh, starts_at, ends_at, break_minutes)
    SELECT 'B-S' || n, 'Shift ' || n, '', make_time((n - 1) * 8, 0, 0), make_time(n * 8 %% 24, 0, 0), 30
    FROM generate_series(1, %(shifts)s) n;
INSERT INTO plans_process (code, name, name_zh, is_key, is_final)
    SELECT 'B-C' || n, 'Process ' || n, '', FALSE, n = %(processes)s FROM generate_series(1, %(processes)s) n;
INSERT INTO plans_product (code, name, name_zh, spec, unit_id)
    SELECT 'B-P' || lpad(n::text, 3, '0'), 'Product ' || n, '', '', (SELECT id FROM core_unit WHERE code = 'pcs')
    FROM generate_series(1, %(products)s) n;
INSERT INTO plans_standardhours (product_id, part, process_id, valid_from, hours_per_unit)
    SELECT p.id, part, CASE WHEN v.own THEN c.id END, starts, 0.01 + (p.id + coalesce(c.id, 0)) %% 7 * 0.01
    FROM plans_product p, (VALUES (TRUE), (FALSE)) v(own), plans_process c, unnest(ARRAY['a', 'b']) part,
         unnest(ARRAY[DATE '0001-01-01', DATE '2026-01-01', DATE '2026-10-10']) starts
    WHERE p.code LIKE 'B-%%' AND c.code LIKE 'B-%%' AND p.id %% 10 <> 0 AND (v.own AND c.id %% 2 = 0 OR NOT v.own AND c.code = 'B-C1');
"""

REPORTS = """
INSERT INTO plans_dailyreport (business_date, shift_id, team_id, status, version, made_at, submitted_at, reopen_reason)
    SELECT day.d::date, s.id, t.id, 'submitted', 1, day.d, day.d, ''
    FROM generate_series(%(first)s::timestamptz, %(last)s::timestamptz, '1 day') AS day(d)
    CROSS JOIN people_shift s CROSS JOIN people_orgnode t WHERE s.code LIKE 'B-%%' AND t.kind = 'team' AND t.code LIKE 'B-%%'
    ORDER BY day.d, t.id, s.id;
INSERT INTO plans_dailyreportline (report_id, product_id, process_id, order_id, planned_qty, good_qty, rework_qty, scrap_qty, recovered_qty,
        attended_hours, productive_hours, excused_loss_hours, downtime_hours, downtime_reason, remark)
    SELECT r.id, made.product_id, c.ids[1 + (r.team_id %% 4 * 2 + n %% 3) %% array_length(c.ids, 1)], o.id,
           CASE WHEN n %% 5 > 0 THEN 100 + r.id %% 50 END, 90 + (r.id + n) %% 60, n %% 3, (r.id + n) %% 4, n %% 2,
           8 + n %% 4, 7.5, (r.id %% 3) * 0.25, 0, '', ''
    FROM (SELECT array_agg(id ORDER BY id) AS ids FROM plans_product WHERE code LIKE 'B-%%') p,
         (SELECT array_agg(id ORDER BY id) AS ids FROM plans_process WHERE code LIKE 'B-%%') c,
         plans_dailyreport r CROSS JOIN generate_series(1, %(lines)s) n
    CROSS JOIN LATERAL (SELECT p.ids[1 + (r.team_id * 17 + n %% 4 * 3 + r.id %% 2) %% array_length(p.ids, 1)] AS product_id) made
    LEFT JOIN plans_productionorder o
        ON o.team_id = r.team_id AND o.product_id = made.product_id AND r.business_date BETWEEN o.start_on AND o.due_on
    ORDER BY r.id, n;
"""

# Four lines of five have a plan line, with another figure than the report's own; a report in ten leaves a planned product unreported.
PLANS = """
INSERT INTO plans_planline (business_date, shift_id, team_id, product_id, process_id, planned_qty, note, status, version, made_at, query)
    SELECT r.business_date, r.shift_id, r.team_id, l.product_id, l.process_id, l.planned_qty + 5, '', 'to_confirm', 1, r.made_at, ''
    FROM plans_dailyreport r JOIN plans_dailyreportline l ON l.report_id = r.id WHERE l.planned_qty IS NOT NULL
    UNION ALL
    SELECT r.business_date, r.shift_id, r.team_id, p.id, NULL, 40, '', 'to_confirm', 1, r.made_at, ''
    FROM plans_dailyreport r JOIN plans_product p ON p.code = 'B-P' || lpad((1 + r.id %% %(products)s)::text, 3, '0') WHERE r.id %% 10 = 0
    ORDER BY 1, 3, 2;
"""


def make_history(lines: int, *, a_report: int = LINES_A_REPORT) -> None:
    """At least ``lines`` report lines that end on the last day of October 2026, so many in each report."""
    a_day = TEAMS * SHIFTS * a_report
    days = -(-lines // a_day)
    values = {
        "workshops": WORKSHOPS,
        "teams": TEAMS,
        "products": PRODUCTS,
        "processes": PROCESSES,
        "shifts": SHIFTS,
        "lines": a_report,
        "first": LAST_DAY - timedelta(days=days - 1),
        "last": LAST_DAY,
    }
    with connection.cursor() as cursor:
        cursor.execute(ORGANISATION, values)
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(MASTER, values)
        make_orders(values)
        cursor.execute(REPORTS, values)
        cursor.execute(PLANS, values)
        make_store(values)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")
    require_true_ledger()


def turn_to_history(lines: int, *, a_report: int = LINES_A_REPORT) -> int:
    """Turn Django to the database with that history, made once and kept; how many lines there are."""
    name = f"history_{lines}" if a_report == LINES_A_REPORT else f"history_{lines}_by_{a_report}"
    turn_to(name, lambda: make_history(lines, a_report=a_report))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM plans_dailyreportline")
        return int(cursor.fetchone()[0])
