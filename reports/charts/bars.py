"""Bars that lie one above the other, so that long names stay readable and the figure grows with their number; and months that stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from reports.charts.data import BarChart, Chart, StackedChart, WaterfallChart
from reports.charts.style import HEIGHT_IN, LABEL, WIDTH_IN, Theme, frame, name_months, paper, plain_axes, points_of, shortened
from reports.words import figure as written

BAR_POINTS = 19
LABEL_WIDTH = 22
STEP_WIDTH = 30
SUB = 11
THICK = 0.62
KEY_POINTS = 22
HATCHES = ("", "////", "xxxx")


@dataclass(frozen=True)
class _Lying:
    """Axes with a name at the left of each bar and its words in a column at the right, so that no bar runs through them."""

    figure: Figure
    axes: Axes
    right: float


def _lying(chart: Chart, theme: Theme, words: Sequence[str], *, head: float = 54, foot: float = 26, most: int = LABEL_WIDTH) -> _Lying:
    count = len(chart.labels)
    points_high = max(HEIGHT_IN * 72, count * BAR_POINTS + head + foot + 12)
    figure = frame(chart, theme, points_high / 72)
    names = [shortened(label, most) for label in chart.labels]
    left = (max(points_of(name, LABEL) for name in names) + 16) / (WIDTH_IN * 72)
    right = (max(points_of(word, LABEL) for word in words) + 26) / (WIDTH_IN * 72)
    axes = figure.add_axes((left, foot / points_high, 0.986 - right - left, 1 - (foot + head) / points_high))
    plain_axes(axes, theme)
    axes.spines["bottom"].set_visible(False)
    axes.set_ylim(count - 0.4, -0.6)
    axes.set_yticks(range(count), names)
    axes.set_xticks([])
    edge = axes.get_yaxis_transform()
    for place, word in enumerate(words):
        is_known = chart.values[place] is not None
        axes.annotate(
            word, (1, place), xycoords=edge, xytext=(right * WIDTH_IN * 72, 0), textcoords="offset points",
            fontsize=LABEL, color=theme.ink if is_known else theme.text, va="center", ha="right", annotation_clip=False,
        )  # fmt: skip
    return _Lying(figure, axes, right)


def draw_bars(chart: BarChart, theme: Theme) -> Figure:
    count = len(chart.labels)
    words = [_("no data") if value is None else written(value, chart.places) for value in chart.values]
    lying = _lying(chart, theme, words, foot=44 if chart.target is not None else 26)
    axes = lying.axes
    values = [float(value) if value is not None else 0.0 for value in chart.values]
    off = [chart.is_off(place) for place in range(count)]
    axes.barh(range(count), values, height=THICK, color=[theme.bad if bad else theme.actual for bad in off])
    most = max([*values, float(chart.target or 0), *(float(aim or 0) for aim in chart.aims)]) or 1.0
    axes.set_xlim(min(0.0, *values), most)
    bad = [place for place, is_bad in enumerate(off) if is_bad]
    marker = "v" if chart.higher_is_better else "^"
    axes.plot(
        [1 + 10 / (WIDTH_IN * 72)] * len(bad),
        bad,
        marker,
        transform=axes.get_yaxis_transform(),
        color=theme.bad,
        markersize=6,
        clip_on=False,
    )
    for place, aim in enumerate(chart.aims):
        if aim is not None and aim != chart.target:
            axes.plot([float(aim)] * 2, [place - 0.42, place + 0.42], color=theme.target, linewidth=2)
    if chart.target is not None:
        target = float(chart.target)
        axes.axvline(target, color=theme.target, linewidth=1.2, dashes=(4, 3))
        side = "left" if target < most * 0.15 else "center" if target < most * 0.85 else "right"
        axes.annotate(
            chart.target_words, (target, count - 0.4), xytext=(0, -13), textcoords="offset points",
            fontsize=SUB, color=theme.text, ha=side, annotation_clip=False,
        )  # fmt: skip
    return lying.figure


def draw_waterfall(chart: WaterfallChart, theme: Theme) -> Figure:
    """Sums are whole bars, losses and gains hang between them; a gain is told from a loss by its hatch and its sign."""
    lying = _lying(chart, theme, [chart.words_of(place) for place in range(len(chart.labels))], most=STEP_WIDTH)
    axes = lying.axes
    for place, (begins, ends) in enumerate(chart.spans):
        is_gain = not chart.is_sum[place] and ends > begins
        colour = theme.actual if chart.is_sum[place] else theme.good if is_gain else theme.amber
        axes.barh(
            place, float(ends - begins), left=float(begins), height=THICK, color=colour, edgecolor=paper(theme),
            hatch="" if chart.is_sum[place] else HATCHES[2] if is_gain else HATCHES[1], linewidth=0,
        )  # fmt: skip
        if place:
            level = float(chart.spans[place - 1][1])
            axes.plot([level, level], [place - 1 + THICK / 2, place - THICK / 2], color=theme.previous, linewidth=1)
    levels = [float(level) for span in chart.spans for level in span]
    axes.set_xlim(min(levels), max(levels) or 1.0)
    if min(levels) < 0:
        axes.axvline(0, color=theme.previous, linewidth=1)
    return lying.figure


def draw_stacked(chart: StackedChart, theme: Theme) -> Figure:
    """The layers in one order everywhere, each with a hatch of its own, named in a key under the title."""
    if chart.is_lying:
        words = ["—" if value is None else written(value, chart.places) for value in chart.values]
        lying = _lying(chart, theme, words, head=54 + KEY_POINTS)
        figure, axes = lying.figure, lying.axes
        axes.set_xlim(0, max(float(value or 0) for value in chart.values) or 1.0)
    else:
        figure = frame(chart, theme)
        axes = _standing(figure, chart, theme)
    # Green means good in every other chart, so the third layer is violet.
    colours = (theme.actual, theme.amber, theme.violet)
    feet = [0.0] * len(chart.labels)
    for layer, colour, hatch in zip(chart.layers, colours, HATCHES, strict=False):
        values = [float(value or 0) for value in layer.values]
        style: dict[str, Any] = {"color": colour, "edgecolor": paper(theme), "hatch": hatch, "linewidth": 0}
        if chart.is_lying:
            axes.barh(range(len(values)), values, left=feet, height=THICK, **style)
        else:
            axes.bar(range(len(values)), values, bottom=feet, width=THICK, **style)
        feet = [foot + value for foot, value in zip(feet, values, strict=True)]
    _key(figure, chart, theme, colours)
    return figure


def _standing(figure: Figure, chart: StackedChart, theme: Theme) -> Axes:
    points_high = figure.get_figheight() * 72
    axes = figure.add_axes((0.1, 45 / points_high, 0.886, 1 - (45 + 54 + KEY_POINTS) / points_high))
    plain_axes(axes, theme)
    count, most = len(chart.labels), max(float(value or 0) for value in chart.values) or 1.0
    axes.set_xlim(-0.6, count - 0.4)
    axes.set_ylim(0, most * 1.04)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=chart.places == 0))
    digits = chart.places if most < 10 else 0
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:,.{digits}f}"))
    axes.grid(axis="y", color=theme.grid, linewidth=1)
    widest = max(points_of(f"{tick:,.{digits}f}", LABEL) for tick in axes.get_yticks())
    left = (widest + 16) / (WIDTH_IN * 72)
    axes.set_position((left, axes.get_position().y0, 0.986 - left, axes.get_position().height))
    name_months(axes, chart.labels, (0.986 - left) * WIDTH_IN * 72)
    return axes


def _key(figure: Figure, chart: StackedChart, theme: Theme, colours: Sequence[str]) -> None:
    points_wide, points_high = WIDTH_IN * 72, figure.get_figheight() * 72
    at = 0.014 * points_wide
    for layer, colour, hatch in zip(chart.layers, colours, HATCHES, strict=False):
        box = Rectangle(
            (at / points_wide, (points_high - 62) / points_high), 18 / points_wide, 10 / points_high, transform=figure.transFigure,
            facecolor=colour, edgecolor=paper(theme), hatch=hatch, linewidth=0,
        )  # fmt: skip
        figure.add_artist(box)
        figure.text((at + 24) / points_wide, (points_high - 61) / points_high, layer.name, fontsize=SUB, color=theme.text, va="baseline")
        at += 24 + points_of(layer.name, SUB) + 18
