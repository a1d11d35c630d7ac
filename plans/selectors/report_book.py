"""Who reported and who did not: the last weeks of the teams in scope, read once and asked many times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from core.clock import plant_zone, running_shift
from core.plant_settings import plant_setting
from people.models import OrgKind, OrgPath, OrgSpan, Shift, Staff
from people.roster import Duties, Window, on_duty
from people.roster_rows import days_between
from people.selectors import all_shifts
from plans.models import DailyReport
from plans.selectors.daily_reports import Sums, sums_of
from plans.selectors.places import named

LATELY = timedelta(days=30)
MISSING_DAYS = 7


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
    """What a team has reported of one business date, and how much of its shift is gone; nothing reported is not zero.

    ``is_counted`` marks figures that are not from a report yet but from the progress board.
    """

    team: OrgSpan
    shift: Shift
    report: DailyReport | None
    sums: Sums | None
    share_gone: Decimal
    is_counted: bool = False

    @property
    def url(self) -> str:
        return reverse("progress") if self.is_counted or self.report is None else reverse("report", args=[self.report.pk])

    @property
    def has_plan(self) -> bool:
        return bool(self.sums and self.sums.planned)

    @property
    def used_width(self) -> str:
        """Of the gauge: what had a plan and was attained of what was planned, in percent, as SVG wants it."""
        if self.sums is None or self.sums.attained is None or not self.sums.planned:
            return "0"
        return f"{min(self.sums.attained / self.sums.planned, Decimal(1)) * 100:.4g}"

    @property
    def should_width(self) -> str:
        """Where the tick stands: what should be there by now when work goes evenly."""
        return f"{min(self.share_gone, Decimal(1)) * 100:.4g}"


class ReportBook:
    """The reports of the teams in ``scope`` (``None``: all) in the 30 days up to ``last`` (today), asked at a moment (now).

    ``beside`` is a unit whose duties are asked for in the same statement as those of the teams.
    """

    def __init__(
        self, scope: frozenset[int] | None, at: datetime | None = None, last: date | None = None, *, beside: int | None = None
    ) -> None:
        self.scope = scope
        self.beside = {beside} if beside else set()
        self.at = at or timezone.now()
        self.last = last or self.at.astimezone(plant_zone()).date()
        self.first = self.last - LATELY

    @cached_property
    def shifts(self) -> dict[int, Shift]:
        return {shift.pk: shift for shift in all_shifts()}

    @cached_property
    def business_date(self) -> date:
        found = running_shift([shift.times for shift in self.shifts.values()], self.at)
        return found[0] if found else self.last

    def standing(self) -> QuerySet[OrgPath]:
        """Where the teams stood, period by period, by workshop and code."""
        rows = OrgPath.objects.filter(node__kind=OrgKind.TEAM, valid_from__lte=self.last, valid_to__gt=self.first)
        if self.scope is not None:
            rows = rows.filter(node__in=self.scope)
        return rows.order_by("workshop__code", "node__code", "valid_from")

    @cached_property
    def paths(self) -> list[OrgPath]:
        return list(self.standing())

    @cached_property
    def teams(self) -> dict[int, OrgSpan]:
        return named((path.node_id for path in self.paths), self.last)

    def names(self, others: Iterable[int]) -> dict[int, OrgSpan]:
        """The names of its teams and of other units: asked before ``teams``, one statement for both."""
        nodes = {path.node_id for path in self.paths}
        found = named(nodes.union(others), self.last)
        self.teams = {pk: span for pk, span in found.items() if pk in nodes}
        return found

    @cached_property
    def reports(self) -> dict[tuple[int, date, int], DailyReport]:
        rows = DailyReport.objects.filter(team__in=self.teams, business_date__gte=self.first, business_date__lte=self.last)
        return {(row.team_id, row.business_date, row.shift_id): row for row in rows.select_related("made_by")}

    def never_reported(self) -> QuerySet:
        """Of the teams without a report lately those that have people and never made one."""
        silent = set(self.teams).difference(team for team, _on, _shift in self.reports)
        reported = DailyReport.objects.filter(team=OuterRef("org"))
        people = Staff.objects.employed().filter(~Exists(reported), org__in=silent).order_by()
        return people.values_list("org", flat=True).distinct()

    @cached_property
    def beginners(self) -> list[int]:
        return list(self.never_reported())

    @cached_property
    def expected(self) -> dict[int, list[Shift]]:
        """In which shifts each team reports: those of its last 30 days. A team with people that never reported is expected in the
        first shift of the day, one that rests for 30 days in none."""
        lately: dict[int, set[int]] = defaultdict(set)
        for team, _on, shift in self.reports:
            lately[team].add(shift)
        if self.shifts:
            first = next(iter(self.shifts))
            for team in self.beginners:
                lately[team].add(first)
        return {team: sorted((self.shifts[pk] for pk in pks), key=lambda shift: shift.starts_at) for team, pks in lately.items()}

    @cached_property
    def duties(self) -> Duties:
        return on_duty(self.beside.union(self.teams), self.first, self.last + timedelta(days=1))

    def shifts_on(self, team: int, on: date) -> list[tuple[Shift, Window]]:
        """In which shifts a team is expected on a date, and from when to when: those of its roster, else by the calendar its usual ones."""
        shifts = self.shifts.values() if self.duties.has_roster(team, on) else self.expected.get(team, [])
        return [(shift, window) for shift in shifts if (window := self.duties.window(team, shift, on))]

    def _usual(self, team: int, on: date) -> list[Shift]:
        """The shifts whose output is shown: rostered ones, else those in which the team reports."""
        if self.duties.has_roster(team, on):
            return [shift for shift, _window in self.shifts_on(team, on)]
        return self.expected.get(team, [])

    @cached_property
    def cut_off(self) -> timedelta:
        """How long after its shift a report is due."""
        return timedelta(minutes=plant_setting("report_cutoff_minutes"))

    def missing(self) -> list[Missing]:
        """Finished shifts of the last seven days without a submitted report, on working days, the latest first (PLN-23)."""
        found = []
        for path in self.paths:
            for on in days_between(self.last - timedelta(days=MISSING_DAYS), self.last):
                if not path.valid_from <= on < path.valid_to:
                    continue
                for shift, (_starts, ends) in self.shifts_on(path.node_id, on):
                    report = self.reports.get((path.node_id, on, shift.pk))
                    due = ends + self.cut_off
                    if due <= self.at and (report is None or report.status == DailyReport.Status.DRAFT):
                        found.append(Missing(self.teams[path.node_id], on, shift, due, report))
        return sorted(found, key=lambda row: (-row.due.timestamp(), row.team.node.code))

    def due_today(self) -> list[Missing]:
        """Shifts that have begun and whose report is not yet due: written or still to be written."""
        found = []
        for path in self.paths:
            for on in (self.last - timedelta(days=1), self.last):
                if not path.valid_from <= on < path.valid_to:
                    continue
                for shift, (starts, ends) in self.shifts_on(path.node_id, on):
                    report = self.reports.get((path.node_id, on, shift.pk))
                    due = ends + self.cut_off
                    if starts <= self.at < due and (report is None or report.status == DailyReport.Status.DRAFT):
                        found.append(Missing(self.teams[path.node_id], on, shift, due, report))
        return found

    def reports_on(self, *days: date | None) -> list[DailyReport]:
        return [report for (_team, on, _shift), report in self.reports.items() if on in days]

    def last_worked(self, before: date) -> date | None:
        """The latest date before another on which a team in scope reported."""
        return max((on for _team, on, _shift in self.reports if on < before), default=None)

    def output(
        self, on: date, sums: dict[int, Sums] | None = None, counted: Mapping[tuple[int, date, int], Sums] | None = None
    ) -> list[Output]:
        """Per team and shift what its report of a date says, drafts included; ``sums`` where they were read already.

        Where no report has begun, ``counted`` says what the progress board has.
        """
        if sums is None:
            sums = sums_of(report.pk for (_team, day, _shift), report in self.reports.items() if day == on)
        found = []
        for path in self.paths:
            if not path.valid_from <= on < path.valid_to:
                continue
            usual = self._usual(path.node_id, on)
            for shift in self.shifts.values():
                report = self.reports.get((path.node_id, on, shift.pk))
                on_the_board = (counted or {}).get((path.node_id, on, shift.pk))
                if report or on_the_board or shift in usual:
                    starts, ends = shift.times.window(on)
                    gone = Decimal(int((self.at - starts).total_seconds())) / Decimal(int((ends - starts).total_seconds()))
                    own = sums.get(report.pk) if report else None
                    is_counted = own is None and on_the_board is not None
                    shown = on_the_board if is_counted else own
                    found.append(Output(self.teams[path.node_id], shift, report, shown, max(gone, Decimal(0)), is_counted))
        return found
