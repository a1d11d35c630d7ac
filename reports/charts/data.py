"""What a chart shows, fully put into words: drawing it needs nothing else. Values are ``Decimal``; floats begin in ``drawing``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.utils.translation import gettext as _

from core.quantities import percent
from reports.words import figure

DOT = " · "


@dataclass(frozen=True)
class Chart(ABC):
    """Title, the line under it (unit · period · scope · direction), source, and the points in order; ``None`` is no data.

    ``target`` judges the points and stands in words; ``targets`` hold that of each point where points have their own.
    """

    title: str
    unit: str
    period: str
    scope: str
    source: str
    labels: tuple[str, ...]
    values: tuple[Decimal | None, ...]
    places: int = 1
    target: Decimal | None = None
    higher_is_better: bool | None = None
    left_out: int = 0
    targets: tuple[Decimal | None, ...] = ()

    @property
    def is_empty(self) -> bool:
        return all(value is None for value in self.values)

    @property
    def under_title(self) -> str:
        return DOT.join(part for part in (self.unit, self.period, self.scope, self.direction) if part)

    @property
    def direction(self) -> str:
        if self.higher_is_better is None:
            return ""
        return _("higher is better") if self.higher_is_better else _("lower is better")

    @property
    def target_words(self) -> str:
        if self.target is None:
            return ""
        sign = "≤" if self.higher_is_better is False else "≥"
        return _("target %(sign)s %(value)s") % {"sign": sign, "value": figure(self.target, self.places)}

    @property
    def aims(self) -> tuple[Decimal | None, ...]:
        """What judges each point."""
        return self.targets or (self.target,) * len(self.values)

    @property
    def aims_differ(self) -> bool:
        return len(set(self.aims)) > 1

    def is_off(self, place: int) -> bool:
        """Whether a point lies on the wrong side of what judges it."""
        value, aim = self.values[place], self.aims[place]
        if value is None or aim is None or self.higher_is_better is None:
            return False
        return value < aim if self.higher_is_better else value > aim

    @property
    def alt(self) -> str:
        """What somebody who does not see the chart is told: subject, last or extreme values, target."""
        if self.is_empty:
            return _("%(title)s: no data") % {"title": self.title}
        return DOT.join(part for part in (self.title, self.period, self._told(), self.target_words) if part)

    @abstractmethod
    def _told(self) -> str: ...


@dataclass(frozen=True)
class TrendChart(Chart):
    """One figure over the months, the last of which is this one."""

    def _told(self) -> str:
        known = [(label, value) for label, value in zip(self.labels, self.values, strict=True) if value is not None]
        label, value = known[-1]
        return _("%(label)s %(value)s %(unit)s") % {"label": label, "value": figure(value, self.places), "unit": self.unit}


@dataclass(frozen=True)
class BarChart(Chart):
    """One figure of several groups side by side, in the order given."""

    def _told(self) -> str:
        known = sorted(((value, label) for label, value in zip(self.labels, self.values, strict=True) if value is not None), reverse=True)
        (most, most_of), (least, least_of) = known[0], known[-1]
        return _("from %(least)s (%(least_of)s) to %(most)s (%(most_of)s) %(unit)s") % {
            "least": figure(least, self.places),
            "least_of": least_of,
            "most": figure(most, self.places),
            "most_of": most_of,
            "unit": self.unit,
        }


@dataclass(frozen=True)
class ParetoChart(Chart):
    """Counts of several causes, the most first, each with the share that it and those before it have of all; ``VITAL`` marks the few."""

    VITAL: ClassVar[Decimal] = Decimal(80)

    @property
    def shares(self) -> tuple[Decimal, ...]:
        """Cumulative percent of the sum, rounded half up to two places."""
        counts = [value or Decimal(0) for value in self.values]
        return tuple(percent(sum(counts[: place + 1], Decimal(0)), sum(counts, Decimal(0))) or Decimal(0) for place in range(len(counts)))

    def _told(self) -> str:
        return DOT.join(
            _("%(label)s %(value)s, cumulative %(share)s %%")
            % {"label": label, "value": figure(value, self.places), "share": figure(share, 1)}
            for label, value, share in zip(self.labels, self.values, self.shares, strict=True)
        )
