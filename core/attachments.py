"""Who may see a stored file: whoever may see a record that points at it. Rooms answer from ``AppConfig.ready``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.models import Attachment

MaySee = Callable[[Attachment, Any], bool]
_answers: dict[str, MaySee] = {}


def answer_may_see(record: str, may_see: MaySee) -> None:
    """``may_see(attachment, access)`` says whether a record of this kind (``"plans.answer"``) shows the file to that person.

    Raises ``ValueError`` when another answer stands for that kind.
    """
    if _answers.setdefault(record, may_see) is not may_see:
        raise ValueError(record)


def may_see(attachment: Attachment, access: Any) -> bool:
    """Its maker always; everybody else by a record that points at it."""
    return attachment.by_no == access.staff.staff_no or any(answer(attachment, access) for answer in _answers.values())
