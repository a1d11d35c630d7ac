"""Figures of months that are over, kept until something of them changes: the twelve months of a trend are counted once, not at every look.

What was kept is never guessed to be right: triggers count the changes of every day (``core.changes``), and a month whose count moved on is
counted anew from its rows. Packs do not ask here; they are always counted from the rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db import connection
from django.utils import timezone

from core import changes
from core.clock import BEGINNING, PlantMonth, plant_today, plant_zone
from core.quantities import plain
from reports.figures.counting import Grouping, count
from reports.figures.material import count_material
from reports.figures.material_sql import EVENTS
from reports.figures.material_sql import SUMS as MATERIAL_SUMS
from reports.figures.rows import FigureRow
from reports.figures.slices import Slice
from reports.figures.sql import COUNTED, NAMED, STANDARDS, SUMS
from reports.models import KeptFigures

KEPT_DAYS = 60
Figures = dict[Grouping, list[FigureRow]]


@dataclass(frozen=True)
class Counting:
    """How figures come about: ``count(part, by)``; its ``formula``, for figures that were counted otherwise are not found again; and
    whether it ``looks_back``: a month is reckoned from all that was made and drawn by its end, so changes of days before it move it
    too, and the rows of several months are best read once.
    """

    count: Callable[[Slice, Sequence[Grouping]], Figures]
    formula: tuple[object, ...]
    looks_back: bool = False

    def first_day(self, month: PlantMonth) -> date:
        """From which on changes count."""
        return BEGINNING if self.looks_back else month.starts_on


REPORTED = Counting(count, (STANDARDS, COUNTED, NAMED, *SUMS.items()))
OF_MATERIAL = Counting(count_material, (EVENTS, *MATERIAL_SUMS.items()), looks_back=True)


@dataclass(frozen=True)
class Asked:
    """Figures of each of some months by the same groupings, whatever the days of ``part``."""

    part: Slice
    months: Sequence[PlantMonth]
    by: Sequence[Grouping]
    counting: Counting = REPORTED

    def key(self, month: PlantMonth) -> str:
        days = replace(self.part, starts_on=month.starts_on, ends_on=month.ends_on)
        narrower = (days.within and days.within.pk, days.product_id, days.shift_id, days.process_id)
        asked = (days.org.pk, days.starts_on, days.ends_on, *narrower)
        return sha256(repr((self.counting.formula, str(plant_zone()), *map(str, asked), sorted(self.by))).encode()).hexdigest()


def months_of(
    part: Slice, months: Sequence[PlantMonth], by: Sequence[Grouping], *, counting: Counting = REPORTED
) -> dict[PlantMonth, Figures]:
    """``counting.count(part, by)`` of each of these months; equal to it to the last decimal."""
    return figures_of([Asked(part, months, by, counting)])[0]


def figures_of(asked: Sequence[Asked]) -> list[dict[PlantMonth, Figures]]:
    """The figures of each that was asked for, by month.

    One statement where all are kept; one more for each of which something is missing, to count that in one go, and one to keep it.
    """
    kept = _looked_up(asked)
    found = [
        {month: _read(figures, one.by) for month, (_stamp, figures) in of_months.items() if figures is not None}
        for one, of_months in zip(asked, kept, strict=True)
    ]
    missing = [replace(one, months=[month for month in one.months if month not in had]) for one, had in zip(asked, found, strict=True)]
    rows: dict[str, KeptFigures] = {}
    for one, had, of_months, counted in zip(missing, found, kept, _counted_together(missing), strict=True):
        had |= counted
        for month in filter(_is_over, one.months):
            rows[one.key(month)] = _kept_row(one, month, of_months[month][0], counted[month])
    if rows:
        made = [rows[key] for key in sorted(rows)]
        KeptFigures.objects.bulk_create(made, update_conflicts=True, unique_fields=["key"], update_fields=["stamp", "figures", "made_at"])
    return found


def forget_kept() -> int:
    """Drop what was counted long ago, and sum up the changes that the rest is judged by. Safe to run twice; how many kept figures went."""
    changes.fold()
    return KeptFigures.objects.filter(made_at__lt=timezone.now() - timedelta(days=KEPT_DAYS)).delete()[0]


def _looked_up(asked: Sequence[Asked]) -> list[dict[PlantMonth, tuple[int, Any]]]:
    """For each month its stamp, and what was kept at that very stamp or ``None``."""
    each = [(place, one, month) for place, one in enumerate(asked) for month in one.months]
    first_days, last_days = [one.counting.first_day(month) for _, one, month in each], [month.ends_on for *_, month in each]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT days.stamp, kept.figures
            FROM ({changes.STAMPS}) days
            JOIN unnest(%s::text[]) WITH ORDINALITY AS asked(key, place) USING (place)
            LEFT JOIN reports_keptfigures kept ON kept.key = asked.key AND kept.stamp = days.stamp
            ORDER BY place
            """,  # noqa: S608 - a constant of ours
            [first_days, last_days, [one.key(month) for _, one, month in each]],
        )
        rows = cursor.fetchall()
    found: list[dict[PlantMonth, tuple[int, Any]]] = [{} for _one in asked]
    for (place, _one, month), (stamp, figures) in zip(each, rows, strict=True):
        found[place][month] = (int(stamp), None if figures is None else json.loads(figures))
    return found


