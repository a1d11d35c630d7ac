"""The inbox tells what is late and what waits for a decision, each once (SYS-04)."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from people.models import CalendarDay, Notice, OrgSpan
from plans.models import DailyReport, Sheet
from plans.services import approve_report, countersign_sheet, remind, reopen_report, submit_report
from tests.factories.checklists import make_sheet
from tests.factories.plans import LineFactory, ReportFactory

FRIDAY = date(2026, 11, 20)
EVENING = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)  # 17:30 at the plant
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_evening():
    with time_machine.travel(EVENING, tick=False):
        yield


@pytest.fixture
def leader(plant, day_shift):
    """Only team A1 reports, and only on this Friday."""
    for node, person in ((plant.a1, plant.person("tld", plant.a1)), (plant.a, plant.person("wsm", plant.a))):
        OrgSpan.objects.filter(node=node).update(leader=person)
    CalendarDay.objects.bulk_create(CalendarDay(date=FRIDAY - timedelta(days=back), is_working=False) for back in range(1, 15))
    return plant.person("tld", plant.a1)


@pytest.fixture
def report(plant, leader, day_shift):
    report = ReportFactory(team=plant.a1, business_date=FRIDAY, shift=day_shift, submitted_by=leader, made_by=leader, submitted_at=EVENING)
    LineFactory(report=report)
    return report


def open_kinds(person):
    return list(Notice.objects.filter(recipient=person, done_at=None).order_by("kind").values_list("kind", flat=True))


@pytest.mark.req("SYS-04")
def test_a_report_that_waits_is_told_to_the_nearest_who_may_approve_it_once(plant, leader, report):
    manager = plant.person("wsm", plant.a)
    plant.person("mgr")
    for minute in range(0, 60, 5):
        remind(at=EVENING + timedelta(minutes=minute))
    assert Notice.objects.filter(kind="report.wait").count() == 1
    assert open_kinds(manager) == ["report.wait"]

    approve_report(report=report, by=manager)

    assert open_kinds(manager) == []
    assert remind() == 0


@pytest.mark.req("SYS-04")
def test_what_nobody_decides_stays_in_the_inbox_however_long(plant, leader, report, day_shift):
    manager = plant.person("wsm", plant.a)
    make_sheet(plant.a, day_shift, FRIDAY)
    Sheet.objects.update(status="submitted", submitted_by=plant.person("sup", plant.a), submitted_at=EVENING)
    remind()

    remind(at=EVENING + timedelta(days=40))
    assert open_kinds(manager) == ["report.wait", "sheet.wait"]

    approve_report(report=report, by=manager)
    countersign_sheet(sheet=Sheet.objects.get(), by=manager)
    remind(at=EVENING + timedelta(days=40))
    assert open_kinds(manager) == []


@pytest.mark.req("SYS-04")
def test_what_was_sent_back_leaves_the_inbox_and_waits_anew_when_it_is_handed_in_again(plant, leader, report):
    manager = plant.person("wsm", plant.a)
    remind()
    reopen_report(report=report, reason="Scrap is missing", by=manager)
    remind()
    assert open_kinds(manager) == []
    with time_machine.travel(EVENING + timedelta(minutes=20), tick=False):
        submit_report(report=report, by=leader)
        remind()
    assert open_kinds(manager) == ["report.wait"]


@pytest.mark.req("SYS-04")
def test_a_late_report_is_told_once_and_is_over_when_it_is_handed_in(plant, leader, report):
    DailyReport.objects.all().delete()
    assert remind(at=EVENING - timedelta(minutes=20)) == 0  # 17:10: due at 17:15
    for minute in range(60):
        remind(at=EVENING + timedelta(minutes=minute))
    told = Notice.objects.filter(kind="report.late", recipient=leader)
    assert told.count() == 1
    ReportFactory(team=plant.a1, business_date=FRIDAY, shift=report.shift, submitted_by=leader, made_by=leader, submitted_at=EVENING)
    remind()
    assert open_kinds(leader) == []


@pytest.mark.req("SYS-04")
def test_a_sheet_that_was_handed_in_waits_for_its_countersign(plant, leader, day_shift):
    sheet = make_sheet(plant.a, day_shift, FRIDAY)
    sup, manager, boss = plant.person("sup", plant.a), plant.person("wsm", plant.a), plant.person("mgr")
    OrgSpan.objects.filter(node=plant.plant).update(leader=boss)
    Sheet.objects.update(status="submitted", submitted_by=sup, submitted_at=EVENING)
    remind()
    assert "sheet.wait" in open_kinds(manager)
    countersign_sheet(sheet=sheet, by=manager)
    assert "sheet.wait" not in open_kinds(manager)
    Sheet.objects.update(status="submitted", submitted_by=manager, submitted_at=EVENING, countersigned_by=None, countersigned_at=None)
    remind()
    assert "sheet.wait" in open_kinds(boss)


def test_the_number_of_statements_does_not_grow(plant, leader, day_shift):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def hand_in(*teams):
        for team in teams:
            ReportFactory(team=team, business_date=FRIDAY, shift=day_shift, submitted_by=leader, submitted_at=EVENING)

    hand_in(plant.a1)
    with CaptureQueriesContext(connection) as few:
        remind()
    hand_in(plant.a2, plant.b1)
    with CaptureQueriesContext(connection) as many:
        remind()
    assert len(many) <= len(few)
