"""What Postgres itself refuses, whatever door is tried (DESIGN 3.1, MAT-11)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.models import Unit
from core.refusals import constraint_of
from core.services.settings import change_plant_settings
from materials.errors.slips import SlipRefused
from materials.models import Balance, Lot, Place, Purpose, QuotaChange, QuotaLine, Slip, StockMove, Supplement, SupplementGrant
from materials.services import approve_supplement, freeze_quota, request_supplement, verify_ledger
from tests.factories.materials import ItemFactory, make_bin, make_store, put
from tests.factories.plans import LineFactory, OrderFactory, ReportFactory
from tests.materials.test_issue import draw


def move(store, **fields):
    """A move written past every service."""
    slip = Slip.objects.create(
        kind=fields.pop("kind", "transfer"),
        business_date=date(2026, 6, 1),
        posted_at=timezone.now(),
        number=f"X-{Slip.objects.count()}",
        **fields.pop("slip", {}),
    )
    defaults = {
        "slip": slip,
        "line": 0,
        "lot": store.steel.lots.get(code=""),
        "source": Place.objects.get(code="B-01"),
        "target": store.order.place,
        "quantity": Decimal(1),
        "quota_line": store.line,
        "business_date": date(2026, 6, 1),
    }
    for name in fields:
        defaults.pop(name.removesuffix("_id"), None)
    return StockMove.objects.create(**{**defaults, **fields})


def rule_of(call):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        call()
    return constraint_of(refused.value)


@pytest.mark.req("MAT-07")
def test_a_raw_insert_past_the_quota_is_refused(store):
    put(store.steel, "1000")
    assert rule_of(lambda: move(store, quantity=Decimal("200.001"))) == "quota_not_exceeded"
    move(store, quantity=Decimal(200))
    assert rule_of(lambda: move(store, quantity=Decimal("0.001"))) == "quota_not_exceeded"
    assert verify_ledger() == []


@pytest.mark.req("MAT-07")
@pytest.mark.parametrize("named", ["slip_id", "lot_id", "source_id", "target_id"])
def test_a_move_is_refused_before_what_it_names_is_there(store, named):
    """Foreign keys are asked at COMMIT only: a move that comes before its slip or place would pass every other rule."""
    assert rule_of(lambda: move(store, **{named: 10**9})) == "move_names_what_is_there"


@pytest.mark.req("MAT-11")
def test_a_raw_insert_past_the_stock_is_refused(store):
    other = make_bin("B-02")
    assert rule_of(lambda: move(store, target=other, quota_line=None, quantity=Decimal("500.001"))) == "balance_not_negative"


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"quota_line": None}, "order_move_has_a_quota_line"),
        ({"quantity": Decimal(0)}, "move_quantity_above_zero"),
        ({"quantity": Decimal(-1)}, "move_quantity_above_zero"),
    ],
)
def test_a_move_to_an_order_carries_its_quota_line_and_is_positive(store, fields, rule):
    assert rule_of(lambda: move(store, **fields)) == rule


def test_a_quota_line_of_another_order_does_not_open_this_one(store, plant):
    other = OrderFactory(product=store.order.product, workshop=plant.a, quantity=Decimal(5))
    (line,) = freeze_quota(order=other, by=None)
    assert rule_of(lambda: move(store, quota_line=line)) == "order_move_has_a_quota_line"


def test_another_item_does_not_pass_on_this_items_line(store):
    lot = put(ItemFactory(code="OTHER"), "10")
    assert rule_of(lambda: move(store, lot=lot)) == "item_not_on_order"


@pytest.mark.parametrize("status", ["to_inspect", "rejected", "quarantine"])
def test_a_lot_that_is_not_released_does_not_move_to_an_order(store, status):
    lot = put(store.steel, "10", lot="L2", status=status)
    assert rule_of(lambda: move(store, lot=lot)) == "lot_not_released"


def test_a_lot_taken_by_concession_moves_to_an_order(store):
    move(store, lot=put(store.steel, "10", lot="L2", status="concession"))
    assert store.line.issued == 1


def for_what(store, **fields):
    """What a slip without order says."""
    return {
        "cost_centre": store.plant.a,
        "purpose": "sample",
        "reason": "Fair",
        "receiver": store.welder,
        "posted_by": store.keeper,
    } | fields


def test_quarantine_goes_back_to_stock_and_stock_is_adjusted_by_approval_only(store):
    quarantine, adjustment = make_bin("Q-01", Purpose.QUARANTINE), Place.objects.get(purpose=Purpose.ADJUSTMENT)
    stock = make_bin()
    put(store.steel, "5", quarantine)
    assert rule_of(lambda: move(store, source=quarantine, target=stock, quota_line=None)) == "disposition_is_approved"
    assert rule_of(lambda: move(store, target=adjustment, quota_line=None)) == "adjustment_is_approved"
    assert (
        rule_of(lambda: move(store, target=Place.objects.get(purpose=Purpose.USED), quota_line=None)) == "issue_without_order_is_approved"
    )
    approved = {"approved_at": timezone.now(), "approved_by": store.manager}
    move(store, source=quarantine, target=stock, quota_line=None, slip=approved)
    used = {"target": Place.objects.get(purpose=Purpose.USED), "quota_line": None, "kind": "other_issue"}
    move(store, **used, slip=for_what(store, **approved))


@pytest.mark.req("MAT-17")
def test_an_issue_without_order_above_its_value_or_of_unknown_value_needs_another_person(store):
    used = {"target": Place.objects.get(purpose=Purpose.USED), "quota_line": None, "kind": "other_issue"}
    in_time = for_what(store, approved_at=timezone.now())
    assert rule_of(lambda: move(store, **used, slip=in_time)) == "other_issue_above_its_limit"  # steel has no standard cost
    grease = ItemFactory(code="GREASE", standard_cost=Decimal(10))
    lot = put(grease, "200")
    assert rule_of(lambda: move(store, **used, lot=lot, quantity=Decimal("50.001"), slip=in_time)) == "other_issue_above_its_limit"
    done = move(store, **used, lot=lot, quantity=Decimal(50), slip=in_time)

    def more_on_the_same_slip():
        moved = {"line": 1, "lot": lot, "source": done.source, "target": done.target, "business_date": done.business_date}
        StockMove.objects.create(slip=done.slip, quantity=Decimal("0.001"), **moved)

    assert rule_of(more_on_the_same_slip) == "other_issue_above_its_limit"
    change_plant_settings(values={"other_issue_value": 501})
    more_on_the_same_slip()


@pytest.mark.parametrize("missing", [{"cost_centre": None}, {"purpose": ""}, {"reason": ""}, {"receiver": None}])
def test_a_slip_without_order_says_for_what_and_whom(store, missing):
    slip = for_what(store, approved_at=timezone.now()) | missing
    assert rule_of(lambda: move(store, kind="other_issue", slip=slip)) == "slip_without_order_says_for_what"


@pytest.mark.parametrize(
    ("status", "purpose", "kind", "rule"),
    [
        ("released", "quarantine", "transfer", "transfer_fits_the_lot"),
        ("quarantine", "stock", "transfer", "transfer_fits_the_lot"),
        ("released", "scrap", "transfer", "transfer_fits_the_lot"),
        ("released", "stock", "adjustment", "move_between_bins_is_a_transfer"),
        ("released", "line_side", "transfer", "transfer_fits_the_lot"),
        ("released", "line_side", "adjustment", "issue_without_order_is_approved"),
    ],
)
def test_from_bin_to_bin_goes_only_what_fits_and_only_by_a_transfer(store, status, purpose, kind, rule):
    lot = put(store.steel, "10", lot="L2", status=status)
    assert rule_of(lambda: move(store, lot=lot, target=make_bin("X-01", purpose), quota_line=None, kind=kind)) == rule


def test_a_transfer_is_not_undone_past_the_status_of_its_lot(store):
    there = make_bin("B-02")
    done = move(store, target=there, quota_line=None)
    assert rule_of(lambda: move(store, source=there, target=make_bin(), quota_line=None, undoes=done)) == "transfer_is_moved_back"


def test_a_raw_production_receipt_keeps_to_its_order_and_to_what_is_reported_good(store):
    made = ItemFactory(code="MADE", product=store.order.product, unit=store.order.product.unit)
    paper = ReportFactory(team=store.plant.a1, business_date="2026-06-01")
    LineFactory(report=paper, order=store.order, product=store.order.product, good_qty=Decimal(10))
    lot = Lot.objects.create(item=made, code="M-1", received_on="2026-06-01", made_by_order=store.order)
    taken = {"kind": "production", "slip": {"order": store.order}, "source": Place.objects.get(purpose=Purpose.PRODUCTION), "lot": lot}
    taken |= {"target": make_bin(), "quota_line": None}
    assert rule_of(lambda: move(store, **taken, quantity=Decimal("10.001"))) == "production_not_above_reported"
    done = move(store, **taken, quantity=Decimal(10))
    assert rule_of(lambda: move(store, **taken, quantity=Decimal("0.001"))) == "production_not_above_reported"
    foreign = Lot.objects.create(item=made, code="M-2", received_on="2026-06-01")
    assert rule_of(lambda: move(store, **taken | {"lot": foreign})) == "production_fits_its_order"
    assert rule_of(lambda: move(store, **taken | {"kind": "receipt", "slip": {}})) == "production_fits_its_order"
    back = {"source": done.target, "target": done.source, "lot": lot, "quantity": Decimal(10), "quota_line": None, "undoes": done}
    move(store, **back, kind="reversal", slip={"order": store.order, "reverses": done.slip})
    move(store, **taken, quantity=Decimal(10))
    assert verify_ledger() == []


def test_an_untyped_return_and_a_defect_into_stock_are_refused(store):
    move(store)
    back = {"source": store.order.place, "target": make_bin()}
    assert rule_of(lambda: move(store, **back)) == "return_fits_its_place"
    assert rule_of(lambda: move(store, **back, return_type="incoming_defect")) == "return_fits_its_place"


def test_an_undoing_that_is_not_the_mirror_of_its_move_is_refused(store):
    done = move(store, quantity=Decimal(5), kind="closing")
    back = {"source": store.order.place, "target": make_bin(), "undoes": done}
    assert rule_of(lambda: move(store, **back, quantity=Decimal(4))) == "undo_mirrors_its_move"
    move(store, **back, quantity=Decimal(5))
    assert rule_of(lambda: move(store, **back, quantity=Decimal(5))) == "move_undone_once"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE materials_stockmove SET quantity = quantity + 1",
        "DELETE FROM materials_stockmove",
        "UPDATE materials_quotachange SET quota = 999",
        "DELETE FROM materials_supplementgrant",
    ],
)
def test_what_is_written_in_the_ledger_stays(store, statement):
    draw(store, "1")
    QuotaChange.objects.create(quota_line=store.line, quota=Decimal(210), reason="more")
    asked = Supplement.objects.create(
        number="S-1",
        quota_line=store.line,
        quantity=1,
        reason="lost",
        requested_by=store.welder,
        status="approved",
        approved_quantity=1,
        decided_by=store.manager,
        decided_at=timezone.now(),
    )
    SupplementGrant.objects.create(supplement=asked, quota_line=store.line, quantity=Decimal(1))

    def write():
        with connection.cursor() as cursor:
            cursor.execute(statement)

    assert rule_of(write) == "append_only"


def test_the_ledger_is_never_emptied_outside_a_test_database(store):
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname LIKE 'pgtrigger_never_truncated%'")
        (source,) = cursor.fetchone()
        cursor.execute("SELECT current_database() LIKE 'test\\_%%'")
        assert cursor.fetchone() == (True,)
    assert "NOT LIKE 'test\\_%'" in source


@pytest.mark.req("MAT-11")
@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Balance, {"on_hand": Decimal(999)}),
        (QuotaLine, {"quota": Decimal(999)}),
        (QuotaLine, {"supplement": Decimal(999)}),
        (QuotaLine, {"issued": Decimal(0)}),
        (QuotaLine, {"returned_good": Decimal(1)}),
    ],
)
def test_nobody_writes_a_balance_or_a_quota_figure(store, model, change):
    draw(store, "1")
    assert rule_of(lambda: model.objects.update(**change)) in ("balance_kept_by_ledger", "quota_kept_by_ledger")
    assert rule_of(lambda: model.objects.all()._raw_delete(using="default")) in ("balance_kept_by_ledger", "quota_kept_by_ledger")


def test_a_grant_without_an_approval_raises_nothing(store):
    asked = Supplement.objects.create(number="S-1", quota_line=store.line, quantity=1, reason="lost", requested_by=store.welder)
    assert (
        rule_of(lambda: SupplementGrant.objects.create(supplement=asked, quota_line=store.line, quantity=Decimal(1))) == "grant_is_approved"
    )


@pytest.mark.req("MAT-09")
@pytest.mark.parametrize("quantity", ["0.001", "1000", "-10.001"])
def test_grants_come_to_no_more_than_was_approved_and_to_no_less_than_nothing(store, quantity):
    for granted in (5, 10):
        asked = request_supplement(order=store.order, item=store.steel, quantity=Decimal(20), reason="lost", by=store.welder)
        approve_supplement(supplement=asked, quantity=Decimal(granted), by=store.manager, is_above_first_tier_allowed=True)
    grant = {"supplement": asked, "quota_line": store.line, "quantity": Decimal(quantity)}
    assert rule_of(lambda: SupplementGrant.objects.create(**grant)) == "grant_within_approval"
    assert store.line.supplement == 15


@pytest.mark.req("MAT-09")
@pytest.mark.parametrize("change", [{"approved_quantity": 20}, {"quantity": 1000}, {"decided_by": None}, {"receiver": None}])
def test_what_was_asked_and_decided_of_a_supplement_stays(store, change):
    asked = request_supplement(
        order=store.order, item=store.steel, quantity=Decimal(20), reason="lost", receiver=store.welder, by=store.keeper
    )
    approve_supplement(supplement=asked, quantity=Decimal(10), by=store.manager, is_above_first_tier_allowed=True)
    assert rule_of(lambda: Supplement.objects.update(**change)) == "supplement_decided_once"


@pytest.mark.req("MAT-09")
@pytest.mark.parametrize("missing", [{"decided_by": None}, {"approved_quantity": None}])
def test_an_approved_supplement_says_who_approved_how_much(store, missing):
    told = {"number": "S-1", "quota_line": store.line, "quantity": 1, "reason": "lost", "requested_by": store.welder, "status": "approved"}
    told |= {"approved_quantity": 1, "decided_by": store.manager, "decided_at": timezone.now()}
    assert rule_of(lambda: Supplement.objects.create(**told | missing)) == "supplement_approved_by_somebody"


@pytest.mark.parametrize(
    ("decimals", "per_unit", "quantity"),
    [
        (3, "0.0001913", "0.019"),
        (3, "999999.99", "99999998.999"),
        (5, "0.01913", "0.01913"),
        (5, "999999.99", "99999999"),
        (5, "999999.99", "99999998.99999"),
    ],
)
def test_tiny_and_huge_quantities_are_exact(plant, decimals, per_unit, quantity):
    Unit.objects.filter(code="kg").update(decimals=decimals)
    store = make_store(plant, stock="100000000", per_unit=per_unit)
    draw(store, quantity)
    assert store.line.issued == Decimal(quantity)
    assert Balance.objects.get(place__code="B-01").on_hand == Decimal(100000000) - Decimal(quantity)
    assert verify_ledger() == []


@pytest.mark.req("MAT-07")
@pytest.mark.parametrize(("per_unit", "quota"), [("0.01913", "1.913"), ("999999.99", "99999999")])
def test_of_a_tiny_and_of_a_huge_quota_the_last_digit_counts(plant, per_unit, quota):
    Unit.objects.filter(code="kg").update(decimals=5)
    store = make_store(plant, stock="100000000", per_unit=per_unit)
    last = Decimal("0.00001")
    draw(store, str(Decimal(quota) - last))
    assert (store.line.quota, store.line.left) == (Decimal(quota), last)
    with pytest.raises(SlipRefused):
        draw(store, "0.00002")
    draw(store, str(last))
    assert (store.line.issued, store.line.left) == (Decimal(quota), 0)
    with pytest.raises(SlipRefused):
        draw(store, str(last))


def test_verify_ledger_sees_a_figure_that_somebody_changed_with_the_triggers_off(store):
    draw(store, "1")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE materials_balance DISABLE TRIGGER USER")
        cursor.execute("UPDATE materials_balance SET on_hand = on_hand + 1 WHERE place_id = %s", [make_bin().pk])
        cursor.execute("ALTER TABLE materials_balance ENABLE TRIGGER USER")
    assert [str(difference) for difference in verify_ledger()] == ["balance of STEEL  at B-01: kept 500.000000, counted 499.000000"]


@pytest.mark.req("MAT-16")
def test_line_side_takes_no_arrival_and_what_is_found_there_only_once_approved(store):
    shelf = make_bin("L-01", Purpose.LINE_SIDE)
    came = {"source": Place.objects.get(purpose=Purpose.SUPPLIER), "target": shelf, "quota_line": None, "kind": "receipt"}
    assert rule_of(lambda: move(store, **came)) == "issue_without_order_is_approved"
    found = {"source": Place.objects.get(purpose=Purpose.ADJUSTMENT), "target": shelf, "quota_line": None, "kind": "adjustment"}
    assert rule_of(lambda: move(store, **found)) == "adjustment_is_approved"
