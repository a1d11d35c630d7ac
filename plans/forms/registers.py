"""The shape of products, processes, standard hours and orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.clock import BEGINNING
from core.forms import CodeField, DateInput, HouseForm, NumberField
from core.models import Unit
from people.fields import NodeField, offer
from people.models import OrgSpan
from plans.models import Process, Product


class LabelChoice(forms.ModelChoiceField):
    """Rows by their name in the reader's language, with the code."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.label} ({obj.code})"


class RowForm(HouseForm):
    """A row of a register, on the version that was looked at; a new one has none."""

    takes_version = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].required = False


class ProductForm(RowForm):
    code = forms.CharField(label=_("Code"), max_length=60)
    name = forms.CharField(label=_("Name"), max_length=200)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=200, required=False)
    spec = forms.CharField(label=_("Specification"), max_length=200, required=False)
    unit = LabelChoice(label=pgettext_lazy("quantity", "Unit"), queryset=Unit.objects.all(), empty_label=None)


class ProcessForm(RowForm):
    code = forms.CharField(label=_("Code"), max_length=60)
    name = forms.CharField(label=_("Name"), max_length=200)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=200, required=False)
    org = NodeField(label=_("Where it is done"), required=False)
    is_key = forms.BooleanField(label=_("Key process: needs qualified people"), required=False)
    is_final = forms.BooleanField(label=_("Final process: its output is finished goods"), required=False, initial=True)

    def __init__(self, *args: Any, places: Sequence[OrgSpan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "org", places, blank=_("Anywhere"))


class StandardHoursForm(RowForm):
    product = CodeField(Product.objects.select_related("unit"), listed="products", label=_("Product code"))
    part = forms.CharField(label=_("Part"), max_length=60, required=False)
    process = LabelChoice(
        label=_("Process"), queryset=Process.objects.all(), required=False, empty_label=_("Every process without its own standard")
    )
    valid_from = forms.DateField(label=_("Valid from"), required=False, widget=DateInput, help_text=_("Blank: from the beginning."))
    hours_per_unit = NumberField(label=_("Hours per unit"), unit="h")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        initial = kwargs.get("initial") or {}
        if initial.get("valid_from") == BEGINNING:
            initial["valid_from"] = None
        super().__init__(*args, **kwargs)


class OrderForm(HouseForm):
    number = forms.CharField(
        label=pgettext_lazy("order", "Number"), max_length=40, required=False, help_text=_("Blank: the next number of the year.")
    )
    product = CodeField(Product.objects.select_related("unit"), listed="products", label=_("Product code"))
    quantity = NumberField(label=_("Quantity"))
    workshop = NodeField(label=_("Workshop"))
    team = NodeField(label=_("Team"), required=False)
    start_on = forms.DateField(label=_("Start on"), required=False, widget=DateInput)
    due_on = forms.DateField(label=_("Due on"), widget=DateInput)

    def __init__(self, *args: Any, workshops: Sequence[OrgSpan], teams: Sequence[OrgSpan], is_new: bool, **kwargs: Any) -> None:
        self.takes_key, self.takes_version = is_new, not is_new
        super().__init__(*args, **kwargs)
        offer(self, "workshop", workshops)
        offer(self, "team", teams, blank=_("No particular team"))
        if not is_new:
            del self.fields["number"]
