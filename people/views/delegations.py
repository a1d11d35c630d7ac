"""Roles lent for dates."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView, TemplateView

from core.clock import plant_today
from core.errors import NotAllowed
from core.history import history_of
from core.views import Column, RefusalMixin, RegisterList
from people.access import Access
from people.doors import StaffRequired
from people.forms import DelegationForm
from people.models import Delegation, Staff, goes_on
from people.roles import SEES_THE_PLANT
from people.services import end_delegation, lend_role


def seen_by(access: Access, rows: QuerySet) -> QuerySet:
    """One's own, given and taken; who sees the plant sees those of its people, who sees the whole company all."""
    own = Q(giver=access.staff) | Q(taker=access.staff)
    if access.roles & SEES_THE_PLANT:
        if access.scope is None:
            return rows
        own |= Q(giver__org__in=access.scope) | Q(taker__org__in=access.scope)
    return rows.filter(own)


class DelegationList(StaffRequired, RegisterList):
    """The loans that this person sees."""

    action = "delegate"
    queryset = Delegation.objects.select_related("giver", "taker", "made_by", "ended_by")
    title = _("Delegations")
    lead = _("A role lent for dates, so that somebody decides while its holder is away.")
    columns = (
        Column(_("Whose role"), "giver__name"),
        Column(_("Role"), "role"),
        Column(_("Lent to"), "taker__name"),
        Column(_("First day"), "starts_on", less=2),
        Column(_("Last day"), "ends_on"),
        Column(_("Reason"), less=1),
        Column(_("State")),
        Column(""),
    )
    row_template = "people/_delegation_row.html"
    default_order = ("-starts_on",)
    views = (("now", _("Now and later")), ("all", _("All")))
    new_label = _("Lend a role")
    new_action = "delegate"
    empty_title = _("No role is lent")
    empty_text = _("Before you go on leave, lend your role to a colleague for those days.")

    @property
    def new_url(self) -> str:  # type: ignore[override]
        return reverse("delegation-add")

    def base_rows(self) -> QuerySet:
        return seen_by(self.access, super().base_rows())

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        return rows.filter(goes_on("ends_on"), ended_at=None) if view == "now" else rows


class AddDelegation(StaffRequired, RefusalMixin, FormView):
    action = "delegate"
    template_name = "people/delegation_form.html"
    form_class = DelegationForm
    told = _("The role is lent.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"by": self.by, "may_for_others": self.access.may("account.edit")}

    def get_initial(self) -> dict[str, Any]:
        return {"starts_on": plant_today(), "ends_on": plant_today()}

    def perform(self, form: DelegationForm) -> HttpResponse:
        asked = {"giver": self.by} | form.cleaned_data
        if asked["giver"] != self.by:
            self.require_over(asked["giver"])
        lend_role(by=self.by, **asked)
        return redirect("delegations")

    def require_over(self, giver: Staff) -> None:
        """An administrator lends for people in scope; for those of the whole company only who sees it whole."""
        self.require(giver.org, "account.edit")
        if giver.org is None and self.access.scope is not None:
            raise NotAllowed()


class DelegationPage(StaffRequired, TemplateView):
    """One loan of a role with its history."""

    action = "delegate"
    template_name = "people/delegation.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = seen_by(self.access, Delegation.objects.select_related("giver", "taker", "made_by", "ended_by"))
        delegation = get_object_or_404(rows, pk=self.kwargs["pk"])
        return super().get_context_data(**kwargs) | {"delegation": delegation, "history": history_of(delegation)}


class EndDelegation(StaffRequired, View):
    action = "delegate"
    http_method_names = ["post", "options"]

    def post(self, request: Any, pk: int) -> HttpResponse:
        delegation = seen_by(self.access, Delegation.objects.all()).filter(pk=pk).first()
        if delegation is None:
            raise Http404
        end_delegation(delegation=delegation, by=self.by)
        return redirect("delegations")
