"""The SQL of the material of a month. Every text here is a constant of ours; values go in as parameters only.

``EVENTS`` is the one place that says what counts: postings of the store on orders, grants of supplements, use that daily reports say, and
the standard for what they report. Each row stands on its business date where the order's team (its workshop where it has none) stood
then, in the unit of the quota line's item; ``figure`` says what it adds to.
"""

from __future__ import annotations

from materials.selectors.consumption import COUNTED_USE, OUTPUT, STANDARD_FOR, USES_OF_LINE
from materials.selectors.order_moves import LOSSES, ORDER_MOVES, SIGNS

RETURNS = ("good", "incoming_defect", "operation_defect")

# The standard of a line rises with the output of its order's furthest process, so what a day adds is the standard for all that is made by
# then less that for what was made before: months add up, a set-up loss counts once, and rounding never twice. It counts from the day of
# the line's first issue on, since before it there is nothing to compare with.
# Orders, their slips and their lines are looked up one order after the other (``OFFSET 0`` keeps it so): what a month costs hangs on the
# orders that were at work in it. Joined as a whole, Postgres reads the ledger from its first day.
# ruff: noqa: S608 -- every piece is a constant of ours
EVENTS = f"""
teams AS (
    SELECT path.node_id FROM people_orgpath path
    WHERE path.valid_from <= %(ends_on)s AND path.valid_to > %(starts_on)s AND {{place_scope}}
), active AS (
    SELECT slip.order_id FROM materials_slip slip WHERE slip.business_date BETWEEN %(starts_on)s AND %(ends_on)s
    UNION
    SELECT lines.order_id FROM plans_dailyreport report
    CROSS JOIN LATERAL (SELECT line.order_id FROM plans_dailyreportline line WHERE line.report_id = report.id OFFSET 0) lines
    WHERE report.business_date BETWEEN %(starts_on)s AND %(ends_on)s
    UNION
    SELECT q.order_id FROM materials_supplementgrant g JOIN materials_quotaline q ON q.id = g.quota_line_id
    WHERE (g.at AT TIME ZONE %(zone)s)::date BETWEEN %(starts_on)s AND %(ends_on)s
), orders AS MATERIALIZED (
    SELECT o.id AS order_id, o.product_id, coalesce(o.team_id, o.workshop_id) AS node_id
    FROM active JOIN plans_productionorder o ON o.id = active.order_id
    WHERE coalesce(o.team_id, o.workshop_id) IN (SELECT node_id FROM teams) AND {{product_scope}}
), quota AS MATERIALIZED (
    SELECT line.id, orders.order_id, line.item_id, orders.product_id, orders.node_id
    FROM orders CROSS JOIN LATERAL (SELECT q.id, q.item_id FROM materials_quotaline q WHERE q.order_id = orders.order_id OFFSET 0) line
), moved AS MATERIALIZED (
    SELECT d.* FROM orders CROSS JOIN LATERAL (
        {ORDER_MOVES} AND m.business_date <= %(ends_on)s
            AND m.slip_id IN (SELECT slip.id FROM materials_slip slip WHERE slip.order_id = orders.order_id)
        OFFSET 0
    ) d
), drawn AS (
    SELECT quota_line_id, min(business_date) AS since FROM moved WHERE figure = 'issued' GROUP BY quota_line_id
), made AS MATERIALIZED (
    SELECT found.* FROM orders CROSS JOIN LATERAL (
        SELECT l.id, l.order_id, l.process_id, l.report_id, r.business_date AS day, {OUTPUT} AS done
        FROM plans_dailyreportline l
        JOIN plans_dailyreport r ON r.id = l.report_id AND r.status IN ('submitted', 'approved')
        WHERE l.order_id = orders.order_id AND r.business_date <= %(ends_on)s
        OFFSET 0
    ) found
), said AS MATERIALIZED (
    SELECT q.id, l.report_id, l.process_id, l.day, l.done, u.used
    FROM quota q
    JOIN made l ON l.order_id = q.order_id
    JOIN LATERAL (SELECT sum({COUNTED_USE}) AS used FROM {USES_OF_LINE}) u ON u.used IS NOT NULL
), outputs AS (
    SELECT q.id, 'standard' AS figure, l.process_id, greatest(l.day, drawn.since) AS day, l.done
    FROM quota q JOIN drawn ON drawn.quota_line_id = q.id JOIN made l ON l.order_id = q.order_id
    UNION ALL
    SELECT id, 'use_standard', process_id, day, done FROM said
), by_process AS (
    SELECT id, figure, day, sum(sum(done)) OVER (PARTITION BY id, figure, process_id ORDER BY day) AS done
    FROM outputs GROUP BY id, figure, process_id, day
), furthest AS (
    SELECT DISTINCT id, figure, day, max(done) OVER (PARTITION BY id, figure ORDER BY day) AS done FROM by_process
), due AS (
    SELECT f.id, f.figure, f.day, {STANDARD_FOR.format(output="f.done")} AS until_then
    FROM furthest f
    JOIN materials_quotastandard s ON s.quota_line_id = f.id
    JOIN quota q ON q.id = f.id JOIN materials_item i ON i.id = q.item_id JOIN core_unit u ON u.id = i.unit_id
), events AS (
    SELECT quota_line_id AS line, business_date AS day, figure, slip_id AS document, move_id AS entry, counted AS quantity
    FROM moved WHERE figure IS NOT NULL
    UNION ALL
    SELECT g.quota_line_id, (g.at AT TIME ZONE %(zone)s)::date, 'supplement', g.supplement_id, g.id, g.quantity
    FROM materials_supplementgrant g WHERE g.quota_line_id IN (SELECT id FROM quota)
    UNION ALL
    SELECT id, day, 'used', report_id, NULL, sum(used) FROM said GROUP BY id, day, report_id
    UNION ALL
    SELECT id, day, figure, NULL, NULL, until_then - coalesce(lag(until_then) OVER (PARTITION BY id, figure ORDER BY day), 0) FROM due
), placed AS (
    SELECT e.*, u.reason, q.order_id, q.item_id AS item, q.product_id AS product,
           i.standard_cost AS cost, e.quantity * i.standard_cost AS value,
           s.id IS NOT NULL AS is_at_standard, path.workshop_id AS workshop, path.team_id AS team
    FROM events e
    JOIN quota q ON q.id = e.line
    JOIN materials_item i ON i.id = q.item_id
    JOIN people_orgpath path ON path.node_id = q.node_id AND path.valid_from <= e.day AND path.valid_to > e.day AND {{place_scope}}
    LEFT JOIN materials_quotastandard s ON s.quota_line_id = q.id
    LEFT JOIN materials_supplement u ON e.figure = 'supplement' AND u.id = e.document
    WHERE e.day BETWEEN %(starts_on)s AND %(ends_on)s
)"""


