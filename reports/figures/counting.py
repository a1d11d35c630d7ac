from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import connection

from core.clock import plant_now
from reports.figures.rows import NOWHERE, FigureRow
from reports.figures.slices import Slice
from reports.figures.sql import ALIKE, COUNTED, MONTH_OF_DAY, NAMED, NOT_COUNTED_YET, PLAIN_SUMS, SCOPES, STANDARDS, SUMS, WEEK_OF_DAY

Grouping = tuple[str, ...]
WHOLE: Grouping = ()


@dataclass(frozen=True)
class Dimension:
    """What rows can be grouped by: the column that holds it once rows are named, the table that gives its code (blank where the
    value is the code itself), and for what a line itself says, the expression that keeps it when lines are summed.
    """

    column: str
    table: str = ""
    of_line: str = ""


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
    dimensions = [name for name in DIMENSIONS if any(name in grouping for grouping in by)]
    with connection.cursor() as cursor:
        cursor.execute(_statement(part, dimensions, by), slice_values(part))
        columns = [column.name for column in cursor.description]
        found = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    answer: dict[Grouping, list[FigureRow]] = {grouping: [] for grouping in by}
    masks = {mask_of(dimensions, grouping): grouping for grouping in by}
    for row in found:
        grouping = masks[row["mask"]]
        answer[grouping].append(_row(row, grouping))
    for grouping, rows in answer.items():
        rows.sort(key=partial(place_of, grouping))
    return answer


def counted_lines(part: Slice, *, limit: int, offset: int = 0) -> Iterator[dict[str, Any]]:
    """The very lines that ``count`` sums, by business date, team and report; each with the standard it was counted with.

    A plan that nobody reported on has no ``line_id`` and no ``report_id``, but the ``plan_id`` that others may have beside them.
    """
    statement = f"""
        WITH {STANDARDS}, {_counted(part)}
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
    with connection.cursor() as cursor:
        cursor.execute(statement, slice_values(part) | {"limit": limit, "offset": offset})
        columns = [column.name for column in cursor.description]
        for row in cursor.fetchall():
            yield dict(zip(columns, row, strict=True))


def place_of(grouping: Grouping, row: FigureRow) -> list[tuple[bool, str]]:
    return [(row.codes[name] == NOWHERE, row.codes[name]) for name in grouping]


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


def _counted(part: Slice) -> str:
    return COUNTED.format(
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


def _statement(part: Slice, dimensions: Sequence[str], by: Sequence[Grouping]) -> str:
    of_line = {name: DIMENSIONS[name].of_line for name in dimensions if DIMENSIONS[name].of_line}
    alike = [*ALIKE, *(f"{expression} AS {name}" for name, expression in of_line.items())]
    leaves = "".join(f"{DIMENSIONS[name].column} AS {name}, " for name in dimensions)
    coded = [name for name in dimensions if DIMENSIONS[name].table]
    mask = f"GROUPING({', '.join(dimensions)})" if dimensions else "0"
    sets = ", ".join(f"({', '.join(grouping)})" for grouping in by)
    # ruff: noqa: S608 -- every piece is a constant of this module and of reports.figures.sql
    return f"""
        WITH {STANDARDS}, {_counted(part)}, alike AS (
            SELECT {", ".join(alike)}, {_made(PLAIN_SUMS)} FROM counted GROUP BY {_positions(len(alike))}
        ), leaves AS (
            SELECT {leaves}item.unit_id AS unit, {_made(SUMS)}
            FROM alike {NAMED.format(rows="alike")} GROUP BY {_positions(len(dimensions) + 1)}
        ), rolled AS (
            SELECT {mask} AS mask, {"".join(f"{name}, " for name in dimensions)}min(unit) AS least_unit, max(unit) AS most_unit,
                   {", ".join(f"sum({name}) AS {name}" for name in SUMS)}
            FROM leaves GROUP BY GROUPING SETS ({sets}) HAVING count(*) > 0
        )
        SELECT rolled.*, one_unit.code AS unit_code{"".join(f", {name}_of.code AS {name}_code" for name in coded)}
        FROM rolled
        LEFT JOIN core_unit one_unit ON one_unit.id = rolled.least_unit AND rolled.least_unit = rolled.most_unit
        {" ".join(f"LEFT JOIN {DIMENSIONS[name].table} {name}_of ON {name}_of.id = rolled.{name}" for name in coded)}
    """


def _positions(count: int) -> str:
    return ", ".join(str(position) for position in range(1, count + 1))


def _made(sums: Mapping[str, str]) -> str:
    return ", ".join(f"{made} AS {name}" for name, made in sums.items())


def mask_of(dimensions: Sequence[str], grouping: Grouping) -> int:
    """The value of ``GROUPING()`` in rows of ``grouping``: one bit a dimension, set where it is summed over."""
    return sum(1 << place for place, name in enumerate(reversed(dimensions)) if name not in grouping)


def _row(row: dict[str, Any], grouping: Grouping) -> FigureRow:
    codes = {name: str(row[f"{name}_code" if DIMENSIONS[name].table else name] or NOWHERE) for name in grouping}
    ids = {name: row[name] for name in grouping if DIMENSIONS[name].table}
    sums: dict[str, Decimal | None] = {name: row[name] for name in SUMS}
    return FigureRow(codes, ids, row["unit_code"], sums | dict.fromkeys(NOT_COUNTED_YET))
