"""What lies where: stock by item, lot and bin; lots with their status, whereabouts and trace."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views import View

from core.clock import plant_today
from core.errors import RuleBroken
from core.history import history_of
from core.money import currency
from core.tables import Choice, Code, Day, Number, Text
from core.tables import Column as FileColumn
from core.views.lists import Column, FileLayout, RegisterList
from materials.filters import LotFilter, StockFilter
from materials.forms.masters import LotDecisionForm
from materials.models import Lot, LotStatus, Purpose
from materials.selectors.ageing import expiring, warned_until
from materials.selectors.stock import held_stock, moves_of_item, orders_of_lot, store_stock
from materials.services import decide_lot
from people.doors import StaffRequired


class StockList(StaffRequired, RegisterList):
    title = gettext_lazy("Stock")
    lead = gettext_lazy("Each lot at each bin, as the ledger counts it.")
    filterset_class = StockFilter
    views = (("store", gettext_lazy("In the store")), ("orders", gettext_lazy("Held by orders")))
    row_template = "materials/_stock_row.html"
    default_order = ("lot__item__code", "lot__expires_on", "place__code")
    columns = (
        Column(pgettext_lazy("item", "Material"), sort="lot__item__code"),
        Column(pgettext_lazy("noun", "Lot"), sort="lot__code"),
        Column(pgettext_lazy("place", "Zone"), sort="place__parent__code", less=1),
        Column(gettext_lazy("Bin"), sort="place__code"),
        Column(pgettext_lazy("stock", "Quantity"), sort="on_hand", number=True),
        Column(pgettext_lazy("money", "Value"), sort="worth", number=True, less=1),
        Column(gettext_lazy("Last good day"), sort="lot__expires_on", less=2),
        Column(gettext_lazy("Status"), sort="lot__status"),
    )
    file = FileLayout(
        "stock",
        (
            FileColumn("item_code", Code(), source="lot__item__code"),
            FileColumn("item_name", Text(), source="lot__item__name"),
            FileColumn("item_class", Text(), source="lot__item__item_class"),
            FileColumn("lot", Code(), source="lot__code"),
            FileColumn("status", Choice(choices=LotStatus), source="lot__status"),
            FileColumn("warehouse_code", Code(), source="place__parent__parent__code"),
            FileColumn("zone_code", Code(), source="place__parent__code"),
            FileColumn("bin_code", Code(), source="place__code"),
            FileColumn("purpose", Choice(choices=Purpose), source="place__purpose"),
            FileColumn("quantity", Number(), source="on_hand"),
            FileColumn("unit", Code(), source="lot__item__unit__code"),
            FileColumn("value", Number(24, 4), source="worth"),
            FileColumn("expires_on", Day(), source="lot__expires_on"),
        ),
    )
    empty_title = gettext_lazy("Nothing lies here")
    empty_text = gettext_lazy("Stock comes by receipt, by production receipt, or as the opening stock of a file.")

    def base_rows(self) -> QuerySet:
        return held_stock(self.access) if self.view_key() == "orders" else store_stock()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"today": plant_today(), "currency": currency()}


class LotList(StaffRequired, RegisterList):
    queryset = Lot.objects.exclude(code="").select_related("item__unit")
    title = gettext_lazy("Lots")
    lead = gettext_lazy("What arrived or was made together; only a released or concession lot may be issued.")
    filterset_class = LotFilter
    views = (("all", gettext_lazy("All")), ("inspect", gettext_lazy("To inspect")), ("expiring", pgettext_lazy("lots", "Running out")))
    row_template = "materials/_lot_row.html"
    template_name = "materials/lot_list.html"
    default_order = ("-received_on", "item__code", "code")
    columns = (
        Column(pgettext_lazy("noun", "Lot"), sort="code"),
        Column(pgettext_lazy("item", "Material"), sort="item__code"),
        Column(gettext_lazy("Received on"), sort="received_on", less=2),
        Column(gettext_lazy("Last good day"), sort="expires_on"),
        Column(gettext_lazy("Status"), sort="status"),
    )
    file = FileLayout(
        "lots",
        (
            FileColumn("item_code", Code(), source="item__code"),
            FileColumn("lot", Code(), attribute="code"),
            FileColumn("status", Choice(choices=LotStatus)),
            FileColumn("received_on", Day()),
            FileColumn("expires_on", Day()),
            FileColumn("made_by_order", Code(), source="made_by_order__number"),
        ),
    )
    empty_title = gettext_lazy("No lot here")
    empty_text = gettext_lazy("A lot comes with its first receipt.")

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        if view == "expiring":
            return rows.filter(pk__in=expiring(plant_today()).order_by().values("lot"))
        return rows.filter(status=LotStatus.TO_INSPECT) if view == "inspect" else rows

    def order_of_rows(self) -> list[str]:
        is_by_expiry = self.view_key() == "expiring" and not self.sort_key()[0]
        return ["expires_on", "item__code", "pk"] if is_by_expiry else super().order_of_rows()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = plant_today()
        return super().get_context_data(**kwargs) | {"today": today, "warned_until": warned_until(today)}


class LotDoor(StaffRequired, View):
    lot: Lot

    def find(self, pk: int) -> None:
        self.lot = get_object_or_404(Lot.objects.select_related("item__unit", "made_by_order"), pk=pk)

    def statuses(self) -> list[LotStatus]:
        """What this person may decide; a concession, and what becomes of a rejected lot, is the manager's word."""
        may_concede = self.access.may("lot.concede")
        if self.lot.status == LotStatus.REJECTED:
            return [LotStatus.CONCESSION, LotStatus.QUARANTINE] if may_concede else []
        decide = [LotStatus.RELEASED, LotStatus.REJECTED, LotStatus.QUARANTINE] if self.access.may("lot.decide") else []
        every = [*decide, *([LotStatus.CONCESSION] if may_concede else [])]
        return [status for status in every if status in Lot.TRANSITIONS[LotStatus(self.lot.status)]]

    def show(self, *, form: LotDecisionForm | None = None, refusal: RuleBroken | None = None) -> HttpResponse:
        lot, statuses = self.lot, self.statuses()
        tab = "history" if self.request.GET.get("tab") == "history" else "lot"
        context = {
            "lot": lot,
            "unit": lot.item.unit,
            "today": plant_today(),
            "stock": list(store_stock().filter(lot=lot).order_by("place__code")),
            "may_move": self.access.may("slip.post"),
            "orders": orders_of_lot(lot, self.access),
            "moves": moves_of_item(lot.item, lot),
            "decisions": list(lot.decisions.select_related("by").order_by("-pk")),
            "may_adjust": self.access.may("adjustment.draft"),
            "form": form or (LotDecisionForm(statuses=statuses) if statuses else None),
            "refusal": refusal,
            "tabs": [
                {"url": self.request.path, "label": pgettext_lazy("noun", "Lot"), "is_here": tab == "lot"},
                {"url": "?tab=history", "label": _("History"), "is_here": tab == "history"},
            ],
            "tab": tab,
            "history": history_of(lot) if tab == "history" else [],
        }
        return render(self.request, "materials/lot.html", context, status=refusal.status if refusal else 422 if form else 200)


