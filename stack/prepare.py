"""Make a database and a folder of files ready to be served: two halves that may run side by side.

``python -m stack.prepare database [LOGINS_FILE]`` migrates, and puts the demo plant into a database that has nobody in it yet (unless
DEMO=0). ``python -m stack.prepare files`` compiles the translations and gathers the static files, each only when something changed.
"""

import hashlib
import io
import json
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command


def wants_demo() -> bool:
    return os.environ.get("DEMO", "1").strip().lower() not in ("0", "no", "false", "off")


def is_empty() -> bool:
    """Nobody and nothing in it: the demo must never fall among a plant's own rows."""
    from people.models import OrgNode, Staff, User

    return not any(model.objects.exists() for model in (User, Staff, OrgNode))


def database(logins: Path | None) -> None:
    from django.db import transaction

    from people.roles import Role

    call_command("migrate", interactive=False, verbosity=0)
    if wants_demo() and is_empty():
        print("the demo plant is being made: twelve months of a factory", flush=True)
        with transaction.atomic():
            call_command("demo", verbosity=0)
    if logins:
        told = io.StringIO()
        call_command("demo_logins", "--json", stdout=told)
        logins.touch(mode=0o600)
        logins.write_text(json.dumps([row | {"title": str(Role(row["role"]).label)} for row in json.loads(told.getvalue())]))


def _mark(folders: list[Path]) -> str:
    """Changes whenever a file in these folders does."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            told = path.stat()
            digest.update(f"{path}|{told.st_size}|{told.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def files() -> None:
    from django.contrib.staticfiles.finders import get_finders

    call_command("compile_translations", verbosity=0)
    folders = {Path(storage.location) for finder in get_finders() for _, storage in finder.list([])}
    mark = _mark(sorted(folders))
    root = Path(settings.STATIC_ROOT)
    stamp = root / ".floorops-static.json"
    if not stamp.exists() or json.loads(stamp.read_text() or "{}").get("mark") != mark:
        stamp.unlink(missing_ok=True)
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(json.dumps({"mark": mark}))


def main(words: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "floorops.settings.dev")
    django.setup()
    match words:
        case ["database", *rest]:
            database(Path(rest[0]) if rest else None)
        case ["files"]:
            files()
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
