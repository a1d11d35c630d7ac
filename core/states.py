"""State → tone, icon and word, said once: templates name a state and never choose a colour or an icon (look, section 4).

Tint means *it is so*, solid *do something*, outline *nothing to do*, hatch *nothing was reported*.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class State:
    """``tone`` is a class of the badge (``is-ok`` …), ``icon`` a name of Bootstrap Icons."""

    tone: str
    icon: str
    word: str | Promise


STATES: dict[str, State] = {
    # results and deadlines
    "ok": State("ok", "check-lg", _("OK")),
    "ng": State("ng", "x-lg", _("NG")),
    "na": State("na", "dash-lg", _("N/A")),
    "due": State("due", "clock", _("Due")),
    "late": State("late", "alarm", _("Late")),
    "missed": State("missed", "dash-circle", _("Missed")),
    "wait": State("wait", "hourglass-split", _("Waits for approval")),
    "run": State("run", "play-fill", _("In work")),
    "stop": State("stop", "exclamation-octagon", _("Severe")),
    "hold": State("hold", "lock", _("On hold")),
    "draft": State("draft", "pencil", _("Draft")),
    "nodata": State("nodata fo-hatch", "dash-lg", _("No data")),
    "done": State("ok", "check-lg", pgettext_lazy("state", "Done")),
    "on_target": State("ok", "check-lg", _("On target")),
    "off_target": State("ng", "x-lg", _("Off target")),
    # documents
    "open": State("run", "play-fill", pgettext_lazy("state", "Open")),
    "submitted": State("wait", "hourglass-split", _("Submitted")),
    "approved": State("ok", "check-lg", _("Approved")),
    "rejected": State("ng", "x-lg", _("Rejected")),
    "released": State("run", "play-fill", _("Released")),
    "on_hold": State("hold", "lock", _("On hold")),
    "closed": State("na", "check2-all", _("Closed")),
    "cancelled": State("na", "slash-circle", _("Cancelled")),
    "published": State("ok", "check-lg", _("Published")),
    "retired": State("na", "archive", _("Retired")),
    # long work
    "queued": State("due", "clock", _("Queued")),
    "running": State("run", "arrow-repeat", _("Running")),
    "failed": State("ng", "x-octagon", _("Failed")),
    "silent": State("late", "alarm", _("Worker not answering")),
    # people
    "employed": State("ok", "person-check", _("Employed")),
    "left": State("na", "person-dash", pgettext_lazy("person", "Left")),
    "future": State("due", "calendar-event", _("From a later date")),
    "in_force": State("ok", "check-lg", _("In force")),
    "ended": State("na", "check2-all", pgettext_lazy("state", "Ended")),
    "working": State("ok", "check-lg", _("Working day")),
    "holiday": State("hold", "calendar-x", _("Holiday")),
}


def state(key: str) -> State:
    """The entry of a state; raises ``KeyError`` for one that is not in the list."""
    return STATES[key]
