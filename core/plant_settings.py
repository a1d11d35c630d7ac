"""What a plant may set about itself: a closed list, each with its kind, default and bounds. Unknown keys are refused loudly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.errors import Faulty
from core.models import PlantSetting


@dataclass(frozen=True)
class Setting:
    """A whole number (``low`` to ``high``, both allowed), a text, or a list of weekday numbers (Monday is 0)."""

    key: str
    label: str | Promise
    default: Any
    low: int = 0
    high: int = 0


SETTINGS = {
    setting.key: setting
    for setting in (
        Setting("plant_name", _("Name of the plant in the header"), ""),
        Setting("plant_name_zh", _("Chinese name of the plant in the header"), ""),
        Setting("month_first_day", _("Day on which the plant's month begins"), 1, 1, 28),
        Setting("working_weekdays", _("Working weekdays"), [0, 1, 2, 3, 4, 5]),
        Setting("pin_wrong_tries", _("Wrong tries that lock a PIN"), 5, 3, 10),
        Setting("pin_lock_minutes", _("Minutes that a PIN stays locked"), 15, 1, 1440),
        Setting("attainment_floor_pct", _("Attainment below this is marked (%)"), 95, 0, 200),
        Setting("efficiency_floor_pct", _("Efficiency below this is marked (%)"), 85, 0, 200),
        Setting("scrap_ceiling_pct", _("Scrap rate above this is marked (%)"), 1, 0, 100),
    )
}


def plant_setting(key: str) -> Any:
    """What the plant set, else the default. Raises ``KeyError`` for a key that is not in the list."""
    setting = SETTINGS[key]
    kept = PlantSetting.objects.filter(key=key).values_list("value", flat=True).first()
    return setting.default if kept is None else kept


def all_plant_settings() -> dict[str, Any]:
    kept = dict(PlantSetting.objects.values_list("key", "value"))
    return {key: kept.get(key, setting.default) for key, setting in SETTINGS.items()}


def checked(key: str, value: Any) -> Any:
    """``value`` when the setting may have it; raises ``Faulty`` at the setting's field otherwise."""
    setting = SETTINGS[key]
    if isinstance(setting.default, int):
        good = isinstance(value, int) and setting.low <= value <= setting.high
    elif isinstance(setting.default, list):
        good = isinstance(value, list) and all(isinstance(day, int) and 0 <= day <= 6 for day in value)
    else:
        good = isinstance(value, str) and len(value) <= 100
    if not good:
        raise Faulty(field=key)
    return value
