"""Who reported and who did not: the last weeks of the teams in scope, read once and asked many times."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from django.utils import timezone

from core.clock import plant_zone, running_shift
from people.calendar import working_days
from people.models import OrgKind, OrgPath, OrgSpan, Shift, Staff
from plans.models import DailyReport
from plans.selectors.daily_reports import Sums, sums_of
from plans.selectors.places import named

LATELY = timedelta(days=30)
MISSING_DAYS = 7
CUT_OFF = timedelta(minutes=15)


def report_due(business_date: date, shift: Shift) -> datetime:
    """A report is due a quarter of an hour after its shift."""
    return shift.times.window(business_date)[1] + CUT_OFF


@dataclass(frozen=True)
class Missing:
    """A finished shift without a submitted report; ``draft`` is what the team has begun."""

    team: OrgSpan
    business_date: date
    shift: Shift
    due: datetime
    draft: DailyReport | None = None


@dataclass(frozen=True)
class Output:
    """What a team has reported of one business date, and how much of its shift is gone; nothing reported is not zero."""

    team: OrgSpan
    shift: Shift
    report: DailyReport | None
    sums: Sums | None
    share_gone: Decimal

    @property
    def has_plan(self) -> bool:
        return bool(self.sums and self.sums.planned)

    @property
    def used_width(self) -> str:
        """Of the gauge: good of planned, in percent, as SVG wants it."""
        if self.sums is None or self.sums.good is None or not self.sums.planned:
            return "0"
        return f"{min(self.sums.good / self.sums.planned, Decimal(1)) * 100:.4g}"

    @property
    def should_width(self) -> str:
        """Where the tick stands: what should be there by now when work goes evenly."""
        return f"{min(self.share_gone, Decimal(1)) * 100:.4g}"


class ReportBook:
    """The reports of the teams in ``scope`` (``None``: all) in the 30 days up to ``at``."""

    def __init__(self, scope: frozenset[int] | None, at: datetime | None = None) -> None:
        self.scope = scope
        self.at = at or timezone.now()
        self.last = self.at.astimezone(plant_zone()).date()
        self.first = self.last - LATELY

    @cached_property
    def shifts(self) -> dict[int, Shift]:
        return {shift.pk: shift for shift in Shift.objects.order_by("starts_at", "code")}

    @cached_property
    def business_date(self) -> date:
        found = running_shift([shift.times for shift in self.shifts.values()], self.at)
        return found[0] if found else self.last

    @cached_property
    def paths(self) -> list[OrgPath]:
        """Where the teams stood, period by period, by workshop and code."""
        rows = OrgPath.objects.filter(node__kind=OrgKind.TEAM, valid_from__lte=self.last, valid_to__gt=self.first)
        if self.scope is not None:
            rows = rows.filter(node__in=self.scope)
        return list(rows.select_related("node").order_by("workshop__code", "node__code", "valid_from"))

    @cached_property
    def teams(self) -> dict[int, OrgSpan]:
        return named((path.node_id for path in self.paths), self.last)

    @cached_property
    def reports(self) -> dict[tuple[int, date, int], DailyReport]:
        rows = DailyReport.objects.filter(team__in=self.teams, business_date__gte=self.first, business_date__lte=self.last)
        return {(row.team_id, row.business_date, row.shift_id): row for row in rows.select_related("made_by")}

    @cached_property
    def expected(self) -> dict[int, list[Shift]]:
        """In which shifts each team reports: those of its last 30 days. A team with people that never reported is expected in the
        first shift of the day, one that rests for 30 days in none."""
        lately: dict[int, set[int]] = defaultdict(set)
        for team, _on, shift in self.reports:
            lately[team].add(shift)
        silent = set(self.teams) - set(lately)
        if silent and self.shifts:
            silent -= set(DailyReport.objects.filter(team__in=silent).order_by().values_list("team", flat=True).distinct())
            first = next(iter(self.shifts))
            for team in set(Staff.objects.employed().filter(org__in=silent).values_list("org", flat=True)) if silent else ():
                lately[team].add(first)
        return {team: sorted((self.shifts[pk] for pk in pks), key=lambda shift: shift.starts_at) for team, pks in lately.items()}

    @cached_property
    def _worked(self) -> dict[int | None, set[date]]:
        first = self.last - timedelta(days=MISSING_DAYS)
        return {plant: set(working_days(plant, first, self.last)) for plant in {path.plant_id for path in self.paths}}

    def missing(self) -> list[Missing]:
        """Finished shifts of the last seven days without a submitted report, on working days, the latest first (PLN-23)."""
        found = []
        for path in self.paths:
            for on in self._worked[path.plant_id]:
                if not path.valid_from <= on < path.valid_to:
                    continue
                for shift in self.expected.get(path.node_id, []):
                    report = self.reports.get((path.node_id, on, shift.pk))
                    due = report_due(on, shift)
                    if due <= self.at and (report is None or report.status == DailyReport.Status.DRAFT):
                        found.append(Missing(self.teams[path.node_id], on, shift, due, report))
        return sorted(found, key=lambda row: (-row.due.timestamp(), row.team.node.code))

    def due_today(self) -> list[Missing]:
        """Shifts that have begun and whose report is not yet due: written or still to be written."""
        found = []
        for path in self.paths:
            for on in (self.last - timedelta(days=1), self.last):
                if on not in self._worked[path.plant_id] or not path.valid_from <= on < path.valid_to:
                    continue
                for shift in self.expected.get(path.node_id, []):
                    report = self.reports.get((path.node_id, on, shift.pk))
                    starts, due = shift.times.window(on)[0], report_due(on, shift)
                    if starts <= self.at < due and (report is None or report.status == DailyReport.Status.DRAFT):
                        found.append(Missing(self.teams[path.node_id], on, shift, due, report))
        return found

    def last_worked(self, before: date) -> date | None:
        """The latest date before another on which a team in scope reported."""
        return max((on for _team, on, _shift in self.reports if on < before), default=None)

    def output(self, on: date, sums: dict[int, Sums] | None = None) -> list[Output]:
        """Per team and shift what its report of a date says, drafts included; ``sums`` where they were read already."""
        if sums is None:
            sums = sums_of(report.pk for (_team, day, _shift), report in self.reports.items() if day == on)
        found = []
        for path in self.paths:
            if not path.valid_from <= on < path.valid_to:
                continue
            for shift in self.shifts.values():
                report = self.reports.get((path.node_id, on, shift.pk))
                if report or shift in self.expected.get(path.node_id, []):
                    starts, ends = shift.times.window(on)
                    gone = Decimal(int((self.at - starts).total_seconds())) / Decimal(int((ends - starts).total_seconds()))
                    own = sums.get(report.pk) if report else None
                    found.append(Output(self.teams[path.node_id], shift, report, own, max(gone, Decimal(0))))
        return found
