"""Something to do and how late it is, as *My day* says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.fo import clock, day


@dataclass(frozen=True)
class Task:
    """One thing to do: what, where, until when, and the button that leads there. ``state`` is a key of ``core.states``."""

    icon: str
    title: str
    text: str
    url: str
    label: str
    due: datetime
    state: str = ""
    word: str = ""


def late(due: datetime, at: datetime) -> tuple[str, str]:
    """Badge of something due: when, or by how much it is late."""
    if due >= at:
        word = clock(due) if due.date() == at.date() or due - at < timedelta(hours=12) else f"{day(due)} {clock(due)}"
        return "due", _("by %(at)s") % {"at": word}
    minutes = int((at - due).total_seconds() // 60)
    if minutes < 60:
        return "late", ngettext("%(count)s min late", "%(count)s min late", minutes) % {"count": minutes}
    if minutes < 48 * 60:
        return "late", ngettext("%(count)s h late", "%(count)s h late", minutes // 60) % {"count": minutes // 60}
    days = minutes // (24 * 60)
    return "late", ngettext("%(count)s day late", "%(count)s days late", days) % {"count": days}
