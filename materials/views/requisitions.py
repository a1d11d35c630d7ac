"""Requisitions: the list, asking for several items at once, the requisition with its decision and what suppliers promise of it (MAT-12)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views import View

from core.asked import read_whole
from core.clock import plant_today
from core.errors import RuleBroken
from core.money import currency
from core.views.lists import Column, FileLayout, RegisterList
from materials.buying_filters import RequisitionFilter
from materials.forms.buying import BLANK_LINES, MOST_LINES, ExpectForm, RequisitionForm, StepForm
from materials.forms.decisions import WordsForm
from materials.models import Item, Requisition, Supplier
from materials.selectors.buying import need_of, proposals, requisitions, to_decide, to_order
from materials.selectors.suppliers import offers
from materials.services import close_requisition, decide_requisition, expect_receipt, request_purchases
from materials.tables.buying import REQUISITIONS
from materials.views.records import RecordDoor, RecordPage, RecordStep
from people.doors import StaffRequired
from people.roles import ACTIONS
from people.selectors import holders
from plans.models import ProductionOrder
from plans.selectors.orders import orders_seen

LISTED = 400
PROPOSED_MOST = MOST_LINES - BLANK_LINES
Status = Requisition.Status


class RequisitionList(StaffRequired, RegisterList):
    model = Requisition
    title = gettext_lazy("Requisitions")
    lead = gettext_lazy("What is to be bought: asked for by one person, approved by another, then promised by a supplier.")
    filterset_class = RequisitionFilter
    row_template = "materials/_requisition_row.html"
    default_order = ("-requested_at",)
    new_url = reverse_lazy("requisition-new")
    new_label = gettext_lazy("New requisition")
    new_action = "requisition.ask"
    columns = (
        Column(pgettext_lazy("slip", "Number"), sort="number"),
        Column(pgettext_lazy("item", "Material"), sort="item__code", less=2),
        Column(pgettext_lazy("stock", "Quantity"), number=True),
        Column(gettext_lazy("Needed on"), sort="needed_on", less=2),
        Column(gettext_lazy("Promised or arrived"), number=True, less=1),
        Column(gettext_lazy("Reason"), less=2),
        Column(gettext_lazy("Asked by"), less=1),
        Column(gettext_lazy("Status"), sort="status"),
    )
    file = FileLayout("requisitions", REQUISITIONS.columns)
    empty_title = gettext_lazy("No requisition here")
    empty_text = gettext_lazy("What runs short is asked for with a requisition; shortages and minimum stock fill one in by themselves.")

    @property
    def views(self) -> tuple[tuple[str, Any], ...]:  # type: ignore[override]
        """Whoever decides or orders sees first what waits for that."""
        decide, order = ("decide", pgettext_lazy("requisition", "To decide")), ("order", pgettext_lazy("requisition", "To order"))
        everything, mine = ("all", gettext_lazy("All")), ("mine", gettext_lazy("Mine"))
        if self.access.may("requisition.approve"):
            return (decide, order, everything)
        return (order, everything) if self.access.may("purchase.edit") else (everything, order, mine)

    def base_rows(self) -> QuerySet:
        return requisitions()

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        match view:
            case "decide":
                return to_decide(rows, self.access)
            case "order":
                return to_order(rows)
            case "mine":
                return rows.filter(requested_by=self.by)
        return rows


class RequisitionNew(StaffRequired, View):
    """Ask for several items; ``?from=needs`` fills in what runs short, with the missing quantity."""

    action = "requisition.ask"

    def form(self, data: Any = None, count: int = BLANK_LINES) -> RequisitionForm:
        today = plant_today()
        proposed = proposals(today, PROPOSED_MOST) if self.request.GET.get("from") == "needs" else []
        asked = self.request.GET
        items = Item.objects.filter(is_phantom=False).select_related("unit")
        form = RequisitionForm(
            data,
            items=items,
            orders=orders_seen(self.access, ProductionOrder.objects.filter(status=ProductionOrder.Status.RELEASED)),
            proposed=proposed,
            today=today,
            count=count if data is not None else max(BLANK_LINES, len(proposed)),
        )
        if data is None and asked.get("item"):
            form.initial = {"item-0": asked["item"], "quantity-0": asked.get("quantity", ""), "order-0": asked.get("order", "")}
        return form

    def show(self, form: RequisitionForm, status: int = 200) -> HttpResponse:
        orders = form.orders.order_by("due_on", "number").select_related("product")[:LISTED]
        context = {
            "form": form,
            "lines": form.rows_of_lines(),
            "is_proposed": self.request.GET.get("from") == "needs",
            "proposed": form.proposed,
            "items": Item.objects.filter(is_phantom=False).order_by("code")[:LISTED],
            "orders": orders,
            "may_have_more": form.count < MOST_LINES,
        }
        return render(self.request, "materials/requisition_new.html", context, status=status)

    def get(self, request: Any) -> HttpResponse:
        return self.show(self.form())

    def post(self, request: Any) -> HttpResponse:
        asked_rows = read_whole(request.POST.get("rows")) or 0
        count = asked_rows if 0 < asked_rows <= MOST_LINES else BLANK_LINES
        if "more" in request.POST:
            data = request.POST.copy()
            count = min(count + BLANK_LINES, MOST_LINES)
            data["rows"] = str(count)
            form = self.form(data, count)
            # Only more room was asked for: what is typed is looked at when it is sent.
            form.errors.clear()
            return self.show(form)
        form = self.form(request.POST, count)
        if not form.is_valid():
            return self.show(form, 422)
        try:
            asked = request_purchases(
                lines=form.found, note=form.cleaned_data["note"], by=self.by, request_key=form.cleaned_data["request_key"]
            )
        except RuleBroken as refusal:
            form.add_refusal(refusal)
            return self.show(form, refusal.status)
        said = ngettext("%(count)s requisition waits for its decision.", "%(count)s requisitions wait for their decision.", len(asked))
        messages.success(request, said % {"count": len(asked)})
        return redirect("requisition", asked[0].number) if len(asked) == 1 else redirect(f"{reverse('requisitions')}?view=mine")


class RequisitionDoor(RecordDoor):
    template_name = "materials/requisition.html"
    page = "requisition"
    tab_label = gettext_lazy("Requisition")

    def find(self, key: str) -> None:
        rows = requisitions().select_related("item__unit", "order", "requested_by", "decided_by")
        self.record = get_object_or_404(rows, number=key)

    def expect_form(self, *args: Any) -> ExpectForm:
        asked = self.record
        missing = max(asked.quantity - asked.covered, 0)
        return ExpectForm(
            *args,
            suppliers=Supplier.objects.filter(is_blocked=False).order_by("code"),
            item=asked.item,
            initial={"quantity": missing.normalize() if missing else "", "promised_on": asked.needed_on},
        )

    def context(self, forms: dict[str, Any]) -> dict[str, Any]:
        asked = self.record
        is_waiting, is_approved = asked.status == Status.REQUESTED, asked.status == Status.APPROVED
        is_own = asked.requested_by_id == self.by.pk
        is_judged = is_waiting and not self.is_history
        promises = list(asked.expected_receipts.select_related("supplier").order_by("promised_on", "pk"))
        may_order = is_approved and self.access.may("purchase.edit")
        today = plant_today()
        return {
            "asked": asked,
            "unit": asked.item.unit,
            "missing": asked.quantity - asked.covered,
            "today": today,
            "currency": currency(),
            "is_waiting": is_waiting,
            "is_own": is_own,
            "may_decide": is_waiting and not is_own and self.access.may("requisition.approve"),
            "deciders": self.deciders() if is_judged else "",
            "decide_form": forms.get("decide_form") or WordsForm(),
            "promises": [(promise, promise.days_late(today)) for promise in promises],
            "need": need_of(asked.item, today) if is_judged else None,
            "offers": offers(today, item=asked.item) if is_judged or (is_approved and not self.is_history) else [],
            "expect_form": (forms.get("expect_form") or self.expect_form()) if may_order else None,
            "close_form": (forms.get("close_form") or StepForm(initial={"version": asked.version}))
            if may_order and not any(promise.is_open for promise in promises)
            else None,
        }

    def deciders(self) -> str:
        node = self.record.requested_by.org_id
        people = holders(sorted(ACTIONS["requisition.approve"]), node, plant_today()) if node else []
        return ", ".join(person.name for person in people if person.pk != self.record.requested_by_id)


class RequisitionPage(RequisitionDoor, RecordPage):
    pass


class RequisitionDecision(RequisitionDoor, RecordStep):
    action = "requisition.approve"
    form_name = "decide_form"
    is_yes = True

    def make_form(self, *args: Any) -> WordsForm:
        return WordsForm(*args)

    def perform(self, form: WordsForm) -> None:
        decide_requisition(requisition=self.record, approve=self.is_yes, note=form.cleaned_data["note"], by=self.by)
        messages.success(self.request, _("Approved. It can be ordered now.") if self.is_yes else _("Rejected. Whoever asked is told why."))


class RequisitionReject(RequisitionDecision):
    is_yes = False


class RequisitionOrder(RequisitionDoor, RecordStep):
    """A supplier promises it, or a part of it."""

    action = "purchase.edit"
    form_name = "expect_form"

    def make_form(self, *args: Any) -> ExpectForm:
        return self.expect_form(*args)

    def perform(self, form: ExpectForm) -> None:
        data = form.cleaned_data
        promise = expect_receipt(
            requisition=self.record,
            supplier=form.chosen,
            quantity=data["quantity"],
            promised_on=data["promised_on"],
            unit_price=data["unit_price"],
            by=self.by,
            request_key=data["request_key"],
        )
        messages.success(self.request, _("%(number)s is expected now.") % {"number": promise.number})


class RequisitionClose(RequisitionDoor, RecordStep):
    action = "purchase.edit"
    form_name = "close_form"

    def make_form(self, *args: Any) -> StepForm:
        return StepForm(*args)

    def perform(self, form: StepForm) -> None:
        data = form.cleaned_data
        close_requisition(requisition=self.record, note=data["note"], version=data["version"], by=self.by)
        messages.success(self.request, _("Closed: nothing more of it is bought."))
