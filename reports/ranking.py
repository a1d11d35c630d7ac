"""In which order workshops, teams and products stand wherever they are compared: the worst first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from reports.block import NamedRow
from reports.figures.rows import NOWHERE
from reports.kpis import Direction, Kpi


@dataclass(frozen=True)
class Ranked:
    """A row with its rank, 1 for the worst; ``None`` where there is no data to rank."""

    rank: int | None
    named: NamedRow
    value: Decimal | None


def worst_first(rows: Iterable[NamedRow], kpi: Kpi) -> list[Ranked]:
    """By the direction of the figure; of one that has none the most first. Equal ones share a rank, in order of their codes.

    A rate is compared as it is judged, with two decimals. Rows without data come last.
    """
    by_code = sorted(rows, key=lambda named: (named.name.code == NOWHERE, named.name.code))
    valued = [(named, named.row.value(kpi)) for named in by_code]
    sign = 1 if kpi.direction is Direction.HIGHER else -1
    known = sorted(((named, value) for named, value in valued if value is not None), key=lambda pair: sign * pair[1])
    found: list[Ranked] = []
    for place, (named, value) in enumerate(known, 1):
        is_tie = bool(found) and found[-1].value == value
        found.append(Ranked(found[-1].rank if is_tie else place, named, value))
    return found + [Ranked(None, named, None) for named, value in valued if value is None]
