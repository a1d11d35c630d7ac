"""The month pack seen from outside one process: no Redis, and two builders at once."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import StringIO
from threading import Barrier
from urllib.parse import quote

import pytest
from django.conf import settings as house
from django.core.management import call_command
from django.db import connection

from core.clock import PlantMonth
from reports import services
from reports.models import MonthPack, PackFile, PackVersion
from tests.factories.people import make_plant
from tests.factories.plans import LineFactory, ReportFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def reported(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    plant = make_plant()
    LineFactory(report=ReportFactory(team=plant.a1, business_date=date(2026, 10, 5)), planned_qty=1000, good_qty=940)
    return plant


@pytest.mark.req("SYS-05")
def test_the_command_builds_the_month_with_no_redis_running(reported, tmp_path):
    at = connection.settings_dict
    surroundings = os.environ | {
        "DJANGO_SETTINGS_MODULE": "floorops.settings.test",
        "DATABASE_URL": f"postgres://{at['USER']}:{quote(at['PASSWORD'])}@{at['HOST']}:{at['PORT']}/{at['NAME']}",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "MEDIA_ROOT": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "month_pack", "2026-10"],
        cwd=house.BASE_DIR, env=surroundings, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "P 2026-10" in done.stdout

    call_command("month_pack", "2026-10", stdout=StringIO())

    assert PackVersion.objects.get().snapshot["whole"]["sums"]["good"] == "940"
    assert PackFile.objects.count() == 4


@pytest.mark.req("RPT-01")
def test_two_builders_at_once_make_one_pack(reported, monkeypatch):
    both_have_drawn = Barrier(2, timeout=60)
    keep = services.packs._keep_draft

    def keep_together(*given):
        both_have_drawn.wait()
        return keep(*given)

    monkeypatch.setattr(services.packs, "_keep_draft", keep_together)

    def build(_number):
        try:
            return services.build_pack(plant=reported.plant, month=PlantMonth(2026, 10), by=None).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as builders:
        first, second = builders.map(build, range(2))

    assert first == second
    assert (MonthPack.objects.count(), PackVersion.objects.count(), PackFile.objects.count()) == (1, 1, 4)
