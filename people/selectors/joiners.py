"""People who are new, and the days on which nobody wrote what they were shown (PPL-05)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from core.plant_settings import plant_setting
from people.models import GuidanceNote, Mentoring, OrgKind, Staff
from people.selectors.rosters import Roster, roster_of


@dataclass
class GuidedDay:
    """A day of a newcomer: what was written, and whether something should have been."""

    on: date
    notes: list[GuidanceNote]
    is_duty: bool
    is_today: bool

    @property
    def state(self) -> str:
        """A key of ``core.states``: ``done``, ``due`` today, ``missed`` on a day of duty without a note, ``na`` on a day off."""
        if self.notes:
            return "done"
        if not self.is_duty:
            return "na"
        return "due" if self.is_today else "missed"


@dataclass
class Joiner:
    """A newcomer; ``day`` counts from 1 on the first day, up to the ``days`` of the plant's setting."""

    staff: Staff
    day: int
    days: int
    mentor: Staff | None
    guided: list[GuidedDay]

    @property
    def missed(self) -> int:
        return sum(one.state == "missed" for one in self.guided)

    @property
    def today(self) -> GuidedDay:
        return self.guided[-1]


def new_joiners(scope: frozenset[int] | None, today: date, only: int | None = None) -> list[Joiner]:
    """Those hired within the plant's days, the newest first; ``only`` one of them. A number of statements that does not grow."""
    days = plant_setting("new_joiner_days")
    people = Staff.objects.working_on(today).filter(hired_on__gt=today - timedelta(days=days)).select_related("org")
    if scope is not None:
        people = people.filter(org__in=scope)
    if only is not None:
        people = people.filter(pk=only)
    found = list(people.order_by("-hired_on", "staff_no"))
    if not found:
        return []
    first = min(staff.hired_on for staff in found if staff.hired_on)
    nodes = {staff.org_id for staff in found if staff.org_id}
    roster = roster_of(nodes, first, today)
    notes: dict[tuple[int, date], list[GuidanceNote]] = defaultdict(list)
    for note in GuidanceNote.objects.filter(staff__in=found, on__gte=first).select_related("by"):
        notes[note.staff_id, note.on].append(note)
    mentors = {row.staff_id: row.mentor for row in Mentoring.objects.filter(staff__in=found).select_related("mentor")}
    return [_joiner(staff, days, roster, notes, mentors.get(staff.pk), today) for staff in found]


def _joiner(
    staff: Staff, days: int, roster: Roster, notes: dict[tuple[int, date], list[GuidanceNote]], mentor: Staff | None, today: date
) -> Joiner:
    assert staff.hired_on is not None
    guided = []
    for number in range((today - staff.hired_on).days + 1):
        on = staff.hired_on + timedelta(days=number)
        guided.append(GuidedDay(on, notes.get((staff.pk, on), []), _has_duty(staff, roster, on), on == today))
    return Joiner(staff, len(guided), days, mentor, guided)


def _has_duty(staff: Staff, roster: Roster, on: date) -> bool:
    """Whether the roster has this person at work; whoever belongs to no team goes by the calendar."""
    if staff.org is None or staff.org.kind != OrgKind.TEAM:
        return roster.duties.is_worked(staff.org_id or 0, on)
    shifts, _differs = roster.shifts_of(staff, staff.org_id or 0, on)
    return shifts is None or bool(shifts)
