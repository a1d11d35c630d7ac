"""Waiting hours by reason: they add up to the downtime of the daily reports (PLN-25)."""

from datetime import date, time
from decimal import Decimal

import pytest

from core.clock import PlantMonth, at_plant
from plans.models import DailyReport
from plans.services import LineInput, save_report, submit_report
from plans.services.stops import StopInput
from reports.figures import Slice, count
from reports.figures.counting import WHOLE
from reports.figures.waiting import waiting_by_reason
from tests.factories.plans import LineFactory, OrderFactory, ReportFactory

pytestmark = pytest.mark.django_db
D = Decimal
ON = date(2026, 10, 5)
OCTOBER = PlantMonth(2026, 10)


def stop(begins, over, reason, place=""):
    return StopInput(reason, at_plant(ON, time(*begins)), at_plant(ON, time(*over)), place)


def reported(plant, shift, team, *stops):
    line = LineInput(order=OrderFactory(workshop=plant.a), good_qty=D(1), attended_hours=D(8), stops=stops)
    by = plant.person("tld", plant.a1)
    return submit_report(report=save_report(team=team, shift=shift, business_date=ON, lines=[line], by=by), by=by)


@pytest.mark.req("PLN-25")
def test_waiting_hours_by_reason_appear_monthly_and_reconcile_with_the_daily_reports(plant, day_shift):
    reported(plant, day_shift, plant.a1, stop((9, 0), (9, 20), "no_material"), stop((10, 0), (11, 30), "machine", "P-03"))
    reported(plant, day_shift, plant.a2, stop((10, 30), (12, 0), "machine", "p-03"), stop((8, 0), (8, 10), "no_material"))
    LineFactory(report=ReportFactory(team=plant.b1, business_date=ON), downtime_hours=D("0.25"), downtime_reason="changeover")
    LineFactory(report=ReportFactory(team=plant.b1, business_date=date(2026, 10, 6)), downtime_hours=D("1.5"))
    draft = ReportFactory(team=plant.b1, business_date=date(2026, 10, 7), status=DailyReport.Status.DRAFT)
    LineFactory(report=draft, downtime_hours=D(9), downtime_reason="other")

    part = Slice.of_month(plant.plant, OCTOBER)
    found = waiting_by_reason(part)
    assert [(row.reason, row.hours, row.clock_hours) for row in found] == [
        ("machine", D(3), D(2)),
        ("", D("1.5"), D("1.5")),
        ("no_material", D("0.5"), D("0.5")),
        ("changeover", D("0.25"), D("0.25")),
    ]
    assert sum(row.hours for row in found) == count(part, [WHOLE])[WHOLE][0].sums["downtime_hours"] == D("5.25")
    for node in (plant.a, plant.a1, plant.b):
        part = Slice.of_month(node, OCTOBER)
        assert sum(row.hours for row in waiting_by_reason(part)) == count(part, [WHOLE])[WHOLE][0].sums["downtime_hours"], node


@pytest.mark.req("PLN-25")
def test_the_month_page_shows_why_teams_stood(plant, day_shift, signed_in):
    reported(plant, day_shift, plant.a1, stop((10, 0), (11, 30), "machine", "P-03"))
    client = signed_in(plant.person("mgr"))

    page = client.get("/months/2026-10?by=waiting").content.decode()
    for words in ("Waiting hours by reason", "Machine", "1.5", "the sum is the downtime of the daily reports"):
        assert words in page, words
    assert client.get("/months/2026-10/table.xlsx").status_code == 200
