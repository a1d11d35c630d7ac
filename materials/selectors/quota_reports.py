"""Quota and waste reports as people read them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from materials.models import QuotaReport
from people.access import Access


def quota_reports_seen(access: Access, rows: QuerySet[QuotaReport] | None = None) -> QuerySet[QuotaReport]:
    """Those of the units in scope, and one's own."""
    rows = QuotaReport.objects.all() if rows is None else rows
    return rows if access.scope is None else rows.filter(Q(filed_by=access.staff) | Q(node__in=access.scope))


def quota_reports_to_decide(access: Access) -> QuerySet[QuotaReport]:
    """Those that wait, of units where this person decides, but not one's own."""
    waiting = QuotaReport.objects.filter(status=QuotaReport.Status.OPEN).exclude(filed_by=access.staff)
    return access.scoped(waiting, "node") if access.may("quota_report.decide") else waiting.none()


def shows_photo(photo: UUID, access: Access) -> bool:
    """Whether a report that this person sees carries the photo."""
    return quota_reports_seen(access).filter(photo=photo).exists()
