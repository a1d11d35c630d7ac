"""Figures put into words once, for page, PDF and XLSX alike: tiles, tables and charts of a month in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from reports.aims import Aims
from reports.block import MonthBlock, NamedRow
from reports.charts import BarChart, TrendChart
from reports.figures import FigureRow
from reports.figures.rows import NOWHERE
from reports.kpis import FIGURES, MEANT, Direction, Kpi
from reports.ranking import worst_first
from reports.words import NO_DATA, bound, figure, month_name, month_short, places_of

TREE_COLUMNS = ("planned", "good", "attended_hours", "attainment_pct", "efficiency_pct", "scrap_pct")
BARS_AT_MOST = 24
YEAR_BEFORE = "_year_before"  # what follows a figure's code where it is that of a year earlier
# Which columns a narrow screen drops first: 1 below 900 px, 2 below 600 px too.
LESS = {
    **dict.fromkeys(("attended_hours", "standard_hours", "mix_attainment_pct", "utilisation_pct"), 1),
    **dict.fromkeys(("recovered", "excused_loss_hours", "productive_hours", "downtime_hours"), 1),
    **dict.fromkeys(("planned", "rework", "produced"), 2),
}
SPARK_WIDTH, SPARK_HEIGHT, SPARK_AIR = 100, 28, 2


@dataclass(frozen=True)
class Spark:
    """Twelve months as points of an SVG of 100 × 28, and the height of the limit where it lies inside."""

    points: str
    limit: str


@dataclass(frozen=True)
class Tile:
    """One figure of the month: ``state`` is a key of ``core.states`` or blank where there is nothing to judge."""

    kpi: Kpi
    name: str
    value: str
    unit: str
    state: str
    bound: str
    previous_month: str
    previous: str
    change: str
    spark: Spark | None
    url: str = ""
    year_name: str = ""
    year: str = ""


@dataclass(frozen=True)
class Column:
    kpi: Kpi
    label: str
    note: str
    less: int = 0

    @property
    def meaning(self) -> str:
        """The place of its figure on the page that says what figures mean; blank where a table alone knows it."""
        return self.kpi.code if self.kpi.code in MEANT else ""


@dataclass(frozen=True)
class Cell:
    """A figure with its decimals; ``off`` is ``down`` or ``up`` on the wrong side of what judges it, else blank.

    ``bound`` says what judges it where that is not what the head of its column says. ``less`` as of its column.
    """

    value: Decimal | None
    places: int
    off: str = ""
    url: str = ""
    less: int = 0
    bound: str = ""

    @property
    def text(self) -> str:
        return figure(self.value, self.places)


@dataclass(frozen=True)
class TableRow:
    """``kind`` is ``group`` (a workshop), ``child`` (its team), ``plain`` or ``sum``."""

    label: str
    kind: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    key: str
    title: str
    first: str
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]


def cell(block: MonthBlock, kpi: Kpi, row: FigureRow, url: str = "", targets: Aims | None = None) -> Cell:
    """``targets`` are those of the row, where it is not the whole."""
    places = places_of(kpi, block.decimals(row))
    value = row.value(kpi, places) if kpi.is_rate else row.value(kpi)
    exact = row.value(kpi, 2)
    limit = block.limit(kpi, targets)
    off = kpi.meets(exact, limit) is False
    side = "down" if kpi.direction is Direction.HIGHER else "up"
    own = bound(kpi, limit) if limit is not None and limit != _head_limit(block, kpi) else ""
    return Cell(value, places, side if off else "", url, LESS.get(kpi.code, 0), own)


def _head_limit(block: MonthBlock, kpi: Kpi) -> Decimal | None:
    """What judges most of a column; what adds up is judged row by row."""
    return None if kpi.adds_up else block.limit(kpi)


def column(block: MonthBlock, kpi: Kpi) -> Column:
    """The head of a column names the unit and the limit."""
    limit = _head_limit(block, kpi)
    unit = block.unit_of(kpi)
    return Column(
        kpi,
        str(kpi.short),
        " ".join(part for part in (unit, bound(kpi, limit) if limit is not None else "") if part),
        LESS.get(kpi.code, 0),
    )


def name_of(named: NamedRow, nobody: str) -> str:
    return nobody if named.name.code == NOWHERE else named.name.label


def tree_table(
    block: MonthBlock, codes: Sequence[str] = TREE_COLUMNS, url: Callable[[Kpi, NamedRow, NamedRow | None], str] | None = None
) -> Table:
    """Workshops with their teams, and the whole at the foot; ``url`` gives the address that a figure opens."""
    kpis = [FIGURES[code] for code in codes]

    def cells(named: NamedRow, head: NamedRow | None = None) -> tuple[Cell, ...]:
        return tuple(cell(block, kpi, named.row, url(kpi, named, head) if url else "", named.targets) for kpi in kpis)

    rows = []
    for group in block.groups:
        rows.append(TableRow(name_of(group.head, _("No workshop")), "group", cells(group.head)))
        rows += [TableRow(name_of(team, _("No team")), "child", cells(team, group.head)) for team in group.teams]
    return Table("teams", _("By workshop and team"), _("Unit"), _columns(block, kpis), (*rows, *_sum_row(block, kpis)))


def product_table(
    block: MonthBlock, codes: Sequence[str] = TREE_COLUMNS, url: Callable[[Kpi, NamedRow, NamedRow | None], str] | None = None
) -> Table:
    kpis = [FIGURES[code] for code in codes]
    rows = [
        TableRow(
            f"{name_of(named, _('No product'))} · {named.name.code}", "plain",
            tuple(cell(block, kpi, named.row, url(kpi, named, None) if url else "", named.targets) for kpi in kpis),
        )
        for named in block.products
    ]  # fmt: skip
    return Table("products", _("By product"), _("Product"), _columns(block, kpis), (*rows, *_sum_row(block, kpis)))


def month_table(block: MonthBlock, codes: Sequence[str] = TREE_COLUMNS, *, beside: Sequence[str] = ()) -> Table:
    """The trend in figures: what stands beside every trend chart. Each figure ``beside`` is followed by that of the year before, if any."""
    kpis = [FIGURES[code] for code in codes]
    doubled = {kpi.code for kpi in kpis if kpi.code in beside and any(row and row.value(kpi) is not None for row in block.rows_before)}
    less = int(len(kpis) > 1)
    rows = []
    for month, before in zip(block.months, block.rows_before, strict=True):
        row = block.trend.get(str(month))
        aims = block.targets_in(month)
        cells: list[Cell] = []
        for kpi in kpis:
            cells.append(cell(block, kpi, row, targets=aims) if row else Cell(None, 0, less=LESS.get(kpi.code, 0)))
            if kpi.code in doubled:
                cells.append(_unjudged(block, kpi, before, less))
        rows.append(TableRow(month_name(month), "plain", tuple(cells)))
    heads = [head for kpi in kpis for head in (column(block, kpi), *([_year_before(block, kpi, less)] if kpi.code in doubled else ()))]
    return Table("months", _("Last 12 months"), _("Month"), tuple(heads), tuple(rows))


def _unjudged(block: MonthBlock, kpi: Kpi, row: FigureRow | None, less: int) -> Cell:
    """Of a month whose targets are not at hand."""
    return replace(cell(block, kpi, row), off="", bound="", less=less) if row else Cell(None, 0, less=less)


def _year_before(block: MonthBlock, kpi: Kpi, less: int) -> Column:
    named = replace(
        kpi, code=f"{kpi.code}{YEAR_BEFORE}", name=_("%(figure)s, year before") % {"figure": kpi.name},
        short=_("%(figure)s, year before") % {"figure": kpi.short},
    )  # fmt: skip
    return Column(named, str(named.short), block.unit_of(kpi), less)


def with_year(block: MonthBlock, table: Table) -> Table:
    """A table of months with the year to date at its foot: what its months sum to. Months are judged, their sum is not."""
    row = block.year_to_date
    if row is None:
        return table
    before = block.year_to_date_before
    cells = []
    for column in table.columns:
        code = column.kpi.code.removesuffix(YEAR_BEFORE)
        cells.append(_unjudged(block, FIGURES[code], row if code == column.kpi.code else before, column.less))
    return replace(table, rows=(*table.rows, TableRow(_year_name(block), "sum", tuple(cells))))


def _columns(block: MonthBlock, kpis: Iterable[Kpi]) -> tuple[Column, ...]:
    return tuple(column(block, kpi) for kpi in kpis)


def _sum_row(block: MonthBlock, kpis: Iterable[Kpi]) -> tuple[TableRow, ...]:
    whole = block.whole
    if whole is None:
        return ()
    return (TableRow(block.org.label, "sum", tuple(cell(block, kpi, whole) for kpi in kpis)),)


def tile(block: MonthBlock, kpi: Kpi, url: str = "") -> Tile:
    """The month's figure, judged by its target or the plant's limit, beside the month before."""
    now = cell(block, kpi, block.whole) if block.whole else Cell(None, places_of(kpi))
    before = cell(block, kpi, block.previous) if block.previous else Cell(None, now.places)
    limit = block.limit(kpi)
    judged = kpi.meets(block.whole.value(kpi, 2), limit) if block.whole else None
    if now.value is None:
        state = "nodata"
    else:
        state = {True: "on_target", False: "off_target", None: ""}[judged]
    unit = block.unit_of(kpi)
    words = bound(kpi, limit) if limit is not None else ""
    if kpi.code == "good" and limit is None and block.whole and (planned := block.whole.value("planned")) is not None:
        words = _("plan %(planned)s") % {"planned": figure(planned, now.places)}
    return Tile(
        kpi=kpi,
        name=str(kpi.name) if kpi.unit == "%" or not unit else _("%(name)s, %(unit)s") % {"name": kpi.name, "unit": unit},
        value=now.text,
        unit="%" if kpi.unit == "%" and now.value is not None else "",
        state=state,
        bound=words,
        previous_month=month_short(block.month.previous()),
        previous=before.text,
        change=_change(kpi, now, before),
        spark=_spark(block, kpi, limit),
        url=url,
        year_name=_year_name(block),
        year=figure(block.year_to_date.value(kpi, now.places), now.places) if block.year_to_date else NO_DATA,
    )  # fmt: skip


def _year_name(block: MonthBlock) -> str:
    return _("%(year)s to date") % {"year": block.month.year}


def _change(kpi: Kpi, now: Cell, before: Cell) -> str:
    """▲ 1.3 (points of a rate, percent of a sum), in plain ink: only the badge judges."""
    if now.value is None or before.value is None:
        return ""
    difference = now.value - before.value
    if kpi.is_rate or kpi.unit == "h":
        words = figure(abs(difference), now.places)
    elif before.value:
        words = f"{figure(abs(difference) * 100 / before.value, 1)} %"
    else:
        return ""
    return f"{'▲' if difference > 0 else '▼' if difference < 0 else '＝'} {words}"


def _spark(block: MonthBlock, kpi: Kpi, limit: Decimal | None) -> Spark | None:
    values = [row.value(kpi, 6) if (row := block.trend.get(str(month))) else None for month in block.months]
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    low, high = min(known), max(known)
    if limit is not None:
        low, high = min(low, limit), max(high, limit)
    span = (high - low) or Decimal(1)
    usable = Decimal(SPARK_HEIGHT - 2 * SPARK_AIR)

    def height(value: Decimal) -> str:
        return f"{SPARK_AIR + usable * (high - value) / span:.1f}"

    step = Decimal(SPARK_WIDTH) / (len(values) - 1)
    points = " ".join(f"{step * place:.1f},{height(value)}" for place, value in enumerate(values) if value is not None)
    return Spark(points, height(limit) if limit is not None else "")


def source_words() -> str:
    return _("Source: submitted and approved team daily reports")


def trend_chart(block: MonthBlock, kpi: Kpi) -> TrendChart:
    rows = [block.trend.get(str(month)) for month in block.months]
    places = places_of(kpi, block.decimals(block.whole))
    return TrendChart(
        title=str(kpi.name),
        unit=block.unit_of(kpi),
        period=_("last 12 months"),
        scope=block.org.label,
        source=source_words(),
        labels=tuple(month_short(month) for month in block.months),
        values=tuple(row.value(kpi, max(places, 2)) if row else None for row in rows),
        places=places,
        before=tuple(row.value(kpi, max(places, 2)) if row else None for row in block.rows_before),
        **_aimed(block, kpi, block.limit(kpi), [block.targets_in(month) for month in block.months]),
    )


def _aimed(block: MonthBlock, kpi: Kpi, target: Decimal | None, targets: Sequence[Aims]) -> dict[str, Any]:
    """What judges the points of a chart, each by its own target, and in which direction."""
    each = tuple(block.limit(kpi, aims) for aims in targets)
    if all(limit is None for limit in each):
        return {}
    return {
        "target": target,
        "targets": each,
        "higher_is_better": {Direction.HIGHER: True, Direction.LOWER: False}.get(kpi.direction),
    }


def rows_by(block: MonthBlock, by: str) -> list[NamedRow]:
    """The rows by ``workshop``, ``team`` or ``product``."""
    return {"workshop": [group.head for group in block.groups], "team": block.teams, "product": list(block.products)}[by]


def scope_by(by: str) -> str:
    return {"workshop": _("by workshop"), "team": _("by team"), "product": _("by product")}[by]


def label_by(by: str, named: NamedRow) -> str:
    return name_of(named, {"workshop": _("No workshop"), "team": _("No team"), "product": _("No product")}[by])


def bar_chart(block: MonthBlock, kpi: Kpi, by: str) -> BarChart:
    """The month by ``workshop``, ``team`` or ``product``, the worst first; of many the title says how many there are."""
    places = places_of(kpi, block.decimals(block.whole))
    rows = [ranked.named for ranked in worst_first(rows_by(block, by), kpi)]
    scope = scope_by(by)
    if len(rows) > BARS_AT_MOST:
        scope = _("%(scope)s, %(shown)s of %(count)s") % {"scope": scope, "shown": BARS_AT_MOST, "count": len(rows)}
    rows = rows[:BARS_AT_MOST]
    return BarChart(
        title=str(kpi.name),
        unit=block.unit_of(kpi),
        period=month_name(block.month),
        scope=scope,
        source=source_words(),
        labels=tuple(label_by(by, named) for named in rows),
        values=tuple(named.row.value(kpi, max(places, 2)) for named in rows),
        places=places,
        **_aimed(block, kpi, _head_limit(block, kpi), [named.targets for named in rows]),
    )
