from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DateInput, HouseForm
from people.access import Access
from people.fields import StaffNoField, UnitField
from people.models import OrgKind
from people.services import Standing


class ChangeUnitForm(HouseForm):
    """A dated change: name, place and leader from a day on."""

    takes_version = True
    valid_from = forms.DateField(label=_("From"), widget=DateInput, help_text=_("Figures before this day keep the old place and name."))
    name = forms.CharField(label=_("Name"), max_length=200)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=200, required=False)
    parent = UnitField(label=_("Stands below"), required=False)
    leader = StaffNoField(label=_("Leader"), required=False)

    def __init__(self, *args: Any, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.takes_version:
            self.fields["version"].required = False
        self.fields["parent"].offer(access, kinds=frozenset(OrgKind.values) - {OrgKind.TEAM})  # type: ignore[attr-defined]

    def standing(self) -> Standing:
        return Standing(**{name: self.cleaned_data[name] for name in ("valid_from", "name", "name_zh", "parent", "leader")})


class UnitForm(ChangeUnitForm):
    takes_version = False
    code = forms.CharField(label=_("Code"), max_length=40)
    kind = forms.ChoiceField(label=_("Kind"), choices=OrgKind.choices)
    field_order = ["code", "kind"]
