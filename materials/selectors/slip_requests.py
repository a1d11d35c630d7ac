"""Requests for slips as people read them: who sees which, and who decides."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from core.clock import plant_today
from materials.models import SlipRequest
from people.access import Access
from people.models import Staff
from people.roles import ACTIONS
from people.selectors.leaders import holders


def slip_requests_seen(access: Access, rows: QuerySet[SlipRequest] | None = None) -> QuerySet[SlipRequest]:
    """Those charged to a unit in scope, transfers, and whatever one asked, receives or decided oneself."""
    rows = SlipRequest.objects.all() if rows is None else rows
    if access.scope is None:
        return rows
    own = Q(requested_by=access.staff) | Q(receiver=access.staff) | Q(decided_by=access.staff)
    return rows.filter(own | Q(cost_centre=None) | Q(cost_centre__in=access.scope))


def slip_requests_to_decide(access: Access) -> QuerySet[SlipRequest]:
    """What waits for this person's word: never one's own."""
    rows = slip_requests_seen(access).filter(status=SlipRequest.Status.REQUESTED)
    if not access.may("adjustment.approve"):
        return rows.none()
    return rows.exclude(requested_by=access.staff).exclude(receiver=access.staff)


def deciders_of(request: SlipRequest) -> list[Staff]:
    """Who may approve it: of the cost centre's plant, else of that of the person who asks."""
    node = request.cost_centre_id or request.requested_by.org_id
    if node is None:
        return []
    left_out = {request.requested_by_id, request.receiver_id}
    return [person for person in holders(sorted(ACTIONS["adjustment.approve"]), node, plant_today()) if person.pk not in left_out]
