"""Causes and steps of month packs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from core.clock import plant_today
from people.models import Staff
from reports.block import MonthBlock, to_json
from reports.flags import Flag
from reports.models import MonthPack, PackCause, PackVersion
from reports.services import flags_of, give_cause, pack_files, submit_pack, unexplained


def as_json(block: MonthBlock, cover: Any, appendix: Any) -> bytes:
    return repr(to_json(block)).encode()


def write_files_by(monkeypatch: Any, write: Callable[..., bytes] = as_json) -> None:
    """Files of a few bytes, for what does not look into them."""
    for form in pack_files.WRITERS:
        monkeypatch.setitem(pack_files.WRITERS, form, write)


def explained(version: PackVersion, flag: Flag, *, by: Staff, **said: Any) -> PackCause:
    """A cause for one flag; the manager himself does something about it within a week."""
    given: dict[str, Any] = {
        "cause_class": "machine", "text": "The press stood", "action": "Change the bearing", "owner": by,
        "due_on": plant_today() + timedelta(days=7),
    }  # fmt: skip
    return give_cause(version=version, section=flag.section, row=flag.key, by=by, **given | said)


def explain_all(version: PackVersion, *, by: Staff, **said: Any) -> list[PackCause]:
    return [explained(version, flag, by=by, **said) for flag in flags_of(version)]


def in_a_week() -> date:
    return plant_today() + timedelta(days=7)


def submitted(pack: MonthPack, *, by: Staff, reason: str = "Two teams on leave") -> PackVersion:
    """Explain what is not explained yet, then submit."""
    version = pack.versions.get(state=PackVersion.State.DRAFT)
    for flag in unexplained(version):
        explained(version, flag, by=by)
    return submit_pack(pack=pack, by=by, reason=reason)
