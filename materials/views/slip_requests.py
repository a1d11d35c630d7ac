"""Requests for slips: listed, decided by somebody else, taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views import View

from core.asked import read_whole
from core.errors import RuleBroken
from core.history import history_of
from core.tables import Choice, Code, Moment, Number, Text
from core.tables import Column as FileColumn
from core.views.lists import Column, FileLayout, RegisterList
from materials.errors.slips import SlipRefused
from materials.filters import SlipRequestFilter
from materials.models import OtherPurpose, SlipRequest
from materials.selectors.slip_requests import deciders_of, slip_requests_seen, slip_requests_to_decide
from materials.services import approve_slip_request, reject_slip_request, withdraw_slip_request
from people.doors import StaffRequired
from plans.selectors.places import named


class SlipRequestList(StaffRequired, RegisterList):
    model = SlipRequest
    title = gettext_lazy("Slip requests")
    lead = gettext_lazy("What moves only by another person's word: dear issues without order, and whatever leaves quarantine or scrap.")
    filterset_class = SlipRequestFilter
    row_template = "materials/_slip_request_row.html"
    default_order = ("-requested_at",)
    columns = (
        Column(pgettext_lazy("slip", "Number"), sort="number"),
        Column(gettext_lazy("Kind")),
        Column(gettext_lazy("Cost centre"), less=1),
        Column(gettext_lazy("Reason"), less=1),
        Column(pgettext_lazy("money", "Value"), sort="value", number=True, less=2),
        Column(gettext_lazy("Asked by"), less=1),
        Column(gettext_lazy("Status"), sort="status"),
    )
    file = FileLayout(
        "slip_requests",
        (
            FileColumn("number", Code()),
            FileColumn("kind", Choice(choices=SlipRequest.Kind)),
            FileColumn("status", Choice(choices=SlipRequest.Status)),
            FileColumn("purpose", Choice(choices=OtherPurpose)),
            FileColumn("cost_centre", Code(), source="cost_centre__code"),
            FileColumn("reason", Text(most=300)),
            FileColumn("value", Number()),
            FileColumn("requested_by", Code(), source="requested_by__staff_no"),
            FileColumn("requested_at", Moment()),
            FileColumn("decided_by", Code(), source="decided_by__staff_no"),
            FileColumn("slip", Code(), source="slip__number"),
        ),
    )
    empty_title = gettext_lazy("No slip request here")
    empty_text = gettext_lazy("A slip that needs another person's word is offered as a request when it is refused.")

    @property
    def views(self) -> tuple[tuple[str, Any], ...]:  # type: ignore[override]
        """Who decides sees first what waits for that."""
        everything, waiting = ("all", gettext_lazy("All")), ("wait", pgettext_lazy("supplement", "To decide"))
        return (waiting, everything) if self.access.may("adjustment.approve") else (everything, ("mine", gettext_lazy("Mine")))

    def base_rows(self) -> QuerySet:
        return slip_requests_seen(self.access).select_related("cost_centre", "requested_by")

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        if view == "wait":
            return slip_requests_to_decide(self.access).select_related("cost_centre", "requested_by")
        return rows.filter(requested_by=self.by) if view == "mine" else rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"places": named(row.cost_centre_id for row in context["rows"] if row.cost_centre_id)}


class SlipRequestDoor(StaffRequired, View):
    asks_node = True

    def find(self, number: str) -> None:
        rows = slip_requests_seen(self.access).select_related("cost_centre", "receiver", "requested_by", "decided_by", "slip")
        self.asked = get_object_or_404(rows, number=number)
        self.require(None if self.action == "read" else self.asked.cost_centre_id)

    def show(self, refusal: RuleBroken | None = None) -> HttpResponse:
        asked = self.asked
        tab = "history" if self.request.GET.get("tab") == "history" else "request"
        is_waiting = asked.status == SlipRequest.Status.REQUESTED
        is_own = self.by.pk in (asked.requested_by_id, asked.receiver_id)
        context = {
            "asked": asked,
            "lines": list(asked.lines.select_related("item__unit", "source", "target").order_by("line")),
            "centre": named([asked.cost_centre_id]).get(asked.cost_centre_id) if asked.cost_centre_id else None,
            "is_waiting": is_waiting,
            "is_own": is_own,
            "may_decide": is_waiting and not is_own and self.access.may("adjustment.approve", asked.cost_centre_id),
            "may_withdraw": is_waiting and asked.requested_by_id == self.by.pk,
            "deciders": ", ".join(person.name for person in deciders_of(asked)) if is_waiting else "",
            "refusal": refusal,
            "refused_lines": refusal.refused_lines if isinstance(refusal, SlipRefused) else (),
            "tab": tab,
            "tabs": [
                {"url": self.request.path, "label": pgettext_lazy("noun", "Request"), "is_here": tab == "request"},
                {"url": "?tab=history", "label": _("History"), "is_here": tab == "history"},
            ],
            "history": history_of(asked) if tab == "history" else [],
        }
        return render(self.request, "materials/slip_request.html", context, status=refusal.status if refusal else 200)


class SlipRequestPage(SlipRequestDoor):
    def get(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        return self.show()


class SlipRequestStep(SlipRequestDoor):
    """A step on a request; a refusal stands above the request it speaks of."""

    def get(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        return redirect("slip-request", number=number)

    def post(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        try:
            self.step(read_whole(request.POST.get("version", "")))
        except RuleBroken as refusal:
            self.find(number)
            return self.show(refusal)
        return redirect("slip-request", number=number)

    def step(self, version: int | None) -> None:
        raise RuleBroken


class SlipRequestApprove(SlipRequestStep):
    action = "adjustment.approve"

    def step(self, version: int | None) -> None:
        slip = approve_slip_request(request=self.asked, version=version, by=self.by)
        messages.success(self.request, _("Approved; %(number)s is posted.") % {"number": slip.number})


class SlipRequestReject(SlipRequestStep):
    action = "adjustment.approve"

    def step(self, version: int | None) -> None:
        reject_slip_request(request=self.asked, note=self.request.POST.get("reason", ""), version=version, by=self.by)
        messages.success(self.request, _("Rejected. Whoever asked is told why."))


class SlipRequestWithdraw(SlipRequestStep):
    action = "slip.post"

    def step(self, version: int | None) -> None:
        withdraw_slip_request(request=self.asked, version=version, by=self.by)
        messages.success(self.request, _("The request is taken back."))
