"""The shape of requisitions, promises of suppliers, arrivals, suppliers and gate passes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.errors import Faults, Required, RuleBroken, Unknown
from core.forms import CodeField, DateInput, HouseForm, NumberField
from core.money import currency
from core.templatetags.fo import mark, qty
from materials.models import Balance, Item, Lot, Place, PlaceKind, Requisition, Supplier
from materials.selectors.buying import Proposal
from materials.services import WantedLine
from materials.services.prices import HIGHEST_MONEY
from plans.models import ProductionOrder

BLANK_LINES = 3
MOST_LINES = 60
LINE = ("item", "quantity", "needed_on", "reason", "order")


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DateInput(), **kwargs)


@dataclass(frozen=True)
class WantedRow:
    """The fields of one line, and the figures it was proposed on."""

    item: Any
    quantity: Any
    needed_on: Any
    reason: Any
    order: Any
    proposal: Proposal | None

    @property
    def fields(self) -> tuple[Any, ...]:
        return self.item, self.quantity, self.needed_on, self.reason, self.order


class RequisitionForm(HouseForm):
    """Several lines; one without item and quantity is none, and so is a proposed one without quantity.

    ``items`` and ``orders`` are what may be named.
    """

    takes_key = True
    note = forms.CharField(label=_("What the approver should know"), max_length=500, required=False, widget=forms.Textarea({"rows": 2}))

    def __init__(
        self,
        *args: Any,
        items: QuerySet[Item],
        orders: QuerySet[ProductionOrder],
        proposed: Sequence[Proposal] = (),
        today: date,
        count: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.items, self.orders, self.today = items, orders, today
        self.proposed = {proposal.item.code: proposal for proposal in proposed}
        self.count = min(count, MOST_LINES)
        self.sent: list[int] = []
        self.found: list[WantedLine] = []
        self.fields["rows"] = forms.IntegerField(widget=forms.HiddenInput, initial=self.count, required=False)
        for number in range(self.count):
            proposal = proposed[number] if number < len(proposed) else None
            self._add_line(number, proposal)

    def _add_line(self, number: int, proposal: Proposal | None) -> None:
        self.fields[f"item-{number}"] = forms.CharField(
            label=pgettext_lazy("item", "Material"),
            required=False,
            max_length=60,
            widget=forms.TextInput({"list": "items", "autocomplete": "off"}),
            initial=proposal.item.code if proposal else "",
        )
        self.fields[f"quantity-{number}"] = NumberField(
            label=pgettext_lazy("stock", "Quantity"),
            required=False,
            initial=proposal.missing.normalize() if proposal else None,
            unit=mark(proposal.item.unit) if proposal else "",
        )
        self.fields[f"needed_on-{number}"] = day_field(
            _("Needed on"), required=False, initial=proposal.needed_on(self.today) if proposal else None
        )
        self.fields[f"reason-{number}"] = forms.ChoiceField(
            label=_("Reason"),
            choices=Requisition.Reason.choices,
            required=False,
            initial=proposal.reason if proposal else Requisition.Reason.OTHER,
        )
        order = proposal.order.number if proposal and proposal.short > 0 and proposal.order else ""
        self.fields[f"order-{number}"] = forms.CharField(
            label=_("For order"),
            required=False,
            max_length=40,
            widget=forms.TextInput({"list": "orders", "autocomplete": "off"}),
            initial=order,
        )

    def rows_of_lines(self) -> list[WantedRow]:
        rows = []
        for number in range(self.count):
            item, quantity, needed_on, reason, order = (self[f"{name}-{number}"] for name in LINE)
            proposal = self.proposed.get(str(item.value() or "").strip())
            rows.append(WantedRow(item, quantity, needed_on, reason, order, proposal))
        return rows

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        said = {number: str(data.get(f"item-{number}") or "").strip() for number in range(self.count)}
        orders = {number: str(data.get(f"order-{number}") or "").strip() for number in range(self.count)}
        items = {item.code: item for item in self.items.filter(code__in=set(said.values()) - {""})}
        known = {order.number: order for order in self.orders.filter(number__in=set(orders.values()) - {""})}
        for number, code in said.items():
            quantity_name, day_name = f"quantity-{number}", f"needed_on-{number}"
            quantity, on = data.get(quantity_name), data.get(day_name)
            is_left_out = not code or code in self.proposed
            if is_left_out and quantity is None and quantity_name not in self.errors:
                continue
            faults: list[RuleBroken] = []
            if code not in items:
                faults.append(Unknown(field=f"item-{number}", value=code) if code else Required(field=f"item-{number}"))
            if orders[number] and orders[number] not in known:
                faults.append(Unknown(field=f"order-{number}", value=orders[number]))
            for name, value in ((quantity_name, quantity), (day_name, on)):
                if value is None and name not in self.errors:
                    faults.append(Required(field=name))
            for fault in faults:
                self.add_error(fault.field, str(fault))
            if not faults and quantity is not None and on is not None:
                self.sent.append(number)
                reason = data.get(f"reason-{number}") or Requisition.Reason.OTHER
                self.found.append(WantedLine(items[code], quantity, on, reason, known.get(orders[number])))
        if not self.found and not self.errors:
            self.add_error("item-0", str(Required()))
        return data

    def add_refusal(self, refusal: RuleBroken) -> None:
        """A refused line stands at its own field."""
        for fault in refusal.faults if isinstance(refusal, Faults) else (refusal,):
            parts = fault.field.split(".")
            if parts[0] == "lines" and len(parts) == 3:
                fault.field = f"{parts[2]}-{self.sent[int(parts[1])]}"
            super().add_refusal(fault)


class StepForm(HouseForm):
    """A step that asks why."""

    takes_version = True
    note = forms.CharField(label=_("Why"), max_length=300)


class ExpectForm(HouseForm):
    """What a supplier promises of a requisition; ``suppliers`` are those not blocked."""

    takes_key = True
    supplier = forms.ChoiceField(label=_("Supplier"))
    quantity = NumberField(label=_("Quantity ordered"))
    promised_on = day_field(_("Promised on"))
    unit_price = NumberField(label=_("Price per unit"), required=False, high=HIGHEST_MONEY)

    def __init__(self, *args: Any, suppliers: Iterable[Supplier], item: Item, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.suppliers = {str(supplier.pk): supplier for supplier in suppliers}
        field = self.fields["supplier"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "—"), *((pk, f"{supplier.code} · {supplier.label}") for pk, supplier in self.suppliers.items())]
        self.fields["quantity"].widget.unit = mark(item.unit)
        self.fields["unit_price"].widget.unit = f"{currency()} / {mark(item.unit)}"

    @property
    def chosen(self) -> Supplier:
        """The supplier chosen; of a valid form."""
        return self.suppliers[self.cleaned_data["supplier"]]


class PromiseForm(HouseForm):
    takes_version = True
    promised_on = day_field(_("Promised on"))
    note = forms.CharField(label=_("Why"), max_length=300)


class ReceiveForm(HouseForm):
    """What arrives of a promise: how much, which lot, until when it is good, and where it is put."""

    takes_key = True
    quantity = NumberField(label=_("Quantity arrived"))
    lot = forms.CharField(label=pgettext_lazy("noun", "Lot"), max_length=60, required=False)
    expires_on = day_field(_("Last good day"), required=False)
    bin = CodeField(
        Place.objects.filter(kind=PlaceKind.BIN), listed="bins", label=_("Bin"), required=False, max_length=60, help_text=_("Scan or type.")
    )
    delivery_note = forms.CharField(label=_("Delivery note"), max_length=100, required=False)
    business_date = day_field(_("Arrived on"))
    is_complete = forms.BooleanField(label=_("Nothing more comes of it, although less arrived"), required=False)

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quantity"].widget.unit = mark(item.unit)
        if item.lot_tracked:
            self.fields["lot"].help_text = _("Of the supplier's label; this item is kept by lot.")
        elif item.inspect_on_receipt or item.shelf_life_days:
            self.fields["lot"].help_text = _("Blank: the arrival gets a lot of its own.")
        if item.shelf_life_days:
            self.fields["expires_on"].help_text = _("Blank: %(days)s days from the arrival.") % {"days": item.shelf_life_days}


class MoveForm(HouseForm):
    """Where it lies, how much, where to; ``lying`` are the lot's balances in bins."""

    takes_key = True
    FIELD_OF: ClassVar = {"bin": "source", "to_bin": "target"}
    source = forms.ChoiceField(label=_("From bin"))
    quantity = NumberField(label=pgettext_lazy("stock", "Quantity"))
    target = CodeField(
        Place.objects.filter(kind=PlaceKind.BIN), listed="bins", label=_("To bin"), max_length=60, help_text=_("Scan or type.")
    )

    def __init__(self, *args: Any, lot: Lot, lying: Sequence[Balance], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = lot.item.unit
        self.places = {str(row.place_id): row.place for row in lying}
        field = self.fields["source"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(row.place_id), f"{row.place.code} · {qty(row.on_hand, unit)} {mark(unit)}") for row in lying]
        self.fields["quantity"].widget.unit = mark(unit)
        if len(lying) == 1:
            self.fields["quantity"].initial = lying[0].on_hand.normalize()

    def add_refusal(self, refusal: RuleBroken) -> None:
        """A transfer names the fields of its lines; here there is one line."""
        for fault in getattr(refusal, "faults", (refusal,)):
            fault.field = self.FIELD_OF.get(fault.field.rpartition(".")[2], fault.field)
            super().add_refusal(fault)

    @property
    def chosen(self) -> Place:
        """The bin it is taken from; of a valid form."""
        return self.places[self.cleaned_data["source"]]


