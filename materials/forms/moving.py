"""The shape of slips that belong to no order, and of what an order brings in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.errors import Faults, RuleBroken
from core.forms import CodeField, HouseForm, NumberField
from core.templatetags.fo import mark
from materials.models import Balance, Item, OtherPurpose, Place
from materials.services import SlipLine
from people.models import OrgSpan, Staff

MOST_LINES = 200


def offer(form: forms.Form, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


def bin_words(place: Place) -> str:
    return " · ".join(filter(None, (place.code, place.label if place.label != place.code else "", str(place.get_purpose_display()))))


# --- bin to bin ---


class TransferForm(HouseForm):
    """What of a bin goes where; a blank or zero quantity stays. ``rows`` is what lies in the bin, ``bins`` where it may go."""

    target = forms.ChoiceField(label=_("To bin"))
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)
    takes_key = True

    def __init__(self, *args: Any, source: Place, rows: Sequence[Balance], bins: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source, self.rows = source, rows
        self.bins = {str(place.pk): place for place in bins}
        self.sent: list[Balance] = []
        offer(self, "target", [("", "—"), *((pk, bin_words(place)) for pk, place in self.bins.items())])
        for row in rows:
            self.fields[self.quantity_name(row)] = NumberField(label=row.lot.item.label, required=False, unit=mark(row.lot.item.unit))

    @staticmethod
    def quantity_name(row: Balance) -> str:
        return f"quantity-{row.lot_id}"

    @property
    def badges(self) -> str:
        """What a scanner may read on a bin, and which it names."""
        return "\n".join(f"{place.code}\t{pk}" for pk, place in self.bins.items())

    def lines(self) -> list[SlipLine]:
        target = self.bins[self.cleaned_data["target"]]
        self.sent = [row for row in self.rows if self.cleaned_data.get(self.quantity_name(row))]
        return [SlipLine(row.lot.item, self.cleaned_data[self.quantity_name(row)], row.lot.code, self.source, target) for row in self.sent]

    def add_refusal(self, refusal: RuleBroken) -> None:
        """Of a line at its quantity; where the target does not take it, at the target."""
        lines = getattr(refusal, "refused_lines", ())
        for line in lines:
            self.add_error(self.quantity_name(self.sent[line.line]), line.sentence)
        if lines:
            self.refusal = refusal
            return
        for fault in refusal.faults if isinstance(refusal, Faults) else (refusal,):
            parts = fault.field.split(".")
            if parts[0] == "lines" and len(parts) == 3:
                fault.field = "target" if parts[2] == "to_bin" else self.quantity_name(self.sent[int(parts[1])])
            super().add_refusal(fault)


# --- without order ---


class StaffField(forms.CharField):
    """Somebody who works here: the number typed, or the badge scanned."""

    def __init__(self, *, listed: str, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput({"list": listed, "autocomplete": "off"}), max_length=40, **kwargs)

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        if not number:
            return None
        found = Staff.objects.employed().filter(staff_no__iexact=number).first()
        if found is None:
            raise ValidationError(_("“%(value)s” is not known here.") % {"value": number})
        return found


class OtherIssueForm(HouseForm):
    """For what, whom, to which bin at the line (``bins``) and at whose cost; the lines stand in ``OtherIssueLines``."""

    purpose = forms.ChoiceField(label=_("For what"), choices=OtherPurpose.choices)
    target = forms.ChoiceField(label=_("To bin"), required=False, help_text=_("For the line side only."))
    cost_centre = forms.ChoiceField(label=_("Cost centre"))
    reason = forms.CharField(label=_("Reason; number of the repair or sample"), max_length=300)
    receiver = StaffField(label=pgettext_lazy("slip", "Receiver"), listed="people")
    pin = forms.CharField(
        label=_("PIN of the receiver"),
        required=False,
        max_length=12,
        widget=forms.PasswordInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    takes_key = True

    def __init__(self, *args: Any, units: Sequence[OrgSpan], bins: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units, self.bins = {str(span.node_id): span for span in units}, {str(place.pk): place for place in bins}
        offer(self, "target", [("", "—"), *((pk, bin_words(place)) for pk, place in self.bins.items())])
        offer(self, "cost_centre", [("", "—"), *((pk, span.label) for pk, span in self.units.items())])

    @property
    def goes_to(self) -> Place | None:
        """The bin at the line that all lines go to; of a valid form."""
        return self.bins.get(self.cleaned_data["target"])

    @property
    def said(self) -> dict[str, Any]:
        """What a service asks for beside the lines; of a valid form."""
        data = self.cleaned_data
        unit = self.units[data["cost_centre"]].node
        return {name: data[name] for name in ("purpose", "reason", "receiver")} | {"cost_centre": unit}


class OtherIssueLine(HouseForm):
    item = CodeField(
        Item.objects.select_related("unit"), listed="items", label=pgettext_lazy("item", "Material"), required=False, max_length=60
    )
    quantity = NumberField(label=pgettext_lazy("stock", "Quantity"), required=False)
    lot = forms.CharField(label=pgettext_lazy("noun", "Lot"), max_length=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = str(field.label)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, other in (("item", "quantity"), ("quantity", "item")):
            if data.get(other) and not data.get(name) and name not in self.errors:
                self.add_error(name, self.fields[name].error_messages["required"])
        return data

    @property
    def is_line(self) -> bool:
        return bool(self.cleaned_data.get("item"))


class LineSet(forms.BaseFormSet):
    """Rows of a slip or a bill; blank ones are no lines."""

    @property
    def filled(self) -> list[Any]:
        return [form for form in self.forms if form.is_line]

    def add_refusal(self, refusal: RuleBroken) -> list[RuleBroken]:
        """Put faults at ``lines.<n>.<field>`` to their field; returns those that speak of something else."""
        rows, rest = self.filled, []
        refused = getattr(refusal, "refused_lines", ())
        for line in refused:
            rows[line.line].add_error("quantity", line.sentence)
        if refused:
            return []
        for fault in refusal.faults if isinstance(refusal, Faults) else (refusal,):
            parts = fault.field.split(".")
            if parts[0] == "lines" and len(parts) == 3 and int(parts[1]) < len(rows):
                fault.field = parts[2]
                rows[int(parts[1])].add_refusal(fault)
            else:
                rest.append(fault)
        return rest


class OtherIssueLineSet(LineSet):
    def lines(self, target: Place | None) -> list[SlipLine]:
        rows = [form.cleaned_data for form in self.filled]
        return [SlipLine(row["item"], row["quantity"], row["lot"].strip() or None, to_bin=target) for row in rows]

    def add_refusal(self, refusal: RuleBroken) -> list[RuleBroken]:
        """All lines go to one bin, so what is wrong with it is said once, at the form's ``target``."""
        faults = refusal.faults if isinstance(refusal, Faults) else (refusal,)
        at_target = [fault for fault in faults if fault.field.endswith(".to_bin")]
        if not at_target:
            return super().add_refusal(refusal)
        at_target[0].field = "target"
        others = [fault for fault in faults if fault not in at_target]
        return [at_target[0], *(super().add_refusal(Faults(others)) if others else ())]


