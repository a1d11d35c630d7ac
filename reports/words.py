"""Months, figures and differences as people read them, in the reader's language."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import date_format
from django.utils.translation import pgettext

from core.clock import PlantMonth, plant_zone
from reports.kpis import Kpi

NO_DATA = "—"


def month_name(month: PlantMonth) -> str:
    """October 2026, 2026年10月."""
    return date_format(date(month.year, month.month, 1), "YEAR_MONTH_FORMAT")


def month_short(month: PlantMonth) -> str:
    """Oct, 10月: for axes and tiles."""
    return date_format(date(month.year, month.month, 1), pgettext("date format of a short month", "M"))


def day_name(on: date) -> str:
    """20 Nov, 11月20日."""
    return date_format(on, pgettext("date format of a day without its year", "j M"))


def to_the_minute(at: datetime) -> str:
    """2026-11-20 08:05 by the plant's clock: for files, the same in both languages."""
    return f"{at.astimezone(plant_zone()):%Y-%m-%d %H:%M}"


def figure(value: Decimal | None, places: int = 0) -> str:
    """Digits in groups of three with ``places`` decimals, rounded half up; a dash where there is no data."""
    if value is None:
        return NO_DATA
    return f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,f}"


def places_of(kpi: Kpi, decimals: int = 0) -> int:
    """Decimals on a page: scrap and defects are small, so two; other rates and hours one; quantities those of their unit."""
    if kpi.fixed_places is not None:
        return kpi.fixed_places
    if kpi.is_rate:
        return 2 if kpi.code in {"scrap_pct", "defect_pct", "incoming_defect_pct", "rework_pct"} else 1
    return 1 if kpi.unit == "h" else decimals


def bound(kpi: Kpi, limit: Decimal) -> str:
    """≥ 95.0 where higher is better, ≤ 1.00 where lower is."""
    return f"{'≥' if kpi.direction.value == 'higher' else '≤'} {figure(limit, places_of(kpi))}"
