"""The shape of a survey that is started: where, until when, and an owner for each section of its checklist."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import DateInput, HouseForm
from people.fields import NodeField, PersonField, offer
from people.models import OrgSpan, Staff
from plans.models import TemplateArea


class SurveyForm(HouseForm):
    takes_key = True
    node = NodeField(label=_("Where"))
    due_on = forms.DateField(label=pgettext_lazy("survey", "Due on"), widget=DateInput)

    def __init__(
        self, *args: Any, places: Sequence[OrgSpan], areas: Sequence[TemplateArea], people: Sequence[Staff], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "node", places)
        self.areas = areas
        for area in areas:
            field = PersonField(label=area.label)
            field.offer_people(people)
            self.fields[f"owner_{area.key}"] = field

    @property
    def owners(self) -> list[Any]:
        return [self[f"owner_{area.key}"] for area in self.areas]

    def named_owners(self) -> dict[str, Staff]:
        return {area.key: self.cleaned_data[f"owner_{area.key}"] for area in self.areas}


class SectionOwnerForm(HouseForm):
    owner = PersonField(label=_("Owner"))

    def __init__(self, *args: Any, people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, PersonField)
        field.offer_people(people)


class CloseSurveyForm(HouseForm):
    takes_version = True
