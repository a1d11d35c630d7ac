from datetime import date, timedelta
from decimal import Decimal

import pytest

from people.models import OrgSpan
from plans.models import DailyReport, ProductionOrder
from plans.services import LineInput, approve_report, save_report, submit_report
from tests.factories.checklists import FRIDAY
from tests.factories.plans import LineFactory, OrderFactory, ProcessFactory, ReportFactory
from tests.plans.statements import own_statements

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def order(plant):
    return OrderFactory(workshop=plant.a)


@pytest.fixture
def tld(plant):
    return plant.person("tld", plant.a1)


@pytest.fixture
def wsm(plant):
    return plant.person("wsm", plant.a)


def typed(plant, shift, made_for, *, then="save", lines=1, **line):
    """The form as a browser sends it; ``line`` is the first line."""
    first = {"order": made_for.pk, "planned_qty": "1,000", "good_qty": "612", "rework_qty": "18", "scrap_qty": "8", "attended_hours": "66"}
    form = {f"lines-0-{name}": value for name, value in (first | line).items()}
    form |= {"lines-TOTAL_FORMS": lines, "lines-INITIAL_FORMS": 0, "then": then}
    return form | {"team": plant.a1.pk, "shift": shift.pk, "business_date": FRIDAY.isoformat()}


@pytest.fixture
def draft(plant, day_shift, order, tld):
    line = LineInput(order=order, good_qty=D(612), rework_qty=D(18), scrap_qty=D(8), attended_hours=D(66))
    return save_report(team=plant.a1, shift=day_shift, business_date=FRIDAY, lines=[line], by=tld)


@pytest.fixture
def submitted(draft, tld):
    return submit_report(report=draft, by=tld)


@pytest.mark.req("PLN-23")
def test_a_report_typed_and_submitted_stands_with_its_figures(plant, day_shift, order, tld, signed_in):
    response = signed_in(tld).post(
        "/daily-reports/new", typed(plant, day_shift, order, then="submit", counter_start="1", counter_end="639")
    )

    report = DailyReport.objects.get()
    assert response.headers["Location"] == f"/daily-reports/{report.pk}"
    line = report.lines.get()
    assert (report.status, line.good_qty, line.produced_qty, line.product) == ("submitted", D(612), D(638), order.product)


def test_full_width_digits_and_commas_are_read_as_typed(plant, day_shift, order, tld, signed_in):
    signed_in(tld).post(
        "/daily-reports/new", typed(plant, day_shift, order, good_qty="６１２", planned_qty="1，000", attended_hours="66。5")
    )

    line = DailyReport.objects.get().lines.get()
    assert (line.good_qty, line.planned_qty, line.attended_hours) == (D(612), D(1000), D("66.5"))


@pytest.mark.req("PLN-23")
def test_a_counter_that_does_not_prove_the_sum_is_refused_at_its_field_and_keeps_what_was_typed(plant, day_shift, order, tld, signed_in):
    response = signed_in(tld).post("/daily-reports/new", typed(plant, day_shift, order, counter_start="0", counter_end="640"))

    page = response.content.decode()
    assert response.status_code == 422
    assert "Produced 640 is not good 612 + rework 18 + scrap 8 = 638." in page
    assert 'value="640"' in page
    assert response.context["forms"].forms[0].errors.keys() == {"counter_end"}
    assert not DailyReport.objects.exists()


@pytest.mark.req("PLN-23")
def test_editing_a_loaded_report_keeps_what_was_produced_and_still_proves_the_sum(plant, day_shift, order, tld, signed_in):
    report = ReportFactory(team=plant.a1, shift=day_shift, business_date=FRIDAY)
    row = LineFactory(
        report=report, order=order, product=order.product, good_qty=D(612), rework_qty=D(18), scrap_qty=D(8), produced_qty=D(638)
    )
    client = signed_in(tld)
    edit = f"/daily-reports/{report.pk}/edit"

    client.post(edit, typed(plant, day_shift, order, remark="Short break") | {"version": 1})
    row.refresh_from_db()
    assert (row.remark, row.produced_qty) == ("Short break", D(638))
    wrong = client.post(edit, typed(plant, day_shift, order, good_qty="613") | {"version": 2})
    assert wrong.status_code == 422
    assert "Produced 638 is not good 613 + rework 18 + scrap 8 = 639." in wrong.content.decode()

    client.post(edit, typed(plant, day_shift, order, good_qty="613", counter_start="1", counter_end="640") | {"version": 2})
    row.refresh_from_db()
    assert row.produced_qty == D(639)
    client.post(edit, typed(plant, day_shift, order, good_qty="613") | {"version": 3})
    row.refresh_from_db()
    assert (row.counter_end, row.produced_qty) == (None, None)


