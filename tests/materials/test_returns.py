"""Returns by type, reversals, and what an order holds (MAT-10)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from core.clock import plant_today
from core.errors import Faulty
from materials.errors.slips import (
    AlreadyReversed,
    NoBin,
    NotReversible,
    OrderNotOpen,
    ReasonNeeded,
    ReceiverElsewhere,
    ReturnPlace,
    SlipRefused,
)
from materials.models import Balance, Lot, Purpose, QuotaLine, QuotaSubstitute, Slip
from materials.selectors.order_material import material_of
from materials.services import SlipLine, issue, return_material, reverse_slip, verify_ledger
from people.models import Staff
from plans.models import ProductionOrder
from tests.factories.materials import ItemFactory, make_bin, put
from tests.materials.test_issue import draw, on_hand
from tests.materials.test_ledger import move as raw_move
from tests.materials.test_ledger import rule_of
from tests.races import Elsewhere, at_once


@pytest.fixture
def drawn(store):
    make_bin("Q-01", Purpose.QUARANTINE)
    draw(store, "150")
    return store


def bring(store, quantity, kind="good", **kwargs):
    line = SlipLine(store.steel, Decimal(quantity), bin=kwargs.pop("bin", None))
    return return_material(order=store.order, lines=[line], return_type=kind, receiver=store.welder, by=store.keeper)


def held(store):
    return sum(row.on_hand for row in Balance.objects.filter(place__order=store.order))


@pytest.mark.req("MAT-10")
def test_5_good_come_back_net_issued_falls_by_5_and_stock_rises_by_5(drawn):
    bring(drawn, "5")
    assert (drawn.line.drawn, drawn.line.left, on_hand(drawn.steel), held(drawn)) == (145, 55, 355, 145)
    assert verify_ledger() == []


@pytest.mark.req("MAT-10")
@pytest.mark.parametrize(("kind", "left"), [("incoming_defect", 55), ("operation_defect", 50)])
def test_defective_material_goes_to_quarantine_and_only_an_incoming_defect_reopens_the_quota(drawn, kind, left):
    bring(drawn, "5", kind)
    assert (drawn.line.left, on_hand(drawn.steel), on_hand(drawn.steel, "Q-01"), held(drawn)) == (left, 350, 5, 145)
    draw(drawn, str(left))
    with pytest.raises(SlipRefused):
        draw(drawn, "1")
    assert verify_ledger() == []


@pytest.mark.req("MAT-10")
@pytest.mark.parametrize("kind", ["good", "incoming_defect", "operation_defect"])
def test_no_more_comes_back_than_the_order_holds(drawn, kind):
    bring(drawn, "100", "operation_defect")
    with pytest.raises(SlipRefused) as refused:
        bring(drawn, "51", kind)
    assert (refused.value.code, refused.value.lines[0]["on_hand"]) == ("return_exceeds_issue", "50")
    assert held(drawn) == 50


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("MAT-10")
@pytest.mark.parametrize("kind", ["good", "incoming_defect", "operation_defect"])
def test_two_returns_at_once_never_bring_more_than_is_held(drawn, kind):
    calls = at_once([lambda: bring(drawn, "100", kind)] * 2)
    assert sorted(call.outcome for call in calls) == ["SlipRefused", "done"]
    assert held(drawn) == 50
    assert verify_ledger() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("MAT-10")
def test_a_return_that_commits_while_another_reads_what_is_held_leaves_the_other_the_figures_of_now(drawn):
    others = [lambda: bring(drawn, "100")]

    def and_then_the_other(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if others and ("materials_balance" in sql or "materials_stockmove" in sql):
            assert Elsewhere(others.pop()).outcome == "done"
        return answer

    with connection.execute_wrapper(and_then_the_other), pytest.raises(SlipRefused) as refused:
        bring(drawn, "100")
    assert (refused.value.code, refused.value.lines[0]["on_hand"], held(drawn)) == ("return_exceeds_issue", "50", 50)
    assert verify_ledger() == []


def test_a_type_that_is_none_a_bin_of_another_purpose_and_no_bin_at_all_are_refused(store):
    draw(store, "10")
    with pytest.raises(Faulty):
        bring(store, "1", "surplus")
    with pytest.raises(NoBin):
        bring(store, "1", "incoming_defect")
    with pytest.raises(ReturnPlace):
        bring(store, "1", bin=make_bin("Q-01", Purpose.QUARANTINE))
    assert held(store) == 10


@pytest.mark.req("MAT-10")
def test_undoing_an_issue_whose_line_gave_all_back_is_refused_with_what_the_line_has(drawn):
    """The order holds enough of the lot, but it came on another line."""
    other = ItemFactory()
    line = QuotaLine.objects.create(order=drawn.order, item=other, quota=Decimal(200))
    QuotaSubstitute.objects.create(quota_line=line, item=drawn.steel, factor=Decimal(1))
    slip = raw_move(drawn, quota_line=line, quantity=Decimal(20), kind="issue", slip={"order": drawn.order, "receiver": drawn.welder}).slip
    bring(drawn, "20")
    assert held(drawn) == 150

    with pytest.raises(SlipRefused) as refused:
        reverse_slip(slip=slip, reason="wrong order", by=drawn.keeper)

    assert (refused.value.code, refused.value.lines[0]["asked"], held(drawn)) == ("return_exceeds_issue", "20", 150)
    assert verify_ledger() == []


@pytest.mark.req("MAT-10")
def test_a_reversed_issue_gives_quota_and_stock_back_once(drawn):
    slip = draw(drawn, "20")
    with pytest.raises(ReasonNeeded):
        reverse_slip(slip=slip, reason=" ", by=drawn.keeper)

    opposite = reverse_slip(slip=slip, reason="wrong order", by=drawn.keeper)

    assert (drawn.line.left, on_hand(drawn.steel), held(drawn)) == (50, 350, 150)
    assert Slip.objects.get(pk=slip.pk).status == Slip.Status.REVERSED
    with pytest.raises(AlreadyReversed):
        reverse_slip(slip=slip, reason="again", by=drawn.keeper)
    with pytest.raises(NotReversible):
        reverse_slip(slip=opposite, reason="undo the undoing", by=drawn.keeper)
    assert verify_ledger() == []


def test_an_issue_whose_material_went_on_cannot_be_reversed(drawn):
    slip = Slip.objects.get(kind="issue")
    bring(drawn, "1")
    with pytest.raises(SlipRefused) as refused:
        reverse_slip(slip=slip, reason="wrong", by=drawn.keeper)
    assert refused.value.code == "return_exceeds_issue"


@pytest.mark.req("MAT-10")
def test_undoing_a_return_is_an_issue_and_is_checked_as_one(drawn):
    slip = bring(drawn, "5")
    draw(drawn, "55")
    with pytest.raises(SlipRefused) as refused:
        reverse_slip(slip=slip, reason="it was not good", by=drawn.keeper)
    assert refused.value.code == "quota_exceeded"
    assert drawn.line.left == 0

    second = bring(drawn, "3", "operation_defect")
    reverse_slip(slip=second, reason="it was good", by=drawn.keeper)
    assert (drawn.line.left, drawn.line.returned_operation_defect, on_hand(drawn.steel, "Q-01")) == (0, 0, 0)
    assert verify_ledger() == []


@pytest.mark.req("MAT-13")
@pytest.mark.parametrize("bad", [{"status": "rejected"}, {"expires_on": plant_today() - timedelta(days=1)}])
def test_undoing_a_good_return_does_not_issue_what_was_rejected_or_expired_since(store, bad):
    lot = put(store.steel, "10", lot="L1", expires_on=plant_today() + timedelta(days=1))
    draw(store, "10", lot="L1")
    slip = bring(store, "10")
    Lot.objects.filter(pk=lot.pk).update(**bad)
    with pytest.raises(SlipRefused) as refused:
        reverse_slip(slip=slip, reason="it was not good", by=store.keeper)
    assert (refused.value.code, held(store)) == ("lot_not_released", 0)
    (move,) = slip.moves.all()
    reversal = {"undoes": move, "lot": lot, "source": move.target, "target": move.source, "quantity": move.quantity}
    assert rule_of(lambda: raw_move(store, **reversal, business_date=plant_today())) == "lot_not_released"


def test_several_lots_come_back_the_last_issued_first(store):
    issue(order=store.order, lines=[SlipLine(store.steel, Decimal(30))], receiver=store.welder, by=store.keeper)
    slip = bring(store, "12")
    assert [move.target.code for move in slip.moves.all()] == ["B-01"]


def test_a_lot_issued_again_is_the_last_issued(store):
    for code in ("L1", "L2"):
        put(store.steel, "50", lot=code)
    for code in ("L1", "L2", "L1"):
        draw(store, "10", lot=code)
    (line,) = material_of(store.order)
    assert [held.lot for held in line.held] == ["L1", "L2"]
    slip = bring(store, "25")
    assert [(move.lot.code, move.quantity) for move in slip.moves.order_by("pk")] == [("L1", 20), ("L2", 5)]


@pytest.mark.parametrize("kind", ["issue", "return"])
def test_a_slip_is_undone_though_its_receiver_works_elsewhere_by_now(drawn, kind):
    slip = bring(drawn, "5") if kind == "return" else Slip.objects.get(kind="issue")
    Staff.objects.filter(pk=drawn.welder.pk).update(org=drawn.plant.b)
    with pytest.raises(ReceiverElsewhere):
        draw(drawn, "1", receiver=Staff.objects.get(pk=drawn.welder.pk))
    reverse_slip(slip=slip, reason="Wrong bar", by=drawn.keeper)
    assert held(drawn) == (150 if kind == "return" else 0)


def test_a_slip_of_a_closed_order_is_not_undone(drawn):
    ProductionOrder.objects.filter(pk=drawn.order.pk).update(status="closed")
    with pytest.raises(OrderNotOpen):
        reverse_slip(slip=Slip.objects.get(kind="issue"), reason="Late", by=drawn.keeper)
