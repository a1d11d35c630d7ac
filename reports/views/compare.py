"""A month beside another, and its teams beside each other, by one figure chosen (RPT-11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from core.clock import PlantMonth
from people.models import OrgKind
from reports.block import MonthBlock, NamedRow
from reports.charts import BarChart, Chart
from reports.figures.rows import NOWHERE
from reports.kpis import FIGURES, MATERIAL, Direction, Kpi
from reports.presenting import Cell, Column, Table, TableRow, bar_chart, cell, column, name_of
from reports.sections import material_tables
from reports.views.asked import Asked
from reports.words import month_name, places_of

COMPARED = (
    "attainment_pct",
    "mix_attainment_pct",
    "efficiency_pct",
    "utilisation_pct",
    "good",
    "attended_hours",
    "scrap_pct",
    "rework_pct",
    "defect_pct",
    "first_pass_pct",
    "material_variance_pct",
    "supplement_value",
    "material_loss_value",
)
MONTHS_BACK = 24
Url = Callable[[NamedRow, NamedRow | None], str]
Pair = tuple[NamedRow | None, NamedRow | None]


def figure_asked(asked: Asked) -> Kpi:
    """Attainment unless the address names another figure that can be compared."""
    return FIGURES[asked.kpi if asked.kpi in COMPARED else COMPARED[0]]


def month_beside(asked: Asked) -> PlantMonth:
    """The month that the address names, else that of a year ago."""
    return asked.beside or asked.month.shifted(-12)


@dataclass(frozen=True)
class Compare:
    """``now`` and ``then`` have the rows that the figure is one of: those of daily reports, or of material.

    ``url`` gives the rows behind a figure in a month.
    """

    asked: Asked
    now: MonthBlock
    then: MonthBlock
    url: Callable[[Asked], Url]

    @cached_property
    def kpi(self) -> Kpi:
        return figure_asked(self.asked)

    @property
    def has_data(self) -> bool:
        return self.now.whole is not None or self.then.whole is not None

    def context(self) -> dict[str, Any]:
        asked = self.asked
        beside = month_beside(asked)
        months = [asked.month.shifted(-back) for back in range(1, MONTHS_BACK + 1)]
        if beside not in months:
            months = sorted({*months, beside}, reverse=True)
        return {
            "table": self.table(),
            "figures_offered": [(code, str(FIGURES[code].name), code == self.kpi.code) for code in COMPARED],
            "months_beside": [(str(month), month_name(month), month == beside) for month in months],
        }

    def table(self) -> Table:
        """This month, the other one, and by how much this is more; a team stands in each workshop that it had days in."""
        kpi, now_url = self.kpi, self.url(self.asked)
        then_url = self.url(replace(self.asked, month=self.then.month))
        rows = []
        for head, teams in self._groups():
            rows.append(self._row(head, None, "group", now_url, then_url))
            rows += [self._row(team, head, "child", now_url, then_url) for team in teams]
        whole = tuple(NamedRow(block.org, block.whole, block.own_targets) if block.whole else None for block in (self.now, self.then))
        cells = (self._cell(self.now, whole[0], ""), self._cell(self.then, whole[1], ""), self._difference((whole[0], whole[1])))
        rows.append(TableRow(self.now.org.label, "sum", cells))
        columns = (
            replace(column(self.now, kpi), label=month_name(self.now.month)),
            replace(column(self.then, kpi), label=month_name(self.then.month)),
            Column(kpi, _("Difference"), self.now.unit_of(kpi) or self.then.unit_of(kpi)),
        )
        return Table("compare", str(kpi.name), _("Unit"), columns, tuple(rows))

    def _groups(self) -> list[tuple[Pair, list[Pair]]]:
        """Workshops with their teams of both months, as the organisation was in each, in order of their codes."""
        heads: dict[str, list[NamedRow | None]] = {}
        teams: dict[str, dict[str, list[NamedRow | None]]] = {}
        for place, block in enumerate((self.now, self.then)):
            for group in block.groups:
                code = group.head.name.code
                heads.setdefault(code, [None, None])[place] = group.head
                of_group = teams.setdefault(code, {})
                for team in group.teams:
                    of_group.setdefault(team.name.code, [None, None])[place] = team
        ordered = sorted(heads, key=lambda code: (code == NOWHERE, code))
        return [
            (
                (heads[code][0], heads[code][1]),
                [(pair[0], pair[1]) for _code, pair in sorted(teams[code].items(), key=lambda item: (item[0] == NOWHERE, item[0]))],
            )
            for code in ordered
        ]

    def _row(self, pair: Pair, head: Pair | None, kind: str, now_url: Url, then_url: Url) -> TableRow:
        named = pair[0] or pair[1]
        label = name_of(named, _("No team") if head else _("No workshop")) if named else ""
        above = head or (None, None)
        return TableRow(
            label,
            kind,
            (
                self._cell(self.now, pair[0], now_url(pair[0], above[0]) if pair[0] else ""),
                self._cell(self.then, pair[1], then_url(pair[1], above[1]) if pair[1] else ""),
                self._difference(pair),
            ),
        )

    def _cell(self, block: MonthBlock, named: NamedRow | None, url: str) -> Cell:
        if named is None:
            return Cell(None, places_of(self.kpi))
        return cell(block, self.kpi, named.row, url, named.targets)

    def _difference(self, pair: Pair) -> Cell:
        cells = [self._cell(block, named, "") for block, named in zip((self.now, self.then), pair, strict=True)]
        places = max(one.places for one in cells)
        units = {named.row.unit for named in pair if named}
        if cells[0].value is None or cells[1].value is None or (self.kpi.unit == "" and len(units) > 1):
            return Cell(None, places)
        difference = cells[0].value - cells[1].value
        worse = difference < 0 if self.kpi.direction is Direction.HIGHER else difference > 0
        is_judged = self.kpi.direction is not Direction.NONE and difference != 0
        return Cell(difference, places, ("down" if difference < 0 else "up") if is_judged and worse else "")

    def charts(self) -> Mapping[str, Chart]:
        """The units of each month side by side, on one scale each; the least favourable of many."""
        by = "product" if self.asked.org.kind == OrgKind.TEAM else "team"
        found: dict[str, Chart] = {}
        for key, block in (("compare-now", self.now), ("compare-then", self.then)):
            made: BarChart = bar_chart(block, self.kpi, by)
            found[key] = replace(made, source=material_tables.source_words()) if self.kpi.code in MATERIAL else made
        return found
