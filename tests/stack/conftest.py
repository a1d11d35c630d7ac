"""A plant that runs on given servers: the throw-away ones of the suite, in a database copied from the migrated template."""

import contextlib
import os

import psycopg2
import pytest

from stack.suite import on_its_own_redis_database
from tests.stack.plants import Plant


@pytest.fixture(scope="session")
def given_servers(django_db_setup):
    """Makes databases on the suite's own server: ``given_servers()`` is the environment that names a new one."""
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    made = []

    def run(order: str) -> None:
        with contextlib.closing(psycopg2.connect(os.environ["DATABASE_URL"])) as connection:
            connection.autocommit = True
            connection.cursor().execute(order)

    def make(*, migrated: bool = True) -> dict[str, str]:
        name = f"given_{os.getpid()}_{len(made)}"
        made.append(name)
        template = os.environ.get("FLOOROPS_TEST_TEMPLATE") if migrated else None
        run(f'create database "{name}" template "{template or "template0"}"')
        return {"DATABASE_URL": f"{server}/{name}", "REDIS_URL": on_its_own_redis_database(os.environ["REDIS_URL"])}

    yield make
    for name in made:
        run(f'drop database if exists "{name}" with (force)')


@pytest.fixture(scope="module")
def served(given_servers, tmp_path_factory):
    """``make up`` on given servers, running."""
    with Plant(tmp_path_factory.mktemp("served") / "var", **given_servers()) as plant:
        yield plant.start()
