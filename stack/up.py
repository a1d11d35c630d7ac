"""The supervisor of ``make up``: services, preparation, then web server, worker and beat under one readable log until told to stop.

``stack.commands.up`` has made the environment and holds the lock; it is replaced by this program. Whatever way this ends, nothing that it
started stays: its children die with it, and a next start adopts or clears what a crash of the whole machine left.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field

from stack import children, machine, packages, services
from stack.children import Fault, Stopped
from stack.commands import sentence
from stack.machine import ROOT

FIRST_PAGE_SECONDS = 60
# A worker that died stays down long enough for /healthz to show it; the web server has nobody waiting to be told.
RESTART_SECONDS = {"web": 1, "worker": 45, "beat": 45}
# What lived that long did not die young: its delay begins anew.
STEADY_SECONDS = 300
COLOURS = {"floorops": "1", "web": "36", "worker": "33", "beat": "35"}
# What listens everywhere is asked for here.
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
PYTHON = [sys.executable, "-X", "utf8"]


class Log:
    """One line at a time from everybody, with the speaker's name in front."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ

    def say(self, who: str, text: str) -> None:
        name = f"{who:<8} |"
        if self._coloured:
            name = f"\x1b[{COLOURS[who]}m{name}\x1b[0m"
        with self._lock:
            try:
                sys.stdout.write(f"{name} {text}\n")
                sys.stdout.flush()
            except OSError:
                sys.stdout = open(os.devnull, "w")  # noqa: SIM115  the reader has gone; the plant goes on

    def follow(self, who: str, child: subprocess.Popen) -> None:
        def read() -> None:
            for line in child.stdout or ():
                if text := line.decode(errors="replace").rstrip():
                    self.say(who, text)

        threading.Thread(target=read, daemon=True).start()


@dataclass
class Role:
    """One process of the plant and when it may be started (again)."""

    name: str
    command: list
    child: subprocess.Popen | None = None
    start_at: float = 0
    started_at: float = 0
    failures: int = field(default=0)


