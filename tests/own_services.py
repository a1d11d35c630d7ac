"""Gives every run of pytest, however it was started, a Postgres and a Valkey of its own under ``var/test``.

Where DATABASE_URL and REDIS_URL are set, those servers are used instead. The data of ``make up`` is never touched: another cluster, and in
any case Django's own test database.
"""

import fcntl
import os
from pathlib import Path

import pytest

from stack import services

FOLDER = services.ROOT / "var" / "test"
NOWHERE_PORT = 1
_in_use: list[int] = []


def _use(state: dict) -> None:
    """Point the settings, which were read before we came, and every process started from here at these servers."""
    from django.conf import settings

    from floorops.settings.env import env

    os.environ |= {"DATABASE_URL": state["database_url"], "REDIS_URL": state["redis_url"]}
    settings.DATABASES["default"].update(env.db_url_config(state["database_url"]))
    settings.REDIS_URL = settings.CELERY_BROKER_URL = state["redis_url"]
    settings.CACHES["default"]["LOCATION"] = state["redis_url"]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")) or config.getoption("collectonly", default=False):
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    lock = os.open(FOLDER / "in-use", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_SH)
    _in_use.append(lock)
    _use(services.up(FOLDER, throw_away=True))


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
