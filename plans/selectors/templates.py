"""Checklist templates as their keepers read them: versions, what stands in them, and what changed between two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Field

from core.models.names import in_language
from plans.contents import Area, Block, Content, Item, item_of
from plans.models import ChecklistTemplate, TemplateArea, TemplateBlock, TemplateItem, TemplateVersion

COLUMN = {"type": "answer_type", "required": "is_required"}
MODELS: dict[str, type] = {"block": TemplateBlock, "area": TemplateArea, "item": TemplateItem}


@dataclass(frozen=True)
class Change:
    """How one part of a later version differs: ``added``, ``removed``, ``moved``, or one ``field`` that reads differently."""

    what: str
    part: str
    key: str
    label: str
    field: str = ""
    before: Any = None
    after: Any = None

    @property
    def field_label(self) -> str:
        return field_label(self.part, self.field)


def field_label(part: str, name: str) -> str:
    """What a field of a block, an area or an item is called."""
    model = MODELS.get(part, TemplateVersion)
    row: Field[Any, Any] = model._meta.get_field(COLUMN.get(name, name))  # type: ignore[attr-defined]
    return str(row.verbose_name)


def versions_of(template: ChecklistTemplate) -> list[TemplateVersion]:
    """Published versions, the newest first."""
    rows = template.versions.filter(published_at__isnull=False).select_related("published_by")
    return list(rows.order_by("-number"))


def draft_of(template: ChecklistTemplate) -> TemplateVersion | None:
    return template.versions.filter(published_at=None).select_related("edited_by").first()


def item_keys(template: ChecklistTemplate) -> list[str]:
    """Every key that an item of any version has or had; a new one takes none of them."""
    return list(TemplateItem.objects.filter(version__template=template).order_by().values_list("key", flat=True).distinct())


def items_of(version: TemplateVersion) -> list[TemplateItem]:
    return list(version.items.select_related("block", "area").order_by("order"))


def content_of(version: TemplateVersion | None) -> Content:
    """All that a version asks, in three statements; nothing for none."""
    if version is None:
        return Content()
    blocks = {row.pk: row for row in version.blocks.order_by("order")}
    areas = {row.pk: row for row in version.areas.order_by("order")}
    return Content(
        tuple(Block(b.key, b.name, b.name_zh, b.due_anchor, b.due_minutes, b.before_sign_off) for b in blocks.values()),
        tuple(Area(a.key, a.name, a.name_zh, a.place, a.place_zh) for a in areas.values()),
        tuple(
            item_of(row, blocks[row.block_id].key, areas[row.area_id].key if row.area_id else "") for row in version.items.order_by("order")
        ),
        version.default_rounds,
    )


def changes_between(before: Content, after: Content) -> list[Change]:
    """What ``after`` asks differently, in its own order; parts are known by their keys, what was removed stands at the end of its kind."""
    found: list[Change] = []
    if before.default_rounds != after.default_rounds:
        found.append(Change("changed", "template", "", "", "default_rounds", before.default_rounds, after.default_rounds))
    for part, old, new in (
        ("block", before.blocks, after.blocks),
        ("area", before.areas, after.areas),
        ("item", before.items, after.items),
    ):
        found += _changes(part, old, new)
    return found


def _changes(part: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Change]:
    known = {row.key: row for row in old}
    kept = {row.key for row in new}
    moved = _moved([row.key for row in old if row.key in kept], [row.key for row in new if row.key in known])
    for row in new:
        if row.key not in known:
            yield Change("added", part, row.key, _label(row))
            continue
        for what in fields(row):
            was, now = getattr(known[row.key], what.name), getattr(row, what.name)
            if was != now:
                yield Change("changed", part, row.key, _label(row), what.name, was, now)
        if row.key in moved:
            yield Change("moved", part, row.key, _label(row))
    for row in old:
        if row.key not in kept:
            yield Change("removed", part, row.key, _label(row))


def _label(part: Any) -> str:
    return in_language(part.text, part.text_zh) if isinstance(part, Item) else in_language(part.name, part.name_zh)


def _moved(before: list[str], after: list[str]) -> set[str]:
    """The fewest keys that must have been moved to come from one order to the other: all outside a longest common run."""
    place = {key: number for number, key in enumerate(before)}
    best: list[list[str]] = []
    for key in after:
        # best[n] is the run of length n + 1 that ends earliest.
        at = next((n for n, run in enumerate(best) if place[run[-1]] > place[key]), len(best))
        run = [*best[at - 1], key] if at else [key]
        best[at : at + 1] = [run]
    return set(after) - set(best[-1] if best else [])
