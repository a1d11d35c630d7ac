"""What lists of this room can be narrowed to."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.forms import DateInput
from django.utils.translation import gettext_lazy as _

from core.clock import plant_today
from people.access import nodes_under
from people.models import AttireNote, OrgKind, RollCall, Staff, StaffLoan
from people.roles import Role
from people.selectors import spans_on, unit_choices


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
        self.filters["unit"].extra["choices"] = unit_choices(self.request.access.scope)

    def find(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(Q(name__icontains=value) | Q(staff_no__istartswith=value) | Q(position__icontains=value))

    def in_unit(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(org__in=nodes_under(int(value)))


def team_choices(request: Any) -> list[tuple[str, str]]:
    """The teams this person sees, by code."""
    spans = [span for pk, span in spans_on(plant_today()).items() if span.node.kind == OrgKind.TEAM and request.access.sees(pk)]
    return [(str(span.node_id), span.label) for span in sorted(spans, key=lambda span: span.node.code)]


def _date(label: Any, lookup: str) -> django_filters.DateFilter:
    widget = DateInput({"type": "date"}, format="%Y-%m-%d")
    return django_filters.DateFilter(field_name="business_date", lookup_expr=lookup, label=label, widget=widget)


class TeamDaysFilter(django_filters.FilterSet):
    """What both lists below share: a team, and dates."""

    team = django_filters.ChoiceFilter(label=_("Team"), method="of_team", empty_label=_("All"))
    date_from = _date(_("From date"), "gte")
    date_to = _date(_("To date"), "lte")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["team"].extra["choices"] = team_choices(self.request)

    def of_team(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(team=int(value))


class RollCallFilter(TeamDaysFilter):
    class Meta:
        model = RollCall
        fields: list[str] = []


class LoanFilter(TeamDaysFilter):
    class Meta:
        model = StaffLoan
        fields: list[str] = []

    def of_team(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(Q(from_team=int(value)) | Q(to_team=int(value)))


class AttireFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Name or number"), method="find")
    unit = django_filters.ChoiceFilter(label=_("Organisation unit"), method="in_unit", empty_label=_("Any"))

    class Meta:
        model = AttireNote
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["unit"].extra["choices"] = unit_choices(self.request.access.scope)

    def find(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(Q(staff__name__icontains=value) | Q(staff__staff_no__istartswith=value))

    def in_unit(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(staff__org__in=nodes_under(int(value)))
