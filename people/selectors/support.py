"""Who reads a confidential talk: its author, HR and the production manager, by their own roles, never by a borrowed one (PPL-07)."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from people.access import Access, own_grants
from people.models import SupportNote
from people.roles import ACTIONS


def support_notes(access: Access) -> QuerySet[SupportNote]:
    """The notes this person may read; for everybody else they do not exist."""
    notes = SupportNote.objects.select_related("staff", "by")
    found = Q(by=access.staff)
    for grant in own_grants(access.staff):
        if grant.role not in ACTIONS["support.read"]:
            continue
        if grant.nodes is None:
            return notes
        found |= Q(staff__org__in=grant.nodes) | Q(staff__org=None)
    return notes.filter(found)


def due_follow_ups(access: Access) -> QuerySet[SupportNote]:
    """The author's own talks with a date on which to ask again, the oldest first."""
    return SupportNote.objects.filter(by=access.staff, follow_up_on__isnull=False, followed_up_at=None).order_by("follow_up_on")
