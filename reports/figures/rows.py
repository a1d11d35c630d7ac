from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.quantities import plain
from reports.kpis import FIGURES, KPIS, Kpi

NOWHERE = "-"


@dataclass(frozen=True)
class FigureRow:
    """The sums of one group of counted lines; every figure of the row is asked of ``value``.

    ``codes`` and ``ids`` name the group by dimension (a line outside the dimension stands under ``-``). ``unit`` is the code of the
    one unit its quantities have, ``None`` where units differ.
    """

    codes: Mapping[str, str]
    ids: Mapping[str, int | None]
    unit: str | None
    sums: Mapping[str, Decimal | None]

    @property
    def mixed_units(self) -> bool:
        return self.unit is None

    def value(self, kpi: Kpi | str, places: int = 2) -> Decimal | None:
        """A sum, or a rate in percent rounded half up to ``places``; ``None`` is no data."""
        kpi = FIGURES[kpi] if isinstance(kpi, str) else kpi
        return kpi.of(self.sums, mixed_units=self.mixed_units, places=places)

    def as_figures(self) -> dict[str, str | None]:
        """All figures of FORMATS section 2, in its order; decimals as strings."""
        return {code: None if (value := self.value(kpi)) is None else _written(kpi, value) for code, kpi in KPIS.items()}


def summed(rows: Iterable[FigureRow]) -> FigureRow | None:
    """Several rows as one, so that its rates are divided once from all of their sums; what none of them has stays no data."""
    sums: dict[str, Decimal | None] = {}
    units: set[str | None] = set()
    for row in rows:
        units.add(row.unit)
        for name, value in row.sums.items():
            known = sums.get(name)
            sums[name] = known if value is None else value if known is None else known + value
    return FigureRow({}, {}, units.pop() if len(units) == 1 else None, sums) if units else None


def _written(kpi: Kpi, value: Decimal) -> str:
    return f"{value:f}" if kpi.is_rate else plain(value)
