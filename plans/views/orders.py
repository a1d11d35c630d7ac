"""Production orders: the list, the order with its progress and reviews, its steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views import View
from django.views.generic import FormView

from core.asked import read_whole
from core.errors import RuleBroken, StaleVersion
from core.history import Part, history_of
from core.plant_settings import plant_setting
from core.templatetags.fo import day, pct, qty
from core.views.lists import Column, RegisterList
from core.views.pages import RefusalMixin
from people.doors import StaffRequired
from people.fields import node_value
from people.models import OrgKind, OrgNode
from plans import hooks
from plans.filters import OrderFilter
from plans.forms.registers import OrderForm
from plans.models import ProductionOrder, ReviewPart
from plans.selectors.orders import orders_seen, progress_of, report_lines_of
from plans.selectors.places import named, nodes_of, places_for
from plans.selectors.products import products_to_pick
from plans.selectors.reviews import FIGURES_DO, PASSED, UNREVIEWED, parts_of_review, with_review
from plans.services import (
    cancel_order,
    close_order,
    create_order,
    edit_order,
    hold_order,
    release_order,
    resume_order,
    reviews_of,
)

Status = ProductionOrder.Status


class OrderList(StaffRequired, RegisterList):
    model = ProductionOrder
    title = gettext_lazy("Production orders")
    lead = gettext_lazy("Drafts are released by the planner; teams report on released ones.")
    filterset_class = OrderFilter
    views = (("open", pgettext_lazy("orders", "Open")), ("all", gettext_lazy("All")))
    row_template = "plans/_order_row.html"
    default_order = ("due_on", "number")
    export_kind = "orders"
    new_url = reverse_lazy("order-new")
    new_label = gettext_lazy("New order")
    new_action = "order.edit"
    columns = (
        Column(pgettext_lazy("order", "Number"), sort="number"),
        Column(gettext_lazy("Product"), sort="product__code"),
        Column(gettext_lazy("Workshop"), sort="workshop__code", less=1),
        Column(gettext_lazy("Quantity"), sort="quantity", number=True),
        Column(gettext_lazy("Done"), number=True, less=2),
        Column(gettext_lazy("Due"), sort="due_on"),
        Column(gettext_lazy("Status"), sort="status"),
    )
    empty_title = gettext_lazy("No order here")
    empty_text = gettext_lazy("Orders come as a file or are made here by the planner; a draft becomes work when it is released.")

    def base_rows(self) -> QuerySet:
        return orders_seen(self.access, super().base_rows()).select_related("product__unit")

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        return rows.filter(status__in=[Status.DRAFT, Status.RELEASED, Status.ON_HOLD]) if view == "open" else rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows = context["rows"]
        nodes = {row.workshop_id for row in rows} | {row.team_id for row in rows if row.team_id}
        return context | {"places": named(nodes), "progress": progress_of(rows)}


class OrderFormView(StaffRequired, RefusalMixin, FormView):
    """What making and changing an order share."""

    action = "order.edit"
    form_class = OrderForm
    template_name = "plans/register_form.html"
    order: ProductionOrder | None = None

    def get_form_kwargs(self) -> dict[str, Any]:
        places = places_for(self.access, self.action)
        offers = {"workshops": nodes_of(places, [OrgKind.WORKSHOP]), "teams": nodes_of(places, [OrgKind.TEAM])}
        return super().get_form_kwargs() | offers | {"is_new": self.order is None}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        order = self.order
        return super().get_context_data(**kwargs) | {
            "title": _("New order") if order is None else order.number,
            "list_title": OrderList.title,
            "list_url": reverse("orders"),
            "back": reverse("orders") if order is None else reverse("order", args=[order.number]),
            "products": products_to_pick(),
        }


class OrderNew(OrderFormView):
    def perform(self, form: OrderForm) -> HttpResponse:
        self.require(form.cleaned_data["workshop"])
        order = create_order(by=self.by, **form.cleaned_data)
        messages.success(self.request, _("Order %(number)s is kept as a draft.") % {"number": order.number})
        return redirect("order", number=order.number)


class OrderEdit(OrderFormView):
    asks_node = True

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.access is not None:
            self.order = get_object_or_404(orders_seen(request.access).select_related("product__unit"), number=kwargs["number"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        assert self.order is not None
        self.require(self.order.workshop_id)
        return super().get(request, *args, **kwargs)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        assert self.order is not None
        self.require(self.order.workshop_id)
        return super().post(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        order = self.order
        assert order is not None
        kept = {name: getattr(order, name) for name in ("product", "start_on", "due_on", "version")}
        return kept | {"quantity": order.quantity, "workshop": node_value(order.workshop_id), "team": node_value(order.team_id)}

    def perform(self, form: OrderForm) -> HttpResponse:
        assert self.order is not None
        self.require(form.cleaned_data["workshop"])
        order = edit_order(order=self.order, by=self.by, **form.cleaned_data)
        messages.success(self.request, _("Saved."))
        return redirect("order", number=order.number)

    def form_invalid(self, form: OrderForm, *, status: int = 422) -> HttpResponse:
        """A stale page shows both states, keeps what was typed, and may be saved again on purpose."""
        if isinstance(form.refusal, StaleVersion) and self.order:
            self.order.refresh_from_db()
            data = self.request.POST.copy()
            data["version"] = str(self.order.version)
            form.data = data
            self.extra_context = {"stale": self._both(form)}
        return super().form_invalid(form, status=status)

    def _both(self, form: OrderForm) -> list[dict[str, Any]]:
        order = self.order
        assert order is not None
        typed = form.cleaned_data
        names = named({node.pk for node in (typed["workshop"], typed["team"], order.workshop, order.team) if node})

        def place(node: OrgNode | None) -> str:
            return names[node.pk].label if node else "—"

        pairs = [
            ("product", typed["product"].code, order.product.code),
            ("quantity", qty(typed["quantity"], order.product.unit), qty(order.quantity, order.product.unit)),
            ("workshop", place(typed["workshop"]), place(order.workshop)),
            ("team", place(typed["team"]), place(order.team)),
            ("start_on", day(typed["start_on"], "full"), day(order.start_on, "full")),
            ("due_on", day(typed["due_on"], "full"), day(order.due_on, "full")),
        ]
        return [{"label": form.fields[name].label, "typed": mine, "now": theirs} for name, mine, theirs in pairs if mine != theirs]


def steps_of(order: ProductionOrder, percent: Any) -> list[dict[str, str]]:
    """How far the order is: drafted, released, reported on, closed; none for a cancelled one."""
    if order.status == Status.CANCELLED:
        return []
    released_by = f"{order.released_by.name}, " if order.released_by else ""
    at = {Status.DRAFT: 0, Status.RELEASED: 2, Status.ON_HOLD: 2, Status.CLOSED: 4}[Status(order.status)]
    steps = [
        (_("Draft"), order.made_by.name if order.made_by else ""),
        (_("Released"), f"{released_by}{day(order.released_at)}" if order.released_at else ""),
        (_("On hold") if order.status == Status.ON_HOLD else _("Reported"), pct(percent) if at else ""),
        (pgettext("order", "Closed"), ""),
    ]
    states = ["done" if number < at else "now" if number == at else "" for number in range(len(steps))]
    if order.status == Status.ON_HOLD:
        states[2] = "late"
    return [{"label": label, "note": note, "state": state} for (label, note), state in zip(steps, states, strict=True)]


class OrderDoor(StaffRequired, View):
    asks_node = True
    order: Any
    """A ``ProductionOrder`` with where its review stands."""

    def find(self, number: str) -> None:
        rows = orders_seen(self.access).select_related("product__unit", "workshop", "team", "made_by", "released_by")
        rows = with_review(rows)
        self.order = get_object_or_404(rows, number=number)
        if self.action == "read":
            self.require(None)
        else:
            self.require(self.order.workshop_id)

    def show(self, refusal: RuleBroken | None = None) -> HttpResponse:
        order = self.order
        tab = self.request.GET.get("tab", "")
        tab = tab if tab in ("reports", "history") else "order"
        progress = progress_of([order])[order.pk]
        is_draft, wanted = order.status == Status.DRAFT, plant_setting("release_reviews")
        reviews = [check(order) for check in hooks.release_checks] if is_draft else []
        context: dict[str, Any] = {
            "order": order,
            "places": named(pk for pk in (order.workshop_id, order.team_id) if pk),
            "progress": progress,
            "steps": steps_of(order, progress.percent),
            "reviews": reviews,
            "parts": parts_of_review(order.review_id) if is_draft and order.review_id else [],
            "wants_reviews": wanted,
            "is_held_up": bool(reviews) or (wanted and order.review_state not in (PASSED, UNREVIEWED)),
            "must_review": is_draft and wanted and order.review_state not in (PASSED, *([UNREVIEWED] if wanted == FIGURES_DO else [])),
            "may_edit": self.access.may("order.edit", order.workshop_id) and not order.is_over,
            "may_release": self.access.may("order.release", order.workshop_id),
            "may_override": self.access.may("order.override", order.workshop_id),
            "refusal": refusal,
            "tab": tab,
            "lines": report_lines_of(order) if tab == "reports" else [],
            "history": history_of(order, _review_parts(order)) if tab == "history" else [],
            "slots": hooks.slots_for("order", order),
            "more_tabs": hooks.tabs_for("order", order),
        }
        if context["lines"]:
            context["places"] |= named(line.report.team_id for line in context["lines"])
        return render(self.request, "plans/order.html", context, status=refusal.status if refusal else 200)


def _review_parts(order: ProductionOrder) -> Part:
    words = _("Review of the material"), _("Review of the due date")
    named = dict(zip(ReviewPart.Kind.values, words, strict=True))
    return Part(ReviewPart, {"review__order": order}, lambda event: named[event.kind], untold=("review", "kind", "figures"))


class OrderPage(OrderDoor):
    def get(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        return self.show()


class OrderStep(OrderDoor):
    """One step of an order's life; a refusal stands above the order it speaks of."""

    action = "order.edit"
    said: Any = ""

    def get(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        return redirect("order", number=number)

    def post(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        asked = request.POST.get("version", "")
        try:
            self.step(read_whole(asked))
        except RuleBroken as refusal:
            self.find(number)
            return self.show(refusal)
        messages.success(request, self.said)
        return redirect("order", number=number)

    def step(self, version: int | None) -> None:
        raise RuleBroken

    @property
    def reason(self) -> str:
        return self.request.POST.get("reason", "")


class OrderRelease(OrderStep):
    """Release asks for the planner's right, an override for the manager's."""

    action = "order.release"
    said = gettext_lazy("The order is released.")

    def find(self, number: str) -> None:
        """A reason overrides a review that said no; where all passed there is nothing to override."""
        self.action = "order.override" if self.reason else "order.release"
        super().find(number)
        if self.reason and all(review.passed for review in reviews_of(self.order)):
            self.require(self.order.workshop_id, "order.release")

    def step(self, version: int | None) -> None:
        release_order(order=self.order, by=self.by, override=self.reason or None, version=version)


class OrderHold(OrderStep):
    said = gettext_lazy("The order is on hold; nothing can be reported on it.")

    def step(self, version: int | None) -> None:
        hold_order(order=self.order, by=self.by, reason=self.reason, version=version)


class OrderResume(OrderStep):
    said = gettext_lazy("The order goes on.")

    def step(self, version: int | None) -> None:
        resume_order(order=self.order, by=self.by, version=version)


class OrderClose(OrderStep):
    said = gettext_lazy("The order is closed.")

    def step(self, version: int | None) -> None:
        close_order(order=self.order, by=self.by, version=version)


class OrderCancel(OrderStep):
    said = gettext_lazy("The order is cancelled.")

    def step(self, version: int | None) -> None:
        cancel_order(order=self.order, by=self.by, reason=self.reason, version=version)
