"""The checklist templates that come with the house, from ``plans/shipped/*.json``: published as version 1 where a plant has none."""

import json
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from plans.contents import read_content
from plans.models import ChecklistTemplate, TemplateVersion
from plans.services.templates import write_content

SHIPPED = Path(__file__).resolve().parent / "shipped"


def ship_templates(**kwargs: Any) -> None:
    """Changes nothing of a template that is there already, whatever its version."""
    known = set(ChecklistTemplate.objects.values_list("code", flat=True))
    for file in sorted(SHIPPED.glob("*.json")):
        if file.stem not in known:
            _ship(json.loads(file.read_text(encoding="utf-8")))


@transaction.atomic
def _ship(data: dict[str, Any]) -> None:
    content = read_content(data)
    template = ChecklistTemplate.objects.create(code=data["code"], name=data["name"], name_zh=data["name_zh"])
    version = TemplateVersion.objects.create(template=template, number=1, default_rounds=content.default_rounds)
    write_content(version, content)
    TemplateVersion.objects.filter(pk=version.pk).update(published_at=timezone.now())
