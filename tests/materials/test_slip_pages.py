"""Slips as pages: who sees them, who confirms, who reverses (MAT-08)."""

import re
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from materials.models import Slip
from materials.selectors.slips import slip_rows
from materials.services import SlipLine, approve_supplement, issue, request_supplement, return_material, verify_ledger
from people.services import set_pin
from tests.materials.test_issue_pages import text_of

pytestmark = pytest.mark.django_db
D = Decimal


def drawn(store, quantity, **more):
    return issue(order=store.order, lines=[SlipLine(store.steel, D(quantity))], receiver=store.welder, by=store.keeper, **more)


@pytest.mark.req("MAT-08")
def test_the_receiver_confirms_by_own_log_in_and_nobody_else_can(store, signed_in):
    slip = drawn(store, "10")
    other = store.plant.person("tld", store.plant.a1)
    assert signed_in(other).post(f"/slips/{slip.number}/confirm").status_code == 403
    assert signed_in(store.keeper).post(f"/slips/{slip.number}/confirm").status_code == 403
    page = signed_in(store.welder)
    assert "Did you receive this material?" in text_of(page.get(f"/slips/{slip.number}"))
    assert page.post(f"/slips/{slip.number}/confirm").status_code == 302
    slip.refresh_from_db()
    assert (slip.status, slip.confirmed_at is not None) == ("posted", True)


@pytest.mark.req("MAT-08")
@pytest.mark.django_db(transaction=True)
def test_the_receiver_confirms_later_at_the_counter_by_pin(store, signed_in):
    slip = drawn(store, "10")
    set_pin(pin="4826", by=store.welder)
    desk = signed_in(store.keeper)
    wrong = desk.post(f"/slips/{slip.number}/confirm", {"pin": "9999"})
    assert (wrong.status_code, 'aria-invalid="true"' in wrong.content.decode()) == (422, True)
    assert desk.post(f"/slips/{slip.number}/confirm", {"pin": "4826"}).status_code == 302
    slip.refresh_from_db()
    assert slip.status == "posted"


def test_a_slip_is_reversed_with_a_reason_and_both_stay_visible(store, signed_in):
    slip = drawn(store, "10")
    desk = signed_in(store.keeper)
    assert desk.post(f"/slips/{slip.number}/reverse", {"reason": " "}).status_code == 422
    answer = desk.post(f"/slips/{slip.number}/reverse", {"reason": "Wrong order"}, follow=True)
    opposite = Slip.objects.get(kind="reversal")
    assert f"{slip.number} is reversed by {opposite.number}." in text_of(answer)
    assert "Wrong order" in text_of(desk.get(f"/slips/{slip.number}"))
    assert desk.post(f"/slips/{slip.number}/reverse", {"reason": "Again"}).status_code == 409
    assert store.line.left == 200
    assert verify_ledger() == []


def test_each_line_tells_the_quota_as_it_stood_with_this_slip(store):
    first, second = drawn(store, "150"), drawn(store, "20")
    back = return_material(
        order=store.order, lines=[SlipLine(store.steel, D(30))], return_type="good", receiver=store.welder, by=store.keeper
    )
    third = drawn(store, "5")
    stood = [slip_rows(slip)[0].stood for slip in (first, second, back, third)]
    assert [(row.before, row.this, row.after) for row in stood] == [(0, 150, 50), (150, 20, 30), (170, -30, 60), (140, 5, 55)]


def test_the_list_is_filtered_by_date_order_kind_receiver_and_waiting_and_leaves_as_a_workbook(store, signed_in):
    slip = drawn(store, "10")
    signed = drawn(store, "7", receiver_signed=True)
    desk = signed_in(store.keeper)

    def listed(query):
        shown = text_of(desk.get(f"/slips?{query}"))
        return slip.number in shown, signed.number in shown

    assert listed("") == (True, True)
    assert listed("view=awaiting") == (True, False)
    assert listed(f"q={store.order.number}") == (True, True)
    assert listed("kind=return") == (False, False)
    assert listed(f"who={store.welder.staff_no}") == (True, True)
    assert listed("business_date_to=2020-01-01") == (False, False)

    book = openpyxl.load_workbook(BytesIO(b"".join(desk.get("/slips?view=awaiting&file=xlsx").streaming_content)))
    rows = list(book.active.values)
    assert list(rows[0][:4]) == ["number", "kind", "status", "business_date"]
    assert [(row[0], row[5], row[10]) for row in rows[1:]] == [(slip.number, "STEEL", 10)]


