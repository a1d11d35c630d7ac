from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DateInput, HouseForm
from people.access import roles_of
from people.fields import StaffNoField
from people.models import Staff
from people.roles import Role


class DelegationForm(HouseForm):
    """Own roles only; an administrator also names whose."""

    giver = StaffNoField(label=_("Whose role"))
    taker = StaffNoField(label=_("Lent to"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    starts_on = forms.DateField(label=_("First day"), widget=DateInput)
    ends_on = forms.DateField(label=_("Last day"), widget=DateInput)
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, by: Staff, may_for_others: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        if not may_for_others:
            del self.fields["giver"]
            own = [role for role in roles_of(by) if role != Role.ADM]
            self.fields["role"].choices = [(role.value, role.label) for role in own]  # type: ignore[attr-defined]
        else:
            self.fields["role"].choices = [pair for pair in Role.choices if pair[0] != Role.ADM]  # type: ignore[attr-defined]
