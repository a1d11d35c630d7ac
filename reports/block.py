"""The month of one node as pages and packs show it: the whole, the month before, twelve months, workshops with teams, products.

It can be written down as neutral JSON (codes, names in both languages, sums) and read back, which is what freezes a submitted pack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any

from core.clock import PlantMonth
from core.models import Unit
from core.models.names import in_language
from core.plant_settings import all_plant_settings
from core.quantities import plain
from core.together import read_together
from materials.models import Item
from people.models import OrgNode
from plans.models import Product
from reports.aims import AimBook, Aims, of_parts
from reports.figures import FigureRow, Slice, count
from reports.figures.counting import WHOLE
from reports.figures.keeping import OF_MATERIAL, REPORTED, Counting, months_of
from reports.figures.material import Reason, count_material, supplements_by_reason
from reports.figures.names import Name, named, names_asked, nodes_asked, nodes_named
from reports.figures.people import count_people
from reports.figures.rows import NOWHERE, summed
from reports.kpis import FIGURES, Kpi

TREND_MONTHS = 12
BLOCK = (WHOLE, ("workshop",), ("workshop", "team"), ("product",))
STORE = (WHOLE, ("workshop",), ("workshop", "team"), ("item",), ("product",))
NOBODY = Name(NOWHERE, "", "")


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


@dataclass(frozen=True)
class PeopleMonth:
    """Who came, joined, left and changed units in the month; ``whole`` is ``None`` where nothing is known."""

    whole: FigureRow | None
    trend: Mapping[str, FigureRow]
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class MonthBlock:
    """``targets`` are those of the whole by month, ``limits`` the plant's, which judge where no target holds."""

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

    @property
    def people_block(self) -> MonthBlock | None:
        """The same month with rows of people in place of those of daily reports."""
        kept = self.people
        if kept is None:
            return None
        return replace(self, whole=kept.whole, trend=kept.trend, groups=kept.groups, products=(), material=None, people=None)

    @property
    def material_block(self) -> MonthBlock | None:
        """The same month with rows of material in place of those of daily reports, items in place of products."""
        kept = self.material
        if kept is None:
            return None
        return replace(self, whole=kept.whole, trend=kept.trend, groups=kept.groups, products=kept.items, material=None, people=None)

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
    def months(self) -> list[PlantMonth]:
        return [self.month.shifted(offset) for offset in range(1 - TREND_MONTHS, 1)]

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


def read_block(
    part: Slice,
    month: PlantMonth,
    *,
    kept: Mapping[str, Any] | None = None,
    also: Iterable[int] = (),
    is_fresh: bool = False,
    with_material: bool = False,
    with_people: bool = False,
) -> MonthBlock:
    """The month of ``part``, which must be that month's slice: figures as they are kept or counted, one statement for names and targets.

    ``kept`` are the plant's settings where the caller has read them; ``also`` are nodes whose names the caller needs beside;
    ``is_fresh`` counts the month from its rows; those before it are as they are kept in any case.
    """
    now = count(part, BLOCK) if is_fresh else months_of(part, [month], BLOCK)[month]
    trend = _trend_before(part, month)
    whole = now[WHOLE][0] if now[WHOLE] else None
    if whole is not None:
        trend[str(month)] = whole
    rows = [*now["workshop",], *now["workshop", "team"]]
    store = _count_store(part, month, is_fresh=is_fresh) if with_material else None
    staff = _count_staff(part, month) if with_people else None
    placed = [*rows, *(store.rows if store else ()), *(staff.rows if staff else ())]
    made = [*now["product",], *(store.products if store else ())]
    around = _around(part, month, placed, made, store.items if store else (), also)
    targets, aims_of = _aims(part, month, around.book)
    groups = _groups(now["workshop",], now["workshop", "team"], around.nodes, aims_of)
    of_products = of_parts(targets[str(month)])
    kept = all_plant_settings() if kept is None else kept
    return MonthBlock(
        month=month,
        org=around.nodes.get(part.org.pk, Name(part.org.code, part.org.code, "")),
        whole=whole,
        trend=trend,
        groups=groups,
        products=tuple(NamedRow(around.products.get(row.ids["product"] or 0, NOBODY), row, of_products) for row in now["product",]),
        limits={kpi.code: Decimal(kept[kpi.limit]) for kpi in FIGURES.values() if kpi.limit},
        targets=targets,
        units=around.units,
        names=around.nodes,
        material=_material_of(store, part, month, around) if store else None,
        people=PeopleMonth(staff.whole, staff.trend, _groups(staff.heads, staff.teams, around.nodes, aims_of)) if staff else None,
    )


