"""What is asked on the floor: versions of checklist templates, and where each is asked (PLN-01)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone

from core.errors import Faults, Required, RuleBroken
from people.models import OrgNode, Shift, Staff
from plans.errors import AlreadyAssigned, EndsBeforeStart, NothingChanged, UnknownItem, VersionMovedOn
from plans.models import ChecklistTemplate, TemplateAssignment, TemplateBlock, TemplateItem, TemplateVersion
from plans.services.refusals import refusals_explained
from plans.words import who_words

EDITABLE = ("text", "text_zh", "hint", "hint_zh", "is_required")
COPIED_BLOCK = ("key", "order", "name", "name_zh", "due_anchor", "due_minutes")
COPIED_ITEM = ("key", "order", "text", "text_zh", "hint", "hint_zh", "answer_type", "is_required", "rounds")


@transaction.atomic
def publish_new_version(
    *, template: ChecklistTemplate, changes: Mapping[str, Mapping[str, object]], by: Staff, seen: int | None = None
) -> TemplateVersion:
    """Publish the next version: a copy of the newest one with ``changes``, item key → some of ``EDITABLE``.

    Sheets keep the version they were made with. ``seen`` is the version the editor looked at. Raises ``VersionMovedOn``,
    ``UnknownItem``, ``NothingChanged``, ``Faults`` with every label left blank. (PLN-01)
    """
    template = ChecklistTemplate.objects.select_for_update(no_key=True).get(pk=template.pk)
    newest = template.versions.select_related("published_by").order_by("-number").first()
    assert newest is not None, "every template has a first version"
    if seen is not None and seen != newest.number:
        raise VersionMovedOn(who=who_words(newest.published_by), version=newest.number)
    items = list(newest.items.order_by("order"))
    _check(items, changes)
    version = TemplateVersion.objects.create(template=template, number=newest.number + 1)
    blocks = {
        old.pk: TemplateBlock.objects.create(version=version, **{name: getattr(old, name) for name in COPIED_BLOCK})
        for old in newest.blocks.order_by("order")
    }
    TemplateItem.objects.bulk_create(
        TemplateItem(
            version=version,
            block=blocks[old.block_id],
            **{name: getattr(old, name) for name in COPIED_ITEM} | dict(changes.get(old.key, {})),
        )
        for old in items
    )
    version.published_at, version.published_by = timezone.now(), by
    version.save(update_fields=["published_at", "published_by"])
    return version


def _check(items: list[TemplateItem], changes: Mapping[str, Mapping[str, object]]) -> None:
    known = {item.key: item for item in items}
    faults: list[RuleBroken] = []
    changed = False
    for key, values in changes.items():
        if key not in known:
            raise UnknownItem(item=key)
        for name, value in values.items():
            if name not in EDITABLE:
                raise UnknownItem(item=f"{key} {name}")
            changed = changed or getattr(known[key], name) != value
            if name in ("text", "text_zh") and not str(value).strip():
                faults.append(Required(field=f"{key}-{name}"))
    if faults:
        raise Faults(faults)
    if not changed:
        raise NothingChanged(version=items[0].version.number if items else 1)


@transaction.atomic
def assign_template(
    *,
    template: ChecklistTemplate,
    node: OrgNode,
    shift: Shift,
    starts_on: date,
    ends_on: date | None = None,
    by: Staff,
    assignment: TemplateAssignment | None = None,
) -> TemplateAssignment:
    """Ask a template in a node on every working day of a shift. Raises ``AlreadyAssigned``, ``EndsBeforeStart``."""
    if ends_on is not None and ends_on < starts_on:
        raise EndsBeforeStart(field="ends_on", ends_on=ends_on.isoformat(), starts_on=starts_on.isoformat())
    assignment = assignment or TemplateAssignment()
    assignment.template, assignment.node, assignment.shift = template, node, shift
    assignment.starts_on, assignment.ends_on = starts_on, ends_on
    taken = {"one_assignment_per_place_and_shift": lambda: AlreadyAssigned(field="node", template=template.code, node=node.code)}
    with refusals_explained(taken):
        assignment.save()
    return assignment
