"""The daily reports of one date by department: what each team handed in, what is missing at the cut-off, who has seen it (PLN-15)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from core.together import read_together
from people.models import OrgSpan, Shift, Staff
from people.selectors.shifts import keep_shifts, shifts_of_the_day
from plans.models import DailyReport, DailyReportLine, DayComment, PlanLine, ReportSeen
from plans.selectors.daily_reports import LineKey, Place, Sums, by_place, lines_to_sum, plan_lines_beside, sums_among
from plans.selectors.day_comments import comments_on
from plans.selectors.places import holding, spans_where
from plans.selectors.report_book import ReportBook


@dataclass(frozen=True)
class ReviewRow:
    """One team and shift: its report, or that it is due or missing."""

    team: OrgSpan
    shift: Shift
    due: datetime
    report: DailyReport | None
    sums: Sums | None
    seen: Sequence[ReportSeen]
    at: datetime
    comment: DayComment | None = None

    @property
    def is_in(self) -> bool:
        return self.report is not None and self.report.status != DailyReport.Status.DRAFT

    @property
    def is_missing(self) -> bool:
        """Nothing handed in by the cut-off."""
        return not self.is_in and self.due <= self.at

    @property
    def state(self) -> str:
        """A key of ``core.states``."""
        if self.is_missing:
            return "missing"
        if self.report is not None:
            return str(self.report.status)
        return "due"

    @property
    def attainment(self) -> Decimal | None:
        return self.sums.attainment if self.sums else None

    def is_seen_by(self, staff: Staff) -> bool:
        """Seen as it stands now."""
        return self.report is not None and any(mark.by_id == staff.pk and mark.report_version == self.report.version for mark in self.seen)


@dataclass
class Department:
    """A workshop (or the plant for teams straight below it) with its teams' reports."""

    place: OrgSpan
    rows: list[ReviewRow] = field(default_factory=list)

    @property
    def missing(self) -> int:
        return sum(row.is_missing for row in self.rows)

    @property
    def handed_in(self) -> int:
        return sum(row.is_in for row in self.rows)


@dataclass(frozen=True)
class ReviewedDay:
    """What was read for the review of a date; ``beside`` are the rows of what was asked in the same statement."""

    departments: Sequence[Department]
    lines: Sequence[DailyReportLine]
    plans: Mapping[Place, Mapping[LineKey, PlanLine]]
    beside: Sequence[list[Any]]


def review_of(scope: frozenset[int] | None, on: date, at: datetime) -> Sequence[Department]:
    """Every team and shift that is expected on a date or has reported, by department; in a fixed number of statements."""
    return reviewed_day(scope, on, at).departments


def reviewed_day(scope: frozenset[int] | None, on: date, at: datetime, *beside: QuerySet) -> ReviewedDay:
    """The same with the lines and plans behind it, and with the rows of other queries that the page needs; four statements.

    The shifts that the page's frame shows come along.
    """
    book = ReportBook(scope, at, last=on)
    standing = book.standing().order_by()
    units = Q(node__in=standing.values("node")) | Q(node__in=standing.values("workshop")) | Q(node__in=standing.values("plant"))
    book.paths, shifts, spans, said, *others = read_together(
        book.standing(), shifts_of_the_day(), spans_where(units), comments_on(on, standing.values("node")), *beside
    )
    keep_shifts(shifts)
    places = holding(spans, on)
    book.teams = {path.node_id: places[path.node_id] for path in book.paths}
    reports = {(team, shift): report for (team, day, shift), report in book.reports.items() if day == on}
    lines, planned, seen, book.beginners = read_together(
        lines_to_sum(report.pk for report in reports.values()),
        plan_lines_beside(list(reports.values())),
        ReportSeen.objects.filter(report__in=[report.pk for report in reports.values()]).select_related("by"),
        book.never_reported(),
    )
    plans = by_place(planned)
    sums = sums_among(lines, plans)
    marks: dict[int, list[ReportSeen]] = defaultdict(list)
    for mark in seen:
        marks[mark.report_id].append(mark)
    comments = {(row.team_id, row.shift_id): row for row in said}
    found: dict[int, Department] = {}
    for path in book.paths:
        if not path.valid_from <= on < path.valid_to:
            continue
        place = places[path.workshop_id or path.plant_id or path.node_id]
        expected = {shift: ends + book.cut_off for shift, (_starts, ends) in book.shifts_on(path.node_id, on)}
        for pk in {shift for team, shift in reports if team == path.node_id}:
            shift = book.shifts[pk]
            expected.setdefault(shift, shift.times.window(on)[1] + book.cut_off)
        for shift, due in sorted(expected.items(), key=lambda row: row[1]):
            report = reports.get((path.node_id, shift.pk))
            row = ReviewRow(
                book.teams[path.node_id],
                shift,
                due,
                report,
                sums.get(report.pk) if report else None,
                marks[report.pk] if report else [],
                at,
                comments.get((path.node_id, shift.pk)),
            )
            found.setdefault(place.node_id, Department(place)).rows.append(row)
    return ReviewedDay(list(found.values()), lines, plans, others)
