"""What of reports upward waits for a person, as a card of My day: from what the inbox was told, with the statement that counts it."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models.names import in_language
from people.access import Access
from people.selectors import open_notices
from plans.hooks import Slot

SHOWN = 6
WORDS = {
    "upward.due": (gettext_lazy("Report upward"), gettext_lazy("Write it"), "due"),
    "upward.sent": (gettext_lazy("Report to answer"), gettext_lazy("Read it"), "waits_for_me"),
    "upward.returned": (gettext_lazy("Report to mend"), gettext_lazy("Mend it"), "returned"),
}


def upward_waiting(access: Access) -> list[Slot]:
    """Reports that are due soon or late, that wait for an answer, that came back; nothing where nothing waits."""
    if not access.may("upward.read"):
        return []
    now = timezone.now()
    notices = open_notices(access.staff, list(WORDS), SHOWN + 1, now)
    if not notices:
        return []
    rows = []
    for notice in notices[:SHOWN]:
        title, label, state = WORDS[notice["kind"]]
        place, about = notice["figures"].get("place", {}), notice["figures"].get("about", "")
        words = {"place": in_language(place.get("name", ""), place.get("name_zh", "")), "about": about}
        due_at = datetime.fromisoformat(notice["due_at"]) if notice["due_at"] else None
        rows.append(
            {
                "title": title,
                "text": _("%(place)s · %(about)s") % words,
                "label": label,
                "state": "late" if due_at is not None and due_at < now else state,
                "due_at": due_at,
                "url": notice["url"],
            }
        )
    return [Slot(gettext_lazy("Reports upward"), "reports/_upward_waiting.html", {"rows": rows, "is_more": len(notices) > SHOWN})]
