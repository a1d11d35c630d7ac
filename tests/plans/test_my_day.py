from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from people.services import Mark, save_roll_call
from plans.models import DailyReport, Finding
from plans.selectors.report_book import ReportBook
from plans.services import LineInput, answer, put_right, raise_finding, reopen_finding, save_report, submit_report, verify_finding
from tests.factories.checklists import FRIDAY, make_sheet, tap, taps_for_all
from tests.factories.people import night_shift
from tests.factories.plans import LineFactory, OrderFactory, PlanLineFactory, ReportFactory
from tests.factories.rosters import follow, make_pattern
from tests.plans.statements import asked_by_page

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture(autouse=True)
def friday_afternoon():
    with time_machine.travel("2026-11-20T13:42+08:00", tick=True):
        yield


@pytest.fixture
def day_of(signed_in):
    def day(person):
        return signed_in(person).get("/").context["day"]

    return day


def tasks(day):
    return [(task.title, task.state, task.word, task.label) for task in day.tasks]


def reported(plant, shift, team, days=(19, 18)):
    """The team reports in this shift: so it is expected today too."""
    for day in days:
        report = ReportFactory(
            team=team, business_date=date(2026, 11, day), shift=shift, status="approved", approved_at="2026-11-20T00:00Z"
        )
        report.save()


def test_a_supervisor_sees_the_phase_that_is_on_and_how_late_it_is(plant, day_shift, day_of):
    sup = plant.person("sup", plant.a)
    sheet = make_sheet(plant.a, day_shift)
    answer(sheet=sheet, answers=[tap(number) for number in range(1, 5)], by=sup)

    day = day_of(sup)
    assert tasks(day) == [("Start of shift", "late", "4 h late", "Continue")]
    assert [(phase.answered, phase.total, phase.state) for phase in day.sheet.phases] == [
        (4, 4, "done"),
        (0, 5, "late"),
        (0, 11, "now"),
        (0, 5, "later"),
    ]
    answer(sheet=sheet, answers=[tap(number) for number in range(5, 13)] + [tap(13, "ng", "Gauge missing")], by=sup)
    task = day_of(sup).tasks[0]
    assert (task.title, task.state, task.word, task.text) == ("During shift", "due", "by 16:30", "workshop A · 7 items open · 1 NG")


def test_an_answered_sheet_waits_for_its_submit_and_a_submitted_one_is_gone(plant, day_shift, day_of):
    from plans.services import submit_sheet

    sup = plant.person("sup", plant.a)
    sheet = make_sheet(plant.a, day_shift)
    answer(sheet=sheet, answers=taps_for_all(sheet), by=sup)

    assert tasks(day_of(sup)) == [("Production manager's day", "due", "by 17:00", "Submit")]
    submit_sheet(sheet=sheet, by=sup)
    assert tasks(day_of(sup)) == []


def test_yesterdays_day_sheet_is_no_task_of_today_but_a_running_night_sheet_is(plant, day_shift, day_of):
    make_sheet(plant.a, day_shift, FRIDAY - timedelta(days=1))
    make_sheet(plant.a, night_shift(), FRIDAY - timedelta(days=1))
    with time_machine.travel("2026-11-20T02:00+08:00"):
        assert [page.sheet.shift.code for page, _place in day_of(plant.person("sup", plant.a)).sheets] == ["NIGHT"]


def test_a_team_leader_sees_the_report_that_is_due_and_the_one_that_is_missing(plant, day_shift, day_of):
    tld = plant.person("tld", plant.a1)
    reported(plant, day_shift, plant.a1, days=(18, 17, 16, 14, 13))

    assert tasks(day_of(tld)) == [
        ("team A1 daily report", "late", "20 h late", "Write"),
        ("team A1 daily report", "due", "by 17:15", "Write"),
    ]
    order = OrderFactory(workshop=plant.a)
    line = LineInput(order=order, planned_qty=D(1000), good_qty=D(612), attended_hours=D(66))
    save_report(team=plant.a1, shift=day_shift, business_date=FRIDAY, lines=[line], by=tld)
    task = day_of(tld).tasks[-1]
    assert (task.label, task.text) == ("Continue", "tld A1 has begun it, good 612 pieces")


