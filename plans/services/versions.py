"""A stale page cannot overwrite a newer one (DESIGN 3.4)."""

from typing import Any

from django.utils.translation import gettext

from core.errors import StaleVersion
from core.people_names import names_of
from plans.words import clock_words


def require_version(document: Any, seen: int | None) -> None:
    """Raises ``StaleVersion``, with who changed ``document`` and when, unless ``seen`` is its version; ``None`` asks nothing."""
    if seen is None or seen == document.version:
        return
    last = None if document.pk is None else document.events.select_related("pgh_context").order_by("-pgh_id").first()
    staff_no = last.pgh_context.metadata.get("by", "") if last and last.pgh_context else ""
    who = names_of([staff_no]).get(staff_no) if staff_no else None
    raise StaleVersion(who=who or gettext("The system"), when=clock_words(last.pgh_created_at) if last else "", version=document.version)
