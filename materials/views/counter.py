"""What every counter page shares: the order is scanned or chosen, then found among those in scope."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.views import View
from django.views.generic import TemplateView

from core.errors import RuleBroken, Unknown
from materials.errors.slips import OrderNotOpen
from materials.selectors.issuing import ORDERS_SHOWN
from materials.selectors.order_material import node_of
from people.doors import StaffRequired
from plans.models import ProductionOrder
from plans.selectors.orders import order_of, orders_seen, sees_order
from plans.selectors.places import named


class CounterOrders(StaffRequired, TemplateView):
    """Scan or choose an order; a number that is read opens it at once. ``next_page`` is the page of one order."""

    action = "slip.post"
    template_name = "materials/counter_orders.html"
    next_page = ""
    title: str | Promise = ""
    lead: str | Promise = ""
    empty_title: str | Promise = ""
    empty_text: str | Promise = ""
    shows_lines = False

    def orders(self) -> QuerySet[ProductionOrder]:
        """Those that can be chosen without a scanner."""
        return orders_seen(self.access)

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        code = _code_of(request.GET.get("order", ""))
        if not code:
            return self.show(self.orders(), "", None)
        found = orders_seen(self.access).filter(number__iexact=code).first()
        if found is not None and found.is_open:
            return redirect(self.next_page, number=found.number)
        if found is not None:
            return self.show(self.orders(), code, OrderNotOpen(order=found.number, status=found.get_status_display()))
        alike = self.orders().filter(number__icontains=code)
        is_any = alike.exists()
        return self.show(alike if is_any else self.orders(), code, None if is_any else Unknown(value=code))

    def show(self, rows: QuerySet[ProductionOrder], code: str, refusal: RuleBroken | None) -> HttpResponse:
        orders = list(rows[: ORDERS_SHOWN + 1])
        nodes = {pk for order in orders for pk in (order.workshop_id, order.team_id) if pk}
        context = self.get_context_data(
            orders=orders[:ORDERS_SHOWN],
            has_more=len(orders) > ORDERS_SHOWN,
            places=named(nodes),
            code=code,
            refusal=refusal,
            counter=self,
        )
        return self.render_to_response(context, status=refusal.status if refusal else 200)


def _code_of(scanned: str) -> str:
    """The number in what was scanned: it may be the address of the order's page."""
    text = scanned.strip()
    return unquote(text.rpartition("/orders/")[2]) if "/orders/" in text else text


class CounterDoor(StaffRequired, View):
    """Finds the order among those in scope, then asks for the right there."""

    asks_node = True
    action = "slip.post"
    shows_head = True
    """Whether the order comes with what the page's head says of it."""
    order: ProductionOrder

    def find(self, number: str) -> None:
        if self.shows_head:
            rows = ProductionOrder.objects.select_related("product__unit", "workshop", "team", "order_quota__bom")
            order = rows.filter(number=number).first()
        else:
            order = order_of(number)
        if order is None or not sees_order(self.access, order):
            raise Http404
        self.order = order
        self.require(None if self.action == "read" else node_of(self.order))

    def frame(self) -> dict[str, Any]:
        """What the head of every counter page shows."""
        order = self.order
        return {"order": order, "places": named(pk for pk in (order.workshop_id, order.team_id) if pk)}

    @property
    def not_open(self) -> OrderNotOpen | None:
        order = self.order
        return None if order.is_open else OrderNotOpen(order=order.number, status=order.get_status_display())
