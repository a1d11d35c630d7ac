"""The shape of count plans, of the sheet that is counted on, and of what is sent back."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import Faults, RuleBroken
from core.forms import DateInput, HouseForm, NumberField
from core.quantities import plain
from core.templatetags.fo import mark
from materials.models import CountLine, CountPlan, Item
from materials.selectors.counting import Objects
from materials.services import Counted


class ItemCodesField(forms.CharField):
    """Items by code, one a line, as a scanner writes them; each that is not known is named."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea({"rows": 3}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else "\n".join(item.code for item in value)

    def clean(self, value: Any) -> list[Item]:
        codes = list(dict.fromkeys(code.strip() for code in super().clean(value).splitlines() if code.strip()))
        known = {item.code: item for item in Item.objects.filter(code__in=codes)}
        known |= {item.barcode: item for item in Item.objects.filter(barcode__in=codes)}
        unknown = [code for code in codes if code not in known]
        if unknown:
            raise forms.ValidationError(_("“%(value)s” is not known here."), code="unknown", params={"value": ", ".join(unknown)[:200]})
        return list({known[code].pk: known[code] for code in codes}.values())


class CountPlanForm(HouseForm):
    """``objects`` are the places, workshops and classes that may be counted; blank means every bin of the store."""

    name = forms.CharField(label=_("Name"), max_length=200)
    where = forms.ChoiceField(label=_("What is counted"), required=False)
    item_class = forms.ChoiceField(label=_("Only items of this class"), required=False)
    items = ItemCodesField(
        label=_("Only these items"), required=False, max_length=4000, help_text=_("Codes, one a line; a scanner may write them.")
    )
    cycle = forms.ChoiceField(label=_("How often"), choices=CountPlan.Cycle.choices, widget=forms.RadioSelect)
    next_on = forms.DateField(label=_("Next count on"), widget=DateInput())
    is_ended = forms.BooleanField(label=_("No longer counted"), required=False)

    def __init__(self, *args: Any, objects: Objects, is_new: bool, **kwargs: Any) -> None:
        self.takes_version = not is_new
        super().__init__(*args, **kwargs)
        self.places = {f"place-{place.pk}": place for place in objects.places}
        self.workshops = {f"workshop-{span.node_id}": span for span in objects.workshops}
        where: list[tuple[str, Any]] = [("", _("All bins of the store"))]
        where += [(key, f"{place.code} · {place.label}") for key, place in self.places.items()]
        where += [(key, _("Held by the orders of %(workshop)s") % {"workshop": span.label}) for key, span in self.workshops.items()]
        self._offer("where", where)
        self._offer("item_class", [("", _("All")), *((name, name) for name in objects.classes)])
        if is_new:
            del self.fields["is_ended"]

    def _offer(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)

    def values(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        where = data.pop("where")
        data["place"] = self.places.get(where)
        data["workshop"] = self.workshops[where].node if where in self.workshops else None
        return data


class CountSheetForm(HouseForm):
    """A figure and a note for each line of the sheet. What was on the page before stands beside it (``was-<id>``): only what was changed
    is sent on, so two people fill two shelves at once."""

    def __init__(self, *args: Any, rows: Sequence[CountLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {row.pk: row for row in rows}
        for pk, row in self.rows.items():
            self.fields[f"counted-{pk}"] = NumberField(label=row.lot.item.label, required=False, unit=mark(row.lot.item.unit))
            self.fields[f"was-{pk}"] = NumberField(required=False)
            self.fields[f"note-{pk}"] = forms.CharField(max_length=300, required=False)
            self.fields[f"note-was-{pk}"] = forms.CharField(max_length=300, required=False)

    def changed(self) -> dict[int, Counted]:
        """What is to be kept, by line id; a line that was not on the page is left alone."""
        found = {}
        for pk in self.rows:
            if self.add_prefix(f"counted-{pk}") not in self.data:
                continue
            quantity, stood = self.cleaned_data[f"counted-{pk}"], self.cleaned_data[f"was-{pk}"]
            note, note_stood = self.cleaned_data[f"note-{pk}"].strip(), self.cleaned_data[f"note-was-{pk}"].strip()
            if quantity != stood or note != note_stood:
                found[pk] = Counted(quantity, note, stood, is_told=True)
        return found

    def add_refusal(self, refusal: RuleBroken) -> None:
        for fault in refusal.faults if isinstance(refusal, Faults) else (refusal,):
            parts = fault.field.split(".")
            if parts[0] == "lines" and len(parts) == 3:
                fault.field = f"counted-{parts[1]}"
        super().add_refusal(refusal)


class SheetRow:
    """A line of the sheet as it is drawn: what stands there, what was typed, what is wrong with it."""

    def __init__(self, line: CountLine, form: CountSheetForm, *, is_second: bool) -> None:
        self.line, self.is_second = line, is_second
        self.field = form[f"counted-{line.pk}"]
        self.note = form[f"note-{line.pk}"]
        self.by = line.recounted_by if is_second else line.counted_by

    @property
    def stands(self) -> Decimal | None:
        return self.line.recounted if self.is_second else self.line.counted

    @property
    def was(self) -> str:
        return "" if self.stands is None else plain(self.stands)

    @property
    def typed(self) -> str:
        return str(self.field.value() or "") if self.field.form.is_bound else self.was

    @property
    def note_typed(self) -> str:
        return str(self.note.value() or "") if self.note.form.is_bound else self.line.note

    @property
    def codes(self) -> str:
        """What a scanner may read here: the lot, the material, its barcode, the bin."""
        item = self.line.lot.item
        return "\n".join(code for code in dict.fromkeys((self.line.lot.code, item.code, item.barcode, self.line.place.code)) if code)


class CancelForm(HouseForm):
    reason = forms.CharField(label=_("Why"), max_length=300, required=False)
