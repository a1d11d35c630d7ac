"""Slips for programs: read as a register, posted, confirmed by their receiver, reversed (FORMATS section 3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from pydantic import Field, create_model

from core.api.once import once
from core.api.registers import Register, add_register
from core.api.schemas import REFUSALS, Input
from core.prepared import Given, PreparedRows, numbers
from materials import services
from materials.api_moves import MOST_LINES, SlipLineIn, lines_of, post_other, require_given
from materials.api_reading import WRITE, Said, is_repeat, number_of, order_seen, pin_at, sent_without
from materials.errors.slips import NotAwaited
from materials.models import OtherPurpose, PlaceKind, ReturnType, Slip, StockMove
from materials.selectors.slips import slips_seen
from materials.services.slips import require_two_people
from materials.tables import SLIPS
from people.services import verify_pin

router = Router()
ORDER_KINDS = ("issue", "return")
OTHER_KINDS = ("other_issue", "transfer", "production")
_UNIT = ("lot__item__code", "lot__item__unit__code", "lot__item__unit__decimals")
MOVE = ("slip_id", "line", "quantity", "lot__code", *_UNIT, "source__kind", "source__code", "target__kind", "target__code")
MOVES = PreparedRows(
    "moves_of_slips",
    lambda: StockMove.objects.filter(slip__in=Given(1, "bigint[]")).order_by("line", "pk").values_list(*MOVE),
)


class SlipLineOut(Schema):
    """So much of one lot at one bin; a line that was taken from several of them comes several times with the same ``line``.

    ``to_bin`` is where a transfer brought it.
    """

    line: int
    item: str
    unit: str
    quantity: str
    lot: str | None
    bin: str | None
    to_bin: str | None


class SlipRegister(Register):
    """Slips with what they moved; one statement more, however many slips and lines."""

    def told(self, found: Iterable[Sequence[Any]]) -> list[tuple[int, dict[str, Any]]]:
        items = super().told(found)
        lines: dict[int, list[dict[str, Any]]] = {pk: [] for pk, _row in items}
        for slip, line, quantity, lot, item, unit, decimals, *places in MOVES.run(numbers(lines)) if lines else ():
            bins = [code for kind, code in (places[:2], places[2:]) if kind == PlaceKind.BIN]
            lines[slip].append(
                {
                    "line": line,
                    "item": item,
                    "unit": unit,
                    "quantity": f"{quantity:.{decimals}f}",
                    "lot": lot or None,
                    "bin": bins[0] if bins else None,
                    "to_bin": bins[1] if len(bins) == 2 else None,
                }
            )
        return [(pk, row | {"lines": lines[pk]}) for pk, row in items]

    @cached_property
    def row_schema(self) -> type[Schema]:
        return create_model("SlipRow", __base__=super().row_schema, lines=(list[SlipLineOut], ...))


class SlipIn(Input):
    """``receiver`` is a staff number of the order's team; with their PIN the slip is confirmed at once.

    ``issue`` and ``return`` need ``order`` and ``receiver``, ``production`` the order; ``other_issue`` needs ``cost_centre`` (code of a
    unit), ``purpose``, ``reason`` and ``receiver``; a ``transfer`` says in each line from which bin to which.
    """

    kind: str = Field(json_schema_extra={"enum": [*ORDER_KINDS, *OTHER_KINDS]})
    order: str | None = None
    receiver: str | None = None
    receiver_pin: str | None = None
    return_type: str | None = Field(None, json_schema_extra={"enum": [*ReturnType.values, None]})
    purpose: str | None = Field(None, json_schema_extra={"enum": [*OtherPurpose.values, None]})
    cost_centre: str | None = None
    reason: str | None = Field(None, max_length=300)
    business_date: Any = Field(None, json_schema_extra={"type": ["string", "null"], "format": "date"})
    lines: list[SlipLineIn] = Field(max_length=MOST_LINES)


class ConfirmIn(Input):
    pin: str | None = None


class ReverseIn(Input):
    reason: str | None = None


slips = SlipRegister(SLIPS)


@router.post(
    "/slips",
    response={201: slips.row_schema, **REFUSALS},
    operation_id="post_slip",
    summary="Move material: issue it, take it back, bring it to another bin, take in what was made",
    tags=["materials"],
    openapi_extra=WRITE,
)
def post_slip(request: Any, body: SlipIn) -> HttpResponse:
    if body.kind in OTHER_KINDS:
        return post_other(request, body, slips.by_pk)
    require_given(body, "order", "receiver")
    order = order_seen(request, body.order or "")
    request.access.require("slip.post", order.team_id or order.workshop_id)
    said = Said()
    lines = lines_of(said, body.lines)
    receiver = said.staff("receiver", body.receiver)
    on = said.day("business_date", body.business_date)
    is_return = said.word("kind", body.kind, ORDER_KINDS) == "return"
    return_type = said.word("return_type", body.return_type, ReturnType.values if is_return else [], is_required=is_return)
    said.refuse_faults()
    if body.receiver_pin and not is_repeat(request):
        require_two_people(request.staff, receiver)
        with pin_at("receiver_pin"):
            verify_pin(staff=receiver, pin=body.receiver_pin)

    def write() -> dict[str, Any]:
        told = {
            "order": order,
            "lines": lines,
            "receiver": receiver,
            "by": request.staff,
            "receiver_signed": bool(body.receiver_pin),
            "business_date": on,
        }
        slip = services.return_material(return_type=return_type, **told) if is_return else services.issue(**told)
        return slips.by_pk(slip.pk)

    return once(request, write, status=201, body=sent_without(request, "receiver_pin"), is_kept=True)


@router.post(
    "/slips/{number}/confirm",
    response={200: slips.row_schema, **REFUSALS},
    operation_id="confirm_slip",
    summary="Confirm as the receiver: by own log-in, or by PIN where the storekeeper is signed in",
    tags=["materials"],
    openapi_extra=WRITE,
)
def confirm(request: Any, number: str, body: ConfirmIn | None = None) -> HttpResponse:
    slip = _slip(request, number)
    pin, by = (body and body.pin) or "", request.staff
    if pin and not is_repeat(request):
        if slip.receiver is None:
            raise NotAwaited(slip=str(slip), status=slip.get_status_display())
        if slip.receiver != by:
            request.access.require("slip.post", _node(slip))
        with pin_at("pin"):
            verify_pin(staff=slip.receiver, pin=pin)

    def write() -> dict[str, Any]:
        services.confirm_slip(slip=slip, by=slip.receiver if pin and slip.receiver else by)
        return slips.by_pk(slip.pk)

    return once(request, write, body=sent_without(request, "pin"), is_kept=True)


@router.post(
    "/slips/{number}/reverse",
    response={200: slips.row_schema, **REFUSALS},
    operation_id="reverse_slip",
    summary="Undo a slip by its mirror image; the answer is the slip with the number of its reversal",
    tags=["materials"],
    openapi_extra=WRITE,
)
def reverse(request: Any, number: str, body: ReverseIn) -> HttpResponse:
    slip = _slip(request, number)
    request.access.require("slip.post", _node(slip))

    def write() -> dict[str, Any]:
        services.reverse_slip(slip=slip, reason=body.reason or "", by=request.staff)
        return slips.by_pk(slip.pk)

    return once(request, write, is_kept=True)


def _slip(request: Any, number: str) -> Slip:
    rows = slips_seen(request.access).select_related("order", "receiver")
    return get_object_or_404(rows, number=number_of(number))


def _node(slip: Slip) -> int | None:
    return (slip.order.team_id or slip.order.workshop_id) if slip.order else None


add_register(router, SLIPS, slips)
