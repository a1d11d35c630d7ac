"""The day of a team: figures read from its daily reports each time, and what the supervisor says about them (PLN-14)."""

import re
from datetime import time, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction

from core.clock import PlantMonth, at_plant
from core.errors import Required, StaleVersion
from people.access import access_of
from people.models import RollCall, RollCallMark
from plans.errors.daily_reports import CommentLocked, DateAhead, NotATeam
from plans.models import DailyReport, DayComment
from plans.selectors.daily_reports import sums_of
from plans.selectors.day_figures import day_figures
from plans.selectors.report_review import review_of
from plans.services import (
    LineInput,
    approve_report,
    put_right,
    raise_finding,
    reopen_report,
    save_day_comment,
    save_report,
    submit_report,
)
from reports.selectors import month_figures
from tests.factories.checklists import FRIDAY, make_sheet
from tests.factories.people import ShiftFactory, StaffFactory, org
from tests.factories.plans import LineFactory, OrderFactory, PlanLineFactory, ReportFactory
from tests.plans.statements import own_statements

pytestmark = pytest.mark.django_db
D = Decimal
DAY = "2026-11-20"


@pytest.fixture(autouse=True)
def evening():
    with time_machine.travel(at_plant(FRIDAY, time(17, 30)), tick=False) as clock:
        yield clock


@pytest.fixture
def tld(plant):
    return plant.person("tld", plant.a1)


@pytest.fixture
def sup(plant):
    return plant.person("sup", plant.a)


@pytest.fixture
def wsm(plant):
    return plant.person("wsm", plant.a)


@pytest.fixture
def order(plant):
    return OrderFactory(workshop=plant.a)


def handed_in(team, shift, by, *lines):
    return submit_report(report=save_report(team=team, shift=shift, business_date=FRIDAY, lines=lines, by=by), by=by)


def line(order, good, **more):
    return LineInput(order=order, good_qty=D(good), **{"planned_qty": D(750), "attended_hours": D(64)} | more)


def figures(node, person):
    return day_figures(node, FRIDAY, at_plant(FRIDAY, time(17, 30)), access_of(person))


def told(day):
    """Output, planned, attainment, rework, scrap, attended hours, downtime of the one unit there is."""
    (one,) = day.sums.units
    return [one.good, one.planned, one.attainment, one.rework, one.scrap, day.sums.attended, day.sums.downtime]


@pytest.mark.req("PLN-14")
def test_figures_of_the_day_equal_those_of_the_teams_reports_in_several_shifts_and_after_a_correction(
    plant, day_shift, order, tld, sup, wsm
):
    evening_shift = ShiftFactory(code="EVE", name="Evening", name_zh="中班", starts_at=time(17), ends_at=time(22))
    stood = {"downtime_hours": D("1.5"), "downtime_reason": "machine"}
    first = handed_in(plant.a1, day_shift, tld, line(order, 600, rework_qty=D(12), scrap_qty=D(5), recovered_qty=D(3), **stood))
    second = handed_in(plant.a1, evening_shift, tld, line(order, 200, planned_qty=D(250), attended_hours=D(20), scrap_qty=D(1)))
    sums = sums_of([first.pk, second.pk]).values()

    day = figures(plant.a1, sup)
    assert told(day) == [D(803), D(1000), D("80.3"), D(12), D(6), D(84), D("1.5")]
    assert told(day)[:2] == [sum(one.good for one in sums), sum(one.planned for one in sums)]
    assert [sum(one.rework for one in sums), sum(one.scrap for one in sums), sum(one.attended for one in sums)] == [12, 6, 84]

    approve_report(report=first, by=wsm)
    reopen_report(report=first, reason="Ten too many", by=plant.person("mgr"))
    first.refresh_from_db()
    corrected = line(order, 590, scrap_qty=D(9), attended_hours=D(60))
    save_report(team=plant.a1, shift=day_shift, business_date=FRIDAY, lines=[corrected], by=tld, report=first, version=first.version)
    assert told(figures(plant.a1, sup)) == [D(790), D(1000), D("79.0"), D(0), D(10), D(80), D(0)]


