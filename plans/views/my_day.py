from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.views.generic import TemplateView

from people.doors import StaffRequired
from plans.hooks import day_cards
from plans.selectors.my_day import my_day


class MyDayPage(StaffRequired, TemplateView):
    """Where everybody lands: what is to be done now, and how the day goes."""

    template_name = "plans/my_day.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        day = my_day(self.access)
        org = self.by.org_id
        return super().get_context_data(**kwargs) | {
            "day": day,
            "day_url": reverse("day-figures", args=[org, day.business_date.isoformat()]) if org and day.business_date else "",
            "slots": [card for cards in day_cards for card in cards(self.access)],
            "may_see_month": self.access.may("month.read"),
        }
