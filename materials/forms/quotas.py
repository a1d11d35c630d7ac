"""The shape of another quantity, or another bill, for an order that has its quota already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import HouseForm, NumberField
from core.templatetags.fo import mark
from materials.models import Bom, OrderQuota


class RecalculationForm(HouseForm):
    """``boms`` are the approved versions of the order's product; the reason is asked once the figures are seen."""

    quantity = NumberField(label=_("Order quantity"))
    bom = forms.ChoiceField(label=_("Bill of materials"))
    reason = forms.CharField(label=_("Why"), max_length=300, required=False)
    takes_version = True

    def __init__(self, *args: Any, quota: OrderQuota, boms: Sequence[Bom], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.boms = {str(bom.pk): bom for bom in boms}
        field = self.fields["bom"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(pk, bom.version_code) for pk, bom in self.boms.items()]
        self.fields["quantity"].widget.unit = mark(quota.order.product.unit)

    @property
    def chosen(self) -> Bom:
        return self.boms[self.cleaned_data["bom"]]
