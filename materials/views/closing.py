"""The end of an order: every leftover is returned, scrapped or explained on one page, then the order closes (MAT-10, MAT-14)."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.errors import IdempotencyMismatch, RuleBroken
from materials.errors.consumption import UnexplainedDifference
from materials.forms.closing import PARTS, LeftoverForm
from materials.models import Item
from materials.services import Held, close_with_leftovers, held_by_order, used_by
from materials.views.counter import CounterDoor
from plans.models import ProductionOrder

ZERO = Decimal(0)


@dataclass
class ItemLeft:
    """An item of the order, in its unit: what it holds, what reports say was used, and what is said of each lot."""

    item: Item
    used: Decimal
    held: Decimal = ZERO
    said: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(PARTS, ZERO))
    lots: list[tuple[Held, dict[str, Any]]] = field(default_factory=list)
    is_refused: bool = False

    @property
    def open(self) -> Decimal:
        """What nobody accounts for yet."""
        return self.held - self.used - sum(self.said.values(), ZERO)


class OrderLeftovers(CounterDoor):
    action = "order.edit"

    def find(self, number: str) -> None:
        """Whoever closes an order closes it here as well: the right is asked at its workshop."""
        self.action = "read"
        super().find(number)
        self.action = "order.edit"
        self.require(self.order.workshop_id)

    def form(self, data: Any = None) -> LeftoverForm:
        return LeftoverForm(data, held=held_by_order(self.order), initial={"version": self.order.version})

    def show(self, form: LeftoverForm, refusal: RuleBroken | None = None) -> HttpResponse:
        order = self.order
        is_running = order.status in (ProductionOrder.Status.RELEASED, ProductionOrder.Status.ON_HOLD)
        context = self.frame() | {
            "form": form,
            "rows": self.rows(form, refusal),
            "refusal": refusal or (None if is_running else self.not_open),
            "is_running": is_running,
        }
        status = refusal.status if refusal else 422 if form.errors else 200
        return render(self.request, "materials/order_leftovers.html", context, status=status)

    def rows(self, form: LeftoverForm, refusal: RuleBroken | None) -> list[ItemLeft]:
        used = used_by(self.order)
        refused = {row.item for row in refusal.rows} if isinstance(refusal, UnexplainedDifference) else set()
        rows: dict[int, ItemLeft] = {}
        for held in form.held:
            item = held.item
            row = rows.setdefault(item.pk, ItemLeft(item, used.get(item.pk, ZERO), is_refused=item.code in refused))
            row.held += held.quantity
            for part in PARTS:
                row.said[part] += form.said(held, part)
            row.lots.append((held, {part: form[form.name(held, part)] for part in (*PARTS, "reason", "return_type")}))
        return list(rows.values())

    def get(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        return self.show(self.form())

    def post(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(form)
        try:
            close_with_leftovers(
                order=self.order,
                leftovers=form.leftovers(),
                by=self.by,
                version=form.cleaned_data["version"],
                request_key=form.cleaned_data["request_key"],
            )
        except IdempotencyMismatch:
            # Sent twice: the first sending closed the order, which holds nothing now, so this one reads otherwise.
            return redirect("order", number=number)
        except RuleBroken as refusal:
            form.add_refusal(refusal)
            return self.show(form, refusal)
        messages.success(request, _("The order is closed."))
        return redirect("order", number=number)
