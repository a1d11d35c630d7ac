"""The pack as a workbook: one sheet a table, real numbers, the head frozen, so that a plant can go on counting with it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import BytesIO

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from core.clock import plant_zone
from reports.appendix import Appendix, TextTable
from reports.block import MonthBlock
from reports.documents.cover import Cover
from reports.presenting import Table
from reports.sections import SectionView, shown
from reports.words import month_name, to_the_minute

MARKS = {"down": "▼", "up": "▲"}
SHEET_NAME_SIGNS = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


def pack_xlsx(block: MonthBlock, cover: Cover, appendix: Appendix) -> bytes:
    out = BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "default_date_format": "yyyy-mm-dd", "strings_to_formulas": False, "strings_to_urls": False}
    )
    built_at = cover.built_at.astimezone(plant_zone()).replace(tzinfo=None, microsecond=0)
    title = f"{_('Monthly production report')} {month_name(block.month)}"
    book.set_properties({"title": title, "company": block.org.label, "created": built_at})
    sections = shown(block)
    _overview(book, block, cover, title, sections)
    for section in sections:
        for table in section.tables:
            _sheet(book, f"{section.title} {table.title}", table)
    for made in appendix.tables(block):
        _words_sheet(book, made)
    book.close()
    return out.getvalue()


def tables_xlsx(title: str, tables: Iterable[Table]) -> bytes:
    """Some tables of a page as a workbook, as they stand."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title})
    for table in tables:
        _sheet(book, table.title, table)
    book.close()
    return out.getvalue()


def _overview(book: Workbook, block: MonthBlock, cover: Cover, title: str, sections: list[SectionView]) -> None:
    sheet = book.add_worksheet(_sheet_name(book, _("Overview")))
    head, plain = book.add_format({"font_size": 16}), book.add_format({"font_color": "#43505d"})
    sheet.write_string(0, 0, title, head)
    facts = [
        (_("Plant"), block.org.label),
        (_("Days"), f"{block.month.starts_on:%Y-%m-%d} – {block.month.ends_on:%Y-%m-%d}"),
        (_("Version"), str(cover.version)),
        (_("Counted at"), to_the_minute(cover.built_at)),
        (_("Source"), _("submitted and approved team daily reports")),
        (_("Inputs"), cover.inputs_hash),
        *([(_("Prepared by"), f"{cover.prepared.name}, {to_the_minute(cover.prepared.at)}")] if cover.prepared else []),
    ]
    for row, (name, value) in enumerate(facts, 1):
        sheet.write_string(row, 0, name, plain)
        sheet.write_string(row, 1, value)
    row = len(facts) + 2
    for place, name in enumerate((_("Section"), _("Figure"), _("Value"), _("Target"), _("Status"), _("Previous month"), _("Year to date"))):
        sheet.write_string(row, place, name, _head_format(book, number=place in (2, 5, 6)))
    for section in sections:
        row += 1
        if not section.has_data:
            sheet.write_string(row, 0, section.title)
            sheet.write_string(row, 1, section.words)
            continue
        for tile in section.tiles:
            sheet.write_string(row, 0, section.title)
            sheet.write_string(row, 1, f"{tile.name}{', %' if tile.unit == '%' else ''}")
            for place, text in ((2, tile.value), (5, tile.previous), (6, tile.year)):
                _number_text(book, sheet, row, place, text)
            sheet.write_string(row, 3, tile.bound)
            sheet.write_string(
                row, 4, {"on_target": _("On target"), "off_target": _("Off target"), "nodata": _("No data")}.get(tile.state, "")
            )
            row += 1
        row -= 1
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 34)
    sheet.set_column(2, 6, 16)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _number_text(book: Workbook, sheet: Worksheet, row: int, place: int, text: str) -> None:
    """A figure that was already put into words, back as the number it says."""
    digits = text.replace(",", "")
    try:
        value = float(digits)
    except ValueError:
        sheet.write_string(row, place, text)
        return
    sheet.write_number(row, place, value, _number_format(book, len(digits.partition(".")[2]), ""))


def _sheet(book: Workbook, name: str, table: Table) -> None:
    """Head in the first row, first column and head frozen, widths that fit."""
    sheet = book.add_worksheet(_sheet_name(book, name))
    sheet.write_string(0, 0, table.first, _head_format(book))
    for place, column in enumerate(table.columns, 1):
        sheet.write_string(0, place, f"{column.kpi.name}\n{column.note}".strip(), _head_format(book, number=True))
    for number, row in enumerate(table.rows, 1):
        sheet.write_string(number, 0, row.label, book.add_format({"indent": 1 if row.kind == "child" else 0, **_row_style(row.kind)}))
        for place, cell in enumerate(row.cells, 1):
            if cell.value is None:
                sheet.write_blank(number, place, None, book.add_format(_row_style(row.kind)))
            else:
                sheet.write_number(number, place, float(cell.value), _number_format(book, cell.places, row.kind, off=cell.off))
            if cell.bound:
                sheet.write_comment(number, place, f"{_('target or limit')} {cell.bound}", {"author": "FloorOps"})
    sheet.set_row(0, 32)
    sheet.set_column(0, 0, max(14, min(42, max((_width(row.label) for row in table.rows), default=14) + 4)))
    sheet.set_column(1, len(table.columns), 14)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _head_format(book: Workbook, *, number: bool = False):
    return book.add_format(
        {"text_wrap": True, "valign": "bottom", "align": "right" if number else "left", "bottom": 2, "font_color": "#43505d"}
    )


def _row_style(kind: str) -> dict[str, object]:
    styles: dict[str, dict[str, object]] = {"group": {"bg_color": "#f3f4f1", "bold": True}, "sum": {"top": 2, "bold": True}}
    return styles.get(kind, {})


def _number_format(book: Workbook, places: int, kind: str, *, off: str = ""):
    """A figure on the wrong side of what judges it is red and carries its mark, and is still a number."""
    digits = "#,##0" + (f".{'0' * places}" if places else "")
    if off:
        digits += f'" {MARKS[off]}"'
    return book.add_format({"num_format": digits, **_row_style(kind), **({"font_color": "#bf3511"} if off else {})})


def _words_sheet(book: Workbook, made: TextTable) -> None:
    sheet = book.add_worksheet(_sheet_name(book, made.title))
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for place, (name, width) in enumerate(zip(made.columns, made.widths, strict=True)):
        sheet.write_string(0, place, name, _head_format(book))
        sheet.set_column(place, place, width * 1.2)
    for number, row in enumerate(made.rows, 1):
        for place, words in enumerate(row):
            sheet.write_string(number, place, words, wrapped)
    if made.words:
        sheet.write_string(len(made.rows) + 2, 0, made.words)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _width(text: str) -> int:
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)


def _sheet_name(book: Workbook, wanted: str) -> str:
    """At most 31 signs, none that Excel refuses, each once."""
    base = _FORBIDDEN.sub(" ", wanted).strip()[:SHEET_NAME_SIGNS]
    taken = {sheet.get_name().lower() for sheet in book.worksheets()}
    name, number = base, 2
    while name.lower() in taken:
        name = f"{base[: SHEET_NAME_SIGNS - 3]} {number}"
        number += 1
    return name
