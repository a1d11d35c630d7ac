"""Workbooks as people bring them: the first sheet, read row by row, as it shows itself."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from core.tables.cells import BrokenCell, Cell, Formula, read_text
from core.tables.faults import Unreadable
from core.tables.reading import Table

UNPACKED_MOST_BYTES = 2 << 30
# A workbook keeps numbers in binary; beyond the 15 digits that a spreadsheet shows there is only noise.
SHEET_DIGITS = ".15g"
# What opening or reading a damaged or encrypted workbook ends in: of the archive, of its XML, of cells that contradict each other.
DAMAGED = (
    *(InvalidFileException, zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError),
    *(SyntaxError, AttributeError, KeyError, IndexError, ValueError, TypeError, ArithmeticError),
)


@contextmanager
def workbook(path: Path) -> Iterator[Table]:
    with _whole():
        book = _opened(path)
    try:
        with _whole():
            sheet = book.worksheets[0] if book.worksheets else _no_sheet()
            last = sheet.max_row or 1
            sheet.reset_dimensions()
            rows = sheet.iter_rows()
            header = [str(cell.value).strip() if cell.value is not None else "" for cell in next(rows, ())]

        def records() -> Iterator[tuple[int, Sequence[Cell | None]]]:
            # What goes wrong with whoever takes the rows does not come by here.
            with _whole():
                for number, row in enumerate(rows, 2):
                    if not number % 512:
                        table.percent = min(number * 100 // last, 100)
                    yield number, [_sheet_cell(cell) for cell in row]

        table = Table(header, records())
        yield table
    finally:
        book.close()


@contextmanager
def _whole() -> Iterator[None]:
    try:
        yield
    except DAMAGED as fault:
        raise Unreadable(why=_("it is not a whole XLSX workbook")) from fault


def _opened(path: Path) -> Any:
    with zipfile.ZipFile(path) as packed:
        if sum(entry.file_size for entry in packed.infolist()) > UNPACKED_MOST_BYTES:
            raise Unreadable(why=_("it is too large when unpacked"))
    return load_workbook(path, read_only=True, data_only=False, keep_links=False)


def _no_sheet() -> Any:
    raise Unreadable(why=_("the workbook has no sheet"))


def _sheet_cell(cell: Any) -> Cell | None:
    value = cell.value
    if value is None:
        return None
    if cell.data_type == "f":
        return Formula(str(getattr(value, "text", value)))
    if cell.data_type == "e":
        return BrokenCell(str(value))
    match value:
        case str():
            return read_text(value)
        case bool() | int() | time():
            return value
        case float():
            return _number(value)
        case datetime():
            return value.date() if value.time() == time() else value
        case date():
            return value
        case timedelta():
            return _clock(value)
        case _:
            return read_text(str(value))


def _number(value: float) -> Decimal | int:
    if value.is_integer():
        return int(Decimal(repr(value)))
    return Decimal(format(value, SHEET_DIGITS))


def _clock(span: timedelta) -> Cell:
    """A duration cell below 24 hours is a time of day (``[h]:mm``)."""
    if timedelta() <= span < timedelta(days=1):
        seconds = int(span.total_seconds())
        return time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    return str(span)
