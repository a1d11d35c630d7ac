"""The life of long work: queued, running with a heartbeat, done, failed, cancelled, tried again (STYLE habit 11).

A kind of work is listed by the room that does it (``list_kind`` from its ``AppConfig.ready``), so that any page can show, cancel and
restart a run without knowing the room. What a run says (``step``, ``error``) is kept untranslated and put into words by its reader.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db import Error, close_old_connections, connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_noop
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from core.errors import NotAllowed, RuleBroken
from core.models import JobRun

logger = logging.getLogger(__name__)
State = JobRun.State

BEAT_SECONDS = 10
LOST_AFTER = timedelta(seconds=120)
LOST = gettext_noop("The worker was lost before it finished. Start it again.")
TOO_LONG = gettext_noop("It took longer than it may. Nothing was kept; start it again.")
NO_QUEUE = gettext_noop("The queue does not answer. Start it again later.")
FAULT = gettext_noop("Something in the program went wrong. The log of the worker says what; start it again.")
STARTING = gettext_noop("Starting")
ALL_DONE = gettext_noop("All done")


class JobStopped(Exception):
    """The run is not ours any more: somebody cancelled it, or it was given up for lost."""


class JobNotRestartable(RuleBroken):
    """Only what failed, was cancelled or fell silent can be started again."""

    code = "job_not_restartable"


@dataclass(frozen=True)
class JobKind:
    """What one kind of work is called, how it is handed to a worker, where its result stands, and who may start it (again).

    Work that ``is_own`` is done with its owner's rights and shown to the owner: nobody else starts it again, and so takes it over.
    """

    code: str
    title: str | Promise
    enqueue: Callable[[int], Any]
    result_url: Callable[[JobRun], str]
    may_start: Callable[[JobRun, Any], bool]
    is_own: bool = False


KINDS: dict[str, JobKind] = {}


def list_kind(kind: JobKind) -> None:
    """Raises ``ValueError`` when another kind has that code already."""
    if KINDS.setdefault(kind.code, kind) is not kind:
        raise ValueError(kind.code)


def queue_job(*, kind: str, params: dict[str, Any], owner_no: str) -> JobRun:
    """A run that a worker takes up after this transaction; ``params`` hold plain keys only."""
    run = JobRun.objects.create(kind=kind, params=params, owner_no=owner_no)
    transaction.on_commit(lambda: _hand_over(run))
    return run


def _hand_over(run: JobRun) -> None:
    """A broker that does not answer is told on the run, not to whoever pressed the button as a crash."""
    try:
        KINDS[run.kind].enqueue(run.pk)
    except (OSError, OperationalError, RedisError) as fault:
        logger.warning("job %s was not queued: %s", run.pk, fault)
        _end(run.pk, State.FAILED, error=NO_QUEUE)


@dataclass(frozen=True)
class Progress:
    """Says how far a run is. Raises ``JobStopped`` when it was cancelled or given up meanwhile, so the work ends at its next step.

    ``taken_at`` tells this taking of the run from a later one, for a worker that was thought lost and comes back.
    """

    run_id: int
    taken_at: datetime

    def __call__(self, percent: int, step: str) -> None:
        now = timezone.now()
        kept = JobRun.objects.filter(pk=self.run_id, state=State.RUNNING, started_at=self.taken_at, cancel_asked=False)
        if not kept.update(percent=percent, step=step, beat_at=now):
            raise JobStopped(self.run_id)


def no_progress(percent: int, step: str) -> None:
    """For work that nobody watches."""


def run_job(run_id: int, work: Callable[[Progress], Any]) -> JobRun:
    """Take a queued run up, do ``work`` and record how it ended; an expected refusal is no crash, a crash is told and raised on.

    Safe to call twice: a run that somebody else has taken, or that is over, is left as it is. The work's own writes must be its own
    transactions, so that progress shows while it goes on.
    """
    now = timezone.now()
    taken = JobRun.objects.filter(pk=run_id, state=State.QUEUED).update(
        state=State.RUNNING, started_at=now, beat_at=now, percent=0, step=STARTING, error=""
    )
    if not taken:
        return JobRun.objects.get(pk=run_id)
    ours = {"started_at": now}
    try:
        with _beating(run_id, now):
            work(Progress(run_id, now))
    except JobStopped:
        _end(run_id, State.CANCELLED, ours)
    except SoftTimeLimitExceeded:
        _end(run_id, State.FAILED, ours, error=TOO_LONG)
    except RuleBroken as refusal:
        _end(run_id, State.FAILED, ours, error=str(refusal))
    else:
        _end(run_id, State.DONE, ours, percent=100, step=ALL_DONE)
    finally:
        _end(run_id, State.FAILED, ours | {"state": State.RUNNING}, error=FAULT)  # whatever has not been told by now
    return JobRun.objects.get(pk=run_id)


@contextmanager
def _beating(run_id: int, taken_at: datetime) -> Iterator[None]:
    """Beats from a thread, so that one long step is not taken for a lost worker. The thread dies with its process."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT_SECONDS):
            try:
                close_old_connections()
                JobRun.objects.filter(pk=run_id, state=State.RUNNING, started_at=taken_at).update(beat_at=timezone.now())
            except Error:
                logger.warning("job %s could not beat", run_id, exc_info=True)
            finally:
                connection.close()

    thread = threading.Thread(target=beat, name=f"job-{run_id}-beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def cancel_job(*, run: JobRun) -> None:
    """A queued run is cancelled at once, a running one at its next step; nothing happens to one that is over."""
    if not _end(run.pk, State.CANCELLED, {"state": State.QUEUED}):
        JobRun.objects.filter(pk=run.pk, state=State.RUNNING).update(cancel_asked=True)


def restart_job(*, run: JobRun, owner_no: str) -> JobRun:
    """The same work again in the same row.

    Raises ``NotAllowed`` where it is work for its owner alone and somebody else asks, ``JobNotRestartable`` while a worker is at it or
    when it is done.
    """
    with transaction.atomic():
        run = JobRun.objects.select_for_update().get(pk=run.pk)
        kind = KINDS.get(run.kind)
        if kind is not None and kind.is_own and run.owner_no != owner_no:
            raise NotAllowed()
        if run.state not in (State.FAILED, State.CANCELLED) and not run.is_silent:
            raise JobNotRestartable()
        run.state, run.percent, run.step, run.error, run.cancel_asked = State.QUEUED, 0, "", "", False
        run.created_at, run.started_at, run.beat_at, run.ended_at = timezone.now(), None, None, None
        run.owner_no = owner_no
        run.save()
        transaction.on_commit(lambda: _hand_over(run))
    return run


def fail_lost_jobs(at: datetime | None = None) -> int:
    """Runs whose worker has not been heard of become *failed, can be retried*; how many there were."""
    now = at or timezone.now()
    lost = JobRun.objects.filter(state=State.RUNNING).annotate(heard_at=Coalesce("beat_at", "started_at"))
    return lost.filter(heard_at__lt=now - LOST_AFTER).update(state=State.FAILED, error=LOST, ended_at=now)


def open_jobs(kind: str, **params: Any) -> QuerySet[JobRun]:
    """Runs of a kind, with these params among theirs, that are not over."""
    return JobRun.objects.filter(kind=kind, state__in=[State.QUEUED, State.RUNNING], params__contains=params)


def _end(run_id: int, state: str, only: dict[str, Any] | None = None, **told: Any) -> bool:
    """Into a last state from wherever the model's TRANSITIONS allow it; false when no such run was there."""
    sources = [source for source, targets in JobRun.TRANSITIONS.items() if state in targets]
    rows = JobRun.objects.filter(pk=run_id, state__in=sources).filter(**(only or {}))
    return bool(rows.update(state=state, ended_at=timezone.now(), **told))
