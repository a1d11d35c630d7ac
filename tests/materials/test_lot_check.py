"""A lot scanned at the workplace: the order's material page says whether it was issued to it (MAT-14)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.clock import plant_today
from materials.models import Lot, QuotaSubstitute
from materials.services import SlipLine, freeze_quota, issue, return_material
from tests.factories.materials import ItemFactory, make_bom, put
from tests.factories.plans import OrderFactory, ProductFactory
from tests.materials.test_issue_pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.req("MAT-14")]
D = Decimal
RIGHT, STOP, WRONG = "Issued to this order", "Stop: this lot must not be used", "Not of this order"


@pytest.fixture
def scan(store, signed_in):
    """What the page of the store's order says of what was scanned there; the box of the page itself asks nothing."""
    client = signed_in(store.welder)

    def scan(code, *, language="en", status=200, order=None):
        answer = client.get(f"/quota/{(order or store.order).number}", {"lot": code}, headers={"Accept-Language": language})
        assert answer.status_code == status
        return text_of(answer)

    return scan


def draw(store, lot, quantity, *, order=None, item=None, receiver=None):
    lines = [SlipLine(item or store.steel, D(quantity), lot=lot.code)]
    return issue(order=order or store.order, lines=lines, receiver=receiver or store.welder, by=store.keeper, receiver_signed=True)


def another_order(store, team=None, item=None):
    product = ProductFactory()
    make_bom(product, {item or store.steel: "2"})
    workshop = store.plant.b if team == store.plant.b1 else store.plant.a
    order = OrderFactory(product=product, quantity=D(100), workshop=workshop, team=team or store.plant.a1)
    freeze_quota(order=order, by=None)
    return order


def test_a_lot_that_the_order_holds_is_right_with_item_and_quantity(store, scan):
    lot = put(store.steel, "80", lot="L2611-01")
    draw(store, lot, "30.5")
    for code in ("L2611-01", " l2611-01 ", f"https://plant.example/lots/{lot.pk}/L2611-01", f"http://x/lots/{lot.pk}?from=label"):
        said = scan(code)
        assert RIGHT in said
        assert "This order holds 30.500 kg of it." in said
        assert "Item STEEL" in said
        assert WRONG not in said
    assert "已发给此命令单" in scan("L2611-01", language="zh-hans")
    assert RIGHT not in scan("", status=422)
    assert "Scan the label of a lot, or type its code." in scan("", status=422)


def test_an_item_without_lots_is_checked_by_its_own_code_barcode_or_label(store, scan):
    store.steel.barcode = "6901234567892"
    store.steel.save()
    assert WRONG in scan("STEEL")
    issue(order=store.order, lines=[SlipLine(store.steel, D(3))], receiver=store.welder, by=store.keeper, receiver_signed=True)
    for code in ("steel", "6901234567892", "https://plant.example/items/STEEL"):
        assert RIGHT in scan(code)


def test_what_was_never_issued_is_not_of_this_order_and_what_it_holds_instead_is_named(store, scan):
    draw(store, put(store.steel, "80", lot="L1"), "30")
    put(store.steel, "80", lot="L2")
    said = scan("L2")
    assert WRONG in said
    assert RIGHT not in said
    assert "The material is right, but this lot was not issued." in said
    assert "Of this material the order holds: L1 30.000 kg" in said


def test_another_orders_lot_names_that_order_only_to_who_sees_it(store, scan):
    near, far = another_order(store), another_order(store, store.plant.b1)
    draw(store, put(store.steel, "80", lot="NEAR"), "30", order=near)
    draw(store, put(store.steel, "80", lot="FAR"), "30", order=far, receiver=store.plant.person("opr", store.plant.b1))

    assert f"It was issued to order {near.number}." in scan("NEAR")
    said = scan("FAR")
    assert "It was issued to another order." in said
    assert far.number not in said
    for code in ("NEAR", "FAR"):
        assert WRONG in scan(code)
        assert "was not issued" not in scan(code)


