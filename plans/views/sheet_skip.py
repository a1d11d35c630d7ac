"""A sheet that is not needed today: who says so, and why."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from core.views.pages import RefusalMixin
from plans.forms.templates import SkipForm
from plans.selectors.places import named
from plans.services import skip_sheet
from plans.views.sheets import SheetDoor


class SheetSkip(SheetDoor, RefusalMixin, FormView):
    """The sheet is kept, with the reason on it, and counts as not due."""

    action = "sheet.skip"
    form_class = SkipForm
    template_name = "plans/register_form.html"
    told = gettext_lazy("Skipped. The reason stands on the sheet.")

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.require(self.sheet.node_id)
        return super().get(request, *args, **kwargs)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.require(self.sheet.node_id)
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sheet = self.sheet
        place = named([sheet.node_id], sheet.business_date)[sheet.node_id].label
        return super().get_context_data(**kwargs) | {
            "title": _("Skip: %(checklist)s, %(place)s") % {"checklist": sheet.template.label, "place": place},
            "list_title": _("Checks"),
            "list_url": reverse("sheets"),
            "back": reverse("sheet-fill", args=[sheet.pk]),
        }

    def perform(self, form: SkipForm) -> HttpResponse:
        skip_sheet(sheet=self.sheet, reason=form.cleaned_data["reason"], by=self.by)
        return redirect("sheet-fill", pk=self.sheet.pk)
