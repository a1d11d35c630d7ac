from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from core.history import event_model_of
from core.models import PlantSetting
from core.plant_settings import SETTINGS, checked
from core.versions import stale


@transaction.atomic
def change_plant_settings(*, values: Mapping[str, Any], version: int | None = None) -> list[str]:
    """Keep what differs from before; the keys that changed.

    With the ``version`` of all settings that a page was opened with, only what was changed on that page is kept. Raises ``KeyError``
    for an unlisted key, ``Faulty`` at a value's field, ``StaleVersion`` at a field that somebody else changed meanwhile.
    """
    with connection.cursor() as cursor:
        # A setting that nobody changed yet has no row that could be locked.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('plant_settings'))")
    kept = SETTINGS_AS_SHIPPED | dict(PlantSetting.objects.select_for_update().values_list("key", "value"))
    meanwhile = {} if version is None else _changed_since(version)
    changed = []
    for key, value in values.items():
        checked(key, value)
        if value == kept[key]:
            continue
        if key in meanwhile:
            opened, event = meanwhile[key]
            if value == opened:
                continue
            raise stale(event, field=key)
        PlantSetting.objects.update_or_create(key=key, defaults={"value": value})
        changed.append(key)
    return changed


SETTINGS_AS_SHIPPED = {key: setting.default for key, setting in SETTINGS.items()}


def _changed_since(version: int) -> dict[str, tuple[Any, Any]]:
    """Of each setting changed after that version what it was then, and the audit row of its last change."""
    events = event_model_of(PlantSetting).objects
    last = {event.key: event for event in events.filter(pgh_id__gt=version).select_related("pgh_context").order_by("pgh_id")}
    then = dict(events.filter(pgh_id__lte=version, key__in=last).order_by("pgh_id").values_list("key", "value"))
    return {key: (then.get(key, SETTINGS_AS_SHIPPED.get(key)), event) for key, event in last.items()}
