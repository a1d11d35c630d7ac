"""Who was there before the shift: the list of a day for those who lead, and the one tap of whoever arrives (PLN-02)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from core.asked import read_date
from core.clock import business_date, plant_now
from core.errors import RuleBroken
from core.templatetags.fo import clock
from people.doors import StaffRequired
from people.models import OrgKind, Shift
from plans.selectors.arrivals import arrivals_on, late_words, lead_time
from plans.selectors.places import nodes_of
from plans.services import stamp_arrival
from plans.views.sheets import SheetFill


class ArrivalList(StaffRequired, TemplateView):
    """Supervisors and team leaders of one business date: on time, late by how much, not arrived."""

    action = "report.review"
    template_name = "plans/arrivals.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = plant_now()
        asked = self.request.GET
        on = read_date(asked.get("on", "")) or business_date([shift.times for shift in Shift.objects.all()], now)
        places = nodes_of(self.access.scope, OrgKind.values, on)
        node = next((span for span in places if str(span.node_id) == asked.get("node")), None)
        rows = arrivals_on(self.access, on, now, node=node.node_id if node else None)
        late_only = asked.get("late") == "1"
        late = [row for row in rows if row.is_late]
        kept = {"node": node.node_id} if node else {}
        kept |= {"late": 1} if late_only else {}
        return super().get_context_data(**kwargs) | {
            "on": on,
            "places": places,
            "node": node,
            "late_only": late_only,
            "rows": late if late_only else rows,
            "all": len(rows),
            "late": sum(not row.is_missing for row in late),
            "missing": sum(row.is_missing for row in late),
            "lead_minutes": int(lead_time().total_seconds() // 60),
            "before": self._address(on - timedelta(days=1), kept),
            "after": self._address(on + timedelta(days=1), kept),
            "is_filtered": bool(kept),
            "unfiltered": self._address(on, {}),
        }

    def _address(self, on: Any, more: dict[str, Any]) -> str:
        return f"{reverse('arrivals')}?{urlencode({'on': on.isoformat(), **more})}"


class SheetArrive(SheetFill):
    """*I am here*: from the sheet, or from My day, which it then leads back to."""

    def get(self, request: Any, pk: int) -> HttpResponse:
        self.require(self.sheet.node_id, "read")
        return redirect("sheet-fill", pk=pk)

    def post(self, request: Any, pk: int) -> HttpResponse:
        self.require(self.sheet.node_id)
        try:
            arrival = stamp_arrival(sheet=self.sheet, by=self.by)
        except RuleBroken as refusal:
            return self.show(refusal=refusal, status=refusal.status)
        said = {"at": clock(arrival.arrived_at), "late": late_words(arrival.minutes_late)}
        words = _("Your arrival is stamped: %(at)s, %(late)s.") if arrival.minutes_late else _("Your arrival is stamped: %(at)s, on time.")
        messages.success(request, words % said)
        return redirect("my-day") if request.POST.get("back") == "my-day" else redirect("sheet-fill", pk=pk)
