from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from reports.block import MonthBlock
from reports.charts import Chart
from reports.presenting import Table, Tile, with_year


@dataclass(frozen=True)
class SectionView:
    """A section put into words. ``words`` is its summary; where ``has_data`` is false it says why there is none."""

    key: str
    title: str
    words: str
    has_data: bool = True
    tiles: tuple[Tile, ...] = ()
    charts: dict[str, Chart] = field(default_factory=dict)
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Section:
    """One of the five: its key, its title, and what it makes of a month; ``fill`` gives ``None`` for no data.

    The year to date stands under its table of months.
    """

    key: str
    title: str | Promise
    fill: Callable[[MonthBlock], SectionView | None]
    missing: str | Promise

    def show(self, block: MonthBlock) -> SectionView:
        filled = self.fill(block)
        if filled is not None:
            tables = (with_year(block, table) if table.key == "months" else table for table in filled.tables)
            return replace(filled, tables=tuple(tables))
        return SectionView(self.key, str(self.title), f"{_('No data')}. {self.missing}", has_data=False)
