"""The figures of a month by HTTP are those of the command."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from tests.api.conftest import codes
from tests.factories.people import make_plant
from tests.factories.plans import LineFactory, ReportFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def october(plant, day_shift):
    LineFactory(report=ReportFactory(team=plant.a1, business_date=date(2026, 10, 20), shift=day_shift), planned_qty=120)


def test_the_api_tells_what_the_command_tells(api, plant, october):
    said = StringIO()
    call_command("month_figures", "2026-10", "--json", stdout=said)

    answer = api(plant.person("dir")).get("/months/2026-10")

    assert answer.json() == json.loads(said.getvalue())
    assert answer.json()["rows"][0]["attainment_pct"] == "83.33"


@pytest.mark.req("SYS-01")
def test_each_sees_their_own_part(api, plant, october):
    program = api(plant.person("wsm", plant.a))

    assert program.get("/months/2026-10").json()["org"] == "A"
    assert program.get("/months/2026-10", org="A1").json()["rows"][0]["good"] == "100"
    assert program.get("/months/2026-10", org="B").status_code == 404
    assert program.get("/months/2026-10", org="NONE").status_code == 404


def test_of_several_plants_one_is_named(api, plant, october):
    make_plant("X")
    manager = plant.person("mgr")
    manager.org = None
    manager.save()

    answer = api(manager).get("/months/2026-10")

    assert codes(answer) == {"org": "required"}
    assert answer.json()["codes"] == "P, XP"
    assert api(manager).get("/months/2026-10", org="XP").json()["org"] == "XP"


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "x", "0000-01"])
def test_what_is_no_month_is_refused(api, plant, month):
    assert codes(api(plant.person("mgr")).get(f"/months/{month}")) == {"month": "not_a_month"}
