"""The review of a draft order for programs: where it stands, asking for it, a verdict (PLN-24)."""

from __future__ import annotations

from typing import Any, Literal

from django.http import Http404, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from core.api.answers import answer
from core.api.once import PARAMETER as KEY_PARAMETER
from core.api.once import once
from core.api.registers import Register
from core.api.schemas import REFUSALS, Input
from core.errors import NotAllowed, Unknown
from people.models import Staff
from plans import services
from plans.models import ProductionOrder
from plans.selectors.orders import orders_seen
from plans.selectors.reviews import Kind, parts_shown, review_of, reviewers_for
from plans.tables import ORDERS

router = Router()
orders = Register(ORDERS)
WRITE: dict[str, Any] = {"parameters": [KEY_PARAMETER]}
Part = Literal["material", "due_date"]


class ReviewPartOut(Schema):
    """``figures`` are those of now for a draft, else those kept with the verdict; quantities in the item's unit, hours as person-hours."""

    part: Part
    reviewer: str | None
    verdict: str | None
    note: str
    decided_at: str | None
    passes_by_figures: bool | None
    short: str | None
    figures: dict[str, Any]


class ReviewOut(Schema):
    state: str
    opened_by: str | None
    opened_at: str | None
    changed: list[str]
    override: str
    overridden_by: str | None
    parts: list[ReviewPartOut]


class AskIn(Input):
    """Staff numbers of who is asked; never the one who asks."""

    material: str = Field(max_length=40)
    due_date: str = Field(max_length=40)


class VerdictIn(Input):
    verdict: Literal["passed", "not_passed"]
    note: str | None = Field(None, max_length=500)


def review_out(order: ProductionOrder) -> dict[str, Any]:
    reviewed = review_of(order)
    review = reviewed.review
    parts = []
    for shown in parts_shown(reviewed):
        part, figures = shown.part, shown.figures
        said = {
            "part": shown.kind.value,
            "reviewer": part.reviewer.staff_no if part and part.reviewer else None,
            "verdict": (part.verdict or None) if part else None,
            "note": part.note if part else "",
            "decided_at": part.decided_at.isoformat() if part and part.decided_at else None,
            "passes_by_figures": figures.passes if figures else None,
            "short": figures.words if figures and figures.passes is False else None,
            "figures": figures.kept() if figures else {},
        }
        parts.append(said)
    return {
        "state": reviewed.state,
        "opened_by": review.opened_by.staff_no if review and review.opened_by else None,
        "opened_at": review.opened_at.isoformat() if review else None,
        "changed": reviewed.changed,
        "override": review.override if review else "",
        "overridden_by": review.overridden_by.staff_no if review and review.overridden_by else None,
        "parts": parts,
    }


def order_seen(request: Any, number: str) -> ProductionOrder | None:
    return orders_seen(request.access).select_related("product__unit").filter(number=number.replace("\x00", "")).first()


def order_asked(request: Any, number: str) -> ProductionOrder:
    """Raises ``Http404``."""
    order = order_seen(request, number)
    if order is None:
        raise Http404
    return order


@router.get(
    "/orders/{path:number}/review",
    response={200: ReviewOut, **REFUSALS},
    operation_id="show_order_review",
    summary="Where the review of an order stands, with its figures",
    tags=["orders"],
)
def show_review(request: Any, number: str) -> HttpResponse:
    request.access.require("read")
    order = order_seen(request, number)
    if order is None:
        # An order's number may contain slashes, so ``A/review`` is a number as well.
        return answer(orders.by_key(request.access, f"{number}/review"))
    return answer(review_out(order))


@router.post(
    "/orders/{path:number}/review",
    response={201: ReviewOut, **REFUSALS},
    operation_id="open_order_review",
    summary="Ask two people for the review of a draft order",
    tags=["orders"],
    openapi_extra=WRITE,
)
def open_review(request: Any, number: str, body: AskIn) -> HttpResponse:
    def write() -> dict[str, Any]:
        order = order_asked(request, number)
        if not request.access.may("order.edit", order.workshop_id):
            raise NotAllowed()
        material, due_date = (_reviewer(order, kind, getattr(body, kind), request.staff) for kind in (Kind.MATERIAL, Kind.DUE_DATE))
        services.open_review(order=order, material=material, due_date=due_date, by=request.staff)
        return review_out(order)

    return once(request, write, status=201)


def _reviewer(order: ProductionOrder, kind: str, staff_no: str, opener: Staff) -> Staff:
    """One of those whom the page offers, or the asking person, whom the service refuses. Raises ``Unknown``."""
    known = {person.staff_no: person for person in [opener, *reviewers_for(order, kind, opener)]}
    found = known.get(staff_no.strip())
    if found is None:
        raise Unknown(field=kind, value=staff_no)
    return found


@router.get("/orders/{path:number}/review/{part}", include_in_schema=False)
def show_order_called_so(request: Any, number: str, part: str) -> HttpResponse:
    return answer(orders.by_key(request.access, f"{number}/review/{part}"))


@router.post(
    "/orders/{path:number}/review/{part}",
    response={200: ReviewOut, **REFUSALS},
    operation_id="judge_order_review",
    summary="Give the verdict on a part that one was asked for",
    tags=["orders"],
    openapi_extra=WRITE,
)
def judge(request: Any, number: str, part: Part, body: VerdictIn) -> HttpResponse:
    def write() -> dict[str, Any]:
        order = order_asked(request, number)
        services.judge(order=order, kind=part, verdict=body.verdict, note=body.note or "", by=request.staff)
        return review_out(order)

    return once(request, write)
