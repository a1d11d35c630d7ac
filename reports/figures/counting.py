from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from core.clock import plant_now
from reports.figures.rolling import WHOLE, Dimension, Dimensions, Grouping, asked_of, by_grouping, code_tables, codes_of, fetched
from reports.figures.rows import FigureRow
from reports.figures.slices import Slice
from reports.figures.sql import ALIKE, COUNTED, MONTH_OF_DAY, NAMED, NOT_COUNTED_YET, PLAIN_SUMS, SCOPES, STANDARDS, SUMS, WEEK_OF_DAY

__all__ = ["WHOLE", "Grouping", "count", "counted_lines", "place_scope", "slice_scope", "slice_values", "with_counted"]

DIMENSIONS = {
    "workshop": Dimension("place.workshop_id", "people_orgnode"),
    "section": Dimension("place.section_id", "people_orgnode"),
    "team": Dimension("place.team_id", "people_orgnode"),
    "product": Dimension("alike.product", "plans_product"),
    "process": Dimension("alike.process", "plans_process"),
    "shift": Dimension("alike.shift", "people_shift", "shift"),
    "day": Dimension("alike.day", "", "day"),
    "week": Dimension("alike.week", "", WEEK_OF_DAY),
    "month": Dimension("alike.month", "", MONTH_OF_DAY),
}


def count(part: Slice, by: Sequence[Grouping]) -> dict[Grouping, list[FigureRow]]:
    """The rows of every grouping asked for, in one statement; ``()`` is the whole slice as one row.

    Lines are summed once into the finest groups, and those step by step into each grouping, so the cost is that of the slice's lines
    however many groupings are asked. Rows stand in order of their codes, those outside a dimension (``-``) last. A month without lines has
    no rows.
    """
    dimensions = asked_of(DIMENSIONS, by)
    return by_grouping(fetched(_statement(part, dimensions, by), slice_values(part)), dimensions, by, _sums)


def counted_lines(part: Slice, *, limit: int, offset: int = 0) -> Iterator[dict[str, Any]]:
    """The very lines that ``count`` sums, by business date, team and report; each with the standard it was counted with.

    A plan that nobody reported on has no ``line_id`` and no ``report_id``, but the ``plan_id`` that others may have beside them.
    """
    statement = f"""
        WITH {with_counted(part)}
        SELECT counted.*, node.code AS team_code, item.code AS product_code, step.code AS process_code,
               shift.code AS shift_code, orders.number AS order_number, unit.code AS unit_code
        FROM counted {NAMED.format(rows="counted")}
        JOIN people_orgnode node ON node.id = place.node_id
        JOIN core_unit unit ON unit.id = item.unit_id
        JOIN people_shift shift ON shift.id = counted.shift
        LEFT JOIN plans_productionorder orders ON orders.id = counted.order_id
        ORDER BY counted.day, node.code, shift.starts_at, counted.line_id, counted.plan_id
        LIMIT %(limit)s OFFSET %(offset)s
    """
    return fetched(statement, slice_values(part) | {"limit": limit, "offset": offset})


def slice_scope(part: Slice) -> str:
    """The condition that keeps the lines of a slice where report, line and path stand side by side."""
    return f"{place_scope(part)} AND {_row_scope(part, rows='report', lines='line')}"


def place_scope(part: Slice) -> str:
    within = "" if part.within is None else " AND " + SCOPES[part.within.kind].format("within")
    return SCOPES[part.org.kind].format("org") + within


def _row_scope(part: Slice, *, rows: str, lines: str) -> str:
    """``rows`` and ``lines`` name the tables that hold shift, and product and process."""
    product = "TRUE" if part.product_id is None else f"{lines}.product_id = %(product)s"
    shift = "TRUE" if part.shift_id is None else f"{rows}.shift_id = %(shift)s"
    process = "TRUE" if part.process_id is None else f"coalesce({lines}.process_id, 0) = %(process)s"
    return f"{product} AND {shift} AND {process}"


def with_counted(part: Slice) -> str:
    """The beginning of a statement that reads ``counted``, for ``slice_values``."""
    return f"{STANDARDS}, " + COUNTED.format(
        place_scope=place_scope(part),
        reported_scope=_row_scope(part, rows="report", lines="line"),
        planned_scope=_row_scope(part, rows="plan", lines="plan"),
    )


def slice_values(part: Slice) -> dict[str, Any]:
    return {
        "starts_on": part.starts_on,
        "ends_on": part.ends_on,
        "org": part.org.pk,
        "within": part.within and part.within.pk,
        "product": part.product_id,
        "shift": part.shift_id,
        "process": part.process_id,
        "days_back": part.first_day - 1,
        "months_on": int(part.first_day > 1),
        # By the plant's wall clock, as shifts are: a plan counts against a team once its shift is over.
        "now": plant_now().replace(tzinfo=None),
    }


def _statement(part: Slice, dimensions: Dimensions, by: Sequence[Grouping]) -> str:
    of_line = {name: one.of_line for name, one in dimensions.items() if one.of_line}
    alike = [*ALIKE, *(f"{expression} AS {name}" for name, expression in of_line.items())]
    leaves = "".join(f"{one.column} AS {name}, " for name, one in dimensions.items())
    mask = f"GROUPING({', '.join(dimensions)})" if dimensions else "0"
    sets = ", ".join(f"({', '.join(grouping)})" for grouping in by)
    # ruff: noqa: S608 -- every piece is a constant of this module and of reports.figures.sql
    return f"""
        WITH {with_counted(part)}, alike AS (
            SELECT {", ".join(alike)}, {_made(PLAIN_SUMS)} FROM counted GROUP BY {_positions(len(alike))}
        ), leaves AS (
            SELECT {leaves}item.unit_id AS unit, {_made(SUMS)}
            FROM alike {NAMED.format(rows="alike")} GROUP BY {_positions(len(dimensions) + 1)}
        ), rolled AS (
            SELECT {mask} AS mask, {"".join(f"{name}, " for name in dimensions)}min(unit) AS least_unit, max(unit) AS most_unit,
                   {", ".join(f"sum({name}) AS {name}" for name in SUMS)}
            FROM leaves GROUP BY GROUPING SETS ({sets}) HAVING count(*) > 0
        )
        SELECT rolled.*, one_unit.code AS unit_code{codes_of(dimensions)}
        FROM rolled
        LEFT JOIN core_unit one_unit ON one_unit.id = rolled.least_unit AND rolled.least_unit = rolled.most_unit
        {code_tables(dimensions)}
    """


def _positions(count: int) -> str:
    return ", ".join(str(position) for position in range(1, count + 1))


def _made(sums: Mapping[str, str]) -> str:
    return ", ".join(f"{made} AS {name}" for name, made in sums.items())


def _sums(row: Mapping[str, Any]) -> dict[str, Decimal | None]:
    return {name: row[name] for name in SUMS} | dict.fromkeys(NOT_COUNTED_YET)
