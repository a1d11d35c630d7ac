"""Goods leave the plant with a slip that somebody approved (GEN-25)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core.errors import Required
from core.services import next_number, request_once
from materials.errors.buying import DecidedBefore
from materials.models import Disposal, GatePass, Slip
from materials.services.deciding import decide
from materials.services.telling import tell_approvers
from people.models import Staff
from plans.services.status import change_status

Status = GatePass.Status


def request_gate_pass(
    *,
    goods: str,
    taken_by: str,
    reason: str,
    slip: Slip | None = None,
    disposal: Disposal | None = None,
    by: Staff,
    request_key: UUID | None = None,
) -> GatePass:
    """Ask that goods may leave. Raises ``Required``."""
    for field, text in (("goods", goods), ("taken_by", taken_by), ("reason", reason)):
        if not text.strip():
            raise Required(field=field)
    body = (goods, taken_by, reason, slip.pk if slip else None, disposal.pk if disposal else None)
    with request_once(request_key, route="request_gate_pass", staff_no=by.staff_no, body=body, is_kept=True) as first:
        if first.found:
            return GatePass.objects.get(pk=first.answer["gate_pass"])
        asked = GatePass(
            goods=goods.strip(), taken_by=taken_by.strip(), reason=reason.strip(), slip=slip, disposal=disposal, requested_by=by
        )
        asked.number = next_number("GP")
        asked.save(force_insert=True)
        tell_approvers("gate_pass.asked", [(asked.number, {"goods": asked.goods})], right="adjustment.approve", by=by)
        first.answer = {"gate_pass": asked.pk}
        return asked


@transaction.atomic
def decide_gate_pass(*, gate_pass: GatePass, approve: bool, note: str = "", by: Staff) -> GatePass:
    """Say yes, or no with words. Raises ``OwnRequest``, ``DecidedBefore``, ``ReasonNeeded``."""
    asked = GatePass.objects.select_for_update(no_key=True).get(pk=gate_pass.pk)
    decide(asked, waiting=Status.REQUESTED, asker_id=asked.requested_by_id, approve=approve, note=note, by=by, notice="gate_pass.asked")
    return asked


@transaction.atomic
def close_gate_pass(*, gate_pass: GatePass, by: Staff) -> GatePass:
    """The goods have left. Raises ``DecidedBefore`` unless it was approved (GEN-25)."""
    asked = GatePass.objects.select_for_update(no_key=True).get(pk=gate_pass.pk)
    if asked.status != Status.APPROVED:
        raise DecidedBefore(what=asked.number, status=asked.get_status_display())
    change_status(asked, Status.CLOSED, closed_by=by, closed_at=timezone.now())
    return asked
