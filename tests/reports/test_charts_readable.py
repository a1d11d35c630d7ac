"""Charts can be read whatever they show: no word covers another or leaves the frame, long names are shortened, marks have shapes."""

import warnings
from decimal import Decimal
from itertools import combinations

import pytest
from django.utils import translation
from matplotlib.colors import to_hex
from matplotlib.text import Text

from reports.charts import BarChart, Layer, ParetoChart, StackedChart, TrendChart, WaterfallChart, drawing
from reports.charts.style import DARK, LIGHT, THEMES, in_lines, shortened

pytestmark = pytest.mark.req("RPT-10")
LONG = "华东第一精密冲压与焊接联合生产车间甲班二组"
SOURCE = "来源：已提交和已审批的班组日报，" * 3
D = Decimal


def said(title, labels, values, **more):
    scope = more.pop("scope", "全厂")
    return {"title": title, "unit": "%", "period": "近12个月", "scope": scope, "source": SOURCE, "labels": labels, "values": values, **more}


def trend(count, *, name="{}月", before=True, **more):
    values = tuple(D(90 + place % 9) for place in range(count))
    labels = tuple(name.format(place % 12 + 1) for place in range(count))
    earlier = tuple(None if place % 4 == 1 else value - 1 for place, value in enumerate(values)) if before and count else ()
    return TrendChart(**said(LONG * 3, labels, values, target=D("94.5"), higher_is_better=True, before=earlier, scope=LONG * 4, **more))


def bars(count):
    labels = tuple(f"{LONG}{place}" for place in range(count))
    return BarChart(**said(LONG, labels, (D("91.5"),) * count, target=D(95), higher_is_better=True))


def stacked(count, *, is_lying):
    labels = tuple(f"{LONG}{place}" if is_lying else f"{place % 12 + 1}月" for place in range(count))
    parts = [tuple(D(number + place) for place in range(count)) for number in (9000, 120, 30)]
    layers = tuple(map(Layer, ("良品", "返工", LONG), parts))
    return StackedChart(**said(LONG, labels, tuple(map(sum, zip(*parts, strict=True))), layers=layers, is_lying=is_lying, places=0))


def waterfall(count):
    """A sum, losses, and the sum that is left."""
    if not count:
        return WaterfallChart(**said(LONG, (), ()))
    losses = (D(-10),) * (count - 1)
    labels = tuple(f"{LONG}{place}" for place in range(count + 1))
    return WaterfallChart(**said(LONG, labels, (D(900), *losses, sum(losses, D(900))), is_sum=(True, *(False,) * (count - 1), True)))


def pareto(count, name=LONG):
    labels, counts = tuple(f"{name}{place}" for place in range(count)), tuple(D(3 * (count - place)) for place in range(count))
    return ParetoChart(**said(LONG, labels, counts, places=0))


MADE = {
    "trend": trend,
    "bars": bars,
    "months": lambda count: stacked(count, is_lying=False),
    "groups": lambda count: stacked(count, is_lying=True),
    "waterfall": waterfall,
    "pareto": pareto,
}


@pytest.fixture
def words_drawn(monkeypatch):
    """Every word that a chart really draws, with the box that it takes."""
    drawn = []
    draw = Text.draw

    def note(self, renderer, *args, **kwargs):
        if self.get_visible() and self.get_text().strip():
            drawn.append((self.get_text(), self.get_window_extent(renderer)))
        return draw(self, renderer, *args, **kwargs)

    monkeypatch.setattr(Text, "draw", note)

    def words(chart):
        drawn.clear()
        figure = drawing.drawn(chart)
        figure.savefig("/dev/null", format="png", dpi=72)
        return list(drawn), figure.get_window_extent()

    return words


def covers(one, other):
    """Whether two boxes share more than the air that every letter has around it."""
    return min(one.x1, other.x1) - max(one.x0, other.x0) > 0.5 and min(one.y1, other.y1) - max(one.y0, other.y0) > 2


