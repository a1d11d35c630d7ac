"""Beat's timetable: every entry is a task that exists, has a twin command, and stays as the plant set it."""

from io import StringIO

import pytest
import time_machine
from celery import current_app
from django.core.management import call_command, get_commands
from django.urls import reverse
from django_celery_beat.models import CrontabSchedule, PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler

from floorops.demo import make_demo
from floorops.timetable import TIMETABLE, ship_timetable

pytestmark = pytest.mark.django_db


def test_a_plant_that_is_migrated_has_the_timetable():
    PeriodicTask.objects.all().delete()

    call_command("migrate", verbosity=0)

    assert set(PeriodicTask.objects.values_list("name", flat=True)) == {entry.task for entry in TIMETABLE}


@pytest.mark.req("SYS-05")
def test_every_entry_is_a_task_with_a_twin_command():
    current_app.loader.import_default_modules()
    for entry in TIMETABLE:
        assert entry.task in current_app.tasks
        assert entry.twin in get_commands()


@time_machine.travel("2026-11-21 02:00Z", tick=False)
def test_every_twin_runs_over_a_plant_at_work(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    make_demo(months=1)
    for entry in TIMETABLE:
        call_command(entry.twin, stdout=StringIO())


def test_no_schedule_stands_outside_the_timetable(settings):
    """Beat would write such a one anew at each start, whatever the administration made of it."""
    ship_timetable()

    assert not getattr(settings, "CELERY_BEAT_SCHEDULE", {})
    assert not current_app.conf.beat_schedule
    assert set(PeriodicTask.objects.values_list("name", flat=True)) == {entry.task for entry in TIMETABLE}


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


def _page_of_the_month() -> str:
    ship_timetable()
    return reverse("admin:django_celery_beat_periodictask_change", args=[PeriodicTask.objects.get(name="reports.build_last_month").pk])


def _read_by_beat() -> dict[str, object]:
    return DatabaseScheduler(current_app, lazy=True).schedule


# Beat reads only the entries of the hours around it, and closes its connection as it looks.
@pytest.mark.req("SYS-05")
@pytest.mark.django_db(transaction=True)
@time_machine.travel("2026-10-31 17:30Z")
def test_the_administration_changes_when_beat_builds_the_month(plant, signed_in):
    page = _page_of_the_month()
    assert _read_by_beat()["reports.build_last_month"].schedule.hour == {2}
    later = CrontabSchedule.objects.create(minute="30", hour="3", day_of_month="3", timezone="Asia/Shanghai")
    client = signed_in(plant.person("adm"))
    form = client.get(page).context["adminform"].form
    filled = {name: "" if form[name].value() is None else form[name].value() for name in form.fields if name not in ("enabled", "one_off")}
    filled |= {"crontab": later.pk, "start_time_0": "", "start_time_1": "", "expires_0": "", "expires_1": ""}

    assert client.post(page, filled | {"enabled": "on"}).status_code == 302
    times = _read_by_beat()["reports.build_last_month"].schedule
    assert (times.minute, times.hour, times.day_of_month, str(times.tz)) == ({30}, {3}, {3}, "Asia/Shanghai")

    assert client.post(page, filled).status_code == 302
    assert "reports.build_last_month" not in _read_by_beat()


@pytest.mark.req("SYS-05")
@pytest.mark.parametrize("role", ["mgr", "dir", "opr"])
def test_nobody_else_changes_when_the_month_is_built(plant, signed_in, role):
    page = _page_of_the_month()

    assert signed_in(plant.person(role)).post(page, {"enabled": ""}).status_code in (302, 403)
    task = PeriodicTask.objects.get(name="reports.build_last_month")
    assert (task.enabled, task.crontab.hour) == (True, "2")
