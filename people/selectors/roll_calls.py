"""Which roll calls are due or missing, and what one of them shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import BigIntegerField, DateField, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import timezone

from core.clock import plant_zone
from core.plant_settings import plant_setting
from core.together import read_together
from people.access import nodes_under, plant_of
from people.models import OrgKind, OrgNode, OrgPath, RollCall, RollCallMark, Shift, Staff, StaffLoan
from people.roster import Duties, on_duty
from people.roster_rows import days_between
from people.selectors.attendance import Attendance, attendance_among, attendance_asked
from people.selectors.rosters import Rostered, roster_of

OPENS_BEFORE = timedelta(hours=2)
DUE_AFTER = timedelta(minutes=30)
LATELY = timedelta(days=30)


@dataclass(frozen=True)
class DueCall:
    """A shift that has begun, or begins within two hours, and was not called yet; due half an hour after its start."""

    team_id: int
    shift: Shift
    on: date
    starts: datetime

    @property
    def due(self) -> datetime:
        return self.starts + DUE_AFTER


def due_roll_calls(scope: frozenset[int] | None, at: datetime | None = None) -> list[DueCall]:
    """What is to be called in the teams of ``scope`` (``None``: all), the oldest first; as far back as a roll call may still be made.

    A team with a roster is called in the shifts it works, one without in those in which it was called in the last 30 days. Five
    statements, however many teams or days.
    """
    at = at or timezone.now()
    last = (at + OPENS_BEFORE).astimezone(plant_zone()).date()
    first = at.astimezone(plant_zone()).date() - timedelta(days=plant_setting("roll_call_days"))
    paths = OrgPath.objects.filter(node__kind=OrgKind.TEAM, valid_from__lte=last, valid_to__gt=first)
    if scope is not None:
        paths = paths.filter(node__in=scope)
    teams = set(paths.values_list("node_id", flat=True))
    return uncalled(teams, list(Shift.objects.order_by("starts_at", "code")), on_duty(teams, first, last), (first, last), at)


def uncalled(teams: Iterable[int], shifts: Iterable[Shift], duties: Duties, days: tuple[date, date], at: datetime) -> list[DueCall]:
    """The same for teams, shifts and duties that were read already, from the first to the last of ``days``: one statement more."""
    first, last = days
    called: set[tuple[int, int, date]] = set()
    lately: set[tuple[int, int]] = set()
    peopled: set[int] = set()
    calls = (
        RollCall.objects.filter(team__in=teams, business_date__gte=min(first, last - LATELY))
        .order_by()
        .values_list("team_id", "shift_id", "business_date")
    )
    nobody = Cast(Value(None), BigIntegerField()), Cast(Value(None), DateField())
    members = Staff.objects.filter(org__in=teams).order_by().values_list("org_id", *nobody).distinct()
    for team, shift_id, on in calls.union(members, all=True):
        if on is None:
            peopled.add(team)
        else:
            called.add((team, shift_id, on))
            if on >= last - LATELY:
                lately.add((team, shift_id))
    found = []
    shifts = list(shifts)
    for team in peopled:
        for on in days_between(first, last):
            for shift in shifts:
                if (team, shift.pk, on) in called or not (duties.has_roster(team, on) or (team, shift.pk) in lately):
                    continue
                window = duties.window(team, shift, on)
                if window and window[0] - OPENS_BEFORE <= at:
                    found.append(DueCall(team, shift, on, window[0]))
    return sorted(found, key=lambda call: (call.starts, call.team_id))


@dataclass(frozen=True)
class CallRow:
    """A person in a roll call: how the roster has them, and the mark where one was made."""

    staff: Staff
    rostered: Rostered | None
    mark: RollCallMark | None
    lent: Decimal

    @property
    def planned(self) -> Decimal:
        return self.rostered.hours if self.rostered else self.mark.rostered_hours if self.mark else Decimal(0)


def who_may_come(team: OrgNode) -> QuerySet[Staff]:
    """Who may come to a team without being on its roster: everybody of its plant, and people of the whole company."""
    return Staff.objects.filter(Q(org=None) | Q(org__in=nodes_under(plant_of(team) or team)))


@dataclass(frozen=True)
class Around:
    """What is known of a team's shift beside its roster: the marks of its roll call, the sum of them, and who was lent."""

    marks: list[RollCallMark]
    sums: Attendance
    loans: list[StaffLoan]


def around_call(team: OrgNode, shift: Shift, on: date, roll_call: RollCall | None) -> Around:
    """One statement. Loans to and from the team, what was taken back last."""
    marks = RollCallMark.objects.filter(roll_call=roll_call).select_related("staff").order_by("pk")
    loans = StaffLoan.objects.filter(Q(from_team=team) | Q(to_team=team), shift=shift, business_date=on)
    loans = loans.select_related("staff", "from_team", "to_team", "made_by").order_by("pk")
    made, lent, *sums = read_together(marks if roll_call else marks.none(), loans, *attendance_asked([team.pk], on, on))
    called = attendance_among(*sums).get((team.pk, shift.pk, on), Attendance())
    return Around(made, called, sorted(lent, key=lambda loan: loan.cancelled_at is not None))


def call_rows(team: OrgNode, shift: Shift, on: date, around: Around, extra: Iterable[Staff] = ()) -> list[CallRow]:
    """Everybody of a roll call, those on the roster first, by staff number."""
    rostered = {person.staff.pk: person for person in roster_of([team.pk], on, on).on_shift(team, shift, on)}
    marks = {mark.staff_id: mark for mark in around.marks}
    people = {pk: person.staff for pk, person in rostered.items()} | {pk: mark.staff for pk, mark in marks.items()}
    people |= {staff.pk: staff for staff in extra}
    lent: dict[int, Decimal] = defaultdict(Decimal)
    for loan in around.loans:
        if loan.from_team_id == team.pk and loan.cancelled_at is None:
            lent[loan.staff_id] += loan.hours
    rows = [CallRow(staff, rostered.get(pk), marks.get(pk), lent[pk]) for pk, staff in people.items()]
    return sorted(rows, key=lambda row: (row.rostered is None, row.staff.staff_no))
