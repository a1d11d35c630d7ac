from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from plans.models import DayComment


def comments_on(on: date, teams: Iterable[int] | QuerySet) -> QuerySet[DayComment]:
    """What was said about the shifts of these teams on a date, with who said it."""
    return DayComment.objects.filter(business_date=on, team__in=teams).select_related("by")
