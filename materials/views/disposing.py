"""Dead stock and what becomes of it: listed by age, proposed, decided by somebody else, carried out (MAT-18)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views import View
from django.views.generic import FormView

from core.clock import plant_today
from core.errors import RuleBroken
from core.history import history_of
from core.money import currency
from core.plant_settings import all_plant_settings
from core.quantities import plain
from core.tables import Choice, Code, Day, Number, Text
from core.tables import Column as FileColumn
from core.views.lists import Column, FileLayout, RegisterList
from core.views.pages import RefusalMixin
from materials.filters import AgedFilter, DisposalFilter
from materials.forms.adjusting import DisposalForm
from materials.forms.decisions import WordsForm
from materials.models import Balance, Disposal
from materials.selectors.ageing import aged_stock
from materials.selectors.counting import approvers
from materials.services import carry_out, decide_disposal, draft_disposal
from materials.views.adjusting import asked_balance
from people.doors import StaffRequired

DAYS_TO_ACT = 30
Status = Disposal.Status


class AgedList(StaffRequired, RegisterList):
    template_name = "materials/aged_list.html"
    title = gettext_lazy("Dead stock")
    filterset_class = AgedFilter
    views = (
        ("all", gettext_lazy("All")),
        ("slow", pgettext_lazy("stock", "Slow")),
        ("dead", pgettext_lazy("stock", "Dead")),
        ("open", gettext_lazy("Without a decision")),
    )
    row_template = "materials/_aged_row.html"
    default_order = ("since", "lot__item__code", "place__code")
    columns = (
        Column(pgettext_lazy("item", "Material"), sort="lot__item__code"),
        Column(pgettext_lazy("noun", "Lot"), sort="lot__code", less=1),
        Column(gettext_lazy("Bin"), sort="place__code", less=2),
        Column(pgettext_lazy("stock", "Quantity"), sort="on_hand", number=True, less=2),
        Column(pgettext_lazy("money", "Value"), sort="worth", number=True, less=2),
        Column(gettext_lazy("Last issued"), sort="last_issued_on", less=1),
        Column(gettext_lazy("Days without issue"), sort="since", number=True),
        Column(gettext_lazy("Status")),
        Column(pgettext_lazy("disposal", "Decision")),
    )
    file = FileLayout(
        "dead-stock",
        (
            FileColumn("item_code", Code(), source="lot__item__code"),
            FileColumn("item_name", Text(), source="lot__item__name"),
            FileColumn("item_class", Text(), source="lot__item__item_class"),
            FileColumn("lot", Code(), source="lot__code"),
            FileColumn("bin_code", Code(), source="place__code"),
            FileColumn("quantity", Number(), source="on_hand"),
            FileColumn("unit", Code(), source="lot__item__unit__code"),
            FileColumn("value", Number(24, 4), source="worth"),
            FileColumn("last_issued_on", Day()),
            FileColumn("since", Day()),
            FileColumn("disposal", Code()),
        ),
    )
    empty_title = gettext_lazy("No dead stock")
    empty_text = gettext_lazy("Everything in the bins was issued lately, or has not lain long enough.")

    @property
    def lead(self) -> str:  # type: ignore[override]
        kept = all_plant_settings()
        days = {"slow": kept["slow_stock_days"], "dead": kept["dead_stock_days"]}
        return _("Slow after %(slow)s days without an issue, dead after %(dead)s.") % days

    def base_rows(self) -> QuerySet:
        return aged_stock(plant_today())

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        if view == "open":
            return rows.filter(disposal=None)
        return rows if view == "all" else rows.filter(is_dead=view == "dead")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context, today = super().get_context_data(**kwargs), plant_today()
        for row in context["rows"]:
            row.days = (today - row.since).days
        return context | {"currency": currency(), "may_draft": self.access.may("adjustment.draft")}


class DisposalList(StaffRequired, RegisterList):
    title = gettext_lazy("Disposals")
    lead = gettext_lazy("What becomes of dead stock and scrap: used elsewhere, returned, sold or scrapped, by a day.")
    filterset_class = DisposalFilter
    row_template = "materials/_disposal_row.html"
    default_order = ("due_on",)
    columns = (
        Column(pgettext_lazy("slip", "Number"), sort="number"),
        Column(pgettext_lazy("item", "Material"), sort="lot__item__code"),
        Column(gettext_lazy("Bin"), sort="place__code", less=2),
        Column(pgettext_lazy("stock", "Quantity"), number=True),
        Column(pgettext_lazy("disposal", "Decision"), sort="decision", less=1),
        Column(gettext_lazy("Drafted by"), less=1),
        Column(pgettext_lazy("disposal", "Due on"), sort="due_on"),
        Column(gettext_lazy("Status"), sort="status"),
    )
    file = FileLayout(
        "disposals",
        (
            FileColumn("number", Code()),
            FileColumn("status", Choice(choices=Disposal.Status)),
            FileColumn("decision", Choice(choices=Disposal.Decision)),
            FileColumn("item_code", Code(), source="lot__item__code"),
            FileColumn("lot", Code(), source="lot__code"),
            FileColumn("bin_code", Code(), source="place__code"),
            FileColumn("quantity", Number()),
            FileColumn("unit", Code(), source="lot__item__unit__code"),
            FileColumn("reason", Text(300)),
            FileColumn("due_on", Day()),
            FileColumn("drafted_by", Code(), source="drafted_by__staff_no"),
            FileColumn("decided_by", Code(), source="decided_by__staff_no"),
            FileColumn("done_on", Day(), source="done_at__date"),
        ),
    )
    empty_title = gettext_lazy("No disposal here")
    empty_text = gettext_lazy("A decision about dead stock begins in the list of dead stock.")

    @property
    def views(self) -> tuple[tuple[str, Any], ...]:  # type: ignore[override]
        still_open, everything = ("open", pgettext_lazy("disposal", "Open")), ("all", gettext_lazy("All"))
        late, wait = ("late", gettext_lazy("Overdue")), ("wait", pgettext_lazy("disposal", "To decide"))
        return (wait, still_open, late, everything) if self.access.may("adjustment.approve") else (still_open, late, wait, everything)

    def base_rows(self) -> QuerySet:
        return Disposal.objects.select_related("lot__item__unit", "place", "drafted_by")

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        still_open = rows.filter(status__in=(Status.DRAFT, Status.APPROVED))
        if view == "late":
            return still_open.filter(due_on__lt=plant_today())
        return {"open": still_open, "wait": rows.filter(status=Status.DRAFT)}.get(view, rows)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context, today = super().get_context_data(**kwargs), plant_today()
        for row in context["rows"]:
            row.is_late = row.is_overdue(today)
        return context


class DisposalNew(StaffRequired, RefusalMixin, FormView):
    """Propose what becomes of stock that a link names; without one, the list of dead stock is the way in."""

    action = "adjustment.draft"
    form_class = DisposalForm
    template_name = "materials/disposal_new.html"
    balance: Balance

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.access is not None and request.access.may(self.action):
            balance = asked_balance(request)
            if balance is None and request.GET.get("balance"):
                raise Http404
            if balance is None:
                self.require()
                return redirect("aged-stock")
            self.balance = balance
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"balance": self.balance}

    def get_initial(self) -> dict[str, Any]:
        return {"quantity": plain(self.balance.on_hand), "due_on": plant_today() + timedelta(days=DAYS_TO_ACT)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"balance": self.balance}

    def perform(self, form: DisposalForm) -> HttpResponse:
        asked = draft_disposal(lot=self.balance.lot, place=self.balance.place, by=self.by, **form.cleaned_data)
        messages.success(self.request, _("%(number)s waits for its decision.") % {"number": asked.number})
        return redirect("disposal", number=asked.number)


class DisposalDoor(StaffRequired, View):
    disposal: Disposal

    def find(self, number: str) -> None:
        rows = Disposal.objects.select_related("lot__item__unit", "place", "drafted_by", "decided_by", "done_by", "slip")
        self.disposal = get_object_or_404(rows, number=number)

    def show(self, *, form: WordsForm | None = None, refusal: RuleBroken | None = None) -> HttpResponse:
        disposal = self.disposal
        tab = "history" if self.request.GET.get("tab") == "history" else "disposal"
        word = pgettext_lazy("noun", "Disposal")
        is_waiting, is_own = disposal.status == Status.DRAFT, disposal.drafted_by_id == self.by.pk
        cost = disposal.lot.item.standard_cost
        context = {
            "disposal": disposal,
            "unit": disposal.lot.item.unit,
            "value": None if cost is None else disposal.quantity * cost,
            "currency": currency(),
            "is_late": disposal.is_overdue(plant_today()),
            "is_own": is_own,
            "is_waiting": is_waiting,
            "may_decide": is_waiting and not is_own and self.access.may("adjustment.approve"),
            "may_carry_out": disposal.status == Status.APPROVED and self.access.may("adjustment.draft"),
            "deciders": ", ".join(person.name for person in approvers() if person.pk != disposal.drafted_by_id) if is_waiting else "",
            "form": form or WordsForm(),
            "refusal": refusal,
            "tabs": [
                {
                    "url": reverse("disposal", args=[disposal.number]),
                    "label": word,
                    "is_here": tab == "disposal",
                },
                {"url": "?tab=history", "label": _("History"), "is_here": tab == "history"},
            ],
            "tab": tab,
            "history": history_of(disposal) if tab == "history" else [],
        }
        return render(self.request, "materials/disposal.html", context, status=refusal.status if refusal else 200)


class DisposalPage(DisposalDoor):
    def get(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        return self.show()


class DisposalStep(DisposalDoor):
    """A step of a disposal; a refusal stands above it, what was typed stays."""

    action = "adjustment.approve"

    def get(self, request: Any, number: str) -> HttpResponse:
        return redirect("disposal", number=number)

    def post(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        form = WordsForm(request.POST)
        try:
            self.take(form.cleaned_data.get("note", "") if form.is_valid() else "")
        except RuleBroken as refusal:
            self.find(number)
            form.add_refusal(refusal)
            return self.show(form=form, refusal=refusal)
        return redirect("disposal", number=number)

    def take(self, note: str) -> None:
        raise RuleBroken


class DisposalApprove(DisposalStep):
    def take(self, note: str) -> None:
        decide_disposal(disposal=self.disposal, approve=True, note=note, by=self.by)
        messages.success(self.request, _("Approved. It is carried out by the storekeeper."))


class DisposalReject(DisposalStep):
    def take(self, note: str) -> None:
        decide_disposal(disposal=self.disposal, approve=False, note=note, by=self.by)
        messages.success(self.request, _("Rejected. Nothing moves."))


class DisposalDone(DisposalStep):
    action = "adjustment.draft"

    def take(self, note: str) -> None:
        carry_out(disposal=self.disposal, by=self.by)
        messages.success(self.request, _("Done."))
