from __future__ import annotations

from itertools import pairwise

from django.utils.translation import gettext as _
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from reports.charts.data import Chart, TrendChart
from reports.charts.style import LABEL, TITLE, WIDTH_IN, Theme, frame, name_months, plain_axes, points_of
from reports.words import figure as written

SUB = 11
FOOT, HIGH = 0.21, 0.5
ENDS = 0.97
LINE = 1.4


def draw_trend(chart: TrendChart, theme: Theme) -> Figure:
    """The line of the months over the pale one of a year before; each line's end is named, so there is no legend."""
    figure = frame(chart, theme)
    axes = figure.add_axes((0.075, FOOT, 0.735, HIGH))
    plain_axes(axes, theme)
    points = _floats(chart.values)
    low, high = _span(chart, [*points, *_floats(chart.before)])
    axes.set_ylim(low, high)
    axes.set_xlim(-0.4, len(points) - 0.6)
    _scale(axes, theme)
    words = _named_ends(chart, points, theme)
    right = max(points_of(text, size) for _height, text, size, _colour in words) + 10
    widest = max(len(axes.yaxis.get_major_formatter()(tick)) for tick in axes.get_yticks())
    left = points_of("0" * widest, LABEL) + 16
    place_of_axes = left / (WIDTH_IN * 72)
    wide = max(ENDS - place_of_axes - right / (WIDTH_IN * 72), 0.3)
    axes.set_position((place_of_axes, FOOT, wide, HIGH))
    name_months(axes, chart.labels, wide * WIDTH_IN * 72)
    _lines(axes, chart, points, theme)
    a_point = (high - low) / (HIGH * figure.get_figheight() * 72)
    heights = _apart([height for height, *_rest in words], [size * LINE * a_point for _at, _text, size, _colour in words])
    for height, (_at, text, size, colour) in zip(heights, words, strict=True):
        axes.annotate(
            text, (1.012, height), xycoords=("axes fraction", "data"), fontsize=size, color=colour, va="center", annotation_clip=False
        )
    return figure


def _floats(values: tuple[object, ...]) -> list[float]:
    return [float("nan") if value is None else float(value) for value in values]  # type: ignore[arg-type]


def _known(values: tuple[object, ...]) -> list[int]:
    return [place for place, value in enumerate(values) if value is not None]


def _scale(axes: Axes, theme: Theme) -> None:
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:,.{_tick_places(axes)}f}"))
    axes.grid(axis="y", color=theme.grid, linewidth=1)


def _lines(axes: Axes, chart: TrendChart, points: list[float], theme: Theme) -> None:
    places, known = range(len(points)), _known(chart.values)
    off = [place for place in known if chart.is_off(place)]
    fine = [place for place in known if place not in off]
    if chart.has_before:
        axes.plot(places, _floats(chart.before), "o-", color=theme.previous, linewidth=1.5, markersize=2.5, solid_capstyle="round")
    axes.plot(places, points, color=theme.actual, linewidth=2, solid_capstyle="round")
    axes.plot(fine, [points[place] for place in fine], "o", color=theme.actual, markersize=4.5)
    axes.plot(off, [points[place] for place in off], "v" if chart.higher_is_better else "^", color=theme.bad, markersize=6)
    if chart.aims_differ:
        axes.step(places, _floats(chart.aims), where="mid", color=theme.target, linewidth=1.2, dashes=(4, 3))
    elif chart.target is not None:
        axes.axhline(float(chart.target), color=theme.target, linewidth=1.2, dashes=(4, 3))
    worst = _worst(chart, off)
    if worst is not None and worst != known[-1]:
        at_end = worst > len(points) - 3
        axes.annotate(
            written(chart.values[worst], chart.places), (worst, points[worst]), xytext=(-7 if at_end else 7, 0),
            textcoords="offset points", fontsize=LABEL, color=theme.text, va="center", ha="right" if at_end else "left",
        )  # fmt: skip


def _named_ends(chart: TrendChart, points: list[float], theme: Theme) -> list[tuple[float, str, float, str]]:
    """What stands at the right of each line: its height, the words, their size and colour."""
    last = _known(chart.values)[-1]
    colour = theme.bad if chart.is_off(last) else theme.actual
    found: list[tuple[float, str, float, str]] = [(points[last], written(chart.values[last], chart.places), TITLE, colour)]
    if chart.target is not None:
        found.append((float(chart.target), chart.target_words, SUB, theme.text))
    if chart.has_before:
        found.append((_floats(chart.before)[_known(chart.before)[-1]], _("year before"), SUB, theme.text))
    return found


def _tick_places(axes: Axes) -> int:
    """As many decimals as the ticks need to say what they are, at most three."""
    for places in range(3):
        if all(abs(tick - round(tick, places)) < 1e-9 * max(1.0, abs(tick)) for tick in axes.get_yticks()):
            return places
    return 3


def _span(chart: Chart, points: list[float]) -> tuple[float, float]:
    """The stretch of the axis: all points and the target with some air, and never flat."""
    all_of = [point for point in points if point == point]
    all_of += [float(aim) for aim in (chart.target, *chart.aims) if aim is not None]
    low, high = min(all_of), max(all_of)
    air = (high - low) * 0.12 or max(abs(high) * 0.1, 1.0)
    return (max(low - air, 0.0) if low >= 0 else low - air), high + air


def _apart(heights: list[float], sizes: list[float]) -> list[float]:
    """Where words of these sizes stand so that none covers another: each two that do are pushed apart, until none does."""
    order = sorted(range(len(heights)), key=lambda place: heights[place])
    found = list(heights)
    for _round in range(60):
        for below, above in pairwise(order):
            lacking = (sizes[below] + sizes[above]) / 2 - (found[above] - found[below])
            if lacking > 0:
                found[above] += lacking / 2
                found[below] -= lacking / 2
    return found


def _worst(chart: Chart, off: list[int]) -> int | None:
    if not off:
        return None
    choose = min if chart.higher_is_better else max
    return choose(off, key=lambda place: chart.values[place] or 0)
