"""A stale page cannot overwrite a newer one (DESIGN 3.4): the version of an audited row is its latest audit row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Max, Model

from core.errors import StaleVersion
from core.history import event_model_of
from core.people_names import names_of
from core.templatetags.fo import moment


def version_of(record: Model) -> int:
    """0 for a row that keeps no history yet."""
    return version_among(type(record), pgh_obj_id=record.pk)


def version_among(model: type[Model], **which: Any) -> int:
    """The version of several rows that are one thing to people, found by fields of their audit rows; 0 where there are none yet."""
    events = event_model_of(model).objects.filter(**which)
    return events.order_by("-pgh_id").values_list("pgh_id", flat=True).first() or 0


def require_unchanged(record: Model, version: int | None) -> None:
    """Raises ``StaleVersion`` with who and when, if the row changed since the page was opened. Lock the row before asking."""
    require_all_unchanged(type(record), version, pgh_obj_id=record.pk)


def require_all_unchanged(model: type[Model], version: int | None, **which: Any) -> None:
    """The same for several rows; lock what they belong to before asking."""
    if version is None:
        return
    latest = event_model_of(model).objects.filter(**which).select_related("pgh_context").order_by("-pgh_id").first()
    if latest is not None and latest.pgh_id != version:
        raise stale(latest)


def stale(event: Any, *, field: str = "") -> StaleVersion:
    """The refusal for a change that this audit row tells of."""
    number = str(event.pgh_context.metadata.get("by") or "") if event.pgh_context else ""
    return StaleVersion(field=field, who=names_of([number]).get(number, "FloorOps"), when=moment(event.pgh_created_at))


def versions_of(model: type[Model], pks: Iterable[int]) -> dict[int, int]:
    """The versions of several rows, in one statement."""
    latest = event_model_of(model).objects.filter(pgh_obj_id__in=list(pks)).order_by("pgh_obj_id").values("pgh_obj_id")
    return dict(latest.annotate(latest=Max("pgh_id")).values_list("pgh_obj_id", "latest"))