def test_a_slip_of_another_workshop_does_not_exist_here_but_for_its_receiver(store, signed_in):
    slip = drawn(store, "10")
    elsewhere = store.plant.person("opr", store.plant.b1)
    assert signed_in(elsewhere).get(f"/slips/{slip.number}").status_code == 404
    assert slip.number not in text_of(signed_in(elsewhere).get("/slips"))
    assert signed_in(store.welder).get(f"/slips/{slip.number}").status_code == 200


def test_the_list_and_a_slip_ask_the_database_a_constant_number_of_times(store, signed_in, django_assert_max_num_queries):
    desk = signed_in(store.keeper)
    for quantity in range(1, 9):
        slip = drawn(store, str(quantity))
    with django_assert_max_num_queries(15):
        desk.get("/slips")
    with django_assert_max_num_queries(22):
        desk.get(f"/slips/{slip.number}")


@pytest.mark.req("MAT-08")
@pytest.mark.parametrize("form", ["", "roll"])
def test_the_paper_of_an_issue_names_both_people(store, signed_in, form):
    slip = drawn(store, "10", receiver_signed=True)
    paper = text_of(signed_in(store.keeper).get(f"/slips/{slip.number}/paper", {"form": form} if form else {}))
    for words in (slip.number, store.order.number, store.keeper.name, store.welder.name, "10.000"):
        assert words in paper


def test_who_brings_material_back_is_no_receiver(store, signed_in):
    issued, line = drawn(store, "10"), SlipLine(store.steel, D(4))
    back = return_material(order=store.order, lines=[line], return_type="good", receiver=store.welder, by=store.keeper)
    desk = signed_in(store.keeper)
    assert f"Receiver {store.welder.name}" in text_of(desk.get(f"/slips/{issued.number}"))

    pages = [text_of(desk.get(f"/slips/{back.number}{part}")) for part in ("", "/paper", "/paper?form=roll")]
    assert all(f"Brought by {store.welder.name}" in page for page in pages)
    assert "Receiver" not in pages[0]
    assert f"退料人 {store.welder.name}" in text_of(desk.get(f"/slips/{back.number}", headers={"Accept-Language": "zh-hans"}))


# --- on paper ---

PAPER = {
    ("en", ""): "Quota-limited issue slip 限额领料单",
    ("zh-hans", ""): "限额领料单 Quota-limited issue slip",
    ("en", "roll"): "Quota-limited issue slip",
    ("zh-hans", "roll"): "限额领料单",
}
COLUMNS = {
    "en": "Quota Supplement Drawn before, net This slip Left after this slip",
    "zh-hans": "限额 补料 已领 本单前，净 本单 余额 本单后",
}
ON_ROLL = {
    "en": "quota 200.000 + 10.000 · drawn 150.000 · left 35.000",
    "zh-hans": "限额 200.000 + 10.000 · 已领 150.000 · 余额 35.000",
}


@pytest.mark.req("MAT-08")
@pytest.mark.parametrize(("language", "form"), PAPER)
def test_the_paper_is_headed_as_a_quota_limited_slip_and_tells_the_quota_cumulatively(store, signed_in, language, form):
    drawn(store, "150")
    asked = request_supplement(order=store.order, item=store.steel, quantity=D(10), reason="lost", by=store.welder)
    approve_supplement(supplement=asked, by=store.manager, is_above_first_tier_allowed=True)
    slip = drawn(store, "25", receiver_signed=True)

    page = signed_in(store.keeper).get(f"/slips/{slip.number}/paper?form={form}", headers={"Accept-Language": language})

    heading = re.search(r"<h1>(.*?)</h1>", page.content.decode(), re.DOTALL)
    assert heading
    assert re.sub(r"<[^>]+>", " ", heading[1]).split() == PAPER[language, form].split()
    if form:
        assert ON_ROLL[language] in text_of(page)
    else:
        assert COLUMNS[language] in text_of(page)
        assert "kg 200.000 10.000 150.000 25.000 35.000" in text_of(page)
    assert f"{store.manager.name} {asked.number}" in text_of(page)
