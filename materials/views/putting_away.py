"""A lot is put away: from one bin to another (MAT-15)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import FormView

from core.views.pages import RefusalMixin
from materials.forms.buying import MoveForm
from materials.models import Lot
from materials.selectors.buying import stock_bins
from materials.selectors.stock import store_stock
from materials.services import SlipLine, transfer
from materials.views.stock import LotList
from people.doors import StaffRequired

LISTED = 400


class LotMove(StaffRequired, RefusalMixin, FormView):
    action = "slip.post"
    form_class = MoveForm
    template_name = "materials/lot_move.html"

    @property
    def lot(self) -> Lot:
        if not hasattr(self, "_lot"):
            self._lot = get_object_or_404(Lot.objects.select_related("item__unit"), pk=self.kwargs["pk"])
            self._lying = list(store_stock().filter(lot=self._lot).order_by("place__code"))
        return self._lot

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"lot": self.lot, "lying": self._lying}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lot = self.lot
        return super().get_context_data(**kwargs) | {
            "title": _("Put away %(lot)s") % {"lot": lot.code or lot.item.code},
            "list_title": LotList.title,
            "list_url": reverse("lots"),
            "back": reverse("lot", args=[lot.pk]),
            "lying": self._lying,
            "bins": stock_bins(lot.item)[:LISTED],
        }

    def perform(self, form: MoveForm) -> HttpResponse:
        data = form.cleaned_data
        line = SlipLine(self.lot.item, data["quantity"], lot=self.lot.code, bin=form.chosen, to_bin=data["target"])
        slip = transfer(lines=[line], by=self.by, request_key=data["request_key"])
        messages.success(self.request, _("%(number)s is posted.") % {"number": slip.number})
        return redirect("lot", pk=self.lot.pk)
