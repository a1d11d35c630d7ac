"""Adjustments and disposals for programs: drafted, decided by another person, carried out (MAT-17, MAT-18)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router
from pydantic import Field

from core.api.once import once
from core.api.registers import Register, add_register
from core.api.schemas import REFUSALS, Input
from core.errors import OwnRequest, Required, Unknown
from materials import services
from materials.api_reading import NUMBER, WRITE, Said, number_of
from materials.models import Adjustment, Disposal, Lot, Place
from materials.tables import ADJUSTMENTS, DISPOSALS

router = Router()
adjustments, disposals = Register(ADJUSTMENTS), Register(DISPOSALS)
SIGNED: dict[str, Any] = NUMBER | {"examples": ["-3.000"]}


class AdjustmentIn(Input):
    """``change`` is what the book gains, below 0 what it loses, in the item's unit; ``lot`` blank for an item not kept by lot."""

    item: str
    lot: str | None = None
    bin: str
    change: Any = Field(json_schema_extra=SIGNED)
    reason: str = Field(json_schema_extra={"enum": list(Adjustment.Reason.values)})
    note: str = Field(max_length=500)


class DisposalIn(Input):
    item: str
    lot: str | None = None
    bin: str
    quantity: Any = Field(json_schema_extra=NUMBER)
    decision: str = Field(json_schema_extra={"enum": list(Disposal.Decision.values)})
    reason: str = Field(max_length=300)
    due_on: Any = Field(json_schema_extra={"type": "string", "format": "date"})


class DecideIn(Input):
    """A rejection needs words."""

    note: str | None = Field(None, max_length=500)


def _stock(said: Said, item: str, lot: str | None, place: str) -> tuple[Lot | None, Place | None]:
    """The lot of an item and the bin that a body names."""
    known = said.items({"item": item}).get(item)
    found = Lot.objects.select_related("item__unit").filter(item=known, code=(lot or "").strip()).first() if known else None
    if known and found is None:
        said.faults.append(Unknown(field="lot", value=(lot or "")[:200]))
    return found, said.bins({"bin": place}).get(place)


@router.post(
    "/adjustments",
    response={201: adjustments.row_schema, **REFUSALS},
    operation_id="draft_adjustment",
    summary="Ask that the book of a lot at a bin is corrected",
    tags=["materials"],
    openapi_extra=WRITE,
)
def draft_adjustment(request: Any, body: AdjustmentIn) -> HttpResponse:
    request.access.require("adjustment.draft")
    said = Said()
    lot, place = _stock(said, body.item, body.lot, body.bin)
    change = said.part("change", body.change, lot.item if lot else None, is_signed=True) if body.change not in (None, "") else Decimal(0)
    reason = said.word("reason", body.reason, Adjustment.Reason.values)
    said.refuse_faults()
    assert lot is not None
    assert place is not None

    def write() -> dict[str, Any]:
        asked = services.draft_adjustment(lot=lot, place=place, change=change, reason=reason, note=body.note, by=request.staff)
        return adjustments.by_pk(asked.pk)

    return once(request, write, status=201, is_kept=True)


def _decide_adjustment(request: Any, number: str, note: str, *, approve: bool) -> HttpResponse:
    adjustment = get_object_or_404(Adjustment, number=number_of(number))
    if adjustment.drafted_by_id == request.staff.pk:
        raise OwnRequest()
    request.access.require("adjustment.approve")

    def write() -> dict[str, Any]:
        decide = services.approve_adjustment if approve else services.reject_adjustment
        decide(adjustment=adjustment, note=note, by=request.staff)
        return adjustments.by_pk(adjustment.pk)

    return once(request, write, is_kept=True)


@router.post(
    "/adjustments/{number}/approve",
    response={200: adjustments.row_schema, **REFUSALS},
    operation_id="approve_adjustment",
    summary="Post what was asked",
    tags=["materials"],
    openapi_extra=WRITE,
)
def approve_adjustment(request: Any, number: str, body: DecideIn | None = None) -> HttpResponse:
    return _decide_adjustment(request, number, (body and body.note) or "", approve=True)


