"""Where which checklist is asked."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse, reverse_lazy
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from core.clock import plant_today
from core.history import history_of
from core.views.lists import Column, RegisterList
from core.views.pages import RefusalMixin
from people.doors import StaffRequired
from people.fields import node_value
from people.models import OrgKind
from plans.filters import AssignmentFilter
from plans.forms.templates import AssignmentForm
from plans.models import TemplateAssignment
from plans.selectors.places import named, nodes_of
from plans.services import assign_template

PLACES = (OrgKind.WORKSHOP, OrgKind.SECTION, OrgKind.TEAM)
FIELDS = ("template", "shift", "reach", "role", "rule", "weekdays", "starts_on", "ends_on")


class AssignmentList(StaffRequired, RegisterList):
    action = "template.edit"
    title = gettext_lazy("Assignments")
    lead = gettext_lazy("Which checklist is asked where, of whom, in which shift and when; sheets follow the roster.")
    queryset = TemplateAssignment.objects.select_related("template", "shift", "node")
    scope_path = "node"
    filterset_class = AssignmentFilter
    row_template = "plans/_assignment_row.html"
    default_order = ("template__code", "node__code", "shift__starts_at")
    new_url = reverse_lazy("assignment-new")
    new_label = gettext_lazy("Assign a checklist")
    new_action = "template.edit"
    columns = (
        Column(gettext_lazy("Checklist"), sort="template__code"),
        Column(gettext_lazy("Where"), sort="node__code"),
        Column(gettext_lazy("Shift"), less=1),
        Column(gettext_lazy("When")),
        Column(gettext_lazy("First day"), sort="starts_on", less=1),
        Column(gettext_lazy("Last day"), less=2),
        Column(gettext_lazy("Status")),
    )
    empty_title = gettext_lazy("No checklist is asked anywhere yet")
    empty_text = gettext_lazy("Assign T-01 to a workshop and its day shift; sheets are then made every working day.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"places": named(row.node_id for row in context["rows"]), "today": plant_today(), "weekdays": WEEKDAYS_ABBR}


class AssignmentEdit(StaffRequired, RefusalMixin, FormView):
    """The form, and on its second tab what happened to the assignment."""

    action = "template.edit"
    form_class = AssignmentForm
    template_name = "plans/assignment_form.html"
    told = gettext_lazy("Saved. Sheets follow within ten minutes.")

    def assignment(self) -> TemplateAssignment | None:
        pk = self.kwargs.get("pk")
        rows = self.access.scoped(TemplateAssignment.objects.select_related("template", "shift"), "node")
        return get_object_or_404(rows, pk=pk) if pk else None

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"places": nodes_of(self.access.scope, PLACES)}

    def get_initial(self) -> dict[str, Any]:
        row = self.assignment()
        if row is None:
            return {"starts_on": plant_today(), "version": 0, "rule": TemplateAssignment.Rule.WORKING_DAYS}
        return {name: getattr(row, name) for name in FIELDS} | {"node": node_value(row.node_id), "version": row.version}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.assignment()
        is_history = row is not None and self.request.GET.get("tab") == "history"
        title = _("Assign a checklist") if row is None else f"{row.template.label} · {named([row.node_id])[row.node_id].label}"
        return super().get_context_data(**kwargs) | {
            "title": title,
            "row": row,
            "list_title": AssignmentList.title,
            "list_url": reverse("assignments"),
            "is_history": is_history,
            "history": history_of(row) if is_history else [],
        }

    def perform(self, form: AssignmentForm) -> HttpResponse:
        self.require(form.cleaned_data["node"])
        row = self.assignment()
        values = form.cleaned_data | {"version": form.cleaned_data["version"] if row else None}
        assign_template(assignment=row, by=self.by, **values)
        return redirect("assignments")
