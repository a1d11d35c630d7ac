"""The shape of a hand-over: the giver's remarks, the receiver's signature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HouseForm
from plans.models import Handover
from plans.models.handovers import WORDS_CHARACTERS
from plans.selectors.handover_facts import SECTIONS
from plans.selectors.handovers import Following

NOTE_CHARACTERS = 1000


class HandoverForm(HouseForm):
    """A remark to each section, a note, and whom it goes to where several shifts follow."""

    takes_version = True
    to = forms.ChoiceField(label=_("Goes to"), required=False)
    note = forms.CharField(
        label=_("General note"),
        max_length=NOTE_CHARACTERS,
        required=False,
        widget=forms.Textarea({"rows": 3, "maxlength": NOTE_CHARACTERS}),
    )

    def __init__(self, *args: Any, to: Sequence[Following], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for section in SECTIONS:
            self.fields[section.field] = forms.CharField(
                label=_("Your remark"),
                max_length=WORDS_CHARACTERS,
                required=False,
                widget=forms.Textarea({"rows": 1, "maxlength": WORDS_CHARACTERS}),
            )
        offered = self.fields["to"]
        assert isinstance(offered, forms.ChoiceField)
        offered.choices = [(row.key, row.label) for row in to]
        if len(to) < 2:
            del self.fields["to"]


def typed_before(handover: Handover) -> dict[str, Any]:
    """What a draft holds already."""
    words = {section.field: getattr(handover, section.field) for section in SECTIONS}
    return words | {"note": handover.note, "version": handover.version if handover.pk else 0}


class ReceiveForm(HouseForm):
    """The second name: a remark or an objection; on the giver's tablet with staff number and PIN."""

    reply = forms.CharField(
        label=_("Your remark"),
        max_length=NOTE_CHARACTERS,
        required=False,
        widget=forms.Textarea({"rows": 2, "maxlength": NOTE_CHARACTERS}),
    )
    is_objected = forms.BooleanField(label=_("I object: something is not as it was handed over"), required=False)

    def __init__(self, *args: Any, by_pin: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if by_pin:
            self.fields["staff_no"] = forms.CharField(
                label=_("Staff number"), max_length=40, widget=forms.TextInput({"autocomplete": "off"})
            )
            self.fields["pin"] = forms.CharField(
                label="PIN", max_length=8, widget=forms.PasswordInput({"inputmode": "numeric", "autocomplete": "one-time-code"})
            )