@router.post(
    "/adjustments/{number}/reject",
    response={200: adjustments.row_schema, **REFUSALS},
    operation_id="reject_adjustment",
    summary="Say no, with words",
    tags=["materials"],
    openapi_extra=WRITE,
)
def reject_adjustment(request: Any, number: str, body: DecideIn | None = None) -> HttpResponse:
    return _decide_adjustment(request, number, (body and body.note) or "", approve=False)


@router.post(
    "/disposals",
    response={201: disposals.row_schema, **REFUSALS},
    operation_id="draft_disposal",
    summary="Propose what is to become of dead stock or scrap",
    tags=["materials"],
    openapi_extra=WRITE,
)
def draft_disposal(request: Any, body: DisposalIn) -> HttpResponse:
    request.access.require("adjustment.draft")
    said = Said()
    lot, place = _stock(said, body.item, body.lot, body.bin)
    quantity = said.quantity("quantity", body.quantity, lot.item if lot else None)
    decision = said.word("decision", body.decision, Disposal.Decision.values)
    due_on = said.day("due_on", body.due_on)
    if body.due_on in (None, ""):
        said.faults.append(Required(field="due_on"))
    said.refuse_faults()
    assert lot is not None
    assert place is not None
    assert quantity is not None
    assert due_on is not None

    def write() -> dict[str, Any]:
        told: dict[str, Any] = {"quantity": quantity, "decision": decision, "reason": body.reason, "due_on": due_on}
        asked = services.draft_disposal(lot=lot, place=place, by=request.staff, **told)
        return disposals.by_pk(asked.pk)

    return once(request, write, status=201, is_kept=True)


def _decide_disposal(request: Any, number: str, note: str, *, approve: bool) -> HttpResponse:
    disposal = get_object_or_404(Disposal, number=number_of(number))
    if disposal.drafted_by_id == request.staff.pk:
        raise OwnRequest()
    request.access.require("adjustment.approve")

    def write() -> dict[str, Any]:
        services.decide_disposal(disposal=disposal, approve=approve, note=note, by=request.staff)
        return disposals.by_pk(disposal.pk)

    return once(request, write, is_kept=True)


@router.post(
    "/disposals/{number}/approve",
    response={200: disposals.row_schema, **REFUSALS},
    operation_id="approve_disposal",
    summary="Approve what is to become of it",
    tags=["materials"],
    openapi_extra=WRITE,
)
def approve_disposal(request: Any, number: str, body: DecideIn | None = None) -> HttpResponse:
    return _decide_disposal(request, number, (body and body.note) or "", approve=True)


@router.post(
    "/disposals/{number}/reject",
    response={200: disposals.row_schema, **REFUSALS},
    operation_id="reject_disposal",
    summary="Say no, with words",
    tags=["materials"],
    openapi_extra=WRITE,
)
def reject_disposal(request: Any, number: str, body: DecideIn | None = None) -> HttpResponse:
    return _decide_disposal(request, number, (body and body.note) or "", approve=False)


@router.post(
    "/disposals/{number}/done",
    response={200: disposals.row_schema, **REFUSALS},
    operation_id="carry_out_disposal",
    summary="Carry out what was approved; what leaves moves out with a slip",
    tags=["materials"],
    openapi_extra=WRITE,
)
def carry_out(request: Any, number: str) -> HttpResponse:
    disposal = get_object_or_404(Disposal, number=number_of(number))
    request.access.require("adjustment.draft")

    def write() -> dict[str, Any]:
        services.carry_out(disposal=disposal, by=request.staff)
        return disposals.by_pk(disposal.pk)

    return once(request, write, is_kept=True)


add_register(router, ADJUSTMENTS)
add_register(router, DISPOSALS)
