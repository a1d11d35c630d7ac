"""The suite plays on servers and in folders of its own: nothing of ``make up`` is in its reach."""

import os
from pathlib import Path

import psycopg2
import pytest
import redis
from django.conf import settings
from django.db import connection

from floorops.settings.env import ROOT, VAR
from stack import services
from stack.suite import TEST_REDIS_DATABASE, on_its_own_redis_database
from tests.own_services import FOLDER

OWN_POSTGRES = "FLOOROPS_TEST_TEMPLATE" in os.environ
OWN_VALKEY = "FLOOROPS_TEST_REDIS_IS_OURS" in os.environ


def test_its_folder_is_not_that_of_the_plant():
    plant, suite = ROOT / "var", FOLDER
    assert suite != plant
    assert Path(settings.MEDIA_ROOT) == VAR / "test-media" != VAR / "media"
    assert services.Postgres(suite, throw_away=True).folder != services.Postgres(plant, throw_away=False).folder
    assert services.Valkey(suite, throw_away=True).folder != services.Valkey(plant, throw_away=False).folder


def test_its_servers_are_not_those_that_a_plant_of_this_folder_runs():
    """A plant that was stopped has left its ports to whoever comes next; its files are asked for below."""
    plant = ROOT / "var"
    state, running = services.read_state(plant), services.alive(plant)
    if running["postgres"]:
        assert f":{connection.settings_dict['PORT']}/" not in state["database_url"]
    if running["valkey"]:
        assert settings.REDIS_URL.rpartition("/")[0] != state["redis_url"].rpartition("/")[0]


@pytest.mark.django_db
def test_its_database_is_a_test_database_in_its_own_cluster():
    assert connection.settings_dict["NAME"].startswith("test_")
    if OWN_POSTGRES:
        with connection.cursor() as cursor:
            cursor.execute("show data_directory")
            assert Path(cursor.fetchone()[0]).resolve().is_relative_to(FOLDER.resolve())


def test_its_broker_keeps_its_files_in_its_own_folder_and_on_given_servers_its_own_database():
    if OWN_VALKEY:
        with redis.Redis.from_url(settings.REDIS_URL) as client:
            assert Path(client.config_get("dir")["dir"]).resolve().is_relative_to(FOLDER.resolve())
    assert on_its_own_redis_database("redis://plant.example:6379/0") == f"redis://plant.example:6379/{TEST_REDIS_DATABASE}"
    assert TEST_REDIS_DATABASE != 0


def test_a_cluster_of_the_plant_beside_it_stays_as_it_was(tmp_path):
    """What ``make test`` starts and stops beside a running plant leaves the plant's server and its rows alone."""
    plant, suite = tmp_path / "var", tmp_path / "var" / "test"
    try:
        theirs = services.up(plant, throw_away=True, valkey=False)
        with psycopg2.connect(theirs["database_url"]) as kept:
            kept.cursor().execute("create table kept as select 1 as id")
        kept.close()
        running = services.alive(plant)["postgres"]

        ours = services.up(suite, throw_away=True, valkey=False)
        assert ours["pg_port"] != theirs["pg_port"]
        services.down(suite)

        assert services.alive(plant)["postgres"] == running
        assert services.read_state(plant) == theirs
        with psycopg2.connect(theirs["database_url"]) as again, again.cursor() as cursor:
            cursor.execute("select id from kept")
            assert cursor.fetchall() == [(1,)]
        again.close()
    finally:
        services.down(suite)
        services.down(plant)
