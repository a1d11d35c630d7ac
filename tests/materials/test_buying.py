"""From the need to the shelf (MAT-12, MAT-13, GEN-24)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.clock import plant_today
from core.errors import NotAllowed, OwnRequest
from materials.errors.buying import DecidedBefore, LotNeeded, LotTaken, OtherLastDay, OverReceipt, ReceivedByYou, SupplierBlocked
from materials.errors.slips import ArrivalPlace, ReasonNeeded, SlipRefused
from materials.models import Balance, ExpectedReceipt, Lot, Purpose, Supplier
from materials.selectors.buying import is_late, promises, proposals
from materials.selectors.suppliers import supplier_rates
from materials.services import (
    cancel_expected,
    decide_lot,
    decide_requisition,
    expect_receipt,
    receive,
    request_purchase,
    verify_ledger,
)
from plans.errors.status import WrongStatus
from tests.factories.materials import ItemFactory, make_bin, put
from tests.materials.test_issue import draw


@pytest.fixture
def supplier(db):
    return Supplier.objects.create(code="S-1", name="Steel works")


@pytest.fixture
def promise(store, supplier):
    make_bin("R-01", Purpose.RECEIVING)

    def make(quantity="100", promised_on=None, item=None, **kwargs):
        item = item or store.steel
        needed = promised_on or plant_today()
        asked = request_purchase(item=item, quantity=Decimal(quantity), needed_on=needed, reason="minimum", by=store.keeper)
        decide_requisition(requisition=asked, approve=True, by=store.manager)
        return expect_receipt(
            requisition=asked, supplier=supplier, quantity=Decimal(quantity), promised_on=needed, by=store.plant.person("buy"), **kwargs
        )

    return make


@pytest.mark.req("MAT-12")
def test_promised_for_the_10th_arrived_on_the_12th_is_2_days_late(promise, store, supplier):
    today = plant_today()
    late, good, missing = (
        promise(promised_on=today - timedelta(days=2)),
        promise(promised_on=today),
        promise(promised_on=today - timedelta(days=5)),
    )
    for expected in (late, good):
        receive(expected=expected, quantity=Decimal(100), by=store.keeper)

    listed = promises().filter(is_late(today)).order_by("promised_on")
    assert [(row.number, row.days_late(today)) for row in listed] == [(missing.number, 5), (late.number, 2)]
    (rates,) = supplier_rates(today - timedelta(days=30), today, today)
    assert (rates.due, rates.on_time, rates.on_time_pct) == (3, 1, Decimal("33.33"))


@pytest.mark.req("GEN-24")
def test_delivered_of_ordered_in_percent_per_supplier(promise, store):
    receive(expected=promise("100", unit_price=Decimal(2)), quantity=Decimal(60), by=store.keeper)
    today = plant_today()
    (rates,) = supplier_rates(today, today, today)
    assert rates.delivered_pct == Decimal("60.00")


@pytest.mark.req("MAT-12")
def test_an_item_below_its_minimum_says_what_neither_lies_here_nor_is_promised(promise, store):
    item = ItemFactory(code="LOW", min_stock=Decimal(50))
    put(item, "10")
    promise("15", item=item)
    (row,) = [row for row in proposals(plant_today(), 9) if row.reason == "minimum"]
    assert (row.item.code, row.on_hand, row.coming, row.missing) == ("LOW", 10, 15, 25)


def test_a_requisition_is_decided_by_another_and_a_no_needs_words(store):
    asked = request_purchase(item=store.steel, quantity=Decimal(1), needed_on=date(2027, 1, 1), reason="other", by=store.keeper)
    with pytest.raises(OwnRequest):
        decide_requisition(requisition=asked, approve=True, by=store.keeper)
    with pytest.raises(ReasonNeeded):
        decide_requisition(requisition=asked, approve=False, by=store.manager)
    decide_requisition(requisition=asked, approve=False, note="enough here", by=store.manager)
    with pytest.raises(DecidedBefore):
        decide_requisition(requisition=asked, approve=True, by=store.manager)


def test_nothing_is_promised_without_approval_or_by_a_blocked_supplier(store, supplier):
    asked = request_purchase(item=store.steel, quantity=Decimal(1), needed_on=date(2027, 1, 1), reason="other", by=store.keeper)
    with pytest.raises(DecidedBefore):
        expect_receipt(requisition=asked, supplier=supplier, quantity=Decimal(1), promised_on=date(2027, 1, 1), by=store.manager)
    decide_requisition(requisition=asked, approve=True, by=store.manager)
    supplier.is_blocked = True
    with pytest.raises(SupplierBlocked):
        expect_receipt(requisition=asked, supplier=supplier, quantity=Decimal(1), promised_on=date(2027, 1, 1), by=store.manager)


def test_parts_arrive_up_to_the_tolerance_and_complete_the_promise(promise, store):
    expected = promise()
    receive(expected=expected, quantity=Decimal(60), by=store.keeper)
    with pytest.raises(OverReceipt) as refused:
        receive(expected=expected, quantity=Decimal("45.001"), by=store.keeper)
    assert refused.value.figures["most"] == "45"
    assert expected.requisition.status == "approved"
    receive(expected=expected, quantity=Decimal(45), by=store.keeper)
    expected.refresh_from_db()
    assert (expected.status, expected.received_qty, expected.complete_on) == ("received", 105, plant_today())
    expected.requisition.refresh_from_db()
    assert expected.requisition.status == "closed"
    assert sum(row.on_hand for row in Balance.objects.filter(lot__item=store.steel, place__code="B-01")) == 605
    assert verify_ledger() == []


def test_a_cancelled_promise_takes_nothing_in(promise, store):
    expected = cancel_expected(expected=promise(), note="Sold out", by=store.manager)
    with pytest.raises(DecidedBefore):
        receive(expected=expected, quantity=Decimal(1), by=store.keeper)


@pytest.mark.req("MAT-13")
def test_an_uninspected_lot_cannot_be_issued_and_whoever_received_it_does_not_release_it(promise, store):
    store.steel.inspect_on_receipt = True
    store.steel.save()
    receive(expected=promise(), quantity=Decimal(100), lot="H-1", by=store.keeper)
    lot = Lot.objects.get(code="H-1")
    assert (lot.status, lot.balances.get().place.code) == ("to_inspect", "R-01")
    with pytest.raises(SlipRefused):
        draw(store, "1", lot="H-1")
    with pytest.raises(ReceivedByYou):
        decide_lot(lot=lot, status="released", note="looks good", by=store.keeper)
    with pytest.raises(ReasonNeeded):
        decide_lot(lot=lot, status="released", note="", by=store.plant.person("ins"))

    decide_lot(lot=lot, status="rejected", note="rust", by=store.plant.person("ins"))
    (rates,) = supplier_rates(plant_today(), plant_today(), plant_today())
    assert (rates.judged, rates.accepted_pct) == (1, 0)
    with pytest.raises(SlipRefused):
        draw(store, "1", lot="H-1")


def test_an_arrival_goes_to_a_receiving_or_stock_bin_only(promise, store):
    for purpose in ("line_side", "quarantine", "scrap"):
        with pytest.raises(ArrivalPlace):
            receive(expected=promise(), quantity=Decimal(1), bin=make_bin(f"X-{purpose}", purpose), by=store.keeper)
    receive(expected=promise(), quantity=Decimal(1), bin=make_bin("R-02", "receiving"), by=store.keeper)


def test_an_item_kept_by_lot_needs_one_and_shelf_life_sets_the_last_good_day(promise, store):
    item = ItemFactory(lot_tracked=True, shelf_life_days=90)
    with pytest.raises(LotNeeded):
        receive(expected=promise(item=item), quantity=Decimal(1), by=store.keeper)
    receive(expected=promise(item=item), quantity=Decimal(1), lot="A", by=store.keeper)
    assert Lot.objects.get(item=item).expires_on == plant_today() + timedelta(days=90)
    decide_lot(lot=Lot.objects.get(item=item), status="quarantine", note="smell", by=store.manager)
    with pytest.raises(LotTaken):
        receive(expected=promise(item=item), quantity=Decimal(1), lot="A", by=store.keeper)
    assert ExpectedReceipt.objects.count() == 3


@pytest.mark.req("MAT-13")
def test_a_second_delivery_into_a_known_lot_cannot_bring_another_last_good_day(promise, store):
    expected, today = promise(), plant_today()
    good = today + timedelta(days=90)
    receive(expected=expected, quantity=Decimal(10), lot="H-1", expires_on=good, by=store.keeper)
    receive(expected=expected, quantity=Decimal(10), lot="H-1", expires_on=good, by=store.keeper)
    with pytest.raises(OtherLastDay) as refused:
        receive(expected=expected, quantity=Decimal(10), lot="H-1", expires_on=today, by=store.keeper)
    assert (refused.value.field, refused.value.figures["stands"]) == ("expires_on", good.isoformat())
    # Nothing said keeps what the lot has.
    receive(expected=expected, quantity=Decimal(10), lot="H-1", by=store.keeper)
    assert Lot.objects.get(code="H-1").expires_on == good


@pytest.mark.req("MAT-13")
def test_a_day_typed_for_an_item_without_lots_gives_the_arrival_a_lot_of_its_own(promise, store):
    expected, good = promise(), plant_today() + timedelta(days=30)
    receive(expected=expected, quantity=Decimal(10), expires_on=good, by=store.keeper)
    lot = Lot.objects.get(item=store.steel, expires_on=good)
    assert lot.code == f"{expected.number}-1"
    assert Lot.objects.get(item=store.steel, code="").expires_on is None


@pytest.mark.req("MAT-13")
def test_a_rejected_lot_leaves_that_only_by_the_manager_and_is_never_simply_released(promise, store, signed_in):
    receive(expected=promise(), quantity=Decimal(100), lot="H-1", by=store.keeper)
    lot, inspector = Lot.objects.get(code="H-1"), store.plant.person("ins")
    decide_lot(lot=lot, status="rejected", note="rust", by=inspector)
    for status in ("released", "quarantine", "concession"):
        with pytest.raises(NotAllowed):
            decide_lot(lot=lot, status=status, note="fine after all", by=inspector)
    with pytest.raises(WrongStatus):
        decide_lot(lot=lot, status="released", note="fine after all", by=store.manager, is_concession_allowed=True)
    assert signed_in(inspector).post(f"/lots/{lot.pk}/decide", {"status": "quarantine", "note": "again"}).status_code == 403
    assert lot.decisions.count() == 1

    desk = signed_in(store.manager)
    assert desk.post(f"/lots/{lot.pk}/decide", {"status": "released", "note": "again"}).status_code == 422
    assert desk.post(f"/lots/{lot.pk}/decide", {"status": "quarantine", "note": "Look again"}).status_code == 302
    assert decide_lot(lot=lot, status="released", note="measured", by=inspector).status == "released"
    with pytest.raises(WrongStatus):
        decide_lot(lot=lot, status="released", note="twice", by=inspector)
