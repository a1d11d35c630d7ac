"""The checklist templates that come with the house, from ``plans/shipped/*.json``: published as version 1 where a plant has none."""

import json
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from plans.models import ChecklistTemplate, TemplateBlock, TemplateItem, TemplateVersion

SHIPPED = Path(__file__).resolve().parent / "shipped"


def ship_templates(**kwargs: Any) -> None:
    """Changes nothing of a template that is there already, whatever its version."""
    known = set(ChecklistTemplate.objects.values_list("code", flat=True))
    for file in sorted(SHIPPED.glob("*.json")):
        if file.stem not in known:
            _ship(json.loads(file.read_text(encoding="utf-8")))


@transaction.atomic
def _ship(data: dict[str, Any]) -> None:
    template = ChecklistTemplate.objects.create(code=data["code"], name=data["name"], name_zh=data["name_zh"])
    version = TemplateVersion.objects.create(template=template, number=1)
    blocks = {
        row["key"]: block
        for row, block in zip(
            data["blocks"],
            TemplateBlock.objects.bulk_create(
                TemplateBlock(version=version, order=order, **row) for order, row in enumerate(data["blocks"], 1)
            ),
            strict=True,
        )
    }
    TemplateItem.objects.bulk_create(
        TemplateItem(
            version=version,
            block=blocks[row["block"]],
            order=order,
            key=row["key"],
            text=row["text"],
            text_zh=row["text_zh"],
            hint=row["hint"],
            hint_zh=row["hint_zh"],
            is_required=row["required"],
        )
        for order, row in enumerate(data["items"], 1)
    )
    TemplateVersion.objects.filter(pk=version.pk).update(published_at=timezone.now())
