"""What of the month needs one person: by role and scope, each a link, in words where there is nothing (RPT-11)."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.clock import PlantMonth
from people.access import access_of
from plans.models import DailyReport
from reports import services
from reports.models import MonthPack
from reports.needs import needs_of
from tests.factories.packs import explain_all, write_files_by
from tests.factories.people import make_plant
from tests.factories.plans import LineFactory, ReportFactory

pytestmark = [pytest.mark.django_db, pytest.mark.req("RPT-11")]
NEEDS = "/months/needs"
OCTOBER = PlantMonth(2026, 10)


@pytest.fixture(autouse=True)
def now(time_machine, monkeypatch, settings, tmp_path):
    time_machine.move_to("2026-11-02T10:00:00+08:00", tick=False)
    settings.MEDIA_ROOT = str(tmp_path)
    write_files_by(monkeypatch, lambda block, cover, appendix: b"file")


def reported(team, on, good):
    """An approved report, which waits for nobody."""
    line = LineFactory(report=ReportFactory(team=team, business_date=on), planned_qty=1000, good_qty=good)
    DailyReport.objects.filter(pk=line.report_id).update(status="approved", approved_at=timezone.now())


@pytest.fixture
def built(plant):
    """October's draft: A1 reached 900 of 1000, A2 all, so team, workshop and product ask for a cause."""
    for team, good in ((plant.a1, 900), (plant.a2, 1000)):
        reported(team, date(2026, 10, 7), good)
    return services.build_pack(plant=plant.plant, month=OCTOBER, by=None)


def needs(person):
    return [need for need in needs_of(access_of(person)) if need.state != "missing"]


def states(person):
    return [(need.state, need.url.partition("#")[0]) for need in needs(person)]


def submitted(plant, version):
    explain_all(version, by=plant.person("mgr"))
    return services.submit_pack(pack=version.pack, by=plant.person("mgr"), reason="stocktaking")


def test_a_manager_is_led_to_flagged_rows_without_a_cause(plant, built, signed_in):
    (need,) = needs(plant.person("mgr"))
    missing = len(services.unexplained(built))

    assert missing > 1
    assert (need.state, need.url) == ("unexplained", f"/packs/{built.pack_id}#flagged")
    assert f"{missing} flagged rows have no cause" in need.text
    assert signed_in(plant.person("mgr")).get(need.url).status_code == 200
    explain_all(built, by=plant.person("mgr"))
    assert states(plant.person("mgr")) == [("draft", f"/packs/{built.pack_id}")]


def test_a_submitted_pack_waits_for_upper_management_and_comes_back_to_the_manager(plant, built):
    address = f"/packs/{built.pack_id}"
    assert states(plant.person("dir")) == []
    version = submitted(plant, built)

    assert states(plant.person("dir")) == [("waits_for_me", address)]
    assert states(plant.person("mgr")) == []
    services.return_pack(version=version, reason="which machine?", by=plant.person("dir"))
    assert states(plant.person("dir")) == []
    assert states(plant.person("mgr")) == [("returned", address)]


def test_an_approved_pack_and_one_of_a_running_month_wait_for_nobody(plant, built):
    services.approve_pack(version=submitted(plant, built), by=plant.person("dir"))
    reported(plant.a1, date(2026, 11, 1), 900)
    services.build_pack(plant=plant.plant, month=PlantMonth(2026, 11), by=None)

    assert MonthPack.objects.count() == 2
    assert states(plant.person("mgr")) == states(plant.person("dir")) == []


@pytest.mark.req("SYS-01")
def test_packs_of_another_plant_and_reports_of_another_workshop_need_somebody_else(plant, built):
    stranger = make_plant("D-")
    assert states(stranger.person("mgr")) == []
    submitted(plant, built)
    assert states(stranger.person("mgr")) == []
    report = ReportFactory(team=plant.a1, business_date=date(2026, 11, 1), status=DailyReport.Status.SUBMITTED)
    LineFactory(report=report)

    waiting = [("waits_for_me", "/daily-reports?view=wait")]
    assert states(plant.person("wsm", plant.a)) == waiting
    assert states(plant.person("wsm", plant.b)) == states(plant.person("opr", plant.a1)) == []


def test_missing_reports_are_counted_as_my_day_counts_them(plant, signed_in):
    day = signed_in(plant.person("mgr")).get("/").context["day"]
    told = [need for need in needs_of(access_of(plant.person("mgr"))) if need.state == "missing"]

    assert len(told) == bool(day.missing)
    assert all(need.text.startswith(f"{len(day.missing)} report") for need in told)


def test_the_list_stands_beside_the_month_and_says_in_words_that_it_is_empty(plant, built, signed_in):
    assert f'hx-get="{NEEDS}"' in signed_in(plant.person("mgr")).get("/months/2026-10").content.decode()
    part = signed_in(plant.person("mgr")).get(NEEDS, headers={"HX-Request": "true"}).content.decode()
    assert "flagged rows have no cause" in part
    assert "<html" not in part
    assert "<html" in signed_in(plant.person("mgr")).get(NEEDS).content.decode()
    assert "Nothing of the month is waiting for you" in signed_in(plant.person("opr", plant.a2)).get(NEEDS).content.decode()


def test_the_list_costs_the_same_however_many_reports_wait(plant, built, signed_in):
    client = signed_in(plant.person("mgr"))
    with CaptureQueriesContext(connection) as frame:
        client.get("/account")
    with CaptureQueriesContext(connection) as few:
        client.get(NEEDS)
    for day in range(1, 25):
        for team in (plant.a1, plant.a2, plant.b1):
            LineFactory(report=ReportFactory(team=team, business_date=date(2026, 9, day), status=DailyReport.Status.SUBMITTED))
    with CaptureQueriesContext(connection) as many:
        client.get(NEEDS)

    assert len(many) <= len(few)
    assert len(few) - len(frame) <= 17


def test_actions_past_their_day_lead_to_my_day(plant, built, time_machine):
    explain_all(built, by=plant.person("mgr"))
    owners = {cause.owner for cause in built.causes.all()}
    assert all("late" not in dict(states(owner)) for owner in owners)
    time_machine.move_to("2027-01-20T10:00:00+08:00", tick=False)

    assert owners
    for owner in owners:
        (late,) = [need for need in needs(owner) if need.state == "late"]
        assert (late.url, late.text.partition(" ")[0]) == ("/", str(built.causes.filter(owner=owner).count()))
