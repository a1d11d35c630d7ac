"""What a month was counted from, as one short text: two countings have it in common only if they counted the same rows (RPT-01)."""

from __future__ import annotations

from typing import Any

from reports.figures import counting, material, people
from reports.figures.rolling import fetched
from reports.figures.slices import Slice

# What a row adds to figures and where; the keys of rows are left out, so that a report written anew with the same figures is the same.
OF_REPORTS = """
    SELECT ROW(counted.day, counted.shift, place.plant_id, place.workshop_id, place.section_id, place.team_id, counted.order_id,
               counted.product, counted.process, counted.hours, counted.is_planned, counted.planned_qty, counted.good_qty,
               counted.recovered_qty, counted.rework_qty, counted.scrap_qty, counted.attended_hours, counted.productive_hours,
               counted.excused_loss_hours, counted.downtime_hours, counted.line_id IS NULL)::text COLLATE "C" AS line
    FROM counted JOIN people_orgpath place ON place.id = counted.path
"""
OF_MATERIAL = """
    SELECT ROW(day, figure, workshop, team, order_id, item, product, reason, quantity, cost, is_at_standard)::text COLLATE "C" AS line
    FROM placed
"""
OF_PEOPLE = """
    SELECT ROW(day, figure, workshop_id, section_id, team_id, persons)::text COLLATE "C" AS line FROM placed
"""
HASHED = "SELECT encode(sha256(convert_to(coalesce(string_agg(line, E'\\n' ORDER BY line), ''), 'UTF8')), 'hex') AS hash FROM rows"


def hashes_of_rows(part: Slice) -> dict[str, str]:
    """Under ``reports``, ``material`` and ``people`` the SHA-256, 64 hexadecimal digits, of the rows that figures of ``part`` sum: lines
    of daily reports and plans, postings of the store, marks of roll calls and turns of the staff register.

    Postgres makes them, in one statement each: what they cost hangs on the rows of ``part``, not on those before it.
    """
    return {
        "reports": _hashed(counting.with_counted(part), OF_REPORTS, counting.slice_values(part)),
        "material": _hashed(material.with_placed(part), OF_MATERIAL, material.material_values(part)),
        "people": _hashed(people.with_placed(part), OF_PEOPLE, people.people_values(part)),
    }


def _hashed(before: str, rows: str, values: dict[str, Any]) -> str:
    [found] = fetched(f"WITH {before}, rows AS ({rows}) {HASHED}", values)
    return str(found["hash"])