def _counted_together(missing: Sequence[Asked]) -> Iterator[dict[PlantMonth, Figures]]:
    """What each misses, counted; what looks back is read once for all that ask the same part."""
    read: dict[tuple[Slice, Counting], dict[PlantMonth, Figures]] = {}
    for one in missing:
        if not one.months:
            yield {}
        elif not one.counting.looks_back:
            yield _counted(one)
        else:
            at = (one.part, one.counting)
            if at not in read:
                alike = [other for other in missing if other.months and (other.part, other.counting) == at]
                months = {month for other in alike for month in other.months}
                read[at] = _counted(replace(one, months=sorted(months), by=list(dict.fromkeys(by for other in alike for by in other.by))))
            yield {month: {by: read[at][month][by] for by in one.by} for month in one.months}


def _counted(asked: Asked) -> dict[PlantMonth, Figures]:
    """All of them in one statement, from the first day of the first to the last day of the last."""
    months = asked.months
    whole = replace(asked.part, starts_on=min(month.starts_on for month in months), ends_on=max(month.ends_on for month in months))
    if len(months) == 1:
        return {months[0]: asked.counting.count(whole, asked.by)}
    found: dict[PlantMonth, Figures] = {month: {grouping: [] for grouping in asked.by} for month in months}
    named = {str(month): month for month in months}
    for grouping, rows in asked.counting.count(whole, [("month", *grouping) for grouping in asked.by]).items():
        for row in rows:
            month = named.get(row.codes["month"])
            if month is not None:
                codes = {name: code for name, code in row.codes.items() if name != "month"}
                found[month][grouping[1:]].append(replace(row, codes=codes))
    return found


def _is_over(month: PlantMonth) -> bool:
    """Whether every shift of the month has ended: a plan counts against its team from then on, with nobody changing anything."""
    return month.ends_on < plant_today() - timedelta(days=1)


def _kept_row(asked: Asked, month: PlantMonth, stamp: int, figures: Figures) -> KeptFigures:
    written = [[_written(row) for row in figures[grouping]] for grouping in asked.by]
    return KeptFigures(key=asked.key(month), stamp=stamp, figures=written, made_at=timezone.now())


def _written(row: FigureRow) -> list[Any]:
    sums = {name: None if value is None else plain(value) for name, value in row.sums.items()}
    return [dict(row.codes), dict(row.ids), row.unit, sums]


def _read(kept: Sequence[Sequence[Any]], by: Sequence[Grouping]) -> Figures:
    return {grouping: [_row(*written) for written in rows] for grouping, rows in zip(by, kept, strict=True)}


def _row(codes: dict[str, str], ids: dict[str, int | None], unit: str | None, sums: dict[str, str | None]) -> FigureRow:
    return FigureRow(codes, ids, unit, {name: None if value is None else Decimal(value) for name, value in sums.items()})