@pytest.mark.req("PLN-14")
def test_a_units_day_is_the_sum_of_its_teams_and_equals_the_months_figures_of_that_date(plant, day_shift, order, tld, wsm):
    other = OrderFactory(workshop=plant.a)
    report = ReportFactory(team=plant.a1, shift=day_shift, business_date=FRIDAY)
    LineFactory(report=report, order=order, product=order.product, planned_qty=D(500), good_qty=D(480), rework_qty=D(7), scrap_qty=D(3))
    LineFactory(report=report, order=other, product=other.product, good_qty=D(40), downtime_hours=D(2), downtime_reason="machine")
    PlanLineFactory(team=plant.a1, shift=day_shift, business_date=FRIDAY, order=order, product=order.product, planned_qty=D(600))
    PlanLineFactory(team=plant.a1, shift=day_shift, business_date=FRIDAY, planned_qty=D(100))
    LineFactory(
        report=ReportFactory(team=plant.a2, shift=day_shift, business_date=FRIDAY), planned_qty=D(100), good_qty=D(90), recovered_qty=D(5)
    )
    LineFactory(report=ReportFactory(team=plant.b1, shift=day_shift, business_date=FRIDAY), planned_qty=D(999))

    day = figures(plant.a, wsm)
    (one,) = day.sums.units
    row = month_figures(PlantMonth(2026, 11), plant.a)["rows"][0]
    month = {name: D(value) for name, value in row.items() if name not in ("level", "code") and value is not None}
    assert (one.planned, one.good, one.unplanned) == (D(800), D(615), D(40))
    assert (one.planned, one.good, one.unplanned) == (month["planned"], month["good"] + month["recovered"], month["unplanned_good"])
    assert (one.rework, one.scrap, day.sums.attended) == (month["rework"], month["scrap"], month["attended_hours"])
    assert (one.attainment, month["attainment_pct"]) == (D("71.9"), D("71.88"))
    assert day.sums.downtime == 2


@pytest.mark.req("PLN-14")
def test_before_any_report_the_page_says_so_in_words_and_never_0(plant, day_shift, order, tld, signed_in):
    save_report(team=plant.a1, shift=day_shift, business_date=FRIDAY, lines=[line(order, 612)], by=tld)
    day = figures(plant.a1, tld)
    assert day.sums is None

    page = signed_in(tld).get(f"/day/{plant.a1.pk}/{DAY}").content.decode()
    assert page.count("Not reported yet") >= 5
    assert "not called yet" in page
    assert "612" not in re.sub(r"<[^>]+>", " ", page)  # attributes hold a secret of any letters and digits
    sheet = make_sheet(plant.a, day_shift)
    fact = signed_in(plant.person("sup", plant.a)).get(f"/sheets/{sheet.pk}").context["item_facts"]["T-01-25"]
    assert (fact.text, fact.url) == ("Not reported yet", f"/day/{plant.a.pk}/{DAY}")


@pytest.mark.req("PLN-14")
def test_the_sheet_the_report_my_day_and_the_review_lead_to_one_address_and_the_sheet_has_the_figures(
    plant, day_shift, order, tld, sup, wsm, signed_in
):
    report = handed_in(plant.a1, day_shift, tld, line(order, 600, rework_qty=D(12), scrap_qty=D(5)))
    sheet = make_sheet(plant.a, day_shift)
    page = signed_in(sup).get(f"/sheets/{sheet.pk}")
    assert page.context["item_facts"]["T-01-25"].text == "600 / 750 pieces, 80.0\u202f% · rework 12 · scrap 5"
    for address, node in (
        (f"/sheets/{sheet.pk}", plant.a),
        ("/", plant.a),
        (f"/daily-reports/{report.pk}", plant.a1),
        (f"/daily-reports/review?on={DAY}", plant.a),
    ):
        assert f'href="/day/{node.pk}/{DAY}"' in signed_in(sup).get(address).content.decode(), address


@pytest.mark.req("PLN-14")
def test_every_figure_leads_to_what_it_sums(plant, day_shift, order, tld, sup, signed_in):
    report = handed_in(plant.a1, day_shift, tld, line(order, 600))
    people = StaffFactory.create_batch(4, org=plant.a1)
    place = {"shift": day_shift, "business_date": FRIDAY}
    call = RollCall.objects.create(team=plant.a1, saved_at=at_plant(FRIDAY, time(8)), **place)
    for number, staff in enumerate(people):
        came = {"presence": "present", "attended_hours": D(8)} if number else {"presence": "absent", "attended_hours": D(0)}
        RollCallMark.objects.create(roll_call=call, staff=staff, rostered_hours=D(8), **came, **place)
    leader = plant.person("sup", plant.a)
    found = raise_finding(kind="problem", node=plant.a1, text="Oil on the aisle", by=leader)
    done = raise_finding(kind="problem", node=plant.a1, text="Lamp broken", by=leader, owner=tld)
    put_right(finding=done, result="Changed", by=tld)
    with time_machine.travel(at_plant(FRIDAY - timedelta(days=1), time(12))):
        raise_finding(kind="problem", node=plant.a1, text="Of yesterday", by=leader)

    page = signed_in(sup).get(f"/day/{plant.a1.pk}/{DAY}")
    context = page.context
    assert context["report_url"] == f"/daily-reports/{report.pk}"
    assert f'href="/people/roll-calls/{plant.a1.pk}/{DAY}/{day_shift.pk}"' in page.content.decode()
    assert "roll call 3 / 4, 75.0\u202f%" in page.content.decode()
    assert (context["day"].heads.attended, context["day"].heads.rostered) == (3, 4)
    assert context["day"].open_findings == 1
    listed = signed_in(sup).get(context["findings_url"])
    assert [row.number for row in listed.context["rows"]] == [found.number]
    handed_in(plant.a2, day_shift, tld, line(order, 10))
    assert signed_in(sup).get(f"/day/{plant.a.pk}/{DAY}").context["report_url"] == "#shifts"


