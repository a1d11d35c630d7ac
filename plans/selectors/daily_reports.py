"""Team daily reports as people read them: sums, what is missing, what waits for a decision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.models import Unit
from people.access import Access
from people.models import OrgKind, OrgNode, OrgSpan, Staff
from people.roles import ACTIONS, SEES_THE_PLANT
from plans import rates
from plans.models import DailyReport, DailyReportLine, PlanLine, Process, ProductionOrder
from plans.selectors.places import nodes_of, path_of, places_for, standing

Place = tuple[date, int, int]  # business date, shift, team
LineKey = tuple[int | None, int, int | None]  # order, product, process


@dataclass(frozen=True)
class Sums:
    """Of one report's lines; quantities are ``None`` where their units differ. ``good`` is with what was recovered by rework,
    ``attained`` the part of it that had a plan (FORMATS section 2)."""

    lines: int
    unit: Unit | None
    planned: Decimal | None
    good: Decimal | None
    attained: Decimal | None
    rework: Decimal | None
    scrap: Decimal | None
    attended: Decimal

    @property
    def attainment(self) -> Decimal | None:
        return rates.attainment(self.attained, self.planned)


def lines_to_sum(report_ids: Iterable[int]) -> QuerySet[DailyReportLine]:
    return DailyReportLine.objects.filter(report__in=list(report_ids)).select_related("product__unit", "report")


def sums_of(report_ids: Iterable[int]) -> dict[int, Sums]:
    """Sums of the lines of several reports, in two statements."""
    lines = list(lines_to_sum(report_ids))
    return sums_among(lines, plans_beside(list({line.report_id: line.report for line in lines}.values())))


def sums_among(lines: Iterable[DailyReportLine], plans: Mapping[Place, Mapping[LineKey, PlanLine]]) -> dict[int, Sums]:
    """Sums by report of lines that were read with ``lines_to_sum``, beside the plan lines of their days and teams.

    Planned is the plan line of each key, else what the line says; plan lines of the same team and shift that the report leaves out are
    planned too (FORMATS section 2).
    """
    rows: dict[int, list[DailyReportLine]] = defaultdict(list)
    for line in lines:
        rows[line.report_id].append(line)
    return {report: _sums(own, plans.get(place_of(own[0].report), {})) for report, own in rows.items()}


def place_of(report: DailyReport) -> Place:
    return report.business_date, report.shift_id, report.team_id


def plans_beside(reports: Sequence[DailyReport]) -> dict[Place, dict[LineKey, PlanLine]]:
    """The plan lines of the shifts that these reports are of, by the key they share with report lines; one statement."""
    return by_place(plan_lines_beside(reports))


def plan_lines_beside(reports: Sequence[DailyReport]) -> QuerySet[PlanLine]:
    """The rows behind ``plans_beside``, for a page that reads them together with something else."""
    if not reports:
        return PlanLine.objects.none()
    days = [report.business_date for report in reports]
    rows = PlanLine.objects.filter(
        team__in={report.team_id for report in reports}, business_date__gte=min(days), business_date__lte=max(days)
    )
    return rows.exclude(status=PlanLine.Status.WITHDRAWN).select_related("product__unit")


def by_place(plans: Iterable[PlanLine]) -> dict[Place, dict[LineKey, PlanLine]]:
    """Plan lines by where they stand and the key they share with report lines."""
    found: dict[Place, dict[LineKey, PlanLine]] = defaultdict(dict)
    for plan in plans:
        found[plan.business_date, plan.shift_id, plan.team_id][plan.order_id, plan.product_id, plan.process_id] = plan
    return found


def _sums(lines: Sequence[DailyReportLine], plans: Mapping[LineKey, PlanLine]) -> Sums:
    keys = {(line.order_id, line.product_id, line.process_id): line for line in lines}
    units = {line.product.unit_id: line.product.unit for line in lines} | {
        plan.product.unit_id: plan.product.unit for plan in plans.values()
    }
    attended = sum((line.attended_hours for line in lines), Decimal(0))
    if len(units) != 1:
        return Sums(len(lines), None, None, None, None, None, None, attended)
    typed = [line.planned_qty for key, line in keys.items() if key not in plans and line.planned_qty is not None]
    planned = typed + [plan.planned_qty for plan in plans.values()]
    with_plan = [line for key, line in keys.items() if key in plans or line.planned_qty is not None]
    return Sums(
        len(lines),
        next(iter(units.values())),
        sum(planned, Decimal(0)) if planned else None,
        sum((line.good_qty + line.recovered_qty for line in lines), Decimal(0)),
        sum((line.good_qty + line.recovered_qty for line in with_plan), Decimal(0)),
        sum((line.rework_qty for line in lines), Decimal(0)),
        sum((line.scrap_qty for line in lines), Decimal(0)),
        attended,
    )


def report_lines(report: DailyReport) -> QuerySet[DailyReportLine]:
    """In the order in which they were written."""
    return report.lines.select_related("order", "product__unit", "process").order_by("pk")


def lines_of(report: DailyReport) -> list[DailyReportLine]:
    return list(report_lines(report).prefetch_related("stops"))


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


def deciders_for(team: OrgNode | int, action: str = "report.approve") -> QuerySet[Staff]:
    """Who may decide on what a team hands in, by their own roles; nobody on a team that does not stand anywhere today."""
    path, own = path_of(team), OuterRef("org")
    above = Exists(path.filter(Q(plant=own) | Q(workshop=own) | Q(section=own) | Q(team=own)))
    by_scope = Q(above, user__groups__name__in=[role.value for role in ACTIONS[action] - SEES_THE_PLANT])
    wide = [role.value for role in ACTIONS[action] & SEES_THE_PLANT]
    plantwide = Q(user__groups__name__in=wide) & (Q(Exists(path), org=None) | Q(above))
    return Staff.objects.employed().filter(by_scope | plantwide).distinct().order_by("staff_no")


def teams_to_report(access: Access) -> list[OrgSpan]:
    """The teams this person may report for, by name."""
    return nodes_of(places_for(access, "report.post"), [OrgKind.TEAM])
