"""The SQL that figures are made of. Every text here is a constant of ours; values go in as parameters only.

``COUNTED`` is the one place that says which rows count and what stands beside each: lines of submitted and approved reports, the
organisation of the business date, and the standard valid on it. Another population (plan lines without a report, scrapped defects)
joins it with ``UNION ALL``.
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
    SELECT row_number() OVER () AS id, c.product_id, c.process_id, c.starts, sum(s.hours_per_unit) AS hours,
           lead(c.starts, 1, DATE '9999-12-31') OVER (PARTITION BY c.product_id, c.process_id ORDER BY c.starts) AS ends
    FROM changes c
    JOIN standing s ON s.product_id = c.product_id AND s.process_id IS NOT DISTINCT FROM c.process_id
                   AND s.valid_from <= c.starts AND s.valid_to > c.starts
    GROUP BY c.product_id, c.process_id, c.starts
)"""

COUNTED = """
counted AS (
    SELECT line.id AS line_id, line.report_id, line.order_id, report.business_date AS day, report.shift_id AS shift,
           path.id AS path, line.product_id AS product, line.process_id AS process, coalesce(own.id, whole.id) AS standard,
           line.planned_qty IS NOT NULL AS is_planned,
           line.planned_qty, line.good_qty, line.recovered_qty, line.rework_qty, line.scrap_qty,
           line.attended_hours, line.productive_hours, line.excused_loss_hours, line.downtime_hours
    FROM plans_dailyreport report
    JOIN people_orgpath path ON path.node_id = report.team_id
                            AND path.valid_from <= report.business_date AND path.valid_to > report.business_date
    JOIN plans_dailyreportline line ON line.report_id = report.id
    LEFT JOIN standards own ON own.product_id = line.product_id AND own.process_id = line.process_id
                           AND own.starts <= report.business_date AND own.ends > report.business_date
    LEFT JOIN standards whole ON whole.product_id = line.product_id AND whole.process_id IS NULL
                             AND whole.starts <= report.business_date AND whole.ends > report.business_date
    WHERE report.status IN ('submitted', 'approved')
      AND report.business_date BETWEEN %(starts_on)s AND %(ends_on)s
      AND {scope}
)"""

# What a counted row only points at; joined after the lines are summed, when there are few rows left.
NAMED = """
    JOIN people_orgpath place ON place.id = {rows}.path
    JOIN plans_product item ON item.id = {rows}.product
    LEFT JOIN plans_process step ON step.id = {rows}.process
    LEFT JOIN standards ON standards.id = {rows}.standard
"""

SCOPES = {kind: f"path.{kind}_id = %({{}})s" for kind in ("plant", "workshop", "section", "team")}

# The plant's month of a day: moved back to the first, then named after the month in which it ends.
MONTH_OF_DAY = "to_char((day - %(days_back)s::int) + make_interval(months => %(months_on)s::int), 'YYYY-MM')"

# Lines are first summed into groups of one place, product, process and standard, planned or not: within such a group every figure
# follows from these plain sums, so a line is joined to no more than it is counted by, and multiplications happen once a group.
ALIKE = ("path", "product", "process", "standard", "is_planned")
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
    "lines": "count(*)::numeric",
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
