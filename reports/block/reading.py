"""Reading a month's block: figures as they are kept or counted, and one statement for what they are called and judged by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from core.clock import PlantMonth
from core.models import Unit
from core.plant_settings import all_plant_settings
from core.together import read_together
from materials.models import Item
from people.models import OrgNode
from plans.models import Product
from reports.aims import AimBook, Aims, of_parts
from reports.block.shape import TREND_MONTHS, Group, MaterialMonth, MonthBlock, NamedRow, PeopleMonth, UnitWords
from reports.figures import FigureRow, Slice
from reports.figures.counting import WHOLE, Grouping
from reports.figures.keeping import OF_MATERIAL, REPORTED, Asked, Counting, Figures, figures_of
from reports.figures.material import reasons_of
from reports.figures.names import Name, named, names_asked, nodes_asked, nodes_named
from reports.figures.people import count_people
from reports.figures.rows import NOWHERE
from reports.figures.waiting import waiting_by_reason
from reports.hooks import scrap_by_cause
from reports.kpis import FIGURES

BLOCK = (WHOLE, ("workshop",), ("workshop", "team"), ("product",))
STORE = (WHOLE, ("workshop",), ("workshop", "team"), ("item",), ("product",), ("reason",))
NOBODY = Name(NOWHERE, "", "")


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
    (now, months), *stored = _figures(part, month, [(REPORTED, BLOCK), *([(OF_MATERIAL, STORE)] if with_material else ())], is_fresh)
    trend, year_before = _halves(months, month)
    rows = [*now["workshop",], *now["workshop", "team"]]
    store = _store_of(*stored[0]) if stored else None
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
        whole=_whole(now),
        trend=trend,
        groups=groups,
        products=tuple(NamedRow(around.products.get(row.ids["product"] or 0, NOBODY), row, of_products) for row in now["product",]),
        limits={kpi.code: Decimal(kept[kpi.limit]) for kpi in FIGURES.values() if kpi.limit},
        targets=targets,
        units=around.units,
        names=around.nodes,
        material=_material_of(store, part, month, around) if store else None,
        people=PeopleMonth(staff.whole, staff.months, _groups(staff.heads, staff.teams, around.nodes, aims_of)) if staff else None,
        year_before=year_before,
        scrap_causes=scrap_by_cause(part) if with_material else None,
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


Months = dict[str, FigureRow]


def _figures(
    part: Slice, month: PlantMonth, countings: Sequence[tuple[Counting, Sequence[Grouping]]], is_fresh: bool = False
) -> list[tuple[Figures, Months]]:
    """By each counting the rows of the month, and the whole of it and of the 23 months before that have any figures: in one look."""
    before = [month.shifted(offset) for offset in range(1 - 2 * TREND_MONTHS, 0)]
    asked = [Asked(part, before, [WHOLE], counting) for counting, _by in countings]
    if not is_fresh:
        asked += [Asked(part, [month], by, counting) for counting, by in countings]
    wholes, rows = (found := figures_of(asked))[: len(countings)], found[len(countings) :]
    answer = []
    for place, (counting, by) in enumerate(countings):
        now = counting.count(part, by) if is_fresh else rows[place][month]
        months = {str(one): figures[WHOLE][0] for one, figures in wholes[place].items() if figures[WHOLE]}
        if (whole := _whole(now)) is not None:
            months[str(month)] = whole
        answer.append((now, months))
    return answer


def _whole(figures: Figures) -> FigureRow | None:
    return next(iter(figures[WHOLE]), None)


def _halves(months: Months, month: PlantMonth) -> tuple[Months, Months]:
    """The twelve months up to this one, and the twelve before them."""
    first = str(month.shifted(1 - TREND_MONTHS))
    trend = {key: row for key, row in months.items() if key >= first}
    return trend, {key: row for key, row in months.items() if key < first}


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
    """The material of that month's slice: one look at what is kept, and where something is missing one to count it and one to keep it;
    a small one for names and targets.
    """
    store = _store_of(*_figures(part, month, [(OF_MATERIAL, STORE)])[0])
    return _material_of(store, part, month, _around(part, month, store.rows, store.products, store.items))


@dataclass(frozen=True)
class _Store:
    """What the store's rows of a month sum to, or those of its people, before they have names."""

    whole: FigureRow | None
    months: Months
    heads: list[FigureRow]
    teams: list[FigureRow]
    items: list[FigureRow] = field(default_factory=list)
    products: list[FigureRow] = field(default_factory=list)
    reasons: list[FigureRow] = field(default_factory=list)

    @property
    def rows(self) -> list[FigureRow]:
        return [*self.heads, *self.teams]


def _store_of(now: Figures, months: Months) -> _Store:
    return _Store(
        _whole(now), months, now["workshop",], now["workshop", "team"], items=now["item",], products=now["product",], reasons=now["reason",]
    )


def _count_staff(part: Slice, month: PlantMonth) -> _Store:
    now = count_people(part, [WHOLE, ("workshop",), ("workshop", "team")])
    year = count_people(part.stretched_to(month.shifted(1 - TREND_MONTHS).starts_on), [("month",)])
    return _Store(_whole(now), {row.codes["month"]: row for row in year["month",]}, now["workshop",], now["workshop", "team"])


def _material_of(store: _Store, part: Slice, month: PlantMonth, around: _Around) -> MaterialMonth:
    targets, aims_of = _aims(part, month, around.book)
    of_rows = of_parts(targets[str(month)])
    trend, year_before = _halves(store.months, month)
    return MaterialMonth(
        whole=store.whole,
        trend=trend,
        groups=_groups(store.heads, store.teams, around.nodes, aims_of),
        items=tuple(NamedRow(around.items.get(row.ids["item"] or 0, NOBODY), row, of_rows) for row in store.items),
        reasons=tuple(reasons_of(store.reasons)),
        products=tuple(NamedRow(around.products.get(row.ids["product"] or 0, NOBODY), row, of_rows) for row in store.products),
        year_before=year_before,
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
    """All that a pack keeps of a month: what daily reports say, why teams stood, its material and its people."""
    part = Slice.of_month(org, month)
    block = read_block(part, month, is_fresh=True, with_material=True, with_people=True)
    return replace(block, waiting=tuple(waiting_by_reason(part)))
