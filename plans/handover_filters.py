"""What hand-overs can be narrowed by; kept in the address."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from people.models import OrgKind
from plans.filters import PlaceFilter, date_filter
from plans.models import Handover


class HandoverFilter(filters.FilterSet):
    team = PlaceFilter(OrgKind.TEAM, label=_("Team"))
    status = filters.ChoiceFilter(choices=Handover.Status.choices, label=_("Status"), empty_label=_("All"))
    business_date_from = date_filter("business_date", _("From date"), "gte")
    business_date_to = date_filter("business_date", _("To date"), "lte")

    class Meta:
        model = Handover
        fields: list[str] = []
