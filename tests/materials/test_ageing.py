"""Stock that nobody draws or that runs out of time, and how it leaves (MAT-18, GEN-23, GEN-25)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.clock import plant_today
from core.errors import OwnRequest, Required
from materials.errors.buying import DecidedBefore
from materials.errors.counting import CannotPost, DueBeforeToday, MoreThanLies
from materials.errors.slips import NotABin, ReasonNeeded
from materials.models import Balance, Lot, Slip, StockMove
from materials.selectors.ageing import aged_stock, expiring
from materials.selectors.buying import need_of
from materials.services import (
    carry_out,
    close_gate_pass,
    decide_disposal,
    decide_gate_pass,
    draft_disposal,
    request_gate_pass,
    verify_ledger,
)
from tests.factories.materials import ItemFactory, make_bin, put
from tests.materials.test_issue import draw


def issued_ago(store, days):
    """An issue of so many days ago, written past the slip's date limit."""
    on = plant_today() - timedelta(days=days)
    slip = Slip.objects.create(
        kind="issue", order=store.order, receiver=store.welder, posted_by=store.keeper, business_date=on, posted_at="2026-01-01T00:00Z"
    )
    StockMove.objects.create(
        slip=slip,
        line=0,
        lot=store.steel.lots.get(),
        source=make_bin(),
        target=store.order.place,
        quantity=1,
        quota_line=store.line,
        business_date=on,
    )


@pytest.mark.req("MAT-18")
@pytest.mark.parametrize(("days", "listed"), [(179, []), (200, [("STEEL", 200, False)]), (365, [("STEEL", 365, True)])])
def test_an_item_last_issued_200_days_ago_is_slow_and_after_365_dead(store, days, listed):
    issued_ago(store, days)
    today = plant_today()
    assert [(row.lot.item.code, (today - row.since).days, row.is_dead) for row in aged_stock(today)] == listed


@pytest.mark.req("MAT-18")
def test_what_was_never_issued_ages_from_its_arrival_and_says_its_value(store):
    item = ItemFactory(code="NEVER", standard_cost=Decimal("2.5"))
    put(item, "4", received_on=plant_today() - timedelta(days=400))
    draw(store, "1")
    today = plant_today()
    (row,) = aged_stock(today)
    assert (row.lot.item.code, (today - row.since).days, row.is_dead, row.worth) == ("NEVER", 400, True, 10)


@pytest.mark.req("GEN-23")
def test_a_lot_that_expires_in_10_days_with_30_days_of_warning_is_listed(store):
    today = plant_today()
    for code, days in (("IN10", 10), ("IN30", 30), ("IN31", 31), ("GONE", -1)):
        put(store.steel, "5", lot=code, expires_on=today + timedelta(days=days))
    assert [row.lot.code for row in expiring(today)] == ["GONE", "IN10", "IN30"]
    assert need_of(store.steel, today).on_hand == 515  # what has gone off is not to be issued


def draft(store, decision="scrap", quantity="100", **more):
    given = {"lot": Lot.objects.get(item=store.steel), "place": make_bin(), "quantity": Decimal(quantity), "decision": decision}
    return draft_disposal(**given | {"reason": "old", "due_on": plant_today(), "by": store.keeper} | more)


@pytest.mark.req("MAT-18")
@pytest.mark.req("GEN-25")
@pytest.mark.parametrize(("decision", "rest"), [("scrap", 400), ("sell", 400), ("return", 400), ("reuse", 500)])
def test_a_disposal_leaves_the_stock_only_after_another_approved_it(store, decision, rest):
    disposal = draft(store, decision)
    with pytest.raises(DecidedBefore):
        carry_out(disposal=disposal, by=store.keeper)
    with pytest.raises(OwnRequest):
        decide_disposal(disposal=disposal, approve=True, by=store.keeper)
    decide_disposal(disposal=disposal, approve=True, by=store.manager)
    assert carry_out(disposal=disposal, by=store.keeper).status == "done"
    assert Balance.objects.get(place__code="B-01").on_hand == rest
    assert verify_ledger() == []


def test_what_an_order_holds_is_not_disposed_of(store):
    draw(store, "5")
    with pytest.raises(NotABin) as refused:
        draft(store, place=store.order.place, quantity="1")
    assert refused.value.field == "bin"


def test_a_disposal_says_why_and_what_no_longer_lies_there_stays_approved(store):
    with pytest.raises(ReasonNeeded):
        draft_disposal(
            lot=Lot.objects.get(), place=make_bin(), quantity=Decimal(1), decision="sell", reason=" ", due_on=plant_today(), by=store.keeper
        )
    with pytest.raises(MoreThanLies):
        draft(store, quantity="501")
    with pytest.raises(DueBeforeToday):
        draft(store, due_on=plant_today() - timedelta(days=1))
    with pytest.raises(ReasonNeeded):
        decide_disposal(disposal=draft(store), approve=False, by=store.manager)
    disposal = decide_disposal(disposal=draft(store, quantity="500"), approve=True, by=store.manager)
    draw(store, "1")
    with pytest.raises(CannotPost):
        carry_out(disposal=disposal, by=store.keeper)
    disposal.refresh_from_db()
    assert disposal.status == "approved"


@pytest.mark.req("GEN-25")
def test_an_unapproved_gate_pass_cannot_be_closed(store):
    with pytest.raises(Required):
        request_gate_pass(goods="", taken_by="Driver", reason="sold", by=store.keeper)
    asked = request_gate_pass(goods="100 kg scrap", taken_by="Driver", reason="sold", by=store.keeper)
    with pytest.raises(DecidedBefore):
        close_gate_pass(gate_pass=asked, by=store.keeper)
    with pytest.raises(OwnRequest):
        decide_gate_pass(gate_pass=asked, approve=True, by=store.keeper)
    decide_gate_pass(gate_pass=asked, approve=True, by=store.manager)
    assert close_gate_pass(gate_pass=asked, by=store.keeper).closed_at is not None