def test_a_workshop_manager_decides_on_what_others_submitted_and_sees_what_is_missing(plant, day_shift, day_of):
    tld, wsm = plant.person("tld", plant.a1), plant.person("wsm", plant.a)
    reported(plant, day_shift, plant.a1, days=(18, 17, 16, 14, 13))
    line = LineInput(order=OrderFactory(workshop=plant.a), planned_qty=D(1000), good_qty=D(612), attended_hours=D(66))
    submit_report(report=save_report(team=plant.a1, shift=day_shift, business_date=FRIDAY, lines=[line], by=tld), by=tld)

    day = day_of(wsm)
    assert tasks(day) == [("team A1 daily report", "wait", "Waits for me", "Decide")]
    assert day.tasks[0].text == "Fri 20 Nov · Day shift · good 612 / 1,000 pieces"
    assert [(row.team.label, row.business_date) for row in day.missing] == [("team A1", date(2026, 11, 19))]
    assert tasks(day_of(plant.person("wsm", plant.b))) == []


def test_the_row_of_the_reports_that_are_not_named_stands_after_the_named_ones(plant, day_shift, day_of):
    """Whatever was handed in last: an old day reported late is named before the rest is offered."""
    for day, handed_in in [(10, "20T05:00"), (11, "11T10:00"), (12, "12T10:00"), (13, "13T10:00"), (16, "16T10:00"), (17, "17T10:00")]:
        report = ReportFactory(team=plant.a1, business_date=date(2026, 11, day), shift=day_shift)
        DailyReport.objects.filter(pk=report.pk).update(status="submitted", submitted_at=f"2026-11-{handed_in}Z")

    titles = [title for title, *_ in tasks(day_of(plant.person("wsm", plant.a)))]
    assert titles == ["team A1 daily report"] * 5 + ["More reports wait for approval"]


def test_todays_output_stands_beside_the_plan_and_what_was_not_reported_is_no_zero(plant, day_shift, day_of):
    tld = plant.person("tld", plant.a1)
    reported(plant, day_shift, plant.a2)
    line = LineInput(order=OrderFactory(workshop=plant.a), planned_qty=D(1000), good_qty=D(612), attended_hours=D(66))
    save_report(team=plant.a1, shift=day_shift, business_date=FRIDAY, lines=[line], by=tld)

    with time_machine.travel("2026-11-20T13:42+08:00", tick=False):
        rows = day_of(plant.person("wsm", plant.a)).today
    assert [(row.team.label, row.sums and row.sums.good, row.used_width, row.should_width) for row in rows] == [
        ("team A1", D(612), "61.20", "63.33"),
        ("team A2", None, "0", "63.33"),
    ]


def test_lines_in_different_units_have_no_sum(plant, day_shift, day_of):
    from core.models import Unit
    from tests.factories.plans import ProductFactory

    report = ReportFactory(team=plant.a1, business_date=FRIDAY, shift=day_shift)
    LineFactory(report=report)
    LineFactory(report=report, product=ProductFactory(unit=Unit.objects.get(code="kg")))

    (row,) = day_of(plant.person("wsm", plant.a)).today
    assert (row.sums.lines, row.sums.good, row.has_plan) == (2, None, False)


def test_a_planner_sees_drafts_by_their_due_date(plant, day_of):
    OrderFactory(workshop=plant.a, number="MO-2", status="draft", due_on=date(2026, 12, 1))
    OrderFactory(workshop=plant.a, number="MO-1", status="draft", due_on=date(2026, 11, 19))
    OrderFactory(workshop=plant.b, number="MO-3", status="draft")

    assert [(task.title, task.state) for task in day_of(plant.person("plr", plant.a)).tasks] == [
        ("Order MO-1", "late"),
        ("Order MO-2", "draft"),
    ]


def test_an_administrator_of_an_empty_plant_is_told_what_it_still_needs(plant, day_of, day_shift):
    steps = {str(step.label): step.is_done for step in day_of(plant.person("adm")).set_up}

    assert steps["Shifts"] is True
    assert steps["Products: entered by the planner"] is False
    assert steps["Checklists: where and in which shift"] is False


def test_somebody_with_nothing_to_do_is_told_so(plant, signed_in):
    page = signed_in(plant.person("opr", plant.a1)).get("/").content.decode()

    assert "Nothing is waiting for you." in page


