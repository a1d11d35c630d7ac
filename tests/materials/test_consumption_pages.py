"""Use of material reported and checked, quotas and waste reported, leftovers accounted for: through the pages (MAT-04, MAT-05, MAT-14)."""

from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
from openpyxl import load_workbook

from core.clock import plant_today
from materials.models import Bom, MaterialUse, QuotaReport, Reconciled, Slip, UseCheck
from materials.services import Held, approve_bom, issue, verify_ledger
from materials.services.slips import SlipLine
from plans.models import DailyReport, ProductionOrder
from tests.factories.materials import make_bin, put
from tests.materials.test_closing import stands
from tests.materials.test_consumption import drawn, reported
from tests.materials.test_issue_pages import text_of

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def people(store):
    return {"tld": store.plant.person("tld", store.plant.a1), "wsm": store.plant.person("wsm", store.plant.a)}


def field(line, item):
    return f"{line.pk}.uses.{item.code}"


# --- use, said on the daily report ---


@pytest.mark.req("MAT-04")
def test_the_team_leader_says_on_the_report_what_was_used_and_the_order_shows_it_beside_issue_and_standard(store, people, signed_in):
    drawn(store, "120")
    line = reported(store, "50", on=plant_today())
    leader = signed_in(people["tld"])
    report = f"/daily-reports/{line.report_id}"
    assert f"/material-use/{line.report_id}" in leader.get(report).content.decode()

    sent = leader.post(f"/material-use/{line.report_id}", {field(line, store.steel): "108"})
    assert (sent.status_code, sent["Location"]) == (302, report)
    assert MaterialUse.objects.get().quantity == 108
    assert "108.000" in text_of(leader.get(report))

    shown = text_of(leader.get(f"/quota/{store.order.number}?tab=use"))
    for words in ("100.000", "108.000", "120.000", "+8.000", "+8.0", "Beyond the limit"):
        assert words in shown
    # Emptied, it is taken back.
    leader.post(f"/material-use/{line.report_id}", {field(line, store.steel): ""})
    assert not MaterialUse.objects.exists()


def test_what_is_no_number_too_fine_or_on_a_locked_report_is_refused_and_what_was_typed_stays(store, people, signed_in):
    line = reported(store, "50")
    leader, page = signed_in(people["tld"]), f"/material-use/{line.report_id}"
    for typed in ("x", "1.0001", "-1", "1000000000000000"):
        refused = leader.post(page, {field(line, store.steel): typed})
        assert (refused.status_code, f'value="{typed}"' in refused.content.decode()) == (422, True)
    DailyReport.objects.filter(pk=line.report_id).update(status="approved", approved_by=people["wsm"], approved_at="2026-11-20T18:00+08:00")
    assert leader.post(page, {field(line, store.steel): "5"}).status_code == 409
    assert not MaterialUse.objects.exists()


@pytest.mark.req("MAT-04")
def test_the_form_shows_what_the_order_holds_and_the_standard_and_refuses_more_than_it_may_draw(store, people, signed_in):
    line = reported(store, "50", on=plant_today())
    leader, page = signed_in(people["tld"]), f"/material-use/{line.report_id}"
    drawn(store, "120")
    assert "The order holds 120.000 kg, the standard for this line is 100.000." in text_of(leader.get(page))
    refused = leader.post(page, {field(line, store.steel): "200.001"})  # its quota is 200
    assert (refused.status_code, MaterialUse.objects.exists()) == (422, False)
    assert "200.001 kg is more than this order ever drew or may draw of it: 200 kg; the standard is 100." in text_of(refused)
    assert 'aria-invalid="true"' in refused.content.decode()
    assert leader.post(page, {field(line, store.steel): "200"}).status_code == 302


def test_once_the_report_is_locked_its_use_is_read_only_and_nowhere_offered(store, people, signed_in):
    drawn(store, "120")
    line = reported(store, "50", "90", on=plant_today())
    leader, page = signed_in(people["tld"]), f"/material-use/{line.report_id}"
    offered = (f"/daily-reports/{line.report_id}", f"/quota/{store.order.number}?tab=use")
    assert all(page in leader.get(at).content.decode() for at in offered)
    DailyReport.objects.filter(pk=line.report_id).update(status="approved", approved_by=people["wsm"], approved_at="2026-11-20T18:00+08:00")
    assert not any(page in leader.get(at).content.decode() for at in offered)
    shown = leader.get(page)
    assert (shown.status_code, "data-fo-number" in shown.content.decode()) == (200, False)
    assert "90.000 &nbsp;kg" in text_of(shown)
    assert "The report is locked." in text_of(shown)


def test_a_report_without_a_quota_says_so(store, people, signed_in):
    line = reported(store, "50")
    line.order = None
    line.save()
    assert "Nothing to report use of" in text_of(signed_in(people["tld"]).get(f"/material-use/{line.report_id}"))


# --- the list of differences, and the check ---


