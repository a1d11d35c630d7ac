"""From the bill of materials to the quota, and what a changed order does to it (MAT-01, MAT-06)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from core.errors import StaleVersion
from core.models import Unit
from materials.errors.boms import BomLoop, NoBom
from materials.errors.slips import ReasonNeeded, SlipRefused
from materials.models import Bom, BomLine, BomSubstitute, Lot, Place, QuotaLine, Slip, StockMove
from materials.services import (
    Leftover,
    SlipLine,
    bom_of,
    change_order_quantity,
    close_with_leftovers,
    explode,
    freeze_quota,
    issue,
    recalculate_quota,
    recalculated,
    return_material,
    verify_ledger,
)
from materials.services.slips import post
from plans.errors.status import WrongStatus
from plans.models import ProductionOrder
from plans.services import create_order, release_order
from tests.factories.materials import ItemFactory, make_bom, put
from tests.factories.plans import OrderFactory, ProductFactory
from tests.materials.test_issue import draw
from tests.races import Elsewhere, wait_until_blocked


def quotas(order):
    return {line.item.code: line.quota for line in order.quota_lines.all()}


@pytest.mark.req("MAT-01")
def test_100_at_2_kg_a_piece_without_loss_is_200_kg(store):
    assert quotas(store.order) == {"STEEL": Decimal("200.000")}


@pytest.mark.req("MAT-01")
def test_another_bill_changes_no_quota_of_a_released_order_without_recalculation(store):
    make_bom(store.order.product, {store.steel: "3.00"}, version="2")
    freeze_quota(order=store.order, by=None)
    assert quotas(store.order) == {"STEEL": 200}

    new = Bom.objects.get(version_code="2")
    recalculate_quota(order=store.order, quantity=Decimal(100), bom=new, reason="new bill", by=store.manager)
    assert quotas(store.order) == {"STEEL": 300}


@pytest.mark.req("MAT-01")
def test_loss_comes_on_top_and_set_up_loss_once_rounded_up_to_the_unit(plant):
    steel, screw = ItemFactory(code="S"), ItemFactory(code="N", unit=Unit.objects.get(code="pcs"))
    product = ProductFactory()
    bom = Bom.objects.create(product=product, version_code="1", valid_from=date(2026, 1, 1))
    BomLine.objects.create(bom=bom, item=steel, qty_per_unit=Decimal("0.3333"), loss_percent=Decimal("2.5"), setup_loss_qty=Decimal("0.5"))
    BomLine.objects.create(bom=bom, item=screw, qty_per_unit=Decimal("1.5"), loss_percent=Decimal(1))
    needs = {need.item.code: need.quantity for need in explode(bom, Decimal(7))}
    # 7 × 0.3333 × 1.025 + 0.5 = 2.8914275; 7 × 1.5 × 1.01 = 10.605
    assert needs == {"S": Decimal("2.892"), "N": Decimal(11)}


@pytest.mark.req("MAT-01")
def test_an_item_twice_is_one_line_rounded_once(plant):
    steel, product = ItemFactory(code="S"), ProductFactory()
    bom = Bom.objects.create(product=product, version_code="1", valid_from=date(2026, 1, 1))
    for part in ("left", "right"):
        BomLine.objects.create(bom=bom, part=part, item=steel, qty_per_unit=Decimal("0.0005"))
    assert [need.quantity for need in explode(bom, Decimal(1))] == [Decimal("0.001")]


@pytest.mark.req("MAT-01")
def test_explosion_stops_at_what_is_stocked_and_goes_through_phantoms(plant):
    steel = ItemFactory(code="STEEL")
    frame_product, kit_product, product = ProductFactory(), ProductFactory(), ProductFactory()
    frame, kit = ItemFactory(code="FRAME", product=frame_product), ItemFactory(code="KIT", product=kit_product, is_phantom=True)
    make_bom(frame_product, {steel: "9"})
    make_bom(kit_product, {steel: "2"})
    bom = make_bom(product, {frame: "1", kit: "3", steel: "1"})
    assert {need.item.code: need.quantity for need in explode(bom, Decimal(10))} == {"FRAME": 10, "STEEL": 70}


def test_a_bill_that_contains_itself_and_a_phantom_without_a_bill_are_refused(plant):
    product, other = ProductFactory(), ProductFactory()
    kit, lost = ItemFactory(product=product, is_phantom=True), ItemFactory(product=other, is_phantom=True)
    with pytest.raises(BomLoop):
        explode(make_bom(product, {kit: "1"}), Decimal(1))
    with pytest.raises(NoBom):
        explode(make_bom(ProductFactory(), {lost: "1"}), Decimal(1))


@pytest.mark.req("MAT-01")
def test_the_newest_version_that_has_begun_counts_and_an_approved_one_is_never_edited(plant):
    steel, product = ItemFactory(), ProductFactory()
    first = make_bom(product, {steel: "1"})
    later = Bom.objects.create(product=product, version_code="2", valid_from=date(2026, 6, 1))
    assert bom_of(product, date(2026, 7, 1)) == first
    Bom.objects.filter(pk=later.pk).update(status="approved", approved_at="2026-05-01T00:00Z")
    assert (bom_of(product, date(2026, 5, 31)), bom_of(product, date(2026, 6, 1))) == (first, later)
    with pytest.raises(IntegrityError):
        BomLine.objects.filter(bom=first).update(qty_per_unit=2)


@pytest.mark.req("MAT-06")
def test_releasing_an_order_freezes_its_quota_and_without_a_bill_it_is_refused(plant):
    plr = plant.person("plr")
    product = ProductFactory()
    make_bom(product, {ItemFactory(code="S"): "2"})
    order = create_order(product=product, quantity=Decimal(50), workshop=plant.a, due_on=date(2027, 1, 1), by=plr)
    assert quotas(order) == {}
    release_order(order=order, by=plr, override="tested")
    assert quotas(order) == {"S": 100}
    bare = create_order(product=ProductFactory(), quantity=Decimal(50), workshop=plant.a, due_on=date(2027, 1, 1), by=plr)
    with pytest.raises(NoBom):
        release_order(order=bare, by=plr, override="tested")
    bare.refresh_from_db()
    assert bare.status == "draft"


@pytest.mark.req("MAT-06")
def test_a_limit_never_falls_below_what_is_drawn_and_returns_lower_it_towards_what_is_wanted(store):
    draw(store, "150")
    with pytest.raises(ReasonNeeded):
        recalculate_quota(order=store.order, quantity=Decimal(60), reason="", by=store.manager)
    assert [(row.quota, row.is_changed) for row in recalculated(store.order, Decimal(60))] == [(120, True)]

    recalculate_quota(order=store.order, quantity=Decimal(60), reason="order cut", by=store.manager)
    assert (store.line.quota, store.line.wanted, store.line.to_return, store.line.left) == (150, 120, 30, 0)

    back = [SlipLine(store.steel, Decimal(20))]
    return_material(order=store.order, lines=back, return_type="good", receiver=store.welder, by=store.keeper)
    assert (store.line.quota, store.line.to_return, store.line.left) == (130, 10, 0)
    return_material(order=store.order, lines=back, return_type="good", receiver=store.welder, by=store.keeper)
    assert (store.line.quota, store.line.wanted, store.line.to_return, store.line.left) == (120, None, 0, 10)
    assert verify_ledger() == []


@pytest.mark.req("MAT-07")
def test_an_approved_substitute_counts_against_the_same_balance(plant):
    steel, other, stranger = ItemFactory(code="STEEL"), ItemFactory(code="STEEL-2"), ItemFactory(code="TIN")
    product = ProductFactory()
    bom = Bom.objects.create(product=product, version_code="1", valid_from=date(2026, 1, 1))
    line = BomLine.objects.create(bom=bom, item=steel, qty_per_unit=Decimal(2))
    BomSubstitute.objects.create(line=line, item=other, factor=Decimal("0.5"))
    Bom.objects.filter(pk=bom.pk).update(status="approved", approved_at="2026-01-01T00:00Z")
    order = OrderFactory(product=product, quantity=Decimal(100), workshop=plant.a, team=plant.a1)
    freeze_quota(order=order, by=None)
    for item in (steel, other, stranger):
        put(item, "1000")
    keeper, welder = plant.person("stk"), plant.person("opr", plant.a1)

    lines = [SlipLine(steel, Decimal(150)), SlipLine(other, Decimal(100))]
    issue(order=order, lines=lines, receiver=welder, by=keeper)

    kept = QuotaLine.objects.get(order=order)
    assert (kept.issued, kept.left) == (200, 0)
    for item in (steel, other, stranger):
        with pytest.raises(SlipRefused):
            issue(order=order, lines=[SlipLine(item, Decimal(1))], receiver=welder, by=keeper)
    return_material(order=order, lines=[SlipLine(other, Decimal(10))], return_type="good", receiver=welder, by=keeper)
    kept.refresh_from_db()
    assert kept.left == 5
    assert verify_ledger() == []


def version_2(store, *lines, substitutes=()):
    """The next bill of the store's product, not valid before it is asked for."""
    bom = Bom.objects.create(product=store.order.product, version_code="2", valid_from=date(2026, 1, 1))
    for item, each in lines:
        line = BomLine.objects.create(bom=bom, item=item, qty_per_unit=Decimal(each))
        for other, factor in substitutes if item == store.steel else ():
            BomSubstitute.objects.create(line=line, item=other, factor=Decimal(factor))
    Bom.objects.filter(pk=bom.pk).update(status="approved", approved_at="2026-01-01T00:00Z")
    return Bom.objects.get(pk=bom.pk)


