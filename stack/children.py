"""Child processes that never outlive us, and signals that always end in tidying up. Standard library only."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

TIDY_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GRACE_SECONDS = 10
PR_SET_PDEATHSIG = 1


class Fault(Exception):
    """One clear sentence for the person at the keyboard; exit code 1."""


class Stopped(BaseException):
    """Somebody asked us to stop: unwinds through every ``finally``."""

    def __init__(self, sign: int) -> None:
        super().__init__(sign)
        self.sign = sign


def stop_on_signals() -> None:
    """The first signal unwinds the program once; later ones are ignored while it tidies up (every wait there has an end)."""

    def stop(sign: int, _frame: object) -> None:
        ignore_signals()
        raise Stopped(sign)

    for each in TIDY_SIGNALS:
        # nohup means it: what was ignored on purpose stays ignored, but for the Ctrl-C that a shell takes away from its `&` jobs
        if each != signal.SIGHUP or signal.getsignal(each) != signal.SIG_IGN:
            signal.signal(each, stop)


def ignore_signals() -> None:
    for each in TIDY_SIGNALS:
        signal.signal(each, signal.SIG_IGN)


def follow_make() -> None:
    """Stop when ``make`` was told to.

    GNU make passes SIGTERM on, but on SIGINT and SIGHUP it only waits for its children; while it waits it keeps the signal blocked, and
    /proc shows that. When make is killed outright our parent changes.
    """
    parent = os.getppid()
    try:
        if Path(f"/proc/{parent}/comm").read_text().strip() not in ("make", "gmake"):
            return
    except OSError:
        return
    wanted = sum(1 << (each - 1) for each in TIDY_SIGNALS)

    def told_to_stop() -> bool:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{parent}/status").read_text().splitlines():
                if line.startswith("SigBlk:"):
                    return bool(int(line.split()[1], 16) & wanted)
        return False

    def watch() -> None:
        seen = 0
        while os.getppid() == parent and seen < 2:
            time.sleep(0.3)
            seen = seen + 1 if told_to_stop() else 0
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def _dies_with_us() -> Callable[[], None] | None:
    """Asks the kernel to end the child when we are gone, kill -9 included. Linux only; elsewhere the next start tidies up."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start(command: list, *, env: dict[str, str] | None = None, cwd: Path | None = None, **pipes) -> subprocess.Popen:
    """A child in a process group of its own, so that a Ctrl-C reaches us alone and the whole group can be ended. Main thread only."""
    return subprocess.Popen([str(word) for word in command], env=env, cwd=cwd, start_new_session=True, preexec_fn=_dies_with_us(), **pipes)


def signal_group(child: subprocess.Popen, sign: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, sign)


def end(children: list[subprocess.Popen], grace: float = GRACE_SECONDS) -> None:
    """Ask all at once, wait, insist; then sweep what is left of their groups."""
    for child in children:
        if child.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGTERM)
    until = time.monotonic() + grace
    while time.monotonic() < until and any(child.poll() is None for child in children):
        time.sleep(0.05)
    for child in children:
        signal_group(child, signal.SIGKILL)
        child.wait()


def end_left_over(groups: set[int], word: str, grace: float = GRACE_SECONDS) -> None:
    """End what a killed supervisor left: members of its groups (a group keeps its first process's number) whose command says ``word``."""

    def living() -> list[int]:
        found = []
        for proc in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                state, _parent, group = proc.joinpath("stat").read_text().rpartition(")")[2].split()[:3]
                if int(group) in groups and state != "Z" and word.encode() in proc.joinpath("cmdline").read_bytes():
                    found.append(int(proc.name))
        return found

    for sign, seconds in ((signal.SIGTERM, grace), (signal.SIGKILL, 2.0)):
        until = time.monotonic() + seconds
        for pid in living():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, sign)
        while living() and time.monotonic() < until:
            time.sleep(0.1)


def run(command: list, *, log: Path | None = None, env: dict[str, str] | None = None, cwd: Path | None = None) -> int:
    """Run one step to its end, words to ``log`` (added) or to our own output; a signal ends the step with us."""
    with contextlib.ExitStack() as stack:
        pipes = {}
        if log:
            log.parent.mkdir(parents=True, exist_ok=True)
            out = stack.enter_context(log.open("ab"))
            pipes = {"stdout": out, "stderr": subprocess.STDOUT, "stdin": subprocess.DEVNULL}
        child = start(command, env=env, cwd=cwd, **pipes)
        try:
            return child.wait()
        finally:
            end([child])
