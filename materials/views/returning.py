"""Material back to the store: chosen by what the order holds, typed, posted (MAT-10)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.errors import RuleBroken
from materials.forms.slips import ReturnForm, ReturnRow
from materials.models import ReturnType
from materials.selectors.issuing import receivers_for
from materials.selectors.order_material import held_by_line, orders_holding
from materials.services import return_material
from materials.views.counter import CounterDoor, CounterOrders
from people.services import verify_pin
from plans.models import ProductionOrder

# What each type of return does, said where it is chosen.
EFFECTS = {
    ReturnType.GOOD: gettext_lazy("Back into stock; the quota opens again."),
    ReturnType.INCOMING_DEFECT: gettext_lazy("Into quarantine; the quota opens again."),
    ReturnType.OPERATION_DEFECT: gettext_lazy("Into quarantine; more needs a supplement."),
}


class ReturnOrders(CounterOrders):
    next_page = "return-order"
    title = pgettext_lazy("material", "Return")
    lead = gettext_lazy("Scan the order whose material comes back.")
    empty_title = gettext_lazy("No order holds material now")
    empty_text = gettext_lazy("What is issued to an order and not used up can come back here.")

    def orders(self) -> QuerySet[ProductionOrder]:
        return orders_holding(self.access)


class ReturnPage(CounterDoor):
    """What one order holds; a press posts what was brought."""

    def form(self, data: Any = None) -> ReturnForm:
        lines = list(self.order.quota_lines.select_related("item__unit").order_by("pk"))
        held = held_by_line(self.order, lines)
        by_item: dict[int, list[Any]] = {}
        for line in lines:
            for one in held[line.pk]:
                by_item.setdefault(one.item.pk, []).append(one)
        self.rows = [ReturnRow(found) for found in by_item.values()]
        initial = {"return_type": ReturnType.GOOD}
        return ReturnForm(data, rows=self.rows, people=receivers_for(self.order, but=self.by), initial=initial)

    def show(self, form: ReturnForm, *, refusal: RuleBroken | None = None) -> HttpResponse:
        lines = [(row, form[form.quantity_name(row)], form[form.from_name(row)]) for row in self.rows]
        context = self.frame() | {
            "form": form,
            "lines": lines,
            "types": [(value, word, EFFECTS[ReturnType(value)]) for value, word in ReturnType.choices],
            "faults": sum(1 for _row, quantity, _lot in lines if quantity.errors),
            "refusal": refusal,
            "whole": [] if refusal or not form.is_bound else form.errors_of_the_whole(),
        }
        status = refusal.status if refusal else 422 if form.errors else 200
        return render(self.request, "materials/return.html", context, status=status)

    def get(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        return self.show(self.form(), refusal=self.not_open)

    def post(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(form)
        pin, brought_by = form.cleaned_data["pin"], form.chosen
        try:
            lines = form.lines()
            if pin and lines:
                verify_pin(staff=brought_by, pin=pin)
            slip = return_material(
                order=self.order,
                lines=lines,
                return_type=form.cleaned_data["return_type"],
                receiver=brought_by,
                by=self.by,
                receiver_signed=bool(pin),
                request_key=form.cleaned_data["request_key"],
            )
        except RuleBroken as refusal:
            form.add_refusal(refusal)
            return self.show(form, refusal=form.refusal)
        messages.success(request, _("%(number)s is posted.") % {"number": slip.number})
        return redirect("slip", number=slip.number)
