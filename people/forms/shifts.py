from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HouseForm, NumberField, TimeInput


class EditShiftForm(HouseForm):
    takes_version = True
    name = forms.CharField(label=_("Name"), max_length=200)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=200, required=False)
    starts_at = forms.TimeField(label=_("Starts at"), widget=TimeInput)
    ends_at = forms.TimeField(label=_("Ends at"), widget=TimeInput, help_text=_("At or before the start means on the next day."))
    break_minutes = NumberField(label=_("Break"), unit=_("min"), whole=True, initial=0)


class ShiftForm(EditShiftForm):
    takes_version = False
    code = forms.CharField(label=_("Code"), max_length=20)
    field_order = ["code"]


class CalendarDayForm(HouseForm):
    KINDS = [("usual", _("As the weekday")), ("holiday", _("Holiday")), ("working", _("Working day"))]
    kind = forms.ChoiceField(label=_("This day is"), choices=KINDS, widget=forms.RadioSelect)
    name = forms.CharField(label=_("Name of the day"), max_length=200, required=False)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=200, required=False)
