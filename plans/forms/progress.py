"""Counting a time slot, and links for wall screens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.errors import RuleBroken
from core.forms import HouseForm, NumberField
from people.fields import NodeField, offer
from people.models import OrgSpan
from plans.models import BehindReason, DisplayLink
from plans.selectors.progress import LineProgress
from plans.services.progress import CountInput


class CountForm(HouseForm):
    """What one line made in the slot, and why it is behind where it is."""

    good_qty = NumberField(label=_("Good"), required=False, low=None)
    reason = forms.ChoiceField(label=_("Why behind"), required=False, choices=[("", "—"), *BehindReason.choices])
    note = forms.CharField(label=_("Note"), required=False, max_length=200)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, progress: LineProgress, slot: int, **kwargs: Any) -> None:
        self.progress = progress
        self.cell = progress.cells[slot]
        kept = self.cell.output
        start: dict[str, Any] = {"version": kept.version if kept else 0}
        if kept:
            start |= {"good_qty": kept.good_qty.normalize() if kept.good_qty else Decimal(0), "reason": kept.reason, "note": kept.note}
        super().__init__(*args, initial=start, prefix=f"line-{progress.line.pk}", **kwargs)
        self.fields["good_qty"].label = progress.line.product.label
        self.fields["good_qty"].widget.unit = progress.line.product.unit.label

    @property
    def asks_why(self) -> bool:
        """Whether this slot is the one at which the line is behind, or a reason stands here already."""
        kept = self.cell.output
        return bool((kept and (kept.reason or kept.note or (self.progress.is_behind and kept == self.progress.last))) or self.errors)

    def asked(self) -> CountInput:
        data = self.cleaned_data
        return CountInput(self.progress.line.pk, data["good_qty"], data["reason"], data["note"], data["version"])


def add_count_refusal(faults: Iterable[RuleBroken], rows: Sequence[CountForm]) -> list[RuleBroken]:
    """Put faults at ``counts.<n>.<field>`` to their field; returns those that speak of the whole."""
    rest = []
    for fault in faults:
        parts = fault.field.split(".")
        if len(parts) == 3 and parts[1].isdigit() and int(parts[1]) < len(rows):
            fault.field = parts[2]
            rows[int(parts[1])].add_refusal(fault)
        else:
            rest.append(fault)
    return rest


class DisplayLinkForm(HouseForm):
    name = forms.CharField(label=_("Where the screen hangs"), max_length=100)
    node = NodeField(label=_("What it shows"))
    language = forms.ChoiceField(label=pgettext_lazy("choice", "Language"), choices=DisplayLink.Language.choices)

    def __init__(self, *args: Any, places: Sequence[OrgSpan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "node", places)
