"""Targets: the list, the form, and the page of each with its history."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.generic import FormView, TemplateView

from core.clock import plant_today
from core.errors import StaleVersion
from core.history import history_of
from core.quantities import plain
from core.versions import version_of
from core.views.lists import Column, RegisterList
from core.views.pages import RefusalMixin
from people.doors import StaffRequired
from people.models import OrgKind
from plans.selectors.places import nodes_of, places_for
from reports import services
from reports.figures.names import node_names
from reports.filters import TargetFilter
from reports.forms import TargetForm
from reports.kpis import TARGETED
from reports.models import Target
from reports.periods import period_name

TARGETS = pgettext_lazy("of figures", "Targets")


class TargetList(StaffRequired, RegisterList):
    queryset = Target.objects.select_related("org")
    action = "month.read"
    scope_path = "org"
    title = TARGETS
    lead = _("What the figures of a unit should be. A unit without its own follows the one above; a month goes before its year.")
    filterset_class = TargetFilter
    row_template = "reports/_target_row.html"
    default_order = ("-period", "kpi_code", "org__code")
    export_kind = "targets"
    new_url = reverse_lazy("target-new")
    new_label = _("New target")
    new_action = "target.edit"
    columns = (
        Column(_("Figure"), sort="kpi_code"),
        Column(_("Organisation unit"), sort="org__code"),
        Column(_("Period"), sort="period"),
        Column(pgettext_lazy("of a figure", "Target"), sort="value", number=True),
        Column(pgettext_lazy("quantity", "Unit"), less=2),
    )
    empty_title = _("No target yet")
    empty_text = _("Without targets the limits of the settings judge. Bring your targets as a file, or set the first one here.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        names = node_names([row.org_id for row in context["rows"]], plant_today())
        for row in context["rows"]:
            row.kpi, row.place, row.period_name = TARGETED[row.kpi_code], names[row.org_id], period_name(row.period)
        return context


class OneTarget(StaffRequired):
    """Finds the target among those in scope and asks for the right at its unit."""

    kwargs: dict[str, Any]

    @cached_property
    def row(self) -> Target | None:
        pk = self.kwargs.get("pk")
        if pk is None:
            return None
        row = get_object_or_404(self.access.scoped(Target.objects.select_related("org"), "org"), pk=pk)
        self.require(row.org)
        return row

    def title_of(self, row: Target) -> str:
        return f"{TARGETED[row.kpi_code].name} · {node_names([row.org_id], plant_today())[row.org_id].label} · {period_name(row.period)}"


class TargetEdit(OneTarget, RefusalMixin, FormView):
    action = "target.edit"
    form_class = TargetForm
    template_name = "plans/register_form.html"
    told = _("Saved.")

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.asks_node = "pk" in kwargs
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        places = nodes_of(places_for(self.access, self.action), OrgKind.values)
        return super().get_form_kwargs() | {"places": places, "is_new": self.row is None}

    def get_initial(self) -> dict[str, Any]:
        row = self.row
        if row is None:
            return {}
        kept = {"kpi_code": row.kpi_code, "org": str(row.org_id), "period": row.period, "value": row.value}
        return kept | {"version": version_of(row)}

    def perform(self, form: Any) -> HttpResponse:
        self.require(form.cleaned_data["org"])
        try:
            saved = services.save_target(target=self.row, by=self.by, **form.cleaned_data)
        except StaleVersion:
            form.data = form.data.copy()
            form.data["version"] = str(version_of(self.row)) if self.row else ""
            raise
        return redirect("target", saved.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.row
        context = super().get_context_data(**kwargs)
        return context | {
            "row": row,
            "title": self.title_of(row) if row else _("New target"),
            "list_title": TARGETS,
            "list_url": reverse("targets"),
            "back": reverse("target", args=[row.pk]) if row else reverse("targets"),
            "stale": self.stale(context["form"], row) if row else [],
        }

    def stale(self, form: TargetForm, row: Target) -> list[dict[str, Any]]:
        """What was typed beside what stands now, after somebody else's change."""
        if not isinstance(form.refusal, StaleVersion):
            return []
        value = form.fields["value"]
        return [{"label": value.label, "typed": form["value"].value(), "now": plain(Target.objects.get(pk=row.pk).value)}]


class TargetPage(OneTarget, TemplateView):
    action = "month.read"
    asks_node = True
    template_name = "plans/register_page.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.row
        assert row is not None
        kpi = TARGETED[row.kpi_code]
        is_history = self.request.GET.get("tab") == "history"
        return super().get_context_data(**kwargs) | {
            "row": row,
            "title": self.title_of(row),
            "facts": [
                (_("Figure"), f"{kpi.name}, {kpi.unit}" if kpi.unit else kpi.name),
                (_("Organisation unit"), node_names([row.org_id], plant_today())[row.org_id].label),
                (_("Period"), period_name(row.period)),
                (pgettext_lazy("of a figure", "Target"), row.value),
            ],
            "list_title": TARGETS,
            "list_url": reverse("targets"),
            "edit_url": reverse("target-edit", args=[row.pk]) if self.access.may("target.edit", row.org) else "",
            "is_history": is_history,
            "history": history_of(row) if is_history else [],
        }
