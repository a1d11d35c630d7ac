"""The month of one node as pages and packs show it: the whole, the month before, twelve months, workshops with teams, products.

It can be written down as neutral JSON (codes, names in both languages, sums) and read back, which is what freezes a submitted pack.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from core.clock import PlantMonth
from core.models import Unit
from core.models.names import in_language
from core.plant_settings import all_plant_settings
from core.quantities import plain
from people.models import OrgNode
from reports.figures import FigureRow, Slice, count
from reports.figures.counting import WHOLE
from reports.figures.names import Name, node_names, product_names
from reports.figures.rows import NOWHERE
from reports.kpis import KPIS, Kpi

TREND_MONTHS = 12
NOBODY = Name(NOWHERE, "", "")


@dataclass(frozen=True)
class UnitWords:
    decimals: int
    name_zh: str


@dataclass(frozen=True)
class NamedRow:
    name: Name
    row: FigureRow


@dataclass(frozen=True)
class Group:
    """A workshop with its teams, which sum to it."""

    head: NamedRow
    teams: tuple[NamedRow, ...]


@dataclass(frozen=True)
class MonthBlock:
    month: PlantMonth
    org: Name
    whole: FigureRow | None
    trend: Mapping[str, FigureRow]
    groups: tuple[Group, ...]
    products: tuple[NamedRow, ...]
    limits: Mapping[str, Decimal] = field(default_factory=dict)
    units: Mapping[str, UnitWords] = field(default_factory=dict)
    names: Mapping[int, Name] = field(default_factory=dict)

    @property
    def previous(self) -> FigureRow | None:
        return self.trend.get(str(self.month.previous()))

    @property
    def months(self) -> list[PlantMonth]:
        return [self.month.shifted(offset) for offset in range(1 - TREND_MONTHS, 1)]

    @property
    def teams(self) -> list[NamedRow]:
        return [team for group in self.groups for team in group.teams]

    def limit(self, kpi: Kpi) -> Decimal | None:
        return self.limits.get(kpi.code)

    def decimals(self, row: FigureRow | None) -> int:
        """Those of the unit of the row's quantities."""
        unit = self.units.get(row.unit or "") if row else None
        return unit.decimals if unit else 0

    def unit_of(self, kpi: Kpi) -> str:
        """What the figure is counted in: %, h, or the unit of the month's quantities, blank where they differ."""
        code = self.whole.unit if self.whole else None
        if kpi.unit or code is None:
            return kpi.unit
        return in_language(code, self.units[code].name_zh)


def read_block(part: Slice, month: PlantMonth, *, kept: Mapping[str, Any] | None = None, also: Iterable[int] = ()) -> MonthBlock:
    """Counts ``part``, which must be that month's slice: two statements of figures, a few small ones for names and units.

    ``kept`` are the plant's settings where the caller has read them; ``also`` are nodes whose names the caller needs beside.
    """
    now = count(part, [WHOLE, ("workshop",), ("workshop", "team"), ("product",)])
    year = count(part.stretched_to(month.shifted(1 - TREND_MONTHS).starts_on), [("month",)])
    whole = now[WHOLE][0] if now[WHOLE] else None
    trend = {row.codes["month"]: row for row in year["month",]}
    if whole is not None:
        trend[str(month)] = whole
    rows = [*now["workshop",], *now["workshop", "team"]]
    nodes = node_names({part.org.pk, *also, *(pk for row in rows for pk in row.ids.values() if pk)}, month.ends_on)
    products = product_names(row.ids["product"] for row in now["product",] if row.ids["product"])
    teams: dict[int | None, list[NamedRow]] = {}
    for row in now["workshop", "team"]:
        teams.setdefault(row.ids["workshop"], []).append(NamedRow(nodes.get(row.ids["team"] or 0, NOBODY), row))
    groups = [
        Group(NamedRow(nodes.get(row.ids["workshop"] or 0, NOBODY), row), tuple(teams[row.ids["workshop"]])) for row in now["workshop",]
    ]
    kept = all_plant_settings() if kept is None else kept
    return MonthBlock(
        month=month,
        org=nodes.get(part.org.pk, Name(part.org.code, part.org.code, "")),
        whole=whole,
        trend=trend,
        groups=tuple(groups),
        products=tuple(NamedRow(products.get(row.ids["product"] or 0, NOBODY), row) for row in now["product",]),
        limits={kpi.code: Decimal(kept[kpi.limit]) for kpi in KPIS.values() if kpi.limit},
        units={code: UnitWords(decimals, zh) for code, decimals, zh in Unit.objects.values_list("code", "decimals", "name_zh")},
        names=nodes,
    )


def read_month_block(org: OrgNode, month: PlantMonth) -> MonthBlock:
    return read_block(Slice.of_month(org, month), month)


def to_json(block: MonthBlock) -> dict[str, Any]:
    used = {row.unit for row in _all_rows(block) if row.unit}
    return {
        "form": 1,
        "month": str(block.month),
        "first_day": block.month.first_day,
        "org": block.org.as_json(),
        "limits": {code: plain(limit) for code, limit in sorted(block.limits.items())},
        "units": {code: asdict(block.units[code]) for code in sorted(used)},
        "whole": block.whole and _row_json(block.whole),
        "trend": {month: _row_json(row) for month, row in sorted(block.trend.items())},
        "groups": [{**_named_json(group.head), "teams": [_named_json(team) for team in group.teams]} for group in block.groups],
        "products": [_named_json(product) for product in block.products],
    }


def from_json(kept: dict[str, Any]) -> MonthBlock:
    return MonthBlock(
        month=PlantMonth.parse(kept["month"], kept["first_day"]),
        org=Name(**kept["org"]),
        whole=_row(kept["whole"]) if kept["whole"] else None,
        trend={month: _row(row) for month, row in kept["trend"].items()},
        groups=tuple(Group(_named(group), tuple(_named(team) for team in group["teams"])) for group in kept["groups"]),
        products=tuple(_named(product) for product in kept["products"]),
        limits={code: Decimal(limit) for code, limit in kept["limits"].items()},
        units={code: UnitWords(**unit) for code, unit in kept["units"].items()},
    )


def _all_rows(block: MonthBlock) -> Iterable[FigureRow]:
    if block.whole:
        yield block.whole
    yield from block.trend.values()
    yield from (named.row for named in (*block.products, *block.teams))


def _row_json(row: FigureRow) -> dict[str, Any]:
    return {"unit": row.unit, "sums": {name: None if value is None else plain(value) for name, value in row.sums.items()}}


def _row(kept: dict[str, Any]) -> FigureRow:
    return FigureRow({}, {}, kept["unit"], {name: None if value is None else Decimal(value) for name, value in kept["sums"].items()})


def _named_json(named: NamedRow) -> dict[str, Any]:
    return {"of": named.name.as_json(), **_row_json(named.row)}


def _named(kept: dict[str, Any]) -> NamedRow:
    return NamedRow(Name(**kept["of"]), _row(kept))
