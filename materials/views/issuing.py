"""The counter: an order is scanned, its lines show what is left, quantities are typed, the slip is posted (MAT-07, MAT-08)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BoundField
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.asked import read_whole
from core.errors import RuleBroken, Unknown
from core.templatetags.fo import mark, qty
from materials.errors.slips import RefusedLine
from materials.forms.slips import IssueForm, named_in
from materials.models import Supplement
from materials.selectors.explosion import rounded_up
from materials.selectors.issuing import DrawRow, draw_rows, named_receiver, named_rows, orders_to_issue, receivers_for
from materials.selectors.supplements import approval_of, deciders_for, deciders_of_waiting
from materials.services import issue, request_supplement
from materials.services.slips import MOST
from materials.views.counter import CounterDoor, CounterOrders
from people.services import verify_pin
from plans.models import ProductionOrder


class IssueOrders(CounterOrders):
    next_page = "issue-order"
    shows_lines = True
    title = pgettext_lazy("material", "Issue")
    lead = gettext_lazy("Scan the order, then each material, then the badge of who receives.")
    empty_title = gettext_lazy("No order draws material now")
    empty_text = gettext_lazy("An order shows here once the planner has released it and its bill of materials gave it a quota.")

    def orders(self) -> QuerySet[ProductionOrder]:
        return orders_to_issue(self.access)


ZERO = Decimal(0)


@dataclass
class EntryLine:
    """One row of the entry table: the figures, the two fields, and what it was refused for."""

    row: DrawRow
    quantity: BoundField
    taken_from: BoundField
    refused: RefusedLine | None = None
    missing: Decimal | None = None
    deciders: str = ""
    waits_for: str = ""

    @property
    def typed(self) -> str:
        return self.quantity.value() or ""

    @property
    def to_ask(self) -> Decimal:
        """What is missing and nobody asked for yet."""
        return max((self.missing or ZERO) - self.row.waiting, ZERO)

    @property
    def short_by(self) -> Decimal | None:
        """What is not in the store, where that is why it was refused."""
        return self.refused.asked - self.refused.on_hand if self.refused and self.refused.on_hand is not None else None


class IssueDoor(CounterDoor):
    def form(self, data: Any = None) -> IssueForm:
        self.rows = draw_rows(self.order)
        return IssueForm(data, rows=self.rows, people=receivers_for(self.order, but=self.by))

    def named(self, data: Any) -> IssueForm:
        """The form with only what was named in it: it takes what the whole one takes, and a slip that goes through asks for no more."""
        receiver = read_whole(data.get("receiver"))
        people = [] if receiver is None else named_receiver(self.order, pk=receiver, but=self.by)
        return IssueForm(data, rows=named_rows(self.order, named_in(data)), people=people)

    def show(self, form: IssueForm, *, refusal: RuleBroken | None = None, asked: Supplement | None = None) -> HttpResponse:
        if not self.shows_head:
            self.shows_head = True
            self.find(self.order.number)
        self.names: dict[str, str] = {}
        lines = [self._entry(form, row) for row in self.rows]
        waiting = deciders_of_waiting(self.order, [line.row.line for line in lines if line.missing and line.row.waiting])
        for line in lines:
            line.waits_for = ", ".join(person.name for person in waiting.get(line.row.line.pk, []))
        first = next((line.row.number for line in lines if line.refused), None)
        context = self.frame() | {
            "form": form,
            "lines": lines,
            "first_refused": first,
            "faults": sum(1 for line in lines if line.quantity.errors),
            "reasons": Supplement.Reason.choices,
            "asked": asked,
            "refusal": refusal,
            "whole": [] if form.refused else form.errors_of_the_whole() if form.is_bound else [],
        }
        status = refusal.status if refusal else 422 if form.errors and not asked else 200
        return render(self.request, "materials/issue.html", context, status=status)

    def _entry(self, form: IssueForm, row: DrawRow) -> EntryLine:
        line = EntryLine(row, form[f"quantity-{row.item.pk}"], form[f"from-{row.item.pk}"], form.refused.get(row.item.pk))
        if line.refused and line.refused.code == "quota_exceeded":
            line.missing = missing_of(row, line.refused.asked)
            line.deciders = self._deciders(row, line.to_ask) if line.to_ask else ""
        return line

    def _deciders(self, row: DrawRow, quantity: Decimal) -> str:
        """Whom a supplement of that much would wait for; asked of the database once a tier however many lines are refused."""
        action = approval_of(row.line, quantity)
        if action not in self.names:
            people = deciders_for(self.order, line=row.line, quantity=quantity, but=[self.by.pk])
            self.names[action] = ", ".join(person.name for person in people)
        return self.names[action]


def missing_of(row: DrawRow, asked: Decimal) -> Decimal:
    """What a supplement would have to bring, in units of the line's own item, as fine as its unit; what nothing can bring as it is."""
    exact = asked * row.factor - row.line.left
    return rounded_up(exact, row.line.item.unit) if exact < MOST else exact


class IssuePage(IssueDoor):
    """The lines of one order; a press posts the slip, or asks for a supplement of what a line was short of."""

    def get(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        return self.show(self.form(), refusal=self.not_open)

    def post(self, request: Any, number: str) -> HttpResponse:
        self.shows_head = False  # a slip that is posted shows nothing of it
        self.find(number)
        wanted = request.POST.get("supplement", "")
        if wanted:
            return self._ask(self.form(request.POST), wanted)
        form = self.named(request.POST)
        if not form.is_valid():
            return self.show(self.form(request.POST))
        pin, receiver = form.cleaned_data["pin"], form.chosen
        try:
            lines = form.lines()
            if pin and lines:
                verify_pin(staff=receiver, pin=pin)
            slip = issue(
                order=self.order,
                lines=lines,
                receiver=receiver,
                by=self.by,
                receiver_signed=bool(pin),
                request_key=form.cleaned_data["request_key"],
            )
        except RuleBroken as refusal:
            # Figures of now: somebody else may have drawn in between.
            whole = self.form(request.POST)
            whole.sent = form.sent
            whole.add_refusal(refusal)
            return self.show(whole, refusal=refusal if whole.refusal else None)
        messages.success(request, _("%(number)s is posted.") % {"number": slip.number})
        return redirect("slip", number=slip.number)

    def _ask(self, form: IssueForm, wanted: str) -> HttpResponse:
        """One tap: what is missing of a line and not asked for yet, with its reason; the slip stays as it was typed."""
        item, _sep, reason = wanted.partition(":")
        row = next((row for row in self.rows if str(row.item.pk) == item), None)
        form.is_valid()
        asked = form.asked(row) if row else None
        if row is None or asked is None:
            return self.show(form, refusal=Unknown(value=wanted))
        missing = missing_of(row, asked)
        key = form.cleaned_data.get("request_key")
        try:
            supplement = request_supplement(
                order=self.order,
                item=row.line.item,
                quantity=missing,
                reason=reason,
                receiver=form.people.get(form.cleaned_data.get("receiver", "")),
                by=self.by,
                is_all_that_is_missing=True,
                request_key=uuid5(key, f"{wanted}:{missing}") if isinstance(key, UUID) else None,
            )
        except RuleBroken as refusal:
            return self.show(form, refusal=refusal)
        self.rows = draw_rows(self.order)
        said = {"number": supplement.number, "quantity": qty(supplement.quantity, row.line.item.unit), "unit": mark(row.line.item.unit)}
        messages.success(self.request, _("%(number)s asks for %(quantity)s %(unit)s.") % said)
        return self.show(form, asked=supplement)
