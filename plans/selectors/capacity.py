"""Whether an order can be made by its due date: its standard hours against the roster's hours and the load of the others (PLN-24)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet

from core.clock import plant_today
from core.together import read_together
from people.models import OrgKind, OrgPath, Shift
from people.roster import on_duty
from people.roster_rows import days_between
from people.selectors.rosters import Roster, roster_among, roster_asked
from people.selectors.shifts import keep_shifts, shifts_of_the_day
from plans.models import ProductionOrder, StandardHours
from plans.review_figures import ZERO, DueFound
from plans.selectors.orders import output_of, progress_among

LONGEST = timedelta(days=366)
STILL_TO_MAKE = (ProductionOrder.Status.RELEASED, ProductionOrder.Status.ON_HOLD)


def due_date_found(order: ProductionOrder) -> DueFound:
    """The figures of today, from the order's start (today, if that is past) to its due date, both inclusive; three statements.

    An order given to a team is weighed against that team, one of the workshop against all its teams. A team without a roster works its
    first shift on the plant's working days. Nothing is counted further than a year ahead.
    """
    today = plant_today()
    first, last = max(order.start_on or today, today), min(order.due_on, today + LONGEST)
    asked = ProductionOrder.objects.filter(workshop=order.workshop_id, status__in=STILL_TO_MAKE, due_on__lte=order.due_on)
    if order.team_id:
        asked = asked.filter(team=order.team_id)
    below, others, shifts = read_together(
        OrgPath.objects.filter(workshop=order.workshop_id, valid_from__lte=today, valid_to__gt=today).select_related("node"),
        asked.exclude(pk=order.pk).select_related("product__unit"),
        shifts_of_the_day(),
    )
    keep_shifts(shifts)
    teams = [order.team_id] if order.team_id else [path.node_id for path in below if path.node.kind == OrgKind.TEAM]
    days = days_between(first, last) if first <= last else []
    nodes = {path.node_id for path in below} | {pk for path in below for pk in (path.plant_id, path.workshop_id) if pk}
    products = {order.product_id, *(row.product_id for row in others)}
    people_asked, days_asked = roster_asked(teams, first, max(first, last))
    standards, output, people = read_together(hours_valid(products, nodes, today), output_of(others), people_asked)
    hours = hours_per_unit(standards)
    progress = progress_among(others, output)
    roster = roster_among(people, days_asked, on_duty(teams, first, max(first, last)))
    needed = hours.get(order.product_id)
    return DueFound(
        needed=None if needed is None else order.quantity * needed,
        capacity=_hours_of(roster, teams, days, shifts),
        load=sum((progress[row.pk].left * hours[row.product_id] for row in others if row.product_id in hours), ZERO),
        days=len(days),
        teams=len(teams),
        people=sum(len(roster.members.get(team, ())) for team in teams),
        others=len(others),
        uncounted=sum(row.product_id not in hours for row in others),
    )


def hours_valid(products: Iterable[int], nodes: set[int], on: date) -> QuerySet[StandardHours]:
    """The standards of these products in the units ``nodes`` that hold on a date or held before, the newest last."""
    rows = StandardHours.objects.filter(Q(process=None) | Q(process__org=None) | Q(process__org__in=nodes), product__in=set(products))
    return rows.filter(valid_from__lte=on).order_by("valid_from", "pk")


def hours_per_unit(standards: Iterable[StandardHours]) -> dict[int, Decimal]:
    """Standard hours of one unit of each product, from the rows of ``hours_valid``; products without any are left out.

    They are those of the processes that belong there or to no place, added up; a product that has none of those takes the ones it has
    without a process (ADR 0009).
    """
    newest: dict[int, dict[tuple[int | None, str], Decimal]] = defaultdict(dict)
    for row in standards:
        newest[row.product_id][row.process_id, row.part] = row.hours_per_unit
    found = {}
    for product, parts in newest.items():
        of_processes = [hours for (process, _part), hours in parts.items() if process is not None]
        found[product] = sum(of_processes or parts.values(), ZERO)
    return found


def _hours_of(roster: Roster, teams: Iterable[int], days: Iterable[date], shifts: list[Shift]) -> Decimal:
    """Net hours of everybody on duty."""
    days = list(days)
    total = ZERO
    for team in teams:
        for on in days:
            of_day = shifts if roster.duties.has_roster(team, on) else shifts[:1]
            total += sum((person.hours for shift in of_day for person in roster.on_shift(team, shift, on)), ZERO)
    return total
