"""What a machine must offer before anything is begun; each thing it lacks is one sentence. Standard library only."""

import contextlib
import errno
import fcntl
import importlib.util
import json
import os
import shutil
import socket
import tempfile
from pathlib import Path

from stack.children import Fault

ROOT = Path(__file__).resolve().parent.parent
FIRST_START_BYTES = 900 * 1024**2
LATER_START_BYTES = 100 * 1024**2
DEFAULT_PORT = 8000
DEFAULT_HOST = "127.0.0.1"


def var_folder() -> Path:
    return Path(os.environ.get("FLOOROPS_VAR") or ROOT / "var").resolve()


def read_env_file(path: Path = ROOT / ".env") -> None:
    """The plant's own variables, as the settings read them too; what the environment already says wins."""
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        name, sign, value = line.strip().removeprefix("export ").partition("=")
        if sign and name.strip().isidentifier():
            os.environ.setdefault(name.strip(), value.strip().strip("'\""))


def need_writable(*folders: Path) -> None:
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as fault:
            if fault.errno == errno.ENOSPC:
                raise Fault(f"The disk that holds {folder} is full.") from None
            raise Fault(f"This account may not write in {folder}: make it yours, or start FloorOps from a folder that is.") from None


def need_space(folder: Path, wanted: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < wanted:
        raise Fault(f"Only {free // 1024**2} MB are free on the disk that holds {folder}; FloorOps needs {wanted // 1024**2} MB to start.")


def need_venv_module() -> None:
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        raise Fault("Python's venv module is missing: install it first (Debian and Ubuntu: apt-get install python3-venv).")


def web_address() -> tuple[str, int]:
    """HOST and PORT as asked for, proved free."""
    host = os.environ.get("HOST") or DEFAULT_HOST
    asked = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not asked.isascii() or not asked.isdigit() or not 0 < int(asked) < 65536:
        raise Fault(f"PORT must be a number from 1 to 65535, not {asked!r}.")
    port = int(asked)
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror:
        raise Fault(f"HOST={host} is not an address of this machine.") from None
    except OSError as fault:
        if fault.errno == errno.EADDRINUSE:
            raise Fault(f"Port {port} is taken by another program: choose one that is free, for example make up PORT={port + 1}.") from None
        if fault.errno == errno.EACCES:
            raise Fault(f"This account may not open port {port}: choose one above 1023, for example make up PORT=8000.") from None
        raise Fault(f"HOST={host} is not an address of this machine.") from None
    return host, port


class RunningMark:
    """``var/up.json``, held by a lock for as long as ``make up`` runs; gone afterwards. A mark without the lock is a crash's."""

    def __init__(self, var: Path) -> None:
        self.path = var / "up.json"
        self.file = -1

    def take(self) -> None:
        while True:
            self.file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                told = self.read()
                os.close(self.file)
                where = f", {told['address']}" if told.get("address") else ""
                raise Fault(
                    f"FloorOps already runs from this folder (process {told.get('pid', '?')}{where}): use that, or stop it with make down."
                ) from None
            with contextlib.suppress(FileNotFoundError):
                if os.stat(self.path).st_ino == os.fstat(self.file).st_ino:
                    return
            os.close(self.file)

    def write(self, **told: object) -> None:
        os.ftruncate(self.file, 0)
        os.pwrite(self.file, json.dumps(told).encode(), 0)

    def read(self) -> dict:
        try:
            return json.loads(self.path.read_text())
        except (OSError, ValueError):
            return {}

    def drop(self) -> None:
        self.path.unlink(missing_ok=True)
        os.close(self.file)

    def holder(self) -> int:
        """The pid of the ``make up`` that runs now, 0 for none."""
        try:
            probe = os.open(self.path, os.O_RDWR)
        except OSError:
            return 0
        try:
            fcntl.flock(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(self.read().get("pid", 0))
        finally:
            os.close(probe)
        return 0

    def hand_over(self) -> str:
        """For the program that replaces this one: the lock goes with the file number."""
        os.set_inheritable(self.file, True)
        return str(self.file)

    def take_over(self, file: str) -> None:
        self.file = int(file)
        os.set_inheritable(self.file, False)
