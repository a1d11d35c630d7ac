"""Saying why a row of a draft pack is poor; what is to be done about it becomes a finding of the room below."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.clock import at_plant, plant_today
from core.errors import Required
from core.versions import require_unchanged
from people.models import OrgNode, Staff
from plans.models import Finding, FindingKind
from plans.services import change_due, comment_on, hand_over, raise_finding
from reports.block import from_json
from reports.errors import CauseTooLong, DueBeforeToday, NoSuchFlag, PackFrozen
from reports.flags import SECTION_TITLES, Flag, kept_flags
from reports.models import CauseClass, MonthPack, PackCause, PackVersion

CAUSE_CHARACTERS, ACTION_CHARACTERS = 400, 300
DUE_AT = time(18)


@transaction.atomic
def give_cause(
    *,
    version: PackVersion,
    section: str,
    row: str,
    cause_class: str,
    text: str,
    action: str,
    owner: Staff,
    due_on: date,
    by: Staff,
    seen: int | None = None,
) -> PackCause:
    """Explain a flagged row of a draft, for every figure that is poor in it; a second time corrects what was said.

    The action becomes a finding of the row's unit (a product's: the plant), due at 18:00 of ``due_on``. ``seen`` is the version of the
    cause that was corrected. Raises ``PackFrozen``, ``NoSuchFlag``, ``StaleVersion``, and at their fields ``Required``, ``CauseTooLong``,
    ``DueBeforeToday``, ``OwnerHasLeft``. (RPT-03, RPT-05, RPT-07)
    """
    pack = MonthPack.objects.select_for_update().select_related("plant").get(pk=version.pack_id)
    version = PackVersion.objects.get(pk=version.pk)
    if not version.is_draft:
        raise PackFrozen()
    flag = next((flag for flag in flags_of(version) if (flag.section, flag.key) == (section, row)), None)
    if flag is None:
        raise NoSuchFlag()
    cause = PackCause.objects.filter(version=version, section=section, row=row).select_related("finding", "owner").first()
    if cause is not None:
        require_unchanged(cause, seen)
    text, action = _words("text", text, CAUSE_CHARACTERS), _words("action", action, ACTION_CHARACTERS)
    kept_due = cause.due_on if cause else None
    if due_on < plant_today() and due_on != kept_due:
        raise DueBeforeToday(field="due_on", today=plant_today().isoformat())
    said: dict[str, Any] = {"cause_class": CauseClass(cause_class), "text": text, "action": action, "owner": owner, "due_on": due_on}
    if cause is None:
        finding = _open_finding(pack, flag, by=by, **said)
        cause = PackCause(version=version, section=section, row=row, finding=finding)
    else:
        _follow(cause, by=by, **said)
    cause.kpis, cause.given_by, cause.given_at = list(flag.kpis), by, timezone.now()
    for name, value in said.items():
        setattr(cause, name, value)
    cause.save()
    return cause


def flags_of(version: PackVersion) -> list[Flag]:
    return kept_flags(from_json(version.snapshot), version.snapshot)


def unexplained(version: PackVersion) -> list[Flag]:
    """Flags of which a poor figure has no cause yet."""
    explained = {(cause.section, cause.row): set(cause.kpis) for cause in PackCause.objects.filter(version=version)}
    return [flag for flag in flags_of(version) if not set(flag.kpis) <= explained.get((flag.section, flag.key), set())]


def _words(field: str, text: str, most: int) -> str:
    text = text.strip()
    if not text:
        raise Required(field=field)
    if len(text) > most:
        raise CauseTooLong(field=field, length=len(text), most=most)
    return text


def _due_at(due_on: date) -> datetime:
    return at_plant(due_on, DUE_AT)


def _open_finding(
    pack: MonthPack, flag: Flag, *, cause_class: CauseClass, text: str, action: str, owner: Staff, due_on: date, by: Staff
) -> Finding:
    head = f"{flag.label} · {SECTION_TITLES[flag.section]} {pack.month}: {flag.words}"
    node = pack.plant if flag.is_product else OrgNode.objects.get(code=flag.name.code)
    return raise_finding(
        kind=FindingKind.DEVIATION,
        node=node,
        text="\n".join((head[:250], _cause_words(cause_class, text), _action_words(action))),
        by=by,
        owner=owner,
        due_at=_due_at(due_on),
    )


def _cause_words(cause_class: CauseClass, text: str) -> str:
    return _("Cause (%(kind)s): %(text)s") % {"kind": cause_class.label, "text": text}


def _action_words(action: str) -> str:
    return _("Action: %(text)s") % {"text": action}


def _follow(cause: PackCause, *, cause_class: CauseClass, text: str, action: str, owner: Staff, due_on: date, by: Staff) -> None:
    """The finding hears of what was corrected, as long as it is open: other words as a comment, another owner, another due date."""
    finding = Finding.objects.get(pk=cause.finding_id)
    if finding.status != Finding.Status.OPEN:
        return
    if (cause_class, text, action) != (cause.cause_class, cause.text, cause.action):
        comment_on(finding=finding, text="\n".join((_cause_words(cause_class, text), _action_words(action))), by=by)
    if owner not in (cause.owner, finding.owner):
        hand_over(finding=finding, owner=owner, by=by)
    if due_on != cause.due_on:
        change_due(finding=finding, due_at=_due_at(due_on), reason=_("Corrected in the month pack."), by=by)
