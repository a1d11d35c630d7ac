"""The plan of the day: read by everybody, confirmed or queried by the supervisor."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views import View
from django.views.generic import TemplateView

from core.asked import read_date, read_whole
from core.clock import business_date, plant_now
from core.errors import RuleBroken
from core.history import Part, history_of
from core.templatetags.fo import clock
from core.views.lists import Column, RegisterList
from people.doors import StaffRequired
from people.models import OrgKind, Shift
from plans.filters import PlanLineFilter
from plans.hooks import named_slot
from plans.models import PlanLine, SlotOutput
from plans.selectors.places import named, nodes_of
from plans.selectors.planning import plan_lines_seen, plan_of_day
from plans.services import confirm_plan, query_plan
from plans.tables.plan_lines import with_workshop

MOST_AT_ONCE = 500


def shifts_in_order() -> list[Shift]:
    return list(Shift.objects.order_by("starts_at", "code"))


def day_address(on: date, page: str = "plan", **more: Any) -> str:
    kept = {"on": on.isoformat()} | {name: value for name, value in more.items() if value}
    return f"{reverse(page)}?{urlencode(kept)}"


class PlanDay(StaffRequired, TemplateView):
    """One business date: what each team is to make, whether it is agreed, whether the material is there."""

    template_name = "plans/plan_day.html"
    refusal: RuleBroken | None = None

    @cached_property
    def shifts(self) -> list[Shift]:
        return shifts_in_order()

    @cached_property
    def on(self) -> date:
        asked = self.request.GET.get("on") or self.request.POST.get("on") or ""
        return read_date(asked) or business_date([shift.times for shift in self.shifts], plant_now())

    def _number(self, name: str) -> int | None:
        asked = self.request.GET.get(name) or self.request.POST.get(name) or ""
        return read_whole(asked)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shift, workshop = self._number("shift"), self._number("workshop")
        teams = plan_of_day(self.access, self.on, shift=shift, workshop=workshop)
        lines = [line for team in teams for line in team.lines]
        mine = [line for line in lines if line.waits and self.access.may("plan.confirm", line.team_id)]
        context: dict[str, Any] = {
            "on": self.on,
            "teams": teams,
            "count": sum(line.status != PlanLine.Status.WITHDRAWN for line in lines),
            "waiting": sum(line.waits for line in lines),
            "mine": mine,
            "may_confirm": {line.pk for line in lines if self.access.may("plan.confirm", line.team_id)},
            "may_edit": self.access.may("plan.edit"),
            "shifts": self.shifts,
            "shift": shift,
            "workshops": nodes_of(self.access.scope, [OrgKind.WORKSHOP], self.on),
            "workshop": workshop,
            "before": day_address(self.on - timedelta(days=1), shift=shift, workshop=workshop),
            "after": day_address(self.on + timedelta(days=1), shift=shift, workshop=workshop),
            "edit_url": day_address(self.on, page="plan-edit", shift=shift, workshop=workshop),
            "readiness": named_slot("material_readiness", lines),
            "refusal": self.refusal,
        }
        return super().get_context_data(**kwargs) | context


class PlanStep(StaffRequired, View):
    """What a supervisor says to lines; a refusal stands above the day it speaks of."""

    action = "plan.confirm"
    asks_node = True

    def get(self, request: Any, **kwargs: Any) -> HttpResponse:
        self.require(None)
        return redirect("plan")

    def refused(self, refusal: RuleBroken) -> HttpResponse:
        page = PlanDay(refusal=refusal)
        page.setup(self.request)
        return render(self.request, page.template_name, page.get_context_data(), status=refusal.status)

    def back(self) -> HttpResponse:
        kept = {name: self.request.POST.get(name, "") for name in ("shift", "workshop")}
        on = read_date(self.request.POST.get("on", ""))
        return redirect(day_address(on, **kept) if on else reverse("plan"))


class PlanConfirm(PlanStep):
    """Lines come as ``line=<pk>:<version>``, as they stood on the page."""

    def post(self, request: Any) -> HttpResponse:
        self.require(None)
        seen: dict[int, int] = {}
        for word in request.POST.getlist("line")[:MOST_AT_ONCE]:
            pk, version = (read_whole(part) for part in (word.partition(":")[0], word.partition(":")[2]))
            if pk is not None and version is not None:
                seen[pk] = version
        found = {line.pk: line.team_id for line in plan_lines_seen(self.access).filter(pk__in=seen)}
        for team in set(found.values()):
            self.require(team)
        try:
            kept = confirm_plan(lines=[(pk, seen[pk]) for pk in found], by=self.by)
        except RuleBroken as refusal:
            return self.refused(refusal)
        if kept:
            said = ngettext("%(count)s line is confirmed.", "%(count)s lines are confirmed.", len(kept)) % {"count": len(kept)}
            messages.success(request, said)
        return self.back()


class PlanQuery(PlanStep):
    def post(self, request: Any, pk: int) -> HttpResponse:
        line = get_object_or_404(plan_lines_seen(self.access), pk=pk)
        self.require(line.team_id)
        version = request.POST.get("version", "")
        try:
            query_plan(line=line, words=request.POST.get("reason", ""), by=self.by, version=read_whole(version))
        except RuleBroken as refusal:
            return self.refused(refusal)
        messages.success(request, _("Your query is with the planner."))
        return self.back()


def _slot_name(event: Any) -> str:
    return _("Output %(begin)s–%(end)s") % {"begin": clock(event.starts_at), "end": clock(event.ends_at)}


class PlanLinePage(StaffRequired, TemplateView):
    """One line with what was agreed, its material and its history."""

    template_name = "plans/plan_line.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = plan_lines_seen(self.access).select_related("made_by", "changed_by", "confirmed_by", "queried_by")
        line = get_object_or_404(rows, pk=self.kwargs["pk"])
        is_history = self.request.GET.get("tab") == "history"
        return super().get_context_data(**kwargs) | {
            "line": line,
            "team": named([line.team_id], line.business_date)[line.team_id],
            "day_url": day_address(line.business_date, shift=line.shift_id),
            "readiness": named_slot("material_readiness", [line]),
            "is_history": is_history,
            "history": history_of(line, Part(SlotOutput, {"plan_line": line}, _slot_name, untold=("plan_line",))) if is_history else [],
        }


class PlanLineList(StaffRequired, RegisterList):
    """All lines that were ever planned, as a register."""

    model = PlanLine
    title = gettext_lazy("Plan lines")
    lead = gettext_lazy("What each team is to make, day by day.")
    scope_path = "team"
    filterset_class = PlanLineFilter
    views = (("open", gettext_lazy("From today")), ("all", gettext_lazy("All")))
    row_template = "plans/_plan_line_row.html"
    default_order = ("business_date", "team__code", "shift__starts_at")
    export_kind = "plan_lines"
    new_url = reverse_lazy("plan-edit")
    new_label = gettext_lazy("Plan a shift")
    new_action = "plan.edit"
    columns = (
        Column(gettext_lazy("Date"), sort="business_date"),
        Column(gettext_lazy("Shift"), less=2),
        Column(gettext_lazy("Workshop"), less=1),
        Column(gettext_lazy("Team"), sort="team__code"),
        Column(pgettext_lazy("noun", "Order"), sort="order__number", less=2),
        Column(gettext_lazy("Product"), sort="product__code"),
        Column(gettext_lazy("Process"), less=1),
        Column(pgettext_lazy("output", "Planned"), sort="planned_qty", number=True),
        Column(gettext_lazy("Status"), sort="status"),
    )
    empty_title = gettext_lazy("No plan line here")
    empty_text = gettext_lazy("The planner enters what each team is to make; the supervisor confirms it before the shift.")

    def base_rows(self) -> QuerySet:
        return with_workshop(super().base_rows()).select_related("team", "shift", "order", "product__unit", "process")

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        today = business_date([shift.times for shift in shifts_in_order()], plant_now())
        return rows.filter(business_date__gte=today) if view == "open" else rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"places": named(row.team_id for row in context["rows"])}
