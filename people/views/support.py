"""Confidential talks: their author, HR and the production manager read them; for everybody else they do not exist (PPL-07)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import FormView, TemplateView

from core.clock import plant_today
from core.views import Column, RefusalMixin, RegisterList
from people.doors import StaffRequired
from people.forms.care import SupportForm
from people.models import SupportNote
from people.selectors.support import support_notes
from people.services import close_follow_up, write_support_note


class Hidden(StaffRequired):
    """Who may neither write nor read any is told that there is nothing."""

    request: Any

    def require(self, *args: Any, **kwargs: Any) -> None:
        self._asked = True
        if not (self.access.may("support.write") or support_notes(self.access).exists()):
            raise Http404


class NotKept:
    """These pages are kept by no browser and no proxy."""

    request: Any

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        response["Cache-Control"] = "no-store"
        return response


class SupportList(NotKept, Hidden, RegisterList):
    title = gettext_lazy("Confidential talks")
    lead = gettext_lazy("You read your own notes; HR and the production manager read all. They stand in no file, report or history.")
    row_template = "people/_support_row.html"
    default_order = ("-talked_on", "-pk")
    columns = (
        Column(gettext_lazy("Talked on"), "talked_on"),
        Column(gettext_lazy("Who"), "staff__name"),
        Column(gettext_lazy("Ask again on"), "follow_up_on"),
        Column(gettext_lazy("Written by"), "by__name", less=2),
    )
    new_label = gettext_lazy("Write down a talk")
    new_action = "support.write"
    empty_title = gettext_lazy("No talk written down")
    empty_text = gettext_lazy("When somebody's mood is unstable: talk, help, and write down here when to ask again.")

    @property
    def new_url(self) -> str:  # type: ignore[override]
        return reverse("support-add")

    def base_rows(self) -> Any:
        return support_notes(self.access)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"today": plant_today()}


class AddSupportNote(NotKept, StaffRequired, RefusalMixin, FormView):
    action = "support.write"
    template_name = "people/support_form.html"
    form_class = SupportForm
    told = gettext_lazy("The talk is written down.")

    def require(self, *args: Any, **kwargs: Any) -> None:
        self._asked = True
        if not self.access.may("support.write"):
            raise Http404

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"access": self.access}

    def perform(self, form: SupportForm) -> HttpResponse:
        note = write_support_note(by=self.by, **form.cleaned_data)
        return redirect("support-note", pk=note.pk)


class NoteMixin(NotKept, Hidden):
    kwargs: dict[str, Any]

    @cached_property
    def note(self) -> SupportNote:
        return get_object_or_404(support_notes(self.access), pk=self.kwargs["pk"])


class SupportNotePage(NoteMixin, TemplateView):
    template_name = "people/support_note.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"note": self.note, "today": plant_today()}


class CloseFollowUp(NoteMixin, View):
    http_method_names = ["post", "options"]

    def post(self, request: Any, pk: int) -> HttpResponse:
        close_follow_up(note=self.note, by=self.by)
        messages.success(request, _("Asked again: noted."))
        return redirect("support-note", pk=pk)