@pytest.mark.req("MAT-01")
def test_another_bill_alone_asks_for_the_version_that_was_seen_and_makes_the_next(store):
    bom = version_2(store, (store.steel, "3"))
    change = {"order": store.order, "quantity": store.order.quantity, "reason": "Version 2", "by": store.manager, "bom": bom}
    seen = store.order.version
    change_order_quantity(**change, version=seen)
    assert (store.line.quota, ProductionOrder.objects.get(pk=store.order.pk).version) == (300, seen + 1)

    with pytest.raises(StaleVersion):
        change_order_quantity(**change | {"bom": store.order.order_quota.bom}, version=seen)
    assert store.line.quota == 300


@pytest.mark.req("MAT-06")
@pytest.mark.parametrize("status", ["draft", "closed", "cancelled"])
def test_no_quota_of_an_order_that_does_not_run_is_recalculated(store, status):
    bom = version_2(store, (store.steel, "3"))
    ProductionOrder.objects.filter(pk=store.order.pk).update(status=status)
    with pytest.raises(WrongStatus):
        change_order_quantity(
            order=store.order, quantity=store.order.quantity, bom=bom, reason="Version 2", version=store.order.version, by=store.manager
        )
    with pytest.raises(WrongStatus):
        recalculate_quota(order=store.order, quantity=Decimal(60), reason="order cut", by=store.manager)
    assert store.line.quota == 200


