"""Which rows of a month are poor: on the unfavourable side of what judges them, figure by figure (RPT-03, RPT-05, RPT-07)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.block import MonthBlock, NamedRow, to_json
from reports.figures.names import Name
from reports.figures.rows import NOWHERE
from reports.kpis import KPIS, MATERIAL, PEOPLE, Kpi
from reports.words import bound, figure, places_of

# The figures whose poor rows each section explains.
EXPLAINED = {
    "output": ("good", "attainment_pct", "efficiency_pct"),
    "quality": ("defect_pct", "first_pass_pct", "incoming_defect_pct"),
    "material_loss": ("scrap_pct", "rework_pct", "material_variance_pct"),
    "people": ("attendance_pct",),
}
SECTION_TITLES = {
    "output": gettext_lazy("Output"),
    "quality": gettext_lazy("Quality"),
    "material_loss": gettext_lazy("Material loss"),
    "people": gettext_lazy("People"),
}


@dataclass(frozen=True)
class Poor:
    """One figure of a row and what it should have been."""

    kpi: Kpi
    value: Decimal
    limit: Decimal

    @property
    def words(self) -> str:
        """Plan attainment 90.0 % (≥ 95.0)."""
        unit = f" {self.kpi.unit}" if self.kpi.unit else ""
        return f"{self.kpi.name} {figure(self.value, places_of(self.kpi))}{unit} ({bound(self.kpi, self.limit)})"


@dataclass(frozen=True)
class Flag:
    """A poor row of a section, with every figure of the section that is poor. ``key`` names the row: ``team:A/A1``, ``product:PR-1``."""

    section: str
    key: str
    name: Name
    within: Name | None
    figures: tuple[Poor, ...]

    @property
    def kpis(self) -> tuple[str, ...]:
        return tuple(poor.kpi.code for poor in self.figures)

    @property
    def is_product(self) -> bool:
        return self.key.startswith("product:")

    @property
    def label(self) -> str:
        """A team with its workshop, for those who know many teams."""
        if self.within is None or self.within.code == NOWHERE:
            return self.name.label
        return _("%(team)s, %(workshop)s") % {"team": self.name.label, "workshop": self.within.label}

    @property
    def words(self) -> str:
        return " · ".join(poor.words for poor in self.figures)

    @property
    def mark(self) -> str:
        """A short name for ids in a page."""
        return sha256(f"{self.section}|{self.key}".encode()).hexdigest()[:10]

    def as_json(self) -> dict[str, Any]:
        return {"section": self.section, "row": self.key, "kpis": list(self.kpis)}


def find_flags(block: MonthBlock) -> list[Flag]:
    """The poor rows in the order of the pack: by section, workshops with their teams, then products. Nameless rows have nobody to ask."""
    found = []
    for section, codes in EXPLAINED.items():
        poor: dict[str, tuple[Name, Name | None, list[Poor]]] = {}
        for kept, figures in _figures_of(block, codes):
            for key, named, within in _rows(kept):
                poor.setdefault(key, (named.name, within, []))[2].extend(_poor(kept, named, figures))
        found += [Flag(section, key, name, within, tuple(figures)) for key, (name, within, figures) in poor.items() if figures]
    return found


def _figures_of(block: MonthBlock, codes: tuple[str, ...]) -> Iterator[tuple[MonthBlock, list[Kpi]]]:
    """Which of the figures the rows of daily reports tell, which those of material and of people; an item has no row to explain, the
    product that it was drawn for has.
    """
    yield block, [KPIS[code] for code in codes if code in KPIS]
    material = block.material_of_products
    if material is not None:
        yield material, [MATERIAL[code] for code in codes if code in MATERIAL]
    people = block.people_block
    if people is not None:
        yield people, [PEOPLE[code] for code in codes if code in PEOPLE]


def _rows(block: MonthBlock) -> Iterator[tuple[str, NamedRow, Name | None]]:
    for group in block.groups:
        head = group.head.name
        if head.code != NOWHERE:
            yield f"workshop:{head.code}", group.head, None
        for team in group.teams:
            if team.name.code != NOWHERE:
                yield f"team:{head.code}/{team.name.code}", team, head
    for product in block.products:
        if product.name.code != NOWHERE:
            yield f"product:{product.name.code}", product, None


def _poor(block: MonthBlock, named: NamedRow, kpis: Iterable[Kpi]) -> list[Poor]:
    found = []
    for kpi in kpis:
        value, limit = named.row.value(kpi), block.limit(kpi, named.targets)
        if value is not None and limit is not None and kpi.meets(value, limit) is False:
            found.append(Poor(kpi, value, limit))
    return found


def snapshot_of(block: MonthBlock) -> dict[str, Any]:
    """What a pack keeps of a month: the figures, and which of its rows need a cause, so that Postgres can ask for it."""
    return to_json(block) | {"flags": [flag.as_json() for flag in find_flags(block)]}


def kept_flags(block: MonthBlock, snapshot: dict[str, Any]) -> list[Flag]:
    """The flags of a kept month: those it was kept with, whatever would be flagged today."""
    kept = {(flag["section"], flag["row"]) for flag in snapshot.get("flags", ())}
    return [flag for flag in find_flags(block) if (flag.section, flag.key) in kept]
