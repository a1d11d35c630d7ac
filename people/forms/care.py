from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.clock import plant_today
from core.forms import DateInput, HouseForm
from people.fields import StaffNoField
from people.models import NOTE_LENGTH
from people.services.care import SUPPORT_LENGTH

FEW_LINES = {"rows": 3}
MANY_LINES = {"rows": 6}


class GuidanceForm(HouseForm):
    takes_key = True
    on = forms.DateField(label=_("Date"), widget=DateInput, initial=plant_today)
    text = forms.CharField(label=_("What was shown"), max_length=NOTE_LENGTH, widget=forms.Textarea(attrs=FEW_LINES))


class MentorForm(HouseForm):
    mentor = StaffNoField(label=_("Mentor"))


class PersonNoteForm(HouseForm):
    """Who it is about must be somebody of one's own part of the plant."""

    takes_key = True
    staff = StaffNoField(label=_("About whom"))

    def __init__(self, *args: Any, access: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.access = access

    def clean_staff(self) -> Any:
        staff = self.cleaned_data["staff"]
        if staff is not None and not self.access.sees(staff.org_id):
            field: Any = self.fields["staff"]
            raise forms.ValidationError(field.error_messages["unknown"], code="unknown", params={"value": staff.staff_no})
        return staff


class AttireForm(PersonNoteForm):
    on = forms.DateField(label=_("Date"), widget=DateInput, initial=plant_today)
    text = forms.CharField(label=_("What was seen"), max_length=NOTE_LENGTH, widget=forms.Textarea(attrs=FEW_LINES))


class SupportForm(PersonNoteForm):
    talked_on = forms.DateField(label=_("Talked on"), widget=DateInput, initial=plant_today)
    text = forms.CharField(
        label=_("What it was about, and the help given"), max_length=SUPPORT_LENGTH, widget=forms.Textarea(attrs=MANY_LINES)
    )
    follow_up_on = forms.DateField(label=_("Ask again on"), widget=DateInput, required=False)
