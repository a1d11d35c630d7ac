"""Slips that another person approves before anything moves: asked for, decided, taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.clock import plant_today
from core.errors import Faulty, OwnRequest, Required
from core.money import as_kept
from core.services import next_number, request_once
from core.services.requests import FirstAnswer
from materials.errors.slips import NoApprovalNeeded, NotYourRequest, ReasonNeeded, RequestDecided
from materials.models import Slip, SlipRequest, SlipRequestLine, StockMove
from materials.selectors.slip_requests import deciders_of
from materials.services.moving import (
    approval_needed,
    brought_over,
    checked_other_issue,
    checked_transfer,
    post_chosen,
    used_up,
    worth,
)
from materials.services.slips import Asked, SlipLine, added_up, body_of, slip_date
from people.models import OrgNode, Staff
from people.services import notify, settle
from plans.services.status import change_status
from plans.services.versions import require_version

Kind, Status = SlipRequest.Kind, SlipRequest.Status


def request_slip(
    *,
    kind: str,
    lines: Sequence[SlipLine],
    reason: str,
    purpose: str = "",
    cost_centre: OrgNode | None = None,
    receiver: Staff | None = None,
    by: Staff,
    request_key: UUID | None = None,
) -> SlipRequest:
    """Ask for an issue without order or a transfer that ``issue_without_order`` or ``transfer`` refuses without another's approval.

    The stock is looked at now and again when it is approved. Raises what those raise but ``ApprovalNeeded``; ``NoApprovalNeeded`` where it
    can simply be posted; ``ReasonNeeded``.
    """
    if kind not in Kind.values:
        raise Faulty(field="kind")
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    asked = _checked(kind, lines, purpose=purpose, cost_centre=cost_centre, reason=reason, receiver=receiver, by=by)
    body = (kind, body_of(lines), reason, purpose, cost_centre.pk if cost_centre else None, receiver.pk if receiver else None)
    with request_once(request_key, route="request_slip", staff_no=by.staff_no, body=body, is_kept=True) as first:
        if first.found:
            return SlipRequest.objects.get(pk=first.answer["request"])
        if approval_needed(kind, asked) is None:
            raise NoApprovalNeeded()
        _moves(kind, asked, lock=False)
        request = SlipRequest(kind=kind, reason=reason.strip(), requested_by=by, requested_at=timezone.now())
        if kind == Kind.OTHER_ISSUE:
            request.purpose, request.cost_centre, request.receiver = purpose, cost_centre, receiver
        value = worth(asked)
        request.value = None if value is None else as_kept(value)
        request.number = next_number("SRQ")
        request.save(force_insert=True)
        SlipRequestLine.objects.bulk_create(
            SlipRequestLine(
                request=request,
                line=line.line,
                item=line.item,
                quantity=line.quantity,
                lot=line.lot or "",
                is_standing_lot=line.lot == "",
                source=line.bin,
                target=line.to_bin,
            )
            for line in asked
        )
        _tell_deciders(request)
        first.answer = {"request": request.pk}
        return request


def approve_slip_request(*, request: SlipRequest, note: str = "", version: int | None = None, by: Staff) -> Slip:
    """Say yes, and post the slip at once, with today's date. Raises ``OwnRequest`` for who asked or receives, ``RequestDecided``,
    ``StaleVersion``, and ``SlipRefused`` where the store no longer has it."""

    @contextmanager
    def once() -> Iterator[FirstAnswer]:
        with transaction.atomic():
            # Locked until COMMIT; the slip that is posted is told to the answer.
            decided, answer = _undecided(request, by, version), FirstAnswer(found=False)
            yield answer
            _decide(decided, Status.APPROVED, by, note, slip_id=answer.answer["slip"])
            _tell_asker(decided)

    kept = SlipRequest.objects.get(pk=request.pk)
    rows = kept.lines.select_related("item__unit", "source", "target").order_by("line")
    asked = added_up([SlipLine(row.item, row.quantity, row.named_lot, row.source, row.target) for row in rows])

    def slip() -> Slip:
        made = Slip(kind=kept.kind, purpose=kept.purpose, cost_centre_id=kept.cost_centre_id, reason=kept.reason)
        made.receiver_id, made.posted_by_id, made.business_date = kept.receiver_id, kept.requested_by_id, slip_date(None)
        made.approved_by, made.approved_at = by, timezone.now()
        made.status = Slip.Status.AWAITING_RECEIVER if kept.receiver_id else Slip.Status.POSTED
        return made

    return post_chosen(once, slip, lambda lock: _moves(kept.kind, asked, lock=lock))


@transaction.atomic
def reject_slip_request(*, request: SlipRequest, note: str, version: int | None = None, by: Staff) -> SlipRequest:
    """Say no, with words. Raises ``OwnRequest``, ``ReasonNeeded``, ``RequestDecided``, ``StaleVersion``."""
    asked = _undecided(request, by, version)
    if not note.strip():
        raise ReasonNeeded(field="reason")
    _decide(asked, Status.REJECTED, by, note)
    _tell_asker(asked)
    return asked


@transaction.atomic
def withdraw_slip_request(*, request: SlipRequest, version: int | None = None, by: Staff) -> SlipRequest:
    """Whoever asked no longer needs it. Raises ``NotYourRequest``, ``RequestDecided``, ``StaleVersion``."""
    asked = _locked(request, version)
    if asked.requested_by_id != by.pk:
        raise NotYourRequest(who=asked.requested_by.name)
    _require_open(asked)
    _decide(asked, Status.WITHDRAWN, by, "")
    settle("slip_request.asked", asked.number)
    return asked


def _checked(
    kind: str,
    lines: Sequence[SlipLine],
    *,
    purpose: str,
    cost_centre: OrgNode | None,
    reason: str,
    receiver: Staff | None,
    by: Staff,
) -> list[Asked]:
    if kind == Kind.TRANSFER:
        return checked_transfer(lines)
    if cost_centre is None:
        raise Required(field="cost_centre")
    if receiver is None:
        raise Required(field="receiver")
    return checked_other_issue(lines=lines, purpose=purpose, reason=reason, receiver=receiver, by=by)


def _moves(kind: str, asked: Sequence[Asked], *, lock: bool) -> list[StockMove]:
    return used_up(asked, plant_today(), lock=lock) if kind == Kind.OTHER_ISSUE else brought_over(asked, lock=lock)


def _locked(request: SlipRequest, version: int | None) -> SlipRequest:
    rows = SlipRequest.objects.select_for_update(no_key=True, of=("self",)).select_related("requested_by", "receiver", "cost_centre")
    asked = rows.get(pk=request.pk)
    require_version(asked, version)
    return asked


def _undecided(request: SlipRequest, by: Staff, version: int | None) -> SlipRequest:
    asked = _locked(request, version)
    if by.pk in (asked.requested_by_id, asked.receiver_id):
        raise OwnRequest()
    _require_open(asked)
    return asked


def _require_open(asked: SlipRequest) -> None:
    if asked.status != Status.REQUESTED:
        raise RequestDecided(request=asked.number, status=asked.get_status_display())


def _decide(asked: SlipRequest, to: str, by: Staff, note: str, **made: int) -> None:
    change_status(asked, to, decided_by=by, decided_at=timezone.now(), decision_note=note.strip(), **made)


def _tell_deciders(asked: SlipRequest) -> None:
    """Whoever may decide it finds it in the inbox until one of them did."""
    _tell(asked, "slip_request.asked", to=deciders_of(asked), who=asked.requested_by)


def _tell_asker(asked: SlipRequest) -> None:
    settle("slip_request.asked", asked.number)
    kind = "slip_request.approved" if asked.status == Status.APPROVED else "slip_request.rejected"
    _tell(asked, kind, to=[asked.requested_by], who=asked.decided_by)


def _tell(asked: SlipRequest, kind: str, *, to: Sequence[Staff], who: Staff | None) -> None:
    figures = {"number": asked.number, "reason": asked.reason, "who": who}
    notify(to=to, kind=kind, key=asked.number, figures=figures, url=reverse("slip-request", args=[asked.number]))
