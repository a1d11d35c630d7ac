from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core.models import PlantSetting
from core.plant_settings import SETTINGS, checked


@transaction.atomic
def change_plant_settings(*, values: Mapping[str, Any]) -> list[str]:
    """Keep what differs from before; the keys that changed. Raises ``KeyError`` for an unlisted key, ``Faulty`` at a value's field."""
    kept = dict(PlantSetting.objects.select_for_update().values_list("key", "value"))
    changed = []
    for key, value in values.items():
        checked(key, value)
        if value != kept.get(key, SETTINGS[key].default):
            PlantSetting.objects.update_or_create(key=key, defaults={"value": value})
            changed.append(key)
    return changed
