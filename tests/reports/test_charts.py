"""Charts: Chinese glyphs, no data in words, the same bytes each time, nothing that the page's policy would refuse (RPT-10)."""

import re
import warnings
from decimal import Decimal

import pytest

from reports.charts import BarChart, TrendChart, drawing

pytestmark = pytest.mark.req("RPT-10")
TITLE = "生产计划达成率"


def trend(*values, target="95.0", title=TITLE, **more):
    values = tuple(None if value is None else Decimal(value) for value in values)
    labels = tuple(f"{number + 1}月" for number in range(len(values)))
    return TrendChart(title, "%", "近12个月", "全厂", "来源：班组日报", labels, values, 1, Decimal(target), True, **more)


def bars(count, value="91.5", name="冲压"):
    labels = tuple(f"{name}{number}班" for number in range(count))
    return BarChart(TITLE, "%", "2026年10月", "按班组", "来源：班组日报", labels, (Decimal(value),) * count, 1, Decimal(95), True)


def glyphs(svg: bytes) -> set[str]:
    """Names of the glyphs that an SVG draws, by font and number."""
    return set(re.findall(r'id="(\w+-[\w-]+?-[0-9a-f]+)"', svg.decode()))


def test_chinese_titles_are_glyphs_not_boxes():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        named = drawing.svg(trend("94.0", "96.1"))
        blank = drawing.svg(trend("94.0", "96.1", title=""))

    drawn = glyphs(named) - glyphs(blank)
    assert len(drawn) == len(set(TITLE) - set("近12个月全厂来源：班组日报1月2月越高越好"))
    assert all("NotoSansSC" in glyph for glyph in glyphs(named))


def test_a_month_without_data_says_so():
    empty, full = drawing.svg(trend(None, None)), drawing.svg(trend("94.0", None))

    assert trend(None).alt == f"{TITLE}: no data"
    assert glyphs(drawing.svg(trend(None, None, title=""))) - glyphs(full) > set()
    assert b"<title>" in empty
    assert drawing.png(bars(0)).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "chart",
    [
        trend("95.7"),
        trend("94.0", None, "96.0"),
        trend("95.0", "95.0"),
        bars(1),
        bars(3),
        bars(60),
        bars(2, name="一个很长很长的车间名称" * 5),
    ],
)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_one_point_gaps_few_and_many_groups_are_drawn(chart, theme):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert drawing.svg(chart, theme).count(b"<path") > 10


def test_the_same_chart_is_the_same_bytes():
    chart = trend("94.0", "96.1")

    assert drawing.svg(chart) == drawing.svg(chart)
    assert drawing.png(chart) == drawing.png(chart)
    assert drawing.svg(chart) != drawing.svg(chart, "dark")


def test_svg_obeys_a_policy_without_inline_styles_and_says_what_it_shows():
    svg = drawing.svg(trend("94.0", "96.1", title="<b>&"))

    assert b"style" not in svg
    assert b"<script" not in svg
    assert b"<!DOCTYPE" not in svg
    assert "<title>&lt;b&gt;&amp; · 近12个月 · 2月 96.1 % · target ≥ 95.0</title>".encode() in svg


def test_points_off_target_are_marked_by_shape_not_only_by_colour():
    assert trend("94.9").is_off(-1)
    assert not trend("95.0").is_off(-1)
    assert drawing.svg(trend("94.9", "96.0")) != drawing.svg(trend("94.9", "96.0", target="90.0"))
