"""What this room's notices say (people.notices)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.notices import NoticeKind

NUMBER = _("Finding %(number)s")

NOTICE_KINDS = (
    NoticeKind("finding.owned", "flag", _("Yours to put right: %(title)s"), NUMBER, _("Open it"), waits=True),
    NoticeKind("finding.unowned", "exclamation-octagon", _("Nobody owns this yet: %(title)s"), NUMBER, _("Name an owner"), waits=True),
    NoticeKind("finding.escalated", "arrow-up-circle", _("Overdue, now with you: %(title)s"), NUMBER, _("Open it"), waits=True),
    NoticeKind(
        "finding.verify",
        "person-check",
        _("Is it really put right? %(title)s"),
        _("Finding %(number)s, put right by %(who)s"),
        _("Verify"),
        waits=True,
    ),
    NoticeKind("sheet.late", "alarm", _("Late: %(block)s of %(checklist)s"), _("%(place)s, was due"), _("Fill it"), waits=True),
    NoticeKind("report.late", "alarm", _("Late: daily report of %(place)s"), _("%(on)s · %(shift)s"), _("Write"), waits=True),
    NoticeKind(
        "report.wait",
        "person-check",
        _("Daily report of %(place)s waits for you"),
        _("%(on)s · %(shift)s · %(who)s"),
        _("Decide"),
        waits=True,
    ),
    NoticeKind(
        "sheet.wait",
        "person-check",
        _("%(checklist)s of %(place)s waits for you"),
        _("%(on)s · %(shift)s · %(who)s"),
        _("Look"),
        waits=True,
    ),
    NoticeKind(
        "spot.overdue", "binoculars", _("No spot check in time: %(place)s"), _("%(starts)s to %(ends)s"), _("Look round now"), waits=True
    ),
    NoticeKind("finding.support", "people", _("Support asked for: %(title)s"), NUMBER, _("Answer"), waits=True),
    NoticeKind("finding.emergency", "megaphone", _("Emergency: %(title)s"), NUMBER, _("Open it")),
    NoticeKind("finding.handed", "person-up", _("%(who)s took over: %(title)s"), NUMBER),
    NoticeKind("finding.comment", "chat-left-text", _("%(who)s wrote about: %(title)s"), NUMBER),
    NoticeKind(
        "plan.changed", "calendar-check", _("The plan changed after you confirmed it"), _("%(on)s · %(shift)s"), _("Reconfirm"), waits=True
    ),
    NoticeKind(
        "plan.queried",
        "question-circle",
        _("%(who)s has a query to the plan"),
        _("%(on)s · %(shift)s · %(words)s"),
        _("Answer"),
        waits=True,
    ),
    NoticeKind(
        "handover.wait",
        "arrow-left-right",
        _("%(place)s is handed over to you"),
        _("%(on)s · %(shift)s · %(who)s"),
        pgettext_lazy("handover", "Receive"),
        waits=True,
    ),
    NoticeKind("handover.objection", "chat-left-text", _("%(who)s objects to your hand-over"), _("%(place)s · %(on)s · %(shift)s")),
    NoticeKind("task.owned", "check2-square", _("Your task: %(title)s"), _("from %(by)s"), _("Open it"), waits=True),
    NoticeKind("task.help", "people", _("You help with: %(title)s"), _("from %(by)s")),
    NoticeKind("task.handed", "person-up", _("%(who)s took over: %(title)s")),
    NoticeKind("task.done", "check2-all", _("%(who)s finished: %(title)s")),
    NoticeKind("log.wait", "journal-text", _("%(who)s's work log of %(on)s waits for your reply"), "", _("Read it"), waits=True),
    NoticeKind("log.replied", "reply", _("%(who)s answered your work log of %(on)s"), "", _("Read it")),
    NoticeKind(
        "survey.section", "clipboard2-pulse", _("Your section of the survey: %(section)s"), _("at %(place)s"), _("Fill it"), waits=True
    ),
    NoticeKind(
        "review.asked",
        "clipboard-check",
        _("%(who)s asks for your review of order %(number)s"),
        "",
        pgettext_lazy("review", "Judge"),
        waits=True,
    ),
    NoticeKind("task.comment", "chat-left-text", _("%(who)s wrote about: %(title)s")),
)
