"""Moments and people as the room's sentences say them."""

from datetime import datetime

from django.utils.translation import gettext

from core.clock import plant_today, plant_zone
from people.models import Staff


def clock_words(moment: datetime) -> str:
    """``13:39`` today, ``2026-11-20 13:39`` on another day, by the plant's clock."""
    local = moment.astimezone(plant_zone())
    return f"{local:%H:%M}" if local.date() == plant_today() else f"{local:%Y-%m-%d %H:%M}"


def who_words(staff: Staff | None) -> str:
    return staff.name if staff else gettext("The system")