@dataclass(frozen=True)
class _Around:
    """What the rows of a month are called and judged by."""

    nodes: dict[int, Name]
    products: dict[int, Name]
    items: dict[int, Name]
    units: dict[str, UnitWords]
    book: AimBook


def _around(
    part: Slice,
    month: PlantMonth,
    rows: Iterable[FigureRow],
    products: Iterable[FigureRow] = (),
    items: Iterable[FigureRow] = (),
    also: Iterable[int] = (),
) -> _Around:
    """One statement for the names of the units of ``rows`` and ``also``, of products and items, and for the targets."""
    nodes = {part.org.pk, *(pk for row in rows for pk in row.ids.values() if pk)}
    spans, made, used, units, *aims = read_together(
        nodes_asked({*nodes, *also}),
        names_asked(Product, (pk for row in products if (pk := row.ids["product"]))),
        names_asked(Item, (pk for row in items if (pk := row.ids["item"]))),
        Unit.objects.values_list("code", "decimals", "name_zh"),
        *AimBook.asked(nodes, month.shifted(1 - TREND_MONTHS), month),
    )
    words = {code: UnitWords(decimals, zh) for code, decimals, zh in units}
    return _Around(nodes_named(spans, month.ends_on), named(made), named(used), words, AimBook.among(*aims))


def _trend_before(part: Slice, month: PlantMonth, counting: Counting = REPORTED) -> dict[str, FigureRow]:
    """The months before it that have any figures, from what is kept of them."""
    before = [month.shifted(offset) for offset in range(1 - TREND_MONTHS, 0)]
    wholes = months_of(part, before, [WHOLE], counting=counting)
    return {str(one): wholes[one][WHOLE][0] for one in before if wholes[one][WHOLE]}


def _groups(
    heads: Iterable[FigureRow], teams: Iterable[FigureRow], nodes: Mapping[int, Name], aims_of: Callable[[int | None, int | None], Aims]
) -> tuple[Group, ...]:
    found: dict[int | None, list[NamedRow]] = {}
    for row in teams:
        team = NamedRow(nodes.get(row.ids["team"] or 0, NOBODY), row, aims_of(row.ids["team"], row.ids["workshop"]))
        found.setdefault(row.ids["workshop"], []).append(team)
    return tuple(
        Group(
            NamedRow(nodes.get(row.ids["workshop"] or 0, NOBODY), row, aims_of(row.ids["workshop"], None)),
            tuple(found[row.ids["workshop"]]),
        )
        for row in heads
    )


def read_material(part: Slice, month: PlantMonth) -> MaterialMonth:
    """The material of that month's slice: three statements of figures, a small one for names and targets."""
    store = _count_store(part, month)
    return _material_of(store, part, month, _around(part, month, store.rows, store.products, store.items))


@dataclass(frozen=True)
class _Store:
    """What the store's rows of a month sum to, or those of its people, before they have names."""

    whole: FigureRow | None
    trend: Mapping[str, FigureRow]
    heads: list[FigureRow]
    teams: list[FigureRow]
    items: list[FigureRow]
    products: list[FigureRow]

    @property
    def rows(self) -> list[FigureRow]:
        return [*self.heads, *self.teams]


