"""One daily report with what stands around it on its page: figures, stops, roll call, comment, who saw it and who decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.together import read_together
from people.models import OrgSpan, Staff
from people.selectors.attendance import Attendance, attendance_among, attendance_asked
from people.selectors.shifts import keep_shifts, shifts_of_the_day
from plans.models import DailyReport, DailyReportLine, DayComment, DowntimeStop, ReportSeen
from plans.selectors.daily_reports import Sums, by_place, deciders_for, plan_lines_beside, report_lines, sums_among
from plans.selectors.day_comments import comments_on
from plans.selectors.places import holding, spans_of


@dataclass(frozen=True)
class ReportAround:
    """``stops`` stand beside their lines; ``called`` is ``None`` when nothing was called or lent; ``deciders`` are there while it waits."""

    team: OrgSpan
    lines: Sequence[DailyReportLine]
    stops: Sequence[tuple[DailyReportLine, DowntimeStop]]
    sums: Sums | None
    called: Attendance | None
    comment: DayComment | None
    seen: Sequence[ReportSeen]
    deciders: Sequence[Staff]

    @property
    def attended(self) -> Decimal:
        return sum((line.attended_hours for line in self.lines), Decimal(0))


def around_report(report: DailyReport) -> ReportAround:
    """One statement. The shifts that the page's frame shows come along."""
    team, on = report.team_id, report.business_date
    is_waiting = report.status == DailyReport.Status.SUBMITTED
    spans, lines, stops, plans, comments, seen, deciders, shifts, *heads = read_together(
        spans_of([team]),
        report_lines(report),
        DowntimeStop.objects.filter(line__report=report),
        plan_lines_beside([report]),
        comments_on(on, [team]).filter(shift=report.shift_id),
        report.seen.select_related("by"),
        deciders_for(team) if is_waiting else Staff.objects.none(),
        shifts_of_the_day(),
        *attendance_asked([team], on, on),
    )
    keep_shifts(shifts)
    by_id = {line.pk: line for line in lines}
    return ReportAround(
        holding(spans, on)[team],
        lines,
        [(by_id[stop.line_id], stop) for stop in stops],
        sums_among(lines, by_place(plans)).get(report.pk),
        attendance_among(*heads).get((team, report.shift_id, on)),
        next(iter(comments), None),
        seen,
        deciders,
    )
