"""A backup is one file, and a plant that was restored from it is the same plant."""

import contextlib
import json
import os
import tarfile
from io import StringIO

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.stack.plants import manage

TABLES = "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by relname"
TRIGGERS = "select tgrelid::regclass::text, tgname from pg_trigger where not tgisinternal order by 1, 2"


def ask(url: str, query: str) -> list[tuple]:
    with contextlib.closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


@pytest.fixture
def here(django_db_blocker, settings):
    """``here("restore", file, **servers)`` runs a command in this process on another database; its fault in words, or ``""``."""

    def run(*words: str, DATABASE_URL: str, **given: str) -> str:
        own = connection.settings_dict["NAME"]
        settings.MEDIA_ROOT = given.get("MEDIA_ROOT", settings.MEDIA_ROOT)
        with django_db_blocker.unblock():
            connection.close()
            connection.settings_dict["NAME"] = DATABASE_URL.rpartition("/")[2]
            try:
                call_command(*words, stdout=StringIO())
            except CommandError as fault:
                return str(fault)
            finally:
                connection.close()
                connection.settings_dict["NAME"] = own
        return ""

    return run


def counts(url: str) -> dict[str, int]:
    return {table: ask(url, f'select count(*) from "{table}"')[0][0] for (table,) in ask(url, TABLES)}  # noqa: S608  names from the catalogue


@pytest.fixture(scope="module")
def plant(given_servers, tmp_path_factory):
    """Variables of a plant with a row and an uploaded file of its own, and a backup of it."""
    folder = tmp_path_factory.mktemp("plant")
    media = folder / "media"
    (media / "photos").mkdir(parents=True)
    (media / "photos" / "焊缝.jpg").write_bytes(b"a photo")
    servers = given_servers() | {"MEDIA_ROOT": str(media)}
    made = manage(
        folder / "var", "shell", "-c", "from core.models import Unit; Unit.objects.create(code='千', name='x', decimals=0)", **servers
    )
    assert made.returncode == 0, made.stderr
    done = manage(folder / "var", "backup", str(folder / "plant.tar"), **servers)
    assert done.returncode == 0, done.stderr
    return folder, servers


@pytest.mark.parametrize("migrated", [False, True], ids=["empty", "existing"])
def test_a_restored_plant_is_the_same_plant(plant, given_servers, tmp_path, here, migrated):
    folder, servers = plant
    other = given_servers(migrated=migrated) | {"MEDIA_ROOT": str(tmp_path / "media")}
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "of-before.txt").write_text("of the plant that was here before")

    if migrated:
        assert here("restore", str(folder / "plant.tar"), "--yes", **other) == ""
    else:
        done = manage(tmp_path / "var", "restore", str(folder / "plant.tar"), **other)
        assert done.returncode == 0, done.stderr

    assert counts(other["DATABASE_URL"]) == counts(servers["DATABASE_URL"])
    assert ask(other["DATABASE_URL"], TRIGGERS) == ask(servers["DATABASE_URL"], TRIGGERS) != []
    assert ask(other["DATABASE_URL"], "select name from core_unit where code = '千'") == [("x",)]
    files = sorted(str(path.relative_to(tmp_path / "media")) for path in (tmp_path / "media").rglob("*") if path.is_file())
    assert files == ["photos/焊缝.jpg"]


def test_a_plant_is_replaced_only_when_that_was_said(plant, given_servers, here):
    folder, _ = plant
    other = given_servers()
    assert "say --yes" in here("restore", str(folder / "plant.tar"), **other)
    assert ask(other["DATABASE_URL"], "select count(*) from core_unit where code = '千'") == [(0,)]


def test_a_backup_never_overwrites_a_file(plant):
    folder, servers = plant
    refused = manage(folder / "var", "backup", str(folder / "plant.tar"), **servers)
    assert refused.returncode == 1
    assert "exists already" in refused.stderr
    assert [path.name for path in folder.iterdir() if path.name.startswith(".backup")] == []


def test_a_backup_is_for_its_owner_only(plant):
    folder, _ = plant
    assert (folder / "plant.tar").stat().st_mode & 0o077 == 0


def rewritten(source, target, **members: bytes) -> None:
    """A copy of a backup with some of its members changed or added."""
    import io

    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old:
            if member.isfile() and member.name not in members:
                new.addfile(member, old.extractfile(member))
        for name, content in members.items():
            added = tarfile.TarInfo(name)
            added.size = len(content)
            new.addfile(added, io.BytesIO(content))


def test_a_backup_of_a_newer_floorops_is_refused_and_nothing_is_touched(plant, given_servers, tmp_path, here):
    folder, _ = plant
    newer = {"floorops": "9.0", "made_at": "2030-01-01", "migrations": [["core", "0999_from_the_future"]]}
    rewritten(folder / "plant.tar", tmp_path / "newer.tar", **{"manifest.json": json.dumps(newer).encode()})
    other = given_servers() | {"MEDIA_ROOT": str(tmp_path / "media")}
    refused = here("restore", str(tmp_path / "newer.tar"), "--yes", **other)
    assert "newer FloorOps (9.0): core.0999_from_the_future" in refused
    assert ask(other["DATABASE_URL"], "select count(*) from django_migrations")[0][0] > 0


@pytest.mark.parametrize("name", ["../outside.txt", "/srv/outside.txt"])
def test_a_file_that_would_land_outside_is_refused(plant, given_servers, tmp_path, here, name):
    folder, _ = plant
    rewritten(folder / "plant.tar", tmp_path / "evil.tar", **{name: b"x"})
    refused = here("restore", str(tmp_path / "evil.tar"), "--yes", MEDIA_ROOT=str(tmp_path / "media"), **given_servers())
    assert "is not a backup of FloorOps" in refused


def test_a_damaged_dump_leaves_the_plant_as_it_was(plant, given_servers, tmp_path, here):
    folder, _ = plant
    rewritten(folder / "plant.tar", tmp_path / "damaged.tar", **{"database.dump": b"PGDMP and then nothing"})
    other = given_servers() | {"MEDIA_ROOT": str(tmp_path / "media")}
    assert "pg_restore failed" in here("restore", str(tmp_path / "damaged.tar"), "--yes", **other)
    assert ask(other["DATABASE_URL"], "select count(*) from core_unit")[0][0] > 0
    assert not os.listdir(tmp_path / "media")
