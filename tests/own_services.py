"""Gives every run of pytest, however it was started, a Postgres and a Valkey of its own under ``var/test``.

Where DATABASE_URL or REDIS_URL is set, that server is used instead. The data of ``make up`` is never touched: another cluster, and in
any case Django's own test database. The migrated schema is kept as a template database, so that only the first run after a changed
migration pays for migrating; a test database is then copied from it in a moment. Translations are compiled too.
"""

import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from stack import services

FOLDER = services.ROOT / "var" / "test"
REDIS_DATABASES = 16
_in_use: list[int] = []


def _use(url: str, redis_url: str) -> None:
    """Point the settings, which were read before we came, and every process started from here at these servers."""
    from django.conf import settings

    from floorops.settings.env import env

    os.environ |= {"DATABASE_URL": url, "REDIS_URL": redis_url}
    settings.DATABASES["default"].update(env.db_url_config(url))
    settings.REDIS_URL = settings.CELERY_BROKER_URL = redis_url
    settings.CACHES["default"]["LOCATION"] = redis_url


def _schema_mark() -> str:
    """Changes with every migration of ours, every shipped template and every pinned package."""
    digest = hashlib.sha256()
    for path in sorted(
        [*services.ROOT.glob("*/migrations/*.py"), *services.ROOT.glob("*/shipped/*.json"), services.ROOT / "requirements.txt"]
    ):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _template(state: dict) -> str:
    """The name of the database that holds the migrated schema, made if this schema is new."""
    import psycopg2

    name, building = f"schema_{_schema_mark()}", f"building_{_schema_mark()}"
    with contextlib.closing(psycopg2.connect(state["database_url"])) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("select pg_advisory_lock(1)")
        cursor.execute("select datname from pg_database where datname ~ '^(schema|building)_'")
        have = {row[0] for row in cursor.fetchall()}
        if name in have:
            return name
        for old in have:
            cursor.execute(f'drop database "{old}" with (force)')
        cursor.execute(f'create database "{building}"')
        server = state["database_url"].rpartition("/")[0]
        env = dict(os.environ, DATABASE_URL=f"{server}/{building}")
        env["DJANGO_SETTINGS_MODULE"] = "floorops.settings.test"
        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=services.ROOT, env=env, check=True)
        cursor.execute(f'alter database "{building}" rename to "{name}"')
    return name


def _of_this_worker(redis_url: str) -> str:
    """A database of its own on our server: a test that clears the cache clears no other worker's counts."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return urlunsplit(urlsplit(redis_url)._replace(path=f"/{number % REDIS_DATABASES}"))


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    from floorops import translations

    if template := os.environ.get("FLOOROPS_TEST_TEMPLATE"):  # a worker of pytest-xdist: its parent has done the rest
        settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = template
    given, given_redis = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    if given and given_redis and "FLOOROPS_TEST_REDIS_IS_OURS" in os.environ:
        _use(given, _of_this_worker(given_redis))
    if (given and given_redis) or config.getoption("collectonly", default=False):
        return
    translations.compile_catalogue()
    FOLDER.mkdir(parents=True, exist_ok=True)
    lock = os.open(FOLDER / "in-use", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_SH)
    _in_use.append(lock)
    state = services.up(FOLDER, throw_away=True, postgres=not given, valkey=not given_redis)
    _use(given or state["database_url"], given_redis or state["redis_url"])
    if not given_redis:
        os.environ["FLOOROPS_TEST_REDIS_IS_OURS"] = "1"
    if not given:
        os.environ["FLOOROPS_TEST_TEMPLATE"] = template = _template(state)
        settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = template


def pytest_unconfigure() -> None:
    """The last run that uses the services stops them."""
    while _in_use:
        lock = _in_use.pop()
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            continue
        services.down(FOLDER)
        Path(FOLDER / "in-use").unlink(missing_ok=True)
        os.close(lock)
