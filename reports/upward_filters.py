"""What the list of reports upward can be narrowed by; kept in the address."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.forms import DateInput
from django.utils.translation import gettext_lazy as _

from core.filters import SearchFilter
from people.access import nodes_under
from people.models import OrgKind
from plans.selectors.places import nodes_of
from reports.models import UpwardReport


def _date(label: Any, field: str, lookup: str) -> django_filters.DateFilter:
    widget = DateInput({"type": "date"}, format="%Y-%m-%d")
    return django_filters.DateFilter(field_name=field, lookup_expr=lookup, label=label, widget=widget)


class UpwardFilter(django_filters.FilterSet):
    q = SearchFilter("number", "subject", "done", "analysis", "plan", "made_by__name")
    kind = django_filters.ChoiceFilter(choices=UpwardReport.Kind.choices, label=_("Kind"), empty_label=_("All"))
    node = django_filters.ChoiceFilter(label=_("Where"), method="below", empty_label=_("All"))
    status = django_filters.ChoiceFilter(choices=UpwardReport.Status.choices, label=_("Status"), empty_label=_("All"))
    on_from = _date(_("From date"), "ends_on", "gte")
    on_to = _date(_("To date"), "starts_on", "lte")

    class Meta:
        model = UpwardReport
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = nodes_of(self.request.access.scope, OrgKind.values)
        self.filters["node"].extra["choices"] = [(span.node_id, span.label) for span in places]

    def below(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(node__in=nodes_under(int(value)))