def test_a_missing_figure_is_named_at_its_field(plant, day_shift, order, tld, signed_in):
    response = signed_in(tld).post("/daily-reports/new", typed(plant, day_shift, order, good_qty="", attended_hours="x"))

    assert response.status_code == 422
    assert set(response.context["forms"].forms[0].errors) == {"attended_hours"}
    response = signed_in(tld).post("/daily-reports/new", typed(plant, day_shift, order, good_qty=""))
    assert set(response.context["forms"].forms[0].errors) == {"good_qty"}


def test_a_line_that_was_only_picked_is_no_line(plant, day_shift, order, tld, signed_in):
    form = typed(plant, day_shift, order, lines=2) | {"lines-1-order": OrderFactory(workshop=plant.a).pk}

    signed_in(tld).post("/daily-reports/new", form)

    assert DailyReport.objects.get().lines.count() == 1


def test_without_a_script_one_more_line_is_offered_and_nothing_is_lost(plant, day_shift, order, tld, signed_in):
    response = signed_in(tld).post("/daily-reports/new", typed(plant, day_shift, order, then="add"))

    assert len(response.context["forms"].forms) == 2
    assert 'value="612"' in response.content.decode()
    assert not DailyReport.objects.exists()


def test_a_product_without_an_order_is_picked_by_its_code(plant, day_shift, order, tld, signed_in):
    client = signed_in(tld)

    assert client.post("/daily-reports/new", typed(plant, day_shift, order, order="", product="nope")).status_code == 422
    client.post("/daily-reports/new", typed(plant, day_shift, order, order="", product=order.product.code))
    line = DailyReport.objects.get().lines.get()
    assert (line.order, line.product) == (None, order.product)


def test_the_order_list_offers_only_released_orders_of_the_teams_workshop(plant, day_shift, order, tld, signed_in):
    elsewhere = OrderFactory(workshop=plant.b)
    closed = OrderFactory(workshop=plant.a, status="closed")

    page = signed_in(tld).get("/daily-reports/new").content.decode()

    assert order.number in page
    assert elsewhere.number not in page
    assert closed.number not in page


def test_orders_of_the_last_report_stand_ready_and_copying_brings_what_stays_the_same(plant, day_shift, order, tld, signed_in, draft):
    draft.lines.update(planned_qty=1000, headcount=12)
    address = f"/daily-reports/new?team={plant.a1.pk}&business_date=2026-11-21&shift={day_shift.pk}"

    fresh = signed_in(tld).get(address).context["forms"].forms[0]
    copied = signed_in(tld).get(f"{address}&copy=1").context["forms"].forms[0]

    assert (fresh["order"].value(), fresh["planned_qty"].value()) == (str(order.pk), None)
    assert (copied["planned_qty"].value(), copied["headcount"].value(), copied["good_qty"].value()) == (D(1000), D(12), None)


def test_a_closed_order_is_not_copied(plant, day_shift, order, tld, signed_in, draft):
    ProductionOrder.objects.update(status="closed")
    address = f"/daily-reports/new?team={plant.a1.pk}&business_date=2026-11-21&shift={day_shift.pk}&copy=1"

    assert signed_in(tld).get(address).context["forms"].forms[0]["order"].value() is None


def test_a_report_that_exists_is_opened_instead_of_a_second_one(plant, day_shift, tld, signed_in, draft):
    address = f"/daily-reports/new?team={plant.a1.pk}&business_date={FRIDAY}&shift={day_shift.pk}"

    assert signed_in(tld).get(address).headers["Location"] == f"/daily-reports/{draft.pk}/edit"


def test_the_draft_is_kept_as_it_grows_and_a_repeat_of_the_same_request_changes_nothing(plant, day_shift, order, tld, signed_in):
    from uuid import uuid4

    client = signed_in(tld)
    form = typed(plant, day_shift, order, then="auto") | {"request_key": str(uuid4())}
    first, repeat = client.post("/daily-reports/new", form).json(), client.post("/daily-reports/new", form).json()

    assert first["url"] == repeat["url"]
    assert DailyReport.objects.get().lines.count() == 1
    grown = typed(plant, day_shift, order, then="auto", good_qty="640") | {"request_key": str(uuid4()), "version": first["version"]}
    assert client.post(first["url"], grown).json()["version"] == first["version"] + 1
    stale = client.post(first["url"], grown | {"request_key": str(uuid4()), "lines-0-good_qty": "1"})
    assert (stale.status_code, stale.json()["stale"]) == (409, True)


