"""The shape of a request for more than the quota, and of its decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import HouseForm, NumberField
from core.templatetags.fo import mark, qty
from materials.models import QuotaLine, Supplement
from people.models import Staff


class SupplementForm(HouseForm):
    """``lines`` are the order's quota lines; each choice says what is left of it."""

    item = forms.ChoiceField(label=pgettext_lazy("item", "Material"))
    quantity = NumberField(label=_("Missing quantity"))
    reason = forms.ChoiceField(label=_("Reason"), choices=Supplement.Reason.choices, widget=forms.RadioSelect)
    reference = forms.CharField(
        label=_("Defect or scrap reference"),
        max_length=60,
        required=False,
        help_text=_("The number of the finding, or of the paper that tells of it."),
    )
    note = forms.CharField(label=_("What happened"), max_length=500, required=False, widget=forms.Textarea({"rows": 2}))
    receiver = forms.ChoiceField(
        label=pgettext_lazy("person", "Asked for"),
        required=False,
        help_text=_("Whoever needs it; needed when you are not of the order's team."),
    )
    photo = forms.FileField(
        label=_("Photo as evidence"), required=False, widget=forms.FileInput({"accept": "image/jpeg,image/png,image/webp"})
    )
    takes_key = True

    def __init__(self, *args: Any, lines: Sequence[QuotaLine], people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = {line.item.code: line for line in lines}
        self.people = {str(person.pk): person for person in people}
        self._offer("item", [(code, self._words(line)) for code, line in self.lines.items()])
        self._offer("receiver", [("", "—"), *((pk, f"{person.name} ({person.staff_no})") for pk, person in self.people.items())])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @staticmethod
    def _words(line: QuotaLine) -> str:
        unit = line.item.unit
        said = {"code": line.item.code, "name": line.item.label, "left": qty(line.left, unit), "unit": mark(unit)}
        return _("%(code)s %(name)s · left %(left)s %(unit)s") % said

    @property
    def line(self) -> QuotaLine:
        return self.lines[self.cleaned_data["item"]]

    @property
    def chosen(self) -> Staff | None:
        return self.people.get(self.cleaned_data["receiver"])


class DecisionForm(HouseForm):
    """How much is granted, and words; whoever rejects says why."""

    quantity = NumberField(label=_("Grant"), required=False)
    note = forms.CharField(label=_("Words of the decision"), max_length=500, required=False)

    def __init__(self, *args: Any, supplement: Supplement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quantity"].widget.unit = mark(supplement.quota_line.item.unit)
