"""The shape of what a team says of a quota, and of waste (MAT-05)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import HouseForm, NumberField
from core.quantities import plain
from core.templatetags.fo import mark
from materials.models import BomLine, Item
from people.models import Staff


def evidence_field(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=1000, widget=forms.Textarea({"rows": 3}))


def photo_field() -> forms.FileField:
    return forms.FileField(
        label=_("Photo as evidence"), required=False, widget=forms.FileInput({"accept": "image/jpeg,image/png,image/webp"})
    )


def offer(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


class QuotaReportForm(HouseForm):
    """``lines`` are those of the bill that the order was released with; each choice says what it asks per unit now."""

    bom_line = forms.ChoiceField(label=pgettext_lazy("item", "Material"))
    proposed = NumberField(label=_("What one unit of the product should take"))
    evidence = evidence_field(_("How do you know? Figures, weighings, pieces"))
    photo = photo_field()
    takes_key = True

    def __init__(self, *args: Any, lines: Sequence[BomLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = {str(line.pk): line for line in lines}
        offer(self, "bom_line", [(pk, self._words(line)) for pk, line in self.lines.items()])

    @staticmethod
    def _words(line: BomLine) -> str:
        item, name = line.item, " ".join(filter(None, (line.item.label, line.part)))
        said = {"code": item.code, "name": name, "stood": plain(line.qty_per_unit), "unit": mark(item.unit)}
        return _("%(code)s %(name)s · %(stood)s %(unit)s now") % said

    @property
    def line(self) -> BomLine:
        return self.lines[self.cleaned_data["bom_line"]]


class WasteForm(HouseForm):
    """``items`` are those of the order; the person only where that helps."""

    item = forms.ChoiceField(label=pgettext_lazy("item", "Material"))
    quantity = NumberField(label=_("Quantity wasted"))
    evidence = evidence_field(_("What happened, and why"))
    person = forms.ChoiceField(label=_("Person"), required=False, help_text=_("Only where naming somebody helps."))
    photo = photo_field()
    takes_key = True

    def __init__(self, *args: Any, items: Sequence[Item], people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = {item.code: item for item in items}
        self.people = {str(person.pk): person for person in people}
        offer(self, "item", [(code, f"{code} {item.label} ({mark(item.unit)})") for code, item in self.items.items()])
        offer(self, "person", [("", "—"), *((pk, f"{person.name} ({person.staff_no})") for pk, person in self.people.items())])

    @property
    def chosen(self) -> Item:
        return self.items[self.cleaned_data["item"]]
