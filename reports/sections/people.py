"""People: who came of those on the roster, how the hours were used, who joined, left and changed units, by workshop and team (RPT-08)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.block import MonthBlock
from reports.charts import Chart
from reports.kpis import FIGURES, PEOPLE
from reports.presenting import Table, Tile, bar_chart, month_table, tile, tree_table, trend_chart, with_year
from reports.sections.base import Section, SectionView
from reports.words import figure

ATTENDANCE = PEOPLE["attendance_pct"]
COLUMNS = ("rostered", "attended", "on_leave", "absent", "attendance_pct")
TURNS = ("joined", "departed", "moved_in", "moved_out")
HOURS = ("attended_hours", "productive_hours", "excused_loss_hours", "utilisation_pct")


def fill(block: MonthBlock) -> SectionView | None:
    people = block.people_block
    if people is None or people.whole is None:
        return None
    is_called = people.whole.sums["rostered"] is not None
    shown, first = (COLUMNS, ("attendance_pct", "absent")) if is_called else ((), ())
    title = _("Attendance, joiners and leavers, by workshop and team")
    tables: tuple[Table, ...] = (_by_unit(people, "people", title, (*shown, *TURNS)),)
    tiles: tuple[Tile, ...] = tuple(tile(people, PEOPLE[code]) for code in (*first, "joined", "departed"))
    if block.whole is not None and block.whole.value("productive_hours") is not None:
        tables = (*tables, _by_unit(block, "hours", _("Hours used, by workshop and team"), HOURS))
        tiles = (*tiles, tile(block, FIGURES["utilisation_pct"]))
    months = with_year(people, month_table(people, (*COLUMNS, *TURNS)))
    return SectionView(
        key="people",
        title=str(SECTION.title),
        words=" ".join(_words(people)),
        tiles=tiles,
        charts=_charts(people) if is_called else {},
        tables=(*tables, replace(months, key="people-months", title=_("People of the last 12 months"))),
    )


def _words(people: MonthBlock) -> list[str]:
    assert people.whole is not None
    rate = people.whole.value(ATTENDANCE, 1)
    said = [_("No roll call was taken in this month.")]
    if rate is not None:
        said = [_("Attendance rate %(rate)s %%.") % {"rate": figure(rate, 1)}]
    said.append(
        _("%(joined)s joined, %(left)s left, %(moved)s changed units.")
        % {"joined": figure(people.whole.value("joined")), "left": figure(people.whole.value("departed")), "moved": figure(_moved(people))}
    )
    return [*said, _("Skills and training: no data, since nothing records them yet.")]


def _moved(people: MonthBlock) -> Decimal:
    """Between units of the plant somebody left one and entered another; from or to another plant there is one side only."""
    assert people.whole is not None
    return max(people.whole.value(code) or Decimal(0) for code in ("moved_in", "moved_out"))


def _charts(people: MonthBlock) -> dict[str, Chart]:
    charts = {
        "attendance-trend": trend_chart(people, ATTENDANCE),
        "attendance-workshops": bar_chart(people, ATTENDANCE, "workshop"),
        "attendance-teams": bar_chart(people, ATTENDANCE, "team"),
    }
    return {key: replace(chart, source=_("Source: roll calls")) for key, chart in charts.items()}


def _by_unit(block: MonthBlock, key: str, title: str, codes: tuple[str, ...]) -> Table:
    return replace(tree_table(block, codes), key=key, title=title)


SECTION = Section(
    "people",
    gettext_lazy("People"),
    fill,
    gettext_lazy(
        "No roll call was taken, and nobody joined, left or changed units in this month. Skills and training are not recorded yet."
    ),
)
