"""A month of one team as a grid: a row for the team and one for each of its people, a column for each day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from core.clock import PlantMonth, plant_today
from core.templatetags.fo import clock, day
from people.models import OrgNode, RosterDay, RotationPattern, Shift, Staff
from people.roster import USUAL, on_duty
from people.roster_rows import Times
from people.selectors.rosters import Roster, roster_of

TONES = 3
PREVIEW_DAYS = 14


@dataclass(frozen=True)
class ShiftKey:
    """How a shift is written in the grid: a short mark, its word, and one of three tones in the order of the day."""

    shift: Shift
    mark: str
    tone: int


@dataclass(frozen=True)
class Cell:
    """One day of a row. ``words`` say it whole, for the ear; ``times`` only where they are other than the shift's own."""

    on: date
    mark: str
    words: str
    tone: str
    times: str = ""
    is_change: bool = False
    is_weekend: bool = False
    is_today: bool = False


@dataclass
class Line:
    staff: Staff | None
    cells: list[Cell] = field(default_factory=list)


@dataclass
class RosterMonth:
    team: OrgNode
    month: PlantMonth
    days: list[date]
    days_off: set[date]
    keys: list[ShiftKey]
    lines: list[Line]
    counts: list[int]
    has_roster: bool


def shift_keys(shifts: Sequence[Shift]) -> list[ShiftKey]:
    """The shortest beginning of each shift's word that no other has, at least one letter."""
    found = []
    for number, shift in enumerate(shifts):
        others = [other.label for other in shifts if other.pk != shift.pk]
        length = next((n for n in range(1, len(shift.label)) if not any(o.startswith(shift.label[:n]) for o in others)), len(shift.label))
        found.append(ShiftKey(shift, shift.label[:length], number % TONES))
    return found


def roster_month(team: OrgNode, month: PlantMonth, today: date) -> RosterMonth:
    """The grid in a number of statements that grows neither with people nor with days."""
    days = list(month.days())
    roster = roster_of([team.pk], days[0], days[-1])
    keys = shift_keys(list(Shift.objects.order_by("starts_at", "code")))
    drawn = _Drawn(roster, team, {key.shift.pk: key for key in keys}, today)
    members = roster.members.get(team.pk, [])
    guests = {
        row.staff_id: row.staff for on in days for row in roster.guests.get((team.pk, on), []) if row.staff and row.staff.org_id != team.pk
    }
    lines = [Line(None, [drawn.of_team(on) for on in days])]
    lines += [Line(staff, [drawn.of_person(staff, on) for on in days]) for staff in members]
    lines += [Line(staff, [drawn.of_person(staff, on) for on in days]) for staff in sorted(guests.values(), key=lambda one: one.staff_no)]
    return RosterMonth(
        team=team,
        month=month,
        days=days,
        days_off={on for on in days if not roster.duties.is_worked(team.pk, on)},
        keys=[key for key in keys if key.shift.pk in drawn.used],
        lines=lines,
        counts=[sum(1 for line in lines[1:] if line.cells[number].tone not in ("off", "none")) for number in range(len(days))],
        has_roster=any(roster.duties.has_roster(team.pk, on) for on in days),
    )


@dataclass
class _Drawn:
    roster: Roster
    team: OrgNode
    keys: dict[int, ShiftKey]
    today: date
    used: set[int] = field(default_factory=set)

    def of_team(self, on: date) -> Cell:
        return self.of_shifts(on, self.roster.duties.shifts(self.team.pk, on), self.roster.duties.is_changed(self.team.pk, on))

    def of_person(self, staff: Staff, on: date) -> Cell:
        if not staff.works_on(on):
            return Cell(on, "", f"{day(on, 'long')}: {_('not employed')}", "none", is_today=on == self.today)
        if staff.org_id != self.team.pk and (staff.pk, on) not in self.roster.own:
            return Cell(on, "", f"{day(on, 'long')}: {_('in the own team')}", "none", is_today=on == self.today)
        shifts, differs = self.roster.shifts_of(staff, self.team.pk, on)
        return self.of_shifts(on, shifts, differs)

    def of_shifts(self, on: date, shifts: dict[int, Times] | None, is_change: bool = False) -> Cell:
        about: dict[str, Any] = {"is_change": is_change, "is_weekend": on.weekday() >= 5, "is_today": on == self.today}
        spoken = day(on, "long")
        if shifts is None:
            return Cell(on, "·", f"{spoken}: {_('working day, every shift')}", "any", **about)
        if not shifts:
            return Cell(on, "–", f"{spoken}: {_('off')}", "off", **about)
        self.used.update(shifts)
        keys = [self.keys[pk] for pk in self.keys if pk in shifts]
        times = times_words([(key.shift, shifts[key.shift.pk]) for key in keys])
        words = ", ".join(key.shift.label for key in keys)
        said = f"{spoken}: {words} {times}".strip()
        return Cell(on, " ".join(key.mark for key in keys), said, str(keys[0].tone), times, **about)


def times_words(shifts: Iterable[tuple[Shift, Times]]) -> str:
    """``–19:00``, ``06:00–``, ``08:00–12:00``: only what is other than the shift's own."""

    def said(own: time | None) -> str:
        return clock(own) if own else ""

    return " ".join(f"{said(starts)}–{said(ends)}" for _shift, (starts, ends) in shifts if starts or ends)


@dataclass(frozen=True)
class Preview:
    """The first days of a team on a pattern; ``until_now`` is what it follows today, ``changes`` how many changed days stay as they are."""

    team: OrgNode
    cells: list[Cell]
    until_now: str
    changes: int


def preview(starts: Sequence[tuple[OrgNode, int]], pattern: RotationPattern | None, first: date, last: date | None) -> list[Preview]:
    """What following a pattern would bring, two weeks long."""
    days = [first + timedelta(days=n) for n in range(PREVIEW_DAYS) if last is None or first + timedelta(days=n) <= last]
    teams = [team.pk for team, _first_day in starts]
    duties = on_duty(teams, days[0], days[-1])
    drawn = _Drawn(
        Roster(duties, {}, {}, {}), starts[0][0], {key.shift.pk: key for key in shift_keys(list(Shift.objects.all()))}, plant_today()
    )
    cycle = list(pattern.days.order_by("number").values_list("shift", flat=True)) if pattern else []
    rows = RosterDay.objects.filter(team__in=teams, staff=None, date__gte=first)
    changes = dict(
        (rows.filter(date__lte=last) if last else rows).order_by().values_list("team").annotate(days=Count("date", distinct=True))
    )
    patterns = RotationPattern.objects.in_bulk()
    found = []
    for team, first_day in starts:
        cells = []
        for number, on in enumerate(days):
            works = duties.is_worked(team.pk, on)
            if pattern is None:
                shifts: dict[int, Times] | None = None if works else {}
            else:
                shift = None if pattern.rests_on_days_off and not works else cycle[(first_day - 1 + number) % len(cycle)]
                shifts = {} if shift is None else {shift: USUAL}
            cells.append(drawn.of_shifts(on, shifts))
        followed = duties.cycle(team.pk, first)
        found.append(Preview(team, cells, patterns[followed.pattern].label if followed else "", changes.get(team.pk, 0)))
    return found
