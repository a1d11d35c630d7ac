"""A month's block as neutral JSON (codes, names in both languages, sums) and read back, which is what freezes a submitted pack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from core.clock import PlantMonth
from core.quantities import plain
from reports.aims import Aims
from reports.block.shape import Group, MaterialMonth, MonthBlock, NamedRow, PeopleMonth, UnitWords
from reports.figures import FigureRow
from reports.figures.material import Reason
from reports.figures.names import Name
from reports.figures.waiting import WaitingRow
from reports.hooks import CauseCount


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
        "trend": _rows_json(block.trend),
        "groups": _groups_json(block.groups),
        "products": [_named_json(product) for product in block.products],
        "material": block.material and _material_json(block.material),
        "people": block.people and _placed_json(block.people),
        "year_before": _rows_json(block.year_before),
        "waiting": None if block.waiting is None else [row.as_json() for row in block.waiting],
        "scrap_causes": None if block.scrap_causes is None else [cause.as_json() for cause in block.scrap_causes],
    }


def from_json(kept: dict[str, Any]) -> MonthBlock:
    """Also of the first form, which kept no targets, of the second: no material, and the third: no people, year before or waiting."""
    return MonthBlock(
        month=PlantMonth.parse(kept["month"], kept["first_day"]),
        org=Name(**kept["org"]),
        whole=_row(kept["whole"]) if kept["whole"] else None,
        trend=_read_rows(kept["trend"]),
        groups=_read_groups(kept["groups"]),
        products=tuple(_named(product) for product in kept["products"]),
        limits={code: Decimal(limit) for code, limit in kept["limits"].items()},
        targets={month: _read_aims(aims) for month, aims in kept.get("targets", {}).items()},
        units={code: UnitWords(**unit) for code, unit in kept["units"].items()},
        material=_read_material(kept["material"]) if kept.get("material") else None,
        people=PeopleMonth(**_read_placed(kept["people"])) if kept.get("people") else None,
        year_before=_read_rows(kept.get("year_before", {})),
        waiting=None if kept.get("waiting") is None else tuple(map(WaitingRow.from_json, kept["waiting"])),
        scrap_causes=None if kept.get("scrap_causes") is None else tuple(map(CauseCount.from_json, kept["scrap_causes"])),
    )


def _placed_json(kept: MaterialMonth | PeopleMonth) -> dict[str, Any]:
    return {
        "whole": kept.whole and _row_json(kept.whole),
        "trend": _rows_json(kept.trend),
        "groups": _groups_json(kept.groups),
    }


def _read_placed(kept: dict[str, Any]) -> dict[str, Any]:
    return {
        "whole": _row(kept["whole"]) if kept["whole"] else None,
        "trend": _read_rows(kept["trend"]),
        "groups": _read_groups(kept["groups"]),
    }


def _material_json(material: MaterialMonth) -> dict[str, Any]:
    return _placed_json(material) | {
        "year_before": _rows_json(material.year_before),
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
        year_before=_read_rows(kept.get("year_before", {})),
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
    yield from block.year_before.values()
    yield from (named.row for named in (*block.products, *block.teams))
    if block.material_block:
        yield from _all_rows(block.material_block)


def _row_json(row: FigureRow) -> dict[str, Any]:
    return {"unit": row.unit, "sums": {name: None if value is None else plain(value) for name, value in row.sums.items()}}


def _row(kept: dict[str, Any]) -> FigureRow:
    return FigureRow({}, {}, kept["unit"], {name: None if value is None else Decimal(value) for name, value in kept["sums"].items()})


def _rows_json(rows: Mapping[str, FigureRow]) -> dict[str, Any]:
    return {month: _row_json(row) for month, row in sorted(rows.items())}


def _read_rows(kept: Mapping[str, Any]) -> dict[str, FigureRow]:
    return {month: _row(row) for month, row in kept.items()}


def _named_json(named: NamedRow) -> dict[str, Any]:
    return {"of": named.name.as_json(), **_row_json(named.row), "targets": _aims_json(named.targets)}


def _named(kept: dict[str, Any]) -> NamedRow:
    return NamedRow(Name(**kept["of"]), _row(kept), _read_aims(kept.get("targets", {})))


def _aims_json(aims: Aims) -> dict[str, str]:
    return {code: plain(value) for code, value in sorted(aims.items())}


def _read_aims(kept: Mapping[str, str]) -> Aims:
    return {code: Decimal(value) for code, value in kept.items()}