@pytest.mark.parametrize("count", [0, 1, 3, 12, 60])
@pytest.mark.parametrize("kind", MADE)
def test_no_word_covers_another_or_leaves_the_frame(words_drawn, kind, count):
    with translation.override("zh-hans"), warnings.catch_warnings():
        warnings.simplefilter("error")
        words, frame = words_drawn(MADE[kind](count))

    assert len(words) >= 4
    for (text, box), (other, its) in combinations(words, 2):
        assert not covers(box, its), (text, other)
    for text, box in words:
        assert box.x0 >= -1, text
        assert box.x1 <= frame.width + 1, text
        assert box.y0 >= -1, text
        assert box.y1 <= frame.height + 1, text
    if count == 0:
        assert "无数据" in [text for text, _box in words]


@pytest.mark.parametrize("kind", MADE)
def test_a_very_long_name_is_shortened_and_says_so(words_drawn, kind):
    words, _frame = words_drawn(MADE[kind](3))

    texts = [text for text, _box in words]
    assert not any(LONG * 2 in text for text in texts)
    assert any(text.endswith("…") for text in texts)
    if kind in {"bars", "groups", "waterfall"}:
        assert sum(text.startswith("华东") and text.endswith("…") for text in texts) >= 3
    if kind == "trend":
        under = next(text for text in texts if text.startswith("%"))
        assert under.endswith("higher is better")
        assert "…" in under


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("count", [0, 1, 60])
@pytest.mark.parametrize("kind", MADE)
def test_every_chart_is_an_svg_without_styles_and_the_same_each_time(kind, count, theme):
    chart = MADE[kind](count)

    svg = drawing.svg(chart, theme)
    assert svg == drawing.svg(chart, theme)
    assert b"style" not in svg
    assert b"<title>" in svg
    assert ("no data" in chart.alt) == (count == 0)


def test_a_name_is_broken_between_chinese_signs_and_at_spaces_only():
    assert in_lines("报废件报废件", 6, 3) == "报废件\n报废件"
    assert in_lines("Loss of the process", 8, 3) == "Loss of\nthe\nprocess"
    assert in_lines("Loss of the whole process", 8, 2) == "Loss of\nthe who…"
    assert in_lines(LONG, 6, 2) == "华东第\n一精…"
    assert shortened("报废件", 5) == "报废…"


def marks(chart):
    """The points that carry a triangle, by its direction."""
    found = {}
    for axes in drawing.drawn(chart).axes:
        for line in axes.lines:
            if line.get_marker() in ("v", "^") and len(line.get_xdata()):
                found[line.get_marker()] = (list(line.get_xdata()), list(line.get_ydata()), to_hex(line.get_color()))
    return found


def test_a_point_off_target_is_a_triangle_that_points_to_its_wrong_side():
    values, labels = (D(94), D(96), D(93)), ("1月", "2月", "3月")
    higher = TrendChart(**said("达成率", labels, values, target=D(95), higher_is_better=True))
    lower = TrendChart(**said("废品率", labels, values, target=D(95), higher_is_better=False))
    fine = TrendChart(**said("达成率", labels, values, target=D(90), higher_is_better=True))

    assert marks(higher) == {"v": ([0, 2], [94.0, 93.0], LIGHT.bad)}
    assert marks(lower) == {"^": ([1], [96.0], LIGHT.bad)}
    assert marks(fine) == {}
    rows = BarChart(**said("达成率", labels, values, target=D(95), higher_is_better=True))
    assert marks(rows)["v"][1] == [0, 2]


