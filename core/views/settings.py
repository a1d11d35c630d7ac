"""What the plant sets about itself, as one form made from the closed list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from django.views.generic import FormView

from core.asked import read_whole
from core.forms import HouseForm, NumberField, TimeInput
from core.history import Part, history_of
from core.models import PlantSetting
from core.plant_settings import SETTINGS, all_plant_settings
from core.services.settings import change_plant_settings
from core.templatetags.fo import NO_DATA
from core.versions import version_among
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
            elif setting.is_clock:
                self.fields[key] = forms.TimeField(label=str(setting.label), widget=TimeInput)
            else:
                self.fields[key] = forms.CharField(label=str(setting.label), max_length=100, required=False)

    def values(self) -> dict[str, Any]:
        """As the settings are kept: whole numbers, lists, text, times as ``HH:MM``."""
        return {key: _kept(key, value) for key, value in self.cleaned_data.items()}


def _kept(key: str, value: Any) -> Any:
    if SETTINGS[key].is_clock:
        return f"{value:%H:%M}"
    return int(value) if isinstance(SETTINGS[key].default, int) else value


def _label_of(event: Any) -> Any:
    return SETTINGS[event.key].label if event.key in SETTINGS else event.key


def _words_of(event: Any, value: Any) -> str:
    """As the form shows it: the days of the week by name."""
    if isinstance(value, list):
        names = dict(WEEKDAYS)
        return pgettext("between two of a list", ", ").join(str(names[day]) for day in sorted(value)) or NO_DATA
    return str(value) if value != "" else NO_DATA


class SettingsPage(RefusalMixin, FormView):
    """The floorops project gives it its door."""

    template_name = "core/settings.html"
    form_class = SettingsForm
    told = _("The settings are saved.")

    def get_initial(self) -> dict[str, Any]:
        return all_plant_settings()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        part = Part(PlantSetting, {}, _label_of, untold=("key",), words={"value": _words_of})
        # What was typed on a page that is refused was still typed on that page.
        version = self.asked_version()
        version = version_among(PlantSetting) if version is None else version
        return super().get_context_data(**kwargs) | {"history": history_of(None, part), "version": version}

    def asked_version(self) -> int | None:
        return read_whole(self.request.POST.get("version"))

    def perform(self, form: SettingsForm) -> HttpResponse:
        change_plant_settings(values=form.values(), version=self.asked_version())
        return redirect("settings")
