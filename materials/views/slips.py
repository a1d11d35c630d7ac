"""Slips: the list, the slip with its lines, its confirmation by the receiver, its reversal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views import View

from core.errors import RuleBroken
from core.history import history_of
from core.tables import Choice, Code, Day, Number, Text
from core.tables import Column as FileColumn
from core.views.lists import FILE_MOST_ROWS, Column, FileLayout, RegisterList
from materials.errors.slips import SlipRefused
from materials.filters import SlipFilter
from materials.models import OtherPurpose, ReturnType, Slip
from materials.selectors.slips import moves_of, slip_rows, slips_seen
from materials.services import confirm_slip, reverse_slip
from materials.services.returning import REVERSIBLE
from people.doors import StaffRequired
from people.services import verify_pin
from plans.selectors.places import named


class SlipList(StaffRequired, RegisterList):
    model = Slip
    title = gettext_lazy("Slips")
    lead = gettext_lazy("Every movement of material stands on a slip; nothing is ever edited, a wrong one is reversed.")
    filterset_class = SlipFilter
    views = (("all", gettext_lazy("All")), ("awaiting", gettext_lazy("Wait for the receiver")))
    row_template = "materials/_slip_row.html"
    default_order = ("-posted_at",)
    columns = (
        Column(pgettext_lazy("slip", "Number"), sort="number"),
        Column(gettext_lazy("Kind")),
        Column(pgettext_lazy("noun", "Order"), sort="order__number"),
        Column(gettext_lazy("Date"), sort="business_date", less=2),
        Column(pgettext_lazy("slip", "Receiver"), less=1),
        Column(gettext_lazy("Storekeeper"), less=1),
        Column(gettext_lazy("Status")),
    )
    file = FileLayout(
        "slips",
        (
            FileColumn("number", Code(), source="slip__number"),
            FileColumn("kind", Choice(choices=Slip.Kind), source="slip__kind"),
            FileColumn("status", Choice(choices=Slip.Status), source="slip__status"),
            FileColumn("business_date", Day()),
            FileColumn("order_number", Code(), source="slip__order__number"),
            FileColumn("item_code", Code(), source="lot__item__code"),
            FileColumn("item_name", Text(), source="lot__item__name"),
            FileColumn("lot", Code(), source="lot__code"),
            FileColumn("from_place", Code(), source="source__code"),
            FileColumn("to_place", Code(), source="target__code"),
            FileColumn("quantity", Number()),
            FileColumn("unit", Code(), source="lot__item__unit__code"),
            FileColumn("return_type", Choice(choices=ReturnType)),
            FileColumn("receiver", Code(), source="slip__receiver__staff_no"),
            FileColumn("posted_by", Code(), source="slip__posted_by__staff_no"),
            FileColumn("purpose", Choice(choices=OtherPurpose), source="slip__purpose"),
            FileColumn("cost_centre", Code(), source="slip__cost_centre__code"),
        ),
    )
    empty_title = gettext_lazy("No slip here")
    empty_text = gettext_lazy("A slip is made whenever material moves: issued, taken back, brought to another bin, made.")

    def base_rows(self) -> QuerySet:
        return slips_seen(self.access).select_related("order", "receiver", "posted_by")

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        return rows.filter(status=Slip.Status.AWAITING_RECEIVER) if view == "awaiting" else rows

    def file_rows(self, rows: QuerySet) -> Iterable[Sequence[Any]]:
        paths = [column.path for column in self.file.columns]
        return moves_of(rows).values_list(*paths)[:FILE_MOST_ROWS]


class SlipDoor(StaffRequired, View):
    asks_node = True
    slip: Slip

    def find(self, number: str) -> None:
        rows = slips_seen(self.access).select_related(
            "order__product__unit", "receiver", "posted_by", "reverses", "approved_by", "cost_centre"
        )
        self.slip = get_object_or_404(rows, number=number)
        self.require(None if self.action == "read" else self.node)

    @property
    def node(self) -> int | None:
        """Where rights on the slip are asked: its order's team, else its workshop."""
        order = self.slip.order
        return (order.team_id or order.workshop_id) if order else None

    def show(self, refusal: RuleBroken | None = None) -> HttpResponse:
        slip = self.slip
        tab = "history" if self.request.GET.get("tab") == "history" else "slip"
        may_post = self.access.may("slip.post", self.node)
        is_waiting = slip.status == Slip.Status.AWAITING_RECEIVER
        reversal = Slip.objects.filter(reverses=slip).first()
        rows = slip_rows(slip)
        context = {
            "slip": slip,
            "rows": rows,
            "has_quota": any(row.stood for row in rows),
            "place": next(iter(named([self.node]).values()), None) if self.node else None,
            "centre": named([slip.cost_centre_id]).get(slip.cost_centre_id) if slip.cost_centre_id else None,
            "reversal": reversal,
            "is_receiver": slip.receiver_id == self.by.pk,
            "may_confirm": is_waiting and slip.receiver_id == self.by.pk,
            "may_take_pin": is_waiting and slip.receiver_id != self.by.pk and may_post,
            "may_reverse": may_post and slip.kind in REVERSIBLE and reversal is None,
            "refusal": refusal,
            "refused_lines": refusal.refused_lines if isinstance(refusal, SlipRefused) else (),
            "tab": tab,
            "history": history_of(slip) if tab == "history" else [],
        }
        return render(self.request, "materials/slip.html", context, status=refusal.status if refusal else 200)


class SlipPage(SlipDoor):
    def get(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        return self.show()


class SlipStep(SlipDoor):
    """A step on a slip; a refusal stands above the slip it speaks of."""

    def get(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        return redirect("slip", number=number)

    def post(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        try:
            return self.step()
        except RuleBroken as refusal:
            self.find(number)
            return self.show(refusal)

    def step(self) -> HttpResponse:
        raise RuleBroken


class SlipConfirm(SlipStep):
    """The receiver signs: in the own session, or by PIN at the counter."""

    def step(self) -> HttpResponse:
        slip, pin = self.slip, self.request.POST.get("pin", "")
        who = self.by
        if pin and slip.receiver is not None and slip.receiver_id != self.by.pk:
            self.require(self.node, "slip.post")
            verify_pin(staff=slip.receiver, pin=pin)
            who = slip.receiver
        confirm_slip(slip=slip, by=who)
        messages.success(self.request, _("%(number)s is confirmed.") % {"number": slip.number})
        return redirect("slip", number=slip.number)


class SlipReverse(SlipStep):
    action = "slip.post"

    def step(self) -> HttpResponse:
        opposite = reverse_slip(slip=self.slip, reason=self.request.POST.get("reason", ""), by=self.by)
        said = {"slip": self.slip.number, "number": opposite.number}
        messages.success(self.request, _("%(slip)s is reversed by %(number)s.") % said)
        return redirect("slip", number=opposite.number)
