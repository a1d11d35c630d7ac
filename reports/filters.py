"""What the lists of this room can be narrowed by; kept in the address."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from people.selectors import unit_choices
from reports.models import Target, TargetKpi


class TargetFilter(django_filters.FilterSet):
    kpi_code = django_filters.ChoiceFilter(choices=TargetKpi.choices, label=_("Figure"), empty_label=_("All"))
    org = django_filters.ChoiceFilter(label=_("Organisation unit"), empty_label=_("All"))
    year = django_filters.ChoiceFilter(label=_("Year"), method="of_year", empty_label=_("All"))

    class Meta:
        model = Target
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["org"].extra["choices"] = unit_choices(self.request.access.scope)
        years = self.request.access.scoped(Target.objects.all(), "org").order_by().values_list("period", flat=True).distinct()
        self.filters["year"].extra["choices"] = [(year, year) for year in sorted({period[:4] for period in years}, reverse=True)]

    def of_year(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(period__startswith=value)
