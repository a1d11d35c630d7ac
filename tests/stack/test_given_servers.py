"""With DATABASE_URL and REDIS_URL the same plant runs on servers of the plant, and tells how it is."""

import contextlib
import os
import signal
import subprocess
import sys

import psycopg2
import pytest

from core.services.jobs import LOST
from floorops.timetable import TIMETABLE
from tests.stack.plants import ROOT, clean_environment, manage, processes_of

pytestmark = pytest.mark.django_db
# Last month's pack of a plant that is made for it, handed to the queue as the page does.
ASK_FOR_A_PACK = """
from core.clock import BEGINNING, PlantMonth, plant_today
from people.models import OrgNode, OrgSpan
from reports.services import request_pack
node = OrgNode.objects.create(code="{code}", kind="plant")
OrgSpan.objects.create(node=node, name="Works", name_zh="工厂", valid_from=BEGINNING)
print("run", request_pack(plant=node, month=PlantMonth.of(plant_today()).previous(), by=None).job.pk)
"""
START_AGAIN = """
from core.models import JobRun
from core.services.jobs import restart_job
restart_job(run=JobRun.objects.get(pk={run}), owner_no="")
"""


def in_shell(plant, code: str) -> str:
    done = manage(plant.var, "shell", "--no-imports", "-c", code, **plant.more)
    assert done.returncode == 0, done.stderr
    return done.stdout


def ask(plant, order: str, *given) -> list[tuple]:
    with contextlib.closing(psycopg2.connect(plant.more["DATABASE_URL"])) as connection, connection, connection.cursor() as cursor:
        cursor.execute(order, given)
        return cursor.fetchall() if cursor.description else []


def state_of(plant, run: int) -> str:
    return ask(plant, "select state from core_jobrun where id = %s", run)[0][0]


def pack_asked_for(plant, code: str) -> int:
    plant.wait(lambda: plant.health()[0] == 200, 90, "green health")
    return int(in_shell(plant, ASK_FOR_A_PACK.format(code=code)).rpartition("run ")[2])


def test_no_server_of_our_own_is_started_beside_given_ones(served):
    assert not (served.var / "postgres").exists()
    assert not (served.var / "valkey").exists()
    assert not [command for command in processes_of(served.var).values() if "postgres" in command or "valkey-server" in command]


def test_a_plant_without_demo_says_how_its_first_user_is_made(served):
    assert "create_admin" in served.words()
    assert ask(served, "select (select count(*) from people_staff), (select count(*) from people_orgnode)") == [(0, 0)]


def test_the_worker_takes_a_month_pack_from_the_queue_and_finishes_it(served):
    run = pack_asked_for(served, "P1")
    served.wait(lambda: state_of(served, run) not in ("queued", "running"), 90, "end of the pack")

    assert ask(served, "select state, percent, error from core_jobrun where id = %s", run) == [("done", 100, "")]
    files = ask(
        served,
        "select f.form, f.language, f.file from reports_packfile f join reports_packversion v on v.id = f.version_id"
        " join reports_monthpack p on p.id = v.pack_id where p.job_id = %s",
        run,
    )
    assert {(form, language) for form, language, _file in files} == {(form, lang) for form in ("pdf", "xlsx") for lang in ("en", "zh-hans")}
    for form, _language, name in files:
        assert (served.var / "media" / name).read_bytes().startswith(b"%PDF-" if form == "pdf" else b"PK")
    assert "reports.build_month_pack" in served.words()