def _count_store(part: Slice, month: PlantMonth, *, is_fresh: bool = False) -> _Store:
    now = count_material(part, STORE) if is_fresh else months_of(part, [month], STORE, counting=OF_MATERIAL)[month]
    trend = _trend_before(part, month, OF_MATERIAL)
    whole = next(iter(now[WHOLE]), None)
    if whole is not None:
        trend[str(month)] = whole
    return _Store(whole, trend, now["workshop",], now["workshop", "team"], now["item",], now["product",])


def _count_staff(part: Slice, month: PlantMonth) -> _Store:
    now = count_people(part, [WHOLE, ("workshop",), ("workshop", "team")])
    year = count_people(part.stretched_to(month.shifted(1 - TREND_MONTHS).starts_on), [("month",)])
    trend = {row.codes["month"]: row for row in year["month",]}
    return _Store(next(iter(now[WHOLE]), None), trend, now["workshop",], now["workshop", "team"], [], [])


def _material_of(store: _Store, part: Slice, month: PlantMonth, around: _Around) -> MaterialMonth:
    targets, aims_of = _aims(part, month, around.book)
    of_rows = of_parts(targets[str(month)])
    return MaterialMonth(
        whole=store.whole,
        trend=store.trend,
        groups=_groups(store.heads, store.teams, around.nodes, aims_of),
        items=tuple(NamedRow(around.items.get(row.ids["item"] or 0, NOBODY), row, of_rows) for row in store.items),
        reasons=tuple(supplements_by_reason(part)),
        products=tuple(NamedRow(around.products.get(row.ids["product"] or 0, NOBODY), row, of_rows) for row in store.products),
    )


def _aims(part: Slice, month: PlantMonth, book: AimBook) -> tuple[dict[str, Aims], Callable[[int | None, int | None], dict[str, Decimal]]]:
    """The targets of the whole by month, and what gives those of a unit (within a workshop); what stands nowhere follows the whole."""
    first = month.shifted(1 - TREND_MONTHS)
    workshop = part.within.pk if part.within else None
    is_whole = part.is_whole
    targets: dict[str, Aims] = {}
    for shown in (first.shifted(offset) for offset in range(TREND_MONTHS)):
        aims = book.of(part.org.pk, shown, within=workshop)
        targets[str(shown)] = aims if is_whole else of_parts(aims)
    of_nowhere = of_parts(targets[str(month)])

    def aims_of(unit: int | None, within: int | None) -> dict[str, Decimal]:
        if unit is None:
            return of_nowhere
        aims = book.of(unit, month, within=within)
        return aims if is_whole else of_parts(aims)

    return targets, aims_of


def read_month_block(org: OrgNode, month: PlantMonth) -> MonthBlock:
    """All that a pack keeps of a month: what daily reports say, its material and its people."""
    part = Slice.of_month(org, month)
    return read_block(part, month, is_fresh=True, with_material=True, with_people=True)


def to_json(block: MonthBlock) -> dict[str, Any]:
    used = {row.unit for row in _all_rows(block) if row.unit}
    return {
        "form": 4,
        "month": str(block.month),
        "first_day": block.month.first_day,
        "org": block.org.as_json(),
        "limits": {code: plain(limit) for code, limit in sorted(block.limits.items())},
        "targets": {month: _aims_json(aims) for month, aims in sorted(block.targets.items())},
        "units": {code: asdict(block.units[code]) for code in sorted(used)},
        "whole": block.whole and _row_json(block.whole),
        "trend": {month: _row_json(row) for month, row in sorted(block.trend.items())},
        "groups": _groups_json(block.groups),
        "products": [_named_json(product) for product in block.products],
        "material": block.material and _material_json(block.material),
        "people": block.people and _placed_json(block.people),
    }


