"""The SQL that figures are made of. Every text here is a constant of ours; values go in as parameters only.

``COUNTED`` is the one place that says which rows count and what stands beside each: lines of submitted and approved reports with the plan
lines of their keys, plan lines of finished shifts that nobody reported on, the organisation of the business date, and the standard
valid on it. Another population (scrapped defects) joins it with ``UNION ALL``.
"""

from __future__ import annotations

# A part's standard holds from its date until the part's next row; parts of one key add up. A key changes only on the dates at which
# one of its parts does, so a month has one or two rows per key and the lines join them by hash.
STANDARDS = """
standing AS (
    SELECT product_id, process_id, hours_per_unit, valid_from,
           lead(valid_from, 1, DATE '9999-12-31') OVER (PARTITION BY product_id, process_id, part ORDER BY valid_from) AS valid_to
    FROM plans_standardhours WHERE valid_from <= %(ends_on)s
), changes AS (
    SELECT DISTINCT product_id, process_id, greatest(valid_from, %(starts_on)s::date) AS starts
    FROM standing WHERE valid_to > %(starts_on)s
), standards AS (
    SELECT c.product_id, c.process_id, c.starts, sum(s.hours_per_unit) AS hours,
           lead(c.starts, 1, DATE '9999-12-31') OVER (PARTITION BY c.product_id, c.process_id ORDER BY c.starts) AS ends
    FROM changes c
    JOIN standing s ON s.product_id = c.product_id AND s.process_id IS NOT DISTINCT FROM c.process_id
                   AND s.valid_from <= c.starts AND s.valid_to > c.starts
    GROUP BY c.product_id, c.process_id, c.starts
)"""

# The plan line of a report line's key is its plan, whatever the report says; one whose finished shift has no counted report line is a row
# of its own, with good 0. Both sides have the same key, so one full join of them finds the three cases in a single pass. Where a team stood
# that day is asked after that, once a row: a join by ranges of days, of whose size the planner knows little, comes last.
COUNTED = """
teams AS (
    SELECT path.node_id FROM people_orgpath path
    WHERE path.valid_from <= %(ends_on)s AND path.valid_to > %(starts_on)s AND {place_scope}
), reported AS (
    SELECT line.id AS line_id, line.report_id, line.order_id, report.business_date AS day, report.shift_id AS shift,
           report.team_id AS team, line.product_id AS product, line.process_id AS process,
           line.planned_qty, line.good_qty, line.recovered_qty, line.rework_qty, line.scrap_qty,
           line.attended_hours, line.productive_hours, line.excused_loss_hours, line.downtime_hours
    FROM plans_dailyreport report
    JOIN plans_dailyreportline line ON line.report_id = report.id
    WHERE report.status IN ('submitted', 'approved')
      AND report.business_date BETWEEN %(starts_on)s AND %(ends_on)s
      AND report.team_id IN (SELECT node_id FROM teams) AND {reported_scope}
), planned AS (
    SELECT plan.id AS plan_id, plan.order_id, plan.business_date AS day, plan.shift_id AS shift, plan.team_id AS team,
           plan.product_id AS product, plan.process_id AS process, plan.planned_qty,
           plan.business_date + plan_shift.ends_at
               + CASE WHEN plan_shift.ends_at <= plan_shift.starts_at THEN INTERVAL '1 day' ELSE INTERVAL '0' END <= %(now)s AS is_over
    FROM plans_planline plan
    JOIN people_shift plan_shift ON plan_shift.id = plan.shift_id
    WHERE plan.status <> 'withdrawn'
      AND plan.business_date BETWEEN %(starts_on)s AND %(ends_on)s
      AND plan.team_id IN (SELECT node_id FROM teams) AND {planned_scope}
), counted AS (
    SELECT r.line_id, r.report_id, plan.plan_id, coalesce(r.order_id, plan.order_id) AS order_id, coalesce(r.day, plan.day) AS day,
           coalesce(r.shift, plan.shift) AS shift, path.id AS path, coalesce(r.product, plan.product) AS product,
           coalesce(r.process, plan.process) AS process, coalesce(own.hours, whole.hours) AS hours,
           coalesce(plan.planned_qty, r.planned_qty) IS NOT NULL AS is_planned,
           coalesce(plan.planned_qty, r.planned_qty) AS planned_qty,
           coalesce(r.good_qty, 0) AS good_qty, coalesce(r.recovered_qty, 0) AS recovered_qty,
           coalesce(r.rework_qty, 0) AS rework_qty, coalesce(r.scrap_qty, 0) AS scrap_qty,
           coalesce(r.attended_hours, 0) AS attended_hours, r.productive_hours,
           coalesce(r.excused_loss_hours, 0) AS excused_loss_hours, coalesce(r.downtime_hours, 0) AS downtime_hours
    FROM reported r
    FULL JOIN planned plan ON plan.day = r.day AND plan.team = r.team AND plan.shift = r.shift AND plan.product = r.product
                          AND coalesce(plan.order_id, 0) = coalesce(r.order_id, 0)
                          AND coalesce(plan.process, 0) = coalesce(r.process, 0)
    JOIN people_orgpath path ON path.node_id = coalesce(r.team, plan.team)
                            AND path.valid_from <= coalesce(r.day, plan.day) AND path.valid_to > coalesce(r.day, plan.day)
                            AND {place_scope}
    LEFT JOIN standards own ON own.product_id = coalesce(r.product, plan.product)
                           AND own.process_id = coalesce(r.process, plan.process)
                           AND own.starts <= coalesce(r.day, plan.day) AND own.ends > coalesce(r.day, plan.day)
    LEFT JOIN standards whole ON whole.product_id = coalesce(r.product, plan.product) AND whole.process_id IS NULL
                             AND whole.starts <= coalesce(r.day, plan.day) AND whole.ends > coalesce(r.day, plan.day)
    WHERE r.line_id IS NOT NULL OR plan.is_over
)"""

