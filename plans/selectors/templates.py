"""Checklist templates as their keepers read them: versions, and what changed between two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.db.models import Field

from plans.models import ChecklistTemplate, TemplateItem, TemplateVersion

TOLD = ("text", "text_zh", "hint", "hint_zh", "is_required")


@dataclass(frozen=True)
class ItemChange:
    """One field of one item that reads differently in the later of two versions; an item is known by its key."""

    item: TemplateItem
    field: str
    before: object
    after: object

    @property
    def label(self) -> str:
        return field_label(self.field)


def field_label(name: str) -> str:
    """What a field of an item is called."""
    return str(cast("Field", TemplateItem._meta.get_field(name)).verbose_name)


def versions_of(template: ChecklistTemplate) -> list[TemplateVersion]:
    """Published versions, the newest first."""
    rows = template.versions.filter(published_at__isnull=False).select_related("published_by")
    return list(rows.order_by("-number"))


def items_of(version: TemplateVersion) -> list[TemplateItem]:
    return list(version.items.select_related("block").order_by("order"))


def changes_between(before: TemplateVersion, after: TemplateVersion) -> list[ItemChange]:
    """What an item of ``after`` says differently from the item with the same key in ``before``."""
    known = {item.key: item for item in before.items.all()}
    return [
        ItemChange(item, name, getattr(known[item.key], name), getattr(item, name))
        for item in after.items.order_by("order")
        if item.key in known
        for name in TOLD
        if getattr(known[item.key], name) != getattr(item, name)
    ]
