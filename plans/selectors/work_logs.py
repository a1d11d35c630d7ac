"""Work logs as people read them: one's own day, who is expected to write, what a superior finds of a date (PLN-12, GEN-10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from core.clock import at_plant, plant_zone
from core.plant_settings import plant_setting
from people.access import Access
from people.models import Shift, Staff
from people.roles import ACTIONS
from people.roster import Duties, on_duty
from plans.models import ON_TIME, ThinkingNote, WorkLog
from plans.selectors.log_readers import Ladder, ladder, logs_to_read, people_below

Status = WorkLog.Status
LOOKED_BACK = 7
LOOKED_AHEAD = 21


def due_by(business_date: date, shift: Shift | None) -> datetime:
    """When the log of a date is due: the plant's time of that day; where the shift ends later, its end."""
    due = at_plant(business_date, time.fromisoformat(plant_setting("work_log_due")))
    return max(due, shift.times.window(business_date)[1]) if shift else due


@dataclass(frozen=True)
class LogDay:
    """The business date somebody writes about now, in which shift, and those of that day to choose from."""

    on: date
    shift: Shift | None
    shifts: tuple[Shift, ...] = ()


def log_day(author: Staff, at: datetime | None = None, *, on: date | None = None) -> LogDay:
    """Of the shift of the author's unit that began last: the one they usually write in, else the first of the day.

    ``on`` asks for another date. The night shift's log stands under the date on which the night began.
    """
    shifts = list(Shift.objects.order_by("starts_at", "code"))
    usual = WorkLog.objects.filter(author=author, shift__isnull=False).order_by("-business_date").values_list("shift_id", flat=True).first()
    at = at or timezone.now()
    today = at.astimezone(plant_zone()).date()
    duties = on_duty([author.org_id] if author.org_id else [], on or today - timedelta(days=LOOKED_BACK), on or today)
    return _log_day(author, at, on, shifts, usual, duties)


def _log_day(author: Staff, at: datetime, on: date | None, shifts: Sequence[Shift], usual: int | None, duties: Duties) -> LogDay:
    today = at.astimezone(plant_zone()).date()
    if author.org_id is None:
        return LogDay(on or today, None)
    for day in [on] if on else (today - timedelta(days=back) for back in range(LOOKED_BACK + 1)):
        worked = tuple(shift for shift in shifts if duties.window(author.org_id, shift, day))
        own = next((shift for shift in worked if shift.pk == usual), worked[0] if worked else None)
        if on or (own and own.times.window(day)[0] <= at):
            return LogDay(day, own, worked)
    return LogDay(today, None)


@dataclass(frozen=True)
class MyLog:
    """One's own log of the business date one writes about now, as *My day* shows it. ``state`` is a key of ``core.states``."""

    on: date
    due_at: datetime
    state: str
    log: WorkLog | None


def last_logs(author: Staff) -> QuerySet[WorkLog]:
    """The newest ones of a person, as many as ``my_log`` looks at."""
    return WorkLog.objects.filter(author=author).order_by("-business_date")[: LOOKED_BACK + 1]


def my_log(author: Staff, rows: Sequence[WorkLog], at: datetime, shifts: Sequence[Shift], duties: Duties) -> MyLog:
    """Out of what was read already: the ``last_logs``, the shifts of the plant, the duties of the author's unit in the last week."""
    usual = next((row.shift_id for row in rows if row.shift_id), None)
    day = _log_day(author, at, None, shifts, usual, duties)
    log = next((row for row in rows if row.business_date == day.on), None)
    due_at = log.due_at if log else due_by(day.on, day.shift)
    state = "late" if due_at + ON_TIME <= at else "due"
    if log is not None and log.status != Status.DRAFT:
        state = "answered" if log.status == Status.ANSWERED else "unanswered"
    return MyLog(day.on, due_at, state, log)


def next_working_day(node: int | None, after: date) -> date:
    """The first day after a date on which a unit works in any shift; where none is planned, the next day of the calendar."""
    last = after + timedelta(days=LOOKED_AHEAD)
    duties = on_duty([node] if node else [], after, last)
    shifts = list(Shift.objects.all())
    for number in range(1, LOOKED_AHEAD + 1):
        day = after + timedelta(days=number)
        if _works(duties, node, shifts, day):
            return day
    return after + timedelta(days=1)


def _works(duties: Duties, node: int | None, shifts: Iterable[Shift], on: date) -> bool:
    if node is None:
        return duties.is_worked(0, on)
    return any(duties.window(node, shift, on) for shift in shifts)


def notes_seen(log: WorkLog, reader: Staff) -> QuerySet[ThinkingNote]:
    """The author's own notes; for everybody else the shared ones of a log that is handed in."""
    if log.author_id == reader.pk:
        return log.notes.all()
    return log.notes.filter(is_shared=True) if log.status != Status.DRAFT else log.notes.none()


def late_logs(at: datetime) -> Q:
    """Handed in late, or not yet although the time is over."""
    return Q(is_late=True) | Q(status=Status.DRAFT, due_at__lte=at - ON_TIME)


def writers(people: QuerySet[Staff]) -> QuerySet[Staff]:
    """Those of some people who are expected to write: whoever fills the checks of a place."""
    roles = [role.value for role in ACTIONS["sheet.fill"]]
    return people.filter(user__groups__name__in=roles, org__isnull=False).distinct().order_by("org__code", "name", "staff_no")


@dataclass(frozen=True)
class Expected:
    """One person and the log they owe of a date; ``log`` only where it is handed in. ``state`` is one of ``ORDER``."""

    who: Staff
    due_at: datetime
    state: str
    log: WorkLog | None = None


ORDER = {"unanswered": 0, "missing": 1, "later": 2, "answered": 3}


def expected_of(access: Access, on: date, at: datetime, rungs: Ladder | None = None) -> list[Expected]:
    """Everybody directly below this person who works on a date: unanswered logs first, then missing ones; in a constant number of
    statements."""
    rungs = rungs or ladder()
    people = list(writers(people_below(access, rungs, only_next=True)).select_related("org"))
    if not people:
        return []
    shifts = list(Shift.objects.order_by("starts_at", "code"))
    duties = on_duty({person.org_id for person in people if person.org_id}, on, on)
    handed_in = {log.author_id: log for log in logs_to_read(access, rungs).filter(business_date=on).select_related("author", "shift")}
    setting = at_plant(on, time.fromisoformat(plant_setting("work_log_due")))
    found = []
    for person in people:
        log = handed_in.get(person.pk)
        worked = [shift for shift in shifts if person.org_id and duties.window(person.org_id, shift, on)]
        if log is None and not worked:
            continue
        due = log.due_at if log else max(setting, worked[0].times.window(on)[1])
        if log:
            state = "answered" if log.status == Status.ANSWERED else "unanswered"
        else:
            state = "missing" if due + ON_TIME <= at else "later"
        found.append(Expected(person, due, state, log))
    return sorted(found, key=lambda row: ORDER[row.state])
