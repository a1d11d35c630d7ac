"""Team daily reports as people read them: sums, what is missing, what waits for a decision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet

from core.models import Unit
from people.access import Access
from people.models import OrgKind, OrgNode, OrgSpan, Staff
from people.roles import ACTIONS, SEES_THE_PLANT
from plans.models import DailyReport, DailyReportLine, Process, ProductionOrder
from plans.selectors.places import nodes_of, places_for, standing

LATELY = timedelta(days=30)
MISSING_DAYS = 7
CUT_OFF = timedelta(minutes=15)


@dataclass(frozen=True)
class Sums:
    """Of one report's lines; quantities are ``None`` where their units differ."""

    lines: int
    unit: Unit | None
    planned: Decimal | None
    good: Decimal | None
    rework: Decimal | None
    scrap: Decimal | None
    attended: Decimal


def sums_of(report_ids: Iterable[int]) -> dict[int, Sums]:
    """Sums of the lines of several reports, in one statement."""
    rows: dict[int, list[DailyReportLine]] = defaultdict(list)
    for line in DailyReportLine.objects.filter(report__in=list(report_ids)).select_related("product__unit"):
        rows[line.report_id].append(line)
    return {report: _sums(lines) for report, lines in rows.items()}


def _sums(lines: Sequence[DailyReportLine]) -> Sums:
    units = {line.product.unit_id: line.product.unit for line in lines}
    attended = sum((line.attended_hours for line in lines), Decimal(0))
    if len(units) != 1:
        return Sums(len(lines), None, None, None, None, None, attended)
    planned = [line.planned_qty for line in lines if line.planned_qty is not None]
    return Sums(
        len(lines),
        next(iter(units.values())),
        sum(planned, Decimal(0)) if planned else None,
        sum((line.good_qty + line.recovered_qty for line in lines), Decimal(0)),
        sum((line.rework_qty for line in lines), Decimal(0)),
        sum((line.scrap_qty for line in lines), Decimal(0)),
        attended,
    )


def lines_of(report: DailyReport) -> list[DailyReportLine]:
    return list(report.lines.select_related("order", "product__unit", "process").order_by("pk"))


def last_report_of(team: OrgNode, before: date) -> DailyReport | None:
    """The newest report with lines of a team before a date: what *copy last* copies."""
    rows = DailyReport.objects.filter(team=team, business_date__lt=before, lines__isnull=False)
    return rows.order_by("-business_date", "-shift__starts_at").first()


def open_orders_for(team: OrgNode, on: date) -> list[ProductionOrder]:
    """Released orders of the workshop where the team stands on a date, its own first, then by due date."""
    path = standing(team, on)
    if path is None:
        return []
    places = [pk for pk in (path.workshop_id, path.section_id, path.team_id) if pk]
    rows = ProductionOrder.objects.filter(workshop__in=places, status=ProductionOrder.Status.RELEASED).select_related("product__unit")
    return sorted(rows, key=lambda order: (order.team_id != team.pk, order.team_id is not None, order.due_on, order.number))


def processes_for(team: OrgNode, on: date) -> list[Process]:
    """Processes of the place where the team stands, and those of no place."""
    path = standing(team, on)
    places = [pk for pk in (path.plant_id, path.workshop_id, path.section_id, path.team_id) if pk] if path else []
    return list(Process.objects.filter(Q(org=None) | Q(org__in=places)).order_by("code"))


def waiting_for_approval(access: Access) -> QuerySet[DailyReport]:
    """Submitted reports this person may approve: in the right place, and written by somebody else."""
    rows = DailyReport.objects.filter(status=DailyReport.Status.SUBMITTED)
    places = places_for(access, "report.approve")
    if places is not None:
        rows = rows.filter(team__in=places)
    rows = rows.exclude(made_by=access.staff).exclude(submitted_by=access.staff)
    return rows.select_related("team", "shift", "submitted_by").order_by("business_date", "shift__starts_at", "team__code")


def deciders_of(team: OrgNode | int, action: str = "report.approve") -> list[Staff]:
    """Who may decide on what a team hands in, by their own roles."""
    path = standing(team)
    if path is None:
        return []
    above = [pk for pk in (path.plant_id, path.workshop_id, path.section_id, path.team_id) if pk]
    by_scope = Q(user__groups__name__in=[role.value for role in ACTIONS[action] - SEES_THE_PLANT], org__in=above)
    wide = [role.value for role in ACTIONS[action] & SEES_THE_PLANT]
    plantwide = Q(user__groups__name__in=wide) & (Q(org=None) | Q(org__in=above))
    return list(Staff.objects.employed().filter(by_scope | plantwide).distinct().order_by("staff_no"))


def teams_to_report(access: Access) -> list[OrgSpan]:
    """The teams this person may report for, by name."""
    return nodes_of(places_for(access, "report.post"), [OrgKind.TEAM])
