"""The counter in Chromium: a scanner, few keys, and a way out of every refusal (MAT-07, MAT-08, MAT-09)."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from core.clock import plant_today
from materials.models import Slip, Supplement
from materials.services import freeze_quota, verify_ledger
from people.services import set_pin
from tests.factories.materials import ItemFactory, make_bom, make_store, put
from tests.factories.plans import OrderFactory, ProductFactory

D = Decimal
PIN = "4826"


class Desk:
    """A page with a scanner beside it: ``scan`` costs no key press, ``press`` counts each."""

    def __init__(self, page) -> None:
        self.page = page
        self.presses = 0

    def scan(self, code: str) -> None:
        self.page.keyboard.type(code, delay=4)
        self.page.keyboard.press("Enter")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.wait_for_timeout(70)  # a hand is slower than a scanner
            self.page.keyboard.press(key)
            self.presses += 1


@pytest.fixture
def ten_items(plant, transactional_db):
    """An order with ten lines, one of them under a barcode of digits alone."""
    product = ProductFactory()
    items = [ItemFactory(code=f"RM-{number:04d}", barcode="6901234567892" if number == 4 else "") for number in range(1, 11)]
    make_bom(product, dict.fromkeys(items, "1"))
    for item in items:
        put(item, "500")
    order = OrderFactory(number="MO-2026-0417", product=product, quantity=D(100), workshop=plant.a, team=plant.a1, due_on=plant_today())
    freeze_quota(order=order, by=None)
    receiver = plant.person("opr", plant.a1)
    set_pin(pin=PIN, by=receiver)
    return order, items, receiver


@pytest.mark.req("MAT-07")
@pytest.mark.req("MAT-08")
@pytest.mark.parametrize(("language", "posted"), [("en", "is posted"), ("zh-hans", "已过账")])
def test_ten_lines_are_posted_with_a_scanner_and_at_most_25_key_presses(open_page, plant, ten_items, language, posted):
    order, items, receiver = ten_items
    page = open_page(plant.person("stk"), viewport="wide", language=language)
    desk = Desk(page)
    page.goto("/issue")
    desk.scan(order.number)
    page.wait_for_url("**/issue/MO-2026-0417")
    for item in items:
        desk.scan(item.barcode or item.code)
        desk.press("4", "0")
    desk.scan(receiver.staff_no)
    desk.press(*PIN, "Enter")
    page.wait_for_url("**/slips/ISS-*")

    assert desk.presses <= 25
    slip = Slip.objects.get(kind="issue")
    assert (slip.status, slip.receiver) == ("posted", receiver)
    assert [move.quantity for move in slip.moves.all()] == [D(40)] * 10
    assert verify_ledger() == []
    page.get_by_text(posted).first.wait_for()


def test_enter_takes_all_that_is_left_and_an_unknown_code_is_said_while_what_was_typed_stays(open_page, plant, ten_items):
    order, items, receiver = ten_items
    page = open_page(plant.person("stk"), viewport="wide")
    desk = Desk(page)
    page.goto(f"/issue/{order.number}")
    desk.scan(items[0].code)
    desk.press("Enter")
    desk.scan("RM-9999")
    page.get_by_text("RM-9999 is not on this order.").wait_for()
    desk.scan(items[1].code)
    desk.press("7")
    first, second = (page.locator(f"[name=quantity-{item.pk}]") for item in items[:2])
    assert (first.input_value(), second.input_value()) == ("100.000", "7")
    page.get_by_text("2 lines").wait_for()

    page.get_by_label("Receiver", exact=True).select_option(str(receiver.pk))
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/slips/ISS-*")
    slip = Slip.objects.get(kind="issue")
    assert slip.status == "awaiting_receiver"
    assert [move.quantity for move in slip.moves.order_by("pk")] == [D(100), D(7)]


@pytest.mark.req("MAT-07")
def test_a_refused_line_says_what_is_missing_and_each_way_out_is_one_tap(open_page, plant, console, transactional_db):
    store = make_store(plant)
    page = open_page(store.keeper)
    page.goto(f"/issue/{store.order.number}")
    field = page.get_by_label(re.compile("^Issue now"))
    field.fill("260")
    page.get_by_label("Receiver", exact=True).select_option(str(store.welder.pk))
    page.get_by_role("button", name="Post slip").tap()

    page.get_by_text("Line 1 is over its quota. Nothing was posted.").wait_for()
    assert field.input_value() == "260"
    page.get_by_role("button", name="Leave out").tap()
    expect(field).to_have_value("")
    page.get_by_role("button", name="Issue 200.000 kg").tap()
    expect(field).to_have_value("200.000")
    page.get_by_role("button", name="Post slip").tap()
    page.wait_for_url("**/slips/ISS-*")
    assert store.line.issued == 200
    console.clear()  # the refused form answers 409


@pytest.mark.req("MAT-07")
def test_a_tap_on_a_way_out_before_its_script_is_there_is_not_lost(open_page, plant, console, transactional_db):
    store = make_store(plant)
    page = open_page(store.keeper)
    page.add_init_script("delete Navigator.prototype.serviceWorker")  # it would answer for the server
    asked = []
    page.route("**/js/slip.js", lambda route: asked.append(route) if asked else asked.append(route) or route.continue_())
    page.goto(f"/issue/{store.order.number}")
    field = page.get_by_label(re.compile("^Issue now"))
    field.fill("260")
    page.get_by_label("Receiver", exact=True).select_option(str(store.welder.pk))
    with page.expect_request("**/js/slip.js"):
        page.get_by_role("button", name="Post slip").tap(no_wait_after=True)

    page.get_by_role("button", name="Issue 200.000 kg").tap()
    assert field.input_value() == "260"
    asked[1].continue_()
    expect(field).to_have_value("200.000")
    console.clear()  # the refused form answers 409


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.req("MAT-07")
@pytest.mark.req("MAT-09")
@pytest.mark.req("MAT-10")
def test_from_a_refusal_to_the_supplement_its_approval_by_another_the_issue_and_the_return(
    open_page, plant, console, transactional_db, language
):
    words = {
        "en": ["Receiver", "Post slip", "Line 1 is over its quota", "Scrapped pieces", "waits", "Approve", "Brought by"],
        "zh-hans": ["领料人", "过账", "第1行超过限额", "产品报废", "待审批", "批准", "退料人"],
    }[language]
    receiver, post, over, scrap, waits, approve, brought_by = words
    store = make_store(plant)
    plant.person("wsm", plant.a)

    page = open_page(store.keeper, language=language)
    page.goto(f"/issue/{store.order.number}")
    page.locator("[data-fo-quantity]").fill("205")
    page.get_by_label(receiver, exact=True).select_option(str(store.welder.pk))
    page.get_by_role("button", name=post).tap()
    page.get_by_text(over).wait_for()
    page.get_by_role("button", name=scrap).tap()
    page.get_by_text(waits).first.wait_for()
    assert page.locator("[data-fo-quantity]").input_value() == "205"
    supplement = Supplement.objects.get()
    assert (supplement.quantity, supplement.status) == (D(5), "requested")

    boss = open_page(plant.person("wsm", plant.a), language=language)
    boss.goto("/")
    boss.get_by_role("link", name=supplement.number).first.tap()
    boss.get_by_role("button", name=approve, exact=True).tap()
    boss.locator(".fo-note", has_text=plant.person("wsm", plant.a).name).wait_for()
    assert store.line.left == 205

    page.get_by_role("button", name=post).tap()
    page.wait_for_url("**/slips/ISS-*")
    assert store.line.left == 0

    page.goto(f"/return/{store.order.number}")
    page.locator("[data-fo-quantity]").fill("5")
    page.get_by_label(brought_by, exact=True).select_option(str(store.welder.pk))
    page.get_by_role("button", name=post).tap()
    page.wait_for_url("**/slips/RET-*")
    assert (store.line.drawn, store.line.left) == (200, 5)
    assert verify_ledger() == []
    console.clear()  # the refused form answers 409
