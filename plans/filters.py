"""What the lists of this room can be narrowed by; kept in the address."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.forms import DateInput
from django.utils.translation import gettext_lazy as _

from people.models import OrgKind
from plans.models import DailyReport, Process, Product, ProductionOrder, Sheet, StandardHours
from plans.selectors.places import nodes_of


def _date(name: str, label: Any, lookup: str) -> filters.DateFilter:
    return filters.DateFilter(field_name=name, lookup_expr=lookup, label=label, widget=DateInput({"type": "date"}, format="%Y-%m-%d"))


class PlaceFilter(filters.ChoiceFilter):
    """One node of those the reader sees, by name."""

    def __init__(self, *kinds: str, **kwargs: Any) -> None:
        self.kinds = kinds
        super().__init__(empty_label=_("All"), **kwargs)

    @property
    def field(self) -> Any:
        scope = self.parent.request.access.scope
        self.extra["choices"] = [(span.node_id, span.label) for span in nodes_of(scope, self.kinds)]
        return super().field


class SearchFilter(filters.CharFilter):
    """Words found in any of some columns."""

    def __init__(self, *columns: str, **kwargs: Any) -> None:
        self.columns = columns
        super().__init__(label=_("Search"), **kwargs)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        found = Q()
        for column in self.columns:
            found |= Q(**{f"{column}__icontains": value})
        return qs.filter(found) if value else qs


class SheetFilter(filters.FilterSet):
    node = PlaceFilter(OrgKind.WORKSHOP, OrgKind.SECTION, OrgKind.TEAM, label=_("Where"))
    status = filters.ChoiceFilter(choices=Sheet.Status.choices, label=_("Status"), empty_label=_("All"))
    business_date_from = _date("business_date", _("From date"), "gte")
    business_date_to = _date("business_date", _("To date"), "lte")

    class Meta:
        model = Sheet
        fields: list[str] = []


class ReportFilter(filters.FilterSet):
    team = PlaceFilter(OrgKind.TEAM, label=_("Team"))
    status = filters.ChoiceFilter(choices=DailyReport.Status.choices, label=_("Status"), empty_label=_("All"))
    business_date_from = _date("business_date", _("From date"), "gte")
    business_date_to = _date("business_date", _("To date"), "lte")

    class Meta:
        model = DailyReport
        fields: list[str] = []


class OrderFilter(filters.FilterSet):
    q = SearchFilter("number", "product__code", "product__name", "product__name_zh")
    workshop = PlaceFilter(OrgKind.WORKSHOP, label=_("Workshop"))
    status = filters.ChoiceFilter(choices=ProductionOrder.Status.choices, label=_("Status"), empty_label=_("All"))
    due_on_to = _date("due_on", _("Due by"), "lte")

    class Meta:
        model = ProductionOrder
        fields: list[str] = []


class ProductFilter(filters.FilterSet):
    q = SearchFilter("code", "name", "name_zh", "spec")

    class Meta:
        model = Product
        fields: list[str] = []


class ProcessFilter(filters.FilterSet):
    q = SearchFilter("code", "name", "name_zh")
    is_final = filters.BooleanFilter(label=_("Final process"))

    class Meta:
        model = Process
        fields: list[str] = []


class StandardHoursFilter(filters.FilterSet):
    q = SearchFilter("product__code", "product__name", "product__name_zh", "process__code", "part")

    class Meta:
        model = StandardHours
        fields: list[str] = []
