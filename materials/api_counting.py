"""Stocktakes for programs: read with their lines, counted, handed in, approved by another person (MAT-16)."""

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
from core.errors import Unknown
from materials import services
from materials.api_reading import ANY_NUMBER, NUMBER, WRITE, Said, number_of
from materials.models import Count, CountLine
from materials.selectors.counting import counts_seen
from materials.services import Counted
from materials.tables import COUNTS

router = Router()
MOST_LINES = 500


class CountLineOut(Schema):
    """Quantities in the item's unit. ``book`` is what was frozen, ``counted_book`` and ``recounted_book`` what the book said when each
    figure was written; the difference is taken from the latter. All of them stay unsaid while the stocktake is being counted. ``id``
    names the line."""

    id: int
    place: str
    item: str
    lot: str | None
    unit: str
    book: str | None
    counted: str | None
    counted_book: str | None
    recounted: str | None
    recounted_book: str | None
    is_recount_asked: bool
    note: str | None


class CountRegister(Register):
    """Stocktakes with their lines; one statement more, however many there are."""

    def told(self, found: Iterable[Sequence[Any]]) -> list[tuple[int, dict[str, Any]]]:
        items = super().told(found)
        lines: dict[int, list[dict[str, Any]]] = {pk: [] for pk, _row in items}
        hidden = {pk for pk, row in items if row["status"] == Count.Status.COUNTING}
        for line in CountLine.objects.filter(count__in=list(lines)).select_related("lot__item__unit", "place"):
            lines[line.count_id].append(_line_out(line, is_hidden=line.count_id in hidden))
        return [(pk, row | {"lines": lines[pk]}) for pk, row in items]

    @cached_property
    def row_schema(self) -> type[Schema]:
        return create_model("CountRow", __base__=super().row_schema, lines=(list[CountLineOut], ...))


def _line_out(line: CountLine, *, is_hidden: bool) -> dict[str, Any]:
    unit = line.lot.item.unit

    def shown(quantity: Any) -> str | None:
        return None if quantity is None else f"{quantity:.{unit.decimals}f}"

    return {
        "id": line.pk,
        "place": line.place.code,
        "item": line.lot.item.code,
        "lot": line.lot.code or None,
        "unit": unit.code,
        "book": None if is_hidden else shown(line.book),
        "counted": shown(line.counted),
        "counted_book": None if is_hidden else shown(line.counted_book),
        "recounted": shown(line.recounted),
        "recounted_book": None if is_hidden else shown(line.recounted_book),
        "is_recount_asked": line.is_recount_asked,
        "note": line.note or None,
    }


class CountedIn(Input):
    """``counted`` null leaves the line not counted; nothing there is 0."""

    id: int
    counted: Any = Field(None, json_schema_extra={"type": [*NUMBER["type"], "null"]})
    note: str | None = Field(None, max_length=300)


class CountedLinesIn(Input):
    lines: list[CountedIn] = Field(max_length=MOST_LINES)


class ApproveIn(Input):
    note: str | None = Field(None, max_length=500)


counts = CountRegister(COUNTS)


def _count(request: Any, number: str, action: str) -> Count:
    count = get_object_or_404(counts_seen(request.access).select_related("plan"), number=number_of(number))
    request.access.require(action, count.plan.workshop_id)
    return count


@router.post(
    "/counts/{number}/lines",
    response={200: counts.row_schema, **REFUSALS},
    operation_id="enter_counts",
    summary="Write what was counted; lines that are not named stay as they are",
    tags=["materials"],
    openapi_extra=WRITE,
)
def enter(request: Any, number: str, body: CountedLinesIn) -> HttpResponse:
    count = _count(request, number, "slip.post")
    said = Said()
    known = {line.pk: line for line in count.lines.select_related("lot__item__unit")}
    lines = {}
    for place, given in enumerate(body.lines):
        line = known.get(given.id)
        if line is None:
            said.faults.append(Unknown(field=f"lines.{place}.id", value=str(given.id)))
            continue
        blank = given.counted in (None, "")
        quantity = None if blank else said.quantity(f"lines.{place}.counted", given.counted, line.lot.item, ANY_NUMBER)
        lines[line.pk] = Counted(quantity, given.note or "")
    said.refuse_faults()

    def write() -> dict[str, Any]:
        services.enter_counts(count=count, lines=lines, by=request.staff)
        return counts.by_pk(count.pk)

    return once(request, write, is_kept=True)


@router.post(
    "/counts/{number}/submit",
    response={200: counts.row_schema, **REFUSALS},
    operation_id="submit_count",
    summary="Hand the figures in",
    tags=["materials"],
    openapi_extra=WRITE,
)
def submit(request: Any, number: str) -> HttpResponse:
    count = _count(request, number, "slip.post")

    def write() -> dict[str, Any]:
        services.submit_count(count=count, by=request.staff)
        return counts.by_pk(count.pk)

    return once(request, write, is_kept=True)


@router.post(
    "/counts/{number}/approve",
    response={200: counts.row_schema, **REFUSALS},
    operation_id="approve_count",
    summary="Post the differences, as somebody who did not count",
    tags=["materials"],
    openapi_extra=WRITE,
)
def approve(request: Any, number: str, body: ApproveIn | None = None) -> HttpResponse:
    count = _count(request, number, "adjustment.approve")

    def write() -> dict[str, Any]:
        services.approve_count(count=count, note=(body and body.note) or "", by=request.staff)
        return counts.by_pk(count.pk)

    return once(request, write, is_kept=True)


add_register(router, COUNTS, counts)
