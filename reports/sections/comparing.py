"""What stands beside the bars: rankings, the worst first; and output stacked of good, rework and scrap, with its tables (RPT-10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.block import MonthBlock, NamedRow
from reports.charts import Layer, StackedChart
from reports.figures import FigureRow
from reports.kpis import KPIS, Direction, Kpi
from reports.presenting import (
    BARS_AT_MOST,
    Cell,
    Column,
    Table,
    TableRow,
    label_by,
    month_table,
    rows_by,
    scope_by,
    source_words,
    tree_table,
)
from reports.ranking import Ranked, worst_first
from reports.words import month_name, month_short, places_of

STACKED = ("good", "rework", "scrap")
PARTS = (*STACKED, "produced")
RANK = Kpi("rank", gettext_lazy("Rank"), gettext_lazy("Rank"), "", Direction.NONE, "", "", fixed_places=0)
TARGET = Kpi("target", gettext_lazy("Target"), gettext_lazy("Target"), "", Direction.NONE, "", "")
GAP = Kpi("gap", gettext_lazy("Gap to the target"), gettext_lazy("Gap"), "", Direction.NONE, "", "")


def rank_table(block: MonthBlock, kpi: Kpi, by: str) -> Table:
    """Rank, value, what judges it and how far it is from that, as the bars stand; all rows, also where bars show the worst only."""
    places = 2 if kpi.is_rate else places_of(kpi, block.decimals(block.whole))
    unit = block.unit_of(kpi)
    heads = (Column(RANK, str(RANK.short), ""), Column(kpi, str(kpi.short), unit), Column(TARGET, str(TARGET.short), unit))
    rows = [
        TableRow(label_by(by, ranked.named), "plain", _ranked_cells(block, kpi, ranked, places))
        for ranked in worst_first(rows_by(block, by), kpi)
    ]
    title = _("%(figure)s, ranking %(scope)s") % {"figure": kpi.name, "scope": scope_by(by)}
    return Table(
        f"rank-{kpi.code}-{by}",
        title,
        _("Product") if by == "product" else _("Unit"),
        (*heads, Column(GAP, str(GAP.short), unit)),
        tuple(rows),
    )


def _ranked_cells(block: MonthBlock, kpi: Kpi, ranked: Ranked, places: int) -> tuple[Cell, ...]:
    value = ranked.value
    limit = block.limit(kpi, ranked.named.targets)
    side = "down" if kpi.direction is Direction.HIGHER else "up"
    rank = None if ranked.rank is None else Decimal(ranked.rank)
    gap = None if value is None or limit is None else value - limit
    return Cell(rank, 0), Cell(value, places, side if kpi.meets(value, limit) is False else ""), Cell(limit, places), Cell(gap, places)


def rank_tables(block: MonthBlock, asked: Sequence[tuple[Kpi, str]]) -> tuple[Table, ...]:
    return tuple(rank_table(block, kpi, by) for kpi, by in asked)


def month_stack(block: MonthBlock) -> StackedChart:
    """Twelve months side by side."""
    rows = [block.trend.get(str(month)) for month in block.months]
    labels = tuple(month_short(month) for month in block.months)
    return _stacked(block, labels, rows, period=_("last 12 months"), scope=block.org.label)


def unit_stack(block: MonthBlock) -> StackedChart:
    """Teams, or workshops where there are too many; the most produced first."""
    by = "team" if len(block.teams) <= BARS_AT_MOST else "workshop"
    rows = sorted((named for named in rows_by(block, by) if _produced(named) is not None), key=lambda named: -(_produced(named) or 0))
    rows = rows[:BARS_AT_MOST]
    labels = tuple(label_by(by, named) for named in rows)
    made = _stacked(block, labels, [named.row for named in rows], period=month_name(block.month), scope=scope_by(by))
    return replace(made, is_lying=True)


def _produced(named: NamedRow) -> Decimal | None:
    return named.row.value("produced")


def _stacked(block: MonthBlock, labels: tuple[str, ...], rows: Sequence[FigureRow | None], **said: Any) -> StackedChart:
    def values(code: str) -> tuple[Decimal | None, ...]:
        return tuple(row.value(code) if row else None for row in rows)

    return StackedChart(
        title=_("Good, rework and scrap"),
        unit=block.unit_of(KPIS["good"]),
        source=source_words(),
        labels=labels,
        values=values("produced"),
        places=places_of(KPIS["good"], block.decimals(block.whole)),
        layers=tuple(Layer(str(KPIS[code].short if code != "scrap" else KPIS[code].name), values(code)) for code in STACKED),
        **said,
    )


def stack_tables(block: MonthBlock) -> tuple[Table, ...]:
    """What the stacks show: by month, and by workshop and team."""
    return (
        replace(month_table(block, PARTS), key="stack-months", title=_("Good, rework and scrap, last 12 months")),
        replace(tree_table(block, PARTS), key="stack-teams", title=_("Good, rework and scrap, by workshop and team")),
    )
