"""Newcomers and their guidance, and notes on attire (PPL-05, PPL-06)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView

from core.clock import plant_today
from core.errors import RuleBroken
from core.forms import HouseForm
from core.history import Part, history_of
from core.views import Column, RefusalMixin, RegisterList
from people.doors import StaffRequired
from people.filters import AttireFilter
from people.forms.care import AttireForm, GuidanceForm, MentorForm
from people.models import AttireNote, Mentoring, Staff
from people.selectors import node_labels
from people.selectors.joiners import Joiner, new_joiners
from people.services import set_mentor, write_attire_note, write_guidance


class JoinerList(StaffRequired, TemplateView):
    template_name = "people/joiners.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = plant_today()
        joiners = new_joiners(self.access.scope, today)
        labels = node_labels(today, {joiner.staff.org_id for joiner in joiners if joiner.staff.org_id})
        return super().get_context_data(**kwargs) | {"joiners": joiners, "labels": labels}


class JoinerPage(StaffRequired, TemplateView):
    """One newcomer day by day; who guides writes what was shown and says who the mentor is."""

    action = "joiner.guide"
    asks_node = True
    template_name = "people/joiner.html"
    kwargs: dict[str, Any]

    @cached_property
    def staff(self) -> Staff:
        return get_object_or_404(Staff.objects.select_related("org"), pk=self.kwargs["pk"])

    @cached_property
    def joiner(self) -> Joiner:
        found = new_joiners(None, plant_today(), only=self.staff.pk)
        if not found:
            raise Http404
        return found[0]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.require(self.staff.org, "read")
        joiner = self.joiner
        own = {
            "joiner": joiner,
            "days": list(reversed(joiner.guided)),
            "label": node_labels(plant_today(), [self.staff.org_id] if self.staff.org_id else []).get(self.staff.org_id or 0, ""),
            "may_guide": self.access.may("joiner.guide", self.staff.org),
            "guidance": GuidanceForm(),
            "mentor_form": MentorForm(initial={"mentor": joiner.mentor}),
            "history": history_of(None, Part(Mentoring, {"staff": self.staff}, untold=("staff",))),
        }
        return super().get_context_data(**(own | kwargs))

    def post(self, request: Any, pk: int) -> HttpResponse:
        self.require(self.staff.org)
        form: HouseForm
        if request.POST.get("then") == "mentor":
            form, name = MentorForm(request.POST), "mentor_form"
        else:
            form, name = GuidanceForm(request.POST), "guidance"
        try:
            if form.is_valid():
                self.keep(form)
                return redirect("joiner", pk=pk)
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        return self.render_to_response(self.get_context_data(**{name: form}), status=422)

    def keep(self, form: HouseForm) -> None:
        said = form.cleaned_data
        if isinstance(form, MentorForm):
            set_mentor(staff=self.staff, mentor=said["mentor"], by=self.by)
        else:
            write_guidance(staff=self.staff, on=said["on"], text=said["text"], by=self.by, request_key=said["request_key"])


class AttireList(StaffRequired, RegisterList):
    """For supervisors and above."""

    action = "attire.read"
    title = _("Attire and appearance")
    lead = _("What was seen of somebody's clothing and appearance. Supervisors and above read it, nobody else.")
    row_template = "people/_attire_row.html"
    filterset_class = AttireFilter
    scope_path = "staff__org"
    default_order = ("-on", "-pk")
    columns = (
        Column(_("Date"), "on"),
        Column(_("Who"), "staff__name"),
        Column(_("Organisation unit"), "staff__org__code", less=2),
        Column(_("What was seen")),
        Column(_("Written by"), "by__name", less=1),
    )
    new_label = _("Write a note")
    new_action = "attire.write"
    empty_title = _("No note yet")
    empty_text = _("Write one where clothing or appearance must be put right; item 9 of the manager's day leads here.")

    @property
    def new_url(self) -> str:  # type: ignore[override]
        return reverse("attire-add")

    def base_rows(self) -> QuerySet:
        return AttireNote.objects.select_related("staff", "by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"labels": node_labels(plant_today(), {row.staff.org_id for row in context["rows"] if row.staff.org_id})}


class AddAttireNote(StaffRequired, RefusalMixin, FormView):
    action = "attire.write"
    template_name = "people/attire_form.html"
    form_class = AttireForm
    told = _("The note is kept.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"access": self.access}

    def get_initial(self) -> dict[str, Any]:
        return {"staff": self.request.GET.get("staff", "")}

    def perform(self, form: AttireForm) -> HttpResponse:
        said = form.cleaned_data
        self.require(said["staff"].org)
        write_attire_note(staff=said["staff"], on=said["on"], text=said["text"], by=self.by, request_key=said["request_key"])
        return redirect("attire")
