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
    "waits_for_me": State("wait", "person-check", _("Waits for me")),
    "run": State("run", "play-fill", _("In work")),
    "stop": State("stop", "exclamation-octagon", _("Severe")),
    "hold": State("hold", "lock", _("On hold")),
    "draft": State("draft", "pencil", _("Draft")),
    "nodata": State("nodata fo-hatch", "dash-lg", _("No data")),
    "green": State("ok", "check-lg", _("Checked")),
    "use_checked": State("ok", "check-lg", pgettext_lazy("use", "Checked")),
    "overdue": State("late", "alarm", _("Overdue")),
    "later": State("na", "clock", _("Later")),
    "done": State("ok", "check-lg", pgettext_lazy("state", "Done")),
    "on_target": State("ok", "check-lg", _("On target")),
    "off_target": State("ng", "x-lg", _("Off target")),
    "explained": State("ok", "chat-left-text", _("Cause given")),
    "unexplained": State("late", "question-lg", _("No cause yet")),
    # findings
    "to_put_right": State("run", "flag", pgettext_lazy("finding", "Open")),
    "put_right": State("wait", "hourglass-split", _("Waits for verification")),
    "verified": State("ok", "check2-all", pgettext_lazy("finding", "Verified")),
    "severe": State("stop", "exclamation-octagon", pgettext_lazy("severity", "Severe")),
    "normal": State("due", "exclamation-circle", pgettext_lazy("severity", "Normal")),
    "minor": State("na", "info-circle", pgettext_lazy("severity", "Minor")),
    "escalated": State("due", "arrow-up-circle", _("Escalated")),
    "stands_long": State("late", "stack", pgettext_lazy("pile-up", "Stands too long")),
    # documents
    "open": State("run", "play-fill", pgettext_lazy("state", "Open")),
    "submitted": State("wait", "hourglass-split", _("Submitted")),
    "countersigned": State("ok", "check2-all", _("Countersigned")),
    "skipped": State("na", "skip-forward", _("Skipped")),
    "handover_draft": State("draft", "pencil", pgettext_lazy("handover", "Draft")),
    "handover_waiting": State("wait", "person-exclamation", pgettext_lazy("handover", "Waits for the receiver")),
    "handover_signed": State("ok", "check2-all", pgettext_lazy("handover", "Signed")),
    "returned": State("due", "arrow-return-left", _("Returned")),
    "approved": State("ok", "check-lg", _("Approved")),
    "rejected": State("ng", "x-lg", _("Rejected")),
    "released": State("run", "play-fill", _("Released")),
    "lot_released": State("ok", "check-lg", pgettext_lazy("lot", "Released")),
    "lot_rejected": State("ng", "x-octagon", pgettext_lazy("lot", "Rejected")),
    "on_hold": State("hold", "lock", _("On hold")),
    "closed": State("na", "check2-all", pgettext_lazy("order", "Closed")),
    "place_closed": State("na", "check2-all", _("Closed")),
    "cancelled": State("na", "slash-circle", _("Cancelled")),
    "published": State("ok", "check-lg", _("Published")),
    "retired": State("na", "archive", _("Retired")),
    "to_confirm": State("due", "clock", _("To be confirmed")),
    "confirmed": State("ok", "check-lg", _("Confirmed")),
    "queried": State("ng", "question-lg", _("Queried")),
    "to_reconfirm": State("late", "arrow-repeat", _("To be reconfirmed")),
    "withdrawn": State("na", "slash-circle", _("Withdrawn")),
    "unanswered": State("wait", "hourglass-split", _("Waits for a reply")),
    "answered": State("ok", "reply", pgettext_lazy("work log", "Answered")),
    "sent": State("wait", "send", pgettext_lazy("report upward", "Sent")),
    "commented": State("run", "chat-left-text", pgettext_lazy("report upward", "Commented")),
    "acknowledged": State("ok", "check2-all", pgettext_lazy("report upward", "Taken note of")),
    "unreviewed": State("na", "circle", pgettext_lazy("order", "Not reviewed")),
    "in_review": State("wait", "hourglass-split", pgettext_lazy("order", "In review")),
    "passed": State("ok", "check-lg", pgettext_lazy("review", "Passed")),
    "not_passed": State("ng", "x-lg", pgettext_lazy("review", "Not passed")),
    "review_stale": State("late", "arrow-repeat", _("To be reviewed again")),
    # material
    "awaiting_receiver": State("wait", "person-exclamation", _("Waits for the receiver")),
    "posted": State("ok", "check-lg", pgettext_lazy("slip", "Posted")),
    "reversed": State("na", "arrow-counterclockwise", pgettext_lazy("slip", "Reversed")),
    "requested": State("wait", "hourglass-split", _("Waits for approval")),
    "lapsed": State("na", "hourglass-bottom", _("Lapsed")),
    "to_inspect": State("due", "search", _("To inspect")),
    "concession": State("due", "shield-exclamation", _("Concession")),
    "quarantine": State("hold", "lock", _("Quarantine")),
    "expected": State("run", "truck", pgettext_lazy("purchase", "Expected")),
    "received": State("ok", "check-lg", pgettext_lazy("purchase", "Arrived")),
    "arrived_late": State("due", "calendar-x", pgettext_lazy("purchase", "Arrived late")),
    "blocked": State("hold", "lock", pgettext_lazy("supplier", "Blocked")),
    "expires_soon": State("due", "clock", pgettext_lazy("document", "Ends soon")),
    "expired": State("late", "alarm", pgettext_lazy("document", "Expired")),
    "replaced": State("na", "arrow-repeat", pgettext_lazy("document", "Replaced")),
    "left_plant": State("na", "box-arrow-right", pgettext_lazy("gate pass", "Left the plant")),
    "drawn_none": State("na", "circle", pgettext_lazy("quota", "Nothing drawn")),
    "drawn_part": State("run", "circle-half", pgettext_lazy("quota", "Partly drawn")),
    "drawn_full": State("ok", "check-circle", pgettext_lazy("quota", "Fully drawn")),
    "drawn_over": State("due", "plus-circle", pgettext_lazy("quota", "Over quota by supplement")),
    "counting": State("run", "clipboard-check", _("Being counted")),
    "count_submitted": State("wait", "hourglass-split", _("Waits for approval")),
    "recount": State("due", "arrow-repeat", _("Count again")),
    "slow": State("due", "hourglass-split", pgettext_lazy("stock", "Slow")),
    "dead": State("ng", "archive", pgettext_lazy("stock", "Dead")),
    "disposal_overdue": State("stop", "alarm", _("Overdue")),
    "to_carry_out": State("due", "box-arrow-right", _("To be carried out")),
    "lot_expired": State("ng", "calendar-x", _("Expired")),
    "runs_out": State("due", "calendar-event", _("Runs out")),
    "missing": State("stop", "x-octagon", pgettext_lazy("report", "Missing")),
    "on_plan": State("ok", "check-lg", _("On plan")),
    "behind": State("ng", "caret-down-fill", _("Behind")),
    "not_posted": State("late", "alarm", _("Not counted")),
    # long work
    "queued": State("due", "clock", _("Queued")),
    "running": State("run", "arrow-repeat", _("Running")),
    "failed": State("ng", "x-octagon", _("Failed")),
    "silent": State("late", "alarm", _("Worker not answering")),
    # people
    "employed": State("ok", "person-check", _("Employed")),
    "left": State("na", "person-dash", pgettext_lazy("person", "Left")),
    "present": State("ok", "check-lg", _("Present")),
    "late_person": State("late", "alarm", pgettext_lazy("person", "Late")),
    "leave": State("na", "dash-lg", _("On leave")),
    "absent": State("ng", "x-lg", _("Unplanned absence")),
    "on_time": State("ok", "check-lg", pgettext_lazy("people", "On time")),
    "not_arrived": State("ng", "person-x", _("Not arrived")),
    "lent": State("run", "arrow-left-right", _("Lent")),
    "taken_back": State("na", "arrow-counterclockwise", _("Taken back")),
    "future": State("due", "calendar-event", _("From a later date")),
    "superseded": State("na", "archive", pgettext_lazy("version", "Superseded")),
    "in_force": State("ok", "check-lg", _("In force")),
    "ended": State("na", "check2-all", pgettext_lazy("state", "Ended")),
    "working": State("ok", "check-lg", _("Working day")),
    "holiday": State("hold", "calendar-x", _("Holiday")),
}


def state(key: str) -> State:
    """The entry of a state; raises ``KeyError`` for one that is not in the list."""
    return STATES[key]
