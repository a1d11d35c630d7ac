"""A slip as Chromium prints it to PDF: on one page of its paper, in both languages (MAT-08)."""

import re
from decimal import Decimal

import pytest

from materials.services import SlipLine, freeze_quota, issue
from tests.factories.materials import ItemFactory, make_bom, put
from tests.factories.plans import OrderFactory, ProductFactory

POINTS_PER_MM = 72 / 25.4
A4, ROLL = (210, 297), (80, 297)


def pages_of(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each page, in whole millimetres."""
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == len(re.findall(rb"/MediaBox", pdf))
    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    return [(round(float(width) / POINTS_PER_MM), round(float(height) / POINTS_PER_MM)) for width, height in boxes]


def make_slip(plant, count):
    items = [
        ItemFactory(code=f"RM-{number:04d}", name=f"Sheet {number}", name_zh=f"钢板 {number}", spec="1.2 × 1250") for number in range(count)
    ]
    product = ProductFactory()
    make_bom(product, dict.fromkeys(items, "1"))
    order = OrderFactory(product=product, quantity=Decimal(100), workshop=plant.a, team=plant.a1)
    freeze_quota(order=order, by=None)
    for item in items:
        put(item, "500")
    lines = [SlipLine(item, Decimal(40)) for item in items]
    return issue(order=order, lines=lines, receiver=plant.person("opr", plant.a1), by=plant.person("stk"), receiver_signed=True)


@pytest.mark.req("MAT-08")
@pytest.mark.parametrize(("language", "heading"), [("en", "Quota-limited issue slip"), ("zh-hans", "限额领料单")])
@pytest.mark.parametrize(("form", "lines", "paper"), [("", 10, A4), ("roll", 6, ROLL)])
def test_a_slip_fits_one_page_of_its_paper(open_page, plant, transactional_db, language, heading, form, lines, paper):
    slip = make_slip(plant, lines)
    page = open_page(plant.person("stk"), language=language)
    page.goto(f"/slips/{slip.number}/paper?form={form}")
    page.get_by_role("heading", name=heading).wait_for()

    assert pages_of(page.pdf(prefer_css_page_size=True)) == [paper]

    page.emulate_media(media="print")
    page.get_by_role("button").first.wait_for(state="hidden")
    if not form:
        widest = page.evaluate("() => { const sheet = document.querySelector('.fo-sheet'); return sheet.scrollWidth - sheet.clientWidth }")
        assert widest <= 0
