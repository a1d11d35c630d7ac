"""Arrivals: what is expected, and taking it in with lot, last good day and bin (MAT-12, MAT-13)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import FormView

from core.clock import plant_today
from core.plant_settings import plant_setting
from core.views.pages import RefusalMixin
from materials.forms.buying import ReceiveForm
from materials.models import ExpectedReceipt
from materials.selectors.buying import arrivals_expected, promises, receiving_bins
from materials.services import receive
from people.doors import StaffRequired

LISTED = 400
SHOWN = 50


class ReceiveList(StaffRequired, View):
    """Scan or choose what arrived: the number of the promise, of the requisition, the item's code or barcode."""

    action = "receive"

    def get(self, request: Any) -> HttpResponse:
        asked = request.GET.get("q", "").strip().replace("\x00", "")
        rows = list(arrivals_expected(asked)[:SHOWN])
        if asked and len(rows) == 1:
            return redirect("receive-purchase", rows[0].number)
        today = plant_today()
        context = {"rows": [(row, row.days_late(today)) for row in rows], "asked": asked, "today": today}
        return render(request, "materials/receive_list.html", context, status=200)


class ReceivePage(StaffRequired, RefusalMixin, FormView):
    """One arrival. A refusal stands at its field; nothing typed is lost and nothing is posted."""

    action = "receive"
    form_class = ReceiveForm
    template_name = "materials/receive.html"

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.found: ExpectedReceipt | None = None

    @property
    def promise(self) -> ExpectedReceipt:
        if self.found is None:
            self.found = get_object_or_404(promises(), number=self.kwargs["key"])
        return self.found

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"item": self.promise.requisition.item}

    def get_initial(self) -> dict[str, Any]:
        promise = self.promise
        bins = self.bins
        missing = promise.missing
        return {
            "quantity": missing.normalize() if missing else "",
            "business_date": plant_today(),
            "bin": bins[0].code if bins else "",
        }

    @property
    def bins(self) -> list[Any]:
        if not hasattr(self, "_bins"):
            self._bins = list(receiving_bins(self.promise.requisition.item)[:LISTED])
        return self._bins

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        promise, today = self.promise, plant_today()
        tolerance = plant_setting("over_receipt_pct")
        return super().get_context_data(**kwargs) | {
            "promise": promise,
            "item": promise.requisition.item,
            "unit": promise.requisition.item.unit,
            "today": today,
            "days_late": promise.days_late(today),
            "tolerance": tolerance,
            "most": promise.quantity * (100 + tolerance) / 100 - promise.received_qty,
            "bins": self.bins,
        }

    def perform(self, form: ReceiveForm) -> HttpResponse:
        data = form.cleaned_data
        slip = receive(
            expected=self.promise,
            quantity=data["quantity"],
            lot=data["lot"],
            expires_on=data["expires_on"],
            bin=data["bin"],
            delivery_note=data["delivery_note"],
            business_date=data["business_date"],
            is_complete=data["is_complete"],
            by=self.by,
            request_key=data["request_key"],
        )
        messages.success(self.request, _("%(number)s is posted.") % {"number": slip.number})
        return redirect("purchase", self.promise.number)
