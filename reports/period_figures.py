"""The figures that a report upward carries: of its period, and of the month to date by day; counted as everywhere, frozen as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.models import Unit
from core.plant_settings import all_plant_settings
from core.together import read_together
from people.models import OrgNode
from reports.aims import AimBook, Aims
from reports.block import MonthBlock, UnitWords, from_json, to_json
from reports.figures import FigureRow, Slice, count
from reports.figures.counting import WHOLE
from reports.figures.names import Name, nodes_asked, nodes_named
from reports.kpis import FIGURES, TARGETED
from reports.models import Target
from reports.presenting import LESS, Cell, Table, TableRow, cell, column
from reports.upward_periods import Kind, Period
from reports.words import day_name, figure

OWN = "own"
COLUMNS = ("planned", "good", "attended_hours", "attainment_pct", "efficiency_pct", "scrap_pct", "rework_pct")


@dataclass(frozen=True)
class PeriodFigures:
    """``block`` is the month to date as ``whole``; its ``trend`` holds the days, which sum to it, and under ``OWN`` the period itself.
    What judges the period stands under ``OWN`` too: a week has targets of its own.
    """

    kind: str
    block: MonthBlock
    counted_at: datetime

    @property
    def own(self) -> FigureRow | None:
        return self.block.trend.get(OWN)

    @property
    def days(self) -> dict[date, FigureRow]:
        return {date.fromisoformat(key): row for key, row in sorted(self.block.trend.items()) if key != OWN}


def count_period(org: OrgNode, period: Period, at: datetime) -> PeriodFigures:
    """Counts a unit's period and its month to date: two statements of figures, a small one for names, units and targets.

    The month is that of the period (of a week: of its Thursday), counted from its first day to the last of the period.
    """
    month = period.month
    until = min(period.ends_on, month.ends_on)
    to_date = count(Slice(org, month.starts_on, until, month.first_day), [WHOLE, ("day",)])
    own = count(Slice(org, period.starts_on, period.ends_on, month.first_day), [WHOLE])[WHOLE]
    spans, units, for_week, *for_months = read_together(
        nodes_asked([org.pk]),
        Unit.objects.values_list("code", "decimals", "name_zh"),
        Target.objects.filter(org=org, period=period.code).order_by().values_list("kpi_code", "value"),
        *AimBook.asked([org.pk], month, month),
    )
    aims = AimBook.among(*for_months).of(org.pk, month)
    # An output target of a month or a week says nothing of its days so far, nor of another period.
    of_rates = {code: value for code, value in aims.items() if not TARGETED[code].adds_up}
    own_aims = dict(of_rates)
    if period.kind == Kind.MONTH:
        own_aims = dict(aims)
    elif period.kind == Kind.WEEK:
        own_aims |= dict(for_week)
    settings = all_plant_settings()
    names = nodes_named(spans, period.ends_on)
    block = MonthBlock(
        month=month,
        org=names.get(org.pk, Name(org.code, org.code, "")),
        whole=next(iter(to_date[WHOLE]), None),
        trend={row.codes["day"]: row for row in to_date["day",]} | ({OWN: own[0]} if own else {}),
        groups=(),
        products=(),
        limits={kpi.code: Decimal(settings[kpi.limit]) for kpi in FIGURES.values() if kpi.limit},
        targets={str(month): own_aims if period.kind == Kind.MONTH else of_rates, OWN: own_aims},
        units={code: UnitWords(decimals, zh) for code, decimals, zh in units},
    )
    return PeriodFigures(period.kind, block, at)


def figures_json(figures: PeriodFigures) -> dict[str, Any]:
    return {"kind": figures.kind, "block": to_json(figures.block), "counted_at": figures.counted_at.isoformat()}


def read_figures(kept: Mapping[str, Any]) -> PeriodFigures:
    return PeriodFigures(kept["kind"], from_json(kept["block"]), datetime.fromisoformat(kept["counted_at"]))


def period_table(figures: PeriodFigures) -> Table:
    """The period above the month to date, each judged by what holds for it."""
    words = {Kind.DAY: _("This day"), Kind.WEEK: _("This week"), Kind.MONTH: _("This month")}
    rows = (
        TableRow(words[Kind(figures.kind)], "plain", _cells(figures, figures.own, figures.block.targets[OWN])),
        TableRow(_("Month to date"), "sum", _cells(figures, figures.block.whole)),
    )
    return Table("period", _("Figures"), _("Period"), _columns(figures), rows)


def days_table(figures: PeriodFigures) -> Table:
    """The days of the month to date, which sum to the row at the foot."""
    rows = [TableRow(day_name(day), "plain", _cells(figures, row)) for day, row in figures.days.items()]
    total = (TableRow(_("Month to date"), "sum", _cells(figures, figures.block.whole)),) if rows else ()
    return Table("days", _("Day by day"), _("Day"), _columns(figures), (*rows, *total))


def _columns(figures: PeriodFigures) -> tuple[Any, ...]:
    return tuple(column(figures.block, FIGURES[code]) for code in COLUMNS)


def _cells(figures: PeriodFigures, row: FigureRow | None, aims: Aims | None = None) -> tuple[Cell, ...]:
    if row is None:
        return tuple(Cell(None, 0, less=LESS.get(code, 0)) for code in COLUMNS)
    return tuple(cell(figures.block, FIGURES[code], row, targets=aims) for code in COLUMNS)


def lines_of(figures: PeriodFigures) -> list[tuple[str, str, str, str]]:
    """Each figure with its unit, of the period and of the month to date, as a file holds them."""
    own, whole = _cells(figures, figures.own, figures.block.targets[OWN]), _cells(figures, figures.block.whole)
    found = []
    for code, mine, month in zip(COLUMNS, own, whole, strict=True):
        kpi = FIGURES[code]
        found.append((str(kpi.name), figures.block.unit_of(kpi), _plain(mine), _plain(month)))
    return found


def _plain(shown: Cell) -> str:
    return "" if shown.value is None else figure(shown.value, shown.places).replace(",", "")
