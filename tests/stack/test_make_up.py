"""``make up`` on its own servers: whatever ends it, nothing stays behind, and the data does."""

import contextlib
import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.parse
import urllib.request

import psycopg2
import pytest

from people.roles import Role
from stack import children, services, up
from tests.stack.plants import ROOT, STOP_SECONDS, Plant, boot, processes_of


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


def test_a_signal_in_the_middle_of_starting_leaves_nothing(plant):
    plant.start(until="own services answer")
    plant.signal(signal.SIGTERM)
    plant.nothing_left()


def test_make_down_in_the_middle_of_starting_leaves_nothing_either(plant):
    plant.start(until="own services answer")
    assert boot(plant.var, "down").returncode == 0
    plant.make.wait(timeout=STOP_SECONDS)
    plant.nothing_left()


def test_after_kill_9_the_next_start_recovers_with_all_data_and_ctrl_c_leaves_no_process_and_no_lock(plant):
    plant.start()
    ask(plant, "insert into core_unit (code, name, name_zh, decimals) values ('left', 'left', '', 0)")
    for pid in processes_of(plant.var):
        with contextlib.suppress(ProcessLookupError):  # it went with one that was killed just before
            os.kill(pid, signal.SIGKILL)
    plant.make.wait(timeout=STOP_SECONDS)
    assert (plant.var / "up.json").exists()

    plant.start()
    assert ask(plant, "select count(*) from core_unit where code = 'left'") == [(1,)]

    again = boot(plant.var, "up", PORT=str(plant.port))
    assert again.returncode == 1
    assert again.stderr.startswith("FloorOps already runs from this folder (process ")
    assert again.stderr.count("\n") == 1

    assert plant.health()[1]["database"] == "ok"
    plant.signal(signal.SIGINT)
    plant.nothing_left()


@pytest.mark.long
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda sign: sign.name)
def test_any_signal_to_make_leaves_no_process_and_no_lock(plant, sign):
    plant.start()
    assert plant.health()[1]["database"] == "ok"
    plant.signal(sign)
    plant.nothing_left()


def test_a_start_says_the_address_and_the_log_in_of_every_role(tmp_path, monkeypatch):
    monkeypatch.setenv("FLOOROPS_VAR", str(tmp_path))
    monkeypatch.setenv("PORT", "8123")
    monkeypatch.delenv("HOST", raising=False)
    started, said = up.Plant(), []
    monkeypatch.setattr(started.log, "say", lambda who, text: said.append(text))
    told = [
        {"username": role.value, "role": role.value, "title": f"Title of {role.value}", "password": "demo", "name": "某人"} for role in Role
    ]
    started.logins.write_text(json.dumps(told))

    started.banner()

    assert "FloorOps runs at  http://127.0.0.1:8123/" in said
    assert "Demo log-ins, one per role, password demo:" in said
    assert [line for line in said if "Title of" in line] == [f"  {role.value:<6} Title of {role.value}  某人" for role in Role]


@pytest.fixture
def clone(tmp_path):
    """The files of this project, as a clone brings them, in a folder with a space and Chinese characters."""
    folder = tmp_path / "工厂 floor ops"
    kept_out = shutil.ignore_patterns(".git", ".venv", "var", "media", "shots", "__pycache__", "*.mo", ".env", ".*_cache", ".hypothesis")
    shutil.copytree(ROOT, folder, ignore=kept_out, symlinks=True)
    return folder


@pytest.mark.long
def test_a_clone_in_a_folder_with_a_space_and_chinese_characters_serves_its_demo_to_every_log_in_it_prints(clone):
    """Everything from nothing: environment, packages, services, the demo of twelve months."""
    with Plant(clone / "var", root=clone, DEMO="1") as plant:
        plant.start(seconds=600)
        assert f"FloorOps runs at  {plant.address}/" in plant.words()
        password = re.search(r"one per role, password (\S+):", plant.words())[1]
        told = re.findall(r"\|   (\w+) +(\S.*?)  (\S+)$", plant.words(), re.M)
        assert [username for username, _title, _name in told] == [role.value for role in Role]
        for username, title, name in told:
            assert title == str(Role(username).label)
            assert name in signed_in_at(plant, username, password)
        assert "Traceback" not in plant.words()
        assert plant.signal(signal.SIGTERM) != 0
        plant.nothing_left()

        plant.start()
        assert "The packages of FloorOps are being installed" not in plant.words()
        assert told[0][2] in signed_in_at(plant, told[0][0], password)


def signed_in_at(plant: Plant, username: str, password: str) -> str:
    """The first page of that person."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with browser.open(f"{plant.address}/sign-in", timeout=30) as page:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())[1]
    sent = urllib.parse.urlencode({"username": username, "password": password, "csrfmiddlewaretoken": token})
    with browser.open(f"{plant.address}/sign-in", sent.encode(), timeout=30) as page:
        assert page.url == f"{plant.address}/", page.url
        return page.read().decode()


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
        assert ours.wait(timeout=STOP_SECONDS) == -signal.SIGKILL
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
