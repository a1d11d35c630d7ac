"""Many plan lines on one screen: one workshop, day and shift (PLN-05)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.utils.translation import ngettext
from django.views import View

from core.asked import read_date, read_key, read_whole
from core.clock import business_date, plant_now
from core.errors import Faults, RuleBroken
from people.doors import StaffRequired
from people.models import OrgNode, OrgSpan, Shift
from plans.forms.planning import MOST_ROWS, PlanPlaceForm, PlanRows, initial_of_plan
from plans.models import PlanLine, Process, ProductionOrder
from plans.selectors.daily_reports import open_orders_for
from plans.selectors.places import named, teams_under
from plans.selectors.planning import last_plan_before, plan_of_day, processes_to_plan, shares_of, workshops_to_plan
from plans.selectors.products import products_to_pick
from plans.services import save_plan
from plans.views.planning import day_address, shifts_in_order


class PlanEdit(StaffRequired, View):
    """The grid; ``?from=last`` fills it from the latest planned day, ``?from=orders`` from what the released orders still need."""

    action = "plan.edit"
    asks_node = True
    workshop: OrgNode
    shift: Shift
    on: date

    def find_place(self) -> HttpResponse | None:
        asked = self.request.POST if self.request.method == "POST" else self.request.GET
        self.require(None)
        workshops, shifts = self.workshops, shifts_in_order()
        if not workshops or not shifts:
            return render(self.request, "plans/plan_none.html", {"has_shifts": bool(shifts)})
        nodes = {str(span.node_id): span.node for span in workshops}
        named_one = asked.get("workshop", "")
        if named_one and named_one not in nodes:
            self.require(get_object_or_404(OrgNode, pk=read_whole(named_one) or 0))
            raise Http404
        self.workshop = nodes[named_one] if named_one else workshops[0].node
        by_key = {str(shift.pk): shift for shift in shifts}
        self.shift = by_key.get(asked.get("shift", "")) or shifts[0]
        today = business_date([shift.times for shift in shifts], plant_now())
        self.on = read_date(asked.get("on", "")) or today
        self.place = PlanPlaceForm(
            initial={"workshop": str(self.workshop.pk), "on": self.on, "shift": str(self.shift.pk)}, workshops=workshops, shifts=shifts
        )
        return None

    @cached_property
    def workshops(self) -> list[OrgSpan]:
        return workshops_to_plan(self.access)

    @cached_property
    def kept(self) -> list[PlanLine]:
        found = plan_of_day(self.access, self.on, shift=self.shift.pk, workshop=self.workshop.pk)
        return [line for team in found for line in team.lines if line.status != PlanLine.Status.WITHDRAWN]

    @cached_property
    def teams(self) -> list[OrgSpan]:
        return [span for span in teams_under(self.workshop, self.on) if self.access.may(self.action, span.node_id)]

    @cached_property
    def orders(self) -> list[ProductionOrder]:
        """The workshop's released orders, and those that already stand in this plan."""
        found = {order.pk: order for order in open_orders_for(self.workshop, self.on)}
        found |= {line.order_id: line.order for line in self.kept if line.order and line.order_id}
        return list(found.values())

    @cached_property
    def processes(self) -> list[Process]:
        found = {process.pk: process for process in processes_to_plan(self.workshop, self.on)}
        found |= {line.process_id: line.process for line in self.kept if line.process and line.process_id}
        return list(found.values())

    def formset(self, data: Any = None, initial: list[dict[str, Any]] | None = None, extra: int = 0) -> Any:
        offered = {"teams": self.teams, "orders": self.orders, "processes": self.processes, "kept": {line.pk: line for line in self.kept}}
        forms = PlanRows(data, initial=initial, prefix="rows", form_kwargs=offered)
        forms.extra = extra
        return forms

    def page(self, forms: Any, *, status: int = 200, faults: list[RuleBroken] | None = None, key: UUID | None = None) -> HttpResponse:
        context = {
            "forms": forms,
            "workshop": named([self.workshop.pk], self.on)[self.workshop.pk],
            "on": self.on,
            "shift": self.shift,
            "place": self.place,
            "request_key": key or uuid4(),
            "faults": faults or [],
            "products": products_to_pick(),
            "back": day_address(self.on, shift=self.shift.pk, workshop=self.workshop.pk),
            "is_over": self.shift.times.window(self.on)[1] <= plant_now(),
        }
        return render(self.request, "plans/plan_edit.html", context, status=status)

    def started(self) -> list[dict[str, Any]]:
        """New rows that the page offers beside the kept ones; what is planned already is not offered again."""
        source = self.request.GET.get("from", "")
        there = {(line.team_id, line.order_id, line.product_id, line.process_id) for line in self.kept}
        if source == "last":
            lines = last_plan_before(self.workshop, self.shift, self.on)
            return initial_of_plan(
                [line for line in lines if (line.team_id, line.order_id, line.product_id, line.process_id) not in there], as_new=True
            )
        if source == "orders":
            planned = {line.order_id for line in self.kept}
            shares = shares_of([order for order in self.orders if order.pk not in planned], self.on)
            process = str(self.processes[0].pk) if len(self.processes) == 1 else ""
            return [
                {
                    "team": str(share.order.team_id or ""),
                    "order": str(share.order.pk),
                    "process": process,
                    "planned_qty": share.quantity.normalize(),
                }
                for share in shares
            ]
        return []

    def get(self, request: Any) -> HttpResponse:
        elsewhere = self.find_place()
        if elsewhere:
            return elsewhere
        initial = initial_of_plan(self.kept) + self.started()
        return self.page(self.formset(initial=initial, extra=0 if initial else 1))

    def post(self, request: Any) -> HttpResponse:
        elsewhere = self.find_place()
        if elsewhere:
            return elsewhere
        data = request.POST.copy()
        if data.get("then") == "add":
            data["rows-TOTAL_FORMS"] = str(min(read_whole(data.get("rows-TOTAL_FORMS", "")) or 0, MOST_ROWS - 1) + 1)
            return self.page(self.formset(data))
        forms = self.formset(data)
        if not forms.is_valid():
            return self.page(forms, status=422)
        asked, rows = forms.asked()
        for row in asked:
            self.require(row.team)
        try:
            lines = save_plan(
                business_date=self.on, shift=self.shift, lines=asked, by=self.by, request_key=read_key(data.get("request_key", ""))
            )
        except RuleBroken as refusal:
            faults = list(refusal.faults) if isinstance(refusal, Faults) else [refusal]
            return self.page(forms, status=refusal.status, faults=forms.add_refusal(faults, rows))
        said = ngettext("%(count)s line stands in the plan.", "%(count)s lines stand in the plan.", len(lines)) % {"count": len(lines)}
        messages.success(request, said)
        return redirect(day_address(self.on, shift=self.shift.pk, workshop=self.workshop.pk))
