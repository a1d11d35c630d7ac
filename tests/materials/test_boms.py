"""Bills of materials: drafted, edited, approved by another, compared, withdrawn, and where an item ends up (MAT-01)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.clock import plant_today
from core.errors import Faults, OwnRequest, StaleVersion
from core.history import Part, history_of
from core.models import Unit
from core.refusals import constraint_of
from materials.errors.boms import BomHasNoLines, BomNotADraft, BomNotApproved, NoBom
from materials.errors.masters import CodeTaken
from materials.errors.slips import ReasonNeeded
from materials.models import Bom, BomLine, BomSubstitute
from materials.selectors.boms import compare, quota_for, uses_of, versions_of
from materials.selectors.explosion import bom_of
from materials.services import (
    BomLineInput,
    approve_bom,
    discard_bom_draft,
    draft_bom,
    freeze_quota,
    recalculate_quota,
    save_bom_draft,
    withdraw_bom,
)
from tests.factories.materials import ItemFactory, make_bom
from tests.factories.plans import OrderFactory, ProcessFactory, ProductFactory

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def engineer(plant):
    return plant.person("eng")


@pytest.fixture
def manager(plant):
    return plant.person("mgr")


@pytest.fixture
def product(db):
    return ProductFactory()


def drafted(product, by, *lines, **more):
    bom = draft_bom(product=product, valid_from=more.pop("valid_from", plant_today()), by=by, **more)
    return save_bom_draft(bom=bom, lines=lines, valid_from=bom.valid_from, by=by) if lines else bom


def state_of(bom):
    return {version.pk: version.state for version in versions_of(bom.product)}[bom.pk]


@pytest.mark.req("MAT-01")
def test_an_order_of_100_with_2_kg_a_unit_gets_200_and_keeps_it_when_the_bill_changes(plant, product, engineer, manager):
    steel = ItemFactory()
    first = approve_bom(bom=drafted(product, engineer, BomLineInput(steel, D("2.00"))), by=manager)
    assert [need.quantity for need in quota_for(first, D(100)).needs] == [D("200.000")]
    order = OrderFactory(product=product, quantity=D(100), workshop=plant.a)
    (line,) = freeze_quota(order=order, by=None)
    assert line.quota == D("200.000")

    second = draft_bom(product=product, valid_from=plant_today(), copy_of=first, by=engineer)
    save_bom_draft(bom=second, lines=[BomLineInput(steel, D("1.95"))], valid_from=plant_today(), by=engineer)
    approve_bom(bom=second, by=manager)
    line.refresh_from_db()
    assert (line.quota, bom_of(product, plant_today())) == (200, second)
    recalculate_quota(order=order, quantity=D(100), reason="Less waste", by=manager, bom=second)
    line.refresh_from_db()
    assert line.quota == 195


@pytest.mark.req("MAT-01")
def test_the_author_does_not_approve_and_an_approved_version_is_never_edited(plant, product, engineer, manager):
    draft = drafted(product, engineer, BomLineInput(ItemFactory(), D(1)))
    with pytest.raises(OwnRequest):
        approve_bom(bom=draft, by=engineer)
    second_engineer = plant.person("eng", plant.a)
    bom = approve_bom(bom=draft, by=second_engineer)
    assert (bom.status, bom.approved_by, state_of(bom)) == ("approved", second_engineer, "in_force")
    with pytest.raises(BomNotADraft):
        save_bom_draft(bom=bom, lines=[], valid_from=plant_today(), by=engineer)
    with pytest.raises(BomNotADraft):
        approve_bom(bom=bom, by=manager)
    with pytest.raises(BomNotADraft):
        discard_bom_draft(bom=bom, by=engineer)


@pytest.mark.parametrize(
    "change",
    [{"valid_from": date(2020, 1, 1)}, {"version_code": "X"}, {"status": "draft", "approved_at": None}, {"approved_by": None}],
)
def test_postgres_keeps_an_approved_version_as_it_was_approved(product, engineer, manager, change):
    bom = approve_bom(bom=drafted(product, engineer, BomLineInput(ItemFactory(), D(1))), by=manager)
    for write in (lambda: Bom.objects.filter(pk=bom.pk).update(**change), lambda: Bom.objects.filter(pk=bom.pk)._raw_delete("default")):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            write()
        assert constraint_of(refused.value) == "bom_approved"


def test_a_draft_without_lines_or_with_a_phantom_that_has_no_bill_is_not_approved(product, engineer, manager):
    draft = drafted(product, engineer)
    with pytest.raises(BomHasNoLines):
        approve_bom(bom=draft, by=manager)
    phantom = ItemFactory(product=ProductFactory(), is_phantom=True)
    save_bom_draft(bom=draft, lines=[BomLineInput(phantom, D(1))], valid_from=plant_today(), by=engineer)
    with pytest.raises(NoBom):
        approve_bom(bom=draft, by=manager)
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_versions_count_up_copy_their_lines_with_substitutes_and_none_is_there_twice(product, engineer):
    steel, other = ItemFactory(), ItemFactory()
    first = drafted(product, engineer, BomLineInput(steel, D(2), substitutes=[(other, D("1.25"))]), version_code="B07")
    second = draft_bom(product=product, valid_from=plant_today(), copy_of=first, by=engineer)
    assert second.version_code == "B08"
    line = second.lines.get()
    assert (line.item, line.qty_per_unit, line.substitutes.get().factor) == (steel, 2, D("1.25"))
    assert draft_bom(product=ProductFactory(), valid_from=plant_today(), by=engineer).version_code == "1"
    with pytest.raises(CodeTaken):
        draft_bom(product=product, version_code="B07", valid_from=plant_today(), by=engineer)


def test_everything_wrong_with_the_lines_is_told_at_once_and_nothing_is_written(product, engineer):
    steel, other, own = ItemFactory(code="S"), ItemFactory(code="O"), ItemFactory(code="OWN", product=product)
    draft = drafted(product, engineer, BomLineInput(steel, D(1)))
    lines = [
        BomLineInput(steel, D(0)),
        BomLineInput(steel, D(1), loss_percent=D(1000)),
        BomLineInput(own, D("0.0000001")),
        BomLineInput(other, D(1), setup_loss_qty=D(-1), substitutes=[(other, D(1)), (steel, D(0)), (steel, D(1))]),
    ]
    with pytest.raises(Faults) as refused:
        save_bom_draft(bom=draft, lines=lines, valid_from=plant_today(), by=engineer)
    assert {(fault.field, fault.code) for fault in refused.value.faults} == {
        ("lines.0.qty_per_unit", "not_above_zero"),
        ("lines.1.item", "same_line_twice"),
        ("lines.1.loss_percent", "out_of_range"),
        ("lines.2.item", "bom_loop"),
        ("lines.2.qty_per_unit", "too_fine"),
        ("lines.3.setup_loss_qty", "out_of_range"),
        ("lines.3.substitutes", "substitute_of_itself"),
        ("lines.3.substitutes", "not_above_zero"),
        ("lines.3.substitutes", "same_line_twice"),
    }
    assert draft.lines.get().qty_per_unit == 1


def test_saving_changes_what_changed_and_the_history_tells_it(product, engineer):
    steel, paint, oil, process = ItemFactory(code="S"), ItemFactory(code="P"), ItemFactory(code="O"), ProcessFactory()
    draft = drafted(product, engineer, BomLineInput(steel, D(2), substitutes=[(oil, D(1))]), BomLineInput(paint, D(1)))
    kept = draft.lines.get(item=steel)
    lines = [BomLineInput(steel, D("1.95"), substitutes=[(paint, D(2))]), BomLineInput(oil, D(3), part="Lid", process=process)]
    save_bom_draft(bom=draft, lines=lines, valid_from=date(2027, 1, 1), remark="Nested", version=draft.version, by=engineer)
    draft.refresh_from_db()
    assert (draft.valid_from, draft.remark) == (date(2027, 1, 1), "Nested")
    assert {(line.item.code, line.part, line.qty_per_unit) for line in draft.lines.all()} == {("S", "", D("1.95")), ("O", "Lid", D(3))}
    assert draft.lines.get(item=steel) == kept
    assert BomSubstitute.objects.get(line__bom=draft).item == paint
    told = history_of(draft, Part(BomLine, {"bom": draft}))
    changes = [(entry.deed, change.before, change.after) for entry in told for change in entry.changes]
    assert ("changed", "2", "1.95") in changes
    assert any(entry.deed == "removed" for entry in told)
    with pytest.raises(StaleVersion):
        save_bom_draft(bom=draft, lines=lines, valid_from=plant_today(), version=1, by=engineer)


@pytest.mark.req("MAT-01")
def test_a_withdrawn_version_gives_way_to_the_one_before_and_orders_keep_what_they_have(plant, product, engineer, manager):
    steel = ItemFactory()
    first = approve_bom(bom=drafted(product, engineer, BomLineInput(steel, D(2)), valid_from=date(2026, 1, 1)), by=manager)
    second = approve_bom(bom=drafted(product, engineer, BomLineInput(steel, D(3)), valid_from=date(2026, 2, 1)), by=manager)
    later = plant_today() + timedelta(days=9)
    third = approve_bom(bom=drafted(product, engineer, BomLineInput(steel, D(4)), valid_from=later), by=manager)
    assert [state_of(bom) for bom in (first, second, third)] == ["superseded", "in_force", "future"]
    order = OrderFactory(product=product, quantity=D(100), workshop=plant.a)
    (line,) = freeze_quota(order=order, by=None)
    with pytest.raises(ReasonNeeded):
        withdraw_bom(bom=second, reason=" ", by=manager)
    withdraw_bom(bom=second, reason="Wrong thickness", by=manager)
    assert [state_of(bom) for bom in (first, second, third)] == ["in_force", "withdrawn", "future"]
    line.refresh_from_db()
    assert line.quota == 300
    with pytest.raises(BomNotApproved):
        withdraw_bom(bom=second, reason="Again", by=manager)


def test_a_draft_is_thrown_away_with_its_lines(product, engineer):
    draft = drafted(product, engineer, BomLineInput(ItemFactory(), D(1), substitutes=[(ItemFactory(), D(1))]))
    discard_bom_draft(bom=draft, by=engineer)
    assert (Bom.objects.count(), BomLine.objects.count(), BomSubstitute.objects.count()) == (0, 0, 0)


@pytest.mark.req("MAT-01")
def test_two_versions_side_by_side_say_what_came_what_went_and_by_how_much(product):
    steel, paint, oil, nut = (ItemFactory(code=code) for code in ("S", "P", "O", "N"))
    old = make_bom(product, {steel: "2", paint: "1", nut: "4"}, "1")
    new = make_bom(product, {steel: "1.95", oil: "3", nut: "4"}, "2")
    assert [(row.line.item.code, row.state, row.percent) for row in compare(old, new)] == [
        ("S", "changed", D("-2.50")),
        ("O", "added", None),
        ("N", "same", D("0.00")),
        ("P", "removed", None),
    ]


def test_loss_counts_in_the_difference(product):
    steel = ItemFactory()
    old = make_bom(product, {steel: "2"}, "1")
    new = make_bom(product, {steel: "2"}, "2", loss_percent=D(5))
    (row,) = compare(old, new)
    assert (row.state, row.percent) == ("changed", D("5.00"))


@pytest.mark.req("MAT-01")
def test_an_item_is_found_where_it_ends_up_directly_as_substitute_and_through_what_it_is_made_into(product):
    pieces = Unit.objects.get(code="pcs")
    steel, other = ItemFactory(code="STEEL"), ItemFactory(code="OTHER")
    frame, kit = ProductFactory(code="FRAME"), ProductFactory(code="KIT")
    frame_item = ItemFactory(code="I-FRAME", product=frame, unit=pieces)
    kit_item = ItemFactory(code="I-KIT", product=kit, unit=pieces, is_phantom=True)
    make_bom(frame, {steel: "2"}, loss_percent=D(10))
    make_bom(kit, {frame_item: "3"})
    top = make_bom(product, {kit_item: "2"})
    make_bom(product, {steel: "9"}, "0-old")  # superseded: the later approval of the same day holds
    top2 = make_bom(product, {kit_item: "2", other: "1"}, "2")
    line = BomLine.objects.get(bom__product=frame)
    assert line.bom.status == "approved"

    told = [(use.bom.product.code, use.bom.version_code, [item.code for item in use.through], use.shown) for use in uses_of(steel)]
    assert told == [
        ("FRAME", "1", [], D("2.2")),
        ("KIT", "1", ["I-FRAME"], D("6.6")),
        (product.code, "2", ["I-FRAME", "I-KIT"], D("13.2")),
    ]
    assert top.pk != top2.pk


def test_a_substitute_is_found_with_what_it_counts(product, engineer):
    steel, other = ItemFactory(code="STEEL"), ItemFactory(code="OTHER")
    drafted(product, engineer, BomLineInput(steel, D(2), substitutes=[(other, D("1.25"))]))
    (use,) = uses_of(other)
    assert (use.stands_for, use.shown) == (steel, D("1.6"))


def test_bills_that_make_each_other_are_followed_once(product):
    back = ProductFactory()
    mine, theirs = ItemFactory(product=product), ItemFactory(product=back)
    make_bom(product, {theirs: "1"})
    make_bom(back, {mine: "1"})
    assert len(uses_of(mine)) == 2


def test_where_used_costs_a_few_statements_a_level(product):
    steel = ItemFactory()
    made = [ProductFactory() for _ in range(12)]
    for one in made:
        make_bom(one, {steel: "1"})
        ItemFactory(product=one)
    make_bom(product, {item: "1" for one in made for item in one.items.all()})
    with CaptureQueriesContext(connection) as asked:
        assert len(uses_of(steel)) == 24
    assert len(asked) <= 12
