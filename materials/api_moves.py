"""Transfers, issues without order, production receipts and requests for them, for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from pydantic import Field, create_model

from core.api.once import once
from core.api.registers import Register, add_register
from core.api.schemas import REFUSALS, Input
from core.errors import Faults, OwnRequest, Required
from materials import services
from materials.api_reading import NUMBER, WRITE, Said, is_repeat, number_of, order_seen, pin_at, sent_without
from materials.models import OtherPurpose, Slip, SlipRequest, SlipRequestLine
from materials.selectors.slip_requests import slip_requests_seen
from materials.services import SlipLine
from materials.services.slips import require_two_people
from materials.tables import SLIP_REQUESTS
from people.models import OrgNode
from people.services import verify_pin

router = Router()
MOST_LINES = 500
Kind = Slip.Kind


class SlipLineIn(Input):
    """``quantity`` in the item's unit; what ``lot`` and ``bin`` leave open (absent or blank) is chosen: first expired, then first in.

    A transfer names ``bin`` and ``to_bin``, an issue for the line side ``to_bin``; of a production receipt ``bin`` is where it goes.
    """

    item: str
    quantity: Any = Field(json_schema_extra=NUMBER)
    lot: str | None = None
    bin: str | None = None
    to_bin: str | None = None


def lines_of(said: Said, given: list[SlipLineIn]) -> list[SlipLine]:
    items = said.items({f"lines.{number}.item": line.item for number, line in enumerate(given)})
    bins = said.bins({f"lines.{number}.bin": line.bin for number, line in enumerate(given) if line.bin})
    targets = said.bins({f"lines.{number}.to_bin": line.to_bin for number, line in enumerate(given) if line.to_bin})
    lines = []
    for number, line in enumerate(given):
        item = items.get(line.item)
        quantity = said.quantity(f"lines.{number}.quantity", line.quantity, item)
        if item is not None and quantity is not None:
            to_bin = targets.get(line.to_bin or "")
            lines.append(SlipLine(item, quantity, (line.lot or "").strip() or None, bins.get(line.bin or ""), to_bin))
    return lines


def require_given(body: Any, *names: str) -> None:
    """Raises ``Faults`` for what this kind of slip needs and was not sent."""
    missing = [Required(field=name) for name in names if not getattr(body, name)]
    if missing:
        raise Faults(missing)


def post_other(request: Any, body: Any, shown: Callable[[int], dict[str, Any]]) -> HttpResponse:
    """Post a slip of one of the other kinds; ``shown`` is the answer by primary key."""
    write = {Kind.TRANSFER: _transfer, Kind.OTHER_ISSUE: _other_issue, Kind.PRODUCTION: _production}[Kind(body.kind)](request, body)
    return once(request, lambda: shown(write().pk), status=201, body=sent_without(request, "receiver_pin"), is_kept=True)


def _transfer(request: Any, body: Any) -> Callable[[], Slip]:
    request.access.require("slip.post")
    said = Said()
    lines, on = lines_of(said, body.lines), said.day("business_date", body.business_date)
    said.refuse_faults()
    return lambda: services.transfer(lines=lines, reason=body.reason or "", by=request.staff, business_date=on)


def _other_issue(request: Any, body: Any) -> Callable[[], Slip]:
    said, told = _said_of_other_issue(request, body)
    on = said.day("business_date", body.business_date)
    said.refuse_faults()
    if body.receiver_pin and not is_repeat(request):
        require_two_people(request.staff, told["receiver"])
        with pin_at("receiver_pin"):
            verify_pin(staff=told["receiver"], pin=body.receiver_pin)
    signed = bool(body.receiver_pin)
    return lambda: services.issue_without_order(receiver_signed=signed, business_date=on, by=request.staff, **told)


def _said_of_other_issue(request: Any, body: Any) -> tuple[Said, dict[str, Any]]:
    require_given(body, "cost_centre", "purpose", "reason", "receiver")
    unit = get_object_or_404(OrgNode, code=number_of(body.cost_centre))
    request.access.require("slip.post", unit)
    said = Said()
    lines = lines_of(said, body.lines)
    receiver = said.staff("receiver", body.receiver)
    purpose = said.word("purpose", body.purpose, OtherPurpose.values)
    return said, {"lines": lines, "receiver": receiver, "purpose": purpose, "cost_centre": unit, "reason": body.reason}


def _production(request: Any, body: Any) -> Callable[[], Slip]:
    require_given(body, "order")
    order = order_seen(request, body.order)
    request.access.require("slip.post", order.team_id or order.workshop_id)
    said = Said()
    lines, on = lines_of(said, body.lines), said.day("business_date", body.business_date)
    brought_by = said.staff("receiver", body.receiver) if body.receiver else None
    said.refuse_faults()
    return lambda: services.receive_production(order=order, lines=lines, brought_by=brought_by, by=request.staff, business_date=on)


# --- requests ---


class SlipRequestLineOut(Schema):
    line: int
    item: str
    unit: str
    quantity: str
    lot: str | None
    bin: str | None
    to_bin: str | None


class SlipRequestRegister(Register):
    """Requests with their lines; one statement more, however many there are."""

    def told(self, found: Iterable[Sequence[Any]]) -> list[tuple[int, dict[str, Any]]]:
        items = super().told(found)
        lines: dict[int, list[dict[str, Any]]] = {pk: [] for pk, _row in items}
        for line in SlipRequestLine.objects.filter(request__in=list(lines)).select_related("item__unit", "source", "target"):
            unit = line.item.unit
            lines[line.request_id].append(
                {
                    "line": line.line,
                    "item": line.item.code,
                    "unit": unit.code,
                    "quantity": f"{line.quantity:.{unit.decimals}f}",
                    "lot": line.lot or None,
                    "bin": line.source.code if line.source else None,
                    "to_bin": line.target.code if line.target else None,
                }
            )
        return [(pk, row | {"lines": lines[pk]}) for pk, row in items]

    @cached_property
    def row_schema(self) -> type[Schema]:
        return create_model("SlipRequestRow", __base__=super().row_schema, lines=(list[SlipRequestLineOut], ...))


class SlipRequestIn(Input):
    """What ``POST /slips`` answered ``approval_needed`` to; the same fields, and always a ``reason``."""

    kind: str = Field(json_schema_extra={"enum": list(SlipRequest.Kind.values)})
    lines: list[SlipLineIn] = Field(max_length=MOST_LINES)
    reason: str | None = Field(None, max_length=300)
    purpose: str | None = Field(None, json_schema_extra={"enum": [*OtherPurpose.values, None]})
    cost_centre: str | None = None
    receiver: str | None = None


class NoteIn(Input):
    note: str | None = Field(None, max_length=300)


requests = SlipRequestRegister(SLIP_REQUESTS)


@router.post(
    "/slip-requests",
    response={201: requests.row_schema, **REFUSALS},
    operation_id="request_slip",
    summary="Ask for a slip that another person must approve",
    tags=["materials"],
    openapi_extra=WRITE,
)
def ask(request: Any, body: SlipRequestIn) -> HttpResponse:
    if body.kind == SlipRequest.Kind.OTHER_ISSUE:
        said, told = _said_of_other_issue(request, body)
    else:
        request.access.require("slip.post")
        said = Said()
        told = {"lines": lines_of(said, body.lines), "reason": body.reason or ""}
        said.word("kind", body.kind, SlipRequest.Kind.values)
    said.refuse_faults()
    return once(
        request,
        lambda: requests.by_pk(services.request_slip(kind=body.kind, by=request.staff, **told).pk),
        status=201,
        is_kept=True,
    )


@router.post(
    "/slip-requests/{number}/approve",
    response={200: requests.row_schema, **REFUSALS},
    operation_id="approve_slip_request",
    summary="Say yes: the slip is posted at once, and named in the answer",
    tags=["materials"],
    openapi_extra=WRITE,
)
def approve(request: Any, number: str, body: NoteIn | None = None) -> HttpResponse:
    asked, note = _to_decide(request, number), (body and body.note) or ""

    def write() -> dict[str, Any]:
        services.approve_slip_request(request=asked, note=note, by=request.staff)
        return requests.by_pk(asked.pk)

    return once(request, write, is_kept=True)


@router.post(
    "/slip-requests/{number}/reject",
    response={200: requests.row_schema, **REFUSALS},
    operation_id="reject_slip_request",
    summary="Say no, with words",
    tags=["materials"],
    openapi_extra=WRITE,
)
def reject(request: Any, number: str, body: NoteIn | None = None) -> HttpResponse:
    asked, note = _to_decide(request, number), (body and body.note) or ""

    def write() -> dict[str, Any]:
        services.reject_slip_request(request=asked, note=note, by=request.staff)
        return requests.by_pk(asked.pk)

    return once(request, write, is_kept=True)


def _to_decide(request: Any, number: str) -> SlipRequest:
    """Raises ``OwnRequest`` for whoever asked or is to receive, whatever else they may do."""
    asked = get_object_or_404(slip_requests_seen(request.access), number=number_of(number))
    if request.staff.pk in (asked.requested_by_id, asked.receiver_id):
        raise OwnRequest()
    request.access.require("adjustment.approve", asked.cost_centre_id)
    return asked


add_register(router, SLIP_REQUESTS, requests)