@pytest.mark.req("MAT-07")
@pytest.mark.django_db(transaction=True)
def test_a_recalculation_waits_for_the_slip_that_is_being_posted_and_never_stands_crosswise(plant):
    steel, brass, product = ItemFactory(code="Z-STEEL"), ItemFactory(code="A-BRASS"), ProductFactory()
    make_bom(product, {steel: "2", brass: "1"})
    order = OrderFactory(product=product, quantity=Decimal(100), workshop=plant.a, team=plant.a1)
    freeze_quota(order=order, by=None)
    keeper, welder, manager = plant.person("stk"), plant.person("opr", plant.a1), plant.person("mgr")
    for item in (steel, brass):
        put(item, "500")
    bom = make_bom(product, {steel: "3", brass: "2"}, version="2")

    def draw_10(item):
        issue(order=order, lines=[SlipLine(item, Decimal(10))], receiver=welder, by=keeper)

    with transaction.atomic():
        draw_10(steel)
        other = Elsewhere(
            lambda: change_order_quantity(
                order=order, quantity=order.quantity, bom=bom, reason="Version 2", version=order.version, by=manager
            )
        )
        wait_until_blocked()
        draw_10(brass)
    assert other.outcome == "done"
    assert quotas(order) == {"Z-STEEL": 300, "A-BRASS": 200}
    assert verify_ledger() == []


