"""The pack on A4. Every word and figure reaches the page as JSON data: nothing is ever written into the template's text."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pylopdf_fonts_zh_cn import sans_path

from reports.appendix import Appendix, TextTable
from reports.block import MonthBlock
from reports.charts import drawing
from reports.documents.cover import Cover
from reports.presenting import Cell, Table, Tile
from reports.sections import SectionView, shown
from reports.words import figure, month_name, to_the_minute

TEMPLATE = Path(__file__).with_name("pack.typ")
MARKS = {"down": "▼", "up": "▲"}


def pack_pdf(block: MonthBlock, cover: Cover, appendix: Appendix) -> bytes:
    with tempfile.TemporaryDirectory(prefix="floorops-pack-") as folder:
        root = Path(folder)
        shutil.copy(TEMPLATE, root / "pack.typ")
        sections = [_section(section, root) for section in shown(block)]
        said = {**_frame(block, cover), "sections": sections, "appendix": [_text_table(made) for made in appendix.tables(block)]}
        return typst.compile(
            str(root / "pack.typ"),
            root=str(root),
            font_paths=[str(Path(sans_path()).parent)],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": json.dumps(said, ensure_ascii=False)},
            timestamp=int(cover.built_at.timestamp()),
        )


def _frame(block: MonthBlock, cover: Cover) -> dict[str, Any]:
    chinese = (get_language() or "en").startswith("zh")
    return {
        "lang": "zh" if chinese else "en",
        "title": _("Monthly production report"),
        "plant": block.org.label,
        "month": month_name(block.month),
        "days": _("%(first)s to %(last)s") % {"first": f"{block.month.starts_on:%Y-%m-%d}", "last": f"{block.month.ends_on:%Y-%m-%d}"},
        "facts": [
            [_("Version"), str(cover.version)],
            [_("Counted at"), to_the_minute(cover.built_at)],
            [_("Source"), _("submitted and approved team daily reports")],
            [_("Inputs"), cover.inputs_hash],
        ],
        "contents": _("Contents"),
        "page": _("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
        "signatures": [[_("Prepared by"), *_signed(cover)], [_("Checked by"), "", ""], [_("Approved by"), "", ""]],
        "limits": _(
            "Red with ▼ or ▲: on the wrong side of the target or limit, which stands in the head of the column or beside the figure."
        ),
    }


def _signed(cover: Cover) -> tuple[str, str]:
    return (cover.prepared.name, to_the_minute(cover.prepared.at)) if cover.prepared else ("", "")


def _section(section: SectionView, root: Path) -> dict[str, Any]:
    charts = []
    for key, chart in section.charts.items():
        (root / f"{key}.svg").write_bytes(drawing.svg(chart))
        charts.append({"file": f"{key}.svg", "alt": chart.alt})
    return {
        "title": section.title,
        "words": section.words,
        "has_data": section.has_data,
        "tiles": [_tile(tile) for tile in section.tiles],
        "charts": charts,
        "tables": [table_json(table) for table in section.tables],
    }


def _tile(tile: Tile) -> dict[str, str]:
    states = {"on_target": _("On target"), "off_target": _("Off target"), "nodata": _("No data"), "": ""}
    return {
        "name": tile.name,
        "value": f"{tile.value} {tile.unit}".strip(),
        "state": tile.state,
        "words": states[tile.state],
        "bound": tile.bound,
        "previous": f"{tile.previous_month} {tile.previous} {tile.change}".strip(),
        "year": f"{tile.year_name} {tile.year}".strip(),
    }


def table_json(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "first": table.first,
        "columns": [{"label": column.label, "note": column.note} for column in table.columns],
        "rows": [{"label": row.label, "kind": row.kind, "cells": [_cell(cell) for cell in row.cells]} for row in table.rows],
    }


def _text_table(made: TextTable) -> dict[str, Any]:
    return {"title": made.title, "words": made.words, "columns": made.columns, "widths": made.widths, "rows": made.rows}


def _cell(cell: Cell) -> dict[str, Any]:
    return {"text": figure(cell.value, cell.places), "mark": MARKS.get(cell.off, ""), "bound": cell.bound}
