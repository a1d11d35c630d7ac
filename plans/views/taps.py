"""What a device's outbox sends, read strictly: anything else is a fault, never a crash."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import Any
from uuid import UUID

from core.clock import plant_zone
from core.errors import Faulty
from plans.models import Severity
from plans.services import ANYTHING, AnswerInput, FindingInput

MOST_ANSWERS = 200


def read_taps(body: bytes) -> tuple[list[AnswerInput], datetime | None]:
    """The answers, and what the device's clock showed when it sent them. Raises ``Faulty`` at ``answers``."""
    with crashes_as_faults():
        sent = json.loads(body)
        rows = sent["answers"]
        if not isinstance(rows, list) or not 0 < len(rows) <= MOST_ANSWERS:
            raise Faulty(field="answers")
        return [_tap(row) for row in rows], moment(sent.get("sent_at"))


@contextmanager
def crashes_as_faults() -> Iterator[None]:
    """Whatever cannot be read inside the block is a ``Faulty`` at ``answers``."""
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        raise Faulty(field="answers") from None


def words(value: Any) -> str:
    """Raises ``ValueError`` for characters that the database does not keep: zero, and halves of a pair."""
    text = str(value)
    if "\x00" in text:
        raise ValueError("a zero character")
    text.encode()
    return text


def moment(text: str | None) -> datetime | None:
    """Raises ``ValueError`` for what is no moment, and for one without a zone."""
    if not text:
        return None
    read = _in_calendar(text)
    if read.tzinfo is None:
        raise ValueError("a moment without a zone")
    return read


def _in_calendar(text: str) -> datetime:
    """Raises ``ValueError`` for what is no moment, and for the calendar's first and last year, which other zones do not have.

    A zone is left behind: Postgres knows none that is 16 hours off or more, Python knows them up to 24.
    """
    read = datetime.fromisoformat(text)
    if not MINYEAR < read.year < MAXYEAR:
        raise ValueError("a moment at the end of the calendar")
    return read.astimezone(UTC) if read.tzinfo else read


def _tap(row: dict[str, Any]) -> AnswerInput:
    replaces = row.get("replaces", ANYTHING)
    return AnswerInput(
        id=UUID(row["id"]),
        item=words(row["item"]),
        round=int(row.get("round", 1)),
        value=words(row["value"]),
        note=words(row.get("note", "")),
        photo=UUID(row["photo"]) if row.get("photo") else None,
        answered_at=moment(row.get("answered_at")),
        is_bulk=bool(row.get("is_bulk", False)),
        replaces=replaces if isinstance(replaces, UUID) or replaces is None else UUID(replaces),
        version=int(row["version"]) if row.get("version") is not None else None,
        finding=read_finding(row.get("finding")),
    )


def read_finding(asked: dict[str, Any] | None) -> FindingInput | None:
    if not asked:
        return None
    return FindingInput(
        owner=words(asked.get("owner", "")),
        due_at=_wall_clock(asked.get("due_at")),
        severity=Severity(asked["severity"]) if asked.get("severity") else "",
        is_safety=bool(asked.get("is_safety", False)),
    )


def _wall_clock(text: str | None) -> datetime | None:
    """What a person chose in the form stands in the plant's own time."""
    if not text:
        return None
    read = _in_calendar(text)
    return read if read.tzinfo else read.replace(tzinfo=plant_zone())