@pytest.mark.req("MAT-07")
def test_what_the_new_bill_lets_stand_in_may_be_issued_after_the_recalculation(store):
    other = ItemFactory(code="STEEL-2")
    put(other, "100")
    bom = version_2(store, (store.steel, "2"), substitutes=[(other, "0.5")])
    recalculate_quota(order=store.order, quantity=Decimal(100), bom=bom, reason="Version 2", by=store.manager)
    # Twice the same: what a line knows it keeps.
    recalculate_quota(order=store.order, quantity=Decimal(100), bom=bom, reason="Version 2", by=store.manager)

    issue(order=store.order, lines=[SlipLine(other, Decimal(10))], receiver=store.welder, by=store.keeper)

    assert store.line.issued == 5


@pytest.fixture
def drawn_twice(store):
    """10 of STEEL-2 drawn in place of steel, then 4 of it on its own line of version 2, all of one lot."""
    other = ItemFactory(code="STEEL-2")
    put(other, "100")
    recalculate_quota(
        order=store.order,
        quantity=Decimal(100),
        bom=version_2(store, (store.steel, "2"), substitutes=[(other, "1")]),
        reason="Version 2",
        by=store.manager,
    )
    issue(order=store.order, lines=[SlipLine(other, Decimal(10))], receiver=store.welder, by=store.keeper, receiver_signed=True)
    third = make_bom(store.order.product, {store.steel: "2", other: "1"}, version="3")
    recalculate_quota(order=store.order, quantity=Decimal(100), bom=third, reason="Version 3", by=store.manager)
    issue(order=store.order, lines=[SlipLine(other, Decimal(4))], receiver=store.welder, by=store.keeper, receiver_signed=True)
    return other


@pytest.mark.req("MAT-10")
def test_a_return_is_counted_on_the_lines_where_the_lot_was_drawn(store, drawn_twice):
    own = store.order.quota_lines.get(item=drawn_twice)
    back = [SlipLine(drawn_twice, Decimal(6))]
    return_material(order=store.order, lines=back, return_type="good", receiver=store.welder, by=store.keeper, receiver_signed=True)
    own.refresh_from_db()
    assert (own.issued, own.returned_good, own.drawn) == (4, 4, 0)
    assert (store.line.issued, store.line.returned_good, store.line.drawn) == (10, 2, 8)

    rest = [Leftover(drawn_twice, returned=Decimal(8))]
    close_with_leftovers(order=store.order, leftovers=rest, by=store.manager)
    assert (store.line.returned_good, store.line.drawn) == (10, 0)
    assert verify_ledger() == []


@pytest.mark.req("MAT-10")
def test_postgres_refuses_more_back_on_a_line_than_was_issued_on_it(store, drawn_twice):
    own = store.order.quota_lines.get(item=drawn_twice)
    place, lot = Place.objects.get(order=store.order), Lot.objects.get(item=drawn_twice)
    slip = Slip(kind="return", order=store.order, return_type="good", receiver=store.welder, posted_by=store.keeper)
    slip.business_date, slip.status = date(2026, 11, 1), "awaiting_receiver"
    move = StockMove(line=0, lot=lot, source=place, target=Place.objects.get(code="B-01"), quantity=5, quota_line=own, return_type="good")
    with pytest.raises(IntegrityError, match="quota_returns_within_issued"):
        post(slip, [move])
