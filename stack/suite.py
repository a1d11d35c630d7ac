"""``make test`` and ``make check``: what they need, and the steps. Standard library only."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from stack import children, machine, packages
from stack.children import Fault
from stack.machine import ROOT

ALL_PINS = packages.RUNTIME + packages.SUITE
ROOMS = ["core", "people", "plans", "materials", "equipment", "quality", "reports", "floorops"]
BROWSER_PACKAGES = ["chromium", "libatomic1"]  # the second is for playwright's driver
TEST_REDIS_DATABASE = 15
AT_ONCE = 2
WORKERS = (os.cpu_count() or 2) + 1  # some of the tests mostly wait for processes


def prepare() -> None:
    machine.need_writable(machine.var_folder())
    packages.ensure(ALL_PINS, machine.var_folder() / "log" / "packages.log")


@contextlib.contextmanager
def alone(tests: Path = ROOT / "tests") -> Iterator[None]:
    """Two suites in one folder would share a test database; the lock sits on the folder, so none is left behind."""
    folder = os.open(tests, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Fault("The suite already runs in this folder: wait until it is done.") from None
    finally:
        os.close(folder)


def have_chromium() -> bool:
    """Installs Debian's Chromium where it may; a machine where it may not is no fault of itself."""
    if chromium_works():
        return True
    if os.geteuid() == 0 and shutil.which("apt-get"):
        log = machine.var_folder() / "log" / "apt.log"
        env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        print("Chromium is being installed for the browser tests …", flush=True)
        if children.run(["apt-get", "update", "-qq"], log=log, env=env) == 0:
            children.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *BROWSER_PACKAGES], log=log, env=env)
    return chromium_works()


def chromium_works() -> bool:
    question = "import sys; from stack import chromium; sys.exit(chromium.program() is None)"
    return subprocess.run([packages.PYTHON, "-c", question], cwd=ROOT, capture_output=True, check=False).returncode == 0


def on_its_own_redis_database(url: str) -> str:
    """Tests clear the cache: on a given server they do it in a database of their own, not in the plant's."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{TEST_REDIS_DATABASE}"))


def test(*words: str) -> int:
    prepare()
    if not have_chromium() and os.environ.get("REQUIRE_BROWSER") == "1":
        raise Fault(
            "REQUIRE_BROWSER=1, but there is no Chromium here and it cannot be installed (Debian: apt-get install chromium libatomic1)."
        )
    env = dict(os.environ)
    if given := env.get("REDIS_URL"):
        env["REDIS_URL"] = on_its_own_redis_database(given)
    with alone():
        try:
            how = ["-n", str(WORKERS), "--dist", "loadfile", "--no-loadscope-reorder"]
            return children.run([packages.PYTHON, "-m", "pytest", *how, *words], env=env, cwd=ROOT)
        finally:
            stop_test_services()


def stop_test_services() -> None:
    """pytest stops them itself; this is for the one that was killed."""
    from stack import services

    folder = ROOT / "var" / "test"
    if not services.in_use(folder):
        services.down(folder)
        (folder / "in-use").unlink(missing_ok=True)


@dataclass
class Step:
    name: str
    command: list
    env: dict[str, str]
    child: subprocess.Popen | None = None
    began: float = 0
    words: Path | None = None


def steps() -> list[Step]:
    python = [packages.PYTHON, "-m"]
    manage = [packages.PYTHON, "-W", "ignore", "manage.py"]
    tests = {"DJANGO_SETTINGS_MODULE": "floorops.settings.test"}
    production = {
        "DJANGO_SETTINGS_MODULE": "floorops.settings.prod",
        "SECRET_KEY": "only-to-look-at-the-settings-" + "0123456789abcdefghijklmnopqrstuvwxyz",
        "ALLOWED_HOSTS": "floorops.example",
        "DATABASE_URL": "postgres://floorops@127.0.0.1:1/floorops",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }
    return [
        Step("types", [*python, "mypy", *ROOMS, "stack"], tests),
        Step("lint", [*python, "ruff", "check", "."], {}),
        Step("format", [*python, "ruff", "format", "--check", "."], {}),
        Step("borders between rooms", [packages.VENV / "bin" / "python", "-c", LINT_IMPORTS], {}),
        Step("templates", [*python, "djlint", "templates", "--lint", "--quiet"], {}),
        Step("migrations", [*manage, "makemigrations", "--check", "--dry-run"], tests),
        Step("translations", [*python, "stack.check_translations"], tests),
        Step("deployment settings", [*manage, "check", "--deploy", "--fail-level", "WARNING"], production),
    ]


LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"


def check() -> int:
    """Every step even when one fails, two at a time; the words of those that fail."""
    prepare()
    waiting = steps()
    running: list[Step] = []
    failed: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        try:
            while waiting or running:
                while waiting and len(running) < AT_ONCE:
                    step = waiting.pop(0)
                    step.words = Path(scratch) / step.name
                    step.began = time.monotonic()
                    with step.words.open("wb") as out:
                        pipes = {"stdin": subprocess.DEVNULL, "stdout": out, "stderr": subprocess.STDOUT}
                        step.child = children.start(step.command, env=os.environ | step.env, cwd=ROOT, **pipes)
                    running.append(step)
                time.sleep(0.05)
                for step in [step for step in running if step.child and step.child.poll() is not None]:
                    running.remove(step)
                    if not tell(step):
                        failed.append(step.name)
        finally:
            children.end([step.child for step in running if step.child])
    if failed:
        print(f"make check: failed at {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def tell(step: Step) -> bool:
    assert step.child
    assert step.words
    good = step.child.returncode == 0
    print(f"{'ok  ' if good else 'FAIL'}  {step.name}  ({time.monotonic() - step.began:.1f} s)", flush=True)
    if not good:
        print(step.words.read_text(errors="replace"), flush=True)
    return good
