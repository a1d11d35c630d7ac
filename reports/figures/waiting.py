"""Why teams stood: hours by reason of the very lines that are counted, so that they add up to their downtime (PLN-25)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from core.quantities import plain
from plans.models import DowntimeReason
from reports.figures.counting import slice_scope, slice_values
from reports.figures.slices import Slice

# A line with stops stands for as long as they say (a constraint); one without is one stop of its main reason. The clock hours of a reason
# count a place that two teams name at the same time once.
WAITING = """
    WITH stood AS (
        SELECT line.id, line.downtime_hours, line.downtime_reason
        FROM plans_dailyreport report
        JOIN people_orgpath path ON path.node_id = report.team_id
                                AND path.valid_from <= report.business_date AND path.valid_to > report.business_date
        JOIN plans_dailyreportline line ON line.report_id = report.id
        WHERE report.status IN ('submitted', 'approved')
          AND report.business_date BETWEEN %(starts_on)s AND %(ends_on)s
          AND line.downtime_hours > 0 AND {scope}
    ), parts AS (
        SELECT coalesce(stop.reason, stood.downtime_reason) AS reason, coalesce(stop.hours, stood.downtime_hours) AS hours,
               lower(coalesce(stop.place, '')) AS place, stop.starts_at, stop.ends_at
        FROM stood LEFT JOIN plans_downtimestop stop ON stop.line_id = stood.id
    ), places AS (
        SELECT reason, place, sum(hours) AS hours, range_agg(tstzrange(starts_at, ends_at)) AS spans FROM parts GROUP BY reason, place
    )
    SELECT reason, sum(hours),
           sum(CASE WHEN place = '' THEN hours
                    ELSE (SELECT round((sum(extract(epoch FROM upper(span) - lower(span))) / 3600)::numeric, 4)
                          FROM unnest(spans) span) END)
    FROM places GROUP BY reason
"""


@dataclass(frozen=True)
class WaitingRow:
    """Hours that lines stood for one reason (blank: none was given), and clock hours with every named place counted once."""

    reason: str
    hours: Decimal
    clock_hours: Decimal

    @property
    def label(self) -> str:
        return str(DowntimeReason(self.reason).label) if self.reason else ""

    def as_json(self) -> dict[str, str]:
        return {"reason": self.reason, "hours": plain(self.hours), "clock_hours": plain(self.clock_hours)}

    @classmethod
    def from_json(cls, kept: dict[str, str]) -> WaitingRow:
        return cls(kept["reason"], Decimal(kept["hours"]), Decimal(kept["clock_hours"]))


def waiting_by_reason(part: Slice) -> list[WaitingRow]:
    """The most hours first; nothing where nothing stood. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING.format(scope=slice_scope(part)), slice_values(part))
        rows = [WaitingRow(*row) for row in cursor.fetchall()]
    return sorted(rows, key=lambda row: (-row.hours, row.reason))
