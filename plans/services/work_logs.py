"""The work log of one person and business date: kept while it is typed, handed in, corrected until it is answered (PLN-12, GEN-10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.clock import plant_zone
from core.errors import Faults, Faulty, Required, RuleBroken, StaleVersion
from core.refusals import refusals_explained
from people.models import OrgNode, Shift, Staff
from people.services import notify, settle
from plans.errors.findings import TextTooLong
from plans.errors.work_logs import DueTooSoon, LogAhead, LogAnswered, LogNotHandedIn, NotTheirLog
from plans.models import LOG_CHARACTERS, NOTE_CHARACTERS, ON_TIME, TO_DO_CHARACTERS, ThinkingNote, ToDo, WorkLog
from plans.selectors.log_readers import ladder
from plans.selectors.work_logs import due_by, log_day, next_working_day
from plans.services.findings import checked_text
from plans.services.status import change_status
from plans.words import clock_words

Status = WorkLog.Status
WAITS, REPLIED = "log.wait", "log.replied"


@dataclass(frozen=True)
class ToDoInput:
    """One row of next-day work; ``id`` that of a row that stands already, ``due_on`` blank for the next day the unit works."""

    text: str
    team: OrgNode | None = None
    due_on: date | None = None
    id: int | None = None


@dataclass(frozen=True)
class NoteInput:
    text: str
    is_shared: bool = False


@dataclass(frozen=True)
class LogInput:
    """What a log says; ``notes`` by ``ThinkingNote.Kind``, a kind that is left out or blank keeps no note."""

    done: str = ""
    contacts: str = ""
    follow_up: str = ""
    problems: str = ""
    to_dos: Sequence[ToDoInput] = ()
    notes: Mapping[str, NoteInput] = field(default_factory=dict)


WORDS = ("done", "contacts", "follow_up", "problems")


@transaction.atomic
def save_log(
    *,
    author: Staff,
    business_date: date,
    said: LogInput,
    shift: Shift | None = None,
    version: int | None = None,
    at: datetime | None = None,
) -> WorkLog:
    """Keep the log of a date: the draft, or a correction of one that is handed in and not answered yet. Nobody writes another's log.

    ``version`` is what the page had: 0 for a log that was not there, ``None`` asks nothing. Raises ``StaleVersion``, ``LogAnswered``,
    ``LogAhead`` for a day to come, or ``Faults`` at ``to_dos.<n>.<field>``, ``notes.<kind>`` and the fields
    (``TextTooLong``, ``Required``).
    """
    at = at or timezone.now()
    if business_date > at.astimezone(plant_zone()).date():
        raise LogAhead(field="business_date", on=business_date.isoformat())
    log = (
        WorkLog.objects.select_for_update(of=("self",))
        .select_related("replied_by")
        .filter(author=author, business_date=business_date)
        .first()
    )
    _require_seen(log, version, author)
    if log is None:
        shift = shift or log_day(author, at, on=business_date).shift
        log = WorkLog(author=author, business_date=business_date, shift=shift, node=author.org, version=0)
    elif log.status == Status.ANSWERED:
        raise _answered(log)
    _check(log, said)
    is_draft = log.status == Status.DRAFT
    if is_draft:
        log.shift = shift or log.shift
        log.due_at = due_by(business_date, log.shift)
    for name in WORDS:
        setattr(log, name, getattr(said, name).strip())
    log.version += 1
    with refusals_explained({"one_work_log_per_day": lambda: _stale(author, at, 1)}):
        log.save()
    _keep_to_dos(log, said.to_dos)
    _keep_notes(log, said.notes)
    return log


def _require_seen(log: WorkLog | None, version: int | None, author: Staff) -> None:
    if version is None or version == (log.version if log else 0):
        return
    raise _stale(author, log.saved_at if log else timezone.now(), log.version if log else 0)


def _stale(author: Staff, when: datetime, version: int) -> StaleVersion:
    return StaleVersion(who=author.name, when=clock_words(when), version=version)


def _answered(log: WorkLog) -> LogAnswered:
    assert log.replied_by is not None
    assert log.replied_at is not None
    return LogAnswered(who=log.replied_by.name, when=clock_words(log.replied_at))


def _check(log: WorkLog, said: LogInput) -> None:
    faults: list[RuleBroken] = []
    for name in WORDS:
        faults += _too_long(getattr(said, name), LOG_CHARACTERS, name)
    if log.status != Status.DRAFT and not said.done.strip():
        faults.append(Required(field="done"))
    for number, row in enumerate(said.to_dos):
        at = f"to_dos.{number}"
        if not row.text.strip():
            faults.append(Required(field=f"{at}.text"))
        faults += _too_long(row.text, TO_DO_CHARACTERS, f"{at}.text")
        if row.due_on is not None and row.due_on <= log.business_date:
            faults.append(DueTooSoon(field=f"{at}.due_on", on=log.business_date.isoformat()))
    for kind, note in said.notes.items():
        if kind not in ThinkingNote.Kind.values:
            faults.append(Faulty(field=f"notes.{kind}"))
        faults += _too_long(note.text, NOTE_CHARACTERS, f"notes.{kind}")
    if faults:
        raise Faults(faults)


def _too_long(text: str, most: int, place: str) -> list[RuleBroken]:
    length = len(text.strip())
    return [TextTooLong(field=place, length=length, most=most)] if length > most else []


def _keep_to_dos(log: WorkLog, rows: Sequence[ToDoInput]) -> None:
    """Rows that are left out go, unless somebody has done them; one that is gone already is written anew."""
    kept = {row.id for row in rows if row.id is not None}
    log.to_dos.filter(done_at=None).exclude(pk__in=kept).delete()
    standing = {to_do.pk: to_do for to_do in log.to_dos.all()}
    days: dict[int | None, date] = {}
    for row in rows:
        node = row.team.pk if row.team else log.node_id
        due_on = row.due_on or days.get(node)
        if due_on is None:
            due_on = days[node] = next_working_day(node, log.business_date)
        to_do = standing.pop(row.id or 0, None) or ToDo(log=log)
        told = (row.text.strip(), row.team, due_on)
        if (to_do.text, to_do.team, to_do.due_on) != told:
            to_do.text, to_do.team, to_do.due_on = told
            to_do.save()


def _keep_notes(log: WorkLog, notes: Mapping[str, NoteInput]) -> None:
    said = {kind: note for kind, note in notes.items() if note.text.strip()}
    log.notes.exclude(kind__in=said).delete()
    for kind, note in said.items():
        log.notes.update_or_create(kind=kind, defaults={"text": note.text.strip(), "is_shared": note.is_shared})


@transaction.atomic
def submit_log(*, log: WorkLog, at: datetime | None = None) -> WorkLog:
    """The author hands it in; who stands next above is told that it waits. Handed in after the due minute it is late, for good.

    Doing it twice changes nothing. Raises ``Required`` at ``done`` for a log that says nothing, ``LogAnswered``. (GEN-10)
    """
    at = at or timezone.now()
    log = _locked(log)
    if log.status == Status.SUBMITTED:
        return log
    if log.status == Status.ANSWERED:
        raise _answered(log)
    if not log.done:
        raise Required(field="done")
    change_status(log, Status.SUBMITTED, submitted_at=at, is_late=at >= log.due_at + ON_TIME)
    superior = ladder().nearest(log.node_id, log.author_id)
    if superior is not None:
        notify(to=[superior], kind=WAITS, key=str(log.pk), figures={"who": log.author, "on": log.business_date}, url=_url(log), at=at)
    return log


@transaction.atomic
def reply_to_log(*, log: WorkLog, text: str, by: Staff, version: int | None = None, at: datetime | None = None) -> WorkLog:
    """Whoever stands next above writes the reply; the author is told once, and the log stays as it is. Sending the same twice does it once.

    Raises ``Required`` or ``TextTooLong`` at ``text``, ``NotTheirLog``, ``LogNotHandedIn``, ``LogAnswered``, ``StaleVersion`` where the
    author corrected it after ``version`` was read. (GEN-10)
    """
    at = at or timezone.now()
    text = checked_text(text, field="text", most=LOG_CHARACTERS)
    log = _locked(log)
    if log.status == Status.ANSWERED:
        if (log.replied_by_id, log.reply) == (by.pk, text):
            return log
        raise _answered(log)
    if log.status == Status.DRAFT:
        raise LogNotHandedIn()
    nearest = ladder().nearest(log.node_id, log.author_id)
    if nearest is None or nearest.pk != by.pk:
        raise NotTheirLog(who=nearest.name if nearest else "—")
    _require_seen(log, version, log.author)
    change_status(log, Status.ANSWERED, reply=text, replied_by=by, replied_at=at)
    settle(WAITS, str(log.pk), at=at)
    notify(to=[log.author], kind=REPLIED, key=str(log.pk), figures={"who": by, "on": log.business_date}, url=_url(log), at=at)
    return log


def _locked(log: WorkLog) -> WorkLog:
    return WorkLog.objects.select_for_update(of=("self",)).select_related("author", "replied_by").get(pk=log.pk)


def _url(log: WorkLog) -> str:
    return reverse("work-log", args=[log.pk])


@transaction.atomic
def tick_to_do(*, to_do: ToDo, by: Staff, is_done: bool = True, at: datetime | None = None) -> ToDo:
    """It is done, or after all not. The same tick twice changes nothing; the first who ticked it stays."""
    to_do = ToDo.objects.select_for_update(of=("self",)).get(pk=to_do.pk)
    if is_done != (to_do.done_at is not None):
        to_do.done_by, to_do.done_at = (by, at or timezone.now()) if is_done else (None, None)
        to_do.save(update_fields=["done_by", "done_at"])
    return to_do
