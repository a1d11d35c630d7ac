"""Whom to call in an emergency (GEN-28)."""

from __future__ import annotations

from django.db import transaction

from core.errors import Required
from core.versions import require_unchanged
from people.models import OrgNode, Staff
from plans.models import EmergencyContact


@transaction.atomic
def save_contact(
    *,
    name: str,
    phone: str,
    by: Staff,
    name_zh: str = "",
    node: OrgNode | None = None,
    order: int = 0,
    contact: EmergencyContact | None = None,
    version: int | None = None,
) -> EmergencyContact:
    """Keep a contact as told; without ``contact`` a new one. Raises ``Required`` or ``StaleVersion``."""
    if not name.strip():
        raise Required(field="name")
    if not phone.strip():
        raise Required(field="phone")
    kept = EmergencyContact.objects.select_for_update().get(pk=contact.pk) if contact else EmergencyContact()
    if contact:
        require_unchanged(kept, version)
    kept.name, kept.name_zh, kept.phone, kept.node, kept.order = name.strip(), name_zh.strip(), phone.strip(), node, order
    kept.save()
    return kept


@transaction.atomic
def remove_contact(*, contact: EmergencyContact, by: Staff, version: int | None = None) -> None:
    """It is called no longer; the history keeps it. Raises ``StaleVersion``."""
    kept = EmergencyContact.objects.select_for_update().get(pk=contact.pk)
    require_unchanged(kept, version)
    kept.delete()
