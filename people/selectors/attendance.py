"""Who came, for how many hours, and who was missing: sums of roll calls, with people lent counted where they worked (PPL-03, PPL-04)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from people.models import CAME, OrgNode, OrgPath, RollCallMark, Shift, Staff, StaffLoan

Key = tuple[int, int, date]  # team, shift, business date
Sums = QuerySet[Any, Any]  # by such a key


@dataclass
class Attendance:
    """Persons and hours of one team's shift, or a sum of several. People who came without being rostered count in hours alone."""

    rostered: int = 0
    attended: int = 0
    came: int = 0
    called_hours: Decimal = Decimal(0)
    lent_hours: Decimal = Decimal(0)
    borrowed_hours: Decimal = Decimal(0)
    is_called: bool = False

    @property
    def hours(self) -> Decimal:
        """Attended hours, people lent counted where they worked."""
        return self.called_hours - self.lent_hours + self.borrowed_hours

    @property
    def rate(self) -> Decimal | None:
        """Attended of rostered persons in percent; ``None`` when nobody was rostered."""
        return Decimal(100 * self.attended) / self.rostered if self.rostered else None

    def __add__(self, other: Attendance) -> Attendance:
        return Attendance(
            self.rostered + other.rostered,
            self.attended + other.attended,
            self.came + other.came,
            self.called_hours + other.called_hours,
            self.lent_hours + other.lent_hours,
            self.borrowed_hours + other.borrowed_hours,
            self.is_called or other.is_called,
        )


def attendance(team_ids: Iterable[int] | None, first: date, last: date) -> dict[Key, Attendance]:
    """Per team, shift and business date from ``first`` to ``last`` (inclusive) in three statements; ``None`` asks for all teams.

    Only what was called or lent is there. Rates are divided from sums: add what you need with ``+`` and ask once.
    """
    return attendance_among(*attendance_asked(team_ids, first, last))


def attendance_asked(team_ids: Iterable[int] | None, first: date, last: date) -> tuple[Sums, Sums, Sums]:
    """The sums behind ``attendance``, for a page that reads them together with something else: called, lent, borrowed."""
    dates = Q(business_date__gte=first, business_date__lte=last)
    teams = None if team_ids is None else set(team_ids)
    marks = RollCallMark.objects.filter(dates)
    if teams is not None:
        marks = marks.filter(roll_call__team__in=teams)
    came = Q(presence__in=list(CAME))
    called = (
        marks.order_by()
        .values_list("roll_call__team", "shift", "business_date")
        .annotate(
            rostered=Count("pk", filter=Q(is_extra=False)),
            attended=Count("pk", filter=Q(is_extra=False) & came),
            came=Count("pk", filter=came),
            hours=Sum("attended_hours"),
        )
    )
    loans = StaffLoan.objects.filter(dates, cancelled_at=None).order_by()

    def hours_of(side: str) -> Sums:
        rows = loans if teams is None else loans.filter(**{f"{side}__in": teams})
        return rows.values_list(side, "shift", "business_date").annotate(sum=Sum("hours"))

    return called, hours_of("from_team"), hours_of("to_team")


def attendance_among(called: Iterable[Any], lent: Iterable[Any], borrowed: Iterable[Any]) -> dict[Key, Attendance]:
    """``attendance`` from the rows of ``attendance_asked``."""
    found: dict[Key, Attendance] = defaultdict(Attendance)
    for team, shift, on, rostered, attended, came, hours in called:
        found[team, shift, on] = Attendance(rostered, attended, came, hours, is_called=True)
    for rows, name in ((lent, "lent_hours"), (borrowed, "borrowed_hours")):
        for team, shift, on, hours in rows:
            setattr(found[team, shift, on], name, hours)
    return dict(found)


def attended_hours(team: OrgNode, shift: Shift, on: date) -> Decimal | None:
    """Hours worked in a team's shift by its roll call and the people lent; ``None`` when nothing was called or lent yet."""
    row = attendance([team.pk], on, on).get((team.pk, shift.pk, on))
    return row.hours if row else None


@dataclass(frozen=True)
class Absence:
    """Somebody on the roster who did not come, or came late. ``presence`` is a key of ``Presence``."""

    staff: Staff
    team_id: int
    shift_id: int
    on: date
    presence: str
    minutes_late: int | None
    note: str


def absences(node_ids: Iterable[int], first: date, last: date, *, shift: Shift | None = None, late_too: bool = False) -> list[Absence]:
    """Who is missing in these units and the teams below them, unplanned first; with ``late_too`` also who came late. One statement.

    For the hand-over and the head count.
    """
    return absences_by(marks_of_absence(node_ids, first, last, shift=shift, late_too=late_too))


def marks_of_absence(
    node_ids: Iterable[int], first: date, last: date, *, shift: Shift | None = None, late_too: bool = False
) -> QuerySet[RollCallMark]:
    """The marks behind ``absences``, for a page that reads them together with something else (the T-01 item on unplanned absences)."""
    wanted = list(set(node_ids))
    below = OrgPath.objects.filter(valid_from__lte=last, valid_to__gt=first).filter(
        Q(plant__in=wanted) | Q(workshop__in=wanted) | Q(section__in=wanted) | Q(team__in=wanted)
    )
    rows = RollCallMark.objects.filter(
        roll_call__team__in=below.values("node"), business_date__gte=first, business_date__lte=last, is_extra=False
    ).exclude(presence__in=["present"] if late_too else list(CAME))
    if shift is not None:
        rows = rows.filter(shift=shift)
    return rows.select_related("staff", "roll_call")


def absences_by(marks: Iterable[RollCallMark]) -> list[Absence]:
    order = {"absent": 0, "leave": 1, "late": 2}
    found = [
        Absence(row.staff, row.roll_call.team_id, row.shift_id, row.business_date, row.presence, row.minutes_late, row.note)
        for row in marks
    ]
    return sorted(found, key=lambda row: (row.on, order[row.presence], row.staff.staff_no))
