"""Drawing a chart: its data in, SVG or PNG out. Floats live here and in the modules that it draws with, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from matplotlib.figure import Figure

from reports.charts.bars import draw_bars, draw_stacked, draw_waterfall
from reports.charts.data import BarChart, Chart, ParetoChart, StackedChart, TrendChart, WaterfallChart
from reports.charts.pareto import draw_pareto
from reports.charts.style import THEMES, Theme, frame, one_at_a_time, say_no_data, to_png, to_svg
from reports.charts.trend import draw_trend

DRAW: dict[type[Chart], Callable[[Any, Theme], Figure]] = {
    TrendChart: draw_trend,
    BarChart: draw_bars,
    ParetoChart: draw_pareto,
    StackedChart: draw_stacked,
    WaterfallChart: draw_waterfall,
}


def svg(chart: Chart, theme: str = "light") -> bytes:
    with one_at_a_time:
        return to_svg(drawn(chart, theme), chart.alt)


def png(chart: Chart, theme: str = "light") -> bytes:
    with one_at_a_time:
        return to_png(drawn(chart, theme))


def drawn(chart: Chart, theme: str = "light") -> Figure:
    """The figure itself; laying it out is for one thread at a time."""
    colours = THEMES[theme]
    if chart.is_empty:
        figure = frame(chart, colours)
        say_no_data(figure, _("No data"), colours)
        return figure
    return DRAW[type(chart)](chart, colours)
