"""What suppliers promised: the list with what is due and late, the promise with its arrivals (MAT-12)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.clock import plant_today
from core.views.lists import Column, FileLayout, RegisterList
from materials.buying_filters import PurchaseFilter
from materials.forms.buying import PromiseForm, StepForm
from materials.models import ExpectedReceipt
from materials.selectors.buying import earlier_promises, is_late, lots_of_deliveries, promises
from materials.services import cancel_expected, move_promise
from materials.tables.buying import EXPECTED_RECEIPTS
from materials.views.records import RecordDoor, RecordPage, RecordStep
from people.doors import StaffRequired

Status = ExpectedReceipt.Status


class PurchaseList(StaffRequired, RegisterList):
    model = ExpectedReceipt
    title = gettext_lazy("Expected receipts")
    lead = gettext_lazy("What suppliers promised and when; whatever came later, or is still missing, is late.")
    filterset_class = PurchaseFilter
    row_template = "materials/_purchase_row.html"
    views = (
        ("open", pgettext_lazy("purchase", "Expected")),
        ("today", gettext_lazy("Due today or late")),
        ("late", gettext_lazy("Late list")),
        ("all", gettext_lazy("All")),
    )
    columns = (
        Column(pgettext_lazy("slip", "Number"), sort="number"),
        Column(pgettext_lazy("item", "Material"), sort="requisition__item__code", less=2),
        Column(gettext_lazy("Supplier"), sort="supplier__code", less=2),
        Column(gettext_lazy("Ordered"), number=True, less=1),
        Column(gettext_lazy("Arrived"), number=True, less=2),
        Column(pgettext_lazy("purchase", "Promised"), sort="promised_on"),
        Column(gettext_lazy("Arrived on"), sort="complete_on", less=1),
        Column(gettext_lazy("Status"), sort="status"),
    )
    file = FileLayout("expected-receipts", EXPECTED_RECEIPTS.columns)
    empty_title = gettext_lazy("Nothing is expected")
    empty_text = gettext_lazy("The purchaser keeps a supplier's promise on an approved requisition; it stands here until it has arrived.")

    @property
    def default_order(self) -> tuple[str, ...]:  # type: ignore[override]
        """On the late list what is still missing stands first."""
        return {"late": ("status", "promised_on"), "all": ("-promised_on",)}.get(self.view_key(), ("promised_on",))

    def base_rows(self) -> QuerySet:
        return promises()

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        match view:
            case "open":
                return rows.filter(status=Status.EXPECTED)
            case "today":
                return rows.filter(status=Status.EXPECTED, promised_on__lte=plant_today())
            case "late":
                return rows.filter(is_late(plant_today()))
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        today = plant_today()
        return context | {"today": today, "days_late": {row.pk: row.days_late(today) for row in context["rows"]}}


class PurchaseDoor(RecordDoor):
    template_name = "materials/purchase.html"
    page = "purchase"
    tab_label = gettext_lazy("Expected receipt")

    def find(self, key: str) -> None:
        self.record = get_object_or_404(promises(), number=key)

    def context(self, forms: dict[str, Any]) -> dict[str, Any]:
        promise = self.record
        today = plant_today()
        may_change = promise.is_open and self.access.may("purchase.edit")
        version = {"version": promise.version}
        return {
            "promise": promise,
            "asked": promise.requisition,
            "item": promise.requisition.item,
            "unit": promise.requisition.item.unit,
            "today": today,
            "days_late": promise.days_late(today) if promise.status != Status.CANCELLED else 0,
            "earlier": earlier_promises(promise),
            "arrivals": lots_of_deliveries(promise),
            "may_receive": promise.is_open and self.access.may("receive"),
            "promise_form": (forms.get("promise_form") or PromiseForm(initial=version)) if may_change else None,
            "cancel_form": (forms.get("cancel_form") or StepForm(initial=version)) if may_change else None,
        }


class PurchasePage(PurchaseDoor, RecordPage):
    pass


class PurchaseMove(PurchaseDoor, RecordStep):
    """The supplier names another day."""

    action = "purchase.edit"
    form_name = "promise_form"

    def make_form(self, *args: Any) -> PromiseForm:
        return PromiseForm(*args)

    def perform(self, form: PromiseForm) -> None:
        data = form.cleaned_data
        move_promise(expected=self.record, promised_on=data["promised_on"], note=data["note"], version=data["version"], by=self.by)
        messages.success(self.request, _("The new day is kept; the earlier one stays in the history."))


class PurchaseCancel(PurchaseDoor, RecordStep):
    action = "purchase.edit"
    form_name = "cancel_form"

    def make_form(self, *args: Any) -> StepForm:
        return StepForm(*args)

    def perform(self, form: StepForm) -> None:
        data = form.cleaned_data
        cancel_expected(expected=self.record, note=data["note"], version=data["version"], by=self.by)
        messages.success(self.request, _("Cancelled: no more of it is expected."))