def roles(host: str, port: int) -> list[Role]:
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    web = ["-m", "gunicorn", "floorops.wsgi", "--bind", bind, "--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    web += ["--preload", "--no-control-socket", "--graceful-timeout", "5", "--timeout", "120", "--log-level", "warning"]
    web += ["--access-logfile", "-", "--access-logformat", "%(h)s %(m)s %(U)s %(s)s %(M)s ms"]
    celery = ["-m", "celery", "-q", "-A", "floorops"]
    worker = [
        *celery,
        "worker",
        "--loglevel",
        "INFO",
        "--concurrency",
        "2",
        "--hostname",
        "floorops@%h",
        "--without-gossip",
        "--without-mingle",
    ]
    beat = [*celery, "beat", "--loglevel", "INFO", "--pidfile", ""]
    return [Role("web", PYTHON + web), Role("worker", PYTHON + worker), Role("beat", PYTHON + beat)]


def own_address() -> str:
    """This machine's address on its network, as its route outwards tells it; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return socket.gethostname()
        return str(probe.getsockname()[0])


class Plant:
    def __init__(self) -> None:
        self.log = Log()
        self.var = machine.var_folder()
        self.mark = machine.RunningMark(self.var)
        self.host = os.environ.get("HOST") or machine.DEFAULT_HOST
        self.port = int(os.environ.get("PORT") or machine.DEFAULT_PORT)
        self.began = float(os.environ.get("FLOOROPS_BEGAN", time.time()))
        self.roles = roles(self.host, self.port)
        self.logins = self.var / "demo-logins.json"
        self.own_postgres = not os.environ.get("DATABASE_URL")
        self.own_valkey = not os.environ.get("REDIS_URL")

    @property
    def address(self) -> str:
        shown = EVERYWHERE.get(self.host, self.host)
        return f"http://{f'[{shown}]' if ':' in shown else shown}:{self.port}/"

    def say(self, text: str) -> None:
        self.log.say("floorops", text)

    def tell_step(self, what: str) -> None:
        self.say(f"{time.time() - self.began:5.1f} s  {what}")

    def start_services(self) -> None:
        services.up(self.var, postgres=self.own_postgres, valkey=self.own_valkey)

    def prepare(self) -> None:
        """Database and files side by side: a fresh machine has two cores and a minute."""
        log = self.var / "log" / "prepare.log"
        log.parent.mkdir(exist_ok=True)
        self.logins.unlink(missing_ok=True)
        halves = []
        try:
            with log.open("wb") as out:
                for words in (["database", self.logins], ["files"]):
                    half = [*PYTHON, "-m", "stack.prepare", *words]
                    halves.append(children.start(half, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT))
                while any(half.poll() is None for half in halves) and not any(half.poll() for half in halves):
                    time.sleep(0.05)
            if any(half.returncode for half in halves):
                raise Fault(packages.explain("The database and files could not be made ready", log))
        finally:
            children.end(halves)

    def start(self, role: Role) -> None:
        env = dict(os.environ, PYTHONUNBUFFERED="1", C_FORCE_ROOT="1", PYTHONWARNINGS="ignore:You're running the worker with superuser")
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        role.child = children.start(role.command, env=env, cwd=ROOT, **pipes)
        role.started_at = time.monotonic()
        self.log.follow(role.name, role.child)
        told = {each.name: each.child.pid for each in self.roles if each.child}
        self.mark.write(pid=os.getpid(), address=self.address, processes=told)

    def first_page(self) -> bool:
        """Whether the sign-in page is served; without following a redirect to https or elsewhere."""
        try:
            with urllib.request.urlopen(self.address, timeout=5) as page:  # noqa: S310  our own address
                return page.status == 200
        except urllib.error.HTTPError as answer:
            return answer.code < 500
        except OSError:
            return False

    def wait_for_first_page(self) -> None:
        until = time.monotonic() + FIRST_PAGE_SECONDS
        while not self.first_page():
            web = self.roles[0].child
            if web and web.poll() is not None:
                raise Fault("The web server did not start; its own words are above.")
            if time.monotonic() > until:
                raise Fault(f"The web server does not answer on {self.address}; its own words are above.")
            time.sleep(0.1)

    def banner(self) -> None:
        self.tell_step("ready")
        self.say("")
        self.say(f"FloorOps runs at  {self.address}")
        if self.host in EVERYWHERE:
            self.say(f"From the tablets  http://{own_address()}:{self.port}/")
        elif self.host == machine.DEFAULT_HOST:
            self.say("Only this machine reaches it. For the tablets of the plant: make up HOST=0.0.0.0")
        for line in self._log_ins():
            self.say(line)
        self.say("Ctrl-C stops everything; the data stays.")
        self.say("")

    def _log_ins(self) -> list[str]:
        try:
            told = json.loads(self.logins.read_text())
        except (OSError, ValueError):
            told = []
        if not told:
            return ["No demo plant here. The first user: .venv/bin/python manage.py create_admin USERNAME"]
        words = sorted({each["password"] for each in told})
        lines = [f"Demo log-ins, one per role, password {' or '.join(words)}:"]
        lines += [f"  {each['username']:<6} {each.get('title') or each.get('role', '')}  {each.get('name', '')}".rstrip() for each in told]
        return lines

    def watch(self) -> None:
        """Until a signal comes: what dies is started again, by its own delay, longer each time it dies young."""
        next_look = 0.0
        while True:
            now = time.monotonic()
            for role in self.roles:
                self._mind(role, now)
            if now > next_look:
                next_look = now + 2
                self._mind_services()
            time.sleep(0.2)

    def _mind(self, role: Role, now: float) -> None:
        if role.child is None:
            if now >= role.start_at:
                self.say(f"{role.name} starts again")
                self.start(role)
            return
        if role.child.poll() is None:
            return
        children.end([role.child])
        code = role.child.returncode
        if now - role.started_at >= STEADY_SECONDS:
            role.failures = 0
        delay = RESTART_SECONDS[role.name] * min(2**role.failures, 32)
        role.failures += 1
        self.say(f"{role.name} ended ({'signal ' + str(-code) if code < 0 else 'exit code ' + str(code)}); it starts again in {delay} s")
        role.child, role.start_at = None, now + delay

    def _mind_services(self) -> None:
        alive = services.alive(self.var)
        gone = [name for name, own in (("postgres", self.own_postgres), ("valkey", self.own_valkey)) if own and not alive[name]]
        if gone:
            self.say(f"{' and '.join(gone)} stopped; starting again")
            try:
                self.start_services()
            except Fault as fault:
                self.say(str(fault))

    def run(self) -> None:
        self.start_services()
        self.tell_step("own services answer" if self.own_postgres or self.own_valkey else "services of the plant are used")
        self.prepare()
        self.tell_step("database and files are ready")
        for role in self.roles:
            self.start(role)
        self.wait_for_first_page()
        self.banner()
        self.watch()

    def close(self) -> None:
        children.end([role.child for role in self.roles if role.child])
        services.down(self.var)
        self.logins.unlink(missing_ok=True)
        self.mark.drop()


def main() -> int:
    plant = Plant()
    plant.mark.take_over(os.environ.pop("FLOOROPS_MARK"))
    code = 1
    try:
        children.stop_on_signals()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, children.TIDY_SIGNALS)
        children.follow_make()
        plant.run()
    except Stopped as stopped:
        plant.say("stopping")
        code = 0 if stopped.sign == signal.SIGINT else 128 + stopped.sign
    except Fault as fault:
        print(fault, file=sys.stderr)
    except OSError as fault:
        print(sentence(fault), file=sys.stderr)
    finally:
        children.ignore_signals()
        plant.close()
    plant.say("stopped")
    return code


if __name__ == "__main__":
    sys.exit(main())
