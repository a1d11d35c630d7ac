"""Issue within the quota, by two people, never twice (MAT-06, MAT-07, MAT-08)."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.clock import plant_today
from core.errors import Faults, IdempotencyMismatch, SamePerson
from materials.errors.slips import DateOutOfReach, OrderNotOpen, ReceiverElsewhere, SlipRefused
from materials.models import Balance, Slip
from materials.services import SlipLine, confirm_slip, freeze_quota, issue, verify_ledger
from plans.models import ProductionOrder
from tests.factories.materials import ItemFactory, make_bom, make_store, put
from tests.factories.plans import OrderFactory, ProductFactory
from tests.races import at_once


def draw(store, quantity, **kwargs):
    kwargs.setdefault("item", store.steel)
    line = SlipLine(item=kwargs.pop("item"), quantity=Decimal(quantity), lot=kwargs.pop("lot", None), bin=kwargs.pop("bin", None))
    return issue(order=store.order, lines=[line], receiver=kwargs.pop("receiver", store.welder), by=store.keeper, **kwargs)


def on_hand(item, place="B-01"):
    return sum(row.on_hand for row in Balance.objects.filter(lot__item=item, place__code=place))


@pytest.mark.req("MAT-07")
def test_of_quota_200_with_150_issued_60_is_refused_and_nothing_posted_50_is_accepted(store):
    draw(store, "150")

    with pytest.raises(SlipRefused) as refused:
        draw(store, "60")

    assert refused.value.code == "quota_exceeded"
    assert refused.value.lines == [{"item": "STEEL", "code": "quota_exceeded", "asked": "60", "left": "50", "on_hand": "350", "unit": "kg"}]
    assert (store.line.issued, Slip.objects.filter(kind="issue").count()) == (150, 1)

    draw(store, "50")
    assert (store.line.issued, store.line.left, on_hand(store.steel)) == (200, 0, 300)
    assert verify_ledger() == []


@pytest.mark.req("MAT-07")
def test_two_lines_of_one_item_count_together(store):
    with pytest.raises(SlipRefused):
        issue(
            order=store.order,
            lines=[SlipLine(store.steel, Decimal(150)), SlipLine(store.steel, Decimal(60))],
            receiver=store.welder,
            by=store.keeper,
        )
    assert store.line.issued == 0


@pytest.mark.req("MAT-07")
def test_another_grade_is_not_on_the_order(store):
    other = ItemFactory(code="STEEL-B")
    put(other, "100")
    with pytest.raises(SlipRefused) as refused:
        draw(store, "1", item=other)
    assert refused.value.code == "item_not_on_order"


@pytest.mark.req("MAT-07")
@pytest.mark.django_db(transaction=True)
def test_of_two_storekeepers_posting_30_each_with_50_left_one_is_refused(store):
    draw(store, "150")
    calls = at_once([lambda: draw(store, "30")] * 2)

    assert sorted(call.outcome for call in calls) == ["SlipRefused", "done"]
    assert store.line.issued == 180
    assert verify_ledger() == []


@pytest.mark.req("MAT-11")
def test_issue_beyond_the_stock_is_refused_though_the_quota_would_do(plant):
    store = make_store(plant, stock="20")
    with pytest.raises(SlipRefused) as refused:
        draw(store, "100")
    assert refused.value.lines[0] | {"item": ""} == {
        "item": "",
        "code": "insufficient_stock",
        "asked": "100",
        "left": "200",
        "on_hand": "20",
        "unit": "kg",
    }
    assert on_hand(store.steel) == 20


@pytest.mark.req("MAT-13")
@pytest.mark.parametrize("status", ["to_inspect", "rejected", "quarantine"])
def test_a_lot_that_is_not_released_is_not_issued(store, status):
    put(store.steel, "100", lot="L2", status=status)
    with pytest.raises(SlipRefused) as refused:
        draw(store, "10", lot="L2")
    assert refused.value.code == "lot_not_released"


@pytest.mark.req("MAT-13")
def test_a_lot_taken_by_concession_is_issued(store):
    put(store.steel, "100", lot="L2", status="concession")
    slip = draw(store, "10", lot="L2")
    assert [(move.lot.code, move.quantity) for move in slip.moves.select_related("lot")] == [("L2", 10)]
    assert store.line.issued == 10


@pytest.mark.req("GEN-23")
def test_an_expired_lot_is_not_issued_and_the_first_to_expire_goes_first(store):
    today = plant_today()
    put(store.steel, "10", lot="OLD", expires_on=today - timedelta(days=1))
    put(store.steel, "10", lot="SOON", expires_on=today)
    put(store.steel, "10", lot="LATER", expires_on=today + timedelta(days=9))

    slip = draw(store, "25")

    assert list(slip.moves.order_by("pk").values_list("lot__code", "quantity")) == [("SOON", 10), ("LATER", 10), ("", 5)]
    with pytest.raises(SlipRefused):
        draw(store, "1", lot="OLD")


@pytest.mark.parametrize("days", [None, 9])
def test_of_lots_that_expire_alike_the_first_in_goes_first(plant, days):
    store, today = make_store(plant, stock="0.001"), plant_today()
    draw(store, "0.001")
    for lot, arrived in (("A", 20), ("B", 30), ("C", 25)):
        expires = today + timedelta(days=days) if days else None
        put(store.steel, "10", lot=lot, received_on=today - timedelta(days=arrived), expires_on=expires)

    slip = draw(store, "25")

    assert list(slip.moves.order_by("pk").values_list("lot__code", "quantity")) == [("B", 10), ("C", 10), ("A", 5)]


@pytest.mark.req("MAT-06")
@pytest.mark.parametrize("status", ["draft", "on_hold", "closed", "cancelled"])
def test_nothing_is_issued_to_an_order_that_is_not_released(store, status):
    ProductionOrder.objects.filter(pk=store.order.pk).update(status=status)
    with pytest.raises(OrderNotOpen):
        draw(store, "1")


@pytest.mark.req("MAT-08")
def test_the_same_person_as_keeper_and_receiver_is_refused(store):
    with pytest.raises(SamePerson):
        draw(store, "1", receiver=store.keeper)


@pytest.mark.req("MAT-08")
def test_a_receiver_of_another_team_is_refused_and_a_slip_waits_for_its_own(store):
    with pytest.raises(ReceiverElsewhere):
        draw(store, "1", receiver=store.plant.person("opr", store.plant.b1))
    slip = draw(store, "1")
    assert slip.status == Slip.Status.AWAITING_RECEIVER
    assert confirm_slip(slip=slip, by=store.welder).status == Slip.Status.POSTED
    assert confirm_slip(slip=slip, by=store.welder).confirmed_at is not None


def test_the_same_key_gives_the_first_slip_and_another_body_is_refused(store):
    key = uuid4()
    first = draw(store, "10", request_key=key)
    assert draw(store, "10", request_key=key) == first
    with pytest.raises(IdempotencyMismatch):
        draw(store, "11", request_key=key)
    assert store.line.issued == 10


def test_numbers_are_gap_free_also_after_a_refusal(store):
    first = draw(store, "1")
    with pytest.raises(SlipRefused):
        draw(store, "999")
    second = draw(store, "1")
    assert [number.split("-")[2] for number in (first.number, second.number)] == ["000001", "000002"]


@pytest.mark.parametrize(("quantity", "code"), [("0", "not_above_zero"), ("-1", "not_above_zero"), ("0.0001", "too_fine")])
def test_a_quantity_that_is_wrong_in_itself_is_named_at_its_line(store, quantity, code):
    with pytest.raises(Faults) as refused:
        draw(store, quantity)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("lines.0.quantity", code)]


def test_a_slip_is_dated_back_three_days_at_most_and_never_ahead(store):
    today = plant_today()
    draw(store, "1", business_date=today - timedelta(days=3))
    for on in (today - timedelta(days=4), today + timedelta(days=1), date(2020, 1, 1)):
        with pytest.raises(DateOutOfReach):
            draw(store, "1", business_date=on)


@pytest.mark.req("MAT-07")
def test_a_slip_of_50_lines_costs_as_many_statements_as_one_of_one(plant):
    items = [ItemFactory() for _ in range(50)]
    product = ProductFactory()
    make_bom(product, dict.fromkeys(items, "1"))
    order = OrderFactory(product=product, workshop=plant.a, team=plant.a1)
    freeze_quota(order=order, by=None)
    for item in items:
        put(item, "1000")
    keeper, welder = plant.person("stk"), plant.person("opr", plant.a1)
    counts = []
    for some in (items[:1], items):
        with CaptureQueriesContext(connection) as queries:
            issue(order=order, lines=[SlipLine(item, Decimal(1)) for item in some], receiver=welder, by=keeper, request_key=uuid4())
        counts.append(len([query for query in queries if "SAVEPOINT" not in query["sql"]]))
    assert counts[0] == counts[1]
    assert counts[0] + 2 <= 8  # with BEGIN and COMMIT (PERFORMANCE A3 asks 10)
