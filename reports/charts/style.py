"""The one style of every chart: colours, type, frame, and how a figure becomes SVG or PNG with the same bytes each time.

Only ``Figure`` is used, never pyplot, so that a worker keeps no drawing state. SVG leaves here without style attributes or style
elements: it obeys a policy of ``default-src 'self'`` even when it is opened by itself.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from math import ceil
from threading import Lock
from xml.sax.saxutils import escape

from django.conf import settings

os.environ.setdefault("MPLCONFIGDIR", str(settings.VAR_DIR / "matplotlib"))

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from pylopdf_fonts_zh_cn import sans_path

from reports.charts.data import Chart

FONT = "Noto Sans SC"
# One point is about one pixel: 6.1 in are 439 points.
WIDTH_IN = 6.1
HEIGHT_IN = 3.0
PNG_DPI = 200
TITLE, SUBTITLE, LABEL, SOURCE = 15, 11.5, 11.5, 10.5
# How wide half a Chinese character is taken to be, by the size of the type: the widest Latin words stay within it.
HALF_WIDTH = 0.574
FRAME_POINTS = WIDTH_IN * 72 * 0.972


@dataclass(frozen=True)
class Theme:
    """Colours of ``look/README.md`` section 4."""

    name: str
    ink: str
    actual: str
    pale: str
    previous: str
    target: str
    bad: str
    good: str
    amber: str
    violet: str
    grid: str
    text: str


LIGHT = Theme(
    "light", "#18222d", "#1a5c99", "#a9c8e4", "#98a3ad", "#18222d", "#cf4520", "#128a68", "#d99a00", "#9f82d4", "#e1e5e2", "#43505d"
)
DARK = Theme(
    "dark", "#e9eef3", "#74b3ec", "#2f5b85", "#7c8b99", "#e9eef3", "#ff8b66", "#4cc79c", "#f5c04a", "#a48be8", "#2a3642", "#bac5d0"
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


# Set once for the whole process: switching them for each drawing would race with a drawing in another thread.
font_manager.fontManager.addfont(str(sans_path()))
mpl.rcParams.update(
    {
        "font.family": FONT,
        "svg.hashsalt": "floorops",
        "svg.fonttype": "path",
        "axes.unicode_minus": False,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
    }
)
# Laying out text shares glyph caches that know no threads.
one_at_a_time = Lock()


def frame(chart: Chart, theme: Theme, height_in: float = HEIGHT_IN) -> Figure:
    """An empty figure with title, the line under it, and the source at its foot."""
    figure = Figure(figsize=(WIDTH_IN, height_in))
    figure.patch.set_alpha(0)
    top = height_in * 72
    for at, words, size, colour in (
        (top - 20, shortened(chart.title, signs_in(FRAME_POINTS, TITLE)), TITLE, theme.ink),
        (top - 40, _under_title(chart), SUBTITLE, theme.text),
        (8, shortened(chart.source, signs_in(FRAME_POINTS, SOURCE)), SOURCE, theme.text),
    ):
        figure.text(0.014, at / top, words, fontsize=size, color=colour, va="baseline")
    return figure


def _under_title(chart: Chart) -> str:
    """Where it is too wide, the name of the scope gives way: unit, period and direction stay whole."""
    most = signs_in(FRAME_POINTS, SUBTITLE)
    over = width(chart.under_title) - most
    if over > 0:
        chart = replace(chart, scope=shortened(chart.scope, max(4, width(chart.scope) - over)))
    return shortened(chart.under_title, most)


def width(text: str) -> int:
    """Half-widths: a Chinese character is as wide as two Latin ones."""
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)


def points_of(text: str, size: float) -> float:
    return width(text) * size * HALF_WIDTH


def signs_in(points: float, size: float) -> int:
    """How many half-widths of a size fit into so many points."""
    return int(points / (size * HALF_WIDTH))


def shortened(text: str, most: int) -> str:
    if width(text) <= most:
        return text
    kept = ""
    for sign in text:
        if width(kept + sign) > most - 1:
            break
        kept += sign
    return f"{kept}…"


def in_lines(text: str, most: int, lines: int) -> str:
    """Broken at spaces and between Chinese characters into at most so many lines of ``most`` half-widths; what is too much ends in …"""
    found = [""]
    for piece in re.findall(r"[\u2e80-\U0003ffff]|[^\s\u2e80-\U0003ffff]+|\s+", text):
        if len(found) == lines or not found[-1] or width(found[-1] + piece) <= most:
            found[-1] += piece
        else:
            found.append(piece.strip())
    return "\n".join(shortened(line.strip(), most) for line in found)


def plain_axes(axes: Axes, theme: Theme) -> None:
    axes.patch.set_alpha(0)
    axes.tick_params(length=0, labelsize=LABEL, labelcolor=theme.text, pad=6)
    axes.spines["bottom"].set_color(theme.previous)
    axes.set_axisbelow(True)


def name_months(axes: Axes, labels: Sequence[str], points_wide: float) -> None:
    """All names under the axis, smaller where they are many; else as many as stand side by side, always with that of the last."""
    every, size = 1, LABEL
    for size in (LABEL, 10, 9):
        room = (max(points_of(label, size) for label in labels) + 2) * len(labels) / points_wide
        every = max(1, ceil(room))
        if every == 1:
            break
    places = range((len(labels) - 1) % every, len(labels), every)
    axes.set_xticks(list(places), [shortened(labels[place], signs_in(points_wide, size)) for place in places], fontsize=size)


def paper(theme: Theme) -> str:
    """What the chart stands on: for hatches, and for words that lie on something."""
    return "#ffffff" if theme is LIGHT else "#18212b"


def say_no_data(figure: Figure, words: str, theme: Theme) -> None:
    """A hatched field with the words on it: nothing was reported is not the same as nothing happened."""
    axes = figure.add_axes((0.014, 0.2, 0.972, 0.52))
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
    axes.patch.set_facecolor("none")
    axes.patch.set_edgecolor(theme.grid)
    axes.patch.set_hatch("///")
    field = {"facecolor": paper(theme), "edgecolor": "none", "pad": 6}
    axes.text(0.5, 0.5, words, transform=axes.transAxes, ha="center", va="center", fontsize=TITLE, color=theme.text, bbox=field)


def to_svg(figure: Figure, title: str) -> bytes:
    out = BytesIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return _without_styles(out.getvalue().decode(), title).encode()


def to_png(figure: Figure) -> bytes:
    out = BytesIO()
    figure.savefig(out, format="png", dpi=PNG_DPI, metadata={"Software": None})
    return out.getvalue()


_STYLE_ATTRIBUTE = re.compile(r'\sstyle="([^"]*)"')
_STYLE_ELEMENT = re.compile(r"<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE[^>]*>\s*")


def _as_attributes(match: re.Match[str]) -> str:
    pairs = (pair.split(":", 1) for pair in match[1].split(";") if ":" in pair)
    return "".join(f' {name.strip()}="{value.strip()}"' for name, value in pairs)


def _without_styles(svg: str, title: str) -> str:
    svg = _METADATA.sub("", _STYLE_ELEMENT.sub("", _DOCTYPE.sub("", svg)))
    svg = _STYLE_ATTRIBUTE.sub(_as_attributes, svg)
    head = '<svg role="img" stroke-linejoin="round" stroke-linecap="butt" '
    start = svg.index("<svg ")
    end = svg.index(">", start) + 1
    return svg[:start] + head + svg[start + 5 : end] + f"<title>{escape(title)}</title>" + svg[end:]
