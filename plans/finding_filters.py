"""What findings and tasks can be narrowed by; kept in the address."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.forms import DateInput
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.filters import SearchFilter
from people.access import nodes_under
from people.models import OrgKind
from plans.filters import PlaceFilter
from plans.models import Finding, FindingKind, Severity, Task
from plans.selectors.findings import owners_seen


class OwnerFilter(filters.ChoiceFilter):
    """One of those who own anything that the reader sees."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(empty_label=_("All"), **kwargs)

    @property
    def field(self) -> Any:
        self.extra["choices"] = owners_seen(self.parent.request.access)
        return super().field


class BelowFilter(PlaceFilter):
    """A unit and all that stands below it."""

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return qs.filter(node__in=nodes_under(int(value))) if value else qs


class UntilFilter(filters.DateFilter):
    """One day, or with ``lte`` up to a day, inclusive."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=DateInput({"type": "date"}, format="%Y-%m-%d"), **kwargs)


class FindingFilter(filters.FilterSet):
    q = SearchFilter("number", "text", "area", "owner__name")
    node = BelowFilter(*OrgKind.values, label=_("Where"))
    kind = filters.ChoiceFilter(choices=FindingKind.choices, label=_("Kind"), empty_label=_("All"))
    severity = filters.ChoiceFilter(choices=Severity.choices, label=_("Severity"), empty_label=_("All"))
    status = filters.ChoiceFilter(choices=Finding.Status.choices, label=_("Status"), empty_label=_("All"))
    owner = OwnerFilter(label=pgettext_lazy("finding", "Owner"), field_name="owner")
    found_on = UntilFilter(field_name="business_date", label=_("Found on"))
    due_to = UntilFilter(field_name="due_at", lookup_expr="date__lte", label=_("Due until"))

    class Meta:
        model = Finding
        fields: list[str] = []


class TaskFilter(filters.FilterSet):
    q = SearchFilter("title", "text", "owner__name")
    node = BelowFilter(*OrgKind.values, label=_("Where"))
    status = filters.ChoiceFilter(choices=Task.Status.choices, label=_("Status"), empty_label=_("All"))
    due_to = UntilFilter(field_name="due_on", lookup_expr="lte", label=_("Due until"))

    class Meta:
        model = Task
        fields: list[str] = []