@pytest.mark.req("MAT-04")
def test_the_workshop_manager_finds_the_difference_and_checks_it_with_a_reason(store, people, signed_in):
    drawn(store, "120")
    reported(store, "50", "108", on=plant_today())
    manager, page = signed_in(people["wsm"]), f"/quota/{store.order.number}/check"
    listed = text_of(manager.get("/material-use"))
    assert store.order.number in listed
    assert "+8.000" in listed

    silent = manager.post(page, {"item": "STEEL", "reason": " "})
    assert (silent.status_code, UseCheck.objects.count()) == (422, 0)
    assert manager.post(page, {"item": "STEEL", "reason": "Thick sheet"}).status_code == 302

    check = UseCheck.objects.get()
    assert (check.used, check.standard, check.reason, check.by) == (108, 100, "Thick sheet", people["wsm"])
    assert "Thick sheet" in text_of(manager.get(f"/quota/{store.order.number}?tab=use"))
    assert "Nothing to check here" in text_of(manager.get("/material-use"))
    assert store.order.number in text_of(manager.get("/material-use?view=over"))
    assert manager.post(page, {"item": "NO-SUCH"}).status_code == 404


def test_the_list_is_narrowed_sorted_and_leaves_as_a_workbook(store, people, signed_in):
    drawn(store, "120")
    reported(store, "50", "101", on=plant_today())
    manager = signed_in(people["wsm"])
    for sort in ("order", "-item", "difference", "-percent"):
        assert store.order.number in text_of(manager.get(f"/material-use?view=all&sort={sort}"))
    assert store.order.number not in text_of(manager.get("/material-use?view=over"))
    assert store.order.number not in text_of(manager.get("/material-use?q=nothing-like-it"))
    sheet = load_workbook(BytesIO(b"".join(manager.get("/material-use?view=all&file=xlsx").streaming_content))).active
    assert [cell.value for cell in sheet[2]][:7] == [store.order.number, "STEEL", "kg", 50, 100, 101, 120]


def test_another_workshop_sees_nothing_of_it(store, signed_in):
    drawn(store, "120")
    line = reported(store, "50", "108", on=plant_today())
    other = signed_in(store.plant.person("wsm", store.plant.b))
    assert store.order.number not in text_of(other.get("/material-use?view=all"))
    assert other.post(f"/quota/{store.order.number}/check", {"item": "STEEL", "reason": "x"}).status_code == 404
    assert other.get(f"/material-use/{line.report_id}").status_code == 404


def test_the_pages_ask_the_database_a_constant_number_of_times(store, people, signed_in, django_assert_max_num_queries):
    drawn(store, "120")
    line = reported(store, "50", "50", on=plant_today())
    for person, page, most in (
        (people["wsm"], "/material-use", 16),
        (people["wsm"], f"/quota/{store.order.number}?tab=use", 13),
        (people["tld"], f"/material-use/{line.report_id}", 16),
        (people["wsm"], "/quota-reports", 14),
        (store.plant.person("plr"), f"/quota/{store.order.number}/leftovers", 16),
    ):
        client = signed_in(person)
        with django_assert_max_num_queries(most):
            assert client.get(page).status_code == 200


# --- quotas that are not right, and waste ---


@pytest.mark.req("MAT-05")
def test_a_quota_said_to_be_too_high_and_accepted_leads_to_a_draft_of_the_bill(store, people, signed_in):
    leader = signed_in(people["tld"])
    page = f"/quota-reports/new?order={store.order.number}"
    assert "2 kg now" in text_of(leader.get(page))
    line = store.order.order_quota.bom.lines.get()
    said = {"bom_line": str(line.pk), "proposed": "1.95", "evidence": "Weighed 20 pieces", "request_key": str(uuid4())}
    for _twice in range(2):
        sent = leader.post(page, said)
        assert sent.status_code == 302
    report = QuotaReport.objects.get()
    assert (report.kind, report.stood, report.proposed, report.order, report.filed_by) == (
        "too_high",
        2,
        D("1.95"),
        store.order,
        people["tld"],
    )
    assert leader.post(f"/quota-reports/{report.number}/accept").status_code == 403

    engineer = signed_in(store.plant.person("eng", store.plant.a))
    assert report.number in text_of(engineer.get("/"))
    assert report.number in text_of(engineer.get("/quota-reports"))
    assert engineer.post(f"/quota-reports/{report.number}/accept", {"note": "Right"}).status_code == 302

    report.refresh_from_db()
    draft = Bom.objects.get(status="draft")
    assert (report.status, report.bom) == ("accepted", draft)
    assert f"/boms/{draft.pk}" in engineer.get(f"/quota-reports/{report.number}").content.decode()
    approve_bom(bom=draft, by=store.manager)
    assert draft.lines.get().qty_per_unit == D("1.95")
    assert engineer.post(f"/quota-reports/{report.number}/reject", {"note": "No"}).status_code == 409


