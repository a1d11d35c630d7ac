"""Old files and logs go at night, whether or not anybody does anything (DESIGN 3.11)."""

from datetime import timedelta
from pathlib import Path

import pytest
from axes.models import AccessLog
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from core.models import TableImport
from core.services import forget_old
from core.services.imports import keep_import
from core.services.settings import change_plant_settings
from core.tasks import forget_old as task

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def brought(plant, settings, tmp_path):
    """Keeps a file that is so many days old, and tells where it lies."""
    settings.MEDIA_ROOT = str(tmp_path)

    def bring(days: int, **more) -> Path:
        row = keep_import(kind="products", file=SimpleUploadedFile("rows.csv", b"code,name\n"), by=plant.person("plr"))
        TableImport.objects.filter(pk=row.pk).update(made_at=timezone.now() - timedelta(days=days), **more)
        return Path(row.file.path)

    return bring


def test_a_file_that_nobody_loaded_goes_after_the_days_of_the_setting(brought):
    old, young, loaded = brought(8), brought(6), brought(8, loaded_at=timezone.now())

    assert forget_old()["files"] == 1
    assert forget_old()["files"] == 0

    assert [path.exists() for path in (old, young, loaded)] == [False, True, True]
    assert TableImport.objects.count() == 2
    change_plant_settings(values={"import_file_days": 5})
    task()
    assert not young.exists()


def test_sign_ins_go_after_their_days_and_sessions_when_they_are_over(capsys, signed_in, plant):
    signed_in(plant.person("plr"))
    now = timezone.now()
    for days in (181, 179):
        log = AccessLog.objects.create(username="li", path_info="/", http_accept="", user_agent="")
        AccessLog.objects.filter(pk=log.pk).update(attempt_time=now - timedelta(days=days))
    Session.objects.create(session_key="over", session_data="", expire_date=now - timedelta(minutes=1))
    before = AccessLog.objects.count()

    call_command("forget_old")

    assert capsys.readouterr().out == "0 files, 1 sign_ins, 1 sessions\n"
    assert AccessLog.objects.count() == before - 1
    assert Session.objects.count() == 1
