"""Who of a team is on the roster: its members, and the people for whom a date differs (PPL-17)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Q, QuerySet

from people.models import OrgNode, RosterDay, Shift, Staff
from people.roster import Duties, Window, on_duty
from people.roster_rows import Times

HUNDREDTH = Decimal("0.01")


def net_hours(shift: Shift, on: date, window: Window) -> Decimal:
    """Hours of a duty without the break; a part shift has no more than the shift without its break."""
    minutes = (window[1] - window[0]) // timedelta(minutes=1)
    usual_starts, usual_ends = shift.times.window(on)
    usual = (usual_ends - usual_starts) // timedelta(minutes=1)
    worked = minutes - shift.break_minutes if minutes >= usual else min(minutes, usual - shift.break_minutes)
    return (Decimal(worked) / 60).quantize(HUNDREDTH, ROUND_HALF_UP)


@dataclass(frozen=True)
class Rostered:
    """A person who is to work a shift; ``hours`` are net of the break."""

    staff: Staff
    window: Window
    hours: Decimal


@dataclass
class Roster:
    """The people of some teams for some days; every question after reading is free."""

    duties: Duties
    members: dict[int, list[Staff]]
    own: dict[tuple[int, date], list[RosterDay]]
    guests: dict[tuple[int, date], list[RosterDay]]

    def on_shift(self, team: OrgNode | int, shift: Shift, on: date) -> list[Rostered]:
        """Who works that shift in that team, by staff number. A team that goes by the calendar alone has all its people in every shift."""
        team_id = team.pk if isinstance(team, OrgNode) else team
        usual = self.duties.window(team_id, shift, on)
        found = []
        for staff in self.members.get(team_id, ()):
            if usual and (staff.pk, on) not in self.own and staff.works_on(on):
                found.append(Rostered(staff, usual, net_hours(shift, on, usual)))
        for row in self.guests.get((team_id, on), ()):
            if row.shift_id == shift.pk and not row.is_off and row.staff is not None and row.staff.works_on(on):
                window = shift.times.changed_window(on, row.starts_at, row.ends_at)
                found.append(Rostered(row.staff, window, net_hours(shift, on, window)))
        return sorted(found, key=lambda person: person.staff.staff_no)

    def shifts_of(self, staff: Staff, team_id: int, on: date) -> tuple[dict[int, Times] | None, bool]:
        """What a member works on a date (``None``: by the calendar), and whether it differs from the team."""
        rows = self.own.get((staff.pk, on))
        if rows is None:
            return self.duties.shifts(team_id, on), False
        return {row.shift_id: (row.starts_at, row.ends_at) for row in rows if not row.is_off and row.team_id == team_id}, True


def roster_of(team_ids: Iterable[int], first: date, last: date) -> Roster:
    """The rosters of these teams from ``first`` to ``last``, both inclusive, in three statements however many they are."""
    teams = set(team_ids)
    return roster_among(*roster_asked(teams, first, last), on_duty(teams, first, last))


def roster_asked(team_ids: Iterable[int], first: date, last: date) -> tuple[QuerySet[Staff], QuerySet[RosterDay]]:
    """The rows behind ``roster_of`` beside its duties, for a page that reads them together with something else."""
    teams = set(team_ids)
    people = Staff.objects.filter(Q(hired_on=None) | Q(hired_on__lte=last), Q(left_on=None) | Q(left_on__gte=first), org__in=teams)
    rows = RosterDay.objects.filter(Q(team__in=teams) | Q(staff__org__in=teams), staff__isnull=False, date__gte=first, date__lte=last)
    return people.order_by("staff_no"), rows.select_related("staff")


def roster_among(people: Iterable[Staff], rows: Iterable[RosterDay], duties: Duties) -> Roster:
    """``roster_of`` from the rows of ``roster_asked``."""
    members: dict[int, list[Staff]] = defaultdict(list)
    for staff in people:
        members[staff.org_id].append(staff)  # type: ignore[index]
    own: dict[tuple[int, date], list[RosterDay]] = defaultdict(list)
    guests: dict[tuple[int, date], list[RosterDay]] = defaultdict(list)
    for row in rows:
        own[row.staff_id, row.date].append(row)  # type: ignore[index]
        guests[row.team_id, row.date].append(row)
    return Roster(duties, dict(members), dict(own), dict(guests))


def days_seen(team: OrgNode, staff: Staff | None, on: date) -> str:
    """What stands in the roster for that team or person and date, as a mark that changes with it."""
    rows = RosterDay.objects.filter(team=team, staff=staff, date=on).order_by("pk")
    return " ".join(f"{row.pk}:{row.shift_id}:{row.is_off}:{row.starts_at}:{row.ends_at}" for row in rows)
