from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.clock import PlantMonth
from people.models import OrgNode


@dataclass(frozen=True)
class Slice:
    """Which lines are counted: those of ``org``, as the organisation stood on each business date, from ``starts_on`` to ``ends_on``
    (both inclusive), of one product and shift where they are given. ``first_day`` says how days fold into the plant's months.
    """

    org: OrgNode
    starts_on: date
    ends_on: date
    first_day: int = 1
    product_id: int | None = None
    shift_id: int | None = None

    @classmethod
    def of_month(cls, org: OrgNode, month: PlantMonth, **narrower: int | None) -> Slice:
        return cls(org, month.starts_on, month.ends_on, month.first_day, **narrower)

    @classmethod
    def of_year_to(cls, org: OrgNode, month: PlantMonth, **narrower: int | None) -> Slice:
        """The twelve months that end with ``month``."""
        return cls(org, month.shifted(-11).starts_on, month.ends_on, month.first_day, **narrower)
