"""The whole life of an order's quota in Chromium, in both languages: drawn to it, refused beyond it, raised, used up, closed."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from materials.models import Balance, Slip, Supplement
from materials.services import verify_ledger
from plans.models import ProductionOrder
from tests.factories.materials import make_store
from tests.materials.test_consumption import reported

D = Decimal
WORDS = {
    "en": {
        "receiver": "Receiver",
        "post": "Post slip",
        "over": "Line 1 is over its quota. Nothing was posted.",
        "used_up": "Quota used up",
        "reference": "Defect or scrap reference",
        "ask": "Ask for it",
        "approve": "Approve",
        "brought": "Brought by",
        "close": "Close the order",
    },
    "zh-hans": {
        "receiver": "领料人",
        "post": "过账",
        "over": "第1行超过限额",
        "used_up": "限额已用完",
        "reference": "缺陷或报废凭据号",
        "ask": "提交申请",
        "approve": "批准",
        "brought": "退料人",
        "close": "命令单结案",
    },
}


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.req("MAT-07")
@pytest.mark.req("MAT-09")
@pytest.mark.req("MAT-10")
@pytest.mark.req("MAT-14")
def test_drawn_to_the_quota_refused_beyond_raised_drawn_brought_back_and_closed(open_page, plant, console, transactional_db, language):
    words, store = WORDS[language], make_store(plant)
    leader, boss = plant.person("tld", plant.a1), plant.person("wsm", plant.a)
    first, desk = (open_page(store.keeper, language=language) for _desk in range(2))

    def fill(page, kind, quantity, person):
        page.goto(f"/{kind}/{store.order.number}")
        page.locator("[data-fo-quantity]").fill(quantity)
        page.get_by_label(words[person], exact=True).select_option(str(store.welder.pk))

    fill(desk, "issue", "6", "receiver")  # while there is still something left
    fill(first, "issue", "200", "receiver")
    first.get_by_role("button", name=words["post"]).tap()
    first.wait_for_url("**/slips/ISS-*")
    assert store.line.left == 0
    first.goto(f"/issue/{store.order.number}")
    first.get_by_text(words["used_up"]).wait_for()

    desk.get_by_role("button", name=words["post"]).tap()
    desk.get_by_text(words["over"]).first.wait_for()
    assert desk.locator("[data-fo-quantity]").input_value() == "6"
    assert (store.line.issued, Slip.objects.filter(kind="issue").count()) == (200, 1)
    console.clear()  # the refused form answers 409

    asker = open_page(leader, language=language)
    asker.goto(f"/supplements/new?order={store.order.number}&item=STEEL&quantity=6&reason=scrap")
    asker.get_by_label(words["reference"]).fill("QA 26/118")
    asker.get_by_role("button", name=words["ask"]).tap()
    asker.wait_for_url("**/supplements/SUP-*")
    asked = Supplement.objects.get()

    decider = open_page(boss, language=language)
    decider.goto("/")
    decider.get_by_role("link", name=asked.number).first.tap()
    decider.get_by_text("QA 26/118").wait_for()
    decider.get_by_role("button", name=words["approve"], exact=True).tap()
    decider.locator(".fo-note", has_text=boss.name).wait_for()
    assert store.line.left == 6

    desk.get_by_role("button", name=words["post"]).tap()
    desk.wait_for_url("**/slips/ISS-*")
    assert (store.line.issued, store.line.left) == (206, 0)
    fill(desk, "return", "4", "brought")
    desk.get_by_role("button", name=words["post"]).tap()
    desk.wait_for_url("**/slips/RET-*")
    assert (store.line.drawn, store.line.left) == (202, 4)

    welder = open_page(store.welder, language=language)
    for slip in Slip.objects.filter(order=store.order):
        welder.goto(f"/slips/{slip.number}")
        welder.locator("form[action$='/confirm'] button").tap()
        welder.locator("form[action$='/confirm']").wait_for(state="detached")
    assert set(Slip.objects.filter(order=store.order).values_list("status", flat=True)) == {"posted"}

    reported(store, "100", "200")
    planner = open_page(plant.person("plr"), language=language)
    planner.goto(f"/quota/{store.order.number}/leftovers")
    expect(planner.locator("[data-fo-open]")).to_have_text("2")
    planner.locator("[name^='returned-']").fill("2")
    expect(planner.locator("[data-fo-open]")).to_have_text("0")
    planner.get_by_role("button", name=words["close"]).tap()
    planner.wait_for_url(f"**/orders/{store.order.number}")

    assert ProductionOrder.objects.get(pk=store.order.pk).status == "closed"
    assert not Balance.objects.filter(place__order=store.order, on_hand__gt=0).exists()
    assert Balance.objects.get(place__code="B-01").on_hand == D(500) - 206 + 4 + 2
    assert verify_ledger() == []