def test_another_workshops_day_does_not_exist_and_a_wrong_date_neither(plant, sup, signed_in):
    client = signed_in(sup)
    assert client.get(f"/day/{plant.b1.pk}/{DAY}").status_code == 404
    assert client.get(f"/day/{plant.a1.pk}/2026-13-01").status_code == 404
    assert "No report is expected here" in client.get(f"/day/{plant.a1.pk}/2026-01-01").content.decode()


def test_units_that_differ_are_never_added_up(plant, day_shift, order, tld):
    from core.models import Unit

    by_weight = OrderFactory(workshop=plant.a)
    by_weight.product.unit = Unit.objects.get(code="kg")
    by_weight.product.save()
    handed_in(plant.a1, day_shift, tld, line(order, 600), line(by_weight, 20, planned_qty=None))

    assert [(one.unit.code, one.good, one.planned) for one in figures(plant.a1, tld).sums.units] == [("pcs", 600, 750), ("kg", 20, None)]


# --- the comment ---


@pytest.fixture
def place(plant, day_shift):
    return {"team": plant.a1, "shift": day_shift, "business_date": FRIDAY}


@pytest.mark.req("PLN-14")
def test_a_comment_may_change_until_the_report_is_approved_and_again_after_it_is_reopened(plant, day_shift, order, place, tld, sup, wsm):
    save_day_comment(text="Steel came late", by=sup, version=0, **place)
    report = handed_in(plant.a1, day_shift, tld, line(order, 600))
    save_day_comment(text="Steel came at ten", by=sup, version=1, **place)
    approve_report(report=report, by=wsm)

    with pytest.raises(CommentLocked) as refused:
        save_day_comment(text="It was my fault", by=sup, version=2, **place)
    assert refused.value.figures["who"] == "wsm A"
    reopen_report(report=report, reason="Look again", by=plant.person("mgr"))
    assert save_day_comment(text="Steel came at eleven", by=sup, version=2, **place).version == 3
    assert DayComment.objects.get().text == "Steel came at eleven"


def test_the_database_itself_keeps_the_comment_of_an_approved_report(plant, day_shift, order, place, tld, sup, wsm):
    comment = save_day_comment(text="Steel came late", by=sup, **place)
    approve_report(report=handed_in(plant.a1, day_shift, tld, line(order, 600)), by=wsm)

    for change in (lambda: DayComment.objects.update(text="x"), comment.delete):
        with pytest.raises(IntegrityError, match="approved"), transaction.atomic():
            change()
    with pytest.raises(IntegrityError, match="day_comment_says_something"), transaction.atomic():
        DayComment.objects.create(text="", by=sup, at=at_plant(FRIDAY, time(17)), **place | {"team": plant.a2})


@pytest.mark.req("PLN-14")
def test_two_who_write_at_once_do_not_overwrite_each_other_and_keep_what_they_typed(plant, day_shift, place, tld, sup, signed_in):
    save_day_comment(text="Steel came late", by=tld, version=0, **place)
    with pytest.raises(StaleVersion):
        save_day_comment(text="Two people ill", by=sup, version=0, **place)

    address = f"/day/{plant.a1.pk}/{DAY}/{day_shift.pk}/comment"
    ReportFactory(team=plant.a1, shift=day_shift, business_date=FRIDAY)
    refused = signed_in(sup).post(address, {"text": "Two people ill", "version": 0})
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "Two people ill" in page
    assert "Steel came late" in page
    form = refused.context["forms"][f"{plant.a1.pk}-{day_shift.pk}"]
    assert signed_in(sup).post(address, {"text": "Two people ill", "version": form["version"].value()}).status_code == 302
    assert (DayComment.objects.get().text, DayComment.objects.get().by) == ("Two people ill", sup)


