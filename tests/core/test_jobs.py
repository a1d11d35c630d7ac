"""Long work is a row that always ends in a state its reader can act on."""

from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone
from kombu.exceptions import OperationalError

from core.errors import SamePerson
from core.models import JobRun
from core.services import jobs
from core.services.jobs import JobKind, JobNotRestartable, JobStopped, queue_job, restart_job, run_job

State = JobRun.State


@pytest.fixture
def handed(monkeypatch):
    """The run numbers that reached the queue."""
    sent = []
    monkeypatch.setitem(jobs.KINDS, "trial", JobKind("trial", "Trial", sent.append, lambda run: "/", lambda run, access: True))
    return sent


@pytest.fixture
def queued(db, handed, django_capture_on_commit_callbacks):
    def queue(**params):
        with django_capture_on_commit_callbacks(execute=True):
            return queue_job(kind="trial", params=params, owner_no="S1")

    return queue


def silent(run, seconds=300):
    JobRun.objects.filter(pk=run.pk).update(beat_at=timezone.now() - timedelta(seconds=seconds))
    run.refresh_from_db()
    return run


def test_a_run_is_queued_after_commit_and_only_then(db, handed, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        run = queue_job(kind="trial", params={}, owner_no="S1")
        assert handed == []
    assert handed == [run.pk]


def test_work_goes_from_queued_to_done_and_says_how_far_it_is(queued):
    seen = []

    def work(progress):
        progress(40, "half of it")
        kept = JobRun.objects.get()
        seen.append((kept.state, kept.percent, kept.step))

    run = run_job(queued().pk, work)

    assert seen == [(State.RUNNING, 40, "half of it")]
    assert (run.state, run.percent, run.is_silent) == (State.DONE, 100, False)


def test_a_run_is_taken_once(queued):
    done = []
    run = queued()
    run_job(run.pk, done.append)
    run_job(run.pk, done.append)

    assert len(done) == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [(SoftTimeLimitExceeded(), jobs.TOO_LONG), (SamePerson(), "This needs two different people.")],
)
def test_a_failure_is_kept_in_words(queued, fault, error):
    def work(progress):
        raise fault

    run = run_job(queued().pk, work)

    assert (run.state, run.error) == (State.FAILED, error)
    assert run.ended_at


def test_a_crash_is_kept_in_words_and_reaches_the_log_of_the_worker(queued):
    run = queued()

    def work(progress):
        raise KeyError("x")

    with pytest.raises(KeyError):
        run_job(run.pk, work)

    run.refresh_from_db()
    assert (run.state, run.error) == (State.FAILED, jobs.FAULT)
    assert run.ended_at


def test_a_queued_run_is_cancelled_at_once_and_a_running_one_at_its_next_step(queued):
    waiting = queued()
    jobs.cancel_job(run=waiting)
    waiting.refresh_from_db()
    assert waiting.state == State.CANCELLED

    steps = []

    def work(progress):
        progress(10, "one")
        jobs.cancel_job(run=JobRun.objects.get(pk=progress.run_id))
        steps.append("one")
        progress(20, "two")
        steps.append("two")

    assert run_job(queued().pk, work).state == State.CANCELLED
    assert steps == ["one"]


def test_a_killed_worker_leaves_failed_which_can_be_started_again(queued, handed):
    run = queued()
    JobRun.objects.filter(pk=run.pk).update(state=State.RUNNING, started_at=timezone.now())
    silent(run, 30)
    assert jobs.fail_lost_jobs() == 0

    assert silent(run).is_silent
    assert jobs.fail_lost_jobs() == 1
    assert jobs.fail_lost_jobs() == 0
    run.refresh_from_db()
    assert (run.state, run.error) == (State.FAILED, jobs.LOST)

    assert run_job(restart_job(run=run, owner_no="S2").pk, lambda progress: None).state == State.DONE


def test_a_worker_that_was_thought_lost_does_not_touch_the_run_of_its_successor(queued):
    run = queued()
    worked = []

    def slow(progress):
        def successor(again):
            again(50, "successor")
            with pytest.raises(JobStopped):
                progress(60, "ghost")
            worked.append("successor")

        silent(run)
        jobs.fail_lost_jobs()
        restart_job(run=run, owner_no="S2")
        run_job(run.pk, successor)
        progress(70, "ghost")
        worked.append("ghost")

    run_job(run.pk, slow)

    assert worked == ["successor"]
    run.refresh_from_db()
    assert (run.state, run.percent) == (State.DONE, 100)


def test_what_is_done_or_at_work_is_not_started_again(queued):
    run = queued()
    with pytest.raises(JobNotRestartable):
        restart_job(run=run, owner_no="S1")
    run_job(run.pk, lambda progress: None)
    with pytest.raises(JobNotRestartable):
        restart_job(run=run, owner_no="S1")


def test_a_queue_that_does_not_answer_is_told_on_the_run(db, monkeypatch, django_capture_on_commit_callbacks):
    def refuse(pk):
        raise OperationalError("nobody there")

    monkeypatch.setitem(jobs.KINDS, "trial", JobKind("trial", "Trial", refuse, lambda run: "/", lambda run, access: True))
    with django_capture_on_commit_callbacks(execute=True):
        run = queue_job(kind="trial", params={}, owner_no="S1")
    run.refresh_from_db()

    assert (run.state, run.error) == (State.FAILED, jobs.NO_QUEUE)


def test_two_rooms_may_not_list_the_same_kind(handed):
    with pytest.raises(ValueError, match="trial"):
        jobs.list_kind(JobKind("trial", "Another", print, str, bool))
