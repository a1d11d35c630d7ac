"""The supplier file: the list with price and quality side by side, the supplier with documents and record (GEN-24, MAT-13)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import FormView

from core.clock import plant_today
from core.money import currency
from core.services import keep_upload
from core.views.lists import Column, RegisterList
from core.views.pages import RefusalMixin
from materials.buying_filters import SupplierFilter
from materials.forms.buying import PaperForm, SupplierForm
from materials.models import Supplier
from materials.selectors.ageing import warned_until
from materials.selectors.buying import promises
from materials.selectors.suppliers import judged_since, offers, papers_of, supplier_rates
from materials.services import add_supplier_document, save_supplier
from materials.views.records import RecordDoor, RecordPage, RecordStep
from people.doors import StaffRequired

FIELDS = ("code", "name", "name_zh", "contact", "phone", "remark", "is_blocked", "version")
PROMISES_SHOWN = 30


class SupplierList(StaffRequired, RegisterList):
    model = Supplier
    title = gettext_lazy("Suppliers")
    filterset_class = SupplierFilter
    row_template = "materials/_supplier_row.html"
    default_order = ("code",)
    export_kind = "suppliers"
    new_url = reverse_lazy("supplier-new")
    new_label = gettext_lazy("New supplier")
    new_action = "purchase.edit"
    views = (("all", gettext_lazy("All")), ("used", gettext_lazy("Not blocked")), ("blocked", pgettext_lazy("supplier", "Blocked")))
    columns = (
        Column(gettext_lazy("Supplier"), sort="code"),
        Column(gettext_lazy("Delivered of ordered"), number=True, less=1),
        Column(gettext_lazy("On time"), number=True, less=2),
        Column(gettext_lazy("Lots accepted"), number=True),
        Column(gettext_lazy("Price to standard cost"), number=True),
        Column(gettext_lazy("Documents"), less=2),
    )
    empty_title = gettext_lazy("No supplier yet")
    empty_text = gettext_lazy("Make the first one; its record fills with every promise, arrival and inspection.")

    @property
    def lead(self) -> str:  # type: ignore[override]
        return _("Price and quality side by side, by promises and lots of the last 12 months.")

    def import_url(self) -> str:
        return ""

    def base_rows(self) -> QuerySet:
        return Supplier.objects.prefetch_related("documents")

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        return rows if view == "all" else rows.filter(is_blocked=view == "blocked")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        today = plant_today()
        soon = warned_until(today)
        papers = {row.pk: [paper.state for paper in papers_of(row.documents.all(), today, soon)] for row in context["rows"]}
        return context | {
            "rates": {rates.supplier_id: rates for rates in supplier_rates(judged_since(today), today, today)},
            "papers": {pk: worst(states) for pk, states in papers.items()},
        }


def worst(states: list[str]) -> str:
    """What the list says of a supplier's documents."""
    return next((state for state in ("expired", "expires_soon", "in_force") if state in states), "")


class SupplierDoor(RecordDoor):
    template_name = "materials/supplier.html"
    page = "supplier"
    tab_label = gettext_lazy("Supplier")

    def find(self, key: str) -> None:
        self.record = get_object_or_404(Supplier, code=key)

    def context(self, forms: dict[str, Any]) -> dict[str, Any]:
        supplier, today = self.record, plant_today()
        since = judged_since(today)
        rates = next((rates for rates in supplier_rates(since, today, today) if rates.supplier_id == supplier.pk), None)
        open_promises = promises().filter(supplier=supplier, status="expected").order_by("promised_on", "pk")[:PROMISES_SHOWN]
        may_edit = self.access.may("purchase.edit")
        return {
            "supplier": supplier,
            "rates": rates,
            "since": since,
            "today": today,
            "currency": currency(),
            "offers": offers(today, supplier=supplier),
            "promises": [(promise, promise.days_late(today)) for promise in open_promises],
            "papers": papers_of(supplier.documents.select_related("file", "added_by"), today, warned_until(today)),
            "paper_form": (forms.get("paper_form") or PaperForm()) if may_edit else None,
            "edit_url": reverse("supplier-edit", args=[supplier.code]) if may_edit else "",
        }


class SupplierPage(SupplierDoor, RecordPage):
    pass


class SupplierPaper(SupplierDoor, RecordStep):
    """Keep a contract or certificate."""

    action = "purchase.edit"
    form_name = "paper_form"

    def make_form(self, *args: Any) -> PaperForm:
        return PaperForm(*args)

    def perform(self, form: PaperForm) -> None:
        data, sent = form.cleaned_data, form.cleaned_data["photo"]
        file = keep_upload(file=sent, by=self.by, name=sent.name) if sent else None
        add_supplier_document(supplier=self.record, title=data["title"], file=file, valid_until=data["valid_until"], by=self.by)
        messages.success(self.request, _("Kept."))


class SupplierEdit(StaffRequired, RefusalMixin, FormView):
    """Make or change a supplier."""

    action = "purchase.edit"
    form_class = SupplierForm
    template_name = "materials/master_form.html"
    told = gettext_lazy("Saved.")

    @property
    def supplier(self) -> Supplier | None:
        code = self.kwargs.get("key")
        return get_object_or_404(Supplier, code=code) if code else None

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"is_new": self.supplier is None}

    def get_initial(self) -> dict[str, Any]:
        supplier = self.supplier
        return {name: getattr(supplier, name) for name in FIELDS} if supplier else {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        supplier = self.supplier
        return super().get_context_data(**kwargs) | {
            "title": f"{supplier.code} · {supplier.label}" if supplier else SupplierList.new_label,
            "list_title": SupplierList.title,
            "list_url": reverse("suppliers"),
            "back": reverse("supplier", args=[supplier.code]) if supplier else reverse("suppliers"),
        }

    def perform(self, form: SupplierForm) -> HttpResponse:
        supplier = save_supplier(supplier=self.supplier, by=self.by, **form.cleaned_data)
        return redirect("supplier", supplier.code)
