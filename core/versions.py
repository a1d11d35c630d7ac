"""A stale page cannot overwrite a newer one (DESIGN 3.4): the version of an audited row is its latest audit row."""

from __future__ import annotations

from django.db.models import Model

from core.errors import StaleVersion
from core.history import event_model_of
from core.people_names import names_of
from core.templatetags.fo import moment


def version_of(record: Model) -> int:
    """0 for a row that keeps no history yet."""
    latest = event_model_of(type(record)).objects.filter(pgh_obj_id=record.pk).order_by("-pgh_id").values_list("pgh_id", flat=True).first()
    return latest or 0


def require_version(record: Model, version: int | None) -> None:
    """Raises ``StaleVersion`` with who and when, if the row changed since the page was opened. Lock the row before asking."""
    if version is None:
        return
    latest = event_model_of(type(record)).objects.filter(pgh_obj_id=record.pk).select_related("pgh_context").order_by("-pgh_id").first()
    if latest is None or latest.pgh_id == version:
        return
    number = str(latest.pgh_context.metadata.get("by") or "") if latest.pgh_context else ""
    raise StaleVersion(who=names_of([number]).get(number, "FloorOps"), when=moment(latest.pgh_created_at))
