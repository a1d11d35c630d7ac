from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from core.clock import PlantMonth
from people.models import OrgNode

NO_PROCESS = 0


@dataclass(frozen=True)
class Slice:
    """Which lines are counted: those of ``org``, as the organisation stood on each business date, from ``starts_on`` to ``ends_on``
    (both inclusive), of one product, shift and process where they are given (``NO_PROCESS``: of lines without one). ``within`` narrows a
    team that moved to its days in one workshop. ``first_day`` says how days fold into the plant's months.
    """

    org: OrgNode
    starts_on: date
    ends_on: date
    first_day: int = 1
    within: OrgNode | None = None
    product_id: int | None = None
    shift_id: int | None = None
    process_id: int | None = None

    @classmethod
    def of_month(cls, org: OrgNode, month: PlantMonth, **narrower: Any) -> Slice:
        return cls(org, month.starts_on, month.ends_on, month.first_day, **narrower)

    @property
    def is_whole(self) -> bool:
        """Whether it holds all that its unit did on its days."""
        return self.product_id is None and self.shift_id is None and self.process_id is None and self.within is None

    def stretched_to(self, starts_on: date) -> Slice:
        """The same, from an earlier day on."""
        return replace(self, starts_on=starts_on)
