"""The shape of an order's end: what becomes of each lot that it holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from core.errors import Faults, RuleBroken
from core.forms import HouseForm, NumberField
from core.templatetags.fo import mark
from materials.models import ReturnType
from materials.services import Held, Leftover
from materials.services.prices import HIGHEST_QUANTITY

ZERO = Decimal(0)
PARTS = ("returned", "scrapped", "explained")
_AT = re.compile(r"leftovers\.(\d+)\.(\w+)")


class LeftoverForm(HouseForm):
    """``held`` are the rows of ``held_by_order``. A field is named after item and lot, so an old page says nothing of another lot."""

    takes_key = True
    takes_version = True

    def __init__(self, *args: Any, held: Sequence[Held], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = held
        for row in held:
            unit = mark(row.item.unit)
            self.fields[self.name(row, "returned")] = NumberField(
                label=pgettext("leftover", "Returned"), unit=unit, required=False, high=HIGHEST_QUANTITY
            )
            self.fields[self.name(row, "scrapped")] = NumberField(label=_("Scrapped"), unit=unit, required=False, high=HIGHEST_QUANTITY)
            self.fields[self.name(row, "explained")] = NumberField(
                label=_("Explained"), unit=unit, required=False, low=-HIGHEST_QUANTITY, high=HIGHEST_QUANTITY
            )
            self.fields[self.name(row, "reason")] = forms.CharField(label=_("Why"), max_length=500, required=False)
            self.fields[self.name(row, "return_type")] = forms.ChoiceField(
                label=_("Type of return"), choices=ReturnType.choices, initial=ReturnType.GOOD, required=False
            )

    @staticmethod
    def name(row: Held, part: str) -> str:
        return f"{part}-{row.item.pk}-{row.lot.pk if row.lot else 0}"

    def said(self, row: Held, part: str) -> Decimal:
        """What was typed, as far as it is a number; for the figures beside the fields."""
        name = self.name(row, part)
        if not self.is_bound:
            return ZERO
        return self.cleaned_data.get(name) or ZERO

    def leftovers(self) -> list[Leftover]:
        """One for each row, in their order, so that a refusal finds its row again."""
        return [
            Leftover(
                row.item,
                row.lot.code if row.lot else "",
                **{part: self.said(row, part) for part in PARTS},
                reason=self.cleaned_data[self.name(row, "reason")],
                return_type=self.cleaned_data[self.name(row, "return_type")] or ReturnType.GOOD,
            )
            for row in self.held
        ]

    def add_refusal(self, refusal: RuleBroken) -> None:
        for fault in refusal.faults if isinstance(refusal, Faults) else (refusal,):
            at = _AT.fullmatch(fault.field)
            if at and int(at[1]) < len(self.held):
                fault.field = self.name(self.held[int(at[1])], at[2])
        super().add_refusal(refusal)
