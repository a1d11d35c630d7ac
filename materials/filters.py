"""What the lists of this room can be narrowed by; kept in the address."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.forms import DateInput
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.states import state as state_of
from materials.models import (
    Adjustment,
    Balance,
    Bom,
    BomLine,
    Count,
    Disposal,
    Item,
    Lot,
    LotStatus,
    Place,
    PlaceKind,
    QuotaReport,
    Slip,
    SlipRequest,
    Supplement,
)
from materials.models.places import STORE_PURPOSES
from materials.selectors.boms import STATES
from materials.selectors.stock import under
from plans.models import ProductionOrder


def on_date(name: str, label: Any, lookup: str) -> filters.DateFilter:
    return filters.DateFilter(field_name=name, lookup_expr=lookup, label=label, widget=DateInput({"type": "date"}, format="%Y-%m-%d"))


class WordsFilter(filters.CharFilter):
    """Words found in any of some columns."""

    def __init__(self, *columns: str, **kwargs: Any) -> None:
        self.columns = columns
        super().__init__(**{"label": _("Search"), **kwargs})

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        found = Q()
        for column in self.columns:
            found |= Q(**{f"{column}__icontains": value.strip()})
        return qs.filter(found) if value else qs


class BomFilter(filters.FilterSet):
    q = WordsFilter("product__code", "product__name", "product__name_zh", "version_code", label=_("Product or version"))
    state = filters.ChoiceFilter(
        field_name="state", choices=[(key, state_of(key).word) for key in STATES], label=_("State"), empty_label=_("All")
    )
    item = filters.CharFilter(method="with_item", label=_("Item in it"))

    class Meta:
        model = Bom
        fields: list[str] = []

    def with_item(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Bills that take an item, or allow it as a substitute, by its code or name."""
        code = value.strip()
        named = Q(item__name__icontains=code) | Q(item__name_zh__icontains=code)
        found = BomLine.objects.filter(named | Q(item__code__iexact=code) | Q(substitutes__item__code__iexact=code))
        return rows.filter(pk__in=found.values("bom"))


class SlipFilter(filters.FilterSet):
    q = WordsFilter("number", "order__number", label=_("Slip or order"))
    who = WordsFilter("receiver__name", "receiver__staff_no", label=pgettext_lazy("slip", "Receiver"))
    kind = filters.ChoiceFilter(choices=Slip.Kind.choices, label=_("Kind"), empty_label=_("All"))
    business_date_from = on_date("business_date", _("From date"), "gte")
    business_date_to = on_date("business_date", _("To date"), "lte")

    class Meta:
        model = Slip
        fields: list[str] = []


class SlipRequestFilter(filters.FilterSet):
    q = WordsFilter("number", "reason", "lines__item__code", "lines__item__name", "lines__item__name_zh")
    status = filters.ChoiceFilter(choices=SlipRequest.Status.choices, label=_("Status"), empty_label=_("All"))
    kind = filters.ChoiceFilter(choices=SlipRequest.Kind.choices, label=_("Kind"), empty_label=_("All"))

    class Meta:
        model = SlipRequest
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """A request is found once, however many of its lines have the word."""
        found = super().filter_queryset(queryset)
        return queryset.filter(pk__in=found.values("pk")) if self.form.cleaned_data.get("q") else found


class SupplementFilter(filters.FilterSet):
    q = WordsFilter("number", "quota_line__order__number", "quota_line__item__code", "quota_line__item__name", "quota_line__item__name_zh")
    status = filters.ChoiceFilter(choices=Supplement.Status.choices, label=_("Status"), empty_label=_("All"))
    reason = filters.ChoiceFilter(choices=Supplement.Reason.choices, label=_("Reason"), empty_label=_("All"))

    class Meta:
        model = Supplement
        fields: list[str] = []


class UseFilter(filters.FilterSet):
    """Narrows the orders whose use is listed."""

    q = WordsFilter("number", "product__code", "product__name", "product__name_zh")
    status = filters.ChoiceFilter(choices=ProductionOrder.Status.choices, label=_("Status"), empty_label=_("All"))

    class Meta:
        model = ProductionOrder
        fields: list[str] = []


class QuotaReportFilter(filters.FilterSet):
    q = WordsFilter("number", "item__code", "item__name", "item__name_zh", "order__number", "evidence")
    status = filters.ChoiceFilter(choices=QuotaReport.Status.choices, label=_("Status"), empty_label=_("All"))
    kind = filters.ChoiceFilter(choices=QuotaReport.Kind.choices, label=_("Kind"), empty_label=_("All"))

    class Meta:
        model = QuotaReport
        fields: list[str] = []


