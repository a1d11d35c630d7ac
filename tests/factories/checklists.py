"""Templates, sheets and answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from people.models import OrgNode, Shift, Staff
from plans.models import ChecklistTemplate, Sheet, TemplateArea, TemplateAssignment, TemplateBlock, TemplateItem, TemplateVersion
from plans.selectors.templates import content_of
from plans.services import AnswerInput, publish_draft, save_draft

FRIDAY = date(2026, 11, 20)
PUBLISHED = datetime(2026, 1, 1, tzinfo=UTC)


def shipped(code: str = "T-01") -> ChecklistTemplate:
    return ChecklistTemplate.objects.get(code=code)


def assigned(node: OrgNode, shift: Shift | None, code: str = "T-01", starts_on: date = date(2026, 1, 1), **more: Any) -> TemplateAssignment:
    return TemplateAssignment.objects.create(template=shipped(code), node=node, shift=shift, starts_on=starts_on, **more)


def make_sheet(node: OrgNode, shift: Shift, on: date = FRIDAY, code: str = "T-01") -> Sheet:
    template = shipped(code)
    version = template.versions.order_by("-number").first()
    starts, ends = shift.times.window(on)
    return Sheet.objects.create(
        template=template, version=version, node=node, shift=shift, business_date=on, starts_at=starts, ends_at=ends, due_at=ends
    )


def tap(item: int | str, value: str = "ok", note: str = "", **more) -> AnswerInput:
    """One tap, as the page sends it: ``tap(10, "ng", "Oil under the press")``."""
    key = item if isinstance(item, str) else f"T-01-{item:02d}"
    return AnswerInput(id=uuid4(), item=key, value=value, note=note, **more)


def taps_for_all(sheet: Sheet) -> list[AnswerInput]:
    return [tap(key) for key in sheet.version.items.values_list("key", flat=True)]


def template_of(
    items: Sequence[Mapping[str, Any]], *, code: str = "X", blocks: Sequence[Mapping[str, Any]] = (), areas: Sequence[str] = (), **version
) -> ChecklistTemplate:
    """A published template with these items; each may name its ``block`` and ``area`` by key and set any other field."""
    template = ChecklistTemplate.objects.create(code=code, name=f"Checklist {code}", name_zh=f"检查表 {code}")
    row = TemplateVersion.objects.create(template=template, number=1, **version)
    made = [
        TemplateBlock.objects.create(version=row, order=order, **given)
        for order, given in enumerate(blocks or [{"key": "during", "name": "During shift", "name_zh": "上班中"}], 1)
    ]
    places = {
        key: TemplateArea.objects.create(version=row, order=order, key=key, name=key, name_zh=key) for order, key in enumerate(areas, 1)
    }
    for order, given in enumerate(items, 1):
        more = dict(given)
        block = next((block for block in made if block.key == more.get("block")), made[0])
        area = places.get(more.pop("area", ""))
        more = {"key": f"{code}-{order:02d}", "text": f"Item {order}", "text_zh": f"检查项{order}", "rounds": row.default_rounds} | more
        TemplateItem.objects.create(version=row, order=order, **more | {"block": block, "area": area})
    TemplateVersion.objects.filter(pk=row.pk).update(published_at=PUBLISHED)
    return template


def publish_change(template: ChecklistTemplate, changes: Mapping[str, Mapping[str, Any]], *, by: Staff) -> TemplateVersion:
    """The next version: the newest one with ``changes``, item key → fields of ``plans.contents.Item``."""
    content = content_of(template.versions.order_by("-number").first())
    items = tuple(replace(item, **changes.get(item.key, {})) for item in content.items)
    save_draft(template=template, content=replace(content, items=items), by=by)
    return publish_draft(template=template, by=by)
