"""Good output into the store: a lot of its order, never more than was reported good, also under two at once (MAT-11)."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core.errors import Faults
from core.models import Unit
from materials.errors.buying import LotTaken
from materials.errors.slips import AboveReported, OrderNotOpen, SlipRefused, TransferPlace, UnitsDiffer
from materials.models import Balance, Lot, Purpose, Slip
from materials.selectors.production import output_of
from materials.services import SlipLine, decide_lot, issue_without_order, receive_production, reverse_slip, transfer, verify_ledger
from plans.models import DailyReport, ProductionOrder
from tests.factories.materials import ItemFactory, make_bin, put
from tests.factories.plans import LineFactory, ProcessFactory, ReportFactory
from tests.races import Elsewhere, wait_until_blocked

D = Decimal


@pytest.fixture(autouse=True)
def whole(store):
    yield
    assert verify_ledger() == []


@pytest.fixture
def made(store):
    """The order's product as an item of the store; nothing reported yet."""
    return ItemFactory(code="MADE", product=store.order.product, unit=Unit.objects.get(code="pcs"), standard_cost=D(1))


def report(store, good, *, status=DailyReport.Status.SUBMITTED, process=None, day=1, **more):
    paper = ReportFactory(team=store.plant.a1, business_date=f"2026-06-{day:02d}", status=status)
    return LineFactory(report=paper, order=store.order, product=store.order.product, good_qty=D(good), process=process, **more)


def bring(store, item, quantity, **more):
    line = SlipLine(item, D(quantity), more.pop("lot", None), more.pop("bin", None))
    return receive_production(order=store.order, lines=[line], by=store.keeper, **more)


@pytest.mark.req("MAT-11")
def test_at_most_what_is_reported_good_comes_in_as_a_lot_of_its_order(store, made):
    report(store, "60", recovered_qty=D(5))
    report(store, "30", day=2, status=DailyReport.Status.DRAFT)
    slip = bring(store, made, "40")
    (move,) = slip.moves.select_related("lot", "source", "target")
    assert (slip.number[:4], slip.kind, slip.order) == ("PRD-", "production", store.order)
    assert (move.lot.code, move.lot.made_by_order, move.lot.status) == (f"{store.order.number}-1", store.order, "released")
    assert (move.source.code, move.target.code) == ("OUT-PRODUCTION", "B-01")

    with pytest.raises(AboveReported) as refused:
        bring(store, made, "26")
    figures = dict(refused.value.figures)
    assert (figures["asked"], figures["good"], figures["received"], figures["left"]) == ("26", "65", "40", "25")

    bring(store, made, "25")
    assert sorted(Lot.objects.filter(item=made).values_list("code", flat=True)) == [f"{store.order.number}-{n}" for n in (1, 2)]
    assert sum(row.on_hand for row in Balance.objects.filter(lot__item=made)) == 65


def test_of_several_steps_the_final_one_counts_else_the_one_furthest_behind(store, made):
    first, last = ProcessFactory(is_final=False), ProcessFactory(is_final=False)
    report(store, "50", process=first)
    report(store, "20", process=last, day=2)
    with pytest.raises(AboveReported):
        bring(store, made, "21")
    final = ProcessFactory(is_final=True)
    report(store, "10", process=final, day=3)
    assert output_of(store.order).good == 10
    with pytest.raises(AboveReported):
        bring(store, made, "11")
    bring(store, made, "10")


@pytest.mark.req("MAT-11")
def test_a_reversed_receipt_can_be_taken_in_again_unless_the_goods_are_gone(store, made):
    report(store, "10")
    slip = bring(store, made, "10")
    reverse_slip(slip=slip, reason="Counted wrong", by=store.keeper)
    assert (output_of(store.order).received, output_of(store.order).left) == (0, 10)
    again = bring(store, made, "9")
    handed = {"purpose": "sample", "cost_centre": store.plant.a, "reason": "Fair", "receiver": store.welder, "by": store.keeper}
    issue_without_order(lines=[SlipLine(made, D(1))], **handed)
    with pytest.raises(SlipRefused) as refused:
        reverse_slip(slip=again, reason="Once more", by=store.keeper)
    assert refused.value.lines[0]["on_hand"] == "8"


