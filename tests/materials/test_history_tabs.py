"""Every record of the store has a History tab that says who changed what, from what to what."""

import re
from decimal import Decimal
from uuid import uuid4

import pytest

from core.clock import plant_today
from materials.models import Adjustment, Balance, LotStatus, Place, Purpose, SlipRequest, Supplement
from materials.services import request_purchase
from tests.factories.materials import make_bin, put
from tests.materials.test_issue_pages import text_of

pytestmark = pytest.mark.django_db


def history_of(client, page):
    """The entries of a record's History tab, which its page leads to, the newest first."""
    assert 'href="?tab=history"' in client.get(page).content.decode()
    shown = client.get(f"{page}?tab=history").content.decode()
    listed = re.search(r'<ol class="fo-history">(.*?)</ol>', shown, re.DOTALL)
    assert listed, page
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", entry)).strip() for entry in listed[1].split("<time")[:-1]]


def test_of_a_lot(store, signed_in):
    lot = put(store.steel, "10", lot="L-1", status=LotStatus.TO_INSPECT)
    inspector = store.plant.person("ins")
    assert signed_in(inspector).post(f"/lots/{lot.pk}/decide", {"status": "released", "note": "Seen"}).status_code == 302

    entry = history_of(signed_in(store.keeper), f"/lots/{lot.pk}")[0]

    assert f"{inspector.name} changed it" in entry
    assert "To inspect Released" in entry


def test_of_a_place(store, signed_in):
    desk = signed_in(store.keeper)
    assert desk.post("/places/new", {"kind": "warehouse", "code": "W2", "name": "Second"}).status_code == 302
    assert desk.post("/places/W2/edit", {"code": "W2", "name": "Hall 2", "version": "1"}).status_code == 302
    assert Place.objects.get(code="W2").name == "Hall 2"

    changed, made = history_of(desk, "/places/W2")

    assert f"{store.keeper.name} changed it" in changed
    assert "Second Hall 2" in changed
    assert f"{store.keeper.name} made it" in made


def test_of_a_supplier(store, signed_in):
    buyer = store.plant.person("buy")
    desk, data = (
        signed_in(buyer),
        {"code": "S-9", "name": "Wire works", "name_zh": "", "contact": "", "phone": "", "email": "", "remark": ""},
    )
    assert desk.post("/suppliers/new", data).status_code == 302
    assert desk.post("/suppliers/S-9/edit", data | {"remark": "Slow", "version": "1"}).status_code == 302

    changed, made = history_of(desk, "/suppliers/S-9")

    assert f"{buyer.name} changed it" in changed
    assert "Slow" in changed
    assert f"{buyer.name} made it" in made


def test_of_a_requisition(store, signed_in):
    asked = request_purchase(item=store.steel, quantity=Decimal(5), needed_on=plant_today(), reason="other", by=store.keeper)
    boss = signed_in(store.manager)
    assert boss.post(f"/requisitions/{asked.number}/approve", {}).status_code == 302

    entry = history_of(boss, f"/requisitions/{asked.number}")[0]

    assert f"{store.manager.name} changed it" in entry
    assert "Approved" in entry


def test_of_a_supplement(store, signed_in):
    leader = store.plant.person("tld", store.plant.a1)
    data = {"item": "STEEL", "quantity": "6", "reason": "scrap", "reference": "QA 26/118", "request_key": str(uuid4())}
    assert signed_in(leader).post(f"/supplements/new?order={store.order.number}", data).status_code == 302
    asked = Supplement.objects.get()
    boss = signed_in(store.manager)
    assert boss.post(f"/supplements/{asked.number}/approve", {"quantity": "4"}).status_code == 302

    changed, made = history_of(boss, f"/supplements/{asked.number}")

    assert f"{store.manager.name} changed it" in changed
    assert "Waits for approval Approved" in changed
    assert f"{leader.name} made it" in made
    assert "QA 26/118" in made


def test_of_an_adjustment(store, signed_in):
    balance = Balance.objects.get(place__code="B-01")
    data = {"direction": "less", "quantity": "3", "reason": "missing", "note": "Not in the bin", "request_key": str(uuid4())}
    assert signed_in(store.keeper).post(f"/adjustments/new?balance={balance.pk}", data).status_code == 302
    asked = Adjustment.objects.get()
    boss = signed_in(store.manager)
    assert boss.post(f"/adjustments/{asked.number}/approve", {"note": "Right"}).status_code == 302

    entries = history_of(boss, f"/adjustments/{asked.number}")

    assert f"{store.keeper.name} made it" in entries[-1]
    assert f"{store.manager.name} changed it" in entries[0]
    assert "Right" in " ".join(entries)


def test_of_a_slip_request(store, signed_in):
    stock, quarantine = make_bin("B-02"), make_bin("Q-01", Purpose.QUARANTINE)
    lot = put(store.steel, "10", quarantine, lot="Q", status=LotStatus.RELEASED)
    data = {"request_key": str(uuid4()), "target": stock.pk, "reason": "Dried", f"quantity-{lot.pk}": "10", "ask": "1"}
    assert signed_in(store.keeper).post("/transfer/Q-01", data).status_code == 302
    asked = SlipRequest.objects.get()
    boss = signed_in(store.manager)
    assert boss.post(f"/slip-requests/{asked.number}/approve", {"version": "1"}).status_code == 302

    entries = history_of(boss, f"/slip-requests/{asked.number}")

    assert f"{store.manager.name} changed it" in entries[0]
    assert "Dried" in entries[-1]
    assert f"{store.keeper.name} made it" in entries[-1]
    assert asked.number in text_of(boss.get("/slip-requests?view=all"))
