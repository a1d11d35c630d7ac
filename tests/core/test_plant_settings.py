"""The closed list of what a plant may set."""

import re
from pathlib import Path

from django.conf import settings

from core.once import one_page
from core.plant_settings import SETTINGS, all_plant_settings, plant_setting
from core.services.settings import change_plant_settings


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


def test_a_page_that_only_reads_asks_for_the_settings_once(db, django_assert_num_queries):
    with one_page(), django_assert_num_queries(1):
        assert plant_setting("roll_call_days") == 3
        assert all_plant_settings()["roll_call_days"] == 3
    with django_assert_num_queries(2):
        plant_setting("roll_call_days"), plant_setting("roll_call_days")


def test_a_page_sees_what_was_set_before_it(signed_in, plant):
    client = signed_in(plant.person("adm"))
    client.get("/settings")
    change_plant_settings(values={"plant_name": "Works two"})

    assert "Works two" in client.get("/settings").content.decode()
