"""The shape of a task and of its steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import DateInput, HouseForm
from people.fields import NodeField, PersonField, offer
from people.models import OrgSpan, Staff


class TaskForm(HouseForm):
    """A task; as part of another one its place and owner are offered from there."""

    takes_key = True
    title = forms.CharField(label=pgettext_lazy("task", "What is to be done"), max_length=200)
    text = forms.CharField(label=_("Details"), max_length=1000, required=False, widget=forms.Textarea({"rows": 3, "maxlength": 1000}))
    node = NodeField(label=_("Where"))
    owner = PersonField(label=_("Owner"))
    due_on = forms.DateField(label=pgettext_lazy("task", "Due on"), widget=DateInput)
    helpers = forms.TypedMultipleChoiceField(
        label=_("Helpers"), required=False, help_text=_("Several may be chosen."), widget=forms.SelectMultiple({"size": 5})
    )

    def __init__(self, *args: Any, places: Sequence[OrgSpan], people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "node", places)
        owner, helpers = self.fields["owner"], self.fields["helpers"]
        assert isinstance(owner, PersonField)
        assert isinstance(helpers, forms.TypedMultipleChoiceField)
        owner.offer_people(people)
        known = {str(person.pk): person for person in people}
        helpers.choices = [(pk, person.name) for pk, person in known.items()]
        helpers.coerce = known.__getitem__


class TaskStepForm(HouseForm):
    takes_version = True


class FinishForm(TaskStepForm):
    text = forms.CharField(label=_("What came out"), max_length=1000, required=False, widget=forms.Textarea({"rows": 2, "maxlength": 1000}))


class ReassignForm(TaskStepForm):
    owner = PersonField(label=_("To whom"))
    text = forms.CharField(label=_("What they should know"), max_length=1000, required=False)

    def __init__(self, *args: Any, people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, PersonField)
        owner.offer_people(people)


class TaskDueForm(TaskStepForm):
    due_on = forms.DateField(label=pgettext_lazy("task", "Due on"), widget=DateInput)
    reason = forms.CharField(label=_("Why"), max_length=300)


class TaskReasonForm(TaskStepForm):
    reason = forms.CharField(label=_("Why"), max_length=300)


class TaskWordsForm(HouseForm):
    text = forms.CharField(label=_("Comment"), max_length=1000, widget=forms.Textarea({"rows": 2, "maxlength": 1000}))
