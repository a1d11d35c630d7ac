"""The month of one node as pages and packs show it: the whole, twelve months and those a year before, workshops with teams, products."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from core.clock import PlantMonth
from core.models.names import in_language
from reports.aims import Aims, of_parts
from reports.figures import FigureRow
from reports.figures.material import Reason
from reports.figures.names import Name
from reports.figures.rows import summed
from reports.figures.waiting import WaitingRow
from reports.hooks import CauseCount
from reports.kpis import Kpi

TREND_MONTHS = 12


@dataclass(frozen=True)
class UnitWords:
    decimals: int
    name_zh: str


@dataclass(frozen=True)
class NamedRow:
    """``targets`` are what holds for it, by figure; a figure without one is judged by the plant's limit."""

    name: Name
    row: FigureRow
    targets: Aims = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """A workshop with its teams, which sum to it."""

    head: NamedRow
    teams: tuple[NamedRow, ...]


@dataclass(frozen=True)
class MaterialMonth:
    """What the store and the daily reports say of the month's material; ``whole`` is ``None`` where nothing was posted or due."""

    whole: FigureRow | None
    trend: Mapping[str, FigureRow]
    groups: tuple[Group, ...]
    items: tuple[NamedRow, ...]
    reasons: tuple[Reason, ...]
    products: tuple[NamedRow, ...] = ()
    year_before: Mapping[str, FigureRow] = field(default_factory=dict)


@dataclass(frozen=True)
class PeopleMonth:
    """Who came, joined, left and changed units in the month; ``whole`` is ``None`` where nothing is known."""

    whole: FigureRow | None
    trend: Mapping[str, FigureRow]
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class MonthBlock:
    """``targets`` are those of the whole by month, ``limits`` the plant's, which judge where no target holds.

    ``year_before`` are the twelve months before those of ``trend``. ``waiting`` and ``scrap_causes`` are ``None`` where not asked.
    """

    month: PlantMonth
    org: Name
    whole: FigureRow | None
    trend: Mapping[str, FigureRow]
    groups: tuple[Group, ...]
    products: tuple[NamedRow, ...]
    limits: Mapping[str, Decimal] = field(default_factory=dict)
    targets: Mapping[str, Aims] = field(default_factory=dict)
    units: Mapping[str, UnitWords] = field(default_factory=dict)
    names: Mapping[int, Name] = field(default_factory=dict)
    material: MaterialMonth | None = None
    people: PeopleMonth | None = None
    year_before: Mapping[str, FigureRow] = field(default_factory=dict)
    waiting: tuple[WaitingRow, ...] | None = None
    scrap_causes: tuple[CauseCount, ...] | None = None

    @property
    def people_block(self) -> MonthBlock | None:
        """The same month with rows of people in place of those of daily reports."""
        kept = self.people
        if kept is None:
            return None
        return replace(self._only(kept), year_before={}, products=())

    @property
    def material_block(self) -> MonthBlock | None:
        """The same month with rows of material in place of those of daily reports, items in place of products."""
        kept = self.material
        if kept is None:
            return None
        return replace(self._only(kept), year_before=kept.year_before, products=kept.items)

    def _only(self, kept: MaterialMonth | PeopleMonth) -> MonthBlock:
        return replace(self, whole=kept.whole, trend=kept.trend, groups=kept.groups, material=None, people=None)

    @property
    def material_of_products(self) -> MonthBlock | None:
        """The same with the products that it was drawn for in place of the items."""
        found = self.material_block
        return replace(found, products=self.material.products) if found and self.material else None

    @property
    def previous(self) -> FigureRow | None:
        return self.trend.get(str(self.month.previous()))

    @property
    def year_to_date(self) -> FigureRow | None:
        """From the plant's first month of the year to this month: the sums of its months, so that every rate is divided once."""
        return summed(row for month in self.months if month.year == self.month.year and (row := self.trend.get(str(month))))

    @property
    def year_to_date_before(self) -> FigureRow | None:
        """The same months a year earlier."""
        of_year = zip(self.months, self.rows_before, strict=True)
        return summed(row for month, row in of_year if month.year == self.month.year and row)

    @property
    def months(self) -> list[PlantMonth]:
        return [self.month.shifted(offset) for offset in range(1 - TREND_MONTHS, 1)]

    @property
    def rows_before(self) -> list[FigureRow | None]:
        """The same months a year earlier."""
        return [self.year_before.get(str(month.shifted(-TREND_MONTHS))) for month in self.months]

    @property
    def teams(self) -> list[NamedRow]:
        return [team for group in self.groups for team in group.teams]

    @property
    def own_targets(self) -> Aims:
        """What holds for the whole in this month."""
        return self.targets_in(self.month)

    @property
    def part_targets(self) -> Aims:
        """What of that also holds for its days and products."""
        return of_parts(self.own_targets)

    def targets_in(self, month: PlantMonth) -> Aims:
        return self.targets.get(str(month), {})

    def limit(self, kpi: Kpi, targets: Aims | None = None) -> Decimal | None:
        """What judges a figure: the target among ``targets`` (those of the whole unless given), else the plant's limit."""
        targets = self.own_targets if targets is None else targets
        return targets.get(kpi.code, self.limits.get(kpi.code))

    def decimals(self, row: FigureRow | None) -> int:
        """Those of the unit of the row's quantities."""
        unit = self.units.get(row.unit or "") if row else None
        return unit.decimals if unit else 0

    def unit_label(self, row: FigureRow) -> str:
        """The unit of the row's quantities in the reader's language, blank where they differ."""
        return in_language(row.unit, self.units[row.unit].name_zh) if row.unit else ""

    def unit_of(self, kpi: Kpi) -> str:
        """What the figure is counted in: %, h, or the unit of the month's quantities, blank where they differ."""
        code = self.whole.unit if self.whole else None
        if kpi.unit or code is None:
            return str(kpi.unit)
        return in_language(code, self.units[code].name_zh)
