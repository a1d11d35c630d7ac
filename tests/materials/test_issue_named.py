"""A slip that goes through asks only for what it names; what it may name is the same as on the page (MAT-07)."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from materials.forms.slips import named_in
from materials.models import QuotaSubstitute, Slip
from materials.selectors.issuing import draw_rows, named_receiver, named_rows, receivers_for
from materials.services import freeze_quota
from people.models import StaffPin
from people.services import set_pin
from tests.factories.materials import ItemFactory, make_bom, put
from tests.factories.people import StaffFactory
from tests.factories.plans import OrderFactory, ProductFactory

pytestmark = [pytest.mark.django_db, pytest.mark.req("MAT-07")]


@pytest.fixture
def desk(store, signed_in):
    return signed_in(store.keeper)


@pytest.fixture
def long_order(store):
    """An order of ten items in another order than their codes', two with substitutes; one of these stands in for both."""
    items = {code: ItemFactory(code=code) for code in ("J", "A", "I", "B", "H", "C", "G", "D", "F", "E", "Y", "X")}
    product = ProductFactory()
    make_bom(product, {items[code]: "1" for code in "JAIBHCGDFE"})
    order = OrderFactory(product=product, workshop=store.plant.a, team=store.plant.a1)
    lines = {line.item.code: line for line in freeze_quota(order=order, by=None)}
    for line, item in (("A", "X"), ("A", "Y"), ("I", "X"), ("B", "A")):
        QuotaSubstitute.objects.create(quota_line=lines[line], item=items[item], factor=Decimal(2))
    for item in items.values():
        put(item, "1000")
    return order


def sent(store, items, **more):
    data = {"request_key": str(uuid4()), "receiver": str(store.welder.pk), "pin": ""}
    return data | {f"quantity-{item.pk}": "1" for item in items} | more


def test_the_named_rows_are_those_of_the_page_in_its_order(store, long_order):
    rows = draw_rows(long_order)
    everything = {row.item.pk for row in rows}
    assert [row.item for row in named_rows(long_order, everything | {store.steel.pk})] == [row.item for row in rows]
    few = {row.item.pk for row in rows if row.item.code in "XAJY"}
    named = named_rows(long_order, few)
    assert [row.item.code for row in named] == [row.item.code for row in rows if row.item.pk in few]
    assert [row.sources for row in named] == [row.sources for row in rows if row.item.pk in few]
    assert named_rows(long_order, set()) == []


def test_the_lines_of_a_slip_stand_as_on_the_page(store, desk, long_order):
    items = [row.item for row in draw_rows(long_order)]
    assert desk.post(f"/issue/{long_order.number}", sent(store, reversed(items))).status_code == 302
    moves = Slip.objects.get(kind="issue").moves.order_by("line").values_list("lot__item__code", flat=True)
    assert list(moves) == [item.code for item in items]


def test_posting_asks_the_same_few_times_however_long_the_order_is(store, desk, long_order):
    def asked(order, items):
        desk.post(f"/issue/{order.number}", sent(store, items))
        with CaptureQueriesContext(connection) as statements:
            assert desk.post(f"/issue/{order.number}", sent(store, items)).status_code == 302
        return [query["sql"] for query in statements if "SAVEPOINT" not in query["sql"]]

    own = draw_rows(long_order)[0].item
    assert len(asked(store.order, [store.steel])) == len(asked(long_order, [own])) <= 12


def test_who_may_receive_by_name_is_who_is_offered(store, plant):
    StaffFactory(org=plant.a1, staff_no="GONE", left_on="2020-01-01")
    plant.person("opr", plant.b)
    without_team = OrderFactory(product=store.order.product, workshop=plant.a, team=None)
    for order in (store.order, without_team):
        offered = {person.pk for person in receivers_for(order, but=store.keeper)}
        assert offered
        everybody = type(store.keeper).objects.all()
        assert {person.pk for person in everybody if named_receiver(order, pk=person.pk, but=store.keeper)} == offered


def test_a_receiver_who_is_not_offered_is_refused_before_any_pin_is_looked_at(store, desk, plant):
    elsewhere = plant.person("opr", plant.b)
    set_pin(pin="4711", by=elsewhere)
    answer = desk.post(f"/issue/{store.order.number}", sent(store, [store.steel], receiver=str(elsewhere.pk), pin="0000"))
    assert answer.status_code == 422
    assert "Select a valid choice" in answer.content.decode()
    assert StaffPin.objects.get(staff=elsewhere).wrong_tries == 0
    assert not Slip.objects.filter(kind="issue").exists()


def test_a_lot_that_is_not_offered_is_refused_also_beside_no_quantity(store, desk, long_order):
    first, second, *_rest = (row.item for row in draw_rows(long_order))
    data = sent(store, [first])
    assert desk.post(f"/issue/{long_order.number}", {**data, f"from-{second.pk}": "NONE|1"}).status_code == 422
    assert not Slip.objects.filter(kind="issue").exists()
    assert desk.post(f"/issue/{long_order.number}", {**data, f"from-{second.pk}": ""}).status_code == 302


def test_items_of_no_line_and_names_that_are_none_are_passed_over(store, desk):
    other = ItemFactory(code="OTHER")
    more = {f"quantity-{other.pk}": "5", "quantity-": "5", "quantity-²": "5", f"quantity-{'9' * 30}": "5"}
    assert desk.post(f"/issue/{store.order.number}", {**sent(store, [store.steel]), **more}).status_code == 302
    assert Slip.objects.get(kind="issue").moves.get().lot.item == store.steel
    assert named_in({"quantity-7": "1", "quantity-8": "", "from-9": "L|1", "receiver": "3"}) == {7, 9}
