"""What the Makefile's targets do before and outside the virtual environment. Standard library only."""

import errno
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from stack import children, machine, packages
from stack.children import Fault, Stopped
from stack.machine import ROOT


def up() -> int:
    """Everything a fresh machine lacks, then the supervisor in our place (``stack.up``)."""
    began = time.time()
    machine.read_env_file()
    var = machine.var_folder()
    machine.need_writable(var)
    mark = machine.RunningMark(var)
    mark.take()
    try:
        children.end_left_over(set(mark.read().get("processes", {}).values()), "floorops")
        host, port = machine.web_address()
        mark.write(pid=os.getpid(), address=f"http://{host}:{port}/")
        machine.need_space(var, machine.LATER_START_BYTES)
        packages.ensure(packages.RUNTIME, var / "log" / "packages.log")
    except BaseException:
        mark.drop()
        raise
    os.environ |= {"FLOOROPS_MARK": mark.hand_over(), "FLOOROPS_BEGAN": repr(began)}
    signal.pthread_sigmask(signal.SIG_BLOCK, children.TIDY_SIGNALS)  # one that comes now waits for the supervisor
    os.execv(packages.PYTHON, [str(packages.PYTHON), "-m", "stack.up"])  # noqa: S606


def down() -> int:
    """End a ``make up`` of this folder wherever it runs, then any service that a crash has left behind."""
    from stack import services

    machine.read_env_file()
    var = machine.var_folder()
    if pid := machine.RunningMark(var).holder():
        os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + 60
        while machine.RunningMark(var).holder() and time.monotonic() < until:
            time.sleep(0.1)
    for folder in (var, *(var / name for name in ("test", "shots", "bench"))):
        if not services.in_use(folder):
            services.down(folder)
    return 0


def test(*words: str) -> int:
    from stack import suite

    return suite.test(*words)


def check() -> int:
    from stack import suite

    return suite.check()


def shots() -> int:
    from stack import suite

    suite.prepare()
    if not suite.have_chromium():
        raise Fault("There is no Chromium here and it cannot be installed (Debian: apt-get install chromium libatomic1).")
    return children.run([packages.PYTHON, "-m", "stack.shots"], cwd=ROOT)


def bench(*words: str) -> int:
    """Measurements on a durable cluster of their own, which is stopped again and kept for the next time."""
    from stack import services, suite

    suite.prepare()
    try:
        return children.run([packages.PYTHON, "-m", "bench.run", *words], cwd=ROOT)
    finally:
        services.down(ROOT / "var" / "bench")


def clean() -> int:
    """Forget the environment, the data and every cache: as after a fresh clone."""
    import shutil

    down()
    for folder in (packages.VENV, machine.var_folder(), *(ROOT / name for name in (".mypy_cache", ".ruff_cache", "shots"))):
        if folder.is_symlink():
            folder.unlink()
        elif folder.exists():
            shutil.rmtree(folder)
    return 0


COMMANDS: dict[str, Callable[..., int]] = {
    "up": up,
    "down": down,
    "test": test,
    "check": check,
    "shots": shots,
    "bench": bench,
    "clean": clean,
}


def sentence(fault: OSError) -> str:
    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk that holds {Path(fault.filename or ROOT)} is full."
    if fault.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"This account may not write {fault.filename or ROOT}."
    return str(fault)


def run(words: list[str]) -> int:
    children.stop_on_signals()
    children.follow_make()
    try:
        return COMMANDS[words[0]](*words[1:])
    except Stopped as stopped:
        return 128 + stopped.sign
    except Fault as fault:
        print(fault, file=sys.stderr)
    except OSError as fault:
        print(sentence(fault), file=sys.stderr)
    return 1
