"""The card on a team's daily report that shows two deviations or more of its day (PLN-10)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from plans.hooks import Slot
from plans.selectors.finding_kinds import DEVIATIONS_THAT_SHOW, deviations


def deviation_slot(page: str, thing: Any) -> Slot | None:
    if page != "report":
        return None
    rows = deviations(thing.team_id, thing.business_date)
    if len(rows) < DEVIATIONS_THAT_SHOW:
        return None
    return Slot(_("Work not done to standard"), "plans/_deviation_slot.html", {"rows": rows})
