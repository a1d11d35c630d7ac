"""The material of any stretch of days: what orders drew, should have used, gave back and spoilt, in one statement (RPT-06, MAT-04)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core.clock import plant_zone
from reports.figures.counting import place_scope, slice_values
from reports.figures.material_sql import EVENTS, SIGNED, SUMS
from reports.figures.names import Name
from reports.figures.rolling import Dimension, Grouping, asked_of, by_grouping, fetched, rolled_events
from reports.figures.rows import FigureRow
from reports.figures.slices import Slice
from reports.figures.sql import MONTH_OF_DAY

DIMENSIONS = {
    "workshop": Dimension("placed.workshop", "people_orgnode"),
    "team": Dimension("placed.team", "people_orgnode"),
    "item": Dimension("placed.item", "materials_item"),
    "product": Dimension("placed.product", "plans_product"),
    "reason": Dimension("placed.reason"),
    "month": Dimension(MONTH_OF_DAY),
}


def count_material(part: Slice, by: Sequence[Grouping]) -> dict[Grouping, list[FigureRow]]:
    """The rows of every grouping asked for, in one statement; ``()`` is the whole slice as one row.

    A row of one item has that item's unit, and its rates are of quantities; where items differ quantities are never summed, and rates
    are of values at standard cost. The store knows no shift and no process, so of one of them there is nothing.
    """
    if not _is_of_store(part):
        return {grouping: [] for grouping in by}
    dimensions = asked_of(DIMENSIONS, by)
    statement = rolled_events(
        with_placed(part),
        dimensions,
        by,
        SUMS,
        beside="min(item) AS least_item, max(item) AS most_item, ",
        unit="unit.code",
        joins="LEFT JOIN materials_item one_item ON one_item.id = rolled.least_item AND rolled.least_item = rolled.most_item"
        " LEFT JOIN core_unit unit ON unit.id = one_item.unit_id",
    )
    return by_grouping(fetched(statement, material_values(part)), dimensions, by, lambda row: {name: row[name] for name in SUMS})


def _is_of_store(part: Slice) -> bool:
    return part.shift_id is None and part.process_id is None


def material_values(part: Slice) -> dict[str, Any]:
    return slice_values(part) | {"zone": str(plant_zone())}


def with_placed(part: Slice) -> str:
    """The beginning of a statement that reads ``placed``, for ``material_values``."""
    product = "TRUE" if part.product_id is None else "o.product_id = %(product)s"
    return EVENTS.format(place_scope=place_scope(part), product_scope=product)


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
    # ruff: noqa: S608 -- every piece is a constant of ours
    statement = f"""
        WITH {with_placed(part)}
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
    rows = fetched(statement, material_values(part) | {"item": item_id, "limit": limit, "offset": offset})
    return [
        MaterialLine(
            row["day"], row["figure"], row["order_number"], Name(row["code"], row["name"], row["name_zh"]), row["unit"], row["decimals"],
            row["quantity"], row["value"], row["document"], row["report_id"],
        )
        for row in rows
    ]  # fmt: skip
