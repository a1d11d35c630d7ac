"""What counting of daily reports, of material and of people has in common: rows of every grouping asked for, in one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import connection

from reports.figures.rows import NOWHERE, FigureRow

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


Dimensions = Mapping[str, Dimension]


def asked_of(dimensions: Dimensions, by: Sequence[Grouping]) -> dict[str, Dimension]:
    """Those that some grouping names, in the order of ``dimensions``."""
    return {name: one for name, one in dimensions.items() if any(name in grouping for grouping in by)}


def rolled_events(
    events: str,
    dimensions: Dimensions,
    by: Sequence[Grouping],
    sums: Mapping[str, str],
    *,
    beside: str = "",
    unit: str = "NULL",
    joins: str = "",
) -> str:
    """Of ``events``, common tables that end in ``placed``, the rows of every grouping. ``beside`` are more aggregates, ``unit`` the
    expression of their unit's code, and ``joins`` what it needs.
    """
    leaves = "".join(f", {one.column} AS by_{name}" for name, one in dimensions.items())
    named = "".join(f"by_{name} AS {name}, " for name in dimensions)
    mask = f"GROUPING({', '.join(f'by_{name}' for name in dimensions)})" if dimensions else "0"
    sets = ", ".join(f"({', '.join(f'by_{name}' for name in grouping)})" for grouping in by)
    # ruff: noqa: S608 -- every piece is a constant of ours
    return f"""
        WITH {events}, leaves AS (SELECT placed.*{leaves} FROM placed), rolled AS (
            SELECT {mask} AS mask, {named}{beside}{", ".join(f"{made} AS {name}" for name, made in sums.items())}
            FROM leaves GROUP BY GROUPING SETS ({sets}) HAVING count(*) > 0
        )
        SELECT rolled.*, {unit} AS unit_code{codes_of(dimensions)}
        FROM rolled {joins} {code_tables(dimensions)}
    """


def codes_of(dimensions: Dimensions) -> str:
    return "".join(f", {name}_of.code AS {name}_code" for name, one in dimensions.items() if one.table)


def code_tables(dimensions: Dimensions) -> str:
    return " ".join(f"LEFT JOIN {one.table} {name}_of ON {name}_of.id = rolled.{name}" for name, one in dimensions.items() if one.table)


def fetched(statement: str, values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        columns = [column.name for column in cursor.description]
        for row in cursor.fetchall():
            yield dict(zip(columns, row, strict=True))


def by_grouping(
    found: Iterable[Mapping[str, Any]],
    dimensions: Dimensions,
    by: Sequence[Grouping],
    sums_of: Callable[[Mapping[str, Any]], Mapping[str, Decimal | None]],
) -> dict[Grouping, list[FigureRow]]:
    """The rows under their groupings, in order of their codes, those outside a dimension (``-``) last."""
    answer: dict[Grouping, list[FigureRow]] = {grouping: [] for grouping in by}
    masks = {_mask_of(list(dimensions), grouping): grouping for grouping in by}
    for row in found:
        grouping = masks[row["mask"]]
        codes = {name: str(row[f"{name}_code" if dimensions[name].table else name] or NOWHERE) for name in grouping}
        ids = {name: row[name] for name in grouping if dimensions[name].table}
        answer[grouping].append(FigureRow(codes, ids, row["unit_code"], sums_of(row)))
    for grouping, rows in answer.items():
        rows.sort(key=partial(_place_of, grouping))
    return answer


def _mask_of(names: Sequence[str], grouping: Grouping) -> int:
    """The value of ``GROUPING()`` in rows of ``grouping``: one bit a dimension, set where it is summed over."""
    return sum(1 << place for place, name in enumerate(reversed(names)) if name not in grouping)


def _place_of(grouping: Grouping, row: FigureRow) -> list[tuple[bool, str]]:
    return [(row.codes[name] == NOWHERE, row.codes[name]) for name in grouping]
