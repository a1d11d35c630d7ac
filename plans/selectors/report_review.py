"""The daily reports of one date by department: what each team handed in, what is missing at the cut-off, who has seen it (PLN-15)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from people.models import OrgSpan, Shift, Staff
from plans.models import DailyReport, DayComment, ReportSeen
from plans.selectors.daily_reports import Sums, sums_of
from plans.selectors.day_comments import comments_on
from plans.selectors.places import named
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


def review_of(scope: frozenset[int] | None, on: date, at: datetime) -> list[Department]:
    """Every team and shift that is expected on a date or has reported, by department; in a fixed number of statements."""
    book = ReportBook(scope, at, last=on)
    reports = {(team, shift): report for (team, day, shift), report in book.reports.items() if day == on}
    sums = sums_of(report.pk for report in reports.values())
    marks: dict[int, list[ReportSeen]] = defaultdict(list)
    for mark in ReportSeen.objects.filter(report__in=[report.pk for report in reports.values()]).select_related("by"):
        marks[mark.report_id].append(mark)
    comments = {(row.team_id, row.shift_id): row for row in comments_on(on, book.teams)}
    found: dict[int, Department] = {}
    standing = [path for path in book.paths if path.valid_from <= on < path.valid_to]
    places = named({path.workshop_id or path.plant_id or path.node_id for path in standing}, on)
    for path in standing:
        place = places[path.workshop_id or path.plant_id or path.node_id]
        expected = {shift: ends + book.cut_off for shift, (_starts, ends) in book.shifts_on(path.node_id, on)}
        for pk in {shift for team, shift in reports if team == path.node_id}:
            shift = book.shifts[pk]
            expected.setdefault(shift, shift.times.window(on)[1] + book.cut_off)
        for shift, due in sorted(expected.items(), key=lambda row: row[1]):
            report = reports.get((path.node_id, shift.pk))
            own = sums.get(report.pk) if report else None
            seen = marks[report.pk] if report else []
            row = ReviewRow(book.teams[path.node_id], shift, due, report, own, seen, at, comments.get((path.node_id, shift.pk)))
            found.setdefault(place.node_id, Department(place)).rows.append(row)
    return list(found.values())
