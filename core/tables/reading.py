"""Files as people bring them: CSV in three separators and two encodings, or the first sheet of a workbook, read row by row."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from core.tables.cells import BrokenCell, Cell, Formula, read_text
from core.tables.faults import Unreadable

SEPARATORS = ",;\t"
BLOCK_BYTES = 1 << 20
UNPACKED_MOST_BYTES = 2 << 30
ZIP_HEAD = b"PK\x03\x04"
OLD_EXCEL_HEAD = b"\xd0\xcf\x11\xe0"
# A workbook keeps numbers in binary; beyond the 15 digits that a spreadsheet shows there is only noise.
SHEET_DIGITS = ".15g"


@dataclass(slots=True)
class FileRow:
    """One row below the header: ``number`` as a spreadsheet shows it (the header is 1), the cells that are not blank, by column."""

    number: int
    cells: dict[str, Cell]
    beyond: list[tuple[int, Cell]] = field(default_factory=list)


class Table:
    """An open file: its header, and its rows one by one. ``done`` (0 to 1) tells how far reading has come."""

    def __init__(self, header: Sequence[str], records: Iterator[tuple[int, Sequence[Cell | None]]]) -> None:
        self.header = list(header)
        self._records = records
        self.done = 0.0

    def __iter__(self) -> Iterator[FileRow]:
        """Blank rows are passed over, but counted."""
        names = self.header
        width = len(names)
        for number, record in self._records:
            cells = {name: cell for name, cell in zip(names, record, strict=False) if cell is not None}
            beyond = [(at, cell) for at, cell in enumerate(record[width:], width + 1) if cell is not None]
            if "" in cells:
                beyond = [(at, cell) for at, cell in enumerate(record, 1) if cell is not None and (at > width or not names[at - 1])]
                del cells[""]
            if cells or beyond:
                yield FileRow(number, cells, beyond)


@contextmanager
def open_table(path: Path, known: Sequence[str]) -> Iterator[Table]:
    """Open a file whose columns are among ``known`` (they help to find the separator). Raises ``Unreadable``."""
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except IsADirectoryError:
        raise Unreadable(why=_("%(name)s is a folder") % {"name": path.name}) from None
    except FileNotFoundError:
        raise Unreadable(why=_("there is no file %(name)s") % {"name": path}) from None
    except OSError as fault:
        raise Unreadable(why=fault.strerror or str(fault)) from fault
    if head.startswith(OLD_EXCEL_HEAD):
        raise Unreadable(why=_("it is an old or locked Excel file; save it as XLSX without a password"))
    opener = _workbook(path) if head.startswith(ZIP_HEAD) else _text_file(path, known)
    with opener as table:
        if not any(table.header):
            raise Unreadable(why=_("its first row has no column names"))
        yield table


# --- CSV ---


def _encoding(path: Path) -> str:
    """UTF-8 where the whole file is UTF-8, else GB18030. Raises ``Unreadable`` where it is neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as file:
                while block := file.read(BLOCK_BYTES):
                    if b"\x00" in block:
                        raise Unreadable(why=_("it is neither a CSV nor an XLSX file"))
                    decoder.decode(block)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Unreadable(why=_("its text is neither UTF-8 nor GB18030"))


def _header(path: Path, encoding: str, separator: str) -> list[str]:
    with path.open(encoding=encoding, newline="") as file:
        return [name.strip() for name in next(csv.reader(file, delimiter=separator, strict=True), [])]


@contextmanager
def _text_file(path: Path, known: Sequence[str]) -> Iterator[Table]:
    encoding = _encoding(path)
    size = path.stat().st_size or 1
    try:
        headers = {separator: _header(path, encoding, separator) for separator in SEPARATORS}
        # The separator that finds most of the columns; without any, the one that splits most.
        separator = max(headers, key=lambda mark: (len(set(known) & set(headers[mark])), len(headers[mark])))
        with path.open("rb") as raw, io.TextIOWrapper(raw, encoding, newline="") as file:
            rows = csv.reader(file, delimiter=separator, strict=True)
            next(rows, None)

            def records() -> Iterator[tuple[int, Sequence[Cell | None]]]:
                number = 1
                while True:
                    number += 1
                    try:
                        record = next(rows)
                    except StopIteration:
                        return
                    except csv.Error as fault:
                        raise Unreadable(why=_("row %(row)s: %(fault)s") % {"row": number, "fault": fault}) from fault
                    if not number % 512:
                        table.done = min(raw.tell() / size, 1.0)
                    yield number, [read_text(text) for text in record]

            table = Table(headers[separator], records())
            yield table
    except csv.Error as fault:
        raise Unreadable(why=_("row %(row)s: %(fault)s") % {"row": 1, "fault": fault}) from fault


# --- workbooks ---


@contextmanager
def _workbook(path: Path) -> Iterator[Table]:
    with zipfile.ZipFile(path) if zipfile.is_zipfile(path) else _not_a_workbook() as packed:
        if sum(entry.file_size for entry in packed.infolist()) > UNPACKED_MOST_BYTES:
            raise Unreadable(why=_("it is too large when unpacked"))
    try:
        book = load_workbook(path, read_only=True, data_only=False, keep_links=False)
    except (InvalidFileException, KeyError, ValueError, TypeError, SyntaxError, zipfile.BadZipFile) as fault:
        raise Unreadable(why=_("it is not a whole XLSX workbook")) from fault
    try:
        if not book.worksheets:
            raise Unreadable(why=_("the workbook has no sheet"))
        sheet = book.worksheets[0]
        last = sheet.max_row or 1
        sheet.reset_dimensions()
        rows = sheet.iter_rows()
        header = [str(cell.value).strip() if cell.value is not None else "" for cell in next(rows, ())]

        def records() -> Iterator[tuple[int, Sequence[Cell | None]]]:
            for number, row in enumerate(rows, 2):
                if not number % 512:
                    table.done = min(number / last, 1.0)
                yield number, [_sheet_cell(cell) for cell in row]

        table = Table(header, records())
        yield table
    except (SyntaxError, zipfile.BadZipFile, KeyError, EOFError) as fault:
        raise Unreadable(why=_("it is not a whole XLSX workbook")) from fault
    finally:
        book.close()


def _not_a_workbook() -> Any:
    raise Unreadable(why=_("it is not a whole XLSX workbook"))


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
