"""What this room's notices say (people.notices)."""

from django.utils.translation import gettext_lazy as _

from people.notices import NoticeKind

VERSION = _("%(plant)s, version %(number)s")

NOTICE_KINDS = (
    NoticeKind(
        "pack.submitted",
        "person-check",
        _("Month pack %(month)s waits for you"),
        _("%(plant)s, version %(number)s, submitted by %(who)s"),
        _("Decide"),
        waits=True,
    ),
    NoticeKind("pack.approved", "check-lg", _("%(who)s approved the month pack %(month)s"), VERSION, _("Look")),
    NoticeKind("pack.returned", "arrow-return-left", _("%(who)s returned the month pack %(month)s: %(words)s"), VERSION, _("Look")),
    NoticeKind("pack.commented", "chat-left-text", _("%(who)s wrote about the month pack %(month)s: %(words)s"), VERSION, _("Look")),
    NoticeKind("upward.sent", "send", _("%(who)s reports: %(about)s"), _("%(place)s, waits for your answer"), _("Read it"), waits=True),
    NoticeKind("upward.due", "alarm", _("Report upward due: %(about)s"), _("%(place)s"), _("Write it"), waits=True),
    NoticeKind(
        "upward.returned",
        "arrow-return-left",
        _("%(who)s returned your report %(about)s: %(words)s"),
        _("%(place)s"),
        _("Mend it"),
        waits=True,
    ),
    NoticeKind("upward.commented", "chat-left-text", _("%(who)s wrote about the report %(about)s: %(words)s"), _("%(place)s"), _("Look")),
    NoticeKind("upward.replied", "reply", _("%(who)s replied about the report %(about)s: %(words)s"), _("%(place)s"), _("Look")),
    NoticeKind("upward.acknowledged", "check2-all", _("%(who)s took note of the report %(about)s"), _("%(place)s"), _("Look")),
)
