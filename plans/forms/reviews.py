"""The shape of a review: whom to ask, and the verdict on a part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import HouseForm
from people.fields import PersonField
from people.models import Staff
from plans.models import ReviewPart


class AskReviewForm(HouseForm):
    """``seen`` is the newest review that the page showed, 0 for none."""

    material = PersonField(label=_("Is the material ready?"), help_text=_("Who knows the stores looks at what is short."))
    due_date = PersonField(label=_("Can the due date be kept?"), help_text=_("Who knows the workshop looks at hours and load."))
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, people: Mapping[str, Sequence[Staff]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, offered in people.items():
            field = self.fields[kind]
            assert isinstance(field, PersonField)
            field.offer_people(offered)


class JudgeForm(HouseForm):
    """``review`` is the one that the page showed."""

    verdict = forms.ChoiceField(label=pgettext_lazy("review", "Verdict"), choices=ReviewPart.Verdict.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Note"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 2, "maxlength": 500}),
        help_text=_("Needed where the figures do not say the same."),
    )
    review = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