# What a counted row only points at; joined after the lines are summed, when there are few rows left.
NAMED = """
    JOIN people_orgpath place ON place.id = {rows}.path
    JOIN plans_product item ON item.id = {rows}.product
    LEFT JOIN plans_process step ON step.id = {rows}.process
"""

SCOPES = {kind: f"path.{kind}_id = %({{}})s" for kind in ("plant", "workshop", "section", "team")}

# The plant's month of a day: moved back to the first, then named after the month in which it ends.
MONTH_OF_DAY = "to_char((day - %(days_back)s::int) + make_interval(months => %(months_on)s::int), 'YYYY-MM')"

# The ISO week of a business date. Of a month only the days of the month are counted, so a week is cut at its borders and weeks sum to it.
WEEK_OF_DAY = """to_char(day, 'IYYY-"W"IW')"""

# Lines are first summed into groups of one place, product, process and standard, planned or not: within such a group every figure
# follows from these plain sums, so a line is joined to no more than it is counted by, and multiplications happen once a group.
ALIKE = ("path", "product", "process", "hours", "is_planned")
PLAIN_SUMS = {
    "planned": "sum(planned_qty)",
    "good": "sum(good_qty)",
    "recovered": "sum(recovered_qty)",
    "rework": "sum(rework_qty)",
    "scrap": "sum(scrap_qty)",
    "attended_hours": "sum(attended_hours)",
    "productive_hours": "sum(productive_hours)",
    "excused_loss_hours": "sum(excused_loss_hours)",
    "downtime_hours": "sum(downtime_hours)",
    # Of every row, one product of a team's shift, no more than was planned of it.
    "mixed": "sum(least(good_qty + recovered_qty, planned_qty)) FILTER (WHERE is_planned)",
    "hours_with_productive": "sum(attended_hours) FILTER (WHERE productive_hours IS NOT NULL)",
    "lines": "count(line_id)::numeric",
    "unreported": "(count(*) - count(line_id))::numeric",
}
SUMS = {
    **{name: f"sum({name})" for name in PLAIN_SUMS},
    "produced": "sum(good + rework + scrap)",
    "finished_good": "coalesce(sum(good) FILTER (WHERE coalesce(step.is_final, TRUE)), 0)",
    "standard_hours": "sum(hours * (good + recovered))",
    "hours_at_standard": "sum(attended_hours - excused_loss_hours) FILTER (WHERE hours IS NOT NULL)",
    "hours_without_standard": "coalesce(sum(attended_hours) FILTER (WHERE hours IS NULL), 0)",
    "unplanned_good": "coalesce(sum(good) FILTER (WHERE NOT is_planned), 0)",
    "attained": "sum(good + recovered) FILTER (WHERE is_planned)",
    "attained_std": "sum(hours * (good + recovered)) FILTER (WHERE is_planned)",
    "planned_std": "sum(hours * planned)",
    "mixed_std": "sum(hours * mixed)",
    "rework_std": "sum(hours * rework)",
    "scrap_std": "sum(hours * scrap)",
    "produced_std": "sum(hours * (good + rework + scrap))",
}

# What the quality room will count; no data until it is built.
NOT_COUNTED_YET = (
    "inspected",
    "defective",
    "first_pass_inspected",
    "first_pass_accepted",
    "incoming_inspected",
    "incoming_defective",
)
