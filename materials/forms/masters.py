"""The shape of items, places and decisions about lots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import CodeField, HouseForm, NumberField
from core.models import Unit
from core.money import currency
from materials.models import LotStatus, Place, PlaceKind
from materials.models.places import STORE_PURPOSES
from materials.services.prices import HIGHEST_MONEY, HIGHEST_QUANTITY
from plans.models import Product


class UnitChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.label} ({obj.code})"


class ItemForm(HouseForm):
    code = forms.CharField(label=_("Code"), max_length=60)
    barcode = forms.CharField(label=_("Barcode"), max_length=100, required=False, help_text=_("Where it is another one than the code."))
    name = forms.CharField(label=_("Name"), max_length=200)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=200, required=False)
    spec = forms.CharField(label=_("Specification"), max_length=200, required=False)
    grade = forms.CharField(label=_("Grade"), max_length=100, required=False)
    item_class = forms.CharField(label=pgettext_lazy("item", "Class"), max_length=60, required=False)
    unit = UnitChoice(label=pgettext_lazy("quantity", "Unit"), queryset=Unit.objects.all(), empty_label=None)
    standard_cost = NumberField(label=_("Standard cost per unit"), required=False, high=HIGHEST_MONEY)
    min_stock = NumberField(label=_("Minimum stock"), required=False, high=HIGHEST_QUANTITY)
    shelf_life_days = NumberField(label=_("Shelf life"), unit=_("days"), required=False, low=1, high=36_500, whole=True)
    lot_tracked = forms.BooleanField(label=_("Kept by lot"), required=False)
    inspect_on_receipt = forms.BooleanField(label=_("Inspected on receipt: not issuable before it is released"), required=False)
    product = CodeField(
        Product.objects.select_related("unit"), listed="products", label=_("Product that makes it"), required=False, max_length=60
    )
    is_phantom = forms.BooleanField(label=_("Phantom: never stocked, its own bill is asked instead"), required=False)

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        self.takes_version = not is_new
        super().__init__(*args, **kwargs)
        self.fields["standard_cost"].widget.unit = currency()

    def values(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        data["shelf_life_days"] = None if data["shelf_life_days"] is None else int(data["shelf_life_days"])
        return data


class PlaceForm(HouseForm):
    """``parents`` are the places a new one may stand in."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=[(kind.value, kind.label) for kind in (PlaceKind.WAREHOUSE, PlaceKind.ZONE, PlaceKind.BIN)]
    )
    parent = forms.ChoiceField(label=_("Stands in"), required=False)
    code = forms.CharField(label=_("Code"), max_length=60)
    name = forms.CharField(label=_("Name"), max_length=200)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=200, required=False)
    purpose = forms.ChoiceField(
        label=_("Purpose of a bin"), required=False, choices=[("", "—"), *((purpose.value, purpose.label) for purpose in STORE_PURPOSES)]
    )
    item_class = forms.CharField(label=_("Class of items kept here"), max_length=60, required=False)
    is_closed = forms.BooleanField(label=_("No longer used"), required=False)

    def __init__(self, *args: Any, parents: Sequence[Place], is_new: bool, **kwargs: Any) -> None:
        self.takes_version = not is_new
        super().__init__(*args, **kwargs)
        self.parents = {str(place.pk): place for place in parents}
        field = self.fields["parent"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "—"), *((pk, f"{place.code} · {place.label}") for pk, place in self.parents.items())]
        if is_new:
            del self.fields["is_closed"]
        else:
            del self.fields["kind"]

    def values(self) -> dict[str, Any]:
        return self.cleaned_data | {"parent": self.parents.get(self.cleaned_data["parent"])}


class LotDecisionForm(HouseForm):
    """``statuses`` are those the reader may decide for."""

    status = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    note = forms.CharField(label=_("What was seen"), max_length=500, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, statuses: Sequence[LotStatus], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["status"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(status.value, status.label) for status in statuses]
