"""Sessions as Django keeps them in the database, read by a prepared statement and prolonged by what their person does.

``SESSION_ENGINE`` names this module.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.backends import db
from django.db import connection
from django.utils import timezone

from core.prepared import Prepared

PROLONGED_EVERY = timedelta(minutes=10)
KEPT = Prepared("kept_session", "SELECT session_data, expire_date FROM django_session WHERE session_key = $1 AND expire_date > $2")


class SessionStore(db.SessionStore):
    ends_at: datetime | None = None

    def load(self) -> dict[str, Any]:
        with connection.cursor() as cursor:
            KEPT.run(cursor, self.session_key, timezone.now())
            kept = cursor.fetchone()
        if kept is None:
            self._session_key = None
            return {}
        data, self.ends_at = kept
        return self.decode(data)

    def prolong(self) -> None:
        """Let the session last its whole time from now on; written at most once in ten minutes, since most of them do several things."""
        age = timedelta(seconds=self.get_session_cookie_age())
        if self.ends_at is not None and self.ends_at < timezone.now() + age - PROLONGED_EVERY:
            self.modified = True
