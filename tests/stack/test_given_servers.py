"""With DATABASE_URL and REDIS_URL the same plant runs on servers of the plant, and tells how it is."""

import os
import signal
import subprocess
import sys

import pytest

from tests.stack.plants import ROOT, clean_environment, manage, processes_of

pytestmark = pytest.mark.django_db


def test_no_server_of_our_own_is_started_beside_given_ones(served):
    assert not (served.var / "postgres").exists()
    assert not (served.var / "valkey").exists()
    assert not [command for command in processes_of(served.var).values() if "postgres" in command or "valkey-server" in command]


def test_a_plant_without_demo_says_how_its_first_user_is_made(served):
    assert "create_admin" in served.words()


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
