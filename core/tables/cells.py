"""What can stand in a cell, and how a text leaves for a spreadsheet and comes back the same.

A blank cell is simply not there. ``CLEAR`` is a lone ``-``, which empties what a row has. A text that a spreadsheet could take for a
formula (or that is a lone ``-`` itself) wears an apostrophe in front, as spreadsheets do it; reading takes that one apostrophe off.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any

from core.quantities import plain

SHOWN_CHARACTERS = 80
MEANS_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


class Mark(Enum):
    CLEAR = "-"


CLEAR = Mark.CLEAR


@dataclass(frozen=True)
class Formula:
    """A cell that computes; a file brings values."""

    text: str


@dataclass(frozen=True)
class BrokenCell:
    """A cell that shows an error of the spreadsheet, such as ``#N/A``."""

    text: str


# Numbers of a workbook are ``int`` or ``Decimal``; what a CSV file holds is always a text.
Cell = str | int | Decimal | bool | date | datetime | time | Formula | BrokenCell | Mark


def read_text(text: str) -> str | Mark | None:
    """The cell that a text stands for: ``None`` when blank."""
    text = text.strip()
    if not text:
        return None
    if text == "-":
        return CLEAR
    if text[0] == "'" and _GUARDED.match(text):
        return text[1:]
    return text


def guarded(text: str, *, workbook: bool = False) -> str:
    """``text`` as it may leave: never a formula, and read back as it is. A workbook's text cell needs less than a CSV field."""
    if workbook:
        return f"'{text}" if text == "-" or _GUARDED.match(text) else text
    return f"'{text}" if MEANS_FORMULA.match(text) else text


def shown(cell: Any) -> str:
    """A cell in a message: on one line, not too long."""
    text = " ".join(cell_text(cell).split())
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def cell_text(cell: Any) -> str:
    """A cell as text; whole numbers lose no digit and gain no ``.0``."""
    match cell:
        case None:
            return ""
        case Mark() | Formula() | BrokenCell():
            return cell.value if isinstance(cell, Mark) else cell.text
        case bool():
            return "1" if cell else "0"
        case Decimal():
            return plain(cell)
        case datetime():
            return cell.isoformat(" ")
        case time():
            return f"{cell:%H:%M}" if not cell.second else f"{cell:%H:%M:%S}"
        case _:
            return str(cell)
