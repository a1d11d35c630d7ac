"""The organisation: the tree as of a date, and a unit with its dates."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView

from core.asked import read_date
from core.clock import BEGINNING, plant_today
from core.history import Part, history_of
from core.versions import version_among
from core.views import PartialMixin, RefusalMixin
from people.doors import StaffRequired
from people.forms import ChangeUnitForm, UnitForm
from people.models import OrgNode, OrgPath, OrgSpan, Staff
from people.selectors import flat, node_labels, spans_on, tree_on
from people.services import add_unit, change_unit, withdraw_change


class Organisation(StaffRequired, PartialMixin, TemplateView):
    template_name = "people/organisation.html"
    fragment_name = "people/_organisation.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        on = read_date(self.request.GET.get("on")) or plant_today()
        return super().get_context_data(**kwargs) | {
            "on": on,
            "is_today": on == plant_today(),
            "rows": flat(tree_on(on, self.access.scope)),
            "may_edit": self.access.may("organisation.edit"),
        }


class UnitMixin(StaffRequired):
    """Finds the unit of the address among those in scope."""

    asks_node = True
    kwargs: dict[str, Any]

    @cached_property
    def node(self) -> OrgNode:
        node = get_object_or_404(OrgNode, pk=self.kwargs["pk"])
        self.require(node)
        return node


class Unit(UnitMixin, TemplateView):
    template_name = "people/unit.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        node, today = self.node, plant_today()
        path = OrgPath.objects.filter(node=node, valid_from__lte=today, valid_to__gt=today).first()
        above = [pk for pk in (path.plant_id, path.workshop_id, path.section_id) if pk and pk != node.pk] if path else []
        spans = list(OrgSpan.objects.filter(node=node).select_related("parent", "leader").order_by("-valid_from"))
        below = [span for span in spans_on(today).values() if span.parent_id == node.pk]
        known = OrgNode.objects.in_bulk(above)
        return super().get_context_data(**kwargs) | {
            "node": node,
            "span": next((span for span in spans if span.valid_from <= today), spans[-1] if spans else None),
            "spans": spans,
            "labels": node_labels(today),
            "above": [known[pk] for pk in above],
            "below": sorted(below, key=lambda span: span.node.code),
            "people": Staff.objects.employed().filter(org=node)[:100] if self.access.may("staff.read", node) else None,
            "history": history_of(node, Part(OrgSpan, {"node": node}, untold=("node",))) if self.access.may("organisation.edit") else None,
            "may_edit": self.access.may("organisation.edit", node),
            "today": today,
            "beginning": BEGINNING,
        }


class AddUnit(StaffRequired, RefusalMixin, FormView):
    action = "organisation.edit"
    template_name = "people/unit_form.html"
    form_class = UnitForm
    told = _("The unit is in the organisation.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"access": self.access}

    def get_initial(self) -> dict[str, Any]:
        return {"valid_from": plant_today(), "parent": OrgNode.objects.filter(code=self.request.GET.get("below", "")).first()}

    def perform(self, form: UnitForm) -> HttpResponse:
        node = add_unit(code=form.cleaned_data["code"], kind=form.cleaned_data["kind"], standing=form.standing(), by=self.by)
        return redirect("unit", pk=node.pk)


class ChangeUnit(UnitMixin, RefusalMixin, FormView):
    action = "organisation.edit"
    template_name = "people/unit_form.html"
    form_class = ChangeUnitForm
    told = _("The change is entered.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"access": self.access}

    def get_initial(self) -> dict[str, Any]:
        today = plant_today()
        span = spans_on(today, [self.node.pk]).get(self.node.pk) or OrgSpan.objects.filter(node=self.node).first()
        version = version_among(OrgSpan, node=self.node)
        if span is None:
            return {"valid_from": today, "version": version}
        return {
            "valid_from": today,
            "version": version,
            "name": span.name,
            "name_zh": span.name_zh,
            "parent": span.parent_id,
            "leader": span.leader,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"node": self.node}

    def perform(self, form: ChangeUnitForm) -> HttpResponse:
        change_unit(node=self.node, standing=form.standing(), by=self.by, version=form.cleaned_data["version"])
        return redirect("unit", pk=self.node.pk)


class WithdrawChange(UnitMixin, TemplateView):
    action = "organisation.edit"
    http_method_names = ["post", "options"]

    def post(self, request: Any, pk: int, span: int) -> HttpResponse:
        found = OrgSpan.objects.filter(node=self.node, pk=span).first()
        if found is None:
            raise Http404
        withdraw_change(span=found, by=self.by)
        return redirect("unit", pk=pk)
