"""Two people at once, for real: threads with connections of their own, and a way to see that one waits for the other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, connections

PATIENCE_SECONDS = 20


class Elsewhere:
    """Runs a call in another thread on another connection, as another person's request would."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self._call = call
        self.result: Any = None
        self.fault: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.result = self._call()
        except BaseException as fault:
            self.fault = fault
        finally:
            connections.close_all()

    @property
    def outcome(self) -> str:
        """``done``, or the name of what was raised; waits for the end."""
        self._thread.join(PATIENCE_SECONDS)
        assert not self._thread.is_alive(), "still waiting"
        return type(self.fault).__name__ if self.fault else "done"


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Elsewhere]:
    """Runs all of them in the same moment: each has its connection and waits until the last one has."""
    barrier = threading.Barrier(len(calls), timeout=PATIENCE_SECONDS)

    def with_the_others(call: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            connection.ensure_connection()
            barrier.wait()
            return call()

        return run

    return [Elsewhere(with_the_others(call)) for call in calls]


def wait_until_blocked(sessions: int = 1, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
    """Return once so many other sessions of this database wait for a lock; fails when they never do."""
    give_up = time.monotonic() + patience_seconds
    while time.monotonic() < give_up:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees the sessions as they first were
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()"
            )
            if cursor.fetchone()[0] >= sessions:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waited: the guard is missing")