@pytest.mark.long
def test_a_worker_that_was_killed_in_the_middle_leaves_failed_which_the_next_worker_finishes(served):
    held = psycopg2.connect(served.more["DATABASE_URL"])
    try:
        held.cursor().execute("lock table reports_packfile in access exclusive mode")
        run = pack_asked_for(served, "P2")
        waits = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
        served.wait(lambda: state_of(served, run) == "running" and ask(served, waits) == [(1,)], 60, "pack in the middle of its files")
        os.killpg(served.pid_of("worker"), signal.SIGKILL)
    finally:
        held.close()
    assert ask(served, "select state, ended_at from core_jobrun where id = %s", run) == [("running", None)]

    # Two minutes without a sign of life are not waited for; the next worker gives it up on its round of every minute.
    ask(served, "update core_jobrun set beat_at = beat_at - interval '2 minutes' where id = %s", run)
    served.wait(lambda: state_of(served, run) == "failed", 180, "lost run")
    assert ask(served, "select error from core_jobrun where id = %s", run) == [(LOST,)]
    of_pack = "select count(*) from reports_packversion v join reports_monthpack p on p.id = v.pack_id where p.job_id = %s"
    assert ask(served, of_pack, run) == [(0,)]

    in_shell(served, START_AGAIN.format(run=run))
    served.wait(lambda: state_of(served, run) == "done", 90, "end of the pack")
    assert ask(served, "select error from core_jobrun where id = %s", run) == [("",)]
    assert ask(served, of_pack, run) == [(1,)]


def test_health_is_red_while_the_worker_is_down_and_green_again_when_it_is_back(served):
    served.wait(lambda: served.health()[0] == 200, 90, "green health")
    assert served.health()[1] == {"database": "ok", "cache": "ok", "worker": "ok", "beat": "ok"}

    os.kill(served.pid_of("worker"), signal.SIGKILL)
    served.wait(lambda: served.health() == (503, {"database": "ok", "cache": "ok", "worker": "silent", "beat": "ok"}), 30, "red health")
    told = manage(served.var, "health", **served.more)
    assert (told.returncode, '"worker": "silent"' in told.stdout) == (1, True)

    command = [sys.executable, "-m", "celery", "-A", "floorops", "worker", "--concurrency", "1", "--hostname", "second@%h"]
    env = clean_environment(served.var, **served.more)
    second = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        served.wait(lambda: served.health()[0] == 200, 90, "green health")
    finally:
        second.terminate()
        second.wait(timeout=30)


@pytest.mark.long
def test_the_suite_runs_on_given_servers_too(given_servers, tmp_path):
    command = [sys.executable, "-m", "pytest", "-q", "tests/core/test_database_checks.py", "tests/test_health.py"]
    env = clean_environment(tmp_path / "var", **given_servers())
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    assert not (tmp_path / "var").exists()


@pytest.mark.long
def test_the_supervisor_brings_back_what_died(served):
    served.wait(lambda: served.health()[0] == 200, 90, "green health")
    os.kill(served.pid_of("worker"), signal.SIGKILL)
    served.wait(lambda: served.health()[0] == 503, 30, "red health")
    served.wait(lambda: served.health()[0] == 200, 90, "green health")


@pytest.mark.parametrize("role", ["web"])
def test_a_web_server_that_died_is_back_within_seconds(served, role):
    os.kill(served.pid_of(role), signal.SIGKILL)
    served.wait(lambda: f"{role} starts again" in served.words(), 15, "restart")
    served.wait(lambda: served.health()[0] in (200, 503), 20, "answer")


def test_beat_follows_the_timetable_that_a_new_plant_was_given(served):
    """What is due every minute comes within the next one; the rest stands in the timetable."""
    assert {name for (name,) in ask(served, "select name from django_celery_beat_periodictask")} >= {entry.task for entry in TIMETABLE}
    served.wait(lambda: "Sending due task core.fail_lost_jobs" in served.words(), 75, "task that is due every minute")
    served.wait(lambda: "Task core.fail_lost_jobs" in served.words(), 30, "worker that takes it")


def test_when_the_terminal_closes_no_process_and_no_lock_are_left(served):
    """It ends the plant; the one below starts it again."""
    served.signal(signal.SIGHUP)
    served.nothing_left()


def test_a_plant_that_is_fully_up_ends_at_sigterm_with_no_process_and_no_lock_left(served):
    """The last of this module."""
    if served.make.poll() is not None:
        served.start()
    served.wait(lambda: served.health()[0] in (200, 503), 20, "answer")
    served.signal(signal.SIGTERM)
    assert "stopping" in served.words()
    served.nothing_left()
