"""Templates, sheets and answers."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from people.models import OrgNode, Shift
from plans.models import ChecklistTemplate, Sheet, TemplateAssignment
from plans.services import AnswerInput

FRIDAY = date(2026, 11, 20)


def shipped(code: str = "T-01") -> ChecklistTemplate:
    return ChecklistTemplate.objects.get(code=code)


def assigned(node: OrgNode, shift: Shift, code: str = "T-01", starts_on: date = date(2026, 1, 1)) -> TemplateAssignment:
    return TemplateAssignment.objects.create(template=shipped(code), node=node, shift=shift, starts_on=starts_on)


def make_sheet(node: OrgNode, shift: Shift, on: date = FRIDAY, code: str = "T-01") -> Sheet:
    template = shipped(code)
    version = template.versions.order_by("-number").first()
    return Sheet.objects.create(template=template, version=version, node=node, shift=shift, business_date=on)


def tap(item: int | str, value: str = "ok", note: str = "", **more) -> AnswerInput:
    """One tap, as the page sends it: ``tap(10, "ng", "Oil under the press")``."""
    key = item if isinstance(item, str) else f"T-01-{item:02d}"
    return AnswerInput(id=uuid4(), item=key, value=value, note=note, **more)


def taps_for_all(sheet: Sheet) -> list[AnswerInput]:
    return [tap(key) for key in sheet.version.items.values_list("key", flat=True)]
