"""Emergency contacts: the list on the wall, kept up to date (GEN-28)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from core.errors import RuleBroken
from core.history import history_of
from core.versions import version_of
from core.views.lists import Column, RegisterList
from core.views.pages import RefusalMixin
from people.doors import StaffRequired
from people.fields import node_value, offer
from people.models import OrgKind
from plans.forms.contacts import ContactForm
from plans.forms.steps import StepForm
from plans.models import EmergencyContact
from plans.selectors.places import named, nodes_of, places_for
from plans.services import remove_contact, save_contact


class ContactList(StaffRequired, RegisterList):
    model = EmergencyContact
    title = _("Emergency contacts")
    lead = _("Shown on the page of every emergency of the unit and of all below it.")
    scope_path = "node"
    row_template = "plans/_contact_row.html"
    default_order = ("order",)
    export_kind = "emergency_contacts"
    new_url = reverse_lazy("contact-new")
    new_label = _("New contact")
    new_action = "contact.edit"
    columns = (
        Column(_("Order of calling"), sort="order", number=True),
        Column(pgettext_lazy("contact", "Who"), sort="name"),
        Column(_("Phone")),
        Column(_("Where"), sort="node__code", less=2),
        Column(""),
    )
    empty_title = _("No contact yet")
    empty_text = _("Write down whom to call: fire brigade, ambulance, who is on duty.")

    def import_url(self) -> str:
        return ""

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("node")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        places = named(row.node_id for row in context["rows"] if row.node_id)
        return context | {"places": places, "may_edit": self.access.may("contact.edit")}


class ContactEdit(StaffRequired, RefusalMixin, FormView):
    """One contact, new or kept; ``remove`` takes it off the list."""

    action = "contact.edit"
    form_class = ContactForm
    template_name = "plans/contact_form.html"
    told = _("Saved.")

    @property
    def contact(self) -> EmergencyContact | None:
        rows = self.access.scoped(EmergencyContact.objects.all(), "node")
        return get_object_or_404(rows, pk=self.kwargs["pk"]) if "pk" in self.kwargs else None

    def get_initial(self) -> dict[str, Any]:
        contact = self.contact
        if contact is None:
            return {"version": 0, "order": 0}
        kept = {name: getattr(contact, name) for name in ("name", "name_zh", "phone", "order")}
        return kept | {"node": node_value(contact.node_id), "version": version_of(contact)}

    def get_form(self, form_class: Any = None) -> ContactForm:
        form = super().get_form(form_class)
        offer(form, "node", nodes_of(places_for(self.access, self.action), OrgKind.values), blank=_("Everywhere"))
        return form

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        contact = self.contact
        if "remove" in request.POST and contact is not None:
            return self._remove(contact)
        return super().post(request, *args, **kwargs)

    def _remove(self, contact: EmergencyContact) -> HttpResponse:
        form, step = self.get_form(), StepForm(self.request.POST)
        if not step.is_valid():
            return self.form_invalid(form)
        try:
            remove_contact(contact=contact, by=self.by, version=step.cleaned_data["version"])
        except RuleBroken as refusal:
            form.add_refusal(refusal)
            return self.form_invalid(form, status=refusal.status)
        messages.success(self.request, gettext("The contact is off the list."))
        return redirect("contacts")

    def perform(self, form: ContactForm) -> HttpResponse:
        said = dict(form.cleaned_data)
        version = said.pop("version") if self.contact else said.pop("version") and None
        save_contact(by=self.by, contact=self.contact, version=version, **said | {"order": int(said["order"])})
        return redirect("contacts")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        contact = self.contact
        history = history_of(contact) if contact else []
        return super().get_context_data(**kwargs) | {"contact": contact, "history": history, "back": reverse("contacts")}
