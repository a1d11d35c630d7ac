"""Reports upward for programs: read as a register, written and sent by one call, answered (GEN-11, RPT-12)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from ninja import Router
from pydantic import Field

from core.api.once import PARAMETER as KEY_PARAMETER
from core.api.once import once
from core.api.registers import Register, add_register
from core.api.schemas import REFUSALS, Input
from core.errors import Faults, NotAllowed, Required, RuleBroken, Unknown
from people.models import OrgNode, Staff
from reports import services
from reports.models import UpwardReport
from reports.models.upward import SUBJECT_CHARACTERS, UPWARD_CHARACTERS, WORD_CHARACTERS
from reports.upward_periods import PERIODS
from reports.upward_readers import report_seen
from reports.upward_tables import UPWARD_REPORTS

router = Router()
WRITE: dict[str, Any] = {"parameters": [KEY_PARAMETER]}
register = Register(UPWARD_REPORTS)


class UpwardIn(Input):
    """``on`` is any day of the period, of a matter its day. A period needs ``org_code`` and all three texts; a matter ``subject`` and
    ``reader`` (a staff number), and is of the writer's own unit; who belongs to the whole company names one.
    """

    kind: UpwardReport.Kind
    on: date
    org_code: str | None = Field(None, max_length=40)
    done: str = Field(max_length=UPWARD_CHARACTERS)
    analysis: str = Field("", max_length=UPWARD_CHARACTERS)
    plan: str = Field("", max_length=UPWARD_CHARACTERS)
    subject: str = Field("", max_length=SUBJECT_CHARACTERS)
    reader: str | None = Field(None, max_length=40)


class WordsIn(Input):
    text: str = Field("", max_length=WORD_CHARACTERS)


class ReasonIn(Input):
    reason: str = Field(max_length=WORD_CHARACTERS)


@router.post(
    "/upward-reports",
    response={201: register.row_schema, **REFUSALS},
    operation_id="send_upward_report",
    summary="Write a report to whoever stands above, and send it",
    tags=["reports upward"],
    openapi_extra=WRITE,
)
def send(request: Any, body: UpwardIn) -> HttpResponse:
    request.access.require("upward.write")

    def write() -> dict[str, Any]:
        node, reader = _whose(request, body)
        said = services.UpwardInput(body.done, body.analysis, body.plan, body.subject, reader)
        report = services.begin_report(kind=body.kind, node=node, on=body.on, said=said, by=request.staff)
        return register.by_pk(services.send_report(report=report, by=request.staff).pk)

    return once(request, write, status=201)


def _whose(request: Any, body: UpwardIn) -> tuple[OrgNode, Staff | None]:
    """The unit and the reader. Raises ``Faults``; a unit out of scope is not known."""
    if body.kind in PERIODS:
        node = OrgNode.objects.filter(code=body.org_code).first() if body.org_code else None
        if node is None or not request.access.sees(node):
            raise Faults([Unknown(field="org_code", value=body.org_code) if body.org_code else Required(field="org_code")])
        if not request.access.may("upward.write", node):
            raise NotAllowed()
        return node, None
    faults: list[RuleBroken] = []
    own = request.staff.org or OrgNode.objects.filter(code=body.org_code or "").first()
    reader = Staff.objects.filter(staff_no=body.reader).first() if body.reader else None
    if reader is None:
        faults.append(Unknown(field="reader", value=body.reader) if body.reader else Required(field="reader"))
    if own is None:
        faults.append(Unknown(field="org_code", value=body.org_code) if body.org_code else Required(field="org_code"))
    if faults or own is None:
        raise Faults(faults)
    return own, reader


def _asked(request: Any, number: str) -> UpwardReport:
    """Raises ``Http404``, also for a draft: it has no number."""
    if not number or "\x00" in number:
        raise Http404
    return report_seen(request.access, number=number)


@router.post(
    "/upward-reports/{number}/comment",
    response={200: register.row_schema, **REFUSALS},
    operation_id="comment_upward_report",
    summary="Write about a report; its sender is told",
    tags=["reports upward"],
    openapi_extra=WRITE,
)
def comment(request: Any, number: str, body: WordsIn) -> HttpResponse:
    def write() -> dict[str, Any]:
        report = services.comment_report(report=_asked(request, number), text=body.text, access=request.access)
        return register.by_pk(report.pk)

    return once(request, write)


@router.post(
    "/upward-reports/{number}/acknowledge",
    response={200: register.row_schema, **REFUSALS},
    operation_id="acknowledge_upward_report",
    summary="Take note of a report",
    tags=["reports upward"],
    openapi_extra=WRITE,
)
def acknowledge(request: Any, number: str, body: WordsIn | None = None) -> HttpResponse:
    def write() -> dict[str, Any]:
        report = _asked(request, number)
        return register.by_pk(services.acknowledge_report(report=report, text=body.text if body else "", access=request.access).pk)

    return once(request, write)


@router.post(
    "/upward-reports/{number}/return",
    response={200: register.row_schema, **REFUSALS},
    operation_id="return_upward_report",
    summary="Give a report back with a reason",
    tags=["reports upward"],
    openapi_extra=WRITE,
)
def give_back(request: Any, number: str, body: ReasonIn) -> HttpResponse:
    def write() -> dict[str, Any]:
        return register.by_pk(services.return_report(report=_asked(request, number), reason=body.reason, access=request.access).pk)

    return once(request, write)


add_register(router, UPWARD_REPORTS, register)
