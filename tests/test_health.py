"""The health page says which part does not answer, and never breaks itself."""

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection

from floorops import health

pytestmark = pytest.mark.django_db
ALL_WELL = {"database": "ok", "cache": "ok", "worker": "ok", "beat": "ok"}


@pytest.fixture
def beating():
    """Worker and beat of this plant, alive a moment ago."""
    for name in health.KEYS:
        health.beat_heart(name)
    yield
    cache.delete_many(health.KEYS.values())


def test_all_is_well(beating, client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, ALL_WELL)
    assert "no-cache" in answer["Cache-Control"]


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_a_heart_that_stopped_is_told(beating, client, name):
    cache.delete(health.KEYS[name])
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, ALL_WELL | {name: "silent"})


def test_a_heartbeat_ends_by_itself(beating):
    client = cache._cache.get_client()
    left = client.ttl(cache.make_and_validate_key(health.KEYS["worker"]))
    assert 0 < left <= health.STALE_SECONDS


def test_a_database_that_is_away_is_told(beating, client, monkeypatch):
    def away():
        raise OperationalError("the server is gone")

    monkeypatch.setattr(connection, "cursor", away)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, ALL_WELL | {"database": "silent"})


def test_a_cache_that_is_away_leaves_worker_and_beat_unknown(client, settings):
    settings.CACHES = {"default": {"BACKEND": settings.CACHES["default"]["BACKEND"], "LOCATION": "redis://127.0.0.1:1/0"}}
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"database": "ok", "cache": "silent", "worker": "unknown", "beat": "unknown"})
    health.beat_heart("worker")


def test_nothing_is_changed_by_asking(client):
    assert client.post("/healthz").status_code == 405