def test_another_material_is_named_and_a_substitute_is_none(store, scan):
    copper = ItemFactory(code="COPPER")
    put(copper, "80", lot="C1")
    assert "COPPER is another material: it is not in the quota of this order." in scan("C1")

    QuotaSubstitute.objects.create(quota_line=store.line, item=copper, factor=D(1))
    assert "another material" not in scan("C1")
    draw(store, Lot.objects.get(code="C1"), "5", item=copper)
    assert RIGHT in scan("C1")


def test_what_came_back_is_no_longer_here(store, scan):
    draw(store, put(store.steel, "80", lot="L1"), "30")
    lines = [SlipLine(store.steel, D(30), lot="L1")]
    return_material(order=store.order, lines=lines, return_type="good", receiver=store.welder, by=store.keeper)
    said = scan("L1")
    assert WRONG in said
    assert "It was issued to this order before, and nothing of it is left here." in said


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("to_inspect", "It waits for inspection and is not released."),
        ("rejected", "It was rejected at inspection."),
        ("quarantine", "It is set aside in quarantine."),
    ],
)
def test_a_lot_that_is_not_released_is_stopped_with_its_reason_also_where_it_was_issued(store, scan, status, reason):
    draw(store, put(store.steel, "80", lot="HERE"), "30")
    put(store.steel, "80", lot="THERE")
    assert STOP not in scan("HERE")

    Lot.objects.update(status=status)

    said = scan("HERE")
    assert STOP in said
    assert RIGHT not in said
    assert reason in said
    assert "This order holds 30.000 kg of it." in said
    said = scan("THERE")
    assert WRONG in said
    assert reason in said


def test_a_lot_is_good_on_its_last_day_and_stopped_on_the_next(store, scan):
    lot = put(store.steel, "80", lot="L1", expires_on=plant_today())
    draw(store, lot, "30")
    assert RIGHT in scan("L1")
    Lot.objects.filter(pk=lot.pk).update(expires_on=plant_today() - timedelta(days=1))
    said = scan("L1")
    assert STOP in said
    assert "Its last good day was" in said
    assert "已过期" in scan("L1", language="zh-hans")


def test_of_lots_with_the_same_code_that_of_the_order_is_meant_and_a_label_means_its_own(store, scan):
    other = put(ItemFactory(code="AAA"), "80", lot="L1")
    draw(store, put(store.steel, "80", lot="L1"), "30")
    assert RIGHT in scan("L1")
    assert "AAA is another material" in scan(f"https://plant.example/lots/{other.pk}/L1")


@pytest.mark.parametrize(
    "code",
    ["L9", "https://plant.example/lots/999999999/L1", "https://plant.example/lots/9999999999999999999", "http://[", "http://x/items/a%00b"],
)
def test_an_unknown_code_is_said_at_the_box(store, scan, code):
    said = scan(code, status=422)
    assert f"No lot “{code}” is known." in said
    assert "没有批次" in scan(code, status=422, language="zh-hans")


@pytest.mark.parametrize("code", ["L1\x00", "x" * 401])
def test_what_is_no_code_at_all_is_refused(store, scan, code):
    said = scan(code, status=422)
    assert WRONG not in said
    assert "No lot" not in said


def test_an_order_out_of_scope_is_not_there(store, scan):
    far = another_order(store, store.plant.b1)
    scan("STEEL", order=far, status=404)


def test_a_scan_costs_at_most_three_statements_whatever_the_order_holds(store, signed_in):
    client = signed_in(store.keeper)
    for number in range(6):
        draw(store, put(store.steel, "80", lot=f"L{number}"), "5")
    elsewhere = put(store.steel, "80", lot="ELSEWHERE")
    for _ in range(3):
        draw(store, elsewhere, "5", order=another_order(store))

    def cost(**asked):
        with CaptureQueriesContext(connection) as statements:
            assert client.get(f"/quota/{store.order.number}", asked).status_code == 200
        return len(statements)

    cost()
    alone = cost()
    assert cost(lot="L3") - alone == 1
    assert cost(lot="ELSEWHERE") - alone == 3
