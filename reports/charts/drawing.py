"""Drawing a chart: its data in, SVG or PNG out. Floats live here and nowhere else."""

from __future__ import annotations

from django.utils.translation import gettext as _
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from reports.charts.data import BarChart, Chart, ParetoChart, TrendChart
from reports.charts.style import (
    HEIGHT_IN,
    LABEL,
    THEMES,
    TITLE,
    WIDTH_IN,
    Theme,
    frame,
    one_at_a_time,
    plain_axes,
    say_no_data,
    to_png,
    to_svg,
)
from reports.words import figure as written

BAR_POINTS = 19
LABEL_WIDTH = 22
SUB = 11
HALF_WIDTH_POINTS = 6.6


def svg(chart: Chart, theme: str = "light") -> bytes:
    with one_at_a_time:
        return to_svg(_draw(chart, THEMES[theme]), chart.alt)


def png(chart: Chart, theme: str = "light") -> bytes:
    with one_at_a_time:
        return to_png(_draw(chart, THEMES[theme]))


def _draw(chart: Chart, theme: Theme) -> Figure:
    if chart.is_empty:
        figure = frame(chart, theme)
        say_no_data(figure, _("No data"), theme)
        return figure
    if isinstance(chart, TrendChart):
        return draw_trend(chart, theme)
    if isinstance(chart, BarChart):
        return draw_bars(chart, theme)
    if isinstance(chart, ParetoChart):
        return draw_pareto(chart, theme)
    raise TypeError(type(chart))


def draw_trend(chart: TrendChart, theme: Theme) -> Figure:
    figure = frame(chart, theme)
    axes = figure.add_axes((0.075, 0.21, 0.735, 0.5))
    plain_axes(axes, theme)
    places = range(len(chart.labels))
    points = [float("nan") if value is None else float(value) for value in chart.values]
    known = [place for place in places if chart.values[place] is not None]
    off = [place for place in known if chart.is_off(place)]
    fine = [place for place in known if place not in off]
    axes.plot(places, points, color=theme.actual, linewidth=2, solid_capstyle="round")
    axes.plot(fine, [points[place] for place in fine], "o", color=theme.actual, markersize=4.5)
    axes.plot(off, [points[place] for place in off], "v", color=theme.bad, markersize=6)
    low, high = _span(chart, points)
    axes.set_ylim(low, high)
    axes.set_xlim(-0.4, len(points) - 0.6)
    axes.set_xticks(list(places), chart.labels)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:,.{_tick_places(axes)}f}"))
    axes.grid(axis="y", color=theme.grid, linewidth=1)
    widest = max(len(axes.yaxis.get_major_formatter()(tick)) for tick in axes.get_yticks())
    left = (widest * HALF_WIDTH_POINTS + 16) / (WIDTH_IN * 72)
    axes.set_position((left, 0.21, 0.81 - left, 0.5))
    last = known[-1]
    heights = [points[last]]
    if chart.aims_differ:
        steps = [float("nan") if aim is None else float(aim) for aim in chart.aims]
        axes.step(places, steps, where="mid", color=theme.target, linewidth=1.2, dashes=(4, 3))
    elif chart.target is not None:
        axes.axhline(float(chart.target), color=theme.target, linewidth=1.2, dashes=(4, 3))
    if chart.target is not None:
        heights = list(_apart(points[last], float(chart.target), (high - low) * 0.15))
        axes.annotate(
            chart.target_words, (1.012, heights[1]), xycoords=("axes fraction", "data"), fontsize=SUB, color=theme.text, va="center"
        )
    axes.annotate(
        written(chart.values[last], chart.places), (1.012, heights[0]), xycoords=("axes fraction", "data"),
        fontsize=TITLE, color=theme.bad if last in off else theme.actual, va="center",
    )  # fmt: skip
    worst = _worst(chart, off)
    if worst is not None and worst != last:
        at_end = worst > len(points) - 3
        axes.annotate(
            written(chart.values[worst], chart.places), (worst, points[worst]), xytext=(-7 if at_end else 7, 0),
            textcoords="offset points", fontsize=LABEL, color=theme.text, va="center", ha="right" if at_end else "left",
        )  # fmt: skip
    return figure


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


def _apart(value: float, target: float, least: float) -> tuple[float, float]:
    """Where the words for value and target stand so that neither covers the other."""
    gap = value - target
    if abs(gap) >= least:
        return value, target
    push = (least - abs(gap)) / 2
    return (value + push, target - push) if gap >= 0 else (value - push, target + push)


def _worst(chart: Chart, off: list[int]) -> int | None:
    if not off:
        return None
    choose = min if chart.higher_is_better else max
    return choose(off, key=lambda place: chart.values[place] or 0)


