"""What lists of this room can be narrowed to."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.clock import plant_today
from people.access import nodes_under
from people.models import Staff
from people.roles import Role
from people.selectors import flat, tree_on


def unit_choices(request: Any) -> list[tuple[str, str]]:
    """The units this person sees, indented as the tree."""
    return [
        (str(branch.node.pk), "\u2003" * depth + branch.span.label) for depth, branch in flat(tree_on(plant_today(), request.access.scope))
    ]


class StaffFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Name or number"), method="find")
    unit = django_filters.ChoiceFilter(label=_("Organisation unit"), method="in_unit", empty_label=_("Any"))
    role = django_filters.ChoiceFilter(label=_("Role"), field_name="user__groups__name", choices=Role.choices, empty_label=_("Any"))
    pay_type = django_filters.ChoiceFilter(label=_("Pay type"), choices=Staff.PayType.choices, empty_label=_("Any"))

    class Meta:
        model = Staff
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["unit"].extra["choices"] = unit_choices(self.request)

    def find(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(Q(name__icontains=value) | Q(staff_no__istartswith=value) | Q(position__icontains=value))

    def in_unit(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(org__in=nodes_under(int(value)))
