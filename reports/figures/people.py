"""The people of any stretch of days: who came of those on the roster, who joined, left and changed places, in one statement (RPT-08)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.clock import plant_zone
from people.models import CAME, Presence
from reports.figures.counting import place_scope, slice_values
from reports.figures.rolling import Dimension, Grouping, asked_of, by_grouping, fetched, rolled_events
from reports.figures.rows import FigureRow
from reports.figures.slices import Slice
from reports.figures.sql import MONTH_OF_DAY

DIMENSIONS = {
    "workshop": Dimension("workshop_id", "people_orgnode"),
    "section": Dimension("section_id", "people_orgnode"),
    "team": Dimension("team_id", "people_orgnode"),
    "month": Dimension(MONTH_OF_DAY),
}

# Marks of roll calls, of people on the roster, and what the staff register says of its people. Somebody joins and leaves in the unit that
# the register named on that day, or first, where it did not know the person yet; a change of units leaves one and enters the other, so
# both sums add up from team to plant. Everything stands where the unit stood on that day.

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
    if part.product_id is not None or part.process_id is not None:
        return {grouping: [] for grouping in by}
    dimensions = asked_of(DIMENSIONS, by)
    statement = rolled_events(with_placed(part), dimensions, by, SUMS)
    return by_grouping(fetched(statement, people_values(part)), dimensions, by, lambda row: {name: row[name] for name in SUMS})


def people_values(part: Slice) -> dict[str, Any]:
    return slice_values(part) | {"zone": str(plant_zone())}


def with_placed(part: Slice) -> str:
    """The beginning of a statement that reads ``placed``, for ``people_values``."""
    return EVENTS.format(
        place_scope=place_scope(part),
        shift_scope="TRUE" if part.shift_id is None else "mark.shift_id = %(shift)s",
        is_whole="TRUE" if part.shift_id is None else "FALSE",
    )
