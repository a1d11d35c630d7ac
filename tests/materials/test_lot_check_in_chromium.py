"""Lots scanned one after the other at the workplace, in Chromium (MAT-14)."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from materials.services import SlipLine, issue
from tests.factories.materials import make_store, put

D = Decimal
IS_SELECTED = """() => {
  const box = document.querySelector("[data-fo-check]");
  return document.activeElement === box && box.value !== "" && box.selectionStart === 0 && box.selectionEnd === box.value.length;
}"""


@pytest.mark.req("MAT-14")
@pytest.mark.parametrize(
    ("language", "right", "wrong"), [("en", "Issued to this order", "Not of this order"), ("zh-hans", "已发给此命令单", "不是此命令单的料")]
)
def test_two_lots_are_scanned_in_a_row_without_touching_the_screen(open_page, plant, transactional_db, language, right, wrong):
    store = make_store(plant)
    for code in ("L2611-01", "L2611-02"):
        put(store.steel, "80", lot=code)
    lines = [SlipLine(store.steel, D("30.5"), lot="L2611-01")]
    issue(order=store.order, lines=lines, receiver=store.welder, by=store.keeper, receiver_signed=True)
    page = open_page(store.welder, language=language)
    page.goto(f"/quota/{store.order.number}")
    box = page.locator("[data-fo-check]")
    page.wait_for_function("() => document.activeElement === document.body")

    page.keyboard.type("L2611-01")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=right, exact=True).wait_for()
    expect(page.get_by_role("status").filter(has_text=right)).to_contain_text("30.500")
    page.wait_for_function(IS_SELECTED)

    page.keyboard.type("L2611-02")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=wrong, exact=True).wait_for()
    expect(page.get_by_role("alert").filter(has_text=wrong)).to_contain_text("L2611-01")
    expect(box).to_have_value("L2611-02")
    page.wait_for_function(IS_SELECTED)