@pytest.mark.req("MAT-11")
@pytest.mark.django_db(transaction=True)
def test_of_two_receipts_at_once_the_second_counts_the_first(store, made):
    report(store, "50")
    with transaction.atomic():
        bring(store, made, "30")
        other = Elsewhere(lambda: bring(store, made, "30"))
        wait_until_blocked()
    assert other.outcome == "AboveReported"
    assert other.fault.figures["left"] == "20"
    assert output_of(store.order).received == 30


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_bring_in_exactly_what_was_reported(store, made):
    report(store, "50")
    calls = [Elsewhere(lambda: bring(store, made, "10")) for _ in range(8)]
    assert sorted(call.outcome for call in calls) == ["AboveReported"] * 3 + ["done"] * 5
    assert Lot.objects.filter(item=made).count() == 5


def test_another_item_another_unit_or_a_closed_order_is_refused(store, made):
    report(store, "10")
    with pytest.raises(Faults) as refused:
        bring(store, store.steel, "1")
    assert refused.value.faults[0].code == "item_not_on_order"
    by_weight = ItemFactory(code="BY-KG", product=store.order.product)
    with pytest.raises(UnitsDiffer):
        bring(store, by_weight, "1")
    with pytest.raises(Faults) as refused:
        bring(store, made, "1", bin=make_bin("Q-01", Purpose.QUARANTINE))
    assert refused.value.faults[0].code == "not_a_bin"
    ProductionOrder.objects.filter(pk=store.order.pk).update(status="on_hold")
    with pytest.raises(OrderNotOpen):
        bring(store, made, "1")


def test_a_lot_counted_up_steps_over_codes_that_others_carry(store, made):
    number = store.order.number
    put(made, "3", lot=f"{number}-1")
    report(store, "10")
    assert bring(store, made, "4").moves.get().lot.code == f"{number}-2"
    lines = [SlipLine(made, D(1)), SlipLine(made, D(1), f"{number}-3")]
    slip = receive_production(order=store.order, lines=lines, by=store.keeper)
    assert [move.lot.code for move in slip.moves.order_by("line")] == [f"{number}-4", f"{number}-3"]


def test_what_is_inspected_waits_in_receiving_and_its_released_lot_takes_no_more(store, made):
    make_bin("R-01", Purpose.RECEIVING)
    made.inspect_on_receipt = True
    made.save()
    report(store, "10")
    slip = bring(store, made, "4", lot="SHIFT-1")
    move = slip.moves.get()
    assert (move.lot.status, move.target.code) == ("to_inspect", "R-01")
    bring(store, made, "1", lot="SHIFT-1")
    with pytest.raises(TransferPlace):
        bring(store, made, "1", bin=make_bin())
    decide_lot(lot=move.lot, status="released", note="Fits", by=store.manager)
    with pytest.raises(LotTaken):
        bring(store, made, "1", lot="SHIFT-1")
    transfer(lines=[SlipLine(made, D(5), "SHIFT-1", move.target, make_bin())], by=store.keeper)


def test_sending_it_twice_takes_in_once(store, made):
    report(store, "10")
    key = uuid4()
    assert bring(store, made, "6", request_key=key) == bring(store, made, "6", request_key=key)
    assert output_of(store.order).received == 6


def test_50_lots_cost_as_many_statements_as_1(store, made):
    report(store, "500")

    def posting(prefix, count):
        lines = [SlipLine(made, D(1), f"{prefix}-{number}") for number in range(count)]
        with CaptureQueriesContext(connection) as asked:
            receive_production(order=store.order, lines=lines, by=store.keeper)
        return len(asked)

    posting("W", 1)
    assert posting("A", 50) == posting("B", 1)
    assert Slip.objects.filter(kind="production").count() == 3
