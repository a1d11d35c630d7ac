"""Which sheets the assignments ask for on which dates, following the roster (PLN-01, PPL-17)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from core.clock import END, plant_zone
from people.models import OrgKind, OrgPath, Shift
from people.roster import Duties, Window, on_duty
from plans.models import TemplateAssignment

MADE_AHEAD = timedelta(hours=24)
Rule = TemplateAssignment.Rule


@dataclass(frozen=True)
class Planned:
    """One sheet that an assignment asks for: of which unit, shift and business date, and from when to when they are on duty."""

    assignment: TemplateAssignment
    node_id: int
    shift: Shift
    business_date: date
    starts: datetime
    ends: datetime

    @property
    def key(self) -> tuple[int, int, int, date]:
        """What a sheet is known by."""
        return self.assignment.template_id, self.node_id, self.shift.pk, self.business_date


@dataclass(frozen=True)
class Horizon:
    """The days around ``at`` for which sheets are planned: whole weeks, from that of yesterday to that of the day 24 hours on."""

    at: datetime

    @property
    def today(self) -> date:
        return self.at.astimezone(plant_zone()).date()

    @property
    def yesterday(self) -> date:
        return self.today - timedelta(days=1)

    @property
    def first(self) -> date:
        return monday(self.yesterday)

    @property
    def last(self) -> date:
        return monday((self.at + MADE_AHEAD).astimezone(plant_zone()).date()) + timedelta(days=6)

    def days(self) -> Iterator[date]:
        return (self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1))

    def asks_now(self, sheet: Planned) -> bool:
        """Whether it is time to make it: begun, or to begin within 24 hours, and not over before today."""
        return sheet.starts <= self.at + MADE_AHEAD and (sheet.business_date >= self.today or sheet.ends > self.at)


def monday(on: date) -> date:
    return on - timedelta(days=on.weekday())


def planned_sheets(horizon: Horizon) -> list[Planned]:
    """All sheets that the assignments ask for on the days of the horizon, in a number of statements that does not grow with the plant."""
    rows = _in_force(horizon).exclude(rule=Rule.WINDOWS)
    return [sheet for assignment, days, _duties in _on_duty(rows, horizon) for sheet in _by_rule(assignment, days, horizon)]


def planned_windows(horizon: Horizon) -> list[tuple[Planned, list[Window]]]:
    """Of each unit and shift that owes spot checks, the windows of every day of the horizon (PLN-04)."""
    rows = _in_force(horizon).filter(rule=Rule.WINDOWS)
    return [
        (duty, duties.spot_windows(duty.node_id, duty.shift, duty.business_date))
        for _assignment, days, duties in _on_duty(rows, horizon)
        for duty in days
    ]


def _in_force(horizon: Horizon) -> QuerySet[TemplateAssignment]:
    in_force = Q(ends_on=None) | Q(ends_on__gte=horizon.first)
    rows = TemplateAssignment.objects.filter(in_force, template__is_retired=False, starts_on__lte=horizon.last)
    return rows.select_related("template")


def _on_duty(rows: QuerySet[TemplateAssignment], horizon: Horizon) -> Iterator[tuple[TemplateAssignment, list[Planned], Duties]]:
    """Each assignment's units with every day and shift on which they are on duty."""
    assignments = list(rows)
    if not assignments:
        return
    shifts = list(Shift.objects.all())
    places = _places(assignments, horizon)
    duties = on_duty({pk for found in places.values() for pk, _first, _until in found}, horizon.first, horizon.last)
    for assignment in assignments:
        for node_id, first, until in places[assignment.pk]:
            yield assignment, list(_duty_days(assignment, node_id, (first, until), shifts, duties, horizon)), duties


def _places(assignments: Sequence[TemplateAssignment], horizon: Horizon) -> dict[int, list[tuple[int, date, date]]]:
    """Of each assignment the units that fill a sheet each, from a date to before another: a team that moves away stops there."""
    wide = {row.node_id for row in assignments if row.reach == TemplateAssignment.Reach.TEAMS}
    below: dict[int, list[tuple[int, date, date]]] = defaultdict(list)
    paths = OrgPath.objects.filter(node__kind=OrgKind.TEAM, valid_from__lte=horizon.last, valid_to__gt=horizon.first)
    for path in paths.filter(Q(plant__in=wide) | Q(workshop__in=wide) | Q(section__in=wide) | Q(team__in=wide)).order_by("node__code"):
        for above in wide.intersection({path.plant_id, path.workshop_id, path.section_id, path.team_id} - {None}):
            below[above].append((path.node_id, path.valid_from, path.valid_to))
    return {row.pk: below[row.node_id] if row.node_id in wide and _is_wide(row) else [(row.node_id, date.min, END)] for row in assignments}


def _is_wide(assignment: TemplateAssignment) -> bool:
    return assignment.reach == TemplateAssignment.Reach.TEAMS


def _duty_days(
    assignment: TemplateAssignment, node_id: int, stands: tuple[date, date], shifts: Sequence[Shift], duties: Duties, horizon: Horizon
) -> Iterator[Planned]:
    for on in horizon.days():
        is_asked = assignment.starts_on <= on and (assignment.ends_on is None or on <= assignment.ends_on) and stands[0] <= on < stands[1]
        if not is_asked or (assignment.rule == Rule.WEEKDAYS and on.weekday() not in assignment.weekdays):
            continue
        for shift in shifts:
            if assignment.shift_id not in (None, shift.pk) or (
                assignment.shift_id is None and not _is_rostered(node_id, shift, on, duties)
            ):
                continue
            if window := duties.window(node_id, shift, on):
                yield Planned(assignment, node_id, shift, on, *window)


def _is_rostered(node_id: int, shift: Shift, on: date, duties: Duties) -> bool:
    """Whether a roster, and not the calendar alone, has the unit in that shift; the calendar would name every shift there is."""
    return any(shift.pk in (duties.shifts(team, on) or ()) for team in duties.teams(node_id, on))


def _by_rule(assignment: TemplateAssignment, days: list[Planned], horizon: Horizon) -> Iterable[Planned]:
    if assignment.rule == Rule.WEEKLY:
        weeks: dict[date, list[Planned]] = defaultdict(list)
        for sheet in days:
            weeks[monday(sheet.business_date)].append(sheet)
        return [replace(_first(week), ends=max(sheet.ends for sheet in week)) for week in weeks.values()]
    if assignment.rule == Rule.ONCE:
        ahead = [sheet for sheet in days if sheet.business_date >= horizon.today]
        if not ahead:
            return []
        first = _first(ahead)
        if assignment.ends_on is None:
            return [first]
        return [replace(first, ends=max(first.ends, first.shift.times.window(assignment.ends_on)[1]))]
    return days


def _first(days: Sequence[Planned]) -> Planned:
    return min(days, key=lambda sheet: (sheet.starts, sheet.shift.code))
