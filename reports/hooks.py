"""What a month shows but reports cannot count from the rooms as they are: a room's records fill it once they are kept.

``reports.apps.ready`` lists what reads them; a hook that nobody answers is "no data", in words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.models.names import in_language
from core.quantities import plain
from reports.figures.slices import Slice


@dataclass(frozen=True)
class CauseCount:
    """So much was scrapped for one cause in a slice, in the unit of its products."""

    code: str
    name: str
    name_zh: str
    quantity: Decimal

    @property
    def label(self) -> str:
        return in_language(self.name, self.name_zh)

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "name": self.name, "name_zh": self.name_zh, "quantity": plain(self.quantity)}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> CauseCount:
        return cls(**kept | {"quantity": Decimal(kept["quantity"])})


scrap_causes: list[Callable[[Slice], Sequence[CauseCount]]] = []
"""Scrap of a slice by cause, in one statement. One room answers."""


def scrap_by_cause(part: Slice) -> tuple[CauseCount, ...] | None:
    """The most first; ``None`` while nobody keeps causes."""
    if not scrap_causes:
        return None
    [answer] = scrap_causes
    return tuple(sorted(answer(part), key=lambda cause: (-cause.quantity, cause.code)))
