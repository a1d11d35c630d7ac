"""More than the quota: asked for, listed, decided by somebody else (MAT-09)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views import View

from core.errors import RuleBroken
from core.history import history_of
from core.plant_settings import all_plant_settings
from core.quantities import plain
from core.services import keep_upload
from core.tables import Choice, Code, Day, Number, Text
from core.tables import Column as FileColumn
from core.views.lists import Column, FileLayout, RegisterList
from materials.filters import SupplementFilter
from materials.forms.supplements import DecisionForm, SupplementForm
from materials.models import Supplement
from materials.selectors.issuing import orders_to_issue, receivers_for
from materials.selectors.supplements import approval_of, deciders_for, deciders_of, supplements_seen, waiting_for, weight_of
from materials.services import approve_supplement, reject_supplement, request_supplement
from people.doors import StaffRequired
from plans.models import Finding, ProductionOrder
from plans.selectors.findings import findings_seen
from plans.selectors.orders import orders_seen

ORDERS_OFFERED = 200


class SupplementList(StaffRequired, RegisterList):
    model = Supplement
    title = gettext_lazy("Supplements")
    lead = gettext_lazy("Whatever is drawn above the quota was asked for with a reason and approved by somebody else.")
    filterset_class = SupplementFilter
    row_template = "materials/_supplement_row.html"
    default_order = ("-requested_at",)
    new_label = gettext_lazy("Ask for a supplement")
    new_action = "supplement.ask"
    columns = (
        Column(pgettext_lazy("slip", "Number"), sort="number"),
        Column(pgettext_lazy("noun", "Order"), sort="quota_line__order__number"),
        Column(pgettext_lazy("item", "Material"), sort="quota_line__item__code"),
        Column(pgettext_lazy("supplement", "Asked"), number=True),
        Column(pgettext_lazy("supplement", "Granted"), number=True, less=2),
        Column(gettext_lazy("Reason"), less=1),
        Column(gettext_lazy("Asked by"), less=1),
        Column(gettext_lazy("Status"), sort="status"),
    )
    file = FileLayout(
        "supplements",
        (
            FileColumn("number", Code()),
            FileColumn("order_number", Code(), source="quota_line__order__number"),
            FileColumn("item_code", Code(), source="quota_line__item__code"),
            FileColumn("quantity", Number()),
            FileColumn("approved_quantity", Number()),
            FileColumn("unit", Code(), source="quota_line__item__unit__code"),
            FileColumn("reason", Choice(choices=Supplement.Reason)),
            FileColumn("note", Text(most=500)),
            FileColumn("reference", Text(most=60)),
            FileColumn("status", Choice(choices=Supplement.Status)),
            FileColumn("requested_by", Code(), source="requested_by__staff_no"),
            FileColumn("decided_by", Code(), source="decided_by__staff_no"),
            FileColumn("decision_note", Text(most=500)),
            FileColumn("expires_on", Day()),
        ),
    )
    empty_title = gettext_lazy("No supplement here")
    empty_text = gettext_lazy("Nothing was asked for above a quota. A refused line of a slip offers it in one tap.")

    @property
    def new_url(self) -> str:  # type: ignore[override]
        return reverse("supplement-new")

    @property
    def views(self) -> tuple[tuple[str, Any], ...]:  # type: ignore[override]
        """Who decides sees first what waits for that."""
        everything, waiting = ("all", gettext_lazy("All")), ("wait", pgettext_lazy("supplement", "To decide"))
        return (waiting, everything) if self.access.may("supplement.approve") else (everything, ("mine", gettext_lazy("Mine")))

    def base_rows(self) -> QuerySet:
        return supplements_seen(self.access)

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        if view == "wait":
            return waiting_for(self.access)
        return rows.filter(requested_by=self.by) if view == "mine" else rows

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("quota_line__order", "quota_line__item__unit", "requested_by", "decided_by")


class SupplementNew(StaffRequired, View):
    """Ask; from a refused line everything but the reason is filled in already."""

    action = "supplement.ask"
    asks_node = True

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.order: ProductionOrder | None = None
        number = request.GET.get("order", "").strip()
        if request.access is not None and number:
            rows = orders_seen(request.access).select_related("product__unit")
            self.order = get_object_or_404(rows, number__iexact=number)
        return super().dispatch(request, *args, **kwargs)

    def form(self, data: Any = None, files: Any = None) -> SupplementForm:
        order = self.order
        assert order is not None
        lines = list(order.quota_lines.select_related("item__unit").order_by("pk"))
        asked = self.request.GET
        initial = {"item": asked.get("item", ""), "quantity": asked.get("quantity", ""), "reason": asked.get("reason", "")}
        return SupplementForm(data, files, lines=lines, people=receivers_for(order, but=self.by), initial=initial)

    def ask_right(self) -> None:
        self.require((self.order.team_id or self.order.workshop_id) if self.order else None)

    def show(self, form: SupplementForm | None, status: int = 200) -> HttpResponse:
        context = {
            "order": self.order,
            "form": form,
            "orders": [] if self.order else orders_to_issue(self.access)[:ORDERS_OFFERED],
            "deciders": ", ".join(person.name for person in deciders_for(self.order, but=[self.by.pk])) if self.order else "",
        }
        return render(self.request, "materials/supplement_new.html", context, status=status)

    def get(self, request: Any) -> HttpResponse:
        self.ask_right()
        return self.show(self.form() if self.order else None)

    def post(self, request: Any) -> HttpResponse:
        self.ask_right()
        if self.order is None:
            return redirect("supplement-new")
        form = self.form(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form, 422)
        try:
            sent = form.cleaned_data["photo"]
            photo = keep_upload(file=sent, by=self.by, name=sent.name, own_id=form.cleaned_data["request_key"]) if sent else None
            supplement = request_supplement(
                order=self.order,
                item=form.line.item,
                quantity=form.cleaned_data["quantity"],
                reason=form.cleaned_data["reason"],
                note=form.cleaned_data["note"],
                reference=form.cleaned_data["reference"],
                photo=photo,
                receiver=form.chosen,
                by=self.by,
                request_key=form.cleaned_data["request_key"],
            )
        except RuleBroken as refusal:
            form.add_refusal(refusal)
            return self.show(form, refusal.status)
        messages.success(request, _("%(number)s waits for its decision.") % {"number": supplement.number})
        return redirect("supplement", number=supplement.number)


class SupplementDoor(StaffRequired, View):
    asks_node = True
    supplement: Supplement
    node: int

    def find(self, number: str) -> None:
        rows = supplements_seen(self.access).select_related(
            "quota_line__order__product", "quota_line__item__unit", "requested_by", "decided_by", "receiver"
        )
        self.supplement = get_object_or_404(rows, number=number)
        order = self.supplement.quota_line.order
        self.node = order.team_id or order.workshop_id
        self.require(None if self.action == "read" else self.node)

    def finding(self) -> Finding | None:
        """The finding whose number was given as the reference, where this person sees it."""
        reference = self.supplement.reference
        return findings_seen(self.access).filter(number__iexact=reference).first() if reference else None

    def show(self, *, form: DecisionForm | None = None, refusal: RuleBroken | None = None) -> HttpResponse:
        supplement, line = self.supplement, self.supplement.quota_line
        tab = "history" if self.request.GET.get("tab") == "history" else "supplement"
        is_waiting = supplement.status == Supplement.Status.REQUESTED
        is_own = self.by.pk in (supplement.requested_by_id, supplement.receiver_id)
        settings = all_plant_settings()
        people = deciders_of(supplement) if is_waiting else []
        may_decide = is_waiting and not is_own and self.access.may(approval_of(line, supplement.quantity), self.node)
        context = {
            "supplement": supplement,
            "line": line,
            "order": line.order,
            "unit": line.item.unit,
            "weight": weight_of(supplement),
            "finding": self.finding(),
            "tier_percent": settings["supplement_tier_pct"],
            "tier_value": settings["supplement_tier_value"],
            "is_own": is_own,
            "is_waiting": is_waiting,
            "may_decide": may_decide,
            "deciders": ", ".join(person.name for person in people),
            "form": form or DecisionForm(supplement=supplement, initial={"quantity": plain(supplement.quantity)}),
            "refusal": refusal,
            "tab": tab,
            "history": history_of(supplement) if tab == "history" else [],
        }
        return render(self.request, "materials/supplement.html", context, status=refusal.status if refusal else 422 if form else 200)


class SupplementPage(SupplementDoor):
    def get(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        return self.show()


class SupplementDecision(SupplementDoor):
    """A decision; a refusal stands above the request it speaks of, what was typed stays."""

    action = "supplement.approve"

    def get(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        return redirect("supplement", number=number)

    def post(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        form = DecisionForm(request.POST, supplement=self.supplement)
        if not form.is_valid():
            return self.show(form=form)
        try:
            self.decide(form)
        except RuleBroken as refusal:
            self.find(number)
            form.add_refusal(refusal)
            return self.show(form=form, refusal=refusal)
        return redirect("supplement", number=number)

    def decide(self, form: DecisionForm) -> None:
        raise RuleBroken


class SupplementApprove(SupplementDecision):
    def decide(self, form: DecisionForm) -> None:
        above = self.access.may("supplement.approve_above", self.node)
        approve_supplement(
            supplement=self.supplement,
            quantity=form.cleaned_data["quantity"],
            note=form.cleaned_data["note"],
            by=self.by,
            is_above_first_tier_allowed=above,
        )
        messages.success(self.request, _("Granted. It can be drawn from now on."))


class SupplementReject(SupplementDecision):
    def decide(self, form: DecisionForm) -> None:
        reject_supplement(supplement=self.supplement, note=form.cleaned_data["note"], by=self.by)
        messages.success(self.request, _("Rejected. Whoever asked is told why."))
