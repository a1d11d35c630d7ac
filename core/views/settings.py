"""What the plant sets about itself, as one form made from the closed list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from core.forms import HouseForm, NumberField
from core.history import Part, history_of
from core.models import PlantSetting
from core.plant_settings import SETTINGS, all_plant_settings
from core.services.settings import change_plant_settings
from core.views.pages import RefusalMixin

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


class SettingsForm(HouseForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, setting in SETTINGS.items():
            if isinstance(setting.default, int):
                self.fields[key] = NumberField(label=setting.label, low=setting.low, high=setting.high, whole=True)
            elif isinstance(setting.default, list):
                self.fields[key] = forms.TypedMultipleChoiceField(
                    label=str(setting.label), choices=WEEKDAYS, coerce=int, required=False, widget=forms.CheckboxSelectMultiple
                )
            else:
                self.fields[key] = forms.CharField(label=str(setting.label), max_length=100, required=False)

    def values(self) -> dict[str, Any]:
        """As the settings are kept: whole numbers, lists, text."""
        return {key: int(value) if isinstance(SETTINGS[key].default, int) else value for key, value in self.cleaned_data.items()}


def _label_of(event: Any) -> Any:
    return SETTINGS[event.key].label if event.key in SETTINGS else event.key


class SettingsPage(RefusalMixin, FormView):
    """The floorops project gives it its door."""

    template_name = "core/settings.html"
    form_class = SettingsForm
    told = _("The settings are saved.")

    def get_initial(self) -> dict[str, Any]:
        return all_plant_settings()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        part = Part(PlantSetting, {}, _label_of, untold=("key",))
        return super().get_context_data(**kwargs) | {"history": history_of(None, part)}

    def perform(self, form: SettingsForm) -> HttpResponse:
        change_plant_settings(values=form.values())
        return redirect("settings")