@pytest.mark.req("SYS-03")
def test_the_history_of_the_day_says_who_wrote_which_comment(plant, day_shift, order, tld, sup, wsm, signed_in):
    handed_in(plant.a1, day_shift, tld, line(order, 600))
    address = f"/day/{plant.a1.pk}/{DAY}"
    for by, text, version in ((tld, "Steel came late", 0), (sup, "Steel came at ten", 1)):
        said = {"text": text, "version": version, "page": plant.a1.pk}
        assert signed_in(by).post(f"{address}/{day_shift.pk}/comment", said).status_code == 302

    for page in (address, f"/day/{plant.a.pk}/{DAY}"):
        told = signed_in(wsm).get(f"{page}?tab=history").context["history"]
        assert [(entry.who, entry.deed, entry.thing) for entry in told] == [
            ("sup A", "changed", f"team A1 · {day_shift.label}"),
            ("tld A1", "made", f"team A1 · {day_shift.label}"),
        ]
        assert [(change.before, change.after) for change in told[0].changes] == [("Steel came late", "Steel came at ten")]
    assert "Steel came late" not in signed_in(wsm).get(address).content.decode()
    assert signed_in(wsm).get(f"/day/{plant.a2.pk}/{DAY}?tab=history").context["history"] == []


@pytest.mark.req("PLN-14")
def test_a_refused_comment_of_a_report_approved_meanwhile_is_not_lost(plant, day_shift, order, tld, sup, wsm, signed_in):
    approve_report(report=handed_in(plant.a1, day_shift, tld, line(order, 600)), by=wsm)
    refused = signed_in(sup).post(
        f"/day/{plant.a1.pk}/{DAY}/{day_shift.pk}/comment", {"text": "Two people ill", "version": 0, "page": plant.a.pk}
    )

    assert refused.status_code == 409
    assert "Two people ill" in refused.content.decode()
    assert "wsm A approved the report of this shift" in refused.content.decode()


def test_a_comment_says_something_about_a_team_and_a_day_that_has_begun(plant, place, sup):
    for refusal, wrong in (
        (Required, {"text": "  "}),
        (DateAhead, {"business_date": FRIDAY + timedelta(days=1)}),
        (NotATeam, {"team": plant.a}),
    ):
        with pytest.raises(refusal):
            save_day_comment(by=sup, **{"text": "Steel", **place, **wrong})


@pytest.mark.req("PLN-14")
def test_the_manager_reads_the_comment_in_the_review_and_on_the_report_and_writes_none(
    plant, day_shift, order, place, tld, sup, wsm, signed_in
):
    report = handed_in(plant.a1, day_shift, tld, line(order, 600))
    written = signed_in(sup).post(
        f"/day/{plant.a1.pk}/{DAY}/{day_shift.pk}/comment", {"text": "Steel came late", "version": 0, "page": plant.a.pk}
    )
    assert written.headers["Location"] == f"/day/{plant.a.pk}/{DAY}"

    client = signed_in(wsm)
    for address in (f"/daily-reports/review?on={DAY}", f"/daily-reports/{report.pk}", f"/day/{plant.a.pk}/{DAY}"):
        assert "Steel came late" in client.get(address).content.decode(), address
    (department,) = review_of(access_of(wsm).scope, FRIDAY, at_plant(FRIDAY, time(18)))
    assert [row.comment.by for row in department.rows if row.comment] == [sup]
    assert "Change the comment" not in client.get(f"/day/{plant.a.pk}/{DAY}").content.decode()
    assert client.post(f"/day/{plant.a1.pk}/{DAY}/{day_shift.pk}/comment", {"text": "x", "version": 1}).status_code == 403


def test_the_page_costs_the_same_few_statements_however_many_teams(plant, day_shift, order, tld, signed_in):
    client = signed_in(plant.person("mgr"))

    def work(names):
        for name in names:
            team = org(name, "team", plant.a)
            LineFactory(report=ReportFactory(team=team, shift=day_shift, business_date=FRIDAY), planned_qty=D(100))
            save_day_comment(team=team, shift=day_shift, business_date=FRIDAY, text="Short", by=tld)

    work(["T1", "T2"])
    few = own_statements(client, f"/day/{plant.a.pk}/{DAY}")
    work([f"U{number}" for number in range(15)])
    assert own_statements(client, f"/day/{plant.a.pk}/{DAY}") <= few <= 10
    assert DailyReport.objects.count() == 17
