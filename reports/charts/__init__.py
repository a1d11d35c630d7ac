"""Charts of the month: what is drawn is a frozen value (``data``), drawing needs no database and no global state (``drawing``)."""

from reports.charts.data import BarChart, Chart, ParetoChart, TrendChart

__all__ = ["BarChart", "Chart", "ParetoChart", "TrendChart"]
