"""The month by process, by shift and by ISO week, each row with the address that it opens; every table sums to the whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _

from people.models import OrgKind, Shift
from plans.models import Process
from reports.block import MonthBlock
from reports.figures import FigureRow, count
from reports.figures.names import Name, named, names_asked
from reports.kpis import FIGURES
from reports.presenting import Table, TableRow, cell, column
from reports.views.asked import Asked, days_of_week
from reports.words import day_name

COLUMNS = ("planned", "good", "attended_hours", "attainment_pct", "mix_attainment_pct", "efficiency_pct", "utilisation_pct", "scrap_pct")
MODELS: dict[str, type[Process | Shift]] = {"process": Process, "shift": Shift}


def grouped_table(block: MonthBlock, asked: Asked) -> Table:
    """By what the address asks for: one of ``MODELS``, else the week."""
    rows = count(asked.part, [(asked.by,)])[asked.by,]
    if asked.by == "week":
        return _by_week(block, asked, rows)
    return _by_name(block, asked, rows)


def _by_name(block: MonthBlock, asked: Asked, rows: Sequence[FigureRow]) -> Table:
    """Lines without a process stand last, in a row of their own that opens them."""
    titles = {"process": (_("By process"), _("Process")), "shift": (_("By shift"), _("Shift"))}
    by = asked.by
    names = named(names_asked(MODELS[by], (pk for row in rows if (pk := row.ids[by]))))
    below = "line" if asked.org.kind == OrgKind.TEAM else "team"

    def label(row: FigureRow) -> str:
        name: Name | None = names.get(row.ids[by] or 0)
        return f"{name.label} · {name.code}" if name else _("No process")

    made = [(row, label(row), asked.address("month-dashboard", (), by=below, **{by: row.codes[by]})) for row in rows]
    return _table(block, f"{by}s", titles[by], made)


def _by_week(block: MonthBlock, asked: Asked, rows: Sequence[FigureRow]) -> Table:
    """Of a week that begins or ends outside only its days in the month, so that weeks sum to the month."""
    made = []
    for row in rows:
        year, week = row.codes["week"].split("-W")
        first, last = days_of_week(asked.month, date.fromisocalendar(int(year), int(week), 1))
        words = _("Week %(week)s, %(first)s – %(last)s") % {"week": int(week), "first": day_name(first), "last": day_name(last)}
        made.append((row, words, asked.address(by="line", week=first.isoformat())))
    return _table(block, "weeks", (_("By week"), _("Week")), made)


def _table(block: MonthBlock, key: str, titles: tuple[str, str], rows: Iterable[tuple[FigureRow, str, str]]) -> Table:
    kpis = [FIGURES[code] for code in COLUMNS]
    made = [TableRow(label, "plain", tuple(cell(block, kpi, row, url, block.part_targets) for kpi in kpis)) for row, label, url in rows]
    if block.whole:
        made.append(TableRow(block.org.label, "sum", tuple(cell(block, kpi, block.whole) for kpi in kpis)))
    return Table(key, *titles, tuple(column(block, kpi) for kpi in kpis), tuple(made))
