"""The plans room for programs: registers, daily reports, the release of orders, today's check sheets (FORMATS section 3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import File, Router, Schema, UploadedFile
from pydantic import AwareDatetime, Field, field_validator

from core.api.answers import answer
from core.api.once import PARAMETER as KEY_PARAMETER
from core.api.once import once
from core.api.reading import read_columns, read_object
from core.api.registers import Register, add_register
from core.api.schemas import REFUSALS, Input
from core.errors import Faults, NotAllowed, RuleBroken
from core.quantities import plain
from core.services import keep_upload
from plans import services
from plans.models import Answer, ProductionOrder, Sheet, TemplateItem
from plans.selectors.orders import orders_seen
from plans.selectors.sheets import todays_sheets
from plans.services import AnswerInput
from plans.services.report_lines import LineInput
from plans.tables import DAILY_REPORTS, ORDERS, TABLES

router = Router()
MOST_ANSWERS = 200
# The service's names of fields, as the file format calls them.
FIELDS = {"team": "team_code", "shift": "shift_code", "order": "order_number", "product": "product_code", "process": "process_code"}
WRITE: dict[str, Any] = {"parameters": [KEY_PARAMETER]}
orders, reports = Register(ORDERS), Register(DAILY_REPORTS)


# --- production orders ---


class Release(Input):
    """``override`` is the reason of one who may release in spite of a review."""

    override: str | None = Field(None, max_length=500)


@router.get("/orders/{path:number}/release", include_in_schema=False)
def show_order_called_release(request: Any, number: str) -> HttpResponse:
    """An order's number may contain slashes, so ``A/release`` is a number as well."""
    return answer(orders.by_key(request.access, f"{number}/release"))


@router.post(
    "/orders/{path:number}/release",
    response={200: orders.row_schema, **REFUSALS},
    operation_id="release_order",
    summary="Release an order",
    tags=["orders"],
    openapi_extra=WRITE,
)
def release(request: Any, number: str, body: Release | None = None) -> HttpResponse:
    override = ((body and body.override) or "").strip() or None
    action = "order.override" if override else "order.release"

    def write() -> dict[str, Any]:
        order = _order(request, number)
        # Where every review passed there is nothing to override: then it is a release like any other.
        passed = override is not None and all(review.passed for review in services.reviews_of(order))
        if not all(request.access.may(asked, order.workshop_id) for asked in ([action, "order.release"] if passed else [action])):
            raise NotAllowed()
        order = services.release_order(order=order, by=request.staff, override=override)
        return orders.by_pk(order.pk)

    return once(request, write)


def _order(request: Any, number: str) -> ProductionOrder:
    # The database takes no zero character, not even to say that there is no such number.
    if "\x00" in number:
        raise Http404
    return get_object_or_404(orders_seen(request.access), number=number)


# --- registers; after the routes that lie below one of their keys ---

for kind in TABLES:
    add_register(router, kind)


# --- team daily reports ---


@router.post(
    "/daily-reports",
    response={201: reports.row_schema, **REFUSALS},
    operation_id="post_daily_report",
    summary="Report one line of a team and shift",
    tags=["daily reports"],
    openapi_extra=WRITE | {"requestBody": reports.request_body},
)
def post_daily_report(request: Any) -> HttpResponse:
    request.access.require("report.post")
    sent = read_object(request)

    def write() -> dict[str, Any]:
        values = read_columns(reports.kind.columns, sent)
        team, order = values.pop("team_code"), values.pop("order_number")
        request.access.require("report.post", team)
        if order is not None and not orders_seen(request.access, ProductionOrder.objects.filter(pk=order.pk)).exists():
            raise Http404
        line = LineInput(
            order=order,
            product=values.pop("product_code"),
            process=values.pop("process_code"),
            **{name: value for name, value in values.items() if name not in ("business_date", "shift_code")},
        )
        with fields_as_columns():
            row = services.post_report_line(
                team=team, shift=values["shift_code"], business_date=values["business_date"], line=line, by=request.staff
            )
        return reports.by_pk(row.pk)

    return once(request, write, status=201)


@contextmanager
def fields_as_columns() -> Iterator[None]:
    """A refusal names the columns that the program sent."""
    try:
        yield
    except RuleBroken as refusal:
        for fault in refusal.faults if isinstance(refusal, Faults) else (refusal,):
            name = fault.field.removeprefix("lines.0.")
            fault.field = FIELDS.get(name, name)
        raise


# --- check sheets ---


class AnswerOut(Schema):
    id: UUID
    round: int
    value: str
    note: str
    photo: UUID | None
    answered_at: datetime
    by: str


class ItemOut(Schema):
    """``rounds`` is how often it is asked; ``answers`` are the current ones, at most one per round."""

    key: str
    phase: str
    label: str
    label_zh: str
    type: str
    required: bool
    rounds: int
    answers: list[AnswerOut]


class SheetOut(Schema):
    id: int
    template: str
    version: int
    node: str
    business_date: str
    shift: str
    status: str
    items: list[ItemOut]


