"""What a plant may set about itself: a closed list, each with its kind, default and bounds. Unknown keys are refused loudly."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.errors import Faulty
from core.models import PlantSetting
from core.once import read_once

CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True)
class Setting:
    """A whole number (``low`` to ``high``, both allowed), a text, a time of the plant's clock (``HH:MM``), or a list of weekday numbers
    (Monday is 0)."""

    key: str
    label: str | Promise
    default: Any
    low: int = 0
    high: int = 0
    is_clock: bool = False


SETTINGS = {
    setting.key: setting
    for setting in (
        Setting("plant_name", _("Name of the plant in the header"), ""),
        Setting("plant_name_zh", _("Chinese name of the plant in the header"), ""),
        Setting("month_first_day", _("Day on which the plant's month begins"), 1, 1, 28),
        Setting("working_weekdays", _("Working weekdays"), [0, 1, 2, 3, 4, 5]),
        Setting("pin_wrong_tries", _("Wrong tries that lock a PIN"), 5, 3, 10),
        Setting("pin_lock_minutes", _("Minutes that a PIN stays locked"), 15, 1, 1440),
        Setting("sheet_opens_minutes", _("Minutes before the shift from which a check sheet takes answers"), 60, 0, 720),
        Setting("arrival_lead_minutes", _("Minutes before the shift by which supervisors and team leaders arrive"), 10, 0, 120),
        Setting("slip_days_back", _("Days that a slip may be dated back"), 3, 0, 31),
        Setting("supplement_tier_pct", _("A supplement up to this share of the quota needs only the workshop manager (%)"), 5, 0, 100),
        Setting("supplement_tier_value", _("… and up to this value"), 1000, 0, 10_000_000),
        Setting("other_issue_value", _("An issue without order up to this value needs no approval"), 500, 0, 10_000_000),
        Setting("over_receipt_pct", _("More than ordered that may be received (%)"), 5, 0, 100),
        Setting("count_tolerance_pct", _("Difference that still counts as accurate in a stocktake (%)"), 0, 0, 100),
        Setting("slow_stock_days", _("Days without issue after which stock is slow"), 180, 1, 3650),
        Setting("dead_stock_days", _("Days without issue after which stock is dead"), 365, 1, 3650),
        Setting("expiry_warning_days", _("Days before expiry on which a lot is shown"), 30, 0, 365),
        Setting("supplement_days", _("Days after which an unused supplement lapses"), 7, 1, 365),
        Setting("roll_call_days", _("Days back that a roll call may be changed"), 3, 0, 31),
        Setting("new_joiner_days", _("Days that a new joiner is guided"), 30, 1, 365),
        Setting("sheet_grace_minutes", _("Minutes after its due time from which a check counts as late"), 15, 0, 240),
        Setting("sheet_cutoff_hours", _("Hours after its shift at which an open check sheet is kept as missed"), 4, 0, 72),
        Setting("report_cutoff_minutes", _("Minutes after its shift at which a missing daily report shows red"), 15, 0, 720),
        Setting("release_reviews", _("Reviews before a release (0 none, 1 by figures if nobody was asked, 2 by reviewers)"), 1, 0, 2),
        Setting("progress_slot_hours", _("Length of the progress board's time slots, hours"), 2, 1, 4),
        Setting("attainment_floor_pct", _("Attainment below this is marked (%)"), 95, 0, 200),
        Setting("efficiency_floor_pct", _("Efficiency below this is marked (%)"), 85, 0, 200),
        Setting("pile_up_hours", _("Hours after which an open pile-up is marked"), 4, 1, 168),
        Setting("escalate_hours", _("Hours until an overdue finding goes up one more level"), 24, 1, 720),
        Setting("deviation_limit_pct", _("Material and hours of an order may depart from the standard by this much (%)"), 5, 0, 1000),
        Setting("work_log_due", _("Time of the day by which the work log is due"), "18:00", is_clock=True),
        Setting("upward_owed", _("Reports upward that plants and workshops owe (0 none, 1 week and month, 2 day too)"), 1, 0, 2),
        Setting("upward_day_due", _("Time of the next working day by which a day's report upward is due"), "09:00", is_clock=True),
        Setting("upward_week_weekday", _("Weekday from which a week's report upward is due (1 is Monday)"), 1, 1, 7),
        Setting("upward_week_due", _("… and the time of that day"), "09:00", is_clock=True),
        Setting("upward_month_days", _("Working days after the month within which its report upward is due"), 5, 1, 31),
        Setting("upward_reminder_hours", _("Hours before a report upward is due at which it is reminded of"), 24, 0, 168),
        Setting("import_file_days", _("Days that a file is kept which was brought and never loaded"), 7, 1, 365),
        Setting("sign_in_days", _("Days that the log of sign-ins is kept"), 180, 30, 3650),
        Setting("scrap_ceiling_pct", _("Scrap rate above this is marked (%)"), 1, 0, 100),
    )
}


def plant_setting(key: str) -> Any:
    """What the plant set, else the default. Raises ``KeyError`` for a key that is not in the list."""
    SETTINGS[key]
    return all_plant_settings()[key]


def plant_setting_among(key: str, kept: Iterable[PlantSetting]) -> Any:
    """The same out of rows that were read together with others. Raises ``KeyError`` for a key that is not in the list."""
    default = SETTINGS[key].default
    return next((row.value for row in kept if row.key == key), default)


def all_plant_settings() -> dict[str, Any]:
    """Every setting in one statement, and in no further one while the same page is drawn."""
    return dict(read_once("plant_settings", _read))


def _read() -> dict[str, Any]:
    kept = dict(PlantSetting.objects.values_list("key", "value"))
    return {key: kept.get(key, setting.default) for key, setting in SETTINGS.items()}


def checked(key: str, value: Any) -> Any:
    """``value`` when the setting may have it; raises ``Faulty`` at the setting's field otherwise."""
    setting = SETTINGS[key]
    if isinstance(setting.default, int):
        good = isinstance(value, int) and setting.low <= value <= setting.high
    elif setting.is_clock:
        good = isinstance(value, str) and CLOCK.fullmatch(value) is not None
    elif isinstance(setting.default, list):
        good = isinstance(value, list) and all(isinstance(day, int) and 0 <= day <= 6 for day in value)
    else:
        good = isinstance(value, str) and len(value) <= 100
    if not good:
        raise Faulty(field=key)
    return value
