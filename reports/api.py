"""The figures of a month for programs (FORMATS sections 2 and 3)."""

from typing import Any

from django.http import HttpResponse
from ninja import Router, Schema
from pydantic import create_model

from core.api.answers import answer
from core.api.reading import read_query
from core.api.refusals import NotFound
from core.api.registers import add_register
from core.api.schemas import REFUSALS
from people.access import Access
from people.models import OrgNode
from reports.errors import NotAMonth, SeveralPlaces
from reports.kpis import KPIS
from reports.selectors import month_figures, read_month, roots_of
from reports.tables import TARGETS

router = Router()
add_register(router, TARGETS)
FiguresRow = create_model(  # type: ignore[call-overload]
    "FiguresRow", __base__=Schema, level=(str, ...), code=(str, ...), **dict.fromkeys(KPIS, (str | None, ...))
)


class MonthFigures(Schema):
    """Decimals are strings; ``null`` is no data."""

    month: str
    org: str
    rows: list[FiguresRow]  # type: ignore[valid-type]


@router.get(
    "/months/{month}",
    response={200: MonthFigures, **REFUSALS},
    operation_id="month_figures",
    summary="The figures of a month, by plant, workshop, section, team and product",
    tags=["months"],
    openapi_extra={
        "parameters": [
            {
                "name": "org",
                "in": "query",
                "description": "Code of a plant, workshop, section or team; may be left out where only one is seen.",
                "schema": {"type": "string"},
            }
        ]
    },
)
def show_month(request: Any, month: str) -> HttpResponse:
    request.access.require("month.read")
    asked = read_query(request, {"org"})
    try:
        counted = read_month(month)
    except ValueError:
        raise NotAMonth(field="month", value=month[:40]) from None
    return answer(month_figures(counted, _place(request.access, asked.get("org", ""))))


def _place(access: Access, code: str) -> OrgNode:
    """The node asked for, else the only one in which this person's view begins. Raises ``SeveralPlaces``, ``NotFound``."""
    if code:
        node = OrgNode.objects.filter(code=code).first()
        if node is None or not access.sees(node):
            raise NotFound()
        return node
    roots = roots_of(access)
    if not roots:
        raise NotFound()
    if len(roots) > 1:
        raise SeveralPlaces(field="org", codes=", ".join(root.code for root in roots))
    return roots[0]