class AnswerIn(Input):
    """``id`` is the sender's own; ``photo`` what ``POST /uploads`` gave."""

    id: UUID
    item: str
    round: int = 1
    value: str = Field(json_schema_extra={"type": ["string", "number", "boolean"]})
    note: str | None = ""
    photo: UUID | None = None
    answered_at: AwareDatetime | None = None

    @field_validator("value", mode="before")
    @classmethod
    def as_text(cls, value: Any) -> Any:
        if isinstance(value, bool):
            return str(value).lower()
        return plain(Decimal(value)) if isinstance(value, int | Decimal) else value

    def as_input(self) -> AnswerInput:
        return AnswerInput(
            id=self.id,
            item=self.item,
            round=self.round,
            value=self.value,
            note=self.note or "",
            photo=self.photo,
            answered_at=self.answered_at,
        )


class AnswersIn(Input):
    answers: list[AnswerIn] = Field(min_length=1, max_length=MOST_ANSWERS)


class SubmitIn(Input):
    answers: list[AnswerIn] = Field([], max_length=MOST_ANSWERS)


class UploadOut(Schema):
    id: UUID


@router.get(
    "/checklists/today",
    response={200: list[SheetOut], **REFUSALS},
    operation_id="todays_sheets",
    summary="Today's sheets",
    tags=["checklists"],
)
def show_todays_sheets(request: Any) -> HttpResponse:
    request.access.require("read")
    return answer(_shown(list(todays_sheets(request.access).order_by("business_date", "shift__starts_at", "pk"))))


@router.post(
    "/checklists/{int:pk}/answers",
    response={200: SheetOut, **REFUSALS},
    operation_id="answer_sheet",
    summary="Keep answers of a sheet, all or none",
    tags=["checklists"],
    openapi_extra=WRITE,
)
def keep_answers(request: Any, pk: int, body: AnswersIn) -> HttpResponse:
    def write() -> dict[str, Any]:
        sheet = _sheet(request, pk)
        services.answer(sheet=sheet, answers=[given.as_input() for given in body.answers], by=request.staff)
        return _shown([sheet])[0]

    return once(request, write)


@router.post(
    "/checklists/{int:pk}/submit",
    response={200: SheetOut, **REFUSALS},
    operation_id="submit_sheet",
    summary="Hand a sheet in, with last answers where some are sent",
    tags=["checklists"],
    openapi_extra=WRITE,
)
def submit(request: Any, pk: int, body: SubmitIn | None = None) -> HttpResponse:
    def write() -> dict[str, Any]:
        sheet = _sheet(request, pk)
        if body and body.answers:
            services.answer(sheet=sheet, answers=[given.as_input() for given in body.answers], by=request.staff)
        services.submit_sheet(sheet=sheet, by=request.staff)
        return _shown([_sheet(request, pk)])[0]

    return once(request, write)


@router.post(
    "/uploads",
    response={201: UploadOut, **REFUSALS},
    operation_id="upload_photo",
    summary="Keep a photo for an answer or a finding that follows",
    tags=["checklists"],
    openapi_extra=WRITE,
)
def upload(request: Any, photo: UploadedFile = File(...)) -> HttpResponse:  # noqa: B008 - how ninja declares a file
    request.access.require("finding.raise")
    digest = sha256(b"".join(photo.chunks())).hexdigest()
    photo.seek(0)

    def write() -> dict[str, Any]:
        with transaction.atomic():
            return {"id": keep_upload(file=photo, by=request.staff, name=photo.name or "").pk}

    return once(request, write, status=201, body=digest)


def _sheet(request: Any, pk: int) -> Sheet:
    rows = request.access.scoped(Sheet.objects.filter(area=None).select_related("template", "version", "shift", "node"), "node")
    sheet = get_object_or_404(rows, pk=pk)
    request.access.require("sheet.fill", sheet.node_id)
    return sheet


def _shown(sheets: Sequence[Sheet]) -> list[dict[str, Any]]:
    """Sheets with their items and current answers, in two statements."""
    items: dict[int, list[TemplateItem]] = {}
    for item in TemplateItem.objects.filter(version__in={sheet.version_id for sheet in sheets}).select_related("block").order_by("order"):
        items.setdefault(item.version_id, []).append(item)
    given: dict[tuple[int, int], list[dict[str, Any]]] = {}
    rows = Answer.objects.filter(sheet__in=[sheet.pk for sheet in sheets], is_current=True).select_related("by").order_by("round")
    for row in rows:
        given.setdefault((row.sheet_id, row.item_id), []).append(
            {
                "id": str(row.pk),
                "round": row.round,
                "value": row.value,
                "note": row.note,
                "photo": str(row.photo_id) if row.photo_id else None,
                "answered_at": row.answered_at,
                "by": row.by.staff_no,
            }
        )
    return [
        {
            "id": sheet.pk,
            "template": sheet.template.code,
            "version": sheet.version.number,
            "node": sheet.node.code,
            "business_date": sheet.business_date.isoformat(),
            "shift": sheet.shift.code,
            "status": sheet.status,
            "items": [
                {
                    "key": item.key,
                    "phase": item.block.key,
                    "label": item.text,
                    "label_zh": item.text_zh,
                    "type": item.answer_type,
                    "required": item.is_required,
                    "rounds": item.rounds,
                    "answers": given.get((sheet.pk, item.pk), []),
                }
                for item in items.get(sheet.version_id, [])
            ],
        }
        for sheet in sheets
    ]
