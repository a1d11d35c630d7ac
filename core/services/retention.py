"""What nobody needs any more goes at night: each kind after the days that the plant sets (DESIGN 3.11)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from core.models import TableImport
from core.plant_settings import plant_setting


def forget_old(*, at: datetime | None = None) -> dict[str, int]:
    """Files that were brought and never loaded, the log of sign-ins, sessions that are over. Safe to run twice; how many of each went."""
    at = at or timezone.now()
    return {"files": _files(at), "sign_ins": _sign_ins(at), "sessions": Session.objects.filter(expire_date__lt=at).delete()[0]}


@transaction.atomic
def _files(at: datetime) -> int:
    before = at - timedelta(days=plant_setting("import_file_days"))
    old = TableImport.objects.select_for_update(skip_locked=True).filter(made_at__lt=before, loaded_at=None)
    count = 0
    for brought in old:
        if brought.file:
            transaction.on_commit(partial(brought.file.storage.delete, str(brought.file)))
        brought.delete()
        count += 1
    return count


def _sign_ins(at: datetime) -> int:
    before = at - timedelta(days=plant_setting("sign_in_days"))
    return sum(log.objects.filter(attempt_time__lt=before).delete()[0] for log in (AccessLog, AccessFailureLog, AccessAttempt))
