"""What work logs and surveys can be narrowed by; kept in the address."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.forms import DateInput
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.filters import SearchFilter
from people.models import OrgKind
from plans.finding_filters import BelowFilter
from plans.models import Survey, WorkLog
from plans.selectors.work_logs import late_logs

LATE = [("1", _("Late")), ("0", _("In time"))]


def _date(label: Any, lookup: str) -> filters.DateFilter:
    return filters.DateFilter(
        field_name="business_date", lookup_expr=lookup, label=label, widget=DateInput({"type": "date"}, format="%Y-%m-%d")
    )


class WorkLogFilter(filters.FilterSet):
    q = SearchFilter("done", "contacts", "follow_up", "problems")
    status = filters.ChoiceFilter(choices=WorkLog.Status.choices, label=_("Status"), empty_label=_("All"))
    late = filters.ChoiceFilter(choices=LATE, label=_("Late"), empty_label=_("All"), method="by_time")
    business_date_from = _date(_("From date"), "gte")
    business_date_to = _date(_("To date"), "lte")

    class Meta:
        model = WorkLog
        fields: list[str] = []

    def by_time(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        late = late_logs(timezone.now())
        return rows.filter(late) if value == "1" else rows.exclude(late)


class TeamLogFilter(WorkLogFilter):
    q = SearchFilter("author__name", "done", "contacts", "follow_up", "problems")
    late = None
    node = BelowFilter(*OrgKind.values, label=_("Where"))


class SurveyFilter(filters.FilterSet):
    q = SearchFilter("checklist__template__code", "checklist__template__name", "checklist__template__name_zh")
    node = BelowFilter(*OrgKind.values, label=_("Where"))
    status = filters.ChoiceFilter(choices=Survey.Status.choices, label=_("Status"), empty_label=_("All"))

    class Meta:
        model = Survey
        fields: list[str] = []
