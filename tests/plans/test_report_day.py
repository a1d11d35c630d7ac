"""The daily report around its figures: what it starts with, stops on the form, the roll call beside it, who has seen it."""

from datetime import time, timedelta
from decimal import Decimal

import pytest
import time_machine

from core.clock import at_plant
from core.models import PlantSetting
from people.models import RollCall, RollCallMark
from plans import hooks
from plans.models import DailyReport, DowntimeStop, ReportSeen
from plans.selectors.daily_reports import sums_of
from plans.selectors.report_book import ReportBook
from plans.selectors.report_review import review_of
from plans.services import LineInput, save_report, submit_report
from plans.services.progress import CountInput, post_counts
from plans.services.stops import StopInput
from tests.factories.checklists import FRIDAY
from tests.factories.people import ShiftFactory, StaffFactory, org
from tests.factories.plans import LineFactory, OrderFactory, PlanLineFactory, ReportFactory
from tests.factories.rosters import follow, make_pattern
from tests.plans.statements import own_statements

pytestmark = pytest.mark.django_db
D = Decimal
NEW = "/daily-reports/new"


def on_friday(hour, minute=0):
    return at_plant(FRIDAY, time(hour, minute))


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(on_friday(16), tick=False) as moved:
        yield moved


@pytest.fixture
def tld(plant):
    return plant.person("tld", plant.a1)


@pytest.fixture
def order(plant):
    return OrderFactory(workshop=plant.a)


def called(plant, shift, hours, heads=8):
    """A roll call with so many hours in all."""
    place = {"shift": shift, "business_date": FRIDAY}
    call = RollCall.objects.create(team=plant.a1, saved_at=on_friday(8), **place)
    for staff in StaffFactory.create_batch(heads, org=plant.a1):
        each = D(hours) / heads
        RollCallMark.objects.create(roll_call=call, staff=staff, presence="present", rostered_hours=D(8), attended_hours=each, **place)


def at(plant, shift):
    return f"{NEW}?team={plant.a1.pk}&business_date=2026-11-20&shift={shift.pk}"


@pytest.mark.req("PLN-23")
def test_a_new_report_starts_from_the_plan_the_counts_and_the_roll_call(plant, day_shift, order, tld, signed_in):
    called(plant, day_shift, 64)
    big = PlanLineFactory(team=plant.a1, shift=day_shift, business_date=FRIDAY, order=order, product=order.product, planned_qty=D(750))
    PlanLineFactory(team=plant.a1, shift=day_shift, business_date=FRIDAY, planned_qty=D(250))
    place = {"team": plant.a1, "shift": day_shift, "business_date": FRIDAY, "by": tld}
    post_counts(**place, slot_starts=on_friday(8), counts=[CountInput(big.pk, D(180))])
    post_counts(**place, slot_starts=on_friday(10), counts=[CountInput(big.pk, D(190))])

    page = signed_in(tld).get(at(plant, day_shift))
    forms = page.context["forms"].forms
    shown = [[form[name].value() for name in ("planned_qty", "good_qty", "attended_hours", "headcount")] for form in forms]
    assert shown == [[D(750), D(370), D(48), D(6)], [D(250), None, D(16), D(2)]]
    assert "roll call of the shift: 64.0 h, 8 people" in page.content.decode()
    assert not DailyReport.objects.exists()


