"""What share of the checks was done, place by place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.generic import TemplateView

from core.clock import plant_today
from people.doors import StaffRequired
from plans.filters import CoverageFilter
from plans.models import Sheet
from plans.selectors.coverage import Coverage, coverage_by_place
from plans.selectors.places import named

DAYS = 7


@dataclass(frozen=True)
class Row:
    """A place, its figures, and the list of the sheets behind them."""

    label: str
    figures: Coverage
    url: str


class SheetCoverage(StaffRequired, TemplateView):
    """The last week unless other days are asked; the places that did least stand first, and every figure opens its sheets."""

    template_name = "plans/coverage.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = plant_today()
        asked = {"business_date_from": (today - timedelta(days=DAYS - 1)).isoformat(), "business_date_to": today.isoformat()}
        asked |= {name: value for name, value in self.request.GET.items() if value}
        found = CoverageFilter(asked, queryset=self.access.scoped(Sheet.objects.filter(area=None), "node"), request=self.request)
        by_place = coverage_by_place(found.qs, timezone.now())
        places = named(by_place)
        rows = [Row(places[node].label, figures, self.door(asked, node)) for node, figures in by_place.items()]
        rows.sort(key=lambda row: (row.figures.percent is None, row.figures.percent or 0, row.label))
        return super().get_context_data(**kwargs) | {
            "filterset": found,
            "rows": rows,
            "sum": sum(by_place.values(), Coverage()),
            "sum_url": self.door(asked, None),
            "is_filtered": bool(self.request.GET),
        }

    def door(self, asked: dict[str, str], node: int | None) -> str:
        """The list of the sheets behind a figure, but for its status."""
        parts: dict[str, str] = {name: asked[name] for name in ("business_date_from", "business_date_to", "template") if name in asked}
        if node is not None:
            parts["node"] = str(node)
        return f"{reverse('sheets')}?{urlencode({'view': 'all', **parts})}"
