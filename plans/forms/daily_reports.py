"""The shape of a team daily report: which team and shift, and its lines, each with the units of its product."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.clock import plant_zone
from core.errors import Required, RuleBroken
from core.forms import DateInput, HouseForm, NumberField, TimeInput
from core.templatetags.fo import day
from people.models import OrgSpan, Shift
from plans.models import DailyReportLine, DowntimeReason, DowntimeStop, Process, Product, ProductionOrder
from plans.pace import Pace
from plans.selectors.report_start import PlannedStart
from plans.services import LineInput
from plans.services.stops import StopInput, stop_at_times

MOST_LINES = 40
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


def offer_choices(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    cast("forms.ChoiceField", form.fields[name]).choices = choices


def order_words(order: ProductionOrder) -> str:
    return f"{order.number} · {order.product.label} · {day(order.due_on)}"


class PlaceForm(HouseForm):
    """Which team, shift and day the report is of."""

    team = forms.ChoiceField(label=_("Team"))
    business_date = forms.DateField(label=_("Business date"), widget=DateInput)
    shift = forms.ChoiceField(label=_("Shift"))

    def __init__(self, *args: Any, teams: Sequence[OrgSpan], shifts: Sequence[Shift], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "team", [(str(span.node_id), span.label) for span in teams])
        offer_choices(self, "shift", [(str(shift.pk), shift.label) for shift in shifts])


class StopForm(HouseForm):
    """One time that the line stood; a row without anything is none."""

    starts = forms.TimeField(label=_("From"), required=False, widget=TimeInput)
    ends = forms.TimeField(label=_("Until"), required=False, widget=TimeInput)
    reason = forms.ChoiceField(label=_("Why it stood"), required=False, choices=[("", "—"), *DowntimeReason.choices])
    place = forms.CharField(label=_("Machine or place"), required=False, max_length=60)

    @property
    def is_stop(self) -> bool:
        return any(self.cleaned_data.get(name) for name in self.fields)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if any(data.get(name) for name in self.fields):
            for name in ("starts", "ends"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, str(Required()))
        return data


StopForms = forms.formset_factory(StopForm, extra=1, max_num=30, validate_max=True)


class LineForm(HouseForm):
    """One order, product and process with its figures, and the times that it stood."""

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

    def __init__(
        self,
        *args: Any,
        orders: Sequence[ProductionOrder],
        processes: Sequence[Process],
        shift: Shift,
        on: date,
        unit: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.shift, self.on = shift, on
        self.stops = self._stop_forms()
        self.orders = {str(order.pk): order for order in orders}
        self.processes = {str(process.pk): process for process in processes}
        offer_choices(self, "order", [("", _("Without an order")), *((pk, order_words(order)) for pk, order in self.orders.items())])
        self.fields["order"].widget.orders = self.orders
        offer_choices(self, "process", [("", "—"), *((pk, f"{one.label} ({one.code})") for pk, one in self.processes.items())])
        chosen = self.orders.get(str(self["order"].value() or ""))
        self.unit = chosen.product.unit.label if chosen else unit
        self.chosen = chosen
        for name in QUANTITIES:
            self.fields[name].widget.unit = self.unit

    def _stop_forms(self) -> Any:
        """``None`` where what was sent says nothing about stops: then those that stand stay."""
        prefix = f"{self.prefix}-stops"
        if not self.is_bound:
            return StopForms(initial=self.initial.get("stops"), prefix=prefix)
        return StopForms(self.data, prefix=prefix) if f"{prefix}-TOTAL_FORMS" in self.data else None

    @property
    def has_stops(self) -> bool:
        """Whether any stop is written here, so that they stand open."""
        return self.stops is not None and any(any(form[name].value() for name in form.fields) for form in self.stops)

    def is_valid(self) -> bool:
        return super().is_valid() and (self.stops is None or self.stops.is_valid())

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

    def line(self, pace: Pace) -> LineInput:
        """The typed line for the service; blank figures that mean nothing happened are 0, clock times of stops lie in ``pace``."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "drop"}
        for name in ZERO_WHEN_BLANK:
            data[name] = data[name] if data[name] is not None else Decimal(0)
        if self.stops is not None:
            data["stops"] = tuple(self._stop(form.cleaned_data, pace) for form in self.stop_rows)
        return LineInput(**data)

    @property
    def stop_rows(self) -> list[StopForm]:
        return [form for form in self.stops if form.is_stop] if self.stops is not None else []

    def _stop(self, data: Mapping[str, Any], pace: Pace) -> StopInput:
        times = {name: data[name] for name in ("starts", "ends", "reason", "place")}
        return stop_at_times(shift=self.shift, business_date=self.on, pace=pace, **times)

    @property
    def has_figures(self) -> bool:
        """An order or process that was only picked is no line yet."""
        data = self.cleaned_data
        return any(data.get(name) not in (None, "") for name in (*QUANTITIES, *HOURS, "downtime_reason", "remark")) or bool(self.stop_rows)

    @property
    def has_more_counts(self) -> bool:
        """Whether the seldom used counts are filled or refused, so that they stand open."""
        return any(
            self[name].value() not in (None, "", Decimal(0), "0") or self[name].errors for name in ("recovered_qty", *QUANTITIES[-2:])
        )