def from_json(kept: dict[str, Any]) -> MonthBlock:
    """Also of the first form, which kept no targets, of the second, which kept no material, and of the third, which kept no people."""
    return MonthBlock(
        month=PlantMonth.parse(kept["month"], kept["first_day"]),
        org=Name(**kept["org"]),
        whole=_row(kept["whole"]) if kept["whole"] else None,
        trend={month: _row(row) for month, row in kept["trend"].items()},
        groups=_read_groups(kept["groups"]),
        products=tuple(_named(product) for product in kept["products"]),
        limits={code: Decimal(limit) for code, limit in kept["limits"].items()},
        targets={month: _read_aims(aims) for month, aims in kept.get("targets", {}).items()},
        units={code: UnitWords(**unit) for code, unit in kept["units"].items()},
        material=_read_material(kept["material"]) if kept.get("material") else None,
        people=PeopleMonth(**_read_placed(kept["people"])) if kept.get("people") else None,
    )


def _placed_json(kept: MaterialMonth | PeopleMonth) -> dict[str, Any]:
    return {
        "whole": kept.whole and _row_json(kept.whole),
        "trend": {month: _row_json(row) for month, row in sorted(kept.trend.items())},
        "groups": _groups_json(kept.groups),
    }


def _read_placed(kept: dict[str, Any]) -> dict[str, Any]:
    return {
        "whole": _row(kept["whole"]) if kept["whole"] else None,
        "trend": {month: _row(row) for month, row in kept["trend"].items()},
        "groups": _read_groups(kept["groups"]),
    }


def _material_json(material: MaterialMonth) -> dict[str, Any]:
    return _placed_json(material) | {
        "items": [_named_json(item) for item in material.items],
        "products": [_named_json(product) for product in material.products],
        "reasons": [
            {"code": reason.code, "slips": reason.slips, "value": None if reason.value is None else plain(reason.value)}
            for reason in material.reasons
        ],
    }


def _read_material(kept: dict[str, Any]) -> MaterialMonth:
    return MaterialMonth(
        **_read_placed(kept),
        items=tuple(_named(item) for item in kept["items"]),
        products=tuple(_named(product) for product in kept.get("products", ())),
        reasons=tuple(
            Reason(reason["code"], reason["slips"], None if reason["value"] is None else Decimal(reason["value"]))
            for reason in kept["reasons"]
        ),
    )


def _groups_json(groups: Iterable[Group]) -> list[dict[str, Any]]:
    return [{**_named_json(group.head), "teams": [_named_json(team) for team in group.teams]} for group in groups]


def _read_groups(kept: Iterable[dict[str, Any]]) -> tuple[Group, ...]:
    return tuple(Group(_named(group), tuple(_named(team) for team in group["teams"])) for group in kept)


def _all_rows(block: MonthBlock) -> Iterable[FigureRow]:
    if block.whole:
        yield block.whole
    yield from block.trend.values()
    yield from (named.row for named in (*block.products, *block.teams))
    if block.material_block:
        yield from _all_rows(block.material_block)


def _row_json(row: FigureRow) -> dict[str, Any]:
    return {"unit": row.unit, "sums": {name: None if value is None else plain(value) for name, value in row.sums.items()}}


def _row(kept: dict[str, Any]) -> FigureRow:
    return FigureRow({}, {}, kept["unit"], {name: None if value is None else Decimal(value) for name, value in kept["sums"].items()})


def _named_json(named: NamedRow) -> dict[str, Any]:
    return {"of": named.name.as_json(), **_row_json(named.row), "targets": _aims_json(named.targets)}


def _named(kept: dict[str, Any]) -> NamedRow:
    return NamedRow(Name(**kept["of"]), _row(kept), _read_aims(kept.get("targets", {})))


def _aims_json(aims: Aims) -> dict[str, str]:
    return {code: plain(value) for code, value in sorted(aims.items())}


def _read_aims(kept: Mapping[str, str]) -> Aims:
    return {code: Decimal(value) for code, value in kept.items()}
