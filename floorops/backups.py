"""One file that holds a whole plant: the database as a custom-format dump, and the uploaded files beside it.

The file is a tar with ``manifest.json``, ``database.dump`` and ``media/…``. A restore is all or nothing: one transaction replaces the
schema, and only then are the files exchanged.
"""

import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

import floorops
from stack.children import Fault
from stack.services import postgres_program

LOCK_WAIT_SECONDS = 15


class BackupFault(Exception):
    """Why a backup cannot be made or restored, in one sentence."""


def _program(name: str) -> str:
    """The wheel's own tools, which know every server up to their own version; else those of the machine."""
    try:
        own = postgres_program(name)
    except Fault:
        own = None
    found = str(own) if own and own.exists() else shutil.which(name)
    if not found:
        raise BackupFault(f"The program {name} is missing: install PostgreSQL's client tools.")
    return found


def _environment() -> dict[str, str]:
    told = connection.settings_dict
    options = told.get("OPTIONS", {})
    known = {"PGHOST": told["HOST"], "PGPORT": str(told["PORT"] or ""), "PGUSER": told["USER"], "PGPASSWORD": told["PASSWORD"]}
    known |= {"PGDATABASE": told["NAME"], "PGSSLMODE": options.get("sslmode", ""), "PGSSLROOTCERT": options.get("sslrootcert", "")}
    return dict(os.environ) | {key: value for key, value in known.items() if value}


def _run(*command: str, stdin: Path | None = None) -> None:
    with (stdin or Path(os.devnull)).open("rb") as source:
        done = subprocess.run(command, env=_environment(), stdin=source, capture_output=True, check=False)  # noqa: S603  our own words
    if done.returncode:
        lines = [line for line in done.stderr.decode(errors="replace").splitlines() if line.strip()]
        telling = next((line for line in lines if "ERROR" in line or "error:" in line), lines[-1] if lines else "no reason given")
        raise BackupFault(f"{Path(command[0]).name} failed: {telling}")


def _applied() -> list[list[str]]:
    return sorted([app, name] for app, name in MigrationRecorder(connection).applied_migrations())


def backup(file: Path) -> int:
    """Write the plant to ``file``, whole or not at all; how many bytes it has. An existing file is never overwritten."""
    if file.exists():
        raise BackupFault(f"{file} exists already: name a new file.")
    if not file.parent.is_dir():
        raise BackupFault(f"There is no folder {file.parent}.")
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as scratch:
        dump, manifest, whole = (Path(scratch) / name for name in ("database.dump", "manifest.json", "whole.tar"))
        _run(_program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}")
        manifest.write_text(json.dumps({"floorops": floorops.__version__, "made_at": timezone.now().isoformat(), "migrations": _applied()}))
        with tarfile.open(whole, "w") as tar:
            tar.add(manifest, "manifest.json")
            tar.add(dump, "database.dump")
            media = Path(settings.MEDIA_ROOT)
            if media.is_dir():
                tar.add(media, "media")
        whole.chmod(0o600)
        with whole.open("rb") as written:
            os.fsync(written.fileno())
        whole.rename(file)
    return file.stat().st_size


def holds_a_plant() -> bool:
    """Whether the database has tables of ours already."""
    return "django_migrations" in connection.introspection.table_names()


def restore(file: Path) -> dict:
    """Put the plant of ``file`` in place of what the database and the media folder hold; its manifest."""
    if not file.is_file():
        raise BackupFault(f"There is no file {file}.")
    media = Path(settings.MEDIA_ROOT)
    media.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=media, prefix=".restore-") as scratch:
        unpacked = Path(scratch)
        manifest = _unpack(file, unpacked)
        _refuse_the_newer(manifest)
        _replace_schema(unpacked)
        _replace_media(media, unpacked)
    return manifest


def _unpack(file: Path, into: Path) -> dict:
    """Plain files and folders under their own names; anything else in the tar is refused."""
    try:
        with tarfile.open(file, "r:") as tar:
            for member in tar:
                name = PurePosixPath(member.name)
                if name.is_absolute() or ".." in name.parts or not (member.isfile() or member.isdir()):
                    raise BackupFault(f"{file} is not a backup of FloorOps: it holds {member.name}.")
                member.mode = 0o750 if member.isdir() else 0o640
                tar.extract(member, into, set_attrs=False)
        manifest = json.loads((into / "manifest.json").read_text())
    except (tarfile.TarError, ValueError, FileNotFoundError):
        raise BackupFault(f"{file} is not a backup of FloorOps, or it is damaged.") from None
    if not (into / "database.dump").is_file():
        raise BackupFault(f"{file} holds no database.")
    return manifest


def _refuse_the_newer(manifest: dict) -> None:
    known = set(MigrationLoader(None).disk_migrations)
    unknown = [f"{app}.{name}" for app, name in manifest["migrations"] if (app, name) not in known]
    if unknown:
        raise BackupFault(f"This backup comes from a newer FloorOps ({manifest.get('floorops')}): {unknown[0]} is not known here.")


def _replace_schema(unpacked: Path) -> None:
    """One transaction, so that a fault leaves the old plant as it was."""
    script = unpacked / "database.sql"
    _run(_program("pg_restore"), "--no-owner", "--no-privileges", f"--file={script}", str(unpacked / "database.dump"))
    first = unpacked / "first.sql"
    first.write_text(
        f"SET lock_timeout = '{LOCK_WAIT_SECONDS}s';\nDROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n"
        "ALTER SCHEMA public OWNER TO pg_database_owner;\n"
    )
    connection.close()
    _run(
        _program("psql"), "-X", "-q", "-o", os.devnull, "-v", "ON_ERROR_STOP=1", "--single-transaction", "-f", str(first), "-f", str(script)
    )


def _replace_media(media: Path, unpacked: Path) -> None:
    for old in media.iterdir():
        if old.name.startswith(".restore-"):
            continue
        if old.is_dir() and not old.is_symlink():
            shutil.rmtree(old)
        else:
            old.unlink()
    fresh = unpacked / "media"
    if fresh.is_dir():
        for child in fresh.iterdir():
            child.rename(media / child.name)
