"""What a chart shows, fully put into words: drawing it needs nothing else. Values are ``Decimal``; floats begin in ``drawing``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from reports.words import figure

DOT = " · "


@dataclass(frozen=True)
class Chart(ABC):
    """Title, the line under it (unit · period · scope · direction), source, and the points in order; ``None`` is no data."""

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

    def is_off(self, value: Decimal | None) -> bool:
        if value is None or self.target is None or self.higher_is_better is None:
            return False
        return value < self.target if self.higher_is_better else value > self.target

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
