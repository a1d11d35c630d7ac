from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.views.lists import Column, RegisterList
from people.doors import StaffRequired
from plans.filters import SheetFilter
from plans.models import Sheet
from plans.selectors.places import named
from plans.selectors.sheets import todays_sheets, with_progress


class SheetList(StaffRequired, RegisterList):
    """Today's check sheets, and all that were ever made."""

    model = Sheet
    title = _("Checks")
    lead = _("One sheet per place, shift and day; made by the evening before.")
    scope_path = "node"
    filterset_class = SheetFilter
    views = (("today", _("Today")), ("all", _("All")))
    row_template = "plans/_sheet_list_row.html"
    default_order = ("-business_date", "node__code", "shift__starts_at")
    columns = (
        Column(_("Date"), sort="business_date"),
        Column(_("Where"), sort="node__code"),
        Column(_("Checklist"), sort="template__code"),
        Column(_("Shift"), less=2),
        Column(_("Answered"), number=True),
        Column(_("NG"), number=True, less=2),
        Column(_("Status"), sort="status"),
        Column(_("Submitted"), sort="submitted_at", less=1),
    )
    empty_title = _("No sheet here today")
    empty_text = _("Sheets are made on working days, a day ahead, where the administrator has assigned a checklist.")

    def base_rows(self) -> QuerySet:
        """The sections of surveys stand on the pages of their survey."""
        return Sheet.objects.filter(area=None)

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        return todays_sheets(self.access) if view == "today" else rows

    def get_queryset(self) -> QuerySet:
        return with_progress(super().get_queryset())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"places": named(sheet.node_id for sheet in context["rows"])}
