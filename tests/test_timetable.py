"""Beat's timetable: every entry is a task that exists, has a twin command, and stays as the plant set it."""

import pytest
from celery import current_app
from django.core.management import get_commands
from django_celery_beat.models import PeriodicTask

from floorops.timetable import TIMETABLE, ship_timetable

pytestmark = pytest.mark.django_db


@pytest.mark.req("SYS-05")
def test_every_entry_is_a_task_with_a_twin_command():
    current_app.loader.import_default_modules()
    for entry in TIMETABLE:
        assert entry.task in current_app.tasks
        assert entry.twin in get_commands()


def test_the_month_is_built_on_the_first_at_two_plant_time():
    ship_timetable()
    times = PeriodicTask.objects.get(name="reports.build_last_month").crontab

    assert (times.minute, times.hour, times.day_of_month, str(times.timezone)) == ("0", "2", "1", "Asia/Shanghai")


def test_what_the_plant_changed_is_kept():
    ship_timetable()
    PeriodicTask.objects.filter(name="reports.build_last_month").update(enabled=False)
    ship_timetable()

    assert not PeriodicTask.objects.get(name="reports.build_last_month").enabled
    assert PeriodicTask.objects.filter(name__in=[entry.task for entry in TIMETABLE]).count() == len(TIMETABLE)
