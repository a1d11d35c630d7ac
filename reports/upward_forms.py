"""The shape of a report upward: which period of which unit, and its three parts; of a matter its subject and reader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import DateInput, HouseForm
from people.fields import NodeField, PersonField, offer
from people.models import OrgSpan, Staff
from reports.models import UpwardReport
from reports.models.upward import SUBJECT_CHARACTERS, UPWARD_CHARACTERS, WORD_CHARACTERS
from reports.services import UpwardInput
from reports.upward_periods import PERIODS

Kind = UpwardReport.Kind


class PeriodForm(HouseForm):
    """Which report is to be written; sent by the address."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[(kind.value, kind.label) for kind in PERIODS])
    node = NodeField(label=_("Organisation unit"))
    on = forms.DateField(
        label=pgettext_lazy("report upward", "Of the day"), widget=DateInput, help_text=_("Any day of the week or month is enough.")
    )

    def __init__(self, *args: Any, places: Sequence[OrgSpan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "node", places)


def _area(label: Any, rows: int, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea({"rows": rows, "maxlength": UPWARD_CHARACTERS})
    return forms.CharField(label=label, required=False, max_length=UPWARD_CHARACTERS, widget=widget, help_text=help_text)


class UpwardForm(HouseForm):
    takes_key = True
    takes_version = True
    subject = forms.CharField(label=_("Subject"), max_length=SUBJECT_CHARACTERS, widget=forms.TextInput({"autocomplete": "off"}))
    reader = PersonField(label=pgettext_lazy("report upward", "Goes to"))
    due_on = forms.DateField(
        label=_("Promised for"), required=False, widget=DateInput, help_text=_("You are reminded the day before; later it counts as late.")
    )
    done = _area(pgettext_lazy("report upward", "What was done"), 5, _("Actions of this period and what came of them."))
    analysis = _area(_("Analysis"), 4, _("Why the figures are as they are."))
    plan = _area(pgettext_lazy("report upward", "What comes next"), 4, _("The plan for the next period."))

    def __init__(self, *args: Any, kind: str, readers: Sequence[Staff] = (), was_sent: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].required = False
        if kind in PERIODS:
            for name in ("subject", "reader", "due_on"):
                del self.fields[name]
            return
        reader = self.fields["reader"]
        assert isinstance(reader, PersonField)
        reader.offer_people(readers)
        if kind == Kind.ORAL or was_sent:
            del self.fields["due_on"]
        self.fields["done"].label = pgettext_lazy("report upward", "What was reported")
        self.fields["done"].help_text = _("What was said, to whom, when.") if kind == Kind.ORAL else ""
        self.fields["analysis"].help_text = self.fields["plan"].help_text = _("May stay blank.")

    @property
    def said(self) -> UpwardInput:
        names = ("subject", "reader", "due_on", "done", "analysis", "plan")
        return UpwardInput(**{name: self.cleaned_data[name] for name in names if name in self.fields})


class WordForm(HouseForm):
    """A comment, a reply, a word with the acknowledgement."""

    takes_key = True
    text = forms.CharField(
        label=pgettext_lazy("report upward", "Your words"),
        required=False,
        max_length=WORD_CHARACTERS,
        widget=forms.Textarea({"rows": 3, "maxlength": WORD_CHARACTERS}),
    )
