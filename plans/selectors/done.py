"""How many of several things are done."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from core.quantities import percent


@dataclass(frozen=True)
class Done:
    """What was cancelled does not count in ``total``."""

    done: int
    total: int

    @property
    def percent(self) -> Decimal | None:
        return percent(Decimal(self.done), Decimal(self.total), 1) if self.total else None

    @property
    def width(self) -> str:
        """Of the gauge, in percent of all, as SVG wants it."""
        return f"{self.done * 100 / self.total:.4g}" if self.total else "0"
