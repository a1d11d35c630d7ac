"""A form of lines that comes back with room for one more."""

from __future__ import annotations

from typing import Any

from core.asked import read_whole

MOST_LINES = 1000


def one_line_more(data: Any) -> None:
    """Lets a set of forms named ``lines`` come back with one more line than was sent."""
    sent = read_whole(data.get("lines-TOTAL_FORMS")) or 0
    data["lines-TOTAL_FORMS"] = str(min(sent, MOST_LINES) + 1)
