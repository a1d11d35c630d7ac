"""What an order made comes into the store (MAT-11)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import RuleBroken
from materials.forms.moving import ProductionForm
from materials.selectors.issuing import receivers_for
from materials.selectors.production import items_made_by, orders_that_make, output_of
from materials.selectors.stock import bins_in_use
from materials.services import receive_production
from materials.services.producing import TAKEN_INTO
from materials.views.counter import CounterDoor, CounterOrders
from plans.models import ProductionOrder


class ProductionOrders(CounterOrders):
    next_page = "production-receipt-order"
    title = gettext_lazy("Production receipt")
    lead = gettext_lazy("Scan the order whose good output comes into the store.")
    empty_title = gettext_lazy("No order makes what the store keeps")
    empty_text = gettext_lazy("A released order shows here when its product is kept as an item: name the product on the item's page.")

    def orders(self) -> QuerySet[ProductionOrder]:
        return orders_that_make(self.access)


class ProductionPage(CounterDoor):
    """Reported good, taken in before, left; a press takes in what stands there."""

    def form(self, data: Any = None) -> ProductionForm:
        order = self.order
        self.output = output_of(order)
        items = items_made_by(order)
        bins = [place for place in bins_in_use() if place.purpose in TAKEN_INTO]
        initial = {"quantity": f"{self.output.left:.{order.product.unit.decimals}f}" if self.output.left else ""}
        return ProductionForm(data, items=items, bins=bins, people=receivers_for(order, but=self.by), initial=initial)

    def show(self, form: ProductionForm, refusal: RuleBroken | None = None, status: int = 0) -> HttpResponse:
        context = self.frame() | {
            "form": form,
            "output": self.output,
            "unit": self.order.product.unit,
            "refusal": refusal,
        }
        status = status or (refusal.status if refusal else 422 if form.errors else 200)
        return render(self.request, "materials/production_receipt.html", context, status=status)

    def get(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        return self.show(self.form(), self.not_open)

    def post(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(form)
        data = form.cleaned_data
        try:
            slip = receive_production(
                order=self.order,
                lines=[form.line],
                brought_by=form.people.get(data["receiver"]),
                by=self.by,
                request_key=data["request_key"],
            )
        except RuleBroken as refusal:
            form.add_refusal(refusal)
            self.output = output_of(self.order)
            return self.show(form, form.refusal, refusal.status)
        messages.success(request, _("%(number)s is posted.") % {"number": slip.number})
        return redirect("slip", number=slip.number)