@pytest.mark.req("PLN-11")
def test_a_finding_put_right_stands_with_who_is_to_verify_it_until_it_is_decided(plant, day_shift, day_of):
    tld, wsm, other = plant.person("tld", plant.a1), plant.person("wsm", plant.a), plant.person("wsm", plant.b)
    finding = raise_finding(kind="problem", node=plant.a1, text="Oil on the aisle", by=wsm, owner=tld)

    def waits(person):
        return [
            (task.title, task.text, task.state, task.label) for task in day_of(person).tasks if task.url == f"/findings/{finding.number}"
        ]

    asked = [("Oil on the aisle", f"Finding {finding.number}, put right by tld A1", "wait", "Verify")]
    put_right(finding=finding, result="Wiped", by=tld)
    assert (waits(wsm), waits(tld), waits(other)) == (asked, [], [])
    reopen_finding(finding=Finding.objects.get(), reason="Still wet", by=wsm)
    assert waits(wsm) == []
    put_right(finding=Finding.objects.get(), result="Wiped again", by=tld)
    assert waits(wsm) == asked

    verify_finding(finding=Finding.objects.get(), by=wsm)
    assert waits(wsm) == []


@pytest.mark.parametrize("role", ["sup", "wsm", "mgr", "adm", "plr", "stk"])
def test_the_page_costs_the_same_few_statements_however_much_there_is(plant, day_shift, signed_in, role):
    person = plant.person(role, None if role in ("mgr", "adm") else plant.a)
    client = signed_in(person)
    tld = plant.person("tld", plant.a1)
    order = OrderFactory(workshop=plant.a)
    OrderFactory(workshop=plant.a, status="draft")

    def work(days):
        for count in days:
            report = ReportFactory(team=plant.a1, business_date=FRIDAY - timedelta(days=count), shift=day_shift, made_by=tld)
            LineFactory(report=report, order=order, product=order.product)
            make_sheet(plant.a, day_shift, FRIDAY - timedelta(days=count))
            PlanLineFactory(team=plant.a1, business_date=FRIDAY - timedelta(days=count), shift=day_shift, order=order)

    work(range(2))
    few = len(asked_by_page(client, "/"))
    work(range(2, 25))
    OrderFactory.create_batch(20, workshop=plant.a, status="draft")

    assert len(asked_by_page(client, "/")) <= few
    assert few <= 14, few


@pytest.mark.req("PPL-03")
def test_a_roll_call_of_the_own_team_is_due_until_it_is_made(plant, day_shift, signed_in):
    follow(plant.a1, make_pattern(day_shift), FRIDAY)
    leader = plant.person("tld", plant.a1)
    address = reverse("roll-call", args=[plant.a1.pk, FRIDAY.isoformat(), day_shift.pk])
    client = signed_in(leader)

    def due():
        return [task.state for task in client.get("/").context["day"].tasks if task.url == address]

    with time_machine.travel("2026-11-20 05:00+08:00"):
        assert due() == []
    with time_machine.travel("2026-11-20 08:10+08:00"):
        assert due() == ["due"]
    with time_machine.travel("2026-11-20 09:00+08:00"):
        assert due() == ["late"]
        save_roll_call(team=plant.a1, shift=day_shift, business_date=FRIDAY, marks=[Mark(leader, "present")], by=leader)
        assert due() == []


@pytest.mark.req("PPL-17")
def test_a_team_reports_in_the_shifts_of_its_roster_only(plant, day_shift):
    night = night_shift()
    follow(plant.a1, make_pattern(day_shift, night, None), date(2026, 11, 18))
    ReportFactory(team=plant.a1, business_date=date(2026, 11, 18), shift=day_shift)
    ReportFactory(team=plant.a1, business_date=date(2026, 11, 12), shift=night)

    missing = ReportBook(frozenset({plant.a1.pk}), datetime(2026, 11, 21, 20, tzinfo=ZoneInfo("Asia/Shanghai"))).missing()

    since = [(row.business_date.day, row.shift.code) for row in missing if row.business_date >= date(2026, 11, 18)]
    assert since == [(21, "DAY"), (19, "NIGHT")]
