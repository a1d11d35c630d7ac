"""Adjustment slips: drafted with a reason, decided by somebody else (MAT-17)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import DecimalField, ExpressionWrapper, F, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views import View
from django.views.generic import FormView

from core.asked import read_whole
from core.errors import RuleBroken
from core.history import history_of
from core.money import currency
from core.services import keep_upload
from core.tables import Choice, Code, Day, Number, Text
from core.tables import Column as FileColumn
from core.views.lists import Column, FileLayout, RegisterList
from core.views.pages import RefusalMixin
from materials.filters import AdjustmentFilter
from materials.forms.adjusting import AdjustmentForm
from materials.forms.decisions import WordsForm
from materials.models import Adjustment, Balance, Item, Place, PlaceKind
from materials.selectors.counting import approvers
from materials.selectors.stock import store_stock
from materials.services import approve_adjustment, draft_adjustment, reject_adjustment
from people.doors import StaffRequired

MOST_OFFERED = 500
WORTH = ExpressionWrapper(F("change") * F("unit_cost"), output_field=DecimalField(max_digits=24, decimal_places=4))


def asked_balance(request: Any) -> Balance | None:
    """The stock that a link names: ``?balance=ID``."""
    asked = read_whole(request.GET.get("balance", ""))
    return None if asked is None else store_stock().filter(pk=asked).first()


class AdjustmentList(StaffRequired, RegisterList):
    title = gettext_lazy("Adjustments")
    lead = gettext_lazy("The book corrected outside a stocktake: with a reason, and approved by somebody else.")
    filterset_class = AdjustmentFilter
    row_template = "materials/_adjustment_row.html"
    default_order = ("-drafted_at",)
    new_label = gettext_lazy("New adjustment")
    new_action = "adjustment.draft"
    columns = (
        Column(pgettext_lazy("slip", "Number"), sort="number"),
        Column(pgettext_lazy("item", "Material"), sort="lot__item__code"),
        Column(gettext_lazy("Bin"), sort="place__code", less=1),
        Column(pgettext_lazy("stock", "Change"), sort="change", number=True),
        Column(pgettext_lazy("money", "Value"), sort="worth", number=True, less=2),
        Column(gettext_lazy("Reason"), less=1),
        Column(gettext_lazy("Drafted by"), sort="drafted_at", less=1),
        Column(gettext_lazy("Status"), sort="status"),
    )
    file = FileLayout(
        "adjustments",
        (
            FileColumn("number", Code()),
            FileColumn("status", Choice(choices=Adjustment.Status)),
            FileColumn("item_code", Code(), source="lot__item__code"),
            FileColumn("lot", Code(), source="lot__code"),
            FileColumn("bin_code", Code(), source="place__code"),
            FileColumn("change", Number()),
            FileColumn("unit", Code(), source="lot__item__unit__code"),
            FileColumn("value", Number(24, 4), source="worth"),
            FileColumn("reason", Choice(choices=Adjustment.Reason)),
            FileColumn("note", Text(most=500)),
            FileColumn("drafted_by", Code(), source="drafted_by__staff_no"),
            FileColumn("drafted_on", Day(), source="drafted_at__date"),
            FileColumn("decided_by", Code(), source="decided_by__staff_no"),
            FileColumn("decision_note", Text(most=500)),
        ),
    )
    empty_title = gettext_lazy("No adjustment here")
    empty_text = gettext_lazy("Where the book and the bin disagree outside a stocktake, a storekeeper drafts an adjustment.")

    @property
    def new_url(self) -> str:  # type: ignore[override]
        return reverse("adjustment-new")

    @property
    def views(self) -> tuple[tuple[str, Any], ...]:  # type: ignore[override]
        everything, waiting = ("all", gettext_lazy("All")), ("wait", pgettext_lazy("adjustment", "To decide"))
        return (waiting, everything) if self.access.may("adjustment.approve") else (everything, waiting)

    def base_rows(self) -> QuerySet:
        return Adjustment.objects.select_related("lot__item__unit", "place", "drafted_by").annotate(worth=WORTH)

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        return rows.filter(status=Adjustment.Status.REQUESTED) if view == "wait" else rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"currency": currency()}


class AdjustmentNew(StaffRequired, RefusalMixin, FormView):
    action = "adjustment.draft"
    form_class = AdjustmentForm
    template_name = "materials/adjustment_new.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        self.balance = asked_balance(self.request)
        return super().get_form_kwargs() | {"balance": self.balance}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs) | {"balance": self.balance}
        if self.balance is None:
            bins = Place.objects.filter(kind=PlaceKind.BIN, is_closed=False).order_by("code")
            context |= {"items": Item.objects.order_by("code")[:MOST_OFFERED], "bins": bins[:MOST_OFFERED]}
        return context

    def perform(self, form: AdjustmentForm) -> HttpResponse:
        sent, values = form.cleaned_data["photo"], form.values()
        photo = keep_upload(file=sent, by=self.by, name=sent.name, own_id=values["request_key"]) if sent else None
        asked = draft_adjustment(photo=photo, by=self.by, **values)
        messages.success(self.request, _("%(number)s waits for its decision.") % {"number": asked.number})
        return redirect("adjustment", number=asked.number)


class AdjustmentDoor(StaffRequired, View):
    adjustment: Adjustment

    def find(self, number: str) -> None:
        rows = Adjustment.objects.select_related("lot__item__unit", "place", "drafted_by", "decided_by", "slip")
        self.adjustment = get_object_or_404(rows, number=number)

    def show(self, *, form: WordsForm | None = None, refusal: RuleBroken | None = None) -> HttpResponse:
        adjustment = self.adjustment
        tab = "history" if self.request.GET.get("tab") == "history" else "adjustment"
        is_waiting = adjustment.status == Adjustment.Status.REQUESTED
        is_own = adjustment.drafted_by_id == self.by.pk
        on_hand = Balance.objects.filter(lot=adjustment.lot_id, place=adjustment.place_id).values_list("on_hand", flat=True).first() or 0
        context = {
            "adjustment": adjustment,
            "unit": adjustment.lot.item.unit,
            "on_hand": on_hand,
            "after": on_hand + adjustment.change,
            "currency": currency(),
            "is_own": is_own,
            "is_waiting": is_waiting,
            "may_decide": is_waiting and not is_own and self.access.may("adjustment.approve"),
            "deciders": ", ".join(person.name for person in approvers() if person.pk != adjustment.drafted_by_id) if is_waiting else "",
            "form": form or WordsForm(),
            "refusal": refusal,
            "tabs": [
                {"url": reverse("adjustment", args=[adjustment.number]), "label": _("Adjustment"), "is_here": tab == "adjustment"},
                {"url": "?tab=history", "label": _("History"), "is_here": tab == "history"},
            ],
            "tab": tab,
            "history": history_of(adjustment) if tab == "history" else [],
        }
        return render(self.request, "materials/adjustment.html", context, status=refusal.status if refusal else 200)


class AdjustmentPage(AdjustmentDoor):
    def get(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        return self.show()


class AdjustmentDecision(AdjustmentDoor):
    """A decision; a refusal stands above the slip, what was typed stays."""

    action = "adjustment.approve"

    def get(self, request: Any, number: str) -> HttpResponse:
        return redirect("adjustment", number=number)

    def post(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        form = WordsForm(request.POST)
        try:
            self.decide(form.cleaned_data.get("note", "") if form.is_valid() else "")
        except RuleBroken as refusal:
            self.find(number)
            form.add_refusal(refusal)
            return self.show(form=form, refusal=refusal)
        return redirect("adjustment", number=number)

    def decide(self, note: str) -> None:
        raise RuleBroken


class AdjustmentApprove(AdjustmentDecision):
    def decide(self, note: str) -> None:
        approve_adjustment(adjustment=self.adjustment, note=note, by=self.by)
        messages.success(self.request, _("Approved and posted."))


class AdjustmentReject(AdjustmentDecision):
    def decide(self, note: str) -> None:
        reject_adjustment(adjustment=self.adjustment, note=note, by=self.by)
        messages.success(self.request, _("Rejected. Nothing was posted."))
