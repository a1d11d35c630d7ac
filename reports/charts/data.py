"""What a chart shows, fully put into words: drawing it needs nothing else. Values are ``Decimal``; floats begin in ``drawing``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar

from django.utils.translation import gettext as _

from core.quantities import percent
from reports.words import figure

DOT = " · "
LISTED = ", "


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
    """One figure over the months, the last of which is this one; ``before`` are the same months a year earlier, where any is known."""

    before: tuple[Decimal | None, ...] = ()

    @property
    def has_before(self) -> bool:
        return any(value is not None for value in self.before)

    def _told(self) -> str:
        label, value = _last_known(self.labels, self.values)
        told = _("%(label)s %(value)s %(unit)s") % {"label": label, "value": figure(value, self.places), "unit": self.unit}
        if not self.has_before:
            return told
        label, value = _last_known(self.labels, self.before)
        beside = _("a year before: %(label)s %(value)s %(unit)s")
        return DOT.join((told, beside % {"label": label, "value": figure(value, self.places), "unit": self.unit}))


def _last_known(labels: tuple[str, ...], values: tuple[Decimal | None, ...]) -> tuple[str, Decimal]:
    return [(label, value) for label, value in zip(labels, values, strict=True) if value is not None][-1]


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
    BARS: ClassVar[int] = 8

    @property
    def shares(self) -> tuple[Decimal, ...]:
        """Cumulative percent of the sum, rounded half up to two places."""
        counts = [value or Decimal(0) for value in self.values]
        return tuple(percent(sum(counts[: place + 1], Decimal(0)), sum(counts, Decimal(0))) or Decimal(0) for place in range(len(counts)))

    @property
    def is_vital(self) -> tuple[bool, ...]:
        """Those that make up to 80 % together, and the first in any case."""
        return tuple(place == 0 or share <= self.VITAL for place, share in enumerate(self.shares))

    @property
    def drawn(self) -> ParetoChart:
        """With the smallest causes as one, where there are more than can be read side by side; the table names each."""
        few = self.BARS - 1
        if len(self.values) <= self.BARS:
            return self
        rest = sum((value or Decimal(0) for value in self.values[few:]), Decimal(0))
        others = _("%(count)s others") % {"count": len(self.values) - few}
        return replace(self, labels=(*self.labels[:few], others), values=(*self.values[:few], rest))

    def _told(self) -> str:
        shown = self.drawn
        return DOT.join(
            _("%(label)s %(value)s, cumulative %(share)s %%")
            % {"label": label, "value": figure(value, self.places), "share": figure(share, 1)}
            for label, value, share in zip(shown.labels, shown.values, shown.shares, strict=True)
        )


@dataclass(frozen=True)
class Layer:
    """One of the quantities that are stacked, with its value in every stack."""

    name: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class StackedChart(Chart):
    """Quantities that add up to ``values``, the first at the foot; months stand side by side, groups lie one above the other."""

    layers: tuple[Layer, ...] = ()
    is_lying: bool = False

    def _told(self) -> str:
        """The last month, or the group that has the most, layer by layer."""
        known = [place for place, value in enumerate(self.values) if value is not None]
        place = max(known, key=lambda place: self.values[place] or 0) if self.is_lying else known[-1]
        parts = [f"{layer.name} {figure(layer.values[place], self.places)}" for layer in self.layers]
        said = f"{figure(self.values[place], self.places)} {self.unit}".strip()
        return _("%(label)s %(value)s: %(parts)s") % {"label": self.labels[place], "value": said, "parts": LISTED.join(parts)}


@dataclass(frozen=True)
class WaterfallChart(Chart):
    """Steps from one sum down to others: the ``values`` are signed but for the sums, which ``is_sum`` marks.

    Whatever stands before a sum adds up to it; the first bar is one.
    """

    is_sum: tuple[bool, ...] = ()

    @property
    def spans(self) -> tuple[tuple[Decimal, Decimal], ...]:
        """Where each bar begins and ends."""
        found, level = [], Decimal(0)
        for value, is_sum in zip(self.values, self.is_sum, strict=True):
            begins = Decimal(0) if is_sum else level
            level = begins + (value or Decimal(0))
            found.append((begins, level))
        return tuple(found)

    def words_of(self, place: int) -> str:
        """A step says its direction by its sign."""
        value = self.values[place]
        said = figure(value, self.places)
        return f"+{said}" if value is not None and value > 0 and not self.is_sum[place] else said.replace("-", "−")

    def _told(self) -> str:
        return DOT.join(f"{label} {self.words_of(place)}" for place, label in enumerate(self.labels)) + f" {self.unit}"
