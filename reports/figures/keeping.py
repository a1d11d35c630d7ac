"""Figures of months that are over, kept until something of them changes: the twelve months of a trend are counted once, not at every look.

What was kept is never guessed to be right: triggers count the changes of every day (``core.changes``), and a month whose count moved on is
counted anew from its rows. Packs do not ask here; they are always counted from the rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
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
    whether changes of days before the month move them too.
    """

    count: Callable[[Slice, Sequence[Grouping]], Figures]
    formula: tuple[object, ...]
    looks_back: bool = False

    def first_day(self, month: PlantMonth) -> date:
        """From which on changes count."""
        return BEGINNING if self.looks_back else month.starts_on


REPORTED = Counting(count, (STANDARDS, COUNTED, NAMED, *SUMS.items()))
# What a month adds to the standard is reckoned from all that was made and drawn by then.
OF_MATERIAL = Counting(count_material, (EVENTS, *MATERIAL_SUMS.items()), looks_back=True)


def months_of(
    part: Slice, months: Sequence[PlantMonth], by: Sequence[Grouping], *, counting: Counting = REPORTED
) -> dict[PlantMonth, Figures]:
    """``counting.count(part, by)`` of each of these months, whatever the days of ``part``; equal to it to the last decimal.

    One statement where all are kept; one more to count the others, in one go, and one to keep them.
    """
    keys = {month: _key(part, month, by, counting) for month in months}
    kept = _looked_up(keys, counting)
    found = {month: _read(figures, by) for month, (_stamp, figures) in kept.items() if figures is not None}
    missing = [month for month in months if month not in found]
    if missing:
        counted = _counted(part, missing, by, counting)
        found |= counted
        _keep({keys[month]: (kept[month][0], counted[month]) for month in missing if _is_over(month)}, by)
    return found


def forget_kept() -> int:
    """Drop what was counted long ago, and sum up the changes that the rest is judged by. Safe to run twice; how many kept figures went."""
    changes.fold()
    return KeptFigures.objects.filter(made_at__lt=timezone.now() - timedelta(days=KEPT_DAYS)).delete()[0]


def _looked_up(keys: Mapping[PlantMonth, str], counting: Counting) -> dict[PlantMonth, tuple[int, Any]]:
    """For each month its stamp, and what was kept at that very stamp or ``None``."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT days.stamp, kept.figures
            FROM ({changes.STAMPS}) days
            JOIN unnest(%s::text[]) WITH ORDINALITY AS asked(key, place) USING (place)
            LEFT JOIN reports_keptfigures kept ON kept.key = asked.key AND kept.stamp = days.stamp
            ORDER BY place
            """,  # noqa: S608 - a constant of ours
            [[counting.first_day(month) for month in keys], [month.ends_on for month in keys], list(keys.values())],
        )
        rows = cursor.fetchall()
    return {
        month: (int(stamp), None if figures is None else json.loads(figures)) for month, (stamp, figures) in zip(keys, rows, strict=True)
    }


def _counted(part: Slice, months: Sequence[PlantMonth], by: Sequence[Grouping], counting: Counting) -> dict[PlantMonth, Figures]:
    """All of them in one statement, from the first day of the first to the last day of the last."""
    if len(months) == 1:
        return {months[0]: counting.count(replace(part, starts_on=months[0].starts_on, ends_on=months[0].ends_on), by)}
    whole = replace(part, starts_on=min(month.starts_on for month in months), ends_on=max(month.ends_on for month in months))
    found: dict[PlantMonth, Figures] = {month: {grouping: [] for grouping in by} for month in months}
    named = {str(month): month for month in months}
    for grouping, rows in counting.count(whole, [("month", *grouping) for grouping in by]).items():
        for row in rows:
            month = named.get(row.codes["month"])
            if month is not None:
                codes = {name: code for name, code in row.codes.items() if name != "month"}
                found[month][grouping[1:]].append(replace(row, codes=codes))
    return found


def _is_over(month: PlantMonth) -> bool:
    """Whether every shift of the month has ended: a plan counts against its team from then on, with nobody changing anything."""
    return month.ends_on < plant_today() - timedelta(days=1)


def _key(part: Slice, month: PlantMonth, by: Sequence[Grouping], counting: Counting) -> str:
    days = replace(part, starts_on=month.starts_on, ends_on=month.ends_on)
    narrower = (days.within and days.within.pk, days.product_id, days.shift_id, days.process_id)
    asked = (days.org.pk, days.starts_on, days.ends_on, *narrower)
    return sha256(repr((counting.formula, str(plant_zone()), *map(str, asked), sorted(by))).encode()).hexdigest()


def _keep(counted: Mapping[str, tuple[int, Figures]], by: Sequence[Grouping]) -> None:
    rows = [
        KeptFigures(key=key, stamp=stamp, figures=[[_written(row) for row in figures[grouping]] for grouping in by], made_at=timezone.now())
        for key, (stamp, figures) in sorted(counted.items())
    ]
    if rows:
        KeptFigures.objects.bulk_create(rows, update_conflicts=True, unique_fields=["key"], update_fields=["stamp", "figures", "made_at"])


def _written(row: FigureRow) -> list[Any]:
    sums = {name: None if value is None else plain(value) for name, value in row.sums.items()}
    return [dict(row.codes), dict(row.ids), row.unit, sums]


def _read(kept: Sequence[Sequence[Any]], by: Sequence[Grouping]) -> Figures:
    return {grouping: [_row(*written) for written in rows] for grouping, rows in zip(by, kept, strict=True)}


def _row(codes: dict[str, str], ids: dict[str, int | None], unit: str | None, sums: dict[str, str | None]) -> FigureRow:
    return FigureRow(codes, ids, unit, {name: None if value is None else Decimal(value) for name, value in sums.items()})
