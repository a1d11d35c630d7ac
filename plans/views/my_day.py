from __future__ import annotations

from typing import Any

from django.views.generic import TemplateView

from people.doors import StaffRequired
from plans.hooks import slots_for
from plans.selectors.my_day import my_day


class MyDayPage(StaffRequired, TemplateView):
    """Where everybody lands: what is to be done now, and how the day goes."""

    template_name = "plans/my_day.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "day": my_day(self.access),
            "slots": slots_for("my-day", self.access),
            "may_see_month": self.access.may("month.read"),
        }
