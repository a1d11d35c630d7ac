"""The shape of a slip at the counter: a quantity for each line of the order, and who stands at the other side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, Protocol

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.asked import read_whole
from core.errors import Faults, RuleBroken
from core.forms import HouseForm, NumberField
from core.templatetags.fo import mark, qty
from materials.errors.slips import RefusedLine, SlipRefused
from materials.models import Item, Place, ReturnType
from materials.selectors.issuing import NamedRow
from materials.selectors.order_material import Held
from materials.services import SlipLine
from people.models import Staff

# The standing lot has no code to choose it by.
STANDING_LOT = "|"


class Row(Protocol):
    """A line of the counter's table: one item."""

    @property
    def item(self) -> Item: ...


class CounterForm(HouseForm):
    """A blank or zero quantity is no line of the slip. ``people`` may receive; the PIN is that person's own signature."""

    receiver = forms.ChoiceField(label=pgettext_lazy("slip", "Receiver"))
    pin = forms.CharField(
        label=_("PIN of the receiver"),
        required=False,
        max_length=12,
        widget=forms.PasswordInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    takes_key = True

    def __init__(self, *args: Any, rows: Sequence[Any], people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        self.sent: list[Any] = []
        self.refused: dict[int, RefusedLine] = {}
        self.people = {str(person.pk): person for person in people}
        self._offer("receiver", [("", "—"), *((pk, f"{person.name} ({person.staff_no})") for pk, person in self.people.items())])
        for row in rows:
            self.fields[self.quantity_name(row)] = NumberField(label=row.item.label, required=False, unit=mark(row.item.unit))
            # Asked for when they are shown, or looked through for what was named.
            self.fields[self.from_name(row)] = forms.ChoiceField(required=False, choices=partial(self._from_choices, row))

    @staticmethod
    def quantity_name(row: Row) -> str:
        return f"quantity-{row.item.pk}"

    @staticmethod
    def from_name(row: Row) -> str:
        return f"from-{row.item.pk}"

    def _from_choices(self, row: Any) -> list[tuple[str, str]]:
        return [("", ""), *self.choices_of(row)]

    def choices_of(self, row: Any) -> list[tuple[str, str]]:
        """What may be named as the lot of a row."""
        return []

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def chosen(self) -> Staff:
        """The person chosen as receiver; of a valid form."""
        return self.people[self.cleaned_data["receiver"]]

    @property
    def badges(self) -> str:
        """What a scanner may read on a badge, and whom it names."""
        return "\n".join(f"{person.staff_no}\t{pk}" for pk, person in self.people.items())

    def asked(self, row: Row) -> Decimal | None:
        return self.cleaned_data.get(self.quantity_name(row))

    def lines(self) -> list[SlipLine]:
        """The filled rows for the service; ``sent`` keeps which they were."""
        self.sent = [row for row in self.rows if self.asked(row)]
        return [self.line_of(row, self.cleaned_data[self.quantity_name(row)]) for row in self.sent]

    def line_of(self, row: Any, quantity: Decimal) -> SlipLine:
        lot = self.cleaned_data.get(self.from_name(row)) or None
        return SlipLine(item=row.item, quantity=quantity, lot="" if lot == STANDING_LOT else lot)

    def add_refusal(self, refusal: RuleBroken) -> None:
        """A refused line stands beside its quantity; ``refused`` keeps its figures by item."""
        if isinstance(refusal, SlipRefused):
            self.refusal = refusal
            for line in refusal.refused_lines:
                row = self.sent[line.line]
                self.refused[row.item.pk] = line
                self.add_error(self.quantity_name(row), line.sentence)
            return
        for fault in refusal.faults if isinstance(refusal, Faults) else (refusal,):
            parts = fault.field.split(".")
            if parts[0] == "lines" and len(parts) == 3 and parts[1].isdigit():
                fault.field = self.quantity_name(self.sent[int(parts[1])])
            super().add_refusal(fault)


def named_in(data: Mapping[str, Any]) -> set[int]:
    """The items of which a form that was sent says something: a quantity, or a lot."""
    named = (name.partition("-")[2] for name, value in data.items() if value and name.startswith(("quantity-", "from-")))
    return {pk for pk in map(read_whole, named) if pk is not None}


class IssueForm(CounterForm):
    """``rows`` are the order's quota lines and their substitutes, or those of them that are named (``named_in``)."""

    def choices_of(self, row: NamedRow) -> list[tuple[str, str]]:
        return [
            (f"{source.lot}|{source.bin_id}", " · ".join(filter(None, (source.lot, source.bin, qty(source.on_hand, row.unit)))))
            for source in row.sources
        ]

    def lines(self) -> list[SlipLine]:
        named = [self.cleaned_data.get(self.from_name(row), "").rpartition("|")[2] for row in self.rows]
        self._bins = Place.objects.in_bulk([int(pk) for pk in named if pk])
        return super().lines()

    def line_of(self, row: NamedRow, quantity: Decimal) -> SlipLine:
        lot, _sep, place = self.cleaned_data.get(self.from_name(row), "").rpartition("|")
        return SlipLine(item=row.item, quantity=quantity, lot=lot if place else None, bin=self._bins.get(int(place)) if place else None)


class ReturnRow:
    """One item that an order holds, with the lots it holds of it."""

    def __init__(self, held: Sequence[Held]) -> None:
        self.item = held[0].item
        self.held = held

    @property
    def quantity(self) -> Decimal:
        return sum((held.quantity for held in self.held), Decimal(0))

    @property
    def codes(self) -> str:
        codes = {self.item.code, self.item.barcode, *(held.lot for held in self.held)} - {""}
        return "\n".join(sorted(codes))


class ReturnForm(CounterForm):
    """What comes back, all of one type; ``rows`` are ``ReturnRow``."""

    return_type = forms.ChoiceField(label=_("Type of return"), choices=ReturnType.choices, widget=forms.RadioSelect)

    def choices_of(self, row: ReturnRow) -> list[tuple[str, str]]:
        return [(held.lot or STANDING_LOT, f"{held.lot or '—'} · {qty(held.quantity, row.item.unit)}") for held in row.held]
