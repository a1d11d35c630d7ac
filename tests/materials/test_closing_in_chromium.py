"""The end of an order in Chromium, on the tablet and by keyboard: what is not accounted for counts along, then it closes (MAT-14)."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from materials.models import Reconciled
from plans.models import ProductionOrder
from tests.factories.materials import make_bin, make_store
from tests.materials.test_consumption import drawn, reported

WORDS = {
    "en": {
        "account": "Account for it and close",
        "returned": "Returned, ",
        "close": "Close the order",
        "open": "8 kg are not accounted for",
        "scrapped": "Scrapped, ",
        "explained": "Explained, ",
        "why": "Why, ",
        "closed": "The order is closed.",
    },
    "zh-hans": {
        "account": "核销并结案",
        "returned": "退回，",
        "close": "命令单结案",
        "open": "还有 8 kg 未说明去向",
        "scrapped": "报废，",
        "explained": "已说明，",
        "why": "原因，",
        "closed": "命令单已结案。",
    },
}


@pytest.mark.parametrize("language", list(WORDS))
@pytest.mark.req("MAT-10")
@pytest.mark.req("MAT-14")
def test_the_leftovers_count_along_and_the_order_closes_at_nothing_open(open_page, plant, console, transactional_db, language):
    words = WORDS[language]
    store = make_store(plant)
    make_bin("B-S", "scrap")
    drawn(store, "200")
    reported(store, "90", "180")

    page = open_page(plant.person("plr"), language=language)
    page.goto(f"/orders/{store.order.number}")
    page.get_by_role("link", name=words["account"]).click()
    page.wait_for_url("**/leftovers")
    open_one = page.locator("[data-fo-open]")
    assert open_one.inner_text() == "20"
    page.get_by_label(words["returned"]).fill("12")
    expect(open_one).to_have_text("8")

    page.get_by_role("button", name=words["close"]).click()
    page.get_by_text(words["open"]).wait_for()
    console.clear()  # the refused form answers 409
    assert page.get_by_label(words["returned"]).input_value() == "12"
    page.get_by_label(words["scrapped"]).fill("5")
    page.get_by_label(words["explained"]).fill("3")
    expect(open_one).to_have_text("0")
    page.get_by_label(words["why"]).fill("Lost at the saw")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/orders/{store.order.number}")
    page.get_by_text(words["closed"]).first.wait_for()

    assert ProductionOrder.objects.get(pk=store.order.pk).status == "closed"
    assert Reconciled.objects.get().returned == Decimal(12)


@pytest.mark.req("MAT-14")
def test_every_field_of_a_leftover_has_room_and_none_lies_over_another(open_page, plant, console, transactional_db):
    store = make_store(plant)
    drawn(store, "200")
    page = open_page(plant.person("plr"))
    page.goto(f"/quota/{store.order.number}/leftovers")
    for width, least in ((1440, 100), (1024, 130), (390, 130)):
        page.set_viewport_size({"width": width, "height": 800})
        boxes = [field.bounding_box() for field in page.locator(".fo-leftovers :is(.fo-num-box, select, .form-control)").all()]
        assert len(boxes) == 5
        for number, box in enumerate(boxes):
            assert box["width"] >= least, (width, box)
            for other in boxes[number + 1 :]:
                beside = box["x"] + box["width"] <= other["x"] or other["x"] + other["width"] <= box["x"]
                assert beside or box["y"] + box["height"] <= other["y"] or other["y"] + other["height"] <= box["y"], (width, box, other)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
