"""The shape of a team daily report: which team and shift, and its lines, each with the units of its product."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.errors import RuleBroken
from core.forms import DateInput, HouseForm, NumberField
from core.templatetags.fo import day
from people.models import OrgSpan, Shift
from plans.models import DailyReportLine, DowntimeReason, Process, Product, ProductionOrder
from plans.services import LineInput

PRODUCTS_LISTED = 400
QUANTITIES = ("planned_qty", "good_qty", "rework_qty", "scrap_qty", "recovered_qty", "counter_start", "counter_end")
HOURS = ("headcount", "attended_hours", "productive_hours", "excused_loss_hours", "downtime_hours")
ZERO_WHEN_BLANK = ("rework_qty", "scrap_qty", "recovered_qty", "excused_loss_hours", "downtime_hours")


class OrderSelect(forms.Select):
    """Orders by number and product; each option carries what the page's script shows beside the figures."""

    orders: Mapping[str, ProductionOrder] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        order = self.orders.get(str(value))
        if order:
            option["attrs"] |= {"data-unit": order.product.unit.label, "data-product": order.product.label, "data-number": order.number}
        return option


def _offer(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    cast("forms.ChoiceField", form.fields[name]).choices = choices


class PlaceForm(HouseForm):
    """Which team, shift and day the report is of."""

    team = forms.ChoiceField(label=_("Team"))
    business_date = forms.DateField(label=_("Business date"), widget=DateInput)
    shift = forms.ChoiceField(label=_("Shift"))

    def __init__(self, *args: Any, teams: Sequence[OrgSpan], shifts: Sequence[Shift], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "team", [(str(span.node_id), span.label) for span in teams])
        _offer(self, "shift", [(str(shift.pk), shift.label) for shift in shifts])


class LineForm(HouseForm):
    """One order, product and process with its figures."""

    order = forms.ChoiceField(label=_("Production order"), required=False, widget=OrderSelect)
    product = forms.CharField(
        label=_("Product"), required=False, max_length=60, widget=forms.TextInput({"list": "products", "autocomplete": "off"})
    )
    process = forms.ChoiceField(label=_("Process"), required=False)
    planned_qty = NumberField(label=pgettext_lazy("output", "Planned"), required=False, low=None)
    good_qty = NumberField(label=_("Good"), required=False, low=None)
    rework_qty = NumberField(label=_("Rework"), required=False, low=None)
    scrap_qty = NumberField(label=pgettext_lazy("output", "Scrap"), required=False, low=None)
    recovered_qty = NumberField(label=_("Good after rework"), required=False, low=None)
    counter_start = NumberField(label=_("Counter at start"), required=False, low=None)
    counter_end = NumberField(label=_("Counter at end"), required=False, low=None)
    headcount = NumberField(label=pgettext_lazy("headcount", "People"), required=False, low=None, unit=_("persons"))
    attended_hours = NumberField(label=_("Attended hours"), required=False, low=None, unit="h")
    productive_hours = NumberField(label=_("Productive hours"), required=False, low=None, unit="h")
    excused_loss_hours = NumberField(label=_("Excused loss"), required=False, low=None, unit="h")
    downtime_hours = NumberField(label=_("Downtime"), required=False, low=None, unit="h")
    downtime_reason = forms.ChoiceField(label=_("Why it stood"), required=False, choices=[("", "—"), *DowntimeReason.choices])
    remark = forms.CharField(label=_("Remark"), required=False, max_length=500)
    drop = forms.BooleanField(label=_("Take this line out"), required=False)

    def __init__(self, *args: Any, orders: Sequence[ProductionOrder], processes: Sequence[Process], unit: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.orders = {str(order.pk): order for order in orders}
        self.processes = {str(process.pk): process for process in processes}
        _offer(self, "order", [("", _("Without an order")), *((pk, self._order_words(order)) for pk, order in self.orders.items())])
        self.fields["order"].widget.orders = self.orders
        _offer(self, "process", [("", "—"), *((pk, f"{one.label} ({one.code})") for pk, one in self.processes.items())])
        chosen = self.orders.get(str(self["order"].value() or ""))
        self.unit = chosen.product.unit.label if chosen else unit
        self.chosen = chosen
        for name in QUANTITIES:
            self.fields[name].widget.unit = self.unit

    @staticmethod
    def _order_words(order: ProductionOrder) -> str:
        return f"{order.number} · {order.product.label} · {day(order.due_on)}"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        code = data.get("product", "").strip()
        order = self.orders.get(data.get("order", ""))
        data["order"] = order
        data["process"] = self.processes.get(data.get("process", ""))
        data["product"] = order.product if order else None
        if code and not order:
            data["product"] = Product.objects.select_related("unit").filter(code=code).first()
            if data["product"] is None:
                self.add_error("product", _("“%(value)s” is not known here.") % {"value": code})
        return data

    def line(self) -> LineInput:
        """The typed line for the service; blank figures that mean nothing happened are 0."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "drop"}
        for name in ZERO_WHEN_BLANK:
            data[name] = data[name] if data[name] is not None else Decimal(0)
        return LineInput(**data)

    @property
    def has_figures(self) -> bool:
        """An order or process that was only picked is no line yet."""
        data = self.cleaned_data
        return any(data.get(name) not in (None, "") for name in (*QUANTITIES, *HOURS, "downtime_reason", "remark"))

    @property
    def has_more_counts(self) -> bool:
        """Whether the seldom used counts are filled or refused, so that they stand open."""
        return any(
            self[name].value() not in (None, "", Decimal(0), "0") or self[name].errors for name in ("recovered_qty", *QUANTITIES[-2:])
        )


class LineFormSet(forms.BaseFormSet):
    """The lines of a report; a line without any figure is no line, one marked *take out* is dropped."""

    def lines(self) -> tuple[list[LineInput], list[LineForm]]:
        kept = [form for form in self.forms if not form.cleaned_data.get("drop") and form.has_figures]
        return [form.line() for form in kept], kept

    def add_refusal(self, faults: Iterable[RuleBroken], forms_kept: Sequence[LineForm]) -> list[RuleBroken]:
        """Put faults at ``lines.<n>.<field>`` to their field; returns those that speak of the whole."""
        rest = []
        for fault in faults:
            parts = fault.field.split(".")
            if len(parts) == 3 and parts[0] == "lines" and parts[1].isdigit() and int(parts[1]) < len(forms_kept):
                fault.field = "counter_end" if parts[2] == "produced_qty" else parts[2]
                forms_kept[int(parts[1])].add_refusal(fault)
            else:
                rest.append(fault)
        return rest


LineForms = forms.formset_factory(LineForm, formset=LineFormSet, extra=0, max_num=40, validate_max=True)


ALL_FIGURES = (*QUANTITIES, *HOURS, "downtime_reason", "remark")
SAME_EVERY_DAY = ("planned_qty", "headcount", "attended_hours")


def initial_of(lines: Iterable[DailyReportLine], names: Sequence[str] = ALL_FIGURES) -> list[dict[str, Any]]:
    """What a form starts with: the lines of a report with some of their figures."""
    found = []
    for line in lines:
        row = {name: _shown(getattr(line, name)) for name in names}
        row |= {"order": str(line.order_id or ""), "product": line.product.code, "process": str(line.process_id or "")}
        found.append(row)
    return found


def _shown(value: Any) -> Any:
    return value.normalize() if isinstance(value, Decimal) and value else value