@pytest.mark.req("MAT-05")
def test_waste_is_filed_with_its_cause_and_rejecting_needs_words(store, people, signed_in):
    leader = signed_in(people["tld"])
    page = f"/quota-reports/waste?order={store.order.number}"
    said = {"item": "STEEL", "quantity": "3.5", "evidence": "Cut wrong", "person": "", "request_key": str(uuid4())}
    for wrong in ({"quantity": "0"}, {"quantity": "1.0001"}, {"evidence": " "}, {"item": "NO-SUCH"}):
        assert leader.post(page, said | wrong).status_code == 422
    assert leader.post(page, said).status_code == 302
    report = QuotaReport.objects.get()
    assert (report.kind, report.wasted, report.evidence) == ("waste", D("3.5"), "Cut wrong")
    engineer = signed_in(store.plant.person("eng", store.plant.a))
    assert engineer.post(f"/quota-reports/{report.number}/reject", {"note": ""}).status_code in (409, 422)
    assert engineer.post(f"/quota-reports/{report.number}/reject", {"note": "Within the loss"}).status_code == 302
    assert "Within the loss" in text_of(leader.get(f"/quota-reports/{report.number}"))
    assert "No report here" in text_of(engineer.get("/quota-reports"))
    sheet = load_workbook(BytesIO(b"".join(engineer.get("/quota-reports?view=all&file=xlsx").streaming_content))).active
    assert [cell.value for cell in sheet[2]][:3] == [report.number, "waste", "STEEL"]


# --- the end of an order ---


def leftover(part, row):
    return f"{part}-{row.item.pk}-{row.lot.pk if row.lot else 0}"


@pytest.mark.req("MAT-10")
@pytest.mark.req("MAT-14")
def test_the_planner_accounts_for_the_leftovers_and_the_order_closes(store, signed_in):
    make_bin("B-S", "scrap")
    drawn(store, "200")
    reported(store, "90", "180")
    planner = signed_in(store.plant.person("plr"))
    page = f"/quota/{store.order.number}/leftovers"
    assert page in planner.get(f"/orders/{store.order.number}").content.decode()
    shown = text_of(planner.get(page))
    for figure in ("200.000", "180.000", "20.000"):
        assert figure in shown

    row = Held(store.steel, Slip.objects.get(kind="issue").moves.get().lot, D(200))
    said = {"version": str(store.order.version), "request_key": str(uuid4()), leftover("returned", row): "12"}
    refused = planner.post(page, said)
    assert refused.status_code == 409
    assert "8 kg are not accounted for" in text_of(refused)
    assert 'value="12"' in refused.content.decode()
    assert "8.000" in text_of(refused)
    nameless = planner.post(page, said | {leftover("explained", row): "8"})
    assert (nameless.status_code, ProductionOrder.objects.get(pk=store.order.pk).status) == (422, "released")

    more = {leftover("scrapped", row): "5", leftover("explained", row): "3", leftover("reason", row): "Lost at the saw"}
    sent = planner.post(page, said | more)
    assert (sent.status_code, sent["Location"]) == (302, f"/orders/{store.order.number}")
    kept = Reconciled.objects.get()
    assert (kept.held, kept.returned, kept.scrapped, kept.explained, kept.reason) == (200, 12, 5, 3, "Lost at the saw")
    assert (ProductionOrder.objects.get(pk=store.order.pk).status, stands(store, "B-S")) == ("closed", 5)
    assert verify_ledger() == []
    # Sent twice it is the same close; asked anew there is nothing to close.
    assert planner.post(page, said | more).status_code == 302
    assert "data-fo-leftovers" not in planner.get(page).content.decode()


def test_a_page_that_is_old_and_slips_that_wait_are_refused(store, signed_in):
    put(store.steel, "10", lot="L1")
    issue(order=store.order, lines=[SlipLine(store.steel, D(10), lot="L1")], receiver=store.welder, by=store.keeper)
    planner, page = signed_in(store.plant.person("plr")), f"/quota/{store.order.number}/leftovers"
    waits = planner.post(page, {"version": str(store.order.version), "request_key": str(uuid4())})
    assert (waits.status_code, "has not confirmed" in text_of(waits)) == (409, True)
    drop = Slip.objects.get(kind="issue")
    Slip.objects.filter(pk=drop.pk).update(status="posted", confirmed_at=drop.posted_at)
    row = Held(store.steel, drop.moves.get().lot, D(10))
    data = {"version": "0", "request_key": str(uuid4()), leftover("returned", row): "10"}
    assert planner.post(page, data).status_code == 409
    assert ProductionOrder.objects.get(pk=store.order.pk).status == "released"


def test_only_who_edits_the_order_closes_it_there(store, signed_in):
    page = f"/quota/{store.order.number}/leftovers"
    assert signed_in(store.keeper).get(page).status_code == 403
    assert signed_in(store.plant.person("plr", store.plant.b)).get(page).status_code == 404
