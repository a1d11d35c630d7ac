"""Supplements for programs: read as a register, asked for, approved or rejected by another person (FORMATS section 3)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router
from pydantic import Field

from core.api.once import once
from core.api.registers import Register, add_register
from core.api.schemas import REFUSALS, Input
from core.errors import OwnRequest, Unknown
from core.models import Attachment
from materials import services
from materials.api_reading import NUMBER, WRITE, Said, number_of, order_seen
from materials.models import Supplement
from materials.selectors.order_material import node_of
from materials.tables import SUPPLEMENTS

router = Router()
supplements = Register(SUPPLEMENTS)


class SupplementIn(Input):
    """``receiver`` is the staff number of whom it is asked for; needed unless the asker is of the order's team or workshop. ``photo`` is
    the id of an upload, ``reference`` the number of a finding or whatever tells of the defect or scrap."""

    order: str
    item: str
    quantity: Any = Field(json_schema_extra=NUMBER)
    reason: str = Field(json_schema_extra={"enum": list(Supplement.Reason.values)})
    note: str | None = Field(None, max_length=500)
    reference: str | None = Field(None, max_length=60)
    receiver: str | None = None
    photo: UUID | None = None


class ApproveIn(Input):
    """Without ``quantity`` all that was asked for is granted."""

    quantity: Any = Field(None, json_schema_extra={"type": ["string", "number", "null"]})
    note: str | None = Field(None, max_length=500)


class RejectIn(Input):
    note: str | None = Field(None, max_length=500)


@router.post(
    "/supplements",
    response={201: supplements.row_schema, **REFUSALS},
    operation_id="request_supplement",
    summary="Ask to draw more than the quota",
    tags=["materials"],
    openapi_extra=WRITE,
)
def ask(request: Any, body: SupplementIn) -> HttpResponse:
    order = order_seen(request, body.order)
    request.access.require("supplement.ask", node_of(order))
    said = Said()
    item = said.items({"item": body.item}).get(body.item)
    quantity = said.quantity("quantity", body.quantity, item)
    reason = said.word("reason", body.reason, Supplement.Reason.values)
    receiver = said.staff("receiver", body.receiver) if body.receiver else None
    photo = Attachment.objects.filter(pk=body.photo, by_no=request.staff.staff_no).first() if body.photo else None
    if body.photo and photo is None:
        said.faults.append(Unknown(field="photo", value=str(body.photo)))
    said.refuse_faults()
    assert item is not None
    assert quantity is not None

    def write() -> dict[str, Any]:
        asked = services.request_supplement(
            order=order,
            item=item,
            quantity=quantity,
            reason=reason,
            note=body.note or "",
            reference=body.reference or "",
            photo=photo,
            receiver=receiver,
            by=request.staff,
        )
        return supplements.by_pk(asked.pk)

    return once(request, write, status=201, is_kept=True)


@router.post(
    "/supplements/{number}/approve",
    response={200: supplements.row_schema, **REFUSALS},
    operation_id="approve_supplement",
    summary="Grant what was asked for, or less",
    tags=["materials"],
    openapi_extra=WRITE,
)
def approve(request: Any, number: str, body: ApproveIn | None = None) -> HttpResponse:
    supplement = _to_decide(request, number)
    body = body or ApproveIn(quantity=None, note=None)
    said = Said()
    item = supplement.quota_line.item
    quantity = None if body.quantity in (None, "") else said.quantity("quantity", body.quantity, item)
    said.refuse_faults()
    note, node = body.note or "", node_of(supplement.quota_line.order)

    def write() -> dict[str, Any]:
        services.approve_supplement(
            supplement=supplement,
            quantity=quantity,
            note=note,
            by=request.staff,
            is_above_first_tier_allowed=request.access.may("supplement.approve_above", node),
        )
        return supplements.by_pk(supplement.pk)

    return once(request, write, is_kept=True)


@router.post(
    "/supplements/{number}/reject",
    response={200: supplements.row_schema, **REFUSALS},
    operation_id="reject_supplement",
    summary="Say no, with words",
    tags=["materials"],
    openapi_extra=WRITE,
)
def reject(request: Any, number: str, body: RejectIn | None = None) -> HttpResponse:
    supplement = _to_decide(request, number)
    note = (body and body.note) or ""

    def write() -> dict[str, Any]:
        services.reject_supplement(supplement=supplement, note=note, by=request.staff)
        return supplements.by_pk(supplement.pk)

    return once(request, write, is_kept=True)


def _to_decide(request: Any, number: str) -> Supplement:
    """Raises ``OwnRequest`` for whoever asked or is to receive, whatever else they may do."""
    rows = SUPPLEMENTS.scoped(request.access, Supplement.objects.select_related("quota_line__item__unit", "quota_line__order"))
    supplement = get_object_or_404(rows, number=number_of(number))
    if request.staff.pk in (supplement.requested_by_id, supplement.receiver_id):
        raise OwnRequest()
    request.access.require("supplement.approve", node_of(supplement.quota_line.order))
    return supplement


add_register(router, SUPPLEMENTS)
