"""The virtual environment: made once, filled from the pins, left alone while they stay the same. Standard library only."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from stack import children, machine
from stack.children import Fault
from stack.machine import ROOT

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "floorops-packages.json"
INSTALLER = ROOT / "requirements" / "installer.txt"
RUNTIME = ["requirements.txt"]
SUITE = ["requirements-dev.txt", "requirements-browser.txt"]

# How pip and uv say that nobody answers.
UNREACHABLE = (
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "Connection refused",
    "ProxyError",
    "dns error",
)


def _fingerprint(name: str) -> str:
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def _stamped() -> dict:
    try:
        return json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}


def ensure(names: list[str], log: Path) -> bool:
    """Have the pins of these files installed; whether anything had to be done."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)  # `make up` and `make test` may begin together on a fresh clone
        wanted = {name: _fingerprint(name) for name in names}
        have = _stamped()
        works = _works()
        if works and all(have.get(name) == mark for name, mark in wanted.items()):
            return False
        machine.need_writable(ROOT)
        machine.need_venv_module()
        machine.need_space(ROOT, machine.FIRST_START_BYTES if not works else machine.LATER_START_BYTES)
        print("The packages of FloorOps are being installed: about half a minute, once.", flush=True)
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text("")
        if not works:
            _make(log)
            have = {}
        _install(names, log)
        STAMP.write_text(json.dumps(have | wanted))
        return True
    finally:
        os.close(folder)


def _works() -> bool:
    """A folder that was moved is fine; a Python that was upgraded away, or a half-made environment, is not."""
    if not PYTHON.exists() or not list(VENV.glob("lib/python*/site-packages/pip")):
        return False
    asked = subprocess.run([PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"], capture_output=True, check=False)
    return asked.returncode == 0


def _make(log: Path) -> None:
    if VENV.is_dir() and not VENV.is_symlink():
        shutil.rmtree(VENV)
    if children.run([sys.executable, "-m", "venv", VENV], log=log):
        raise Fault(explain("The virtual environment could not be made", log))


def _install(names: list[str], log: Path) -> None:
    """With uv where it can be had (seconds), else with pip."""
    files = [word for name in names for word in ("-r", ROOT / name)]
    env = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1", VIRTUAL_ENV=str(VENV))
    if not os.access(Path.home(), os.W_OK):
        env |= {"UV_CACHE_DIR": str(machine.var_folder() / "cache" / "uv"), "PIP_CACHE_DIR": str(machine.var_folder() / "cache" / "pip")}
    pip = [PYTHON, "-m", "pip", "install", "-q"]
    uv = [PYTHON, "-m", "uv", "pip", "install", "-q", "--python", PYTHON]
    if children.run([*pip, "-r", INSTALLER], log=log, env=env) == 0 and children.run([*uv, *files], log=log, env=env) == 0:
        return
    if children.run([*pip, *files], log=log, env=env):
        raise Fault(explain("The packages could not be installed", log))


def explain(what: str, log: Path) -> str:
    """The sentence for a step that failed: the cause where the log names one we know, else its last line."""
    words = log.read_text(errors="replace")
    if "No space left on device" in words or "os error 28" in words or shutil.disk_usage(ROOT).free < 1024**2:
        return f"{what}: the disk that holds {ROOT} is full."
    if any(sign in words for sign in UNREACHABLE):
        return f"{what}: the package index cannot be reached (all of it in {log})."
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    return f"{what}: {lines[-1] if lines else 'no reason given'} (all of it in {log})"
