"""Starting and watching whole plants of processes, as ``make up`` runs them, in folders and on ports of their own."""

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 120
STOP_SECONDS = 40
OURS = (
    "DATABASE_URL",
    "REDIS_URL",
    "FLOOROPS_TEST_TEMPLATE",
    "DJANGO_SETTINGS_MODULE",
    "MAKEFLAGS",
    "MAKELEVEL",
    "FLOOROPS_VAR",
    "STATIC_ROOT",
)


def free_port() -> int:
    """Below the ports that the system gives to outgoing connections: one of those would take it while the plant is down."""
    for port in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no free port")


def clean_environment(var: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in OURS and not name.startswith("PYTEST")}
    return kept | {"FLOOROPS_VAR": str(var), "DEMO": "0"} | more


def boot(var: Path, *words: str, **more: str) -> subprocess.CompletedProcess:
    """One short command of the Makefile, without make."""
    command = [sys.executable, "stack/boot.py", *words]
    return subprocess.run(
        command, cwd=ROOT, env=clean_environment(var, **more), capture_output=True, text=True, timeout=START_SECONDS, check=False
    )


def manage(var: Path, *words: str, **more: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(
        command, cwd=ROOT, env=clean_environment(var, **more), capture_output=True, text=True, timeout=START_SECONDS, check=False
    )


def processes_of(var: Path) -> dict[int, str]:
    """Every living process that was started for this folder, or that works in it (a server's title may hide its words)."""
    found = {}
    for proc in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = proc.joinpath("cmdline").read_bytes()
            told = command + proc.joinpath("environ").read_bytes() + os.readlink(proc / "cwd").encode()
            if command and str(var).encode() in told:
                found[int(proc.name)] = command.replace(b"\0", b" ").decode(errors="replace")
    return found


def hear_ctrl_c() -> None:
    """A shell makes its ``&`` jobs deaf to it, and the suite may be one."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Plant:
    """A ``make up`` in the background."""

    def __init__(self, var: Path, *, root: Path = ROOT, **more: str) -> None:
        self.var = var
        self.root = root
        self.more = more
        self.port = free_port()
        self.log = var.parent / f"{var.name}.log"
        self.make: subprocess.Popen | None = None

    def __enter__(self) -> "Plant":
        return self

    def __exit__(self, *_: object) -> None:
        if self.make and self.make.poll() is None:
            self.signal(signal.SIGTERM)
        boot(self.var, "down")

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *, until: str = "FloorOps runs at", seconds: float = START_SECONDS) -> "Plant":
        env = clean_environment(self.var, PORT=str(self.port), **self.more)
        with self.log.open("wb") as out:
            command = ["make", "up", f"PYTHON={sys.executable}"]
            self.make = subprocess.Popen(command, cwd=self.root, env=env, stdout=out, stderr=out, preexec_fn=hear_ctrl_c)
        self.wait(lambda: until in self.words(), seconds, f"line {until!r}")
        return self

    def words(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def wait(self, come_true, seconds: float, what: str) -> float:
        began = time.monotonic()
        while not come_true():
            gone = self.make is not None and self.make.poll() is not None
            assert not gone, f"make up ended while waiting for {what}:\n{self.words()[-3000:]}"
            assert time.monotonic() - began < seconds, f"no {what} within {seconds} s:\n{self.words()[-3000:]}"
            time.sleep(0.2)
        return time.monotonic() - began

    def signal(self, sign: signal.Signals) -> int:
        assert self.make
        self.make.send_signal(sign)
        return self.make.wait(timeout=STOP_SECONDS)

    def health(self) -> tuple[int, dict]:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=10) as answer:  # noqa: S310  our own address
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as answer:
            return answer.code, json.load(answer)
        except OSError:
            return 0, {}

    def pid_of(self, role: str) -> int:
        return int(json.loads((self.var / "up.json").read_text())["processes"][role])

    def nothing_left(self) -> None:
        """Of what was started for this folder no process lives, and nothing says that one does."""
        until = time.monotonic() + 5
        while processes_of(self.var) and time.monotonic() < until:
            time.sleep(0.2)
        assert processes_of(self.var) == {}
        left = {path.name for path in self.var.rglob("*") if path.suffix == ".pid" or path.name in ("pid", "up.json", "postmaster.pid")}
        assert left == set()
