"""The figures of any stretch of days, by any grouping, in one pass over the counted lines."""

from reports.figures.counting import count, counted_lines
from reports.figures.rows import FigureRow
from reports.figures.slices import Slice

__all__ = ["FigureRow", "Slice", "count", "counted_lines"]
