"""A bill written by keyboard and approved by another, in Chromium (MAT-01)."""

from decimal import Decimal

import pytest

from materials.models import Bom
from tests.factories.materials import ItemFactory
from tests.factories.plans import ProductFactory

D = Decimal


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.req("MAT-01")
def test_lines_are_typed_one_after_the_other_by_keyboard_and_another_approves(open_page, plant, transactional_db, language):
    make, approve, in_force = {
        "en": ["Make the draft", "Approve", "In force"],
        "zh-hans": ["建立草稿", "批准", "生效中"],
    }[language]
    ProductFactory(code="BRACKET")
    ItemFactory(code="STEEL", name="Plate"), ItemFactory(code="PAINT", name="Paint")
    page = open_page(plant.person("plr"), viewport="wide", language=language)
    page.goto("/boms/new?product=BRACKET")
    page.get_by_role("button", name=make).click()
    page.wait_for_url("**/edit")
    page.locator("[name=lines-0-item]").focus()
    for number, (code, quantity) in enumerate((("STEEL", "2.00"), ("PAINT", "0.5"))):
        page.keyboard.type(code)
        page.keyboard.press("Enter")
        page.keyboard.type(quantity)
        if number == 0:
            page.get_by_text("Plate", exact=True).first.wait_for()
            for _field in range(6):  # the rest of the row, then the next one
                page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    page.get_by_text("200.000").first.wait_for()
    bom = Bom.objects.get()
    assert [(line.item.code, line.qty_per_unit) for line in bom.lines.order_by("pk")] == [("STEEL", D(2)), ("PAINT", D("0.5"))]

    boss = open_page(plant.person("mgr"), language=language)
    boss.goto(f"/boms/{bom.pk}")
    boss.get_by_role("button", name=approve).tap()
    boss.get_by_text(in_force).first.wait_for()
    bom.refresh_from_db()
    assert bom.approved_by == plant.person("mgr")
