"""Which target holds for a row: that of the most exact unit upwards, and there of the most exact period, a month before its year.

A figure that adds up (output) is judged by a target of its very unit and month only: what a plant should make in a year says nothing of
a team's October. Where no target holds, the limit of the plant's settings stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from core.clock import PlantMonth
from core.together import read_together
from people.models import OrgPath
from people.selectors.leaders import LEVELS
from reports.kpis import TARGETED
from reports.models import Target

Aims = Mapping[str, Decimal]


@dataclass(frozen=True)
class AimBook:
    """The targets and places of some units in some months, read in one statement."""

    paths: Mapping[int, Sequence[OrgPath]]
    kept: Mapping[tuple[int, str], Mapping[str, Decimal]]

    @classmethod
    def read(cls, nodes: Iterable[int], first: PlantMonth, last: PlantMonth) -> AimBook:
        """For ``nodes`` and all that stood above them from the first day of ``first`` to the last of ``last``."""
        return cls.among(*read_together(*cls.asked(nodes, first, last)))

    @staticmethod
    def asked(nodes: Iterable[int], first: PlantMonth, last: PlantMonth) -> tuple[QuerySet[OrgPath], QuerySet[Target, Any]]:
        """The rows of ``read``, for what is read together with something else: places, targets."""
        units = set(nodes)
        standing = OrgPath.objects.filter(node__in=units, valid_from__lte=last.ends_on, valid_to__gt=first.starts_on)
        theirs = Q(org__in=units)
        for level in LEVELS:
            theirs |= Q(org__in=standing.values(level))
        months = [str(first.shifted(count)) for count in range((last.year - first.year) * 12 + last.month - first.month + 1)]
        targets = Target.objects.filter(theirs, period__in={*months, *(month[:4] for month in months)}).order_by()
        return standing.order_by("valid_from"), targets.values_list("org", "period", "kpi_code", "value")

    @classmethod
    def among(cls, standing: Iterable[OrgPath], targets: Iterable[Any]) -> AimBook:
        paths: dict[int, list[OrgPath]] = defaultdict(list)
        for path in standing:
            paths[path.node_id].append(path)
        kept: dict[tuple[int, str], dict[str, Decimal]] = defaultdict(dict)
        for org, period, code, value in targets:
            kept[org, period][code] = value
        return cls(paths, kept)

    def of(self, node: int, month: PlantMonth, *, within: int | None = None) -> dict[str, Decimal]:
        """By figure, what holds for a unit in a month; ``within`` says in which workshop, for a team that moved meanwhile."""
        found: dict[str, Decimal] = {}
        for above in self._chain(node, month, within):
            for period in (str(month), str(month)[:4]):
                for code, value in self.kept.get((above, period), {}).items():
                    if not TARGETED[code].adds_up or (above == node and period == str(month)):
                        found.setdefault(code, value)
        return found

    def _chain(self, node: int, month: PlantMonth, within: int | None) -> list[int]:
        """The unit and those above it, the nearest first, as they last stood in that month."""
        standing = [path for path in self.paths.get(node, ()) if path.valid_from <= month.ends_on and path.valid_to > month.starts_on]
        there = [path for path in standing if within is None or path.workshop_id == within]
        return _upwards((there or standing)[-1]) if standing else [node]


def _upwards(path: OrgPath) -> list[int]:
    return [pk for level in LEVELS if (pk := getattr(path, level)) is not None]


def of_parts(aims: Aims) -> dict[str, Decimal]:
    """What of a whole's targets also holds for its parts."""
    return {code: value for code, value in aims.items() if not TARGETED[code].adds_up}
