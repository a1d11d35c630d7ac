"""One report upward as PDF and as CSV, in the reader's language (RPT-12)."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from pylopdf_fonts_zh_cn import sans_path

from core.clock import plant_today
from core.tables.columns import Column, Text
from core.tables.writing import csv_lines
from core.views.lists import FileLayout
from reports.documents.pdf import table_json
from reports.figures.names import node_names
from reports.models import UpwardReport
from reports.period_figures import PeriodFigures, days_table, lines_of, period_table
from reports.upward_words import parts_of, title_words
from reports.words import to_the_minute

TEMPLATE = Path(__file__).with_name("upward.typ")


def upward_pdf(report: UpwardReport, figures: PeriodFigures | None) -> bytes:
    with tempfile.TemporaryDirectory(prefix="floorops-upward-") as folder:
        root = Path(folder)
        shutil.copy(TEMPLATE, root / TEMPLATE.name)
        return typst.compile(
            str(root / TEMPLATE.name),
            root=str(root),
            font_paths=[str(Path(sans_path()).parent)],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": json.dumps(upward_data(report, figures), ensure_ascii=False)},
            timestamp=int((report.sent_at or report.made_at).timestamp()),
        )


def upward_data(report: UpwardReport, figures: PeriodFigures | None) -> dict[str, Any]:
    tables = [period_table(figures), days_table(figures)] if figures else []
    return {
        "lang": "zh" if (get_language() or "en").startswith("zh") else "en",
        "title": title_words(report),
        "place": _place(report),
        "facts": [[label, value] for label, value in _facts(report)],
        "parts": [[head, text] for _name, head, text in parts_of(report)],
        "tables": [table_json(made) for made in tables],
        "counted": _("Counted at %(at)s from submitted and approved team daily reports") % {"at": to_the_minute(figures.counted_at)}
        if figures
        else "",
        "words": [
            [f"{word.by.name} · {word.get_kind_display()} · {to_the_minute(word.at)}", word.text]
            for word in report.words.select_related("by")
        ],
        "words-title": _("What was said about it"),
        "page": _("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
    }


def _place(report: UpwardReport) -> str:
    return node_names([report.node_id], min(report.ends_on, plant_today()))[report.node_id].label


def _facts(report: UpwardReport) -> Iterator[tuple[str, str]]:
    if report.number:
        yield pgettext("order", "Number"), report.number
    yield _("Days"), _("%(first)s to %(last)s") % {"first": report.starts_on.isoformat(), "last": report.ends_on.isoformat()}
    yield pgettext("report upward", "From"), (report.sent_by or report.made_by).name
    if report.reader is not None:
        yield pgettext("report upward", "Goes to"), report.reader.name
    if report.due_at is not None:
        yield _("Due"), to_the_minute(report.due_at)
    yield _("Sent"), to_the_minute(report.sent_at) if report.sent_at else _("not sent yet")
    yield _("Status"), f"{report.get_status_display()} · {_('Late')}" if report.is_late else str(report.get_status_display())


def upward_csv(report: UpwardReport, figures: PeriodFigures | None) -> bytes:
    """Facts, words and figures under one another: name, value, and of a figure its unit and the month to date.

    With the mark by which a spreadsheet shows Chinese as Chinese, and guarded against texts that it would take for formulas.
    """
    heads = (_("Name"), _("Value"), pgettext("quantity", "Unit"), _("Month to date"))
    layout = FileLayout("report", tuple(Column(head, Text()) for head in heads))
    rows = [(_("Report"), title_words(report), "", ""), (_("Organisation unit"), _place(report), "", "")]
    rows += [(label, value, "", "") for label, value in _facts(report)]
    rows += [(head, text, "", "") for _name, head, text in parts_of(report)]
    if figures is not None:
        rows += [(name, own, unit, whole) for name, unit, own, whole in lines_of(figures)]
    said = report.words.select_related("by")
    rows += [(f"{word.by.name}, {word.get_kind_display()}", word.text, to_the_minute(word.at), "") for word in said]
    return b"".join(csv_lines(layout, rows))
