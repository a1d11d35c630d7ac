"""Where the hours went: why teams stood (PLN-25), and the steps from the hours attended down to the standard hours earned (RPT-10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core.quantities import percent
from reports.block import MonthBlock
from reports.charts import WaterfallChart
from reports.figures.waiting import WaitingRow
from reports.kpis import CLOCK_DOWNTIME, DOWNTIME, KPIS, Direction, Kpi
from reports.presenting import Cell, Column, Table, TableRow, source_words
from reports.words import month_name

HOURS = Kpi("hours", gettext_lazy("Hours"), gettext_lazy("Hours"), "h", Direction.NONE, "", "")
SHARE = Kpi("of_attended_pct", gettext_lazy("Share of attended hours"), gettext_lazy("Of attended"), "%", Direction.NONE, "", "")


@dataclass(frozen=True)
class Step:
    """A sum, or what lies between two sums, signed: hours that went are below zero."""

    label: str
    hours: Decimal
    is_sum: bool = False


def waiting_table(rows: Sequence[WaitingRow], url: str = "") -> Table:
    """Waiting hours by reason; their sum is the downtime of the reports (PLN-25)."""
    columns = tuple(Column(kpi, str(kpi.short), str(kpi.unit)) for kpi in (DOWNTIME, CLOCK_DOWNTIME))
    found = []
    for row in rows:
        cells = (Cell(row.hours, 1, url=url), Cell(row.clock_hours, 1, url=url))
        found.append(TableRow(row.label or _("No reason given"), "plain", cells))
    sums = (sum((row.hours for row in rows), Decimal(0)), sum((row.clock_hours for row in rows), Decimal(0)))
    found.append(TableRow(_("Sum"), "sum", tuple(Cell(value, 1) for value in sums)))
    return Table("waiting", _("Waiting hours by reason"), _("Why it stood"), columns, tuple(found))


def steps_of(block: MonthBlock, waiting: Sequence[WaitingRow] | None) -> list[Step]:
    """From attended through productive to standard hours; what lies before a sum adds up to it exactly.

    Stops are hours of a line and the rest hours of people, so what is left between two sums may be below or above zero; it is a step
    of its own that says which. Where productive or standard hours are unknown their sum is left out. Nothing where nobody attended.
    """
    whole = block.whole
    attended = whole.value("attended_hours") if whole else None
    if whole is None or not attended:
        return []
    steps = [Step(str(KPIS["attended_hours"].name), attended, is_sum=True)]
    steps += _lost(str(KPIS["excused_loss_hours"].name), whole.value("excused_loss_hours"))
    if waiting is None:
        steps += _lost(str(DOWNTIME.name), whole.sums.get("downtime_hours"))
    for row in waiting or ():
        steps += _lost(_("Stood: %(reason)s") % {"reason": row.label or _("No reason given")}, row.hours)
    productive, standard = whole.value("productive_hours"), whole.value("standard_hours")
    if productive is not None:
        steps += _down_to(productive, steps, _("Not productive otherwise"), _("Productive in spite of a stop"))
        steps.append(Step(str(KPIS["productive_hours"].name), productive, is_sum=True))
    if standard is not None:
        slower = _("Slower than the standard, or none set") if whole.value("hours_without_standard") else _("Slower than the standard")
        lost = slower if productive is not None else _("Lost otherwise")
        steps += _down_to(standard, steps, lost, _("Faster than the standard"))
        steps.append(Step(str(KPIS["standard_hours"].name), standard, is_sum=True))
    if not steps[-1].is_sum:
        steps.append(Step(pgettext("hours", "Left"), _level(steps), is_sum=True))
    return steps


def _lost(label: str, hours: Decimal | None) -> list[Step]:
    return [Step(label, -hours)] if hours else []


def _level(steps: Iterable[Step]) -> Decimal:
    level = Decimal(0)
    for step in steps:
        level = step.hours if step.is_sum else level + step.hours
    return level


def _down_to(target: Decimal, steps: list[Step], lost: str, gained: str) -> list[Step]:
    """The step that is lacking between the level reached and the next sum, if any."""
    lacking = target - _level(steps)
    return [Step(lost if lacking < 0 else gained, lacking)] if lacking else []


def lost_hours_chart(block: MonthBlock, waiting: Sequence[WaitingRow] | None) -> WaterfallChart:
    steps = steps_of(block, waiting)
    return WaterfallChart(
        title=_("Lost hours"),
        unit="h",
        period=month_name(block.month),
        scope=block.org.label,
        source=source_words(),
        labels=tuple(step.label for step in steps),
        values=tuple(step.hours for step in steps),
        places=1,
        is_sum=tuple(step.is_sum for step in steps),
    )


def lost_hours_table(block: MonthBlock, waiting: Sequence[WaitingRow] | None) -> Table:
    """What the waterfall shows, each step also as a share of the hours attended."""
    steps = steps_of(block, waiting)
    rows = [
        TableRow(
            step.label, "group" if step.is_sum else "child",
            (Cell(step.hours, 1), Cell(percent(step.hours, steps[0].hours, 1), 1)),
        )
        for step in steps
    ]  # fmt: skip
    heads = tuple(Column(kpi, str(kpi.short), str(kpi.unit)) for kpi in (HOURS, SHARE))
    return Table("lost-hours", _("Lost hours"), _("Step"), heads, tuple(rows))


def words_of(waiting: Sequence[WaitingRow] | None) -> str:
    """Why stops and hours of people need not fit together; nothing where nothing stood."""
    return _("Stops are hours of a line, all other hours are those of people.") if waiting else ""
