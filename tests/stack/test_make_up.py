"""``make up`` on its own servers: whatever ends it, nothing stays behind, and the data does."""

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time

import psycopg2
import pytest

from stack import children, services
from tests.stack.plants import Plant, boot, processes_of


@pytest.fixture(scope="module")
def plant(tmp_path_factory):
    """In a folder with a space and Chinese characters; started and stopped by each test."""
    with Plant(tmp_path_factory.mktemp("own") / "a plant 车间") as plant:
        yield plant


def ask(plant: Plant, order: str) -> list[tuple]:
    with (
        contextlib.closing(psycopg2.connect(services.read_state(plant.var)["database_url"])) as connection,
        connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(order)
        return cursor.fetchall() if cursor.description else []


def nothing_left(plant: Plant) -> None:
    until = time.monotonic() + 5
    while processes_of(plant.var) and time.monotonic() < until:
        time.sleep(0.2)
    assert processes_of(plant.var) == {}
    left = {path.name for path in plant.var.rglob("*") if path.suffix == ".pid" or path.name in ("pid", "up.json", "postmaster.pid")}
    assert left == set()


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGHUP], ids=lambda sign: sign.name)
def test_a_signal_to_make_leaves_no_process_and_no_lock(plant, sign):
    plant.start()
    assert plant.health()[1]["database"] == "ok"
    plant.signal(sign)
    nothing_left(plant)


def test_a_signal_in_the_middle_of_starting_leaves_nothing_either(plant):
    plant.start(until="own services answer")
    plant.signal(signal.SIGTERM)
    nothing_left(plant)


def test_after_kill_9_of_everything_the_next_start_recovers_with_all_data(plant):
    plant.start()
    ask(plant, "insert into core_unit (code, name, name_zh, decimals) values ('left', 'left', '', 0)")
    for pid in processes_of(plant.var):
        os.kill(pid, signal.SIGKILL)
    plant.make.wait(timeout=10)
    assert (plant.var / "up.json").exists()

    plant.start()
    assert ask(plant, "select count(*) from core_unit where code = 'left'") == [(1,)]

    again = boot(plant.var, "up", PORT=str(plant.port))
    assert again.returncode == 1
    assert again.stderr.startswith("FloorOps already runs from this folder (process ")
    assert again.stderr.count("\n") == 1

    assert boot(plant.var, "down").returncode == 0
    plant.make.wait(timeout=10)
    nothing_left(plant)


def test_what_a_killed_supervisor_left_is_ended_by_the_next_start(tmp_path):
    """A child that did not hear of its parent's death would hold the port; a stranger that got its number is left alone."""
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    ours, stranger = (
        subprocess.Popen([sys.executable, "-c", code, word], start_new_session=True, stdout=subprocess.PIPE)
        for word in ("left-behind", "other")
    )
    try:
        assert ours.stdout.readline() == stranger.stdout.readline() == b"up\n"
        children.end_left_over({ours.pid, stranger.pid}, "left-behind", grace=0.3)
        assert ours.wait(timeout=5) == -signal.SIGKILL
        assert stranger.poll() is None
    finally:
        for each in (ours, stranger):
            each.kill()
            each.wait()
            each.stdout.close()


def test_make_down_leaves_a_suite_that_runs_alone(tmp_path):
    test = tmp_path / "test"
    try:
        services.up(test, throw_away=True, postgres=False)
        lock = os.open(test / "in-use", os.O_RDWR | os.O_CREAT)
        fcntl.flock(lock, fcntl.LOCK_SH)
        assert boot(tmp_path, "down").returncode == 0
        assert services.alive(test)["valkey"]
        os.close(lock)
        assert boot(tmp_path, "down").returncode == 0
        assert not services.alive(test)["valkey"]
    finally:
        services.down(test)


def test_services_of_another_folder_are_never_taken_for_our_own(tmp_path):
    """A copied var/ brings the addresses of its twin, which may be running."""
    first, twin = tmp_path / "first", tmp_path / "twin"
    try:
        state = services.up(first, throw_away=True)
        twin.mkdir()
        (twin / "services.json").write_text(json.dumps(state))
        second = services.up(twin, throw_away=True)
        assert second["pg_port"] != state["pg_port"]
        assert second["redis_port"] != state["redis_port"]
    finally:
        services.down(first)
        services.down(twin)


def test_a_lost_state_file_does_not_lose_the_data(tmp_path):
    var = tmp_path / "var"
    try:
        with psycopg2.connect(services.up(var, throw_away=True)["database_url"]) as connection:
            connection.cursor().execute("create table kept (id int)")
        connection.close()
        (var / "services.json").unlink()
        with psycopg2.connect(services.up(var, throw_away=True)["database_url"]) as connection:
            connection.cursor().execute("select * from kept")
        connection.close()
    finally:
        services.down(var)
    assert processes_of(var) == {}


def test_a_state_file_that_is_out_of_date_does_not_start_a_second_server(tmp_path):
    var = tmp_path / "var"
    try:
        first = services.up(var, throw_away=True, valkey=False)
        running = services.alive(var)["postgres"]
        (var / "services.json").write_text(json.dumps(first | {"pg_port": 1}))
        assert services.up(var, throw_away=True, valkey=False)["pg_port"] == first["pg_port"]
        assert services.alive(var)["postgres"] == running
    finally:
        services.down(var)


def test_a_pid_file_that_points_at_a_stranger_is_ignored(tmp_path):
    """After a reboot, or in a container, the number of the dead postmaster may belong to anybody."""
    var = tmp_path / "var"
    try:
        services.up(var, throw_away=True, valkey=False)
        os.kill(services.alive(var)["postgres"], signal.SIGKILL)
        marked = var / "postgres" / "data" / "postmaster.pid"
        lines = marked.read_text().splitlines()
        marked.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
        services.up(var, throw_away=True, valkey=False)
        assert services.alive(var)["postgres"] not in (0, os.getpid())
    finally:
        services.down(var)
