"""What the lists of this room can be narrowed by; kept in the address."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.forms import DateInput
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.filters import SearchFilter
from people.access import nodes_under
from people.models import OrgKind
from plans.models import (
    ChecklistTemplate,
    DailyReport,
    DisplayLink,
    PlanLine,
    Process,
    Product,
    ProductionOrder,
    Sheet,
    SpotCheck,
    StandardHours,
    TemplateAssignment,
)
from plans.selectors.coverage import HANDED_IN, late_sheets, overdue_sheets
from plans.selectors.places import nodes_of
from plans.selectors.reviews import REVIEW_STATES


def date_filter(name: str, label: Any, lookup: str) -> filters.DateFilter:
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


# Beside the statuses of a sheet: what the figures of coverage count.
SHEET_STATES = (*Sheet.Status.choices, ("handed_in", _("Handed in")), ("late", _("Handed in late")), ("overdue", _("Open, overdue")))


class TemplateChoiceFilter(filters.ModelChoiceFilter):
    """One checklist, by its name in the reader's language."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=ChecklistTemplate.objects.all(), label=_("Checklist"), empty_label=_("All"), **kwargs)
        self.extra["to_field_name"] = "code"

    @property
    def field(self) -> Any:
        found = super().field
        found.label_from_instance = lambda template: f"{template.code} {template.label}"
        return found


class SpotCheckFilter(filters.FilterSet):
    node = PlaceFilter(OrgKind.WORKSHOP, OrgKind.SECTION, OrgKind.TEAM, label=_("Where"))
    is_complete = filters.ChoiceFilter(
        choices=[("1", _("complete")), ("0", _("not complete"))], label=_("Counts"), empty_label=_("All"), method="by_completeness"
    )
    business_date_from = date_filter("business_date", _("From date"), "gte")
    business_date_to = date_filter("business_date", _("To date"), "lte")

    class Meta:
        model = SpotCheck
        fields: list[str] = []

    def by_completeness(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(is_complete=value == "1")


class SheetFilter(filters.FilterSet):
    node = PlaceFilter(OrgKind.WORKSHOP, OrgKind.SECTION, OrgKind.TEAM, label=_("Where"))
    template = TemplateChoiceFilter()
    status = filters.ChoiceFilter(choices=SHEET_STATES, label=_("Status"), empty_label=_("All"), method="in_group")
    business_date_from = date_filter("business_date", _("From date"), "gte")
    business_date_to = date_filter("business_date", _("To date"), "lte")

    class Meta:
        model = Sheet
        fields: list[str] = []

    def in_group(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        groups = {"handed_in": lambda: HANDED_IN, "late": late_sheets, "overdue": lambda: overdue_sheets(timezone.now())}
        return rows.filter(groups[value]() if value in groups else Q(status=value))


class CoverageFilter(filters.FilterSet):
    node = PlaceFilter(*OrgKind.values, label=_("Where"), method="below")
    template = TemplateChoiceFilter()
    business_date_from = date_filter("business_date", _("From date"), "gte")
    business_date_to = date_filter("business_date", _("To date"), "lte")

    class Meta:
        model = Sheet
        fields: list[str] = []

    def below(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(node__in=nodes_under(int(value)))


class ReportFilter(filters.FilterSet):
    team = PlaceFilter(OrgKind.TEAM, label=_("Team"))
    status = filters.ChoiceFilter(choices=DailyReport.Status.choices, label=_("Status"), empty_label=_("All"))
    business_date_from = date_filter("business_date", _("From date"), "gte")
    business_date_to = date_filter("business_date", _("To date"), "lte")

    class Meta:
        model = DailyReport
        fields: list[str] = []


class PlanLineFilter(filters.FilterSet):
    team = PlaceFilter(OrgKind.TEAM, label=_("Team"))
    q = SearchFilter("order__number", "product__code", "product__name", "product__name_zh")
    status = filters.ChoiceFilter(choices=PlanLine.Status.choices, label=_("Status"), empty_label=_("All"))
    business_date_from = date_filter("business_date", _("From date"), "gte")
    business_date_to = date_filter("business_date", _("To date"), "lte")

    class Meta:
        model = PlanLine
        fields: list[str] = []


class DisplayLinkFilter(filters.FilterSet):
    node = PlaceFilter(OrgKind.PLANT, OrgKind.WORKSHOP, OrgKind.SECTION, OrgKind.TEAM, label=_("What it shows"))
    q = SearchFilter("name")

    class Meta:
        model = DisplayLink
        fields: list[str] = []


class OrderFilter(filters.FilterSet):
    q = SearchFilter("number", "product__code", "product__name", "product__name_zh")
    workshop = PlaceFilter(OrgKind.WORKSHOP, label=_("Workshop"))
    status = filters.ChoiceFilter(choices=ProductionOrder.Status.choices, label=_("Status"), empty_label=_("All"))
    due_on_to = date_filter("due_on", _("Due by"), "lte")

    class Meta:
        model = ProductionOrder
        fields: list[str] = []


class OrderReviewFilter(filters.FilterSet):
    """Of drafts with ``review_state``."""

    q = SearchFilter("number", "product__code", "product__name", "product__name_zh")
    workshop = PlaceFilter(OrgKind.WORKSHOP, label=_("Workshop"))
    review_state = filters.ChoiceFilter(choices=REVIEW_STATES, label=pgettext_lazy("order", "Review"), empty_label=_("All"))
    due_on_to = date_filter("due_on", _("Due by"), "lte")

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


TEMPLATE_STATES = (("in_use", _("In use")), ("draft", _("With a draft")), ("retired", _("Retired")))


class TemplateFilter(filters.FilterSet):
    q = SearchFilter("code", "name", "name_zh")
    status = filters.ChoiceFilter(choices=TEMPLATE_STATES, label=_("Status"), empty_label=_("All"), method="in_state")

    class Meta:
        model = ChecklistTemplate
        fields: list[str] = []

    def in_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if value == "draft":
            return rows.filter(draft__isnull=False)
        return rows.filter(is_retired=value == "retired")


class AssignmentFilter(filters.FilterSet):
    template = TemplateChoiceFilter()
    node = PlaceFilter(OrgKind.WORKSHOP, OrgKind.SECTION, OrgKind.TEAM, label=_("Where"))
    rule = filters.ChoiceFilter(choices=TemplateAssignment.Rule.choices, label=_("When"), empty_label=_("All"))

    class Meta:
        model = TemplateAssignment
        fields: list[str] = []
