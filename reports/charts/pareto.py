from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from reports.charts.data import ParetoChart
from reports.charts.style import HEIGHT_IN, LABEL, WIDTH_IN, Theme, frame, in_lines, plain_axes, points_of, signs_in
from reports.words import figure as written

NAME_LINES = 3
SMALL = 10.5
RIGHT = 48


def draw_pareto(chart: ParetoChart, theme: Theme) -> Figure:
    """Standing bars, the vital few dark, with the cumulative line on one scale: its left axis ends at the total, its right one at 100 %."""
    chart = chart.drawn
    count, total = len(chart.labels), float(sum(value or 0 for value in chart.values)) or 1.0
    ticks = _ticks(total, chart.places)
    left = max(points_of(word, LABEL) for word in ticks.values()) + 14
    wide = WIDTH_IN * 72 - left - RIGHT
    signs = max(4, signs_in(wide / count - 4, SMALL))
    names = [in_lines(label, signs, NAME_LINES) for label in chart.labels]
    lines = max(name.count("\n") + 1 for name in names)
    foot = 34 + (lines + 1) * SMALL * 1.45
    high = HEIGHT_IN * 72 + (lines - 1) * SMALL
    figure = frame(chart, theme, high / 72)
    at = (left / (WIDTH_IN * 72), foot / high, wide / (WIDTH_IN * 72), 1 - (foot + 62) / high)
    bars = figure.add_axes(at)
    plain_axes(bars, theme)
    bars.bar(
        range(count), [float(value or 0) for value in chart.values], width=0.62,
        color=[theme.actual if is_vital else theme.pale for is_vital in chart.is_vital],
    )  # fmt: skip
    bars.set_xlim(-0.6, count - 0.4)
    bars.set_ylim(0, total)
    bars.set_yticks(list(ticks), list(ticks.values()))
    bars.grid(axis="y", color=theme.grid, linewidth=1)
    # The counts stand under the bars, where the line never runs through them.
    words = [written(value, chart.places) for value in chart.values]
    bars.set_xticks(range(count), [f"{word}\n{name}" for word, name in zip(words, names, strict=True)], fontsize=SMALL)
    _cumulative(figure.add_axes(at, sharex=bars), chart, theme)
    return figure


def _cumulative(line: Axes, chart: ParetoChart, theme: Theme) -> None:
    plain_axes(line, theme)
    line.spines["bottom"].set_visible(False)
    line.tick_params(labelbottom=False)
    line.set_ylim(0, 100)
    line.yaxis.tick_right()
    line.set_yticks([0, 50, 80, 100], ["0 %", "50 %", "80 %", "100 %"])
    line.axhline(float(chart.VITAL), color=theme.target, linewidth=1.2, dashes=(4, 3))
    shares = [float(share) for share in chart.shares]
    line.plot(range(len(shares)), shares, "o-", color=theme.amber, linewidth=2, markersize=4.5, clip_on=False)


def _ticks(total: float, places: int) -> dict[float, str]:
    """Round numbers up to the total, and the total itself, which has room."""
    fine = MaxNLocator(4, integer=places == 0).tick_values(0, total)
    digits = max(places, 0) if any(tick != int(tick) for tick in fine) or total != int(total) else 0
    return {float(tick): f"{tick:,.{digits}f}" for tick in (*(tick for tick in fine if 0 <= tick < total * 0.85), total)}
