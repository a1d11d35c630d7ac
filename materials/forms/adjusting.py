"""The shape of an adjustment slip and of what becomes of dead stock."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import CodeField, DateInput, HouseForm, NumberField
from core.templatetags.fo import mark
from materials.models import Adjustment, Balance, Disposal, Item, Lot, Place, PlaceKind


class AdjustmentForm(HouseForm):
    """With a ``balance`` lot and bin are known; else they are named by their codes."""

    item = CodeField(Item.objects.select_related("unit"), listed="items", label=pgettext_lazy("item", "Material"), max_length=60)
    lot = forms.CharField(
        label=pgettext_lazy("noun", "Lot"), max_length=60, required=False, help_text=_("Blank where it is not kept by lot.")
    )
    place = CodeField(Place.objects.filter(kind=PlaceKind.BIN, is_closed=False), listed="bins", label=_("Bin"), max_length=60)
    direction = forms.ChoiceField(
        label=_("What is there"),
        choices=[("less", _("Less than the book says")), ("more", _("More than the book says"))],
        widget=forms.RadioSelect,
    )
    quantity = NumberField(label=_("By how much"))
    reason = forms.ChoiceField(label=_("Reason"), choices=Adjustment.Reason.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("What happened"), max_length=500, widget=forms.Textarea({"rows": 2}))
    photo = forms.FileField(
        label=_("Photo as evidence"), required=False, widget=forms.FileInput({"accept": "image/jpeg,image/png,image/webp"})
    )
    takes_key = True

    def __init__(self, *args: Any, balance: Balance | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.balance = balance
        if balance is not None:
            for name in ("item", "lot", "place"):
                del self.fields[name]
            self.fields["quantity"].widget.unit = mark(balance.lot.item.unit)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        item = data.get("item")
        if item is not None:
            data["known_lot"] = Lot.objects.select_related("item__unit").filter(item=item, code=data.get("lot", "").strip()).first()
            if data["known_lot"] is None:
                self.add_error("lot", _("%(item)s has no such lot. A new lot comes by a receipt.") % {"item": item.code})
        return data

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        sign = 1 if data["direction"] == "more" else -1
        return {
            "lot": self.balance.lot if self.balance else data["known_lot"],
            "place": self.balance.place if self.balance else data["place"],
            "change": data["quantity"] * sign,
            "reason": data["reason"],
            "note": data["note"],
            "request_key": data["request_key"],
        }


class DisposalForm(HouseForm):
    decision = forms.ChoiceField(label=_("What is to become of it"), choices=Disposal.Decision.choices, widget=forms.RadioSelect)
    quantity = NumberField(label=_("Quantity"))
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea({"rows": 2}))
    due_on = forms.DateField(label=_("To be done by"), widget=DateInput())
    takes_key = True

    def __init__(self, *args: Any, balance: Balance, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quantity"].widget.unit = mark(balance.lot.item.unit)