def typed(plant, shift, order, *stops, **line):
    first = {"order": order.pk, "good_qty": "612", "attended_hours": "66"} | line
    form = {f"lines-0-{name}": value for name, value in first.items()}
    for number, stop in enumerate(stops):
        form |= {f"lines-0-stops-{number}-{name}": value for name, value in stop.items()}
    form |= {"lines-0-stops-TOTAL_FORMS": max(len(stops), 1), "lines-0-stops-INITIAL_FORMS": 0}
    form |= {"lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 0, "then": "submit"}
    return form | {"team": plant.a1.pk, "shift": shift.pk, "business_date": FRIDAY.isoformat()}


@pytest.mark.req("PLN-25")
def test_stops_are_typed_as_clock_times_and_stand_on_the_report(plant, day_shift, order, tld, signed_in):
    client = signed_in(tld)
    stops = [
        {"starts": "10:00", "ends": "10:30", "reason": "machine", "place": "P-03"},
        {"starts": "16:30", "ends": "17:40", "reason": "no_material", "place": ""},
        {"starts": "", "ends": "", "reason": "", "place": ""},
    ]
    answer = client.post(NEW, typed(plant, day_shift, order, *stops))

    report = DailyReport.objects.get()
    line = report.lines.get()
    assert (line.downtime_hours, line.downtime_reason) == (D(1), "no_material")
    page = client.get(answer.headers["Location"]).content.decode()
    assert "P-03" in page
    assert "until 17:40, the rest is the next shift" in page
    forms = client.get(f"/daily-reports/{report.pk}/edit").context["forms"].forms[0].stops.forms
    assert [form["starts"].value() for form in forms] == [time(10), time(16, 30), None]


def test_a_faulty_stop_is_told_at_its_row_and_nothing_typed_is_lost(plant, day_shift, order, tld, signed_in):
    half = signed_in(tld).post(NEW, typed(plant, day_shift, order, {"starts": "10:00", "reason": "machine"}))
    assert half.status_code == 422
    assert "This is needed." in half.content.decode()

    outside = signed_in(tld).post(NEW, typed(plant, day_shift, order, {"starts": "05:00", "ends": "06:00", "reason": "machine"}))
    page = outside.content.decode()
    assert outside.status_code == 422
    assert "outside the shift, which ran from 08:00 to 17:00" in page
    assert 'value="05:00"' in page
    assert not DailyReport.objects.exists()


def test_a_form_that_says_nothing_about_stops_leaves_them_alone(plant, day_shift, order, tld, signed_in):
    client = signed_in(tld)
    client.post(NEW, typed(plant, day_shift, order, {"starts": "10:00", "ends": "10:30", "reason": "machine"}))
    report = DailyReport.objects.get()
    sent = {
        name: value
        for name, value in typed(plant, day_shift, order, downtime_hours="0.5", downtime_reason="machine").items()
        if "stops" not in name
    }
    client.post(f"/daily-reports/{report.pk}/edit", sent | {"lines-0-good_qty": "613", "version": report.version})

    assert report.lines.get().good_qty == D(613)
    assert DowntimeStop.objects.count() == 1


@pytest.mark.req("PLN-25")
def test_the_next_shifts_report_takes_over_a_stop_that_went_on(plant, day_shift, order, tld, signed_in, clock):
    evening = ShiftFactory(code="LATE", starts_at=time(17), ends_at=time(23))
    line = LineInput(
        order=order, good_qty=D(1), attended_hours=D(1), stops=(StopInput("machine", on_friday(16, 30), on_friday(18), "P-03"),)
    )
    save_report(team=plant.a2, shift=day_shift, business_date=FRIDAY, lines=[line], by=tld)
    clock.move_to(on_friday(20))

    form = signed_in(tld).get(at(plant, evening)).context["forms"].forms[0]
    assert [(stop["starts"].value(), stop["ends"].value(), stop["place"].value()) for stop in form.stops.forms[:1]] == [
        (time(16, 30), time(18), "P-03")
    ]


@pytest.mark.req("PLN-25")
def test_the_night_hands_in_the_stop_that_the_late_shift_left(plant, order, tld, signed_in, clock):
    late = ShiftFactory(code="L", starts_at=time(14), ends_at=time(22))
    night = ShiftFactory(code="N", starts_at=time(22), ends_at=time(6))
    line = LineInput(
        order=order, good_qty=D(1), attended_hours=D(1), stops=(StopInput("machine", on_friday(21, 30), on_friday(22, 30), "P-03"),)
    )
    clock.move_to(on_friday(23))
    save_report(team=plant.a2, shift=late, business_date=FRIDAY, lines=[line], by=tld)
    client = signed_in(tld)
    proposed = client.get(at(plant, night)).context["forms"].forms[0].stops.forms[0].initial
    assert (proposed["starts"], proposed["ends"]) == (time(21, 30), time(22, 30))

    sent = proposed | {"starts": "21:30", "ends": "22:30"}
    answer = client.post(NEW, typed(plant, night, order, sent))
    assert answer.status_code == 302
    report = DailyReport.objects.get(shift=night)
    stop = DowntimeStop.objects.get(line__report=report)
    assert (stop.began_at, stop.starts_at, stop.ends_at, stop.hours) == (on_friday(21, 30), on_friday(22), on_friday(22, 30), D("0.5"))

    client.post(f"/daily-reports/{report.pk}/edit", typed(plant, night, order, sent) | {"version": report.version})
    assert DowntimeStop.objects.get(line__report=report) == stop


@pytest.mark.req("PLN-23")
def test_more_than_half_an_hour_beside_the_roll_call_is_shown_to_who_approves(plant, day_shift, order, tld, signed_in):
    called(plant, day_shift, 64)
    line = LineInput(order=order, good_qty=D(612), attended_hours=D("66.5"))
    report = submit_report(report=save_report(team=plant.a1, shift=day_shift, business_date=FRIDAY, lines=[line], by=tld), by=tld)
    wsm = signed_in(plant.person("wsm", plant.a))
    assert "The report says +2.5 h beside the roll call of 64.0 h." in wsm.get(f"/daily-reports/{report.pk}").content.decode()

    report.lines.update(attended_hours=D("64.5"))
    assert "beside the roll call" not in wsm.get(f"/daily-reports/{report.pk}").content.decode()


def test_material_used_is_answered_by_the_room_that_keeps_it(plant, day_shift, order, tld, signed_in, monkeypatch):
    report = ReportFactory(team=plant.a1, shift=day_shift, business_date=FRIDAY)
    LineFactory(report=report)
    client = signed_in(tld)
    monkeypatch.setattr(hooks, "named_answers", {})
    assert "nothing is used up by this report" in client.get(f"/daily-reports/{report.pk}").content.decode()
    hooks.answer_slot("material_used", lambda reports: {report.pk: hooks.Slot("", "plans/_words.html", {"words": "1,352.0 kg"})})

    assert "1,352.0 kg" in client.get(f"/daily-reports/{report.pk}").content.decode()


# --- the day's reports: missing at the cut-off, seen marks ---


@pytest.mark.req("PLN-15")
def test_a_department_without_a_report_by_the_cut_off_is_red_and_seen_records_user_and_time(plant, day_shift, signed_in, clock):
    for team in (plant.a1, plant.a2):
        LineFactory(report=ReportFactory(team=team, shift=day_shift, business_date=FRIDAY - timedelta(days=1)))
    report = ReportFactory(team=plant.a1, shift=day_shift, business_date=FRIDAY)
    LineFactory(report=report, planned_qty=D(125), good_qty=D(100))
    mgr = plant.person("mgr")
    client = signed_in(mgr)

    clock.move_to(on_friday(17, 14))
    (department,) = review_of(None, FRIDAY, on_friday(17, 14))
    assert [(row.state, row.is_missing) for row in department.rows] == [("submitted", False), ("due", False)]
    clock.move_to(on_friday(17, 15))
    page = client.get("/daily-reports/review?on=2026-11-20").content.decode()
    assert "fo-card--ng" in page
    assert "1 missing" in page
    assert "80.0\u202f%" in page

    client.post(f"/daily-reports/{report.pk}/seen", {"remark": "Why only 80 %?", "on": "2026-11-20"})
    mark = ReportSeen.objects.get()
    assert (mark.by, mark.at, mark.remark) == (mgr, on_friday(17, 15), "Why only 80 %?")
    assert "Why only 80 %?" in client.get("/daily-reports/review?on=2026-11-20").content.decode()
    assert "Why only 80 %?" in client.get(f"/daily-reports/{report.pk}").content.decode()
    again = client.post(f"/daily-reports/{report.pk}/seen")
    assert again.status_code == 409
    assert "already" in again.content.decode()


@pytest.mark.req("PLN-15")
def test_the_cut_off_is_a_setting_and_a_changed_report_can_be_seen_again(plant, day_shift, tld, signed_in):
    PlantSetting.objects.create(key="report_cutoff_minutes", value=120)
    LineFactory(report=ReportFactory(team=plant.a1, shift=day_shift, business_date=FRIDAY - timedelta(days=1)))
    assert review_of(None, FRIDAY, on_friday(18, 59))[0].missing == 0
    assert review_of(None, FRIDAY, on_friday(19))[0].missing == 1

    report = ReportFactory(team=plant.a1, shift=day_shift, business_date=FRIDAY)
    sup = signed_in(plant.person("sup", plant.a))
    sup.post(f"/daily-reports/{report.pk}/seen")
    DailyReport.objects.filter(pk=report.pk).update(version=2)
    assert sup.post(f"/daily-reports/{report.pk}/seen").status_code == 302
    assert list(ReportSeen.objects.order_by("pk").values_list("report_version", flat=True)) == [1, 2]
    draft = ReportFactory(team=plant.a2, shift=day_shift, business_date=FRIDAY, status="draft")
    assert sup.post(f"/daily-reports/{draft.pk}/seen").status_code == 409


@pytest.mark.req("PLN-15")
def test_a_version_that_nobody_looked_at_is_not_marked_as_seen(plant, day_shift, signed_in):
    report = ReportFactory(team=plant.a1, shift=day_shift, business_date=FRIDAY)
    LineFactory(report=report)
    sup = signed_in(plant.person("sup", plant.a))
    for page in ("/daily-reports/review?on=2026-11-20", f"/daily-reports/{report.pk}"):
        assert sup.get(page).content.decode().count('name="version" value="1"') >= 2
    DailyReport.objects.filter(pk=report.pk).update(version=2)

    for remark in ("", "Well done"):
        assert sup.post(f"/daily-reports/{report.pk}/seen", {"version": "1", "remark": remark}).status_code == 409
    assert not ReportSeen.objects.exists()
    assert sup.post(f"/daily-reports/{report.pk}/seen", {"version": "2"}).status_code == 302


def test_a_team_off_by_its_roster_misses_no_report(plant, day_shift):
    LineFactory(report=ReportFactory(team=plant.a1, shift=day_shift, business_date=FRIDAY - timedelta(days=1)))
    assert [row.business_date for row in ReportBook(None, on_friday(20)).missing()] != []
    follow(plant.a1, make_pattern(day_shift, None), FRIDAY - timedelta(days=1))

    late = on_friday(20)
    missing = [row for row in ReportBook(None, late).missing() if row.business_date >= FRIDAY - timedelta(days=1)]
    assert missing == []
    (department,) = review_of(None, FRIDAY - timedelta(days=1), late)
    assert [row.is_in for row in department.rows] == [True]


def test_planned_of_a_report_is_the_plan_of_its_shift(plant, day_shift, order):
    report = ReportFactory(team=plant.a1, shift=day_shift, business_date=FRIDAY)
    LineFactory(report=report, order=order, product=order.product, planned_qty=D(500), good_qty=D(400))
    LineFactory(report=report, planned_qty=D(60), good_qty=D(30))
    PlanLineFactory(team=plant.a1, shift=day_shift, business_date=FRIDAY, order=order, product=order.product, planned_qty=D(800))
    PlanLineFactory(team=plant.a1, shift=day_shift, business_date=FRIDAY, planned_qty=D(200))
    PlanLineFactory(team=plant.a1, shift=day_shift, business_date=FRIDAY, planned_qty=D(999), status="withdrawn")

    assert sums_of([report.pk])[report.pk].planned == 1060


@pytest.mark.req("PLN-15")
def test_output_without_a_plan_stays_out_of_attainment(plant, day_shift, signed_in):
    report = ReportFactory(team=plant.a1, shift=day_shift, business_date=FRIDAY)
    LineFactory(report=report, planned_qty=D(100), good_qty=D(85), recovered_qty=D(5))
    LineFactory(report=report, good_qty=D(50))

    sums = sums_of([report.pk])[report.pk]
    assert (sums.good, sums.attained, sums.planned, sums.attainment) == (140, 90, 100, D("90.0"))
    (row,) = [row for row in review_of(None, FRIDAY, on_friday(16))[0].rows if row.report]
    assert row.attainment == D("90.0")
    (output,) = [row for row in ReportBook(None, on_friday(16)).output(FRIDAY) if row.sums]
    assert output.used_width == "90.0"


def test_the_review_costs_the_same_few_statements_however_many_teams(plant, day_shift, signed_in):
    client = signed_in(plant.person("mgr"))

    def work(names):
        for name in names:
            report = ReportFactory(team=org(name, "team", plant.a), shift=day_shift, business_date=FRIDAY)
            LineFactory(report=report)
            ReportSeen.objects.create(report=report, by=plant.person("sup", plant.a), at=on_friday(9), report_version=1)

    work(["T1", "T2"])
    few = own_statements(client, "/daily-reports/review")
    work([f"U{number}" for number in range(15)])
    assert own_statements(client, "/daily-reports/review") <= few <= 10
