"""How two sides are measured against each other on a machine that others use too: alternating blocks in random order, medians of ratios."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Work = Callable[[], object]


@dataclass(frozen=True)
class Found:
    """One line of ``docs/benchmarks.md``: what was asked, what is not to be fallen below, and what was found."""

    number: str
    measure: str
    asked: str
    worst: str
    found: str
    verdict: str

    @property
    def is_allowed(self) -> bool:
        return self.verdict != FALLEN

    def __str__(self) -> str:
        return f"| {self.number} | {self.measure} | {self.asked} | {self.worst} | {self.found} ({self.verdict}) |"


AS_ASKED, ALLOWED, FALLEN = "as asked", "not worse than allowed", "worse than allowed"


def verdict(is_asked: bool, is_allowed: bool) -> str:
    return AS_ASKED if is_asked else ALLOWED if is_allowed else FALLEN


@dataclass(frozen=True)
class Pair:
    """The median of the block ratios, and the medians of both sides in seconds."""

    ratio: float
    ours: float
    best: float

    @property
    def medians(self) -> str:
        return f"{self.ours * 1000:.2f} ms and {self.best * 1000:.2f} ms"


def block(work: Work, times: int) -> float:
    began = time.perf_counter()
    for _again in range(times):
        work()
    return (time.perf_counter() - began) / times


def compare(ours: Work, best: Work, blocks: int, times: int) -> Pair:
    """Our time ÷ the other's."""
    pairs = []
    for _number in range(blocks):
        sides = [("ours", ours), ("best", best)]
        random.shuffle(sides)
        taken = {name: block(work, times) for name, work in sides}
        pairs.append((taken["ours"], taken["best"]))
    return Pair(
        statistics.median(mine / other for mine, other in pairs),
        statistics.median(mine for mine, _other in pairs),
        statistics.median(other for _mine, other in pairs),
    )
