"""Who is on duty when: asked by sheets, roll calls, spot checks and missed marks (PPL-17).

A team's date is decided by the first that speaks: its roster's rows of that date, the pattern it follows, a roster made for that calendar
month (its other dates are days off), else the plant's calendar, by which every shift counts on a working day. A unit above teams
is on duty when any of its teams of that date is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from core.clock import spot_windows
from people.models import Shift
from people.roster_rows import Cycle, RosterRows, Span, Times, read_roster

Window = tuple[datetime, datetime]
USUAL: Times = (None, None)


@dataclass(frozen=True)
class Duties:
    """The rosters of some units for some days, read from the database once; every question after that is free."""

    read: RosterRows

    def window(self, node_id: int, shift: Shift, on: date) -> Window | None:
        """From when to when the unit works that shift of that business date; ``None`` when it is off."""
        span = self._span(node_id, on)
        if span is None or not span.teams:
            return shift.times.window(on) if self._are_worked(span, on) else None
        windows = [window for team in span.teams if (window := self._window(team, span, shift, on))]
        return (min(starts for starts, _ends in windows), max(ends for _starts, ends in windows)) if windows else None

    def spot_windows(self, node_id: int, shift: Shift, on: date) -> list[Window]:
        """In which spans of the shift a spot check is asked: overtime adds none, a part shift has fewer."""
        window = self.window(node_id, shift, on)
        return spot_windows(window[0], min(window[1], shift.times.window(on)[1])) if window else []

    def is_worked(self, node_id: int, on: date) -> bool:
        """Whether the plant of the unit works on that date."""
        return self._are_worked(self._span(node_id, on), on)

    def teams(self, node_id: int, on: date) -> frozenset[int]:
        """The teams below a unit (or itself) on a date."""
        span = self._span(node_id, on)
        return span.teams if span else frozenset()

    def shifts(self, team_id: int, on: date) -> dict[int, Times] | None:
        """The shifts a team works on a date with times of their own; ``None`` where every shift counts, by the calendar."""
        return self._shifts(team_id, self._span(team_id, on), on)

    def usual(self, team_id: int, on: date) -> dict[int, Times] | None:
        """What a team would work without the rows of that date, as ``shifts`` says it."""
        return self._without_rows(team_id, self._span(team_id, on), on)

    def is_changed(self, team_id: int, on: date) -> bool:
        """Whether rows of that date alone decide."""
        return (team_id, on) in self.read.rows

    def cycle(self, team_id: int, on: date) -> Cycle | None:
        """The pattern that a team follows on a date."""
        return next((cycle for cycle in self.read.cycles.get(team_id, ()) if cycle.holds(on)), None)

    def has_roster(self, team_id: int, on: date) -> bool:
        """Whether a pattern or a roster of the team speaks of that date, and not the calendar alone."""
        return self.is_changed(team_id, on) or self.cycle(team_id, on) is not None or (team_id, on.replace(day=1)) in self.read.months

    def _span(self, node_id: int, on: date) -> Span | None:
        return next((span for span in self.read.spans.get(node_id, ()) if span.first <= on < span.until), None)

    def _are_worked(self, span: Span | None, on: date) -> bool:
        """A plant's own row of the calendar goes before one for every plant, that before the weekday."""
        for key in ((span.plant if span else None, on), (None, on)):
            if key in self.read.days:
                return self.read.days[key]
        return on.weekday() in self.read.weekdays

    def _shifts(self, team_id: int, span: Span | None, on: date) -> dict[int, Times] | None:
        rows = self.read.rows.get((team_id, on))
        return self._without_rows(team_id, span, on) if rows is None else rows

    def _without_rows(self, team_id: int, span: Span | None, on: date) -> dict[int, Times] | None:
        cycle = self.cycle(team_id, on)
        if cycle is not None:
            rests = cycle.rests_on_days_off and not self._are_worked(span, on)
            shift = None if rests else cycle.shift_on(on)
            return {} if shift is None else {shift: USUAL}
        if (team_id, on.replace(day=1)) in self.read.months:
            return {}
        return None if self._are_worked(span, on) else {}

    def _window(self, team_id: int, span: Span, shift: Shift, on: date) -> Window | None:
        shifts = self._shifts(team_id, span, on)
        if shifts is None:
            return shift.times.window(on)
        return shift.times.changed_window(on, *shifts[shift.pk]) if shift.pk in shifts else None


def on_duty(node_ids: Iterable[int], first: date, last: date) -> Duties:
    """The duties of these units from ``first`` to ``last``, both inclusive, in one statement however many they are."""
    return Duties(read_roster(node_ids, first, last))
