"""Findings for programs: read as a register, raised by one call (FORMATS section 3)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Router
from pydantic import AwareDatetime, Field

from core.api.once import PARAMETER as KEY_PARAMETER
from core.api.once import once
from core.api.registers import Register, add_register
from core.api.schemas import REFUSALS, Input
from core.errors import Faults, NotAllowed, Required, RuleBroken, Unknown
from core.models import Attachment
from people.models import OrgNode, Staff
from plans.models import EmergencyKind, FindingKind, Imbalance, Process, Product, Severity
from plans.services import report_finding
from plans.tables import FINDINGS

router = Router()
findings: Register = add_register(router, FINDINGS)
# What the services call a field, as this body calls it.
NAMES = {"node": "org_code", "product": "product_code", "process": "process_code", "person": "person", "photo": "photo"}


class FindingIn(Input):
    """``owner`` and ``person`` are staff numbers, ``photo`` the id of an upload. What belongs to another kind is left out of account."""

    kind: FindingKind
    org_code: str = Field(max_length=40)
    text: str = Field(max_length=1000)
    area: str = Field("", max_length=100)
    item_key: str = Field("", max_length=30)
    severity: Severity = Severity.NORMAL
    owner: str | None = Field(None, max_length=40)
    due_at: AwareDatetime | None = None
    photo: UUID | None = None
    product_code: str | None = Field(None, max_length=60, description="pile_up")
    quantity: Decimal | None = Field(None, description="pile_up, in the product's unit")
    cause: str | None = Field(None, max_length=300, description="pile_up")
    heads_short: int | None = Field(None, ge=0, le=500, description="imbalance")
    heads_over: int | None = Field(None, ge=0, le=500, description="imbalance")
    action: Imbalance.Action | None = Field(None, description="imbalance")
    person: str | None = Field(None, max_length=40, description="observation")
    process_code: str | None = Field(None, max_length=60, description="observation")
    standard: str | None = Field(None, max_length=200, description="observation")
    correction: str | None = Field(None, max_length=1000, description="observation")
    what: EmergencyKind | None = Field(None, description="emergency")
    happened_at: AwareDatetime | None = Field(None, description="emergency")
    actions: str | None = Field(None, max_length=1000, description="emergency")


@router.post(
    "/findings",
    response={201: findings.row_schema, **REFUSALS},
    operation_id="raise_finding",
    summary="Write down what must be put right",
    tags=["findings"],
    openapi_extra={"parameters": [KEY_PARAMETER]},
)
def raise_one(request: Any, body: FindingIn) -> HttpResponse:
    request.access.require("finding.raise")

    def write() -> dict[str, Any]:
        finding = report_finding(by=request.staff, **_said(request, body))
        return findings.by_pk(finding.pk)

    try:
        return once(request, write, status=201)
    except RuleBroken as refusal:
        refusal.field = NAMES.get(refusal.field, refusal.field)
        raise


def _said(request: Any, body: FindingIn) -> dict[str, Any]:
    """The body with its codes as rows. Raises ``Faults``; a unit out of scope is not known (404 would say that it is there)."""
    faults: list[RuleBroken] = []

    def known(name: str, code: Any, found: Any) -> Any:
        if code and found is None:
            faults.append(Unknown(field=name, value=str(code)))
        return found

    node = OrgNode.objects.filter(code=body.org_code).first()
    if not body.org_code or node is None or not request.access.sees(node):
        faults.append(Unknown(field="org_code", value=body.org_code) if body.org_code else Required(field="org_code"))
    people = {row.staff_no: row for row in Staff.objects.filter(staff_no__in=[no for no in (body.owner, body.person) if no])}
    owner = known("owner", body.owner, people.get(body.owner or ""))
    person = known("person", body.person, people.get(body.person or ""))
    product = known("product_code", body.product_code, _one(Product, body.product_code))
    process = known("process_code", body.process_code, _one(Process, body.process_code))
    own_photo = Attachment.objects.filter(pk=body.photo, by_no=request.staff.staff_no).first() if body.photo else None
    photo = known("photo", body.photo, own_photo)
    if faults:
        raise Faults(faults)
    if not request.access.may("finding.raise", node):
        raise NotAllowed()
    names = ("kind", "text", "area", "item_key", "severity", "due_at")
    facts = ("quantity", "cause", "heads_short", "heads_over", "action", "standard", "correction", "what", "happened_at", "actions")
    return {name: getattr(body, name) for name in names} | {
        "node": node,
        "owner": owner,
        "photo": photo,
        "facts": {name: getattr(body, name) for name in facts} | {"product": product, "person": person, "process": process},
    }


def _one(model: Any, code: str | None) -> Any:
    return model.objects.filter(code=code).first() if code else None
