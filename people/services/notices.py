"""Telling people: once for each key, settled when nothing is left to do (SYS-04)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from people.models import Notice, Staff
from people.notices import NOTICE_KINDS, kept_figure


@dataclass(frozen=True)
class NewNotice:
    """What ``notify_all`` tells one person; ``figures`` may hold people, bilingual names, moments and dates."""

    to: Staff
    kind: str
    key: str
    figures: Mapping[str, Any]
    url: str
    due_at: datetime | None = None


def notify(
    *,
    to: Iterable[Staff],
    kind: str,
    key: str,
    figures: Mapping[str, Any],
    url: str,
    due_at: datetime | None = None,
    at: datetime | None = None,
) -> int:
    """Tell several people one thing; how many of them were told now.

    Whoever was told the same ``key`` of this kind before is not told again: a new occasion needs a new key. Raises ``KeyError`` for a
    kind that no room listed.
    """
    return notify_all([NewNotice(person, kind, key, figures, url, due_at) for person in to], at=at)


@transaction.atomic
def notify_all(notices: Sequence[NewNotice], *, at: datetime | None = None) -> int:
    """Many things to many people in a constant number of statements."""
    rows: dict[tuple[int, str, str], tuple[Any, ...]] = {}
    for notice in notices:
        kept = {name: kept_figure(value) for name, value in notice.figures.items()}
        key = (notice.to.pk, NOTICE_KINDS[notice.kind].key, notice.key)
        rows.setdefault(key, (*key, json.dumps(kept, ensure_ascii=False), notice.url, notice.due_at))
    if not rows:
        return 0
    with connection.cursor() as cursor:
        # A second teller at the same moment waits here, then finds the notice told.
        cursor.execute(
            "INSERT INTO people_notice (recipient_id, kind, key, figures, url, due_at, made_at)"
            " SELECT told.*, %s FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::jsonb[], %s::text[], %s::timestamptz[]) AS told"
            " ON CONFLICT (recipient_id, kind, key) DO NOTHING",
            [at or timezone.now(), *(list(column) for column in zip(*sorted(rows.values(), key=lambda row: row[:3]), strict=True))],
        )
        return cursor.rowcount


def settle(kind: str, key: str, *, to: Iterable[Staff] | None = None, at: datetime | None = None) -> int:
    """Nothing is left to do about it: it leaves the inbox of everybody told (or of ``to`` alone). How many notices that closed."""
    return settle_all(kind, [key], to=to, at=at)


def settle_all(kind: str, keys: Iterable[str], *, to: Iterable[Staff] | None = None, at: datetime | None = None) -> int:
    """The same for many keys, in one statement."""
    rows = Notice.objects.filter(kind=kind, key__in=list(keys), done_at=None)
    if to is not None:
        rows = rows.filter(recipient__in=[person.pk for person in to])
    return rows.update(done_at=at or timezone.now())


def mark_seen(*, notices: Iterable[int] | None = None, by: Staff) -> int:
    """The reader has seen these (``None``: all); what only told news is over with that. Others' notices are left alone."""
    now = timezone.now()
    rows = Notice.objects.filter(recipient=by, done_at=None)
    if notices is not None:
        rows = rows.filter(pk__in=list(notices))
    news = [kind.key for kind in NOTICE_KINDS.values() if not kind.waits]
    with transaction.atomic():
        seen = rows.filter(seen_at=None).update(seen_at=now)
        rows.filter(kind__in=news).update(done_at=now)
    return seen
