"""The end of an order: used + returned + scrapped + explained = held, or it does not close (MAT-14)."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from core.errors import Faults
from materials.errors.consumption import NotConfirmed, UnexplainedDifference
from materials.errors.slips import NoBin, OrderNotOpen, SlipRefused
from materials.models import Balance, Reconciled, Slip, StockMove
from materials.services import Leftover, SlipLine, close_with_leftovers, held_by_order, issue, verify_ledger
from plans.errors.orders import CannotClose
from plans.models import ProductionOrder
from plans.services import close_order
from tests.factories.materials import make_bin, put
from tests.materials.test_consumption import drawn, reported


@pytest.fixture
def bins(store):
    make_bin("B-Q", "quarantine")
    make_bin("B-S", "scrap")


def left(store, lot="", **figures):
    words = {name: figures.pop(name) for name in ("reason", "return_type") if name in figures}
    return Leftover(store.steel, lot, **{name: Decimal(value) for name, value in figures.items()}, **words)


def closed(store, *leftovers, **how):
    return close_with_leftovers(order=store.order, leftovers=leftovers, by=store.manager, **how)


def stands(store, place):
    return sum(Balance.objects.filter(place__code=place, lot__item=store.steel).values_list("on_hand", flat=True))


@pytest.mark.req("MAT-14")
def test_used_returned_scrapped_and_explained_are_all_that_was_held(store, bins):
    drawn(store, "200")
    reported(store, "90", "180")

    order = closed(store, left(store, returned="12", scrapped="5", explained="3", reason="Lost at the saw"))

    assert order.status == "closed"
    slip = Slip.objects.get(kind="closing")
    assert (slip.number, slip.order, slip.posted_by) == ("CLS-2026-000001", store.order, store.manager)
    moved = StockMove.objects.filter(slip=slip).values_list("target__code", "quantity", "return_type")
    assert sorted(moved) == [("B-01", 12, "good"), ("B-S", 5, ""), ("OUT-USED", 183, "")]
    kept = Reconciled.objects.get()
    assert (kept.held, kept.returned, kept.scrapped, kept.consumed, kept.explained, kept.reason) == (200, 12, 5, 183, 3, "Lost at the saw")
    assert (stands(store, "B-01"), stands(store, "B-S"), held_by_order(store.order)[0].quantity if held_by_order(order) else 0) == (
        312,
        5,
        0,
    )
    assert (store.line.issued, store.line.returned_good, store.line.left) == (200, 12, 12)
    assert verify_ledger() == []


@pytest.mark.req("MAT-14")
def test_a_difference_that_nobody_explains_is_shown_and_nothing_is_posted(store, bins):
    drawn(store, "200")
    reported(store, "90", "180")

    with pytest.raises(UnexplainedDifference) as refused:
        closed(store, left(store, returned="12"))

    assert refused.value.figures["lines"] == [
        {
            "item": "STEEL",
            "unit": "kg",
            "held": "200",
            "used": "180",
            "returned": "12",
            "scrapped": "0",
            "explained": "0",
            "difference": "8",
        }
    ]
    assert "8 kg are not accounted for" in str(refused.value)
    assert not Slip.objects.filter(kind="closing").exists()
    assert ProductionOrder.objects.get(pk=store.order.pk).status == "released"


@pytest.mark.req("MAT-14")
def test_an_explained_difference_needs_a_reason(store, bins):
    drawn(store, "20")
    with pytest.raises(Faults) as refused:
        closed(store, left(store, explained="20", reason=" "))
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("leftovers.0.reason", "reason_needed")]
    assert closed(store, left(store, explained="20", reason="No use was reported")).status == "closed"


@pytest.mark.req("MAT-14")
def test_more_reported_than_there_was_is_explained_below_zero(store, bins):
    drawn(store, "100")
    reported(store, "50", "108")
    with pytest.raises(UnexplainedDifference) as refused:
        closed(store)
    assert refused.value.rows[0].difference == -8
    closed(store, left(store, explained="-8", reason="Weighed wrong"))
    assert StockMove.objects.get(slip__kind="closing").quantity == 100


def test_use_of_what_is_no_longer_held_is_explained_on_the_item(store, bins):
    reported(store, "1", "2")
    with pytest.raises(UnexplainedDifference):
        closed(store)
    closed(store, left(store, explained="-2", reason="Taken from another order"))
    assert (Reconciled.objects.get().lot, Reconciled.objects.get().held, Slip.objects.filter(kind="closing").count()) == (None, 0, 0)


@pytest.mark.req("MAT-08")
def test_an_order_with_slips_that_wait_for_their_receiver_does_not_close(store, bins):
    slip = issue(order=store.order, lines=[SlipLine(store.steel, Decimal(5))], receiver=store.welder, by=store.keeper)
    with pytest.raises(NotConfirmed) as refused:
        closed(store, left(store, returned="5"))
    assert slip.number in str(refused.value)


def test_several_lots_are_judged_together(store, bins):
    put(store.steel, "30", lot="L1")
    put(store.steel, "30", lot="L2")
    for lot in ("L1", "L2"):
        issue(
            order=store.order,
            lines=[SlipLine(store.steel, Decimal(30), lot=lot)],
            receiver=store.welder,
            by=store.keeper,
            receiver_signed=True,
        )
    reported(store, "20", "40")
    closed(store, left(store, lot="L1", returned="15"), left(store, lot="L2", scrapped="5"))
    assert sorted(Reconciled.objects.values_list("lot__code", "consumed")) == [("L1", 15), ("L2", 25)]


def test_defective_leftovers_go_to_quarantine(store, bins):
    drawn(store, "20")
    closed(store, left(store, returned="20", return_type="operation_defect"))
    assert (stands(store, "B-Q"), store.line.returned_operation_defect, store.line.left) == (20, 20, 180)


def test_what_a_leftover_cannot_say(store, bins):
    drawn(store, "20")
    with pytest.raises(SlipRefused) as more:
        closed(store, left(store, returned="15", scrapped="6"))
    assert (more.value.code, more.value.lines[0]["asked"], more.value.lines[0]["on_hand"]) == ("return_exceeds_issue", "21", "20")
    with pytest.raises(Faults) as refused:
        closed(
            store,
            left(store, returned="-1"),
            left(store, lot="L9"),
            left(store, scrapped="0.0001"),
            left(store, return_type="gift"),
        )
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [
        ("leftovers.0.returned", "negative"),
        ("leftovers.1.lot", "not_held"),
        ("leftovers.2.scrapped", "too_fine"),
        ("leftovers.2.item", "same_line_twice"),
        ("leftovers.3.return_type", "invalid"),
        ("leftovers.3.item", "same_line_twice"),
    ]


def test_without_a_scrap_bin_nothing_is_scrapped(store):
    drawn(store, "5")
    with pytest.raises(NoBin):
        closed(store, left(store, scrapped="5"))
    assert verify_ledger() == []


def test_a_closed_order_does_not_close_again_and_the_same_key_changes_nothing(store, bins):
    drawn(store, "5")
    key = uuid4()
    closed(store, left(store, returned="5"), request_key=key)
    assert closed(store, left(store, returned="5"), request_key=key).status == "closed"
    with pytest.raises(OrderNotOpen):
        closed(store)
    assert Slip.objects.filter(kind="closing").count() == 1


def test_an_order_on_hold_may_be_closed(store, bins):
    drawn(store, "5")
    ProductionOrder.objects.filter(pk=store.order.pk).update(status="on_hold")
    assert closed(store, left(store, returned="5")).status == "closed"


def test_the_page_of_the_order_does_not_close_what_still_holds_material(store, bins):
    drawn(store, "5")
    with pytest.raises(CannotClose):
        close_order(order=store.order, by=store.manager)
    closed(store, left(store, returned="5"))


def test_a_reconciliation_is_never_edited(store, bins):
    drawn(store, "5")
    closed(store, left(store, returned="5"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Reconciled.objects.update(returned=4)
