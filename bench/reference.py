"""The best single statement for the month's figures that a hand can write for exactly these tables, with nothing around it.

It knows what the synthetic plant looks like (one plant, one unit, no sections, no orders, every shift over) and so leaves out what FloorOps
must ask.
"""

MONTH_BY_WORKSHOP_TEAM_AND_PRODUCT = """
WITH spans AS (
    SELECT product_id, process_id, part, hours_per_unit, valid_from,
           lead(valid_from, 1, DATE '9999-12-31') OVER (PARTITION BY product_id, process_id, part ORDER BY valid_from) AS valid_to
    FROM plans_standardhours WHERE valid_from <= %(last)s
), cuts AS (
    SELECT DISTINCT product_id, process_id, greatest(valid_from, %(first)s::date) AS starts FROM spans WHERE valid_to > %(first)s
), standard AS (
    SELECT c.product_id, c.process_id, c.starts, sum(s.hours_per_unit) AS hours,
           lead(c.starts, 1, DATE '9999-12-31') OVER (PARTITION BY c.product_id, c.process_id ORDER BY c.starts) AS ends
    FROM cuts c JOIN spans s ON s.product_id = c.product_id AND s.process_id IS NOT DISTINCT FROM c.process_id
                            AND s.valid_from <= c.starts AND s.valid_to > c.starts
    GROUP BY 1, 2, 3
), counted AS (
    SELECT coalesce(r.business_date, p.business_date) AS business_date, coalesce(r.team_id, p.team_id) AS team_id,
           coalesce(r.product_id, p.product_id) AS product_id, coalesce(r.process_id, p.process_id) AS process_id,
           coalesce(p.planned_qty, r.planned_qty) AS planned_qty, coalesce(r.good_qty, 0) AS good_qty,
           coalesce(r.recovered_qty, 0) AS recovered_qty, coalesce(r.rework_qty, 0) AS rework_qty, coalesce(r.scrap_qty, 0) AS scrap_qty,
           coalesce(r.attended_hours, 0) AS attended_hours, r.productive_hours, coalesce(r.excused_loss_hours, 0) AS excused_loss_hours
    FROM (
        SELECT r.business_date, r.team_id, r.shift_id, l.*
        FROM plans_dailyreport r JOIN plans_dailyreportline l ON l.report_id = r.id
        WHERE r.status IN ('submitted', 'approved') AND r.business_date BETWEEN %(first)s AND %(last)s
    ) r
    FULL JOIN (
        SELECT business_date, team_id, shift_id, product_id, process_id, planned_qty FROM plans_planline
        WHERE status <> 'withdrawn' AND business_date BETWEEN %(first)s AND %(last)s
    ) p ON p.business_date = r.business_date AND p.team_id = r.team_id AND p.shift_id = r.shift_id AND p.product_id = r.product_id
       AND coalesce(p.process_id, 0) = coalesce(r.process_id, 0)
), leaves AS (
    SELECT o.workshop_id, o.team_id, l.product_id,
           sum(l.planned_qty) AS planned, sum(l.good_qty) AS good, sum(l.recovered_qty) AS recovered, sum(l.rework_qty) AS rework,
           sum(l.scrap_qty) AS scrap, sum(l.good_qty) FILTER (WHERE c.is_final IS NOT FALSE) AS finished_good,
           sum(l.attended_hours) AS attended_hours, sum(l.productive_hours) AS productive_hours,
           sum(l.excused_loss_hours) AS excused_loss_hours,
           sum(coalesce(own.hours, whole.hours) * (l.good_qty + l.recovered_qty)) AS standard_hours,
           sum(l.attended_hours - l.excused_loss_hours) FILTER (WHERE coalesce(own.hours, whole.hours) IS NOT NULL) AS hours_at_standard,
           sum(l.attended_hours) FILTER (WHERE coalesce(own.hours, whole.hours) IS NULL) AS hours_without_standard,
           sum(l.good_qty) FILTER (WHERE l.planned_qty IS NULL) AS unplanned_good,
           sum(l.good_qty + l.recovered_qty) FILTER (WHERE l.planned_qty IS NOT NULL) AS attained
    FROM counted l
    JOIN people_orgpath o ON o.node_id = l.team_id AND o.valid_from <= l.business_date AND o.valid_to > l.business_date
    LEFT JOIN plans_process c ON c.id = l.process_id
    LEFT JOIN standard own ON own.product_id = l.product_id AND own.process_id = l.process_id
                          AND own.starts <= l.business_date AND own.ends > l.business_date
    LEFT JOIN standard whole ON whole.product_id = l.product_id AND whole.process_id IS NULL
                            AND whole.starts <= l.business_date AND whole.ends > l.business_date
    GROUP BY 1, 2, 3
)
SELECT workshop_id, team_id, product_id, sum(planned), sum(good), sum(recovered), sum(rework), sum(scrap),
       sum(good + rework + scrap), sum(finished_good), sum(attended_hours), sum(productive_hours), sum(excused_loss_hours),
       sum(standard_hours), sum(hours_without_standard), sum(unplanned_good),
       round(100 * sum(attained) / nullif(sum(planned), 0), 2), round(100 * sum(standard_hours) / nullif(sum(hours_at_standard), 0), 2),
       round(100 * sum(scrap) / nullif(sum(good + rework + scrap), 0), 2),
       round(100 * sum(rework) / nullif(sum(good + rework + scrap), 0), 2)
FROM leaves GROUP BY GROUPING SETS ((), (workshop_id), (team_id), (product_id))
"""
