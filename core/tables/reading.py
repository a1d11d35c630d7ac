"""Files as people bring them: CSV in three separators and two encodings, or a workbook (``core.tables.workbooks``), read row by row."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from core.tables.cells import Cell, read_text
from core.tables.faults import Unreadable

SEPARATORS = ",;\t"
BLOCK_BYTES = 1 << 20
ZIP_HEAD = b"PK\x03\x04"
OLD_EXCEL_HEAD = b"\xd0\xcf\x11\xe0"


@dataclass(slots=True)
class FileRow:
    """One row below the header: ``number`` as a spreadsheet shows it (the header is 1), the cells that are not blank, by column."""

    number: int
    cells: dict[str, Cell]
    beyond: list[tuple[int, Cell]] = field(default_factory=list)


class Table:
    """An open file: its header, and its rows one by one. ``percent`` tells how far reading has come."""

    def __init__(self, header: Sequence[str], records: Iterator[tuple[int, Sequence[Cell | None]]]) -> None:
        self.header = list(header)
        self._records = records
        self.percent = 0

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
    with _opener(path, known, is_packed=head.startswith(ZIP_HEAD)) as table:
        if not any(table.header):
            raise Unreadable(why=_("its first row has no column names"))
        yield table


def _opener(path: Path, known: Sequence[str], *, is_packed: bool) -> AbstractContextManager[Table]:
    if not is_packed:
        return _text_file(path, known)
    from core.tables.workbooks import workbook  # its library would cost every start of every process a fifth of its time

    return workbook(path)


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
                        table.percent = min(raw.tell() * 100 // size, 100)
                    yield number, [read_text(text) for text in record]

            table = Table(headers[separator], records())
            yield table
    except csv.Error as fault:
        raise Unreadable(why=_("row %(row)s: %(fault)s") % {"row": 1, "fault": fault}) from fault