class LineFormSet(forms.BaseFormSet):
    """The lines of a report; a line without any figure is no line, one marked *take out* is dropped."""

    def lines(self, pace: Pace) -> tuple[list[LineInput], list[LineForm]]:
        kept = [form for form in self.forms if not form.cleaned_data.get("drop") and form.has_figures]
        return [form.line(pace) for form in kept], kept

    def add_refusal(self, faults: Iterable[RuleBroken], forms_kept: Sequence[LineForm]) -> list[RuleBroken]:
        """Put faults at ``lines.<n>.<field>`` to their field; returns those that speak of the whole."""
        rest = []
        for fault in faults:
            parts = fault.field.split(".")
            if len(parts) == 3 and parts[0] == "lines" and parts[1].isdigit() and int(parts[1]) < len(forms_kept):
                fault.field = "counter_end" if parts[2] == "produced_qty" else parts[2]
                forms_kept[int(parts[1])].add_refusal(fault)
            elif len(parts) == 5 and parts[0] == "lines" and parts[2] == "stops":
                fault.field = parts[4]
                forms_kept[int(parts[1])].stop_rows[int(parts[3])].add_refusal(fault)
            else:
                rest.append(fault)
        return rest


LineForms = forms.formset_factory(LineForm, formset=LineFormSet, extra=0, max_num=MOST_LINES, validate_max=True)


ALL_FIGURES = (*QUANTITIES, *HOURS, "downtime_reason", "remark")
SAME_EVERY_DAY = ("planned_qty", "headcount", "attended_hours")


def initial_of(lines: Iterable[DailyReportLine], names: Sequence[str] = ALL_FIGURES) -> list[dict[str, Any]]:
    """What a form starts with: the lines of a report with some of their figures."""
    found = []
    for line in lines:
        row = {name: _shown(getattr(line, name)) for name in names}
        if "downtime_reason" in names:
            row["stops"] = [stop_initial(stop) for stop in line.stops.all()]
        row |= {"order": str(line.order_id or ""), "product": line.product.code, "process": str(line.process_id or "")}
        found.append(row)
    return found


def initial_of_start(start: PlannedStart) -> dict[str, Any]:
    """A line as the plan, the board and the roll call know it; all of it may be changed."""
    line = start.line
    row: dict[str, Any] = {"order": str(line.order_id or ""), "product": line.product.code, "process": str(line.process_id or "")}
    figures = {"planned_qty": line.planned_qty, "good_qty": start.good, "attended_hours": start.hours, "headcount": start.heads}
    return row | {name: _shown(value) for name, value in figures.items() if value is not None}


def stop_initial(stop: DowntimeStop) -> dict[str, Any]:
    zone = plant_zone()
    times = {"starts": stop.began_at.astimezone(zone).time(), "ends": stop.over_at.astimezone(zone).time()}
    return times | {"reason": stop.reason, "place": stop.place}


def _shown(value: Any) -> Any:
    return value.normalize() if isinstance(value, Decimal) and value else value