class ClassFilter(filters.ChoiceFilter):
    """One of the classes that items carry."""

    @property
    def field(self) -> Any:
        known = Item.objects.exclude(item_class="").order_by("item_class").values_list("item_class", flat=True).distinct()
        self.extra["choices"] = [(name, name) for name in known]
        return super().field


class WithinFilter(filters.ChoiceFilter):
    """A warehouse, a zone or a bin; a warehouse finds all its zones and bins."""

    @property
    def field(self) -> Any:
        places = Place.objects.filter(kind__in=(PlaceKind.WAREHOUSE, PlaceKind.ZONE)).order_by("code")
        self.extra["choices"] = [(place.pk, f"{place.code} · {place.label}") for place in places]
        return super().field

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        place = Place.objects.filter(pk=value).first() if value else None
        return qs.filter(**{f"{self.field_name}__in": under(place)}) if place else qs


class ItemFilter(filters.FilterSet):
    q = WordsFilter("code", "name", "name_zh", "spec", "grade", "barcode")
    item_class = ClassFilter(label=pgettext_lazy("item", "Class"), empty_label=_("All"))

    class Meta:
        model = Item
        fields: list[str] = []


class StockFilter(filters.FilterSet):
    q = WordsFilter("lot__item__code", "lot__item__name", "lot__item__name_zh", "lot__code", "place__code", label=_("Item, lot or bin"))
    within = WithinFilter(field_name="place", label=_("Warehouse or zone"), empty_label=_("All"))
    purpose = filters.ChoiceFilter(
        field_name="place__purpose",
        choices=[(purpose.value, purpose.label) for purpose in STORE_PURPOSES],
        label=_("Purpose"),
        empty_label=_("All"),
    )
    status = filters.ChoiceFilter(field_name="lot__status", choices=LotStatus.choices, label=_("Lot status"), empty_label=_("All"))

    class Meta:
        model = Balance
        fields: list[str] = []


class LotFilter(filters.FilterSet):
    q = WordsFilter("code", "item__code", "item__name", "item__name_zh", label=_("Lot or item"))
    status = filters.ChoiceFilter(choices=LotStatus.choices, label=_("Status"), empty_label=_("All"))
    expires_on_to = on_date("expires_on", _("Last good day until"), "lte")

    class Meta:
        model = Lot
        fields: list[str] = []


class CountFilter(filters.FilterSet):
    q = WordsFilter("number", "plan__name", label=_("Number or plan"))
    status = filters.ChoiceFilter(choices=Count.Status.choices, label=_("Status"), empty_label=_("All"))
    planned_on_from = on_date("planned_on", _("From date"), "gte")

    class Meta:
        model = Count
        fields: list[str] = []


class AdjustmentFilter(filters.FilterSet):
    q = WordsFilter("number", "lot__item__code", "lot__item__name", "lot__item__name_zh", "lot__code", "place__code", "note")
    status = filters.ChoiceFilter(choices=Adjustment.Status.choices, label=_("Status"), empty_label=_("All"))
    reason = filters.ChoiceFilter(choices=Adjustment.Reason.choices, label=_("Reason"), empty_label=_("All"))

    class Meta:
        model = Adjustment
        fields: list[str] = []


class AgedFilter(filters.FilterSet):
    q = WordsFilter("lot__item__code", "lot__item__name", "lot__item__name_zh", "lot__code", "place__code", label=_("Item, lot or bin"))
    item_class = ClassFilter(field_name="lot__item__item_class", label=pgettext_lazy("item", "Class"), empty_label=_("All"))
    within = WithinFilter(field_name="place", label=_("Warehouse or zone"), empty_label=_("All"))

    class Meta:
        model = Balance
        fields: list[str] = []


class DisposalFilter(filters.FilterSet):
    q = WordsFilter("number", "lot__item__code", "lot__item__name", "lot__item__name_zh", "lot__code", "place__code", "reason")
    status = filters.ChoiceFilter(choices=Disposal.Status.choices, label=_("Status"), empty_label=_("All"))
    decision = filters.ChoiceFilter(choices=Disposal.Decision.choices, label=pgettext_lazy("disposal", "Decision"), empty_label=_("All"))

    class Meta:
        model = Disposal
        fields: list[str] = []
