from __future__ import annotations

from typing import Any

from django.views.generic import TemplateView

from people.doors import StaffRequired
from reports.meanings import meanings


class FiguresMeant(StaffRequired, TemplateView):
    """What every figure of the months means; the name of a figure leads here."""

    action = "month.read"
    template_name = "reports/figures_meant.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"groups": meanings()}
