"""Transfers, issues without order, production receipts and their requests as pages (MAT-11, MAT-17)."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from core.clock import plant_today
from core.models import Unit
from materials.models import Balance, LotStatus, Purpose, Slip, SlipRequest
from materials.services import verify_ledger
from tests.factories.materials import ItemFactory, make_bin, put
from tests.factories.plans import LineFactory, ReportFactory
from tests.materials.test_issue_pages import text_of

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def desk(store, signed_in):
    return signed_in(store.keeper)


@pytest.fixture(autouse=True)
def whole(store):
    yield
    assert verify_ledger() == []


def lying(item, place):
    return sum(row.on_hand for row in Balance.objects.filter(lot__item=item, place__code=place))


def other(store, *lines, **more):
    data = {"request_key": str(uuid4()), "purpose": "consumable", "cost_centre": store.plant.a.pk, "reason": "Machine 4"}
    data |= {"receiver": store.welder.staff_no, "pin": "", "lines-TOTAL_FORMS": len(lines), "lines-INITIAL_FORMS": 0} | more
    for number, (item, quantity) in enumerate(lines):
        data |= {f"lines-{number}-item": item, f"lines-{number}-quantity": quantity, f"lines-{number}-lot": ""}
    return data


@pytest.mark.req("MAT-11")
def test_what_lies_in_a_bin_goes_to_another_and_too_much_is_said_beside_it(store, desk):
    target = make_bin("B-02")
    lot = store.steel.lots.get()
    assert desk.get("/transfer", {"from": "b-01"})["Location"] == "/transfer/B-01"
    shown = text_of(desk.get("/transfer/B-01"))
    assert "500.000" in shown
    data = {"request_key": str(uuid4()), "target": target.pk, "reason": "", f"quantity-{lot.pk}": "500.001"}
    refused = desk.post("/transfer/B-01", data)
    assert (refused.status_code, 'value="500.001"' in refused.content.decode()) == (409, True)
    assert "500.001 kg asked, 500 kg on hand" in text_of(refused)
    assert desk.post("/transfer/B-01", data | {f"quantity-{lot.pk}": "500"}).status_code == 302
    slip = Slip.objects.get(kind="transfer")
    assert lying(store.steel, "B-02") == 500
    page = text_of(desk.get(f"/slips/{slip.number}"))
    assert "Transfer" in page
    assert "Reverse the slip" not in page
    paper = text_of(desk.get(f"/slips/{slip.number}/paper"))
    assert "B-01 → B-02" in paper
    assert desk.get(f"/slips/{slip.number}/paper", {"form": "roll"}).status_code == 200


@pytest.mark.req("MAT-11")
def test_the_row_of_the_standing_lot_moves_the_standing_lot(store, desk):
    lot, target = store.steel.lots.get(), make_bin("B-02")
    put(store.steel, "10", lot="L1", expires_on=plant_today() + timedelta(days=5))
    data = {"request_key": str(uuid4()), "target": target.pk, "reason": "", f"quantity-{lot.pk}": "5"}
    assert desk.post("/transfer/B-01", data).status_code == 302
    assert [move.lot.code for move in Slip.objects.get(kind="transfer").moves.all()] == [""]
    data = {"request_key": str(uuid4()), "source": make_bin().pk, "target": "B-02", "quantity": "5"}
    moved = desk.post(f"/lots/{lot.pk}/move", data)
    assert moved.status_code == 302, text_of(moved)
    assert [move.lot.code for move in Slip.objects.filter(kind="transfer").latest("pk").moves.all()] == [""]


@pytest.mark.req("MAT-17")
def test_out_of_quarantine_one_tap_asks_the_manager_and_the_approval_posts(store, desk, signed_in):
    quarantine, stock = make_bin("Q-01", Purpose.QUARANTINE), make_bin()
    lot = put(store.steel, "10", quarantine, lot="Q", status=LotStatus.RELEASED)
    data = {"request_key": str(uuid4()), "target": stock.pk, "reason": "Dried", f"quantity-{lot.pk}": "10"}
    refused = desk.post("/transfer/Q-01", data)
    assert (refused.status_code, "Ask for an approval" in text_of(refused)) == (409, True)
    assert desk.post("/transfer/Q-01", data | {"ask": "1", "reason": ""}).status_code == 422
    asked = desk.post("/transfer/Q-01", data | {"ask": "1"})
    request = SlipRequest.objects.get()
    assert asked["Location"] == f"/slip-requests/{request.number}"
    assert desk.post(f"/slip-requests/{request.number}/approve").status_code == 403
    boss = signed_in(store.manager)
    assert request.number in text_of(boss.get("/"))
    assert request.number in text_of(boss.get("/slip-requests"))
    assert boss.post(f"/slip-requests/{request.number}/approve", {"version": "9" * 10}).status_code == 409
    assert boss.post(f"/slip-requests/{request.number}/approve", {"version": "1"}).status_code == 302
    assert lying(store.steel, "Q-01") == 0
    assert Slip.objects.get(kind="transfer").approved_by == store.manager


def test_a_lot_that_does_not_fit_is_said_at_the_bin(store, desk):
    scrap = make_bin("S-01", Purpose.SCRAP)
    data = {"request_key": str(uuid4()), "target": scrap.pk, "reason": "", f"quantity-{store.steel.lots.get().pk}": "1"}
    refused = desk.post("/transfer/B-01", data)
    assert refused.status_code == 422
    assert "S-01 (Scrap) does not take it." in text_of(refused)


@pytest.mark.req("MAT-11")
def test_an_issue_without_order_is_charged_and_above_its_value_asked_for(store, desk, signed_in):
    grease = ItemFactory(code="GREASE", standard_cost=D(10))
    put(grease, "200")
    assert desk.get("/other-issue").status_code == 200
    posted = desk.post("/other-issue", other(store, ("GREASE", "5"), ("", "")))
    slip = Slip.objects.get(kind="other_issue")
    assert posted["Location"] == f"/slips/{slip.number}"
    page = text_of(desk.get(f"/slips/{slip.number}"))
    for word in ("Issue without order", "Consumable", "Machine 4", "Cost centre"):
        assert word in page
    assert "within the value that needs no approval" in text_of(desk.get(f"/slips/{slip.number}/paper"))

    dear = other(store, ("GREASE", "60"))
    refused = desk.post("/other-issue", dear)
    assert (refused.status_code, 'value="60"' in refused.content.decode()) == (409, True)
    assert "This is worth 600.00 CNY. Above 500.00 CNY another person approves first." in text_of(refused)
    assert lying(grease, "B-01") == 195
    assert desk.post("/other-issue", dear | {"ask": "1"}).status_code == 302
    request = SlipRequest.objects.get()
    boss = signed_in(store.manager)
    assert boss.post(f"/slip-requests/{request.number}/reject", {"reason": " "}).status_code == 422
    assert boss.post(f"/slip-requests/{request.number}/approve").status_code == 302
    assert lying(grease, "B-01") == 135
    assert "600.00" in text_of(boss.get(f"/slip-requests/{request.number}"))


def test_what_is_wrong_with_an_issue_without_order_stands_at_its_field(store, desk):
    refused = desk.post("/other-issue", other(store, ("NOBODY", "1"), ("STEEL", ""), receiver="?", cost_centre=""))
    shown = text_of(refused)
    assert refused.status_code == 422
    assert "“NOBODY” is not known here." in shown
    assert "“?” is not known here." in shown
    own = desk.post("/other-issue", other(store, ("STEEL", "1"), receiver=store.keeper.staff_no))
    assert "two different people" in text_of(own)
    empty = desk.post("/other-issue", other(store, ("", "")))
    assert "The slip has no line." in text_of(empty)
    assert not Slip.objects.filter(kind="other_issue").exists()


def test_who_asked_takes_the_request_back(store, desk):
    put(store.steel, "1", lot="L2")
    desk.post("/other-issue", other(store, ("STEEL", "1"), ask="1"))
    request = SlipRequest.objects.get()
    assert desk.post(f"/slip-requests/{request.number}/withdraw", {"version": "1"}).status_code == 302
    request.refresh_from_db()
    assert request.status == "withdrawn"


@pytest.mark.req("MAT-11")
def test_good_output_comes_in_up_to_what_is_reported_and_is_reversed(store, desk):
    ItemFactory(code="MADE", product=store.order.product, unit=Unit.objects.get(code="pcs"))
    make_bin()
    paper = ReportFactory(team=store.plant.a1, business_date=plant_today())
    LineFactory(report=paper, order=store.order, product=store.order.product, good_qty=D(40))
    address = f"/production-receipt/{store.order.number}"
    assert store.order.number in text_of(desk.get("/production-receipt"))
    html = desk.get(address).content.decode()
    assert 'value="40"' in html
    data = {"request_key": str(uuid4()), "item": "MADE", "quantity": "41", "lot": "", "target": "", "receiver": store.welder.pk}
    refused = desk.post(address, data)
    assert refused.status_code == 409
    assert "41 pcs to take in, but 40 pcs" in text_of(refused)
    assert desk.post(address, data | {"quantity": "30"}).status_code == 302
    slip = Slip.objects.get(kind="production")
    assert slip.receiver == store.welder
    assert f"{store.order.number}-1" in text_of(desk.get(f"/slips/{slip.number}"))
    assert "Taken into store by" in text_of(desk.get(f"/slips/{slip.number}/paper"))
    assert desk.post(f"/slips/{slip.number}/reverse", {"reason": "Wrong"}).status_code == 302
    assert 'value="40"' in desk.get(address).content.decode()


def test_pages_of_moves_cost_the_same_however_much_there_is(store, desk, django_assert_max_num_queries):
    place = make_bin("FULL")
    for number in range(40):
        put(ItemFactory(), "5", place, lot=f"L{number}")
    pages = (("/transfer/FULL", 14), ("/transfer", 12), ("/other-issue", 16), ("/slip-requests", 14), ("/production-receipt", 16))
    for address, most in pages:
        with django_assert_max_num_queries(most):
            assert desk.get(address).status_code == 200


def test_a_bin_to_choose_is_called_by_its_name_in_the_readers_language_else_by_the_one_it_has(store):
    from django.utils.translation import override

    from materials.forms.moving import bin_words

    named, plain = make_bin("B-07"), make_bin("B-08")
    named.name, named.name_zh, plain.name = "Tube rack", "管材架", "Sheet rack"
    with override("zh-hans"):
        assert [bin_words(place).split(" · ")[:2] for place in (named, plain)] == [["B-07", "管材架"], ["B-08", "Sheet rack"]]
    assert bin_words(named).startswith("B-07 · Tube rack")
