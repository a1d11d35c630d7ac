"""An arrival in Chromium, on the tablet: scanned, refused with its figures, taken in, its label one tap away (MAT-12, MAT-13)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.clock import plant_today
from materials.models import Lot, Purpose, Supplier
from materials.services import decide_requisition, expect_receipt, request_purchase
from tests.factories.materials import make_bin, make_store


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.req("MAT-12")
@pytest.mark.req("MAT-13")
def test_an_arrival_is_scanned_refused_above_the_tolerance_and_taken_in_with_its_lot(open_page, plant, console, transactional_db, language):
    words = {
        "en": ["2 days late", "Quantity arrived", "Lot", "Post the receipt", "At most 105 kg can still be received", "To inspect", "Label"],
        "zh-hans": ["迟 2 天", "到货数量", "批次", "收货过账", "最多还能收 105 kg", "待检", "标签"],
    }[language]
    late, quantity, lot, post, most, to_inspect, label = words
    store = make_store(plant)
    store.steel.inspect_on_receipt = store.steel.lot_tracked = True
    store.steel.save()
    make_bin("R-01", Purpose.RECEIVING)
    asked = request_purchase(item=store.steel, quantity=Decimal(100), needed_on=plant_today(), reason="other", by=store.keeper)
    decide_requisition(requisition=asked, approve=True, by=store.manager)
    supplier = Supplier.objects.create(code="S-1", name="Steel works")
    promised_on = plant_today() - timedelta(days=2)
    promise = expect_receipt(requisition=asked, supplier=supplier, quantity=Decimal(100), promised_on=promised_on, by=plant.person("buy"))

    page = open_page(store.keeper, language=language)
    page.goto("/receive")
    page.get_by_text(late).wait_for()
    page.keyboard.type("STEEL", delay=4)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/receive/{promise.number}")
    page.get_by_label(quantity).fill("106")
    page.get_by_label(lot).fill("H-1")
    page.get_by_role("button", name=post).click()
    page.get_by_text(most).wait_for()
    assert page.get_by_label(lot).input_value() == "H-1"
    console.clear()  # the refused form answers 422
    page.get_by_label(quantity).fill("100")
    page.get_by_role("button", name=post).click()
    page.wait_for_url(f"**/purchases/{promise.number}")
    page.get_by_text(to_inspect).wait_for()
    page.get_by_role("link", name=f"{label} H-1").click()
    page.get_by_text("H-1").first.wait_for()
    assert Lot.objects.get(code="H-1").status == "to_inspect"
