"""The shape of what people enter in this room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import DateInput, HouseForm, NumberField
from people.fields import NodeField, PersonField, offer
from people.models import OrgSpan, Staff
from reports.kpis import TARGETED
from reports.models import CauseClass
from reports.services.causes import ACTION_CHARACTERS, CAUSE_CHARACTERS


class TargetForm(HouseForm):
    kpi_code = forms.ChoiceField(label=_("Figure"))
    org = NodeField(label=_("Organisation unit"))
    period = forms.CharField(
        label=_("Period"),
        max_length=8,
        help_text=_("A year as 2026, a month as 2026-10, a week as 2026-W43."),
    )
    value = NumberField(
        label=pgettext_lazy("of a figure", "Target"),
        help_text=_("At least this where higher is better, else at most; in the figure's unit."),
    )

    def __init__(self, *args: Any, places: Sequence[OrgSpan], is_new: bool, **kwargs: Any) -> None:
        self.takes_version = not is_new
        super().__init__(*args, **kwargs)
        offer(self, "org", places)
        choice = self.fields["kpi_code"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(code, f"{kpi.name}, {kpi.unit}" if kpi.unit else str(kpi.name)) for code, kpi in TARGETED.items()]


class CauseForm(HouseForm):
    """Why a flagged row is poor, and who does what about it until when."""

    takes_version = True
    cause_class = forms.ChoiceField(label=_("Kind of cause"), choices=[("", "—"), *CauseClass.choices])
    text = forms.CharField(label=_("Cause"), max_length=CAUSE_CHARACTERS, widget=forms.Textarea({"rows": 2, "maxlength": CAUSE_CHARACTERS}))
    action = forms.CharField(
        label=_("Action"), max_length=ACTION_CHARACTERS, widget=forms.Textarea({"rows": 2, "maxlength": ACTION_CHARACTERS})
    )
    owner = PersonField(label=pgettext_lazy("finding", "Owner"))
    due_on = forms.DateField(label=_("Due"), widget=DateInput)

    def __init__(self, *args: Any, people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, PersonField)
        owner.offer_people(people)
