"""What an address or a hidden field asks for, read without trust: what nobody can have meant is passed over, never an error.

Only the digits 0 to 9 of ASCII count: the page or the link was made by us, and ``²`` and ``٣`` are digits to Python. What people type
into a field, where full-width digits are welcome, is read by the forms and by ``core.quantities``.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from core.clock import read_day

MOST_DIGITS = 18  # whatever has no more fits Postgres' bigint, the type of our row ids
MOST_PAGE_DIGITS = 6  # so that the rows before the page can be counted too


def read_whole(text: str | None) -> int | None:
    """A whole number from 0 on: a row, a version, how many rows a form has.

    ``None`` for a missing or blank one, a sign, a point, any other character, and for more than 18 digits, leading zeros included.
    """
    if not text or len(text) > MOST_DIGITS:
        return None
    return int(text) if text.isascii() and text.isdecimal() else None


def read_page(text: str | None) -> int:
    """The page of a list, from 1 on; 1 for 0, for a missing one, for what is no whole number and for more than 6 digits."""
    if not text or len(text) > MOST_PAGE_DIGITS:
        return 1
    return max(1, read_whole(text) or 1)


def read_date(text: str | None) -> date | None:
    """A date as ``YYYY-MM-DD`` that a file may have as well, so that the day before and the day after can be asked for too.

    ``None`` for a missing one, for one that no calendar has, for another form and for what lies outside 1900 to 2999.
    """
    try:
        return read_day(text or "")
    except ValueError:
        return None


def read_key(value: object) -> UUID | None:
    """The id that a device or a page gave to what it sends; ``None`` for a missing one and for what is no UUID in ASCII."""
    text = str(value)
    try:
        return UUID(text) if text.isascii() else None
    except ValueError:
        return None
