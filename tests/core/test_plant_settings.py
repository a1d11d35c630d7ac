"""The closed list of what a plant may set."""

import re
from pathlib import Path

from django.conf import settings

from core.plant_settings import SETTINGS


def test_every_setting_that_is_offered_is_obeyed_somewhere():
    rooms = ("core", "people", "plans", "materials", "equipment", "quality", "reports", "floorops")
    own = Path("core/plant_settings.py")
    read = "\n".join(
        file.read_text(encoding="utf-8")
        for room in rooms
        for ending in ("*.py", "*.html")
        for file in (Path(settings.BASE_DIR) / room).rglob(ending)
        if file.relative_to(settings.BASE_DIR) != own
    )

    assert [key for key in SETTINGS if not re.search(rf"""["\']{key}["\']""", read)] == []