class LotPage(LotDoor):
    def get(self, request: Any, pk: int, code: str = "") -> HttpResponse:
        self.find(pk)
        return self.show() if not code else redirect("lot", pk=pk)


class LotDecide(LotDoor):
    """Release, concede, reject or set aside a lot, with words; never one's own receipt."""

    asks_node = True

    def get(self, request: Any, pk: int) -> HttpResponse:
        self.require(None, "read")
        return redirect("lot", pk=pk)

    def post(self, request: Any, pk: int) -> HttpResponse:
        self.find(pk)
        wants = request.POST.get("status", "")
        is_managers = wants == LotStatus.CONCESSION or self.lot.status == LotStatus.REJECTED
        self.require(None, "lot.concede" if is_managers else "lot.decide")
        form = LotDecisionForm(request.POST, statuses=self.statuses())
        if not form.is_valid():
            return self.show(form=form)
        try:
            decide_lot(
                lot=self.lot,
                status=form.cleaned_data["status"],
                note=form.cleaned_data["note"],
                by=self.by,
                is_concession_allowed=self.access.may("lot.concede"),
            )
        except RuleBroken as refusal:
            form.add_refusal(refusal)
            return self.show(form=form, refusal=refusal)
        messages.success(request, _("The lot is “%(status)s” now.") % {"status": LotStatus(form.cleaned_data["status"]).label})
        return redirect("lot", pk=pk)
