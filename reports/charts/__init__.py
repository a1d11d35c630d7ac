"""Charts of the month: what is drawn is a frozen value (``data``), drawing needs no database and no global state (``drawing``)."""

from reports.charts.data import BarChart, Chart, Layer, ParetoChart, StackedChart, TrendChart, WaterfallChart

__all__ = ["BarChart", "Chart", "Layer", "ParetoChart", "StackedChart", "TrendChart", "WaterfallChart"]