def test_a_stale_page_shows_both_and_keeps_what_was_typed(plant, day_shift, order, tld, signed_in, draft):
    form = typed(plant, day_shift, order, good_qty="620") | {"version": draft.version}
    save_report(
        team=plant.a1,
        shift=day_shift,
        business_date=FRIDAY,
        report=draft,
        by=plant.person("sup", plant.a),
        lines=[LineInput(order=order, good_qty=D(700), attended_hours=D(66))],
    )

    response = signed_in(tld).post(f"/daily-reports/{draft.pk}/edit", form)

    page = response.content.decode()
    assert response.status_code == 409
    assert 'value="620"' in page
    assert ">700<" in page
    again = signed_in(tld).post(f"/daily-reports/{draft.pk}/edit", form | {"version": response.context["version"]})
    assert again.status_code == 302
    assert draft.lines.get().good_qty == D(620)


@pytest.mark.req("PLN-23")
def test_the_workshop_manager_approves_what_he_looked_at_and_that_locks_it(submitted, wsm, tld, signed_in):
    client = signed_in(wsm)
    assert f"/daily-reports/{submitted.pk}/approve" in client.get(f"/daily-reports/{submitted.pk}").content.decode()

    client.post(f"/daily-reports/{submitted.pk}/approve", {"version": submitted.version})

    submitted.refresh_from_db()
    assert (submitted.status, submitted.approved_by) == ("approved", wsm)
    assert signed_in(tld).get(f"/daily-reports/{submitted.pk}/edit").status_code == 302
    page = signed_in(tld).get(f"/daily-reports/{submitted.pk}").content.decode()
    assert "It is locked." in page
    assert "/edit" not in page


@pytest.mark.req("PLN-23")
def test_the_author_is_told_that_somebody_else_decides(submitted, tld, plant, signed_in):
    from django.contrib.auth.models import Group

    plant.person("wsm", plant.a)
    tld.user.groups.add(Group.objects.get(name="wsm"))
    client = signed_in(tld)

    page = client.get(f"/daily-reports/{submitted.pk}").content.decode()
    assert "You wrote this report, so somebody else decides." in page
    assert "Decided by wsm A" in page
    assert client.post(f"/daily-reports/{submitted.pk}/approve", {}).status_code == 403


def test_a_report_that_changed_after_it_was_looked_at_is_shown_again_instead_of_approved(submitted, wsm, signed_in):
    response = signed_in(wsm).post(f"/daily-reports/{submitted.pk}/approve", {"version": submitted.version - 1})

    assert response.status_code == 409
    submitted.refresh_from_db()
    assert submitted.status == "submitted"


@pytest.mark.req("PLN-23")
def test_reopening_asks_why_and_the_history_shows_both(submitted, wsm, signed_in):
    approve_report(report=submitted, by=wsm)
    client = signed_in(wsm)

    assert client.post(f"/daily-reports/{submitted.pk}/reopen", {"reason": " "}).status_code == 422
    assert client.post(f"/daily-reports/{submitted.pk}/reopen", {"reason": "Scrap counted twice"}).status_code == 302
    page = client.get(f"/daily-reports/{submitted.pk}?tab=history").content.decode()
    assert "Scrap counted twice" in page
    assert "Approved" in page


def test_a_draft_is_thrown_away_from_its_page(draft, tld, plant, signed_in):
    client = signed_in(tld)
    assert f"/daily-reports/{draft.pk}/discard" in client.get(f"/daily-reports/{draft.pk}/edit").content.decode()
    assert signed_in(plant.person("plr", plant.a)).post(f"/daily-reports/{draft.pk}/discard").status_code == 403
    assert signed_in(tld).post(f"/daily-reports/{draft.pk}/discard").headers["Location"] == "/daily-reports"
    assert not DailyReport.objects.exists()


def test_rights_on_a_report(submitted, plant, signed_in):
    page, approve = f"/daily-reports/{submitted.pk}", f"/daily-reports/{submitted.pk}/approve"

    assert signed_in(plant.person("wsm", plant.b)).get(page).status_code == 404
    assert signed_in(plant.person("tld", plant.a2)).get(page).status_code == 404
    assert signed_in(plant.person("wsm", plant.b)).post(approve).status_code == 404
    assert signed_in(plant.person("plr", plant.a)).get(page).status_code == 200
    assert signed_in(plant.person("plr", plant.a)).post(approve).status_code == 403
    assert signed_in(plant.person("plr", plant.a)).get(f"{page}/edit").status_code == 403
    assert signed_in(plant.person("adm")).post(approve).status_code == 403


