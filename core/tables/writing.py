"""Tables as files: CSV or XLSX, written row by row, that load back as they are."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Protocol

import xlsxwriter
from django.utils.translation import gettext as _

from core.tables.cells import guarded
from core.tables.columns import Column, Day, Number, Text, Whole
from core.tables.faults import Unreadable
from core.tables.kinds import TableKind

BATCH_ROWS = 2000
CSV, XLSX = "csv", "xlsx"
# What a spreadsheet keeps of a number; a longer one leaves as text and loses nothing.
SHEET_DIGITS = 15
COLUMN_WIDTH = 16


class Layout(Protocol):
    """What a file needs to know of a table: its name and its columns in their order."""

    @property
    def name(self) -> str: ...

    @property
    def columns(self) -> tuple[Column, ...]: ...

    @property
    def names(self) -> tuple[str, ...]: ...


def export(kind: TableKind, path: Path, *, access: Any = None) -> int:
    """Write every row that ``access`` sees (all without one) to ``path``, by its ending. The number of rows.

    Raises ``Unreadable`` for another ending or a place where nothing can be written.
    """
    ending = path.suffix.lower().lstrip(".")
    if ending not in (CSV, XLSX):
        raise Unreadable(why=_("%(name)s ends neither in .csv nor in .xlsx") % {"name": path.name})
    try:
        with path.open("wb") as file:
            return write_table(kind, file, ending, rows_of(kind, access))
    except OSError as fault:
        raise Unreadable(why=fault.strerror or str(fault)) from fault


def rows_of(kind: TableKind, access: Any = None) -> Iterable[Sequence[Any]]:
    rows = kind.rows(access)
    return rows.values_list(*[column.path for column in kind.columns]).iterator(chunk_size=BATCH_ROWS)


def write_table(kind: Layout, file: IO[bytes], ending: str, rows: Iterable[Sequence[Any]]) -> int:
    """Header and rows as a file of that ending; without rows it is the table's template."""
    return _write_csv(kind, file, rows) if ending == CSV else _write_xlsx(kind, file, rows)


def _write_csv(kind: Layout, file: IO[bytes], rows: Iterable[Sequence[Any]]) -> int:
    written = -1
    for line in csv_lines(kind, rows):
        file.write(line)
        written += 1
    return written


def csv_lines(kind: Layout, rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Header and rows as lines of a CSV file: UTF-8 with a BOM, so that a spreadsheet shows Chinese as Chinese."""
    line = io.StringIO()
    written = csv.writer(line)
    written.writerow(kind.names)
    yield b"\xef\xbb\xbf" + line.getvalue().encode()
    for row in rows:
        line.seek(0)
        line.truncate()
        written.writerow([_csv_field(column, value) for column, value in zip(kind.columns, row, strict=True)])
        yield line.getvalue().encode()


def _csv_field(column: Column, value: Any) -> str:
    text = column.holds.text(value)
    return guarded(text) if isinstance(column.holds, Text) else text


def _write_xlsx(kind: Layout, file: IO[bytes], rows: Iterable[Sequence[Any]]) -> int:
    book = xlsxwriter.Workbook(
        file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    sheet = book.add_worksheet(kind.name[:31])
    bold, as_text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
    as_date = book.add_format({"num_format": "yyyy-mm-dd"})
    for at, column in enumerate(kind.columns):
        layout = as_date if isinstance(column.holds, Day) else as_text if not isinstance(column.holds, Number | Whole) else None
        sheet.set_column(at, at, max(COLUMN_WIDTH, len(column.name) + 2), layout)
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(kind.columns):
        sheet.write_string(0, at, f"{column.name}", bold)
    count = 0
    for row in rows:
        count += 1
        for at, (column, value) in enumerate(zip(kind.columns, row, strict=True)):
            _write_cell(sheet, count, at, column, value, as_text, as_date)
    book.close()
    return count


def _write_cell(sheet: Any, row: int, at: int, column: Column, value: Any, as_text: Any, as_date: Any) -> None:
    text = column.holds.text(value)
    if not text:
        return
    if isinstance(value, date) and isinstance(column.holds, Day):
        sheet.write_datetime(row, at, value, as_date)
    elif isinstance(value, Decimal | int) and isinstance(column.holds, Number | Whole) and len(text.strip("-0.")) <= SHEET_DIGITS:
        sheet.write_number(row, at, value)
    else:
        sheet.write_string(row, at, guarded(text, workbook=True), as_text)
