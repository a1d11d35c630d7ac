"""The plan of one shift as a grid: one row a team, order, product and process."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.asked import read_whole
from core.errors import RuleBroken
from core.forms import DateInput, HouseForm, NumberField
from people.models import OrgSpan, Shift
from plans.forms.daily_reports import OrderSelect, offer_choices, order_words
from plans.models import PlanLine, Process, Product, ProductionOrder
from plans.services import PlanInput

MOST_ROWS = 200


class PlanPlaceForm(HouseForm):
    """Which workshop, day and shift the plan is of."""

    workshop = forms.ChoiceField(label=_("Workshop"))
    on = forms.DateField(label=_("Date"), widget=DateInput)
    shift = forms.ChoiceField(label=_("Shift"))

    def __init__(self, *args: Any, workshops: Sequence[OrgSpan], shifts: Sequence[Shift], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "workshop", [(str(span.node_id), span.label) for span in workshops])
        offer_choices(self, "shift", [(str(shift.pk), shift.label) for shift in shifts])


class PlanRowForm(HouseForm):
    """One line of the plan; ``line`` and ``version`` name the kept line that it changes."""

    team = forms.ChoiceField(label=_("Team"), required=False)
    order = forms.ChoiceField(label=_("Production order"), required=False, widget=OrderSelect)
    product = forms.CharField(
        label=_("Product"), required=False, max_length=60, widget=forms.TextInput({"list": "products", "autocomplete": "off"})
    )
    process = forms.ChoiceField(label=_("Process"), required=False)
    planned_qty = NumberField(label=pgettext_lazy("output", "Planned"), required=False, low=None)
    note = forms.CharField(label=_("Note"), required=False, max_length=200)
    drop = forms.BooleanField(label=_("Take out"), required=False)
    line = forms.IntegerField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        teams: Sequence[OrgSpan],
        orders: Sequence[ProductionOrder],
        processes: Sequence[Process],
        kept: dict[int, PlanLine],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.teams = {str(span.node_id): span.node for span in teams}
        self.orders = {str(order.pk): order for order in orders}
        self.processes = {str(process.pk): process for process in processes}
        offer_choices(self, "team", [("", "—"), *((str(span.node_id), span.label) for span in teams)])
        offer_choices(self, "order", [("", _("Without an order")), *((pk, order_words(order)) for pk, order in self.orders.items())])
        self.fields["order"].widget.orders = self.orders
        offer_choices(self, "process", [("", "—"), *((pk, one.label) for pk, one in self.processes.items())])
        self.chosen = self.orders.get(str(self["order"].value() or ""))
        line = str(self["line"].value() or "")
        self.kept = kept.get(read_whole(line) or 0)
        unit = self.chosen.product.unit if self.chosen else self.kept.product.unit if self.kept else None
        self.fields["planned_qty"].widget.unit = unit.label if unit else ""
        for name, field in self.fields.items():
            if name != "drop" and not field.widget.is_hidden:
                field.widget.attrs["aria-label"] = str(field.label)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        code, order = data.get("product", "").strip(), self.orders.get(data.get("order", ""))
        data["team"] = self.teams.get(data.get("team", ""))
        data["order"], data["process"] = order, self.processes.get(data.get("process", ""))
        data["product"] = order.product if order else None
        if code and not order:
            data["product"] = Product.objects.select_related("unit").filter(code=code).first()
            if data["product"] is None:
                self.add_error("product", _("“%(value)s” is not known here.") % {"value": code})
        if self.is_row and data["team"] is None and "team" not in self.errors:
            self.add_error("team", self.fields["team"].error_messages["required"])
        return data

    @property
    def is_row(self) -> bool:
        """Whether anything was planned here; a row that was only opened is none."""
        data = self.cleaned_data
        return bool(data.get("line")) or data.get("planned_qty") is not None or "planned_qty" in self.errors

    def asked(self) -> PlanInput:
        data = self.cleaned_data
        names = ("team", "order", "product", "process", "planned_qty", "note", "line", "version")
        return PlanInput(**{name: data[name] for name in names}, is_dropped=data["drop"])


class PlanRowSet(forms.BaseFormSet):
    def asked(self) -> tuple[list[PlanInput], list[PlanRowForm]]:
        rows = [form for form in self.forms if form.is_row and (form.cleaned_data["line"] or not form.cleaned_data["drop"])]
        return [form.asked() for form in rows], rows

    def add_refusal(self, faults: Iterable[RuleBroken], rows: Sequence[PlanRowForm]) -> list[RuleBroken]:
        """Put faults at ``lines.<n>.<field>`` to their field; returns those that speak of the whole."""
        rest = []
        for fault in faults:
            parts = fault.field.split(".")
            if len(parts) == 3 and parts[1].isdigit() and int(parts[1]) < len(rows):
                fault.field = parts[2]
                rows[int(parts[1])].add_refusal(fault)
            else:
                rest.append(fault)
        return rest


PlanRows = forms.formset_factory(PlanRowForm, formset=PlanRowSet, extra=0, max_num=MOST_ROWS, validate_max=True)


def initial_of_plan(lines: Iterable[PlanLine], *, as_new: bool = False) -> list[dict[str, Any]]:
    """What the grid starts with: kept lines, or as new ones what they plan."""
    return [
        {
            "team": str(line.team_id),
            "order": str(line.order_id or ""),
            "product": "" if line.order_id else line.product.code,
            "process": str(line.process_id or ""),
            "planned_qty": line.planned_qty.normalize(),
        }
        | ({} if as_new else {"note": line.note, "line": line.pk, "version": line.version})
        for line in lines
    ]
