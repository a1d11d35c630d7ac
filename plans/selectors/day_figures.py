"""What the teams of a unit attained on one business date: read from their daily reports whenever it is asked, never stored (PLN-14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, QuerySet

from core.models import Unit
from people.access import Access
from people.models import OrgKind, OrgNode, OrgSpan
from people.selectors.attendance import Attendance, attendance_among, attendance_asked
from plans import rates
from plans.models import DailyReport, DailyReportLine, DayComment, Finding, PlanLine
from plans.selectors.daily_reports import LineKey, Place, lines_to_sum, place_of, plans_beside
from plans.selectors.findings import findings_seen, open_findings
from plans.selectors.places import holding, spans_of, team_ids_under
from plans.selectors.report_review import ReviewRow, reviewed_day

ZERO = Decimal(0)


@dataclass(frozen=True)
class UnitFigures:
    """Quantities of one unit: ``good`` with what was recovered by rework, ``attained`` the part of it that had a plan (FORMATS 2)."""

    unit: Unit
    planned: Decimal | None
    good: Decimal
    attained: Decimal
    rework: Decimal
    scrap: Decimal

    @property
    def attainment(self) -> Decimal | None:
        return rates.attainment(self.attained, self.planned)

    @property
    def unplanned(self) -> Decimal:
        return self.good - self.attained

    def __add__(self, other: UnitFigures) -> UnitFigures:
        planned = [figures.planned for figures in (self, other) if figures.planned is not None]
        sums = [getattr(self, name) + getattr(other, name) for name in ("good", "attained", "rework", "scrap")]
        return UnitFigures(self.unit, sum(planned, ZERO) if planned else None, *sums)


@dataclass(frozen=True)
class Figures:
    """Of one report, or a sum of several: quantities by unit, attended person-hours, hours the lines stood."""

    units: Sequence[UnitFigures] = ()
    attended: Decimal = ZERO
    downtime: Decimal = ZERO

    def __add__(self, other: Figures) -> Figures:
        units: dict[int, UnitFigures] = {}
        for one in (*self.units, *other.units):
            units[one.unit.pk] = units[one.unit.pk] + one if one.unit.pk in units else one
        rest = [getattr(self, field.name) + getattr(other, field.name) for field in fields(self) if field.name != "units"]
        return Figures(list(units.values()), *rest)


@dataclass(frozen=True)
class ShiftOfDay:
    """One team and shift: its figures where it handed a report in, and its roll call where one was made."""

    review: ReviewRow
    figures: Figures | None
    heads: Attendance | None

    @property
    def comment(self) -> DayComment | None:
        return self.review.comment

    @property
    def key(self) -> str:
        return f"{self.review.team.node_id}-{self.review.shift.pk}"

    @property
    def is_locked(self) -> bool:
        """The report is approved, and the comment with it."""
        return self.review.report is not None and self.review.report.status == DailyReport.Status.APPROVED


@dataclass(frozen=True)
class DayFigures:
    """The shifts of a date and their sum; ``sums`` is ``None`` before any report is handed in: that is not 0.

    ``place`` is the unit as it was called then.
    """

    place: OrgSpan
    rows: Sequence[ShiftOfDay]
    open_findings: int

    @property
    def reported(self) -> list[ShiftOfDay]:
        return [row for row in self.rows if row.figures is not None]

    @property
    def sums(self) -> Figures | None:
        found = [row.figures for row in self.rows if row.figures is not None]
        return sum(found, Figures()) if found else None

    @property
    def heads(self) -> Attendance | None:
        """Who came, of all shifts that were called."""
        found = [row.heads for row in self.rows if row.heads is not None]
        return sum(found, Attendance()) if found else None

    @property
    def only_report(self) -> DailyReport | None:
        """The one report all figures are from, where it is one."""
        return self.reported[0].review.report if len(self.reported) == 1 else None


def day_figures(node: OrgNode, on: date, at: datetime, access: Access) -> DayFigures:
    """The day of a team, or of all teams below a unit on that date, in a fixed number of statements."""
    is_team = node.kind == OrgKind.TEAM
    teams = [team for team in ([node.pk] if is_team else team_ids_under(node, on)) if access.sees(team)]
    findings = findings_of_day(node, on, access).order_by().values_list("status").annotate(count=Count("pk"))
    read = reviewed_day(frozenset(teams), on, at, spans_of([node.pk]), findings, *attendance_asked(teams, on, on))
    spans, found, *heads_asked = read.beside
    reviews = [row for department in read.departments for row in department.rows]
    figures = _by_report((row.report for row in reviews if row.report is not None and row.is_in), read.lines, read.plans)
    called = attendance_among(*heads_asked)
    rows = []
    for review in reviews:
        heads = called.get((review.team.node_id, review.shift.pk, on))
        rows.append(
            ShiftOfDay(
                review,
                figures.get(review.report.pk) if review.report else None,
                heads if heads and heads.is_called else None,
            )
        )
    return DayFigures(holding(spans, on)[node.pk], rows, sum(count for _status, count in found))


def figures_so_far(node: OrgNode, on: date) -> Figures | None:
    """The sum of what was handed in of a date, ``None`` before anything was; three statements at most."""
    rows = DailyReport.objects.filter(team__in=team_ids_under(node, on), business_date=on).exclude(status=DailyReport.Status.DRAFT)
    found = figures_of(rows)
    return sum(found.values(), Figures()) if found else None


def figures_of(reports: Iterable[DailyReport]) -> dict[int, Figures]:
    """Figures by report, in two statements. Planned is the plan line of each key, else what the line says; plan lines that a report
    leaves out are planned too; what had neither is output without a plan (FORMATS section 2)."""
    reports = list(reports)
    return _by_report(reports, lines_to_sum(report.pk for report in reports), plans_beside(reports))


def _by_report(
    reports: Iterable[DailyReport], lines: Iterable[DailyReportLine], plans: Mapping[Place, Mapping[LineKey, PlanLine]]
) -> dict[int, Figures]:
    own: dict[int, list[DailyReportLine]] = defaultdict(list)
    for line in lines:
        own[line.report_id].append(line)
    return {report.pk: _figures(own[report.pk], plans.get(place_of(report), {})) for report in reports}


def _figures(lines: Sequence[DailyReportLine], plans: Mapping[LineKey, PlanLine]) -> Figures:
    parts = [_of_line(line, plans) for line in lines]
    reported = {(line.order_id, line.product_id, line.process_id) for line in lines}
    for key, plan in plans.items():
        if key not in reported:
            parts.append(Figures([UnitFigures(plan.product.unit, plan.planned_qty, ZERO, ZERO, ZERO, ZERO)]))
    return sum(parts, Figures())


def _of_line(line: DailyReportLine, plans: Mapping[LineKey, PlanLine]) -> Figures:
    plan = plans.get((line.order_id, line.product_id, line.process_id))
    planned = plan.planned_qty if plan else line.planned_qty
    good = line.good_qty + line.recovered_qty
    own = UnitFigures(line.product.unit, planned, good, ZERO if planned is None else good, line.rework_qty, line.scrap_qty)
    return Figures([own], line.attended_hours, line.downtime_hours)


def findings_of_day(node: OrgNode | int, on: date, access: Access) -> QuerySet[Finding]:
    """Found on that date in a unit or below it, and not put right yet; as the list of findings shows them."""
    return findings_seen(access, open_findings(node).filter(business_date=on))
