"""Everything that rosters say of some units and days, read in one statement; ``people.roster`` asks it (docs/adr/0013-rosters.md)."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from django.db import connection

from core.plant_settings import SETTINGS

Times = tuple[time | None, time | None]

EVERYTHING = """
    WITH asked AS (SELECT %(nodes)s::bigint[] AS nodes, %(first)s::date AS first, %(last)s::date AS last),
    paths AS (
        SELECT p.* FROM asked, people_orgpath p JOIN people_orgnode n ON n.id = p.node_id
        WHERE p.valid_from <= asked.last AND p.valid_to > asked.first
          AND (p.node_id = ANY(asked.nodes) OR n.kind = 'team'
               AND (p.plant_id = ANY(asked.nodes) OR p.workshop_id = ANY(asked.nodes) OR p.section_id = ANY(asked.nodes)))
    ), teams AS (
        SELECT DISTINCT node_id AS id FROM paths WHERE team_id = node_id
    ), own AS (
        SELECT r.* FROM asked, teams JOIN people_rosterday r ON r.team_id = teams.id
        WHERE r.staff_id IS NULL AND r.date >= date_trunc('month', asked.first)
          AND r.date < date_trunc('month', asked.last) + interval '1 month'
    )
    SELECT 'path', jsonb_build_array(node_id, valid_from, valid_to, plant_id, workshop_id, section_id, team_id) FROM paths
    UNION ALL
    SELECT 'plan', jsonb_build_array(plan.team_id, plan.starts_on, plan.ends_on, plan.first_day, pattern.rests_on_days_off, pattern.id, (
        SELECT jsonb_agg(day.shift_id ORDER BY day.number) FROM people_patternday day WHERE day.pattern_id = pattern.id
    ))
    FROM asked, teams JOIN people_rosterplan plan ON plan.team_id = teams.id
    JOIN people_rotationpattern pattern ON pattern.id = plan.pattern_id
    WHERE plan.starts_on <= asked.last AND (plan.ends_on IS NULL OR plan.ends_on >= asked.first)
    UNION ALL
    SELECT 'row', jsonb_build_array(own.team_id, own.date, own.shift_id, own.starts_at, own.ends_at, own.is_off)
    FROM asked, own WHERE own.date BETWEEN asked.first AND asked.last
    UNION ALL
    SELECT DISTINCT 'month', jsonb_build_array(own.team_id, date_trunc('month', own.date)::date) FROM own WHERE NOT own.is_change
    UNION ALL
    SELECT 'day', jsonb_build_array(c.plant_id, c.date, c.is_working)
    FROM asked, people_calendarday c WHERE c.date BETWEEN asked.first AND asked.last
    UNION ALL
    SELECT 'weekdays', s.value FROM core_plantsetting s WHERE s.key = 'working_weekdays'
"""


@dataclass(frozen=True)
class Path:
    """Where a unit stood from ``first`` to before ``until``."""

    node: int
    first: date
    until: date
    plant: int | None
    workshop: int | None
    section: int | None
    team: int | None

    def holds(self, on: date) -> bool:
        return self.first <= on < self.until


@dataclass(frozen=True)
class Span:
    """The plant of a unit and the teams below it (or itself) from ``first`` to before ``until``."""

    first: date
    until: date
    plant: int | None
    teams: frozenset[int]


@dataclass(frozen=True)
class Cycle:
    """A pattern as a team follows it: the shift of each day of the cycle, ``None`` for a day off."""

    starts_on: date
    ends_on: date | None
    first_day: int
    rests_on_days_off: bool
    pattern: int
    shifts: tuple[int | None, ...]

    def holds(self, on: date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)

    def shift_on(self, on: date) -> int | None:
        return self.shifts[(self.first_day - 1 + (on - self.starts_on).days) % len(self.shifts)] if self.shifts else None


@dataclass
class RosterRows:
    """``rows`` are the shifts of a team and date with their times, ``months`` those for which a team has a roster of its own."""

    spans: dict[int, list[Span]] = field(default_factory=dict)
    cycles: dict[int, list[Cycle]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[tuple[int, date], dict[int, Times]] = field(default_factory=dict)
    months: set[tuple[int, date]] = field(default_factory=set)
    weekdays: frozenset[int] = frozenset(SETTINGS["working_weekdays"].default)
    days: dict[tuple[int | None, date], bool] = field(default_factory=dict)


def read_roster(nodes: Iterable[int], first: date, last: date) -> RosterRows:
    wanted = sorted(set(nodes))
    found, paths = RosterRows(), []
    with connection.cursor() as cursor:
        cursor.execute(EVERYTHING, {"nodes": wanted, "first": first, "last": last})
        for kind, said in cursor.fetchall():
            said = json.loads(said)
            match kind:
                case "path":
                    node, starts, until, *above = said
                    paths.append(Path(node, date.fromisoformat(starts), date.fromisoformat(until), *above))
                case "plan":
                    team, starts, ends, first_day, rests, pattern, shifts = said
                    ends_on = date.fromisoformat(ends) if ends else None
                    cycle = Cycle(date.fromisoformat(starts), ends_on, first_day, rests, pattern, tuple(shifts or ()))
                    found.cycles[team].append(cycle)
                case "row":
                    team, on, shift, starts, ends, is_off = said
                    shifts = found.rows.setdefault((team, date.fromisoformat(on)), {})
                    if not is_off:
                        shifts[shift] = (_time(starts), _time(ends))
                case "month":
                    found.months.add((said[0], date.fromisoformat(said[1])))
                case "day":
                    found.days[said[0], date.fromisoformat(said[1])] = said[2]
                case "weekdays":
                    found.weekdays = frozenset(said)
    found.spans = _spans(wanted, paths)
    return found


def _time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def _spans(wanted: Iterable[int], paths: Iterable[Path]) -> dict[int, list[Span]]:
    """Where each unit stood and which teams stood below it, cut at every date on which one of them moved."""
    own: dict[int, list[Path]] = {node: [] for node in wanted}
    below: dict[int, list[Path]] = {node: [] for node in own}
    for path in paths:
        if path.node in own:
            own[path.node].append(path)
        if path.team == path.node:
            for above in own.keys() & {path.plant, path.workshop, path.section, path.team}:
                below[above].append(path)
    return {node: _cut(own[node], below[node]) for node in own}


def _cut(own: list[Path], below: list[Path]) -> list[Span]:
    cuts = sorted({path.first for path in own + below} | {path.until for path in own + below})
    found = []
    for starts, ends in itertools.pairwise(cuts):
        plant = next((path.plant for path in own if path.holds(starts)), None)
        found.append(Span(starts, ends, plant, frozenset(path.node for path in below if path.holds(starts))))
    return found


def days_between(first: date, last: date) -> list[date]:
    """Both inclusive."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