def draw_bars(chart: BarChart, theme: Theme) -> Figure:
    """Lying bars, so that long names stay readable; the figure grows with their number."""
    count = len(chart.labels)
    height = max(HEIGHT_IN, (count * BAR_POINTS + 92) / 72)
    figure = frame(chart, theme, height)
    points_high = height * 72
    names = [_shortened(label) for label in chart.labels]
    left = (max(_width(name) for name in names) * HALF_WIDTH_POINTS + 16) / (WIDTH_IN * 72)
    words = [_("no data") if value is None else written(value, chart.places) for value in chart.values]
    right = (max(_width(word) for word in words) * HALF_WIDTH_POINTS + 26) / (WIDTH_IN * 72)
    bottom = (44 if chart.target is not None else 26) / points_high
    axes = figure.add_axes((left, bottom, 0.986 - right - left, 1 - bottom - 54 / points_high))
    plain_axes(axes, theme)
    axes.spines["bottom"].set_visible(False)
    values = [float(value) if value is not None else 0.0 for value in chart.values]
    off = [chart.is_off(place) for place in range(count)]
    axes.barh(range(count), values, height=0.62, color=[theme.bad if bad else theme.actual for bad in off])
    axes.set_ylim(count - 0.4, -0.6)
    axes.set_yticks(range(count), names)
    axes.set_xticks([])
    most = max([*values, float(chart.target or 0), *(float(aim or 0) for aim in chart.aims)]) or 1.0
    axes.set_xlim(min(0.0, *values), most)
    # Values stand in a column of their own at the right, so that neither bars nor the target line run through them.
    edge = axes.get_yaxis_transform()
    for place, word in enumerate(words):
        known = chart.values[place] is not None
        axes.annotate(
            word, (1, place), xycoords=edge, xytext=(right * WIDTH_IN * 72, 0), textcoords="offset points",
            fontsize=LABEL, color=theme.ink if known else theme.text, va="center", ha="right", annotation_clip=False,
        )  # fmt: skip
    bad = [place for place, is_bad in enumerate(off) if is_bad]
    marker = "v" if chart.higher_is_better else "^"
    axes.plot([1 + 10 / (WIDTH_IN * 72)] * len(bad), bad, marker, transform=edge, color=theme.bad, markersize=6, clip_on=False)
    for place, aim in enumerate(chart.aims):
        if aim is not None and aim != chart.target:
            axes.plot([float(aim)] * 2, [place - 0.42, place + 0.42], color=theme.target, linewidth=2)
    if chart.target is not None:
        axes.axvline(float(chart.target), color=theme.target, linewidth=1.2, dashes=(4, 3))
        axes.annotate(
            chart.target_words, (float(chart.target), count - 0.4), xytext=(0, -13), textcoords="offset points",
            fontsize=SUB, color=theme.text, ha="center" if float(chart.target) < most * 0.85 else "right", annotation_clip=False,
        )  # fmt: skip
    return figure


def draw_pareto(chart: ParetoChart, theme: Theme) -> Figure:
    """Standing bars with their counts, the cumulative line over them on a scale of percent, and the line at 80 %."""
    figure = frame(chart, theme)
    count = len(chart.labels)
    place_of_axes = (0.02, 0.34, 0.86, 0.36)
    bars = figure.add_axes(place_of_axes)
    plain_axes(bars, theme)
    values = [float(value or 0) for value in chart.values]
    bars.bar(range(count), values, width=0.62, color=theme.actual)
    bars.set_xlim(-0.6, count - 0.4)
    bars.set_ylim(0, sum(values) or 1.0)
    bars.set_yticks([])
    signs = max(4, int(0.86 * WIDTH_IN * 72 / HALF_WIDTH_POINTS / count) - 1)
    # The counts stand under the bars, where the line never runs through them.
    words = [written(value, chart.places) for value in chart.values]
    names = [_in_two_lines(label, signs) for label in chart.labels]
    bars.set_xticks(range(count), [f"{word}\n{name}" for word, name in zip(words, names, strict=True)])
    line = figure.add_axes(place_of_axes, sharex=bars)
    plain_axes(line, theme)
    line.spines["bottom"].set_visible(False)
    line.tick_params(labelbottom=False)
    line.set_ylim(0, 100)
    line.yaxis.tick_right()
    line.set_yticks([0, 50, 80, 100], ["0 %", "50 %", "80 %", "100 %"])
    line.axhline(float(chart.VITAL), color=theme.target, linewidth=1.2, dashes=(4, 3))
    line.plot(range(count), [float(share) for share in chart.shares], "o-", color=theme.amber, linewidth=2, markersize=4.5, clip_on=False)
    return figure


def _in_two_lines(text: str, most: int) -> str:
    """Broken at the space that makes the two lines most alike, where one line is too narrow; each shortened."""
    breaks = [place for place, sign in enumerate(text) if sign == " "]
    if _width(text) <= most or not breaks:
        return _shortened(text, most)
    middle = min(breaks, key=lambda place: abs(2 * place - len(text)))
    return "\n".join(_shortened(part, most) for part in (text[:middle], text[middle + 1 :]))


def _width(text: str) -> int:
    """Half-widths: a Chinese character is as wide as two Latin ones."""
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)


def _shortened(text: str, most: int = LABEL_WIDTH) -> str:
    if _width(text) <= most:
        return text
    kept = ""
    for sign in text:
        if _width(kept + sign) > most - 1:
            break
        kept += sign
    return f"{kept}…"
