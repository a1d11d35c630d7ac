"""Checklist templates: the list, a version and what changed in it, the page that makes the next version, and assignments."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Max, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import FormView

from core.clock import plant_today
from core.errors import Faults, RuleBroken
from core.views.lists import Column, RegisterList
from core.views.pages import RefusalMixin
from people.doors import StaffRequired
from people.models import OrgKind
from plans.forms.registers import AssignmentForm, node_value
from plans.models import ChecklistTemplate, TemplateAssignment
from plans.selectors.places import named, nodes_of
from plans.selectors.templates import changes_between, field_label, items_of, versions_of
from plans.services import assign_template, publish_new_version

PLACES = (OrgKind.WORKSHOP, OrgKind.SECTION, OrgKind.TEAM)
TEXTS = ("text", "text_zh", "hint", "hint_zh")
TEXT_LENGTHS = {"text": 200, "text_zh": 200, "hint": 300, "hint_zh": 300}


class TemplateList(StaffRequired, RegisterList):
    title = gettext_lazy("Checklist templates")
    lead = gettext_lazy("What is asked on the floor, in both languages; a change makes the next version.")
    row_template = "plans/_template_row.html"
    default_order = ("code",)
    columns = (
        Column(gettext_lazy("Code"), sort="code"),
        Column(gettext_lazy("Name"), sort="name"),
        Column(gettext_lazy("Version"), number=True),
        Column(gettext_lazy("Published"), sort="published"),
    )
    queryset = ChecklistTemplate.objects.annotate(
        newest=Max("versions__number", filter=Q(versions__published_at__isnull=False)), published=Max("versions__published_at")
    )
    template_name = "plans/template_list.html"
    empty_text = gettext_lazy("The templates that come with FloorOps are missing; the administrator runs the migrations again.")


class TemplatePage(StaffRequired, View):
    """One version of a template, in both languages, and what it changed."""

    def get(self, request: Any, code: str) -> HttpResponse:
        template = get_object_or_404(ChecklistTemplate, code=code)
        versions = versions_of(template)
        asked = request.GET.get("version", "")
        version = next((row for row in versions if str(row.number) == asked), versions[0])
        before = next((row for row in versions if row.number == version.number - 1), None)
        context = {
            "template": template,
            "versions": versions,
            "version": version,
            "before": before,
            "items": items_of(version),
            "changes": changes_between(before, version) if before else [],
            "may_edit": self.access.may("template.edit"),
        }
        return render(request, "plans/template.html", context)


class TemplateEdit(StaffRequired, View):
    """Labels, hints and what is required; publishing makes the next version."""

    action = "template.edit"

    def get(self, request: Any, code: str) -> HttpResponse:
        return self.show(get_object_or_404(ChecklistTemplate, code=code))

    def show(self, template: ChecklistTemplate, refusal: RuleBroken | None = None) -> HttpResponse:
        newest = versions_of(template)[0]
        faults = refusal.faults if isinstance(refusal, Faults) else ()
        typed = self.request.POST if refusal else {}
        rows = []
        for item in items_of(newest):
            fields = [
                {
                    "name": f"{item.key}-{name}",
                    "label": field_label(name),
                    "value": typed.get(f"{item.key}-{name}", getattr(item, name)),
                    "most": TEXT_LENGTHS[name],
                    "lang": "zh-Hans" if name.endswith("zh") else "en",
                    "fault": next((fault for fault in faults if fault.field == f"{item.key}-{name}"), None),
                }
                for name in TEXTS
            ]
            is_required = f"{item.key}-is_required" in typed if refusal else item.is_required
            rows.append({"item": item, "fields": fields, "is_required": is_required})
        context = {"template": template, "newest": newest, "rows": rows, "refusal": refusal}
        return render(self.request, "plans/template_edit.html", context, status=refusal.status if refusal else 200)

    def post(self, request: Any, code: str) -> HttpResponse:
        template = get_object_or_404(ChecklistTemplate, code=code)
        newest = versions_of(template)[0]
        changes = {
            item.key: {name: request.POST.get(f"{item.key}-{name}", "").strip()[: TEXT_LENGTHS[name]] for name in TEXTS}
            | {"is_required": f"{item.key}-is_required" in request.POST}
            for item in items_of(newest)
        }
        seen = request.POST.get("seen", "")
        try:
            version = publish_new_version(template=template, changes=changes, by=self.by, seen=int(seen) if seen.isdigit() else None)
        except RuleBroken as refusal:
            return self.show(template, refusal)
        said = _("Version %(number)s is published; sheets made from now on ask it.")
        messages.success(request, said % {"number": version.number})
        return redirect("template", code=code)


class AssignmentList(StaffRequired, RegisterList):
    action = "template.edit"
    title = gettext_lazy("Assignments")
    lead = gettext_lazy("Which checklist is asked where and in which shift, on every working day.")
    queryset = TemplateAssignment.objects.select_related("template", "shift", "node")
    scope_path = "node"
    row_template = "plans/_assignment_row.html"
    default_order = ("template__code", "node__code", "shift__starts_at")
    new_url = reverse_lazy("assignment-new")
    new_label = gettext_lazy("Assign a checklist")
    new_action = "template.edit"
    columns = (
        Column(gettext_lazy("Checklist"), sort="template__code"),
        Column(gettext_lazy("Where"), sort="node__code"),
        Column(gettext_lazy("Shift")),
        Column(gettext_lazy("First day"), sort="starts_on"),
        Column(gettext_lazy("Last day"), less=2),
        Column(gettext_lazy("Status")),
    )
    empty_title = gettext_lazy("No checklist is asked anywhere yet")
    empty_text = gettext_lazy("Assign T-01 to a workshop and its day shift; sheets are then made every working day.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"places": named(row.node_id for row in context["rows"]), "today": plant_today()}


class AssignmentEdit(StaffRequired, RefusalMixin, FormView):
    action = "template.edit"
    form_class = AssignmentForm
    template_name = "plans/register_form.html"
    told = gettext_lazy("Saved. Sheets follow within ten minutes.")

    def assignment(self) -> TemplateAssignment | None:
        pk = self.kwargs.get("pk")
        rows = self.access.scoped(TemplateAssignment.objects.all(), "node")
        return get_object_or_404(rows, pk=pk) if pk else None

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"places": nodes_of(self.access.scope, PLACES)}

    def get_initial(self) -> dict[str, Any]:
        row = self.assignment()
        if row is None:
            return {"starts_on": plant_today()}
        return {name: getattr(row, name) for name in ("template", "shift", "starts_on", "ends_on")} | {"node": node_value(row.node_id)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.assignment()
        title = _("Assign a checklist") if row is None else f"{row.template.label} · {named([row.node_id])[row.node_id].label}"
        listed = reverse("assignments")
        return super().get_context_data(**kwargs) | {"title": title, "list_title": AssignmentList.title, "list_url": listed, "back": listed}

    def perform(self, form: AssignmentForm) -> HttpResponse:
        self.require(form.cleaned_data["node"])
        assign_template(assignment=self.assignment(), by=self.by, **form.cleaned_data)
        return redirect("assignments")
