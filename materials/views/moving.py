"""Movements of no order: bin to bin, and what a cost centre draws (MAT-11)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from core.errors import RuleBroken, Unknown
from materials.errors.slips import ApprovalNeeded, ReasonNeeded
from materials.forms.moving import OtherIssueForm, OtherIssueLines, TransferForm
from materials.models import Balance, Item, OtherPurpose, Place, PlaceKind, Purpose, Slip
from materials.selectors.stock import bins_in_use, bins_with_stock, store_stock
from materials.services import issue_without_order, request_slip, transfer
from materials.views.more_lines import one_line_more
from people.doors import StaffRequired
from people.models import OrgKind, Staff
from people.services import verify_pin
from plans.selectors.places import nodes_of

LISTED = 400
COST_CENTRES = (OrgKind.PLANT, OrgKind.WORKSHOP, OrgKind.SECTION, OrgKind.TEAM)


def asked_key(key: Any) -> UUID | None:
    """The key of a request that the same form asks for: another than that of the slip it would have been."""
    return uuid5(key, "ask") if isinstance(key, UUID) else None


class TransferBins(StaffRequired, View):
    """Scan or choose the bin that something leaves."""

    action = "slip.post"

    def get(self, request: Any) -> HttpResponse:
        code = request.GET.get("from", "").strip()
        found = Place.objects.filter(kind=PlaceKind.BIN, code__iexact=code).first() if code else None
        if found is not None:
            return redirect("transfer-from", code=found.code)
        refusal = Unknown(value=code) if code else None
        bins = bins_with_stock()
        context = {"bins": bins[:LISTED], "code": code, "refusal": refusal}
        return render(request, "materials/transfer_bins.html", context, status=refusal.status if refusal else 200)


class TransferPage(StaffRequired, View):
    """What lies in one bin; a press brings what was typed to another."""

    action = "slip.post"

    def find(self, code: str) -> None:
        self.place = get_object_or_404(Place.objects.select_related("parent"), kind=PlaceKind.BIN, code=code)

    def form(self, data: Any = None) -> TransferForm:
        self.rows: list[Balance] = list(
            store_stock().filter(place=self.place).order_by("lot__item__code", "lot__expires_on", "lot__received_on", "lot__code")
        )
        bins = [place for place in bins_in_use() if place.pk != self.place.pk and place.purpose != Purpose.LINE_SIDE]
        return TransferForm(data, source=self.place, rows=self.rows, bins=bins)

    def show(self, form: TransferForm, refusal: RuleBroken | None = None) -> HttpResponse:
        lines = [(row, form[form.quantity_name(row)]) for row in self.rows]
        context = {
            "place": self.place,
            "form": form,
            "lines": lines,
            "faults": sum(1 for _row, field in lines if field.errors),
            "refusal": refusal,
            "may_ask": isinstance(refusal, ApprovalNeeded),
            "whole": [] if refusal or not form.is_bound else form.errors_of_the_whole(),
        }
        status = refusal.status if refusal else 422 if form.errors else 200
        return render(self.request, "materials/transfer.html", context, status=status)

    def get(self, request: Any, code: str) -> HttpResponse:
        self.find(code)
        return self.show(self.form())

    def post(self, request: Any, code: str) -> HttpResponse:
        self.find(code)
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(form)
        key, reason = form.cleaned_data["request_key"], form.cleaned_data["reason"]
        try:
            if request.POST.get("ask"):
                asked = request_slip(kind=Slip.Kind.TRANSFER, lines=form.lines(), reason=reason, by=self.by, request_key=asked_key(key))
                messages.success(request, _("%(number)s waits for its decision.") % {"number": asked.number})
                return redirect("slip-request", number=asked.number)
            slip = transfer(lines=form.lines(), reason=reason, by=self.by, request_key=key)
        except (ApprovalNeeded, ReasonNeeded) as refusal:
            if isinstance(refusal, ReasonNeeded):
                form.add_refusal(refusal)
            return self.show(form, refusal if isinstance(refusal, ApprovalNeeded) else None)
        except RuleBroken as refusal:
            form.add_refusal(refusal)
            self.rows = form.rows = list(form.rows)
            return self.show(form, form.refusal)
        messages.success(request, _("%(number)s is posted.") % {"number": slip.number})
        return redirect("slip", number=slip.number)


class OtherIssue(StaffRequired, View):
    """Spares, consumables and samples for a cost centre, and what a bin at the line needs; above the plant's value the same press asks
    for an approval."""

    action = "slip.post"
    title = gettext_lazy("Issue without order")

    def forms(self, data: Any = None) -> tuple[OtherIssueForm, Any]:
        units, bins = nodes_of(self.access.scope, COST_CENTRES), bins_in_use(Purpose.LINE_SIDE)
        form = OtherIssueForm(data, units=units, bins=bins, initial={"purpose": OtherPurpose.CONSUMABLE})
        return form, OtherIssueLines(data, prefix="lines")

    def show(self, form: OtherIssueForm, lines: Any, refusal: RuleBroken | None = None, status: int = 200) -> HttpResponse:
        context = {
            "title": self.title,
            "form": form,
            "lines": lines,
            "refusal": refusal,
            "may_ask": isinstance(refusal, ApprovalNeeded),
            "items": Item.objects.filter(is_phantom=False).select_related("unit").order_by("code")[:LISTED],
            "people": Staff.objects.employed().exclude(pk=self.by.pk).order_by("staff_no")[:LISTED],
        }
        return render(self.request, "materials/other_issue.html", context, status=status)

    def get(self, request: Any) -> HttpResponse:
        return self.show(*self.forms())

    def post(self, request: Any) -> HttpResponse:
        data = request.POST.copy()
        if data.get("then") == "add":
            one_line_more(data)
            return self.show(*self.forms(data))
        form, lines = self.forms(data)
        if not (form.is_valid() & lines.is_valid()):
            return self.show(form, lines, status=422)
        key, pin, receiver = form.cleaned_data["request_key"], form.cleaned_data["pin"], form.cleaned_data["receiver"]
        moved = lines.lines(form.goes_to)
        try:
            if data.get("ask"):
                asked = request_slip(kind=Slip.Kind.OTHER_ISSUE, lines=moved, by=self.by, request_key=asked_key(key), **form.said)
                messages.success(request, _("%(number)s waits for its decision.") % {"number": asked.number})
                return redirect("slip-request", number=asked.number)
            if pin and lines.filled:
                verify_pin(staff=receiver, pin=pin)
            slip = issue_without_order(lines=moved, receiver_signed=bool(pin), by=self.by, request_key=key, **form.said)
        except ApprovalNeeded as refusal:
            return self.show(form, lines, refusal, refusal.status)
        except RuleBroken as refusal:
            for fault in lines.add_refusal(refusal):
                form.add_refusal(fault)
            return self.show(form, lines, status=refusal.status)
        messages.success(request, _("%(number)s is posted.") % {"number": slip.number})
        return redirect("slip", number=slip.number)
