"""What is asked on the floor: templates, the draft of their next version, and its publication (PLN-01, GEN-03)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.errors import Faults, Required, RuleBroken, StaleVersion
from core.refusals import refusals_explained
from core.versions import require_unchanged
from people.models import Staff
from plans.contents import Content, as_data, faults_of, item_values, read_content
from plans.errors.findings import TextTooLong
from plans.errors.orders import CodeTaken
from plans.errors.templates import DraftThere, NothingChanged, TemplateAssigned, UnknownKey, VersionMovedOn
from plans.models import ChecklistTemplate, TemplateArea, TemplateBlock, TemplateItem, TemplateVersion
from plans.selectors.templates import content_of
from plans.words import clock_words, who_words

CODE_LENGTH = 20
NAME_LENGTH = 200


@dataclass(frozen=True)
class Seen:
    """What an editor looked at: the draft ``number`` as saved ``revision`` times, or with revision 0 the published version."""

    number: int
    revision: int = 0


def write_content(version: TemplateVersion, content: Content) -> None:
    """Put ``content`` in the place of whatever the draft asked, in a constant number of statements."""
    version.items.all().delete()
    version.areas.all().delete()
    version.blocks.all().delete()
    blocks = TemplateBlock.objects.bulk_create(
        TemplateBlock(
            version=version,
            order=order,
            key=row.key,
            name=row.name,
            name_zh=row.name_zh,
            due_anchor=row.due_anchor,
            due_minutes=row.due_minutes,
            before_sign_off=row.before_sign_off,
        )
        for order, row in enumerate(content.blocks, 1)
    )
    areas = TemplateArea.objects.bulk_create(
        TemplateArea(version=version, order=order, key=row.key, name=row.name, name_zh=row.name_zh, place=row.place, place_zh=row.place_zh)
        for order, row in enumerate(content.areas, 1)
    )
    block_of, area_of = {row.key: row for row in blocks}, {row.key: row for row in areas}
    TemplateItem.objects.bulk_create(
        TemplateItem(
            version=version,
            block=block_of[row.block],
            area=area_of[row.area] if row.area else None,
            order=order,
            **item_values(row, content.default_rounds),
        )
        for order, row in enumerate(content.items, 1)
    )


@transaction.atomic
def create_template(*, code: str, name: str, name_zh: str = "", content: Content | None = None, by: Staff) -> ChecklistTemplate:
    """A new template with a draft of its first version. Raises ``CodeTaken``, or ``Faults`` with all that is wrong."""
    code, name, name_zh = code.strip(), name.strip(), name_zh.strip()
    content = content or Content()
    faults = _name_faults({"code": code, "name": name}, {"code": CODE_LENGTH, "name": NAME_LENGTH, "name_zh": NAME_LENGTH}, name_zh=name_zh)
    faults += faults_of(content)
    if faults:
        raise Faults(faults)
    with refusals_explained({"plans_checklisttemplate_code_key": lambda: CodeTaken(field="code", value=code)}):
        template = ChecklistTemplate.objects.create(code=code, name=name, name_zh=name_zh)
    _new_draft(template, 1, content, by)
    return template


@transaction.atomic
def edit_template(
    *, template: ChecklistTemplate, name: str, name_zh: str, is_retired: bool, by: Staff, version: int | None = None
) -> ChecklistTemplate:
    """What a template is called, and whether it is still asked; its versions stay. Raises ``Faults`` or ``StaleVersion``, where ``version``
    is that of the template's own row (``core.versions``)."""
    name, name_zh = name.strip(), name_zh.strip()
    if faults := _name_faults({"name": name}, {"name": NAME_LENGTH, "name_zh": NAME_LENGTH}, name_zh=name_zh):
        raise Faults(faults)
    template = _locked(template)
    require_unchanged(template, version)
    template.name, template.name_zh, template.is_retired = name, name_zh, is_retired
    template.save(update_fields=["name", "name_zh", "is_retired"])
    return template


def _name_faults(needed: Mapping[str, str], lengths: Mapping[str, int], **more: str) -> list[RuleBroken]:
    faults: list[RuleBroken] = [Required(field=field) for field, value in needed.items() if not value]
    for field, value in {**needed, **more}.items():
        if len(value) > lengths[field]:
            faults.append(TextTooLong(field=field, length=len(value), most=lengths[field]))
    return faults


def copy_template(*, template: ChecklistTemplate, code: str, name: str, name_zh: str = "", by: Staff) -> ChecklistTemplate:
    """A new template whose draft asks what the newest version of this one asks, under item keys of its own."""
    content = content_of(template.versions.order_by("-number").first())
    old, new = f"{template.code}-", f"{code.strip()}-"
    items = tuple(replace(item, key=new + item.key.removeprefix(old) if item.key.startswith(old) else item.key) for item in content.items)
    return create_template(code=code, name=name, name_zh=name_zh, content=replace(content, items=items), by=by)


