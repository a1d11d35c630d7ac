"""Whether the plant of processes is well: ``/healthz`` for machines that watch it, ``manage.py health`` for people.

Worker and beat each leave a heartbeat in the cache that dies by itself when they do. The worker's comes from its main process, so long
work in all of its hands does not look like death; beat's comes from its scheduler's round, so a scheduler that hangs does.
"""

from celery import bootsteps
from django.core.cache import cache
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_celery_beat.schedulers import DatabaseScheduler
from redis import RedisError

BEAT_EVERY_SECONDS = 3
STALE_SECONDS = 12
KEYS = {"worker": "heartbeat:worker", "beat": "heartbeat:beat"}
OK, SILENT, UNKNOWN = "ok", "silent", "unknown"


def beat_heart(name: str) -> None:
    """A cache that is away for a moment must not take the worker down with it."""
    try:
        cache.set(KEYS[name], OK, STALE_SECONDS)
    except RedisError:
        return


class WorkerHeart(bootsteps.StartStopStep):
    """Beats from the worker's own timer for as long as its main process lives."""

    requires = ("celery.worker.components:Timer",)

    def __init__(self, parent: object, **options: object) -> None:
        self.entry = None
        super().__init__(parent, **options)

    def start(self, parent) -> None:
        beat_heart("worker")
        self.entry = parent.timer.call_repeatedly(BEAT_EVERY_SECONDS, beat_heart, ("worker",), priority=10)

    def stop(self, parent) -> None:
        if self.entry:
            self.entry.cancel()
            self.entry = None


class Scheduler(DatabaseScheduler):
    """The schedule in the database, with a heartbeat at every round."""

    def tick(self, *args: object, **kwargs: object) -> float:
        beat_heart("beat")
        return super().tick(*args, **kwargs)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return SILENT
    return OK


def report() -> dict[str, str]:
    """One word for each part: ``ok``, ``silent`` (does not answer), ``unknown`` (cannot be asked while the cache is silent)."""
    try:
        hearts = cache.get_many(KEYS.values())
    except RedisError:
        return {"database": _database(), "cache": SILENT, "worker": UNKNOWN, "beat": UNKNOWN}
    beating = {name: OK if key in hearts else SILENT for name, key in KEYS.items()}
    return {"database": _database(), "cache": OK, **beating}


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    told = report()
    return JsonResponse(told, status=200 if set(told.values()) == {OK} else 503)
