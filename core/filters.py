"""What lists of any room are narrowed by."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _


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
