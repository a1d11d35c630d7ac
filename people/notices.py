"""What notices say: each room lists its kinds from ``AppConfig.ready``; a wrong name is told loudly (SYS-04).

A notice keeps figures only. Its title and text are sentences with ``%(names)s``, translated when somebody reads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.models import BilingualName, Unit
from core.models.names import in_language
from core.people_names import names_of
from core.templatetags.fo import day, moment
from people.models import Notice, Staff


@dataclass(frozen=True)
class NoticeKind:
    """``title`` and ``text`` name figures as ``%(name)s``. ``waits`` until it is settled by a deed; otherwise it is news, over when read.

    ``icon`` is of Bootstrap Icons, ``label`` the button that leads to the thing.
    """

    key: str
    icon: str
    title: str | Promise
    text: str | Promise = ""
    label: str | Promise = ""
    waits: bool = False


NOTICE_KINDS: dict[str, NoticeKind] = {}


def list_notice_kinds(*kinds: NoticeKind) -> None:
    """Raises ``ValueError`` when two kinds have the same key."""
    for kind in kinds:
        if NOTICE_KINDS.setdefault(kind.key, kind) != kind:
            raise ValueError(f"two kinds of notices are called {kind.key}")


def kept_figure(value: Any) -> Any:
    """A figure as JSON keeps it: people by staff number, names in both languages, units by their mark, moments and dates as ISO."""
    match value:
        case Staff():
            return {"staff_no": value.staff_no}
        case Unit():
            return {"name": value.code, "name_zh": value.name_zh if value.name_zh and value.decimals == 0 else value.code}
        case BilingualName():
            return {"name": value.name, "name_zh": value.name_zh}
        case datetime():
            return {"at": value.isoformat()}
        case date():
            return {"on": value.isoformat()}
        case bool() | int() | str():
            return value
    return str(value)


def _said(value: Any, people: Mapping[str, str]) -> Any:
    match value:
        case {"staff_no": str(number)}:
            return people.get(number, number)
        case {"name": str(name), "name_zh": str(name_zh)}:
            return in_language(name, name_zh)
        case {"at": str(at)}:
            return moment(datetime.fromisoformat(at))
        case {"on": str(on)}:
            return day(date.fromisoformat(on))
    return value


@dataclass(frozen=True)
class Told:
    """A notice in the reader's words. ``state`` is a key of ``core.states``, blank for plain news."""

    notice: Notice
    icon: str
    title: str
    text: str
    label: str
    waits: bool
    state: str

    @property
    def is_new(self) -> bool:
        return self.notice.seen_at is None


def in_words(notices: Iterable[Notice], at: datetime) -> list[Told]:
    """Notices as their reader reads them, in one statement for all the people they name."""
    rows = list(notices)
    numbers = {value["staff_no"] for row in rows for value in row.figures.values() if isinstance(value, dict) and "staff_no" in value}
    people = names_of(numbers)
    return [_told(row, people, at) for row in rows]


def _told(notice: Notice, people: Mapping[str, str], at: datetime) -> Told:
    kind = NOTICE_KINDS[notice.kind]
    figures = {name: _said(value, people) for name, value in notice.figures.items()}
    state = ""
    if notice.done_at is not None:
        state = "done"
    elif notice.due_at is not None:
        state = "late" if notice.due_at < at else "due"
    elif kind.waits:
        state = "waits_for_me"
    text = str(kind.text) % figures if kind.text else ""
    return Told(notice, kind.icon, str(kind.title) % figures, text, str(kind.label or _("Look")), kind.waits, state)
