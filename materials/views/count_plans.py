"""What is counted how often: the plans, and a stocktake started from one (MAT-16)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views import View
from django.views.generic import FormView

from core.clock import plant_today
from core.errors import RuleBroken
from core.history import history_of
from core.tables import Choice, Code, Day, Text
from core.tables import Column as FileColumn
from core.views.lists import Column, FileLayout, RegisterList
from core.views.pages import RefusalMixin
from materials.forms.counting import CountPlanForm
from materials.models import CountPlan
from materials.selectors.counting import objects_to_count, plans_seen
from materials.services import save_count_plan, start_count
from people.doors import StaffRequired
from plans.selectors.places import named


class CountPlanList(StaffRequired, RegisterList):
    template_name = "materials/count_plan_list.html"
    title = gettext_lazy("Count plans")
    lead = gettext_lazy("What is counted how often. On its date a stocktake begins by itself.")
    views = (("now", pgettext_lazy("plan", "In use")), ("ended", gettext_lazy("Ended")))
    row_template = "materials/_count_plan_row.html"
    default_order = ("next_on", "name")
    new_label = gettext_lazy("New plan")
    new_action = "slip.post"
    columns = (
        Column(gettext_lazy("Name"), sort="name"),
        Column(gettext_lazy("What is counted"), less=1),
        Column(gettext_lazy("How often"), sort="cycle", less=2),
        Column(gettext_lazy("Next count on"), sort="next_on"),
        Column(""),
    )
    file = FileLayout(
        "count-plans",
        (
            FileColumn("name", Text()),
            FileColumn("place_code", Code(), source="place__code"),
            FileColumn("workshop_code", Code(), source="workshop__code"),
            FileColumn("item_class", Text()),
            FileColumn("cycle", Choice(choices=CountPlan.Cycle)),
            FileColumn("next_on", Day()),
        ),
    )
    refusal: RuleBroken | None = None
    empty_title = gettext_lazy("No count plan here")
    empty_text = gettext_lazy("A plan says what is counted and how often: a warehouse every year, fasteners every month.")

    @property
    def new_url(self) -> str:  # type: ignore[override]
        return reverse("count-plan-new")

    def base_rows(self) -> QuerySet:
        return plans_seen(self.access).select_related("place", "workshop").prefetch_related("items")

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        return rows.filter(is_ended=view == "ended")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        places = named(row.workshop_id for row in context["rows"] if row.workshop_id)
        told = {"places": places, "today": plant_today(), "may_start": self.access.may("slip.post"), "refusal": self.refusal}
        return context | told


class CountPlanDoor(StaffRequired):
    """Finds the plan among those in scope; a new one asks for the right anywhere."""

    action = "slip.post"
    asks_node = True
    plan: CountPlan | None = None

    def find(self, pk: int | None) -> None:
        if pk is not None:
            rows = plans_seen(self.access).select_related("place", "workshop")  # type: ignore[attr-defined]
            self.plan = get_object_or_404(rows, pk=pk)
        self.require(self.plan.workshop_id if self.plan else None)


class CountPlanEdit(CountPlanDoor, RefusalMixin, FormView):
    form_class = CountPlanForm
    template_name = "materials/master_form.html"
    told = gettext_lazy("Saved.")

    def get(self, request: Any, pk: int | None = None) -> HttpResponse:
        self.find(pk)
        return super().get(request)

    def post(self, request: Any, pk: int | None = None) -> HttpResponse:
        self.find(pk)
        return super().post(request)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"objects": objects_to_count(self.access), "is_new": self.plan is None}

    def get_initial(self) -> dict[str, Any]:
        plan = self.plan
        if plan is None:
            return {"next_on": plant_today(), "cycle": CountPlan.Cycle.MONTH}
        names = ("name", "item_class", "cycle", "next_on", "is_ended", "version")
        where = f"place-{plan.place_id}" if plan.place_id else f"workshop-{plan.workshop_id}" if plan.workshop_id else ""
        return {name: getattr(plan, name) for name in names} | {"where": where, "items": list(plan.items.all())}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "title": self.plan.name if self.plan else _("New count plan"),
            "list_title": CountPlanList.title,
            "list_url": reverse("count-plans"),
            "back": reverse("count-plans"),
            "history": history_of(self.plan) if self.plan else None,
        }

    def perform(self, form: CountPlanForm) -> HttpResponse:
        values = form.values()
        self.require(values["workshop"])
        save_count_plan(plan=self.plan, by=self.by, **values)
        return redirect("count-plans")


class CountPlanStart(CountPlanDoor, View):
    """A stocktake now: the one that is due, or one beside the plan. A refusal stands above the plans."""

    def get(self, request: Any, pk: int) -> HttpResponse:
        self.find(pk)
        return redirect("count-plans")

    def post(self, request: Any, pk: int) -> HttpResponse:
        self.find(pk)
        assert self.plan is not None
        try:
            count = start_count(plan=self.plan, by=self.by, is_early=True)
        except RuleBroken as refusal:
            plans = CountPlanList()
            plans.setup(request)
            plans.refusal = refusal
            response = plans.get(request)
            response.status_code = refusal.status
            return response
        messages.success(request, _("%(number)s has begun; the book is frozen.") % {"number": count.number})
        return redirect("count", number=count.number)
