"""The people of any stretch of days: who came of those on the roster, who joined, left and changed places, in one statement (RPT-08)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import connection

from core.clock import plant_zone
from people.models import CAME, Presence
from reports.figures.counting import Grouping, mask_of, place_of, place_scope, slice_values
from reports.figures.rows import NOWHERE, FigureRow
from reports.figures.slices import Slice
from reports.figures.sql import MONTH_OF_DAY

# The column of a dimension, and the table that gives its code; blank where the value is the code itself.
DIMENSIONS = {
    "workshop": ("workshop_id", "people_orgnode"),
    "section": ("section_id", "people_orgnode"),
    "team": ("team_id", "people_orgnode"),
    "month": (MONTH_OF_DAY, ""),
}

# Marks of roll calls, of people on the roster, and what the staff register says of its people. Somebody joins and leaves in the unit that
# the register named on that day, or first, where it did not know the person yet; a change of units leaves one and enters the other, so
# both sums add up from team to plant. Everything stands where the unit stood on that day.
# ruff: noqa: S608 -- every piece is a constant of ours
EVENTS = """
teams AS (
    SELECT path.node_id FROM people_orgpath path
    WHERE path.valid_from <= %(ends_on)s AND path.valid_to > %(starts_on)s AND {place_scope}
), called AS (
    SELECT call.team_id AS node, mark.business_date AS day, mark.presence, count(*) AS persons
    FROM people_rollcallmark mark JOIN people_rollcall call ON call.id = mark.roll_call_id
    WHERE mark.business_date BETWEEN %(starts_on)s AND %(ends_on)s AND NOT mark.is_extra
      AND call.team_id IN (SELECT node_id FROM teams) AND {shift_scope}
    GROUP BY call.team_id, mark.business_date, mark.presence
), said AS (
    SELECT event.pgh_obj_id AS staff, event.org_id, (event.pgh_created_at AT TIME ZONE %(zone)s)::date AS day,
           row_number() OVER told AS number, lag(event.org_id) OVER told AS was
    FROM people_staffevent event WINDOW told AS (PARTITION BY event.pgh_obj_id ORDER BY event.pgh_id)
), turns AS (
    SELECT id AS staff, hired_on AS day, 'joined' AS figure FROM people_staff WHERE hired_on BETWEEN %(starts_on)s AND %(ends_on)s
    UNION ALL
    SELECT id, left_on, 'departed' FROM people_staff WHERE left_on BETWEEN %(starts_on)s AND %(ends_on)s
), events AS (
    SELECT node, day, presence AS figure, persons FROM called
    UNION ALL
    SELECT (SELECT said.org_id FROM said WHERE said.staff = turns.staff ORDER BY said.day > turns.day, CASE WHEN said.day > turns.day
            THEN said.number ELSE -said.number END LIMIT 1), day, figure, 1
    FROM turns WHERE {is_whole}
    UNION ALL
    SELECT side.node, said.day, side.figure, 1
    FROM said CROSS JOIN LATERAL (VALUES (said.was, 'moved_out'), (said.org_id, 'moved_in')) side (node, figure)
    WHERE said.number > 1 AND said.was <> said.org_id AND said.day BETWEEN %(starts_on)s AND %(ends_on)s AND {is_whole}
), placed AS (
    SELECT events.*, path.workshop_id, path.section_id, path.team_id
    FROM events
    JOIN people_orgpath path ON path.node_id = events.node AND path.valid_from <= events.day AND path.valid_to > events.day
                            AND {place_scope}
)"""


def _of(*figures: str) -> str:
    return "coalesce(sum(persons) FILTER (WHERE figure IN ({})), 0)".format(", ".join(f"'{figure}'" for figure in figures))


CALLED = "sum(persons) FILTER (WHERE figure IN ({}))".format(", ".join(f"'{presence}'" for presence in Presence.values))
# Without a roll call nothing is known of who came; a register without a joiner had none.
SUMS = {
    "rostered": CALLED,
    "attended": f"CASE WHEN {CALLED} > 0 THEN {_of(*sorted(CAME))} END",
    "on_leave": f"CASE WHEN {CALLED} > 0 THEN {_of(Presence.LEAVE)} END",
    "absent": f"CASE WHEN {CALLED} > 0 THEN {_of(Presence.ABSENT)} END",
    **{figure: _of(figure) for figure in ("joined", "departed", "moved_in", "moved_out")},
}


def count_people(part: Slice, by: Sequence[Grouping]) -> dict[Grouping, list[FigureRow]]:
    """The rows of every grouping asked for, in one statement; ``()`` is the whole slice as one row, ``-`` who stands outside a level.

    A shift has roll calls, but no joiners; a product or process has no people.
    """
    answer: dict[Grouping, list[FigureRow]] = {grouping: [] for grouping in by}
    if part.product_id is not None or part.process_id is not None:
        return answer
    dimensions = [name for name in DIMENSIONS if any(name in grouping for grouping in by)]
    masks = {mask_of(dimensions, grouping): grouping for grouping in by}
    with connection.cursor() as cursor:
        cursor.execute(_statement(part, dimensions, by), slice_values(part) | {"zone": str(plant_zone())})
        columns = [column.name for column in cursor.description]
        found = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    for row in found:
        grouping = masks[row["mask"]]
        codes = {name: str(row[f"{name}_code" if DIMENSIONS[name][1] else name] or NOWHERE) for name in grouping}
        ids: dict[str, Any] = {name: row[name] for name in grouping if DIMENSIONS[name][1]}
        answer[grouping].append(FigureRow(codes, ids, None, {name: row[name] for name in SUMS}))
    for grouping, rows in answer.items():
        rows.sort(key=partial(place_of, grouping))
    return answer


def _statement(part: Slice, dimensions: Sequence[str], by: Sequence[Grouping]) -> str:
    events = EVENTS.format(
        place_scope=place_scope(part),
        shift_scope="TRUE" if part.shift_id is None else "mark.shift_id = %(shift)s",
        is_whole="TRUE" if part.shift_id is None else "FALSE",
    )
    coded = [name for name in dimensions if DIMENSIONS[name][1]]
    leaves = "".join(f", {DIMENSIONS[name][0]} AS by_{name}" for name in dimensions)
    named = "".join(f"by_{name} AS {name}, " for name in dimensions)
    mask = f"GROUPING({', '.join(f'by_{name}' for name in dimensions)})" if dimensions else "0"
    sets = ", ".join(f"({', '.join(f'by_{name}' for name in grouping)})" for grouping in by)
    sums = ", ".join(f"{made} AS {name}" for name, made in SUMS.items())
    return f"""
        WITH {events}, leaves AS (SELECT placed.*{leaves} FROM placed), rolled AS (
            SELECT {mask} AS mask, {named}{sums} FROM leaves GROUP BY GROUPING SETS ({sets}) HAVING count(*) > 0
        )
        SELECT rolled.*{"".join(f", {name}_of.code AS {name}_code" for name in coded)}
        FROM rolled
        {" ".join(f"LEFT JOIN {DIMENSIONS[name][1]} {name}_of ON {name}_of.id = rolled.{name}" for name in coded)}
    """