@transaction.atomic
def import_template(*, data: Any, by: Staff) -> ChecklistTemplate:
    """From an exported file: a new template, or the draft of the next version of the one with that code; nothing is published.

    Raises ``DraftThere`` where somebody already works on one, ``NothingChanged``, ``Faults`` with every fault of the file at its place.
    """
    faults: list[RuleBroken] = []
    content = Content()
    try:
        content = read_content(data)
    except Faults as refusal:
        faults += refusal.faults
    named = {name: str(data.get(name) or "").strip() if isinstance(data, Mapping) else "" for name in ("code", "name", "name_zh")}
    if isinstance(data, Mapping):
        known = {"code", "name", "name_zh", "default_rounds", "blocks", "areas", "items"}
        faults += [UnknownKey(field=str(name), name=str(name)) for name in data if name not in known]
        lengths = {"code": CODE_LENGTH, "name": NAME_LENGTH, "name_zh": NAME_LENGTH}
        faults += _name_faults({"code": named["code"], "name": named["name"]}, lengths, name_zh=named["name_zh"])
    if faults:
        raise Faults(faults)
    template = ChecklistTemplate.objects.select_for_update(no_key=True).filter(code=named["code"]).first()
    if template is None:
        return create_template(**named, content=content, by=by)
    newest = template.versions.select_related("edited_by").order_by("-number").first()
    if newest is not None and newest.published_at is None:
        raise DraftThere(template=template.code, who=who_words(newest.edited_by))
    if newest is not None and content_of(newest) == content:
        raise NothingChanged(version=newest.number)
    _new_draft(template, newest.number + 1 if newest else 1, content, by)
    return template


def export_template(version: TemplateVersion) -> dict[str, Any]:
    """The version as a file that ``import_template`` reads back to the same."""
    template = version.template
    return {"code": template.code, "name": template.name, "name_zh": template.name_zh, **as_data(content_of(version))}


@transaction.atomic
def save_draft(*, template: ChecklistTemplate, content: Content, by: Staff, seen: Seen | None = None) -> TemplateVersion:
    """Keep the draft of the next version, made if there was none. A page that saw another state is refused and loses nothing; the same
    person sending the same again changes nothing.

    Raises ``StaleVersion`` or ``VersionMovedOn`` (somebody saved or published meanwhile), ``Faults`` with every value that cannot be kept.
    """
    template = _locked(template)
    newest = _newest(template)
    if newest is not None and _is_repeat(newest, content, by, seen):
        return newest
    _require_seen(newest, seen)
    if faults := faults_of(content):
        raise Faults(faults)
    if newest is None or newest.published_at is not None:
        return _new_draft(template, newest.number + 1 if newest else 1, content, by)
    newest.default_rounds = content.default_rounds
    newest.revision += 1
    newest.edited_by, newest.edited_at = by, timezone.now()
    newest.save(update_fields=["default_rounds", "revision", "edited_by", "edited_at"])
    write_content(newest, content)
    return newest


@transaction.atomic
def publish_draft(*, template: ChecklistTemplate, by: Staff, seen: Seen | None = None) -> TemplateVersion:
    """From now on sheets ask the draft; those that exist keep their version.

    The same person sending it again changes nothing. Raises ``NothingChanged`` when it asks what the last version asked, ``Faults`` with
    what it lacks (a label in a language, an item in a block), ``StaleVersion``, ``VersionMovedOn``. (PLN-01)
    """
    template = _locked(template)
    draft = _newest(template)
    if draft is not None and draft.published_by_id == by.pk and seen is not None and seen.number == draft.number and seen.revision:
        return draft
    _require_seen(draft, seen)
    if draft is None or draft.published_at is not None:
        raise NothingChanged(version=draft.number if draft else 0)
    content = content_of(draft)
    if faults := faults_of(content, complete=True):
        raise Faults(faults)
    before = template.versions.filter(published_at__isnull=False).order_by("-number").first()
    if before is not None and content_of(before) == content:
        raise NothingChanged(version=before.number)
    draft.published_at, draft.published_by = timezone.now(), by
    draft.save(update_fields=["published_at", "published_by"])
    return draft


@transaction.atomic
def discard_draft(*, template: ChecklistTemplate, by: Staff, seen: Seen | None = None) -> None:
    """Drop the draft; a template that never had a version goes with it. Raises ``StaleVersion``, ``VersionMovedOn``, ``TemplateAssigned``
    where such a template is asked somewhere."""
    template = _locked(template)
    draft = _newest(template)
    _require_seen(draft, seen)
    if draft is None or draft.published_at is not None:
        return
    is_all = draft.number == 1
    if is_all and (count := template.assignments.count()):
        raise TemplateAssigned(template=template.code, count=count)
    draft.delete()
    if is_all:
        template.delete()


def _locked(template: ChecklistTemplate) -> ChecklistTemplate:
    return ChecklistTemplate.objects.select_for_update(no_key=True).get(pk=template.pk)


def _newest(template: ChecklistTemplate) -> TemplateVersion | None:
    return template.versions.select_related("published_by", "edited_by").order_by("-number").first()


def _is_repeat(draft: TemplateVersion, content: Content, by: Staff, seen: Seen | None) -> bool:
    before = {Seen(draft.number, draft.revision - 1), Seen(draft.number - 1)}
    return draft.published_at is None and draft.edited_by_id == by.pk and seen in before and content_of(draft) == content


def _require_seen(newest: TemplateVersion | None, seen: Seen | None) -> None:
    if seen is None or newest is None:
        return
    if newest.published_at is None and seen == Seen(newest.number, newest.revision):
        return
    if newest.published_at is not None:
        if seen == Seen(newest.number):
            return
        if seen.number <= newest.number:
            raise VersionMovedOn(who=who_words(newest.published_by), version=newest.number)
    when = clock_words(newest.edited_at) if newest.edited_at else ""
    raise StaleVersion(who=who_words(newest.edited_by), when=when, version=newest.revision)


def _new_draft(template: ChecklistTemplate, number: int, content: Content, by: Staff) -> TemplateVersion:
    draft = TemplateVersion.objects.create(
        template=template, number=number, default_rounds=content.default_rounds, edited_by=by, edited_at=timezone.now()
    )
    write_content(draft, content)
    return draft
