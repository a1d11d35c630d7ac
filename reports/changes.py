"""What differs between two versions of a month: row by row, figure by figure, and the targets that judge them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from reports.block import MonthBlock, NamedRow
from reports.figures.rows import NOWHERE
from reports.kpis import KPIS, MATERIAL, PEOPLE, Kpi
from reports.words import bound, figure, places_of

COMPARED = tuple(KPIS.values())
MATERIAL_COMPARED = tuple(MATERIAL.values())
PEOPLE_COMPARED = tuple(PEOPLE.values())


@dataclass(frozen=True)
class Change:
    """One figure of one row, or what judges it, before and after, as people read it."""

    row: str
    what: str
    before: str
    after: str


def changes_between(before: MonthBlock, after: MonthBlock) -> list[Change]:
    """In the order of the pack: the whole, workshops with their teams, products; then the same of material, with its items, and of people.

    A version that kept no material or no people says nothing of them, so there is nothing to compare.
    """
    found = _changes(before, after, COMPARED)
    if before.material_block and after.material_block:
        found += _changes(before.material_block, after.material_block, MATERIAL_COMPARED)
        # A version of before knew no products.
        if all(block.material and block.material.products for block in (before, after)):
            found += _changes(_only_products(before), _only_products(after), MATERIAL_COMPARED)
    if before.people_block and after.people_block:
        found += _changes(before.people_block, after.people_block, PEOPLE_COMPARED)
    return found


def _only_products(block: MonthBlock) -> MonthBlock:
    return replace(block.material_of_products or block, whole=None, groups=())


def _changes(before: MonthBlock, after: MonthBlock, kpis: Iterable[Kpi]) -> list[Change]:
    old, new = _rows(before), _rows(after)
    found = []
    for key in [*new, *(key for key in old if key not in new)]:
        then, now = old.get(key), new.get(key)
        for kpi in kpis:
            found += _figure(before, after, then, now, kpi)
            found += _aim(before, after, then, now, kpi)
    return found


def _rows(block: MonthBlock) -> Mapping[str, NamedRow]:
    rows: dict[str, NamedRow] = {}
    if block.whole is not None:
        rows["whole"] = NamedRow(block.org, block.whole, block.own_targets)
    for group in block.groups:
        rows[f"workshop:{group.head.name.code}"] = group.head
        rows |= {f"team:{group.head.name.code}/{team.name.code}": team for team in group.teams}
    return rows | {f"product:{product.name.code}": product for product in block.products}


def _label(named: NamedRow) -> str:
    return _("Without a name") if named.name.code == NOWHERE else named.name.label


def _value(named: NamedRow | None, kpi: Kpi) -> Decimal | None:
    return None if named is None else named.row.value(kpi)


def _figure(before: MonthBlock, after: MonthBlock, then: NamedRow | None, now: NamedRow | None, kpi: Kpi) -> list[Change]:
    values = _value(then, kpi), _value(now, kpi)
    if values[0] == values[1]:
        return []
    shown = [(block, named) for block, named in ((before, then), (after, now)) if named]
    places = 2 if kpi.is_rate else max(places_of(kpi, block.decimals(named.row)) for block, named in shown)
    named = shown[-1][1]
    unit = f", {kpi.unit}" if kpi.unit else ""
    return [Change(_label(named), f"{kpi.name}{unit}", *(figure(value, places) for value in values))]


def _aim(before: MonthBlock, after: MonthBlock, then: NamedRow | None, now: NamedRow | None, kpi: Kpi) -> list[Change]:
    if then is None or now is None:
        return []
    limits = before.limit(kpi, then.targets), after.limit(kpi, now.targets)
    if limits[0] == limits[1]:
        return []
    said = ("—" if limit is None else bound(kpi, limit) for limit in limits)
    return [Change(_label(now), _("Target: %(figure)s") % {"figure": kpi.name}, *said)]
