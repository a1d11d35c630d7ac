"""The material of any stretch of days: what orders drew, should have used, gave back and spoilt, in one statement (RPT-06, MAT-04)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import connection

from core.clock import plant_zone
from reports.figures.counting import Grouping, mask_of, place_of, place_scope, slice_values
from reports.figures.material_sql import EVENTS, SIGNED, SUMS
from reports.figures.names import Name
from reports.figures.rows import NOWHERE, FigureRow
from reports.figures.slices import Slice
from reports.figures.sql import MONTH_OF_DAY

# The column of a dimension, and the table that gives its code; blank where the value is the code itself.
DIMENSIONS = {
    "workshop": ("placed.workshop", "people_orgnode"),
    "team": ("placed.team", "people_orgnode"),
    "item": ("placed.item", "materials_item"),
    "product": ("placed.product", "plans_product"),
    "reason": ("placed.reason", ""),
    "month": (MONTH_OF_DAY, ""),
}


def count_material(part: Slice, by: Sequence[Grouping]) -> dict[Grouping, list[FigureRow]]:
    """The rows of every grouping asked for, in one statement; ``()`` is the whole slice as one row.

    A row of one item has that item's unit, and its rates are of quantities; where items differ quantities are never summed, and rates
    are of values at standard cost. The store knows no shift and no process, so of one of them there is nothing.
    """
    answer: dict[Grouping, list[FigureRow]] = {grouping: [] for grouping in by}
    if not _is_of_store(part):
        return answer
    dimensions = [name for name in DIMENSIONS if any(name in grouping for grouping in by)]
    masks = {mask_of(dimensions, grouping): grouping for grouping in by}
    for row in _fetched(_statement(part, dimensions, by), material_values(part)):
        grouping = masks[row["mask"]]
        codes = {name: str(row[f"{name}_code" if DIMENSIONS[name][1] else name] or NOWHERE) for name in grouping}
        ids = {name: row[name] for name in grouping if DIMENSIONS[name][1]}
        answer[grouping].append(FigureRow(codes, ids, row["unit_code"], {name: row[name] for name in SUMS}))
    for grouping, rows in answer.items():
        rows.sort(key=partial(place_of, grouping))
    return answer


def _is_of_store(part: Slice) -> bool:
    return part.shift_id is None and part.process_id is None


def _fetched(statement: str, values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        columns = [column.name for column in cursor.description]
        for row in cursor.fetchall():
            yield dict(zip(columns, row, strict=True))


def material_values(part: Slice) -> dict[str, Any]:
    return slice_values(part) | {"zone": str(plant_zone())}


def _events(part: Slice) -> str:
    product = "TRUE" if part.product_id is None else "o.product_id = %(product)s"
    return EVENTS.format(place_scope=place_scope(part), product_scope=product)


def _statement(part: Slice, dimensions: Sequence[str], by: Sequence[Grouping]) -> str:
    coded = [name for name in dimensions if DIMENSIONS[name][1]]
    leaves = "".join(f", {DIMENSIONS[name][0]} AS by_{name}" for name in dimensions)
    named = "".join(f"by_{name} AS {name}, " for name in dimensions)
    mask = f"GROUPING({', '.join(f'by_{name}' for name in dimensions)})" if dimensions else "0"
    sets = ", ".join(f"({', '.join(f'by_{name}' for name in grouping)})" for grouping in by)
    sums = ", ".join(f"{made} AS {name}" for name, made in SUMS.items())
    # ruff: noqa: S608 -- every piece is a constant of ours
    return f"""
        WITH {_events(part)}, leaves AS (SELECT placed.*{leaves} FROM placed), rolled AS (
            SELECT {mask} AS mask, {named}min(item) AS least_item, max(item) AS most_item, {sums}
            FROM leaves GROUP BY GROUPING SETS ({sets}) HAVING count(*) > 0
        )
        SELECT rolled.*, unit.code AS unit_code{"".join(f", {name}_of.code AS {name}_code" for name in coded)}
        FROM rolled
        LEFT JOIN materials_item one_item ON one_item.id = rolled.least_item AND rolled.least_item = rolled.most_item
        LEFT JOIN core_unit unit ON unit.id = one_item.unit_id
        {" ".join(f"LEFT JOIN {DIMENSIONS[name][1]} {name}_of ON {name}_of.id = rolled.{name}" for name in coded)}
    """


@dataclass(frozen=True)
class Reason:
    """Supplements granted for one reason: how many slips, and what they are worth at standard cost (``None``: no cost is known)."""

    code: str
    slips: int
    value: Decimal | None


def reasons_of(rows: Iterable[FigureRow]) -> list[Reason]:
    """Of the rows by ``reason``, the most slips first; a lapse takes back value but is no slip."""
    found = [Reason(row.codes["reason"], int(slips), row.sums["supplement_value"]) for row in rows if (slips := row.sums["supplements"])]
    return sorted(found, key=lambda reason: (-reason.slips, reason.code))


@dataclass(frozen=True)
class MaterialLine:
    """One row that a figure sums: ``quantity`` and ``value`` as they enter it; ``document`` is the number of the slip or supplement."""

    day: date
    figure: str
    order: str
    item: Name
    unit: str
    decimals: int
    quantity: Decimal
    value: Decimal | None
    document: str
    report_id: int | None


def material_lines(part: Slice, figure: str, *, item_id: int | None = None, limit: int, offset: int = 0) -> list[MaterialLine]:
    """The very rows that a figure of a slice sums, by business date; of one item where it is given."""
    where, sign = SIGNED[figure]
    statement = f"""
        WITH {_events(part)}
        SELECT placed.day, placed.figure, o.number AS order_number, i.code, i.name, i.name_zh, u.code AS unit, u.decimals,
               placed.quantity * {sign} AS quantity, placed.value * {sign} AS value,
               coalesce(slip.number, supplement.number, '') AS document,
               CASE WHEN figure = 'used' THEN document END AS report_id
        FROM placed
        JOIN plans_productionorder o ON o.id = placed.order_id
        JOIN materials_item i ON i.id = placed.item
        JOIN core_unit u ON u.id = i.unit_id
        LEFT JOIN materials_slip slip ON slip.id = placed.document AND figure NOT IN ('supplement', 'used')
        LEFT JOIN materials_supplement supplement ON supplement.id = placed.document AND figure = 'supplement'
        WHERE {where} AND (%(item)s::bigint IS NULL OR placed.item = %(item)s) AND placed.quantity <> 0
        ORDER BY placed.day, o.number, i.code, placed.figure, placed.entry
        LIMIT %(limit)s OFFSET %(offset)s
    """
    rows = _fetched(statement, material_values(part) | {"item": item_id, "limit": limit, "offset": offset})
    return [
        MaterialLine(
            row["day"], row["figure"], row["order_number"], Name(row["code"], row["name"], row["name_zh"]), row["unit"], row["decimals"],
            row["quantity"], row["value"], row["document"], row["report_id"],
        )
        for row in rows
    ]  # fmt: skip
