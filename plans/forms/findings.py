"""The shape of a finding as it is raised, and of its steps."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import CodeField, HouseForm, NumberField
from people.fields import NodeField, PersonField, StaffNoField, offer
from people.models import OrgSpan, Staff
from plans.forms.fields import MomentField
from plans.forms.registers import LabelChoice
from plans.models import EmergencyKind, FindingKind, Imbalance, Process, Product, Severity
from plans.services.finding_kinds import FACTS

# In the order of use; an abnormality comes from its sheet, an improvement from its survey.
OFFERED = (
    FindingKind.PROBLEM,
    FindingKind.SAFETY,
    FindingKind.INSTRUCTION,
    FindingKind.PILE_UP,
    FindingKind.IMBALANCE,
    FindingKind.OBSERVATION,
    FindingKind.EMERGENCY,
    FindingKind.ABNORMALITY,
    FindingKind.MEETING,
    FindingKind.IMPROVEMENT,
)
MOST_HEADS = 500


def _words(most: int, rows: int) -> forms.Textarea:
    return forms.Textarea({"rows": rows, "maxlength": most})


class FindingForm(HouseForm):
    """Kind, words and photo; everything else has a default or belongs to one kind."""

    takes_key = True
    kind = forms.ChoiceField(label=_("Kind"), choices=[(kind.value, kind.label) for kind in OFFERED], initial=FindingKind.PROBLEM)
    text = forms.CharField(label=_("What is wrong"), max_length=1000, widget=_words(1000, 3))
    node = NodeField(label=_("Where"))
    area = forms.CharField(
        label=_("Place"), max_length=100, required=False, widget=forms.TextInput({"list": "places", "autocomplete": "off"})
    )
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices, initial=Severity.NORMAL)
    owner = PersonField(label=pgettext_lazy("finding", "Owner"), required=False)
    due_at = MomentField(label=_("Due"), required=False, help_text=_("Blank: by the end of this shift."))
    item_key = forms.CharField(max_length=30, required=False, widget=forms.HiddenInput)
    photo_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    # pile-up
    product = CodeField(Product.objects.select_related("unit"), listed="products", label=_("Product code"), required=False)
    quantity = NumberField(label=_("Quantity"), required=False)
    cause = forms.CharField(label=_("Cause"), max_length=300, required=False)
    # manpower imbalance
    heads = NumberField(label=_("Heads"), required=False, low=1, high=MOST_HEADS, whole=True)
    side = forms.ChoiceField(
        label=_("Short or over"), choices=[("short", _("Too few")), ("over", _("Too many"))], initial="short", required=False
    )
    action = forms.ChoiceField(label=_("What was done"), choices=Imbalance.Action.choices, initial=Imbalance.Action.SUPPORT, required=False)
    # standard-work observation
    person = StaffNoField(label=_("Person"), required=False, widget=forms.TextInput({"list": "people", "autocomplete": "off"}))
    process = LabelChoice(label=_("Process"), queryset=Process.objects.all(), required=False, empty_label="—")
    standard = forms.CharField(label=_("Work standard or process card"), max_length=200, required=False)
    correction = forms.CharField(
        label=_("Corrected on the spot"), max_length=1000, required=False, help_text=_("Blank: still to be put right.")
    )
    # emergency
    what = forms.ChoiceField(label=_("What happened"), choices=EmergencyKind.choices, initial=EmergencyKind.FIRE, required=False)
    happened_at = MomentField(label=_("Happened at"), required=False, help_text=_("Blank: just now."))
    actions = forms.CharField(label=_("Done at once"), max_length=1000, required=False, widget=_words(1000, 2))

    def __init__(self, *args: Any, places: Sequence[OrgSpan], people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "node", places)
        owner = self.fields["owner"]
        assert isinstance(owner, PersonField)
        owner.offer_people(people, _("Whoever leads there"))

    def clean(self) -> dict[str, Any]:
        """Heads become short or over."""
        said = super().clean() or {}
        heads = int(said.pop("heads", None) or Decimal(0))
        side = said.pop("side", "")
        said["heads_short"], said["heads_over"] = (0, heads) if side == "over" else (heads, 0)
        return said

    def add_refusal(self, refusal: Any) -> None:
        if refusal.field in ("heads_short", "heads_over"):
            refusal.field = "heads"
        super().add_refusal(refusal)

    def facts(self) -> dict[str, Any]:
        """What belongs to particular kinds."""
        names = frozenset().union(*FACTS.values())
        return {name: value for name, value in self.cleaned_data.items() if name in names}

    def common(self) -> dict[str, Any]:
        """What every finding has."""
        return {name: self.cleaned_data[name] for name in ("kind", "text", "node", "area", "severity", "owner", "due_at", "item_key")}


class FindingStepForm(HouseForm):
    """A step on the version that was looked at."""

    takes_version = True


class PutRightForm(FindingStepForm):
    """``ResultNeeded`` is the service's to say: it knows the kind."""

    result = forms.CharField(label=_("What was done"), max_length=1000, required=False, widget=_words(1000, 3))


class HandOverForm(FindingStepForm):
    owner = PersonField(label=_("To whom"))
    text = forms.CharField(label=_("What they should know"), max_length=1000, required=False)

    def __init__(self, *args: Any, people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, PersonField)
        owner.offer_people(people)


class DueForm(FindingStepForm):
    due_at = MomentField(label=_("New due time"))
    reason = forms.CharField(label=_("Why"), max_length=300)


class SeverityForm(FindingStepForm):
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices)


class WordsForm(HouseForm):
    """A comment: it depends on no version."""

    text = forms.CharField(label=_("Comment"), max_length=1000, widget=_words(1000, 2))


class FindingReasonForm(FindingStepForm):
    reason = forms.CharField(label=_("Why"), max_length=300)


class CallForm(HouseForm):
    name = forms.CharField(label=_("Who was told"), max_length=100)
    at = MomentField(label=_("When"), required=False, help_text=_("Blank: just now."))
