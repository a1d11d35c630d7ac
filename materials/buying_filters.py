"""What the lists of buying, suppliers and gate passes can be narrowed by; kept in the address."""

from __future__ import annotations

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from materials.filters import WordsFilter, on_date
from materials.models import ExpectedReceipt, GatePass, Requisition, Supplier


class RequisitionFilter(filters.FilterSet):
    q = WordsFilter("number", "item__code", "item__name", "item__name_zh", "order__number", label=_("Requisition, item or order"))
    status = filters.ChoiceFilter(choices=Requisition.Status.choices, label=_("Status"), empty_label=_("All"))
    reason = filters.ChoiceFilter(choices=Requisition.Reason.choices, label=_("Reason"), empty_label=_("All"))

    class Meta:
        model = Requisition
        fields: list[str] = []


class PurchaseFilter(filters.FilterSet):
    q = WordsFilter(
        "number",
        "requisition__number",
        "requisition__item__code",
        "requisition__item__name",
        "requisition__item__name_zh",
        label=_("Number or item"),
    )
    supplier = WordsFilter("supplier__code", "supplier__name", "supplier__name_zh", label=_("Supplier"))
    promised_on_from = on_date("promised_on", _("Promised from"), "gte")
    promised_on_to = on_date("promised_on", _("Promised to"), "lte")

    class Meta:
        model = ExpectedReceipt
        fields: list[str] = []


class SupplierFilter(filters.FilterSet):
    q = WordsFilter("code", "name", "name_zh", "contact", label=_("Supplier"))

    class Meta:
        model = Supplier
        fields: list[str] = []


class GatePassFilter(filters.FilterSet):
    q = WordsFilter("number", "goods", "taken_by", label=_("Number, goods or taker"))
    status = filters.ChoiceFilter(choices=GatePass.Status.choices, label=_("Status"), empty_label=_("All"))

    class Meta:
        model = GatePass
        fields: list[str] = []