def test_a_report_for_a_team_elsewhere_is_not_begun(plant, day_shift, order, tld, signed_in):
    client = signed_in(tld)

    assert client.get(f"/daily-reports/new?team={plant.b1.pk}").status_code == 404
    assert client.post("/daily-reports/new", typed(plant, day_shift, order) | {"team": plant.b1.pk}).status_code == 404
    assert signed_in(plant.person("wsm", plant.a)).get("/daily-reports/new").status_code == 403


@pytest.mark.parametrize("rubbish", [{"team": "x"}, {"team": "9" * 30}, {"shift": "x"}, {"business_date": "x"}])
def test_rubbish_in_the_address_is_no_crash(rubbish, tld, signed_in, day_shift):
    assert signed_in(tld).get("/daily-reports/new", rubbish).status_code in (200, 404)


def test_the_list_shows_sums_in_one_unit_and_what_waits_first_for_who_approves(submitted, wsm, tld, signed_in):
    assert "612" in signed_in(tld).get("/daily-reports").content.decode()
    response = signed_in(wsm).get("/daily-reports")
    assert response.context["view_key"] == "wait"
    assert [row.pk for row in response.context["rows"]] == [submitted.pk]


def test_what_one_wrote_oneself_does_not_wait_for_one(submitted, tld, signed_in):
    from django.contrib.auth.models import Group

    tld.user.groups.add(Group.objects.get(name="wsm"))

    assert signed_in(tld).get("/daily-reports?view=wait").context["rows"] == []


def test_pages_cost_the_same_few_statements_however_many_reports(plant, day_shift, order, wsm, tld, signed_in, submitted):
    client = signed_in(wsm)
    addresses = ["/daily-reports?view=all", f"/daily-reports/{submitted.pk}", "/daily-reports/missing"]
    few = [own_statements(client, address) for address in addresses]
    for days in range(1, 25):
        report = ReportFactory(team=plant.a1, business_date=FRIDAY - timedelta(days=days), made_by=tld, submitted_by=tld)
        LineFactory(report=report, order=order, product=order.product)
        LineFactory(report=report, order=order, product=order.product, process=ProcessFactory())
    many = [own_statements(client, address) for address in addresses]

    assert many == few
    assert max(many) <= 14, dict(zip(addresses, many, strict=True))


@pytest.mark.req("PLN-23")
@pytest.mark.parametrize(("at", "missing"), [("2026-11-20T17:10", 0), ("2026-11-20T17:15", 1)])
def test_a_team_without_a_report_is_listed_from_the_cut_off_on(plant, day_shift, tld, signed_in, at, missing):
    import time_machine

    ReportFactory(team=plant.a1, business_date=date(2026, 11, 19), shift=day_shift, made_by=tld)
    days = [date(2026, 11, day) for day in (13, 14, 16, 17, 18)]
    for on in days:
        ReportFactory(team=plant.a1, business_date=on, shift=day_shift)
    with time_machine.travel(f"{at}+08:00", tick=True):
        rows = signed_in(tld).get("/daily-reports/missing").context["rows"]

    assert len(rows) == missing


def test_a_sunday_and_a_team_at_rest_miss_nothing_and_a_draft_counts_as_missing(plant, day_shift, tld, order):
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from plans.selectors.report_book import ReportBook

    ReportFactory(team=plant.a2, business_date=date(2026, 9, 1), shift=day_shift)
    for day in (16, 17, 18, 19, 21):
        ReportFactory(team=plant.a1, business_date=date(2026, 11, day), shift=day_shift)
    ReportFactory(team=plant.a1, business_date=FRIDAY, shift=day_shift, status="draft")
    book = ReportBook(frozenset({plant.a1.pk, plant.a2.pk}), datetime(2026, 11, 22, 20, tzinfo=ZoneInfo("Asia/Shanghai")))

    assert [(row.team.node, row.business_date, row.draft is not None) for row in book.missing()] == [(plant.a1, FRIDAY, True)]


def test_a_team_that_moved_is_missing_only_where_it_stood(plant, day_shift, tld):
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from plans.selectors.report_book import ReportBook

    OrgSpan.objects.create(node=plant.a1, name="A1", parent=plant.b, valid_from=FRIDAY)
    book = ReportBook(None, datetime(2026, 11, 20, 20, tzinfo=ZoneInfo("Asia/Shanghai")))

    own = [row.business_date for row in book.missing() if row.team.node == plant.a1]
    assert own == [date(2026, 11, day) for day in (20, 19, 18, 17, 16, 14, 13)]
