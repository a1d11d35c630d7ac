"""The shape of a version of a bill: how it begins, and its lines on one screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.errors import NotANumber
from core.forms import CodeField, DateInput, HouseForm, NumberField
from core.quantities import plain, read_number
from core.templatetags.fo import mark
from materials.forms.moving import LineSet, offer
from materials.models import Bom, BomLine, Item
from materials.services import BomLineInput
from plans.models import Process, Product

MOST_LINES = 500
NEWEST, BLANK = "newest", "blank"


class BomNewForm(HouseForm):
    """``versions`` are those of the product, where the page knows it already."""

    product = CodeField(Product.objects.select_related("unit"), listed="products", label=_("Product"), max_length=60)
    start = forms.ChoiceField(label=_("Begin with"))
    version_code = forms.CharField(label=_("Version"), max_length=20, required=False, help_text=_("Blank: counted up from the newest."))
    valid_from = forms.DateField(label=_("Valid from"), widget=DateInput)
    remark = forms.CharField(label=_("Remark"), max_length=300, required=False)

    def __init__(self, *args: Any, versions: Sequence[Bom] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        copies = [(str(bom.pk), _("A copy of version %(version)s") % {"version": bom.version_code}) for bom in versions]
        offer(self, "start", [*copies, *([] if copies else [(NEWEST, _("A copy of the newest version"))]), (BLANK, _("No lines"))])
        self.versions = {str(bom.pk): bom for bom in versions}

    def copied(self) -> Bom | None:
        """The version whose lines the new one begins with; of a valid form."""
        data = self.cleaned_data
        if data["start"] == NEWEST:
            return Bom.objects.filter(product=data["product"]).order_by("-valid_from", "-pk").first()
        found = self.versions.get(data["start"])
        return found if found is not None and found.product_id == data["product"].pk else None


class SubstitutesField(forms.CharField):
    """Items that may stand in, typed as ``CODE`` or ``CODE = 1.25`` with what one unit counts; several between semicolons."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=400, widget=forms.TextInput({"autocomplete": "off"}), **kwargs)

    def clean(self, value: Any) -> list[tuple[Item, Decimal]]:
        text = super().clean(value).replace("；", ";").replace("＝", "=")
        asked: list[tuple[str, Decimal]] = []
        for part in filter(None, (part.strip() for part in text.split(";"))):
            code, _sep, counts = part.rpartition("=") if "=" in part else (part, "", "1")
            try:
                asked.append((code.strip(), read_number(counts)))
            except NotANumber as fault:
                raise ValidationError(str(fault)) from None
        found = {item.code: item for item in Item.objects.filter(code__in=[code for code, _counts in asked])} if asked else {}
        for code, _counts in asked:
            if code not in found:
                raise ValidationError(_("“%(value)s” is not known here.") % {"value": code})
        return [(found[code], counts) for code, counts in asked]


class BomLineForm(HouseForm):
    """One line; emptied of its item it goes."""

    item = forms.CharField(
        label=_("Item code"), max_length=60, required=False, widget=forms.TextInput({"list": "items", "autocomplete": "off"})
    )
    part = forms.CharField(label=_("Part"), max_length=60, required=False)
    process = forms.ChoiceField(label=_("Process"), required=False)
    qty_per_unit = NumberField(label=_("Quantity per unit"), required=False)
    loss_percent = NumberField(label=_("Loss"), required=False, unit="%")
    setup_loss_qty = NumberField(label=_("Set-up loss"), required=False)
    substitutes = SubstitutesField(label=_("Substitutes"), required=False)

    def __init__(self, *args: Any, processes: Sequence[Process], items: dict[str, Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        self.processes = {str(process.pk): process for process in processes}
        offer(self, "process", [("", "—"), *((pk, process.label) for pk, process in self.processes.items())])
        self.chosen = items.get(str(self["item"].value() or "").strip())
        if self.chosen is not None:
            for name in ("qty_per_unit", "setup_loss_qty"):
                self.fields[name].widget.unit = mark(self.chosen.unit)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = str(field.label)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        code = (data.get("item") or "").strip()
        data["item"] = self.items.get(code)
        if code and data["item"] is None:
            self.add_error("item", _("“%(value)s” is not known here.") % {"value": code})
        elif code and data.get("qty_per_unit") is None and "qty_per_unit" not in self.errors:
            self.add_error("qty_per_unit", self.fields["qty_per_unit"].error_messages["required"])
        elif not code and data.get("qty_per_unit") is not None:
            self.add_error("item", self.fields["item"].error_messages["required"])
        return data

    @property
    def is_line(self) -> bool:
        return bool(self.cleaned_data.get("item"))

    def asked(self) -> BomLineInput:
        data = self.cleaned_data
        return BomLineInput(
            item=data["item"],
            qty_per_unit=data["qty_per_unit"],
            part=data["part"].strip(),
            process=self.processes.get(data["process"]),
            loss_percent=data["loss_percent"] or Decimal(0),
            setup_loss_qty=data["setup_loss_qty"] or Decimal(0),
            substitutes=data["substitutes"],
        )


class BomLineSet(LineSet):
    def lines(self) -> list[BomLineInput]:
        return [form.asked() for form in self.filled]


BomLines = forms.formset_factory(BomLineForm, formset=BomLineSet, extra=0, max_num=MOST_LINES, validate_max=True)


class BomHeadForm(HouseForm):
    valid_from = forms.DateField(label=_("Valid from"), widget=DateInput)
    remark = forms.CharField(label=_("Remark"), max_length=300, required=False)
    takes_version = True


def initial_of_lines(lines: Iterable[BomLine]) -> list[dict[str, Any]]:
    """What the screen starts with."""
    return [
        {
            "item": line.item.code,
            "part": line.part,
            "process": str(line.process_id or ""),
            "qty_per_unit": plain(line.qty_per_unit),
            "loss_percent": plain(line.loss_percent) if line.loss_percent else "",
            "setup_loss_qty": plain(line.setup_loss_qty) if line.setup_loss_qty else "",
            "substitutes": "; ".join(
                row.item.code if row.factor == 1 else f"{row.item.code} = {plain(row.factor)}" for row in line.substitutes.all()
            ),
        }
        for line in lines
    ]
