"""The plan of the day as people read it: the lines of a day, what waits for whom, what a new plan may start from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from itertools import groupby

from django.db.models import Q, QuerySet

from core.clock import plant_zone
from people.access import Access, plant_of
from people.calendar import working_days
from people.models import OrgKind, OrgNode, OrgPath, OrgSpan, Shift, Staff
from people.roles import ACTIONS, SEES_THE_PLANT
from plans.models import DailyReport, PlanLine, Process, ProductionOrder
from plans.selectors.orders import progress_of
from plans.selectors.places import named, nodes_of, places_for, standing

Status = PlanLine.Status


def plan_lines_seen(access: Access) -> QuerySet[PlanLine]:
    return access.scoped(PlanLine.objects.select_related("team", "shift", "order", "product__unit", "process"), "team")


@dataclass(frozen=True)
class TeamPlan:
    """The lines of one team and shift; quantities of different units are not added."""

    team: OrgSpan
    shift: Shift
    lines: Sequence[PlanLine]

    @property
    def total(self) -> Decimal | None:
        if len({line.product.unit_id for line in self.lines}) != 1:
            return None
        return sum((line.planned_qty for line in self.lines if line.status != Status.WITHDRAWN), Decimal(0))


def plan_of_day(access: Access, on: date, *, shift: int | None = None, workshop: int | None = None) -> list[TeamPlan]:
    """The lines of a business date by shift and team, withdrawn ones last; of one shift or workshop where they are named."""
    rows = plan_lines_seen(access).filter(business_date=on)
    if shift:
        rows = rows.filter(shift=shift)
    if workshop:
        paths = OrgPath.objects.filter(Q(workshop=workshop) | Q(section=workshop) | Q(team=workshop), valid_from__lte=on, valid_to__gt=on)
        rows = rows.filter(team__in=paths.values("node"))
    lines = sorted(rows, key=lambda line: (line.shift.starts_at, line.shift.code, line.team.code, line.status == Status.WITHDRAWN, line.pk))
    names = named({line.team_id for line in lines}, on)
    return [
        TeamPlan(names[team], of_team[0].shift, of_team)
        for (_shift, team), rows_of in groupby(lines, key=lambda line: (line.shift_id, line.team_id))
        if (of_team := list(rows_of))
    ]


DAYS_AHEAD = timedelta(days=3)


def lines_around(access: Access, at: datetime, beside: Iterable[DailyReport] = ()) -> list[PlanLine]:
    """The lines that this person sees of yesterday, today and the next three days, and those of the days and teams of some reports
    ``beside``; withdrawn ones left out; one statement."""
    today = at.astimezone(plant_zone()).date()
    around = Q(business_date__gte=today - timedelta(days=1), business_date__lte=today + DAYS_AHEAD)
    reports = list(beside)
    around |= Q(team__in={row.team_id for row in reports}, business_date__in={row.business_date for row in reports})
    rows = plan_lines_seen(access).filter(around)
    rows = rows.exclude(status=Status.WITHDRAWN).select_related("queried_by")
    return list(rows.order_by("business_date", "shift__starts_at", "pk"))


def waiting_of(lines: Iterable[PlanLine], access: Access, at: datetime) -> list[PlanLine]:
    """Those that this person has still to confirm, of shifts that are not over."""
    return [line for line in lines if line.waits and _is_open(line, at) and access.may("plan.confirm", line.team_id)]


def queried_of(lines: Iterable[PlanLine], access: Access, at: datetime) -> list[PlanLine]:
    """Those that a supervisor queried and this planner has not answered yet."""
    return [line for line in lines if line.status == Status.QUERIED and _is_open(line, at) and access.may("plan.edit", line.team_id)]


def _is_open(line: PlanLine, at: datetime) -> bool:
    return line.shift.times.window(line.business_date)[1] > at


def confirmers_of(teams: Iterable[int], on: date) -> dict[int, list[Staff]]:
    """Who confirms the plan of each team: the supervisors nearest above it, else the workshop manager; two statements."""
    paths = list(OrgPath.objects.filter(node__in=set(teams), valid_from__lte=on, valid_to__gt=on))
    above = {path.node_id: [pk for pk in (path.team_id, path.section_id, path.workshop_id) if pk] for path in paths}
    roles = [role.value for role in ACTIONS["plan.confirm"] - SEES_THE_PLANT]
    rows = Staff.objects.employed().filter(org__in={pk for chain in above.values() for pk in chain}, user__groups__name__in=roles)
    people = list(rows.distinct().order_by("staff_no"))
    near = {team: ([who for who in people if who.org_id == pk] for pk in chain) for team, chain in above.items()}
    return {team: next((here for here in found if here), []) for team, found in near.items()}


# --- what a new plan may start from ---


def workshops_to_plan(access: Access) -> list[OrgSpan]:
    return nodes_of(places_for(access, "plan.edit"), [OrgKind.WORKSHOP])


def processes_to_plan(workshop: OrgNode, on: date) -> list[Process]:
    """Processes of the workshop, of what stands above and below it on a date, and those of no place."""
    path = standing(workshop, on)
    places = [pk for pk in (path.plant_id, path.workshop_id) if pk] if path else []
    below = OrgPath.objects.filter(workshop=workshop, valid_from__lte=on, valid_to__gt=on).values("node")
    return list(Process.objects.filter(Q(org=None) | Q(org__in=places) | Q(org__in=below)).order_by("code"))


def last_plan_before(workshop: OrgNode, shift: Shift, on: date) -> list[PlanLine]:
    """The lines of the latest earlier day on which this workshop was planned in this shift, of orders that are still open."""
    paths = OrgPath.objects.filter(workshop=workshop, valid_from__lte=on, valid_to__gt=on)
    rows = PlanLine.objects.filter(team__in=paths.values("node"), shift=shift, business_date__lt=on).exclude(status=Status.WITHDRAWN)
    latest = rows.order_by("-business_date").values_list("business_date", flat=True).first()
    if latest is None:
        return []
    lines = rows.filter(business_date=latest).select_related("team", "order", "product__unit", "process").order_by("team__code", "pk")
    return [line for line in lines if line.order is None or not line.order.is_over]


@dataclass(frozen=True)
class Share:
    """What of an order falls on a day when the rest is made evenly until its due date."""

    order: ProductionOrder
    quantity: Decimal


def shares_of(orders: Iterable[ProductionOrder], on: date) -> list[Share]:
    """Of orders that are not yet made, rounded up to whole steps of their unit."""
    rows = list(orders)
    progress = progress_of(rows)
    found = []
    plants: dict[int, int | None] = {}
    for order in rows:
        left = progress[order.pk].left
        if left <= 0:
            continue
        plant = plants.setdefault(order.workshop_id, plant_of(order.workshop_id))
        days = len(working_days(plant, on, order.due_on)) if order.due_on > on else 1
        step = Decimal(1).scaleb(-order.product.unit.decimals)
        found.append(Share(order, (left / max(days, 1)).quantize(step, ROUND_CEILING)))
    return found