def test_the_year_before_is_a_pale_line_with_gaps_and_its_name_at_the_end(words_drawn):
    chart = TrendChart(**said("达成率", ("1月", "2月", "3月"), (D(94), D(96), D(93)), before=(D(90), None, D(91))))

    [line] = [line for line in drawing.drawn(chart).axes[0].lines if to_hex(line.get_color()) == LIGHT.previous]
    assert [value == value and value for value in line.get_ydata()] == [90, False, 91]
    assert "year before" in [text for text, _box in words_drawn(chart)[0]]
    assert chart.alt.endswith("3月 93.0 % · a year before: 3月 91.0 %")
    assert any(to_hex(line.get_color()) == DARK.previous for line in drawing.drawn(chart, "dark").axes[0].lines)


@pytest.mark.parametrize("before", [(), (None, None, None)])
def test_without_data_of_the_year_before_there_is_no_line_of_it(words_drawn, before):
    chart = TrendChart(**said("达成率", ("1月", "2月", "3月"), (D(94), D(96), D(93)), before=before))

    assert not [line for line in drawing.drawn(chart).axes[0].lines if to_hex(line.get_color()) == LIGHT.previous]
    assert "year before" not in [text for text, _box in words_drawn(chart)[0]]
    assert "year before" not in chart.alt


def test_layers_are_told_apart_by_hatches_too_and_stand_on_each_other():
    for is_lying in (False, True):
        patches = drawing.drawn(stacked(3, is_lying=is_lying)).axes[0].patches
        assert [patch.get_hatch() for patch in patches] == [""] * 3 + ["////"] * 3 + ["xxxx"] * 3
        starts = [patch.get_x() if is_lying else patch.get_y() for patch in patches]
        assert starts == [0, 0, 0, 9000, 9001, 9002, 9120, 9122, 9124]


def test_a_gain_and_a_loss_of_hours_differ_by_hatch_and_sign():
    chart = WaterfallChart(**said("工时", ("a", "b", "c", "d"), (D(100), D(-30), D(10), D(80)), is_sum=(True, False, False, True)))

    assert chart.spans == ((0, 100), (100, 70), (70, 80), (0, 80))
    assert [chart.words_of(place) for place in range(4)] == ["100.0", "−30.0", "+10.0", "80.0"]
    assert [patch.get_hatch() for patch in drawing.drawn(chart).axes[0].patches] == ["", "////", "xxxx", ""]
    assert "b −30.0 · c +10.0" in chart.alt


def test_a_waterfall_that_falls_below_zero_shows_where_zero_is():
    chart = WaterfallChart(**said("工时", ("a", "b", "c"), (D(8), D(-10), D(-2)), is_sum=(True, False, True)))

    axes = drawing.drawn(chart).axes[0]
    assert axes.get_xlim() == (-2, 8)
    assert [line for line in axes.lines if list(line.get_xdata()) == [0, 0] and list(line.get_ydata()) == [0, 1]]


def test_the_vital_few_of_a_pareto_are_dark_the_rest_pale_on_one_scale():
    chart = ParetoChart(**said("补料", ("a", "b", "c", "d"), (D(26), D(13), D(6), D(5)), places=0))

    assert chart.shares == (D("52.00"), D("78.00"), D("90.00"), D("100.00"))
    left, right = drawing.drawn(chart).axes
    assert [to_hex(bar.get_facecolor()) for bar in left.patches] == [LIGHT.actual] * 2 + [LIGHT.pale] * 2
    assert (left.get_ylim(), right.get_ylim()) == ((0, 50), (0, 100))
    ticks = [label.get_text() for label in left.get_yticklabels()]
    assert (ticks[0], ticks[-1]) == ("0", "50")
    assert "80 %" in [label.get_text() for label in right.get_yticklabels()]
    assert ParetoChart(**said("补料", ("a", "b"), (D(9), D(1)))).is_vital == (True, False)


def test_of_many_causes_the_smallest_are_drawn_as_one_and_none_is_lost():
    chart = pareto(60)

    assert len(chart.drawn.values) == 8
    assert sum(chart.drawn.values) == sum(chart.values)
    assert chart.drawn.labels[-1] == "53 others"
    assert pareto(8).drawn == pareto(8)
