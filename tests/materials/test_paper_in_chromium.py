"""A slip as Chromium prints it to PDF: on one page of its paper, readable, in both languages (MAT-08)."""

import re
import unicodedata
from decimal import Decimal

import pytest

from materials.services import SlipLine, freeze_quota, issue
from tests.factories.materials import ItemFactory, make_bom, put
from tests.factories.plans import OrderFactory, ProductFactory
from tests.pdf import NO_GLYPH, Pdf

D = Decimal
POINTS_PER_MM = 72 / 25.4
A4, ROLL = (210, 297), (80, 297)
# Names as long as a plant's are: many take two rows of the table in English.
MATERIALS = [
    ("Cold-rolled steel sheet", "冷轧钢板", "1.5 × 1250 × 2500", "SPCC-SD"),
    ("Galvanised steel strip", "镀锌钢带", "1.2 × 300", "DX51D+Z"),
    ("Hexagon bolt, zinc plated", "六角螺栓", "M8 × 25", "8.8"),
    ("Nylon insert lock nut", "尼龙锁紧螺母", "M8", "8"),
    ("Two-part epoxy primer, grey", "双组分环氧底漆", "20 L", "EP-506"),
    ("Welding wire, copper coated", "镀铜焊丝", "1.0 mm, 15 kg", "ER50-6"),
    ("Deep groove ball bearing", "深沟球轴承", "6204-2RS", "P6"),
    ("Rubber sealing strip", "橡胶密封条", "8 × 12", "EPDM 70"),
    ("Stainless steel hinge pin", "不锈钢铰链轴", "Ø6 × 48", "1.4301"),
    ("Powder coating, light grey", "浅灰粉末涂料", "RAL 7035", "TGIC-free"),
    ("Corrugated transport box", "瓦楞运输箱", "600 × 400 × 300", "BC 5-ply"),
    ("Aluminium profile, anodised", "阳极氧化铝型材", "40 × 40 × 3000", "6063-T5"),
]
PEOPLE = {"en": ("Liu Yang", "Li Min"), "zh-hans": ("刘洋", "李敏")}


def pages_of(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each page, in whole millimetres."""
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == len(re.findall(rb"/MediaBox", pdf))
    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    return [(round(float(width) / POINTS_PER_MM), round(float(height) / POINTS_PER_MM)) for width, height in boxes]


def plain(words: str) -> str:
    """Without the gaps between words, of which a broken line has none; a letter that a font calls by another name is the same letter."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", words))


def words_of(pdf: bytes) -> str:
    """Every letter that is drawn."""
    words = Pdf(pdf).words
    assert NO_GLYPH not in words
    return plain(words)


def make_slip(plant, count, language):
    """The second slip of an order: of each line 100 are its quota, 25 were drawn before, 40 are drawn now, 35 are left.

    The first line is taken from two lots.
    """
    items = [
        ItemFactory(code=f"RM-{number:04d}", name=name, name_zh=name_zh, spec=spec, grade=grade)
        for number, (name, name_zh, spec, grade) in enumerate(MATERIALS[:count], 1)
    ]
    product = ProductFactory(code="HB-120", name="Hinge bracket, left", name_zh="铰链支架")
    make_bom(product, dict.fromkeys(items, "1"))
    order = OrderFactory(number="MO-2026-0417", product=product, quantity=D(100), workshop=plant.a, team=plant.a1)
    freeze_quota(order=order, by=None)
    for number, item in enumerate(items, 1):
        put(item, "45" if number == 1 else "500", lot=f"L2611-{number:02d}")
    put(items[0], "500", lot="L2611-51")
    keeper, receiver = plant.person("stk"), plant.person("opr", plant.a1)
    keeper.name, receiver.name = PEOPLE[language]
    for person in (keeper, receiver):
        person.save()
    for quantity in (25, 40):
        slip = issue(order=order, lines=[SlipLine(item, D(quantity)) for item in items], receiver=receiver, by=keeper, receiver_signed=True)
    return slip


@pytest.mark.req("MAT-08")
@pytest.mark.parametrize(("language", "heading"), [("en", "Quota-limited issue slip"), ("zh-hans", "限额领料单")])
@pytest.mark.parametrize(
    ("form", "lines", "paper", "cumulative"),
    [
        ("", 12, A4, {"en": "100.0000.00025.00040.00035.000", "zh-hans": "100.0000.00025.00040.00035.000"}),
        ("roll", 6, ROLL, {"en": "quota100.000+0.000·drawn25.000·left35.000", "zh-hans": "限额100.000+0.000·已领25.000·余额35.000"}),
    ],
)
def test_a_slip_fits_one_page_of_its_paper(open_page, plant, transactional_db, language, heading, form, lines, paper, cumulative):
    slip = make_slip(plant, lines, language)
    page = open_page(plant.person("stk"), language=language)
    page.goto(f"/slips/{slip.number}/paper?form={form}")
    page.get_by_role("heading", name=heading).wait_for()

    pdf = page.pdf(prefer_css_page_size=True)
    assert pages_of(pdf) == [paper]
    words = words_of(pdf)
    for said in (heading, slip.number, "MO-2026-0417", *PEOPLE[language]):
        assert plain(said) in words
    assert words.count(cumulative[language]) == lines
    assert f"RM-{lines:04d}" in words
    for lot in ("L2611-01", "L2611-51", f"L2611-{lines:02d}"):
        assert lot in words

    page.emulate_media(media="print")
    page.get_by_role("button").first.wait_for(state="hidden")
    sheet = page.locator(".fo-roll" if form else ".fo-sheet")
    assert sheet.evaluate("sheet => sheet.scrollWidth - sheet.clientWidth") <= 0
