"""The materials room for programs: its registers, an order's quota, slips, supplements, the close of an order (FORMATS section 3)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Router, Schema
from pydantic import Field

from core.api.answers import answer
from core.api.once import once
from core.api.registers import Register, add_register
from core.api.schemas import REFUSALS, Input
from core.tables import KINDS
from materials.api_counting import router as counting
from materials.api_disposing import router as disposing
from materials.api_moves import router as moves
from materials.api_reading import NUMBER, WRITE, Said, order_seen
from materials.api_slips import router as slips
from materials.api_supplements import router as supplements
from materials.models import ReturnType
from materials.selectors.quota import quota_figures
from materials.services import Leftover, close_with_leftovers
from materials.tables import BUYING, TABLES
from plans.selectors.orders import orders_seen

router = Router()
orders = Register(KINDS["orders"])
MOST_LEFTOVERS = 500
router.add_router("", slips)
router.add_router("", moves)
router.add_router("", supplements)
router.add_router("", counting)
router.add_router("", disposing)


# --- registers ---

for kind in (*TABLES, *BUYING):
    add_register(router, kind)


# --- an order's quota ---


class QuotaLineOut(Schema):
    """Quantities in the item's unit. ``held`` is what the order holds now, ``on_hand`` what may be issued: released, not expired."""

    item: str
    unit: str
    quota: str
    supplement: str
    issued: str
    returned_good: str
    returned_incoming_defect: str
    returned_operation_defect: str
    left: str
    held: str
    on_hand: str


class QuotaOut(Schema):
    lines: list[QuotaLineOut]


FIGURES = tuple(name for name in QuotaLineOut.model_fields if name not in ("item", "unit"))


@router.get(
    "/orders/{path:number}/quota",
    response={200: QuotaOut, **REFUSALS},
    operation_id="show_quota",
    summary="What an order may draw, has drawn, and holds",
    tags=["materials"],
)
def show_quota(request: Any, number: str) -> HttpResponse:
    request.access.require("slip.read")
    order = orders_seen(request.access).filter(number=number.replace("\x00", "")).first()
    if order is None:
        # An order's number may contain slashes, so ``A/quota`` is a number as well.
        return answer(orders.by_key(request.access, f"{number}/quota"))
    lines = [
        {"item": line.item, "unit": line.unit} | {name: line.shown(getattr(line, name)) for name in FIGURES}
        for line in quota_figures(order)
    ]
    return answer({"lines": lines})


# --- the close of an order ---


class LeftoverIn(Input):
    """One lot that the order holds. Reported use + returned + scrapped + explained must be what it holds of the item.

    ``explained`` needs a ``reason``; it is below 0 where more use was reported than there was.
    """

    item: str
    lot: str | None = None
    returned: Any = Field(None, json_schema_extra=NUMBER)
    scrapped: Any = Field(None, json_schema_extra=NUMBER)
    explained: Any = Field(None, json_schema_extra=NUMBER)
    reason: str | None = Field(None, max_length=500)
    return_type: str | None = Field(None, json_schema_extra={"enum": [*ReturnType.values, None]})


class CloseIn(Input):
    leftovers: list[LeftoverIn] = Field([], max_length=MOST_LEFTOVERS)


@router.get("/orders/{path:number}/close", include_in_schema=False)
def show_order_called_close(request: Any, number: str) -> HttpResponse:
    """An order's number may contain slashes, so ``A/close`` is a number as well."""
    return answer(orders.by_key(request.access, f"{number}/close"))


@router.post(
    "/orders/{path:number}/close",
    response={200: orders.row_schema, **REFUSALS},
    operation_id="close_order",
    summary="Account for what an order still holds, and close it",
    tags=["orders"],
    openapi_extra=WRITE,
)
def close(request: Any, number: str, body: CloseIn | None = None) -> HttpResponse:
    order = order_seen(request, number)
    request.access.require("order.edit", order.workshop_id)
    leftovers = _leftovers(body.leftovers if body else [])

    def write() -> dict[str, Any]:
        close_with_leftovers(order=order, leftovers=leftovers, by=request.staff)
        return orders.by_pk(order.pk)

    return once(request, write, is_kept=True)


def _leftovers(given: list[LeftoverIn]) -> list[Leftover]:
    said = Said()
    items = said.items({f"leftovers.{number}.item": line.item for number, line in enumerate(given)})
    leftovers = []
    for number, line in enumerate(given):
        at, item = f"leftovers.{number}.", items.get(line.item)
        returned, scrapped = (said.part(f"{at}{name}", getattr(line, name), item) for name in ("returned", "scrapped"))
        explained = said.part(f"{at}explained", line.explained, item, is_signed=True)
        kind = said.word(f"{at}return_type", line.return_type, ReturnType.values, is_required=False) or ReturnType.GOOD
        if item is not None:
            leftovers.append(Leftover(item, (line.lot or "").strip(), returned, scrapped, explained, line.reason or "", kind))
    said.refuse_faults()
    return leftovers
