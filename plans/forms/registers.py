"""The shape of products, processes, standard hours, orders and assignments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.clock import BEGINNING
from core.forms import DateInput, HouseForm, NumberField
from core.models import Unit
from people.models import OrgNode, OrgSpan, Shift
from plans.forms.fields import CodeField
from plans.models import ChecklistTemplate, Process, Product


class LabelChoice(forms.ModelChoiceField):
    """Rows by their name in the reader's language, with the code."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.label} ({obj.code})"


class NodeField(forms.TypedChoiceField):
    """A part of the organisation by its name; gives the ``OrgNode``. ``offer`` says which can be chosen."""


def offer(form: forms.Form, name: str, spans: Sequence[OrgSpan], *, blank: Any = None) -> None:
    """Fill a ``NodeField``; ``blank`` is the word for choosing none."""
    field = form.fields[name]
    assert isinstance(field, NodeField)
    nodes = {str(span.node_id): span.node for span in spans}
    first = [("", blank)] if blank is not None else []
    field.choices = [*first, *((str(span.node_id), span.label) for span in spans)]
    field.coerce = nodes.__getitem__
    field.empty_value = None


class ProductForm(HouseForm):
    code = forms.CharField(label=_("Code"), max_length=60)
    name = forms.CharField(label=_("Name"), max_length=200)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=200, required=False)
    spec = forms.CharField(label=_("Specification"), max_length=200, required=False)
    unit = LabelChoice(label=pgettext_lazy("quantity", "Unit"), queryset=Unit.objects.all(), empty_label=None)


class ProcessForm(HouseForm):
    code = forms.CharField(label=_("Code"), max_length=60)
    name = forms.CharField(label=_("Name"), max_length=200)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=200, required=False)
    org = NodeField(label=_("Where it is done"), required=False)
    is_key = forms.BooleanField(label=_("Key process: needs qualified people"), required=False)
    is_final = forms.BooleanField(label=_("Final process: its output is finished goods"), required=False, initial=True)

    def __init__(self, *args: Any, places: Sequence[OrgSpan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "org", places, blank=_("Anywhere"))


class StandardHoursForm(HouseForm):
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


class AssignmentForm(HouseForm):
    template = LabelChoice(label=_("Checklist"), queryset=ChecklistTemplate.objects.filter(is_retired=False), empty_label=None)
    node = NodeField(label=_("Where"))
    shift = LabelChoice(label=_("Shift"), queryset=Shift.objects.all(), empty_label=None)
    starts_on = forms.DateField(label=_("First day"), widget=DateInput)
    ends_on = forms.DateField(label=_("Last day"), required=False, widget=DateInput, help_text=_("Blank: until further notice."))

    def __init__(self, *args: Any, places: Sequence[OrgSpan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "node", places)


def node_value(node: OrgNode | int | None) -> str:
    """How a node stands in a form's ``initial``."""
    return "" if node is None else str(node.pk if isinstance(node, OrgNode) else node)
