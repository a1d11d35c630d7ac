"""A write that may be sent twice is done once (DESIGN 3.3)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils import timezone

from core.errors import IdempotencyMismatch
from core.models import RequestKey
from core.prepared import Prepared

FIRST = Prepared(
    "first_request",
    "INSERT INTO core_requestkey (key, route, staff_no, body_hash, status, answer, is_kept, made_at)"
    " VALUES ($1, $2, $3, $4, 0, '{}', $5, now()) ON CONFLICT (key) DO NOTHING",
)
ANSWERED = Prepared("answered_request", "UPDATE core_requestkey SET status = $2, answer = $3 WHERE key = $1")
KEPT_FOR = timedelta(days=30)


@dataclass
class FirstAnswer:
    """What the first sender was told; ``found`` is true for a repeat. The first sender fills ``status`` and ``answer``.

    They are written when the block ends, unless what gave the document its number wrote them with it (``is_written``).
    """

    found: bool
    status: int = 200
    answer: dict[str, Any] = field(default_factory=dict)
    key: UUID | None = None
    is_written: bool = False

    @property
    def as_sent(self) -> tuple[UUID | None, int, str]:
        return self.key, self.status, json.dumps(self.answer)


@contextmanager
def request_once(key: UUID | None, *, route: str, staff_no: str, body: Any, is_kept: bool = False) -> Iterator[FirstAnswer]:
    """Run the block for the first sender of ``key``; a second one waits for the first and finds its answer. ``is_kept`` keeps the
    key of a document for ever.

    Opens the transaction that the caller's write belongs to. Raises ``IdempotencyMismatch`` when the key was used with another
    body, route or person. A refusal inside the block rolls the key back, so the same key may be tried again.
    """
    with transaction.atomic():
        if key is None:
            yield FirstAnswer(found=False)
            return
        digest = hashlib.sha256(json.dumps(body, sort_keys=True, cls=DjangoJSONEncoder, ensure_ascii=False).encode()).hexdigest()
        with connection.cursor() as cursor:
            FIRST.run(cursor, key, route, staff_no, digest, is_kept)
            is_first = cursor.rowcount == 1
        if not is_first:
            kept = RequestKey.objects.get(pk=key)
            if (kept.route, kept.staff_no, kept.body_hash) != (route, staff_no, digest):
                raise IdempotencyMismatch()
            yield FirstAnswer(found=True, status=kept.status, answer=kept.answer)
            return
        first = FirstAnswer(found=False, key=key)
        yield first
        if not first.is_written:
            with connection.cursor() as cursor:
                ANSWERED.run(cursor, *first.as_sent)


def prune_request_keys(*, at: datetime | None = None) -> int:
    """Forget the keys older than 30 days, but those of documents. Safe to run twice; how many went."""
    before = (at or timezone.now()) - KEPT_FOR
    return RequestKey.objects.filter(made_at__lt=before, is_kept=False).delete()[0]