class SupplierForm(HouseForm):
    code = forms.CharField(label=_("Code"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=200)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=200, required=False)
    contact = forms.CharField(label=pgettext_lazy("supplier", "Contact"), max_length=200, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=60, required=False)
    remark = forms.CharField(label=_("Remark"), max_length=300, required=False)
    is_blocked = forms.BooleanField(label=_("Blocked: nothing new is ordered there"), required=False)

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        self.takes_version = not is_new
        super().__init__(*args, **kwargs)


class PaperForm(HouseForm):
    """A contract or certificate, photographed or scanned as a picture."""

    title = forms.CharField(
        label=_("Title"), max_length=200, help_text=_("As on the older one, where this takes its place: Contract, ISO 9001.")
    )
    valid_until = day_field(_("Valid until"), required=False)
    photo = forms.FileField(label=_("Photo or scan"), required=False, widget=forms.FileInput({"accept": "image/jpeg,image/png,image/webp"}))


class GatePassForm(HouseForm):
    """``slips`` and ``disposals`` are what a pass may belong to, each named by its number."""

    takes_key = True
    goods = forms.CharField(
        label=_("Goods and quantity"), max_length=500, widget=forms.Textarea({"rows": 3}), help_text=_("One kind of goods a line.")
    )
    taken_by = forms.CharField(label=_("Taken by"), max_length=200, help_text=_("Company, person, number of the vehicle."))
    reason = forms.CharField(label=_("Reason"), max_length=300)
    slip = forms.CharField(label=_("Slip it left the store with"), max_length=40, required=False)
    disposal = forms.CharField(label=_("Disposal it carries out"), max_length=40, required=False)

    def __init__(self, *args: Any, slips: QuerySet, disposals: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sources = {"slip": slips, "disposal": disposals}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, rows in self.sources.items():
            number = (data.get(name) or "").strip()
            data[name] = rows.filter(number=number).first() if number else None
            if number and data[name] is None:
                self.add_error(name, str(Unknown(value=number)))
        return data
