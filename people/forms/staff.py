from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import DateInput, HouseForm
from people.access import Access
from people.fields import UnitField
from people.models import Staff
from people.roles import Role
from people.services import StaffCard


class StaffForm(HouseForm):
    """What the register keeps of a person."""

    takes_version = True
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=100)
    org = UnitField(label=_("Organisation unit"), required=False, help_text=_("Blank only for people of the whole company."))
    position = forms.CharField(label=_("Position"), max_length=100, required=False)
    pay_type = forms.ChoiceField(label=_("Pay type"), choices=[("", "—"), *Staff.PayType.choices], required=False)
    hired_on = forms.DateField(label=_("Hired on"), widget=DateInput, required=False)
    left_on = forms.DateField(
        label=_("Last day"), widget=DateInput, required=False, help_text=_("From the next day on this person can no longer sign in.")
    )

    def __init__(self, *args: Any, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["org"].offer(access)  # type: ignore[attr-defined]
        self.fields["org"].required = access.scope is not None

    def card(self) -> StaffCard:
        return StaffCard(**{name: self.cleaned_data[name] for name in ("name", "org", "position", "hired_on", "left_on", "pay_type")})


class AddStaffForm(StaffForm):
    takes_version = False
    staff_no = forms.CharField(label=_("Staff number"), max_length=40)
    field_order = ["staff_no"]


class RolesForm(HouseForm):
    takes_version = True
    roles = forms.MultipleChoiceField(label=_("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.takes_version:
            self.fields["version"].required = False


class AccountForm(RolesForm):
    takes_version = False
    username = forms.CharField(label=_("User name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    field_order = ["username", "roles"]