def _any(figures: tuple[str, ...]) -> str:
    return "figure IN ({})".format(", ".join(f"'{figure}'" for figure in figures))


_SIGN = "CASE figure {} END".format(" ".join(f"WHEN '{figure}' THEN {sign}" for figure, sign in SIGNS.items()))
NET = tuple(SIGNS)
# By figure: which events it sums, and how each enters; also what the page of its rows shows.
SIGNED: dict[str, tuple[str, str]] = {
    "net_issue": (_any(NET), _SIGN),
    "issue_at_standard": (f"{_any(NET)} AND is_at_standard", _SIGN),
    "standard": ("figure = 'standard'", "1"),
    "variance": (f"({_any(NET)} AND is_at_standard OR figure = 'standard')", f"CASE figure WHEN 'standard' THEN -1 ELSE {_SIGN} END"),
    "used": ("figure = 'used'", "1"),
    "use_standard": ("figure = 'use_standard'", "1"),
    "use_variance": (
        "(figure = 'used' AND is_at_standard OR figure = 'use_standard')", "CASE figure WHEN 'use_standard' THEN -1 ELSE 1 END",
    ),
    "supplement": ("figure = 'supplement'", "1"),
    **{f"returned_{kind}": (f"figure = '{kind}'", "1") for kind in RETURNS},
    "material_loss": (_any(LOSSES), "1"),
}  # fmt: skip
# Without any output there is no standard, and without a report no use: no data, not 0. Of the others nothing is nothing. What was drawn
# without output is all above the standard, so that teams sum to the plant; a rate of it there is none.
NO_DATA_WITHOUT_ROWS = ("standard", "variance", "used", "use_standard", "use_variance")


def _sum(name: str, what: str) -> str:
    where, sign = SIGNED[name]
    total = f"sum({what} * {sign}) FILTER (WHERE {where})"
    return total if name in NO_DATA_WITHOUT_ROWS else f"CASE WHEN count(*) FILTER (WHERE {where}) = 0 THEN 0 ELSE {total} END"


SLIPS = {
    "supplements": "supplement",
    **{f"returns_{kind}": kind for kind in RETURNS},
}
SUMS = {
    **{name: _sum(name, "quantity") for name in SIGNED},
    **{f"{name}_value": _sum(name, "value") for name in SIGNED},
    **{name: f"(count(DISTINCT document) FILTER (WHERE figure = '{figure}' AND quantity > 0))::numeric" for name, figure in SLIPS.items()},
    "unpriced": "(count(DISTINCT item) FILTER (WHERE cost IS NULL))::numeric",
}