OtherIssueLines = forms.formset_factory(OtherIssueLine, formset=OtherIssueLineSet, extra=3, max_num=MOST_LINES, validate_max=True)


# --- what an order made ---


class ProductionForm(HouseForm):
    """``items`` is what the order's product is kept as; ``bins`` where it may go."""

    item = forms.ChoiceField(label=pgettext_lazy("item", "Material"))
    quantity = NumberField(label=_("Good pieces that come in"))
    lot = forms.CharField(
        label=pgettext_lazy("noun", "Lot"), max_length=60, required=False, help_text=_("Blank: the order's number, counted up.")
    )
    target = forms.ChoiceField(label=_("To bin"), required=False)
    receiver = forms.ChoiceField(label=pgettext_lazy("production", "Brought by"), required=False)
    takes_key = True

    def __init__(self, *args: Any, items: Sequence[Item], bins: Sequence[Place], people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = {item.code: item for item in items}
        self.bins = {str(place.pk): place for place in bins}
        self.people = {str(person.pk): person for person in people}
        offer(self, "item", [(code, f"{code} {item.label}") for code, item in self.items.items()])
        offer(self, "target", [("", _("the first that fits")), *((pk, bin_words(place)) for pk, place in self.bins.items())])
        offer(self, "receiver", [("", "—"), *((pk, f"{person.name} ({person.staff_no})") for pk, person in self.people.items())])
        if items:
            self.fields["quantity"].widget.unit = mark(items[0].unit)

    @property
    def line(self) -> SlipLine:
        data = self.cleaned_data
        return SlipLine(self.items[data["item"]], data["quantity"], data["lot"].strip() or None, self.bins.get(data["target"]))

    def add_refusal(self, refusal: RuleBroken) -> None:
        for fault in refusal.faults if isinstance(refusal, Faults) else (refusal,):
            name = fault.field.split(".")[-1]
            fault.field = {"bin": "target"}.get(name, name)
            super().add_refusal(fault)
