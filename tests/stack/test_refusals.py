"""What a machine lacks is told in one sentence with exit code 1, never in a traceback."""

import ast
import errno
import os
import shutil
import socket
import subprocess
import sys
from collections import namedtuple

import pytest

from stack import commands, machine, suite
from stack.children import Fault
from tests.stack.plants import ROOT, boot, clean_environment

OLD_PYTHON = """
import runpy, sys
sys.version_info, sys.argv = (3, 9, 2), ["stack/boot.py", "up"]
runpy.run_path("stack/boot.py", run_name="__main__")
"""

FULL_DISK = """
import collections, runpy, shutil, sys
shutil.disk_usage = lambda folder: collections.namedtuple("Usage", "total used free")(10**12, 10**12, 5 * 1024**2)
sys.argv = ["stack/boot.py", "up"]
runpy.run_path("stack/boot.py", run_name="__main__")
"""


def one_sentence(done: subprocess.CompletedProcess) -> str:
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr.strip()


def test_a_port_that_is_taken_is_named(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        told = one_sentence(boot(tmp_path / "var", "up", PORT=str(port)))
    assert told == f"Port {port} is taken by another program: choose one that is free, for example make up PORT={port + 1}."
    assert not (tmp_path / "var" / "up.json").exists()


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "８０００"])
def test_a_port_that_is_none_is_refused(tmp_path, port):
    assert "PORT must be a number from 1 to 65535" in one_sentence(boot(tmp_path / "var", "up", PORT=port))


def test_an_address_of_another_machine_is_refused(tmp_path):
    assert "is not an address of this machine" in one_sentence(boot(tmp_path / "var", "up", HOST="192.0.2.1"))


def test_a_folder_that_may_not_be_written_is_named(tmp_path):
    assert "may not write in /proc/floorops" in one_sentence(boot(tmp_path / "var", "up", FLOOROPS_VAR="/proc/floorops"))


def test_a_full_disk_is_named(tmp_path, monkeypatch):
    Usage = namedtuple("Usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(10**12, 10**12, 5 * 1024**2))
    with pytest.raises(Fault, match=r"Only 5 MB are free .* needs 100 MB to start\."):
        machine.need_space(tmp_path, machine.LATER_START_BYTES)
    assert commands.sentence(OSError(errno.ENOSPC, "No space left on device", "/srv/x")) == "The disk that holds /srv/x is full."


def test_a_start_on_a_full_disk_ends_with_that_sentence_and_leaves_nothing_running(tmp_path):
    env = clean_environment(tmp_path / "var")
    done = subprocess.run([sys.executable, "-c", FULL_DISK], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert one_sentence(done).startswith("Only 5 MB are free")
    assert not (tmp_path / "var" / "up.json").exists()


def test_a_missing_venv_module_says_what_to_install(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(Fault, match="apt-get install python3-venv"):
        machine.need_venv_module()


def test_an_old_python_is_told_which_one_is_needed(tmp_path):
    env = clean_environment(tmp_path / "var", PATH="/nonexistent")
    done = subprocess.run([sys.executable, "-c", OLD_PYTHON], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert one_sentence(done).startswith("FloorOps needs Python 3.11 or newer; this is 3.9")


def test_an_old_python_looks_for_a_newer_one_first(tmp_path):
    newer = tmp_path / "python3.11"
    newer.write_text('#!/bin/sh\necho "newer python runs $2"\n')
    newer.chmod(0o755)
    env = clean_environment(tmp_path / "var", PATH=f"{tmp_path}:{os.environ['PATH']}")
    done = subprocess.run([sys.executable, "-c", OLD_PYTHON], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.stdout == "newer python runs up\n"


def test_the_first_file_can_be_read_by_old_pythons():
    ast.parse((ROOT / "stack" / "boot.py").read_text(), feature_version=(3, 4))


def test_a_second_suite_in_one_folder_waits_its_turn(tmp_path):
    with suite.alone(tmp_path), pytest.raises(Fault, match="already runs"), suite.alone(tmp_path):
        pass


def collected_without_chromium(tmp_path, **more) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "pytest", "-q", "--collect-only", "tests/stack/test_browser.py", "tests/stack/test_environment.py"]
    env = clean_environment(tmp_path / "var", PATH="/nonexistent", **more)
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_without_chromium_one_line_says_which_tests_were_left_out(tmp_path):
    done = collected_without_chromium(tmp_path, REQUIRE_BROWSER="")

    assert done.returncode == 0, done.stdout + done.stderr
    told = [line for line in done.stdout.splitlines() if "Chromium" in line]
    assert told == ["No Chromium here: left out 5 browser tests, in tests/stack/test_browser.py."]
    assert "tests/stack/test_environment.py::test_every_variable_is_explained" in done.stdout


def test_where_a_browser_is_required_none_is_a_failure(tmp_path):
    done = collected_without_chromium(tmp_path, REQUIRE_BROWSER="1")

    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "REQUIRE_BROWSER=1, but there is no Chromium here" in done.stderr


def test_make_test_fails_without_a_browser_where_one_is_required(monkeypatch):
    ran = []
    monkeypatch.setattr(suite, "prepare", lambda: None)
    monkeypatch.setattr(suite, "chromium_works", lambda: False)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)  # who may install nothing
    monkeypatch.setattr(suite.children, "run", lambda *words, **more: ran.append(words) or 0)
    monkeypatch.setenv("REQUIRE_BROWSER", "1")

    with pytest.raises(Fault, match="no Chromium here and it cannot be installed"):
        suite.test()
    assert ran == []
