"""The periods that targets are set for, as they are written: ``2026``, ``2026-10``, ``2026-W43``."""

from __future__ import annotations

import re
from datetime import date

from django.utils.translation import gettext as _

from core.clock import PlantMonth
from reports.errors import NotAPeriod
from reports.words import month_name

_PERIOD = re.compile(r"([12]\d{3})(?:-(0[1-9]|1[0-2])|-W(\d{2}))?", re.ASCII)


def read_period(text: str, *, field: str = "period") -> str:
    """``text`` when it is a year, a month or an ISO week that its year has. Raises ``NotAPeriod`` at ``field``."""
    match = _PERIOD.fullmatch(text)
    if match is None or (match[3] and not _has_week(int(match[1]), int(match[3]))):
        raise NotAPeriod(field=field, value=text[:20])
    return text


def _has_week(year: int, week: int) -> bool:
    try:
        date.fromisocalendar(year, week, 1)
    except ValueError:
        return False
    return True


def period_name(period: str) -> str:
    """2026, October 2026, week 43 of 2026."""
    year, _dash, part = period.partition("-")
    if not part:
        return year
    if part.startswith("W"):
        return _("week %(week)s of %(year)s") % {"week": int(part[1:]), "year": year}
    return month_name(PlantMonth.parse(period))
