"""What the store's requests have in common: somebody else decides, once, and a no has words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from core.errors import OwnRequest
from materials.errors.buying import DecidedBefore
from materials.errors.slips import ReasonNeeded
from people.models import Staff
from people.services import settle
from plans.services.status import change_status

if TYPE_CHECKING:
    from materials.models import Disposal, GatePass, Requisition


def decide(
    asked: Disposal | GatePass | Requisition, *, waiting: str, asker_id: int, approve: bool, note: str, by: Staff, notice: str
) -> None:
    """Approve or reject a locked record that stands at ``waiting``; the deciders' ``notice`` is settled.

    Raises ``OwnRequest`` for who asked, ``DecidedBefore``, and ``ReasonNeeded`` for a no without words.
    """
    if by.pk == asker_id:
        raise OwnRequest()
    if asked.status != waiting:
        raise DecidedBefore(what=asked.number, status=asked.get_status_display())
    if not approve and not note.strip():
        raise ReasonNeeded(field="note")
    to = asked.Status.APPROVED if approve else asked.Status.REJECTED
    change_status(asked, to, decided_by=by, decided_at=timezone.now(), decision_note=note.strip())
    settle(notice, asked.number)
