"""The last two steps of a drill: the days of a month, and the very report lines, with a sum that equals the figure above them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Value
from django.urls import reverse
from django.utils.translation import gettext as _

from core.models.names import in_language
from people.models import Shift
from plans.models import DailyReport, Process
from reports.block import MonthBlock
from reports.figures import FigureRow, counted_lines
from reports.kpis import DOWNTIME, KPIS
from reports.presenting import LESS, TREE_COLUMNS, Cell, Table, TableRow, cell, column
from reports.views.asked import Asked
from reports.words import day_name

LINES_A_PAGE = 100
# All that the rates of the month divide, so that whoever doubts one works it out from its rows.
LINE_FIGURES = (
    *(KPIS[code] for code in ("planned", "good", "recovered", "rework", "scrap", "attended_hours", "excused_loss_hours")),
    *(KPIS["productive_hours"], DOWNTIME, KPIS["standard_hours"]),
)


@dataclass(frozen=True)
class LineRow:
    """One counted line: where it was reported, or only planned, and its figures as they enter the sums."""

    day: date
    shift: str
    team: str
    order: str
    product: str
    process: str
    cells: tuple[Cell, ...]
    url: str
    is_approved: bool
    is_reported: bool = True


def day_table(block: MonthBlock, days: Iterable[FigureRow], asked: Asked) -> Table:
    kpis = [KPIS[code] for code in TREE_COLUMNS]
    rows = []
    for row in sorted(days, key=lambda row: row.codes["day"]):
        on = date.fromisoformat(row.codes["day"])
        url = asked.address(by="line", day=on.isoformat())
        rows.append(TableRow(day_name(on), "plain", tuple(cell(block, kpi, row, url, block.part_targets) for kpi in kpis)))
    if block.whole:
        rows.append(TableRow(block.org.label, "sum", tuple(cell(block, kpi, block.whole) for kpi in kpis)))
    return Table("days", _("By day"), _("Business date"), tuple(column(block, kpi) for kpi in kpis), tuple(rows))


def lines_page(block: MonthBlock, whole: FigureRow | None, asked: Asked, number: int) -> dict[str, Any]:
    """A page of lines under the sum of all of them."""
    found = list(counted_lines(asked.part_of_lines, limit=LINES_A_PAGE + 1, offset=(number - 1) * LINES_A_PAGE))
    approved = _approved({line["report_id"] for line in found} - {None})
    names = _names_of(block, found)
    aims = block.part_targets if asked.days else block.own_targets
    return {
        "lines": [_line(block, line, names, line["report_id"] in approved) for line in found[:LINES_A_PAGE]],
        "line_columns": [column(block, kpi) for kpi in LINE_FIGURES],
        "line_sum": [cell(block, kpi, whole, targets=aims) for kpi in LINE_FIGURES] if whole else [],
        "line_count": (whole.sums["lines"] or 0) + (whole.sums.get("unreported") or 0) if whole else 0,
        "page": number,
        "has_next": len(found) > LINES_A_PAGE,
    }


def _approved(reports: set[int]) -> set[int]:
    return set(DailyReport.objects.filter(pk__in=reports, status=DailyReport.Status.APPROVED).values_list("pk", flat=True))


def _names_of(block: MonthBlock, lines: Iterable[dict[str, Any]]) -> dict[tuple[str, str], str]:
    """What shift, team, product and process of the lines are called, by (column, code); one statement beside what the block knows."""
    found = {("team", named.name.code): named.name.label for named in block.teams}
    found |= {("product", named.name.code): named.name.label for named in block.products}
    kept = ("kind", "code", "name", "name_zh")
    shifts = Shift.objects.filter(code__in={line["shift_code"] for line in lines}).annotate(kind=Value("shift")).order_by()
    steps = Process.objects.filter(code__in={line["process_code"] for line in lines} - {None}).annotate(kind=Value("process")).order_by()
    for kind, code, name, name_zh in shifts.values_list(*kept).union(steps.values_list(*kept)):
        found[kind, code] = in_language(name, name_zh)
    return found


def _line(block: MonthBlock, line: dict[str, Any], names: dict[tuple[str, str], str], is_approved: bool) -> LineRow:
    def name(column: str) -> str:
        code = line[f"{column}_code"] or ""
        return names.get((column, code)) or code

    standard = None if line["hours"] is None else line["hours"] * (line["good_qty"] + line["recovered_qty"])
    unit = block.units.get(line["unit_code"])
    decimals = unit.decimals if unit else 0
    values: list[tuple[Decimal | None, int]] = [
        *((line[name], decimals) for name in ("planned_qty", "good_qty", "recovered_qty", "rework_qty", "scrap_qty")),
        *((line[name], 1) for name in ("attended_hours", "excused_loss_hours", "productive_hours", "downtime_hours")),
        (standard, 1),
    ]
    return LineRow(
        day=line["day"],
        shift=name("shift"),
        team=name("team"),
        order=line["order_number"] or "",
        product=name("product"),
        process=name("process"),
        cells=tuple(Cell(value, places, less=LESS.get(kpi.code, 0)) for kpi, (value, places) in zip(LINE_FIGURES, values, strict=True)),
        url=reverse("report", args=[line["report_id"]]) if line["report_id"] else reverse("plan-line", args=[line["plan_id"]]),
        is_approved=is_approved,
        is_reported=line["report_id"] is not None,
    )
