"""Stocktakes of store and workshop (MAT-16)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from core.clock import plant_today
from core.errors import Faults, OwnRequest, Required, StaleVersion
from core.refusals import constraint_of
from materials.errors.counting import CannotPost, CountedThatDay, CountOpen, LinesNotCounted, NotYetDue, PlanEnded
from materials.models import Balance, CountLine, CountPlan, Item, Place, Purpose, QuotaSubstitute
from materials.services import (
    Counted,
    accuracy,
    approve_count,
    ask_recount,
    cancel_count,
    enter_counts,
    save_count_plan,
    start_count,
    start_due_counts,
    submit_count,
    verify_ledger,
)
from tests.factories.materials import ItemFactory, make_bin, make_store, put
from tests.materials.test_issue import draw
from tests.races import Elsewhere, wait_until_blocked

pytestmark = pytest.mark.req("MAT-16")


@pytest.fixture
def plan(store):
    today = plant_today()
    return CountPlan.objects.create(
        name="Store", place=Place.objects.get(code="WH"), cycle="month", first_on=today, next_on=today, made_by=store.keeper
    )


@pytest.fixture
def bolts(store):
    item = ItemFactory(code="BOLT")
    put(item, "100")
    return item


def fill(count, figures, by):
    """Counted quantities by item code; the others as the book says."""
    lines = {line.pk: Counted(Decimal(figures.get(line.lot.item.code, line.book))) for line in count.lines.all()}
    return enter_counts(count=count, lines=lines, by=by)


def test_book_100_counted_97_posts_minus_3_only_after_approval(store, plan, bolts):
    count = start_count(plan=plan, by=store.keeper)
    fill(count, {"BOLT": 97}, store.keeper)
    submit_count(count=count, by=store.keeper)
    assert Balance.objects.get(lot__item=bolts).on_hand == 100

    with pytest.raises(OwnRequest):
        approve_count(count=count, by=store.keeper)
    count = approve_count(count=count, by=store.manager)

    assert Balance.objects.get(lot__item=bolts).on_hand == 97
    assert [move.quantity for move in count.slip.moves.all()] == [3]
    assert accuracy(count) == Decimal("50.00")
    assert verify_ledger() == []


def test_a_monthly_plan_makes_the_next_count_on_its_date(store, plan, bolts):
    plan.first_on = plan.next_on = date(2026, 1, 31)
    plan.save()
    assert plan.after(date(2026, 1, 31)) == date(2026, 2, 28)
    assert plan.after(date(2026, 2, 28)) == date(2026, 3, 31)
    assert (start_due_counts(on=date(2026, 1, 30)), start_due_counts(on=date(2026, 1, 31)), start_due_counts(on=date(2026, 1, 31))) == (
        0,
        1,
        0,
    )
    plan.refresh_from_db()
    assert plan.next_on == date(2026, 2, 28)
    with pytest.raises(NotYetDue):
        start_count(plan=plan, by=store.keeper, on=date(2026, 2, 27))


@pytest.mark.req("MAT-16")
@pytest.mark.parametrize(
    ("cycle", "first", "dates"),
    [
        ("quarter", date(2026, 11, 30), [date(2027, 2, 28), date(2027, 5, 30), date(2027, 8, 30), date(2027, 11, 30)]),
        ("year", date(2028, 2, 29), [date(2029, 2, 28), date(2030, 2, 28), date(2031, 2, 28), date(2032, 2, 29)]),
    ],
)
def test_a_quarterly_and_a_yearly_plan_make_the_next_count_on_its_date(plan, bolts, cycle, first, dates):
    plan.cycle, plan.first_on, plan.next_on = cycle, first, first
    plan.save()
    on = first
    for following in dates:
        assert plan.after(on) == following
        on = following

    assert (start_due_counts(on=first - timedelta(days=1)), start_due_counts(on=first), start_due_counts(on=first)) == (0, 1, 0)
    plan.refresh_from_db()
    assert plan.next_on == dates[0]


def test_blank_is_not_nothing(store, plan, bolts):
    count = start_count(plan=plan, by=store.keeper)
    lines = list(count.lines.all())
    enter_counts(count=count, lines={lines[0].pk: Counted(Decimal(0)), lines[1].pk: Counted(None)}, by=store.keeper)
    with pytest.raises(LinesNotCounted) as refused:
        submit_count(count=count, by=store.keeper)
    assert refused.value.figures["count"] == 1
    assert accuracy(count) is None


def test_a_line_of_another_count_is_refused_and_never_left_out_in_silence(store, plan, bolts):
    count = start_count(plan=plan, by=store.keeper)
    line = count.lines.first()
    with pytest.raises(Faults) as refused:
        enter_counts(count=count, lines={line.pk: Counted(Decimal(1)), line.pk + 1000: Counted(Decimal(2))}, by=store.keeper)
    assert [fault.field for fault in refused.value.faults] == [f"lines.{line.pk + 1000}.counted"]
    line.refresh_from_db()
    assert line.counted is None


def test_what_moved_before_the_count_is_not_missing_and_what_moves_after_it_stays_moved(store, plan, bolts):
    count = start_count(plan=plan, by=store.keeper)
    draw(store, "40")
    fill(count, {"STEEL": 450}, store.keeper)  # 460 should be there
    draw(store, "30")
    line = count.lines.get(lot__item__code="STEEL")
    enter_counts(count=count, lines={line.pk: Counted(Decimal(450), "by the door")}, by=store.keeper)
    line.refresh_from_db()
    assert (line.book, line.expected, line.difference, line.note) == (500, 460, -10, "by the door")
    submit_count(count=count, by=store.keeper)
    approve_count(count=count, by=store.manager)
    assert Balance.objects.get(place__code="B-01", lot__item=store.steel).on_hand == 420
    assert accuracy(count) == Decimal("50.00")


def test_a_shelf_counted_as_it_stands_posts_nothing_though_material_was_drawn(store, plan):
    count = start_count(plan=plan, by=store.keeper)
    draw(store, "40")
    fill(count, {"STEEL": 460}, store.keeper)
    submit_count(count=count, by=store.keeper)
    count = approve_count(count=count, by=store.manager)
    assert (count.slip, accuracy(count), Balance.objects.get(place__code="B-01").on_hand) == (None, 100, 460)


def test_each_count_is_held_against_its_own_book_and_a_figure_has_one(store, plan):
    count = start_count(plan=plan, by=store.keeper)
    fill(count, {"STEEL": 499}, store.keeper)
    submit_count(count=count, by=store.keeper)
    line = count.lines.get()
    ask_recount(count=count, line_ids=[line.pk], by=store.manager)
    draw(store, "40")
    line.refresh_from_db()
    assert (line.expected, line.difference) == (500, -1)
    enter_counts(count=count, lines={line.pk: Counted(Decimal(460))}, by=store.keeper)
    line.refresh_from_db()
    assert (line.counted_book, line.expected, line.difference) == (500, 460, 0)
    with pytest.raises(IntegrityError) as raw, transaction.atomic():
        CountLine.objects.filter(pk=line.pk).update(recounted_book=None)
    assert constraint_of(raw.value) == "counted_against_a_book"


def test_what_an_order_was_issued_since_the_freeze_may_be_counted_there(store):
    draw(store, "50")
    today = plant_today()
    plan = CountPlan.objects.create(name="Shop", workshop=store.plant.a, cycle="week", first_on=today, next_on=today, made_by=store.keeper)
    count = start_count(plan=plan, by=store.keeper)
    draw(store, "10")
    with pytest.raises(Faults) as refused:
        fill(count, {"STEEL": 61}, store.keeper)
    assert refused.value.faults[0].code == "more_than_held"
    fill(count, {"STEEL": 60}, store.keeper)
    assert count.lines.get().difference == 0


def test_a_recount_takes_the_place_of_the_first_figure(store, plan, bolts):
    count = start_count(plan=plan, by=store.keeper)
    fill(count, {"BOLT": 90}, store.keeper)
    submit_count(count=count, by=store.keeper)
    line = count.lines.get(lot__item=bolts)
    with pytest.raises(OwnRequest):
        ask_recount(count=count, line_ids=[line.pk], by=store.keeper)
    ask_recount(count=count, line_ids=[line.pk], by=store.manager)
    with pytest.raises(LinesNotCounted):
        submit_count(count=count, by=store.keeper)
    enter_counts(count=count, lines={line.pk: Counted(Decimal(99))}, by=store.keeper)
    submit_count(count=count, by=store.keeper)
    approve_count(count=count, by=store.manager)
    assert Balance.objects.get(lot__item=bolts).on_hand == 99


def test_the_workshop_counts_what_its_orders_hold_and_a_surplus_goes_to_a_bin_first(store):
    draw(store, "50")
    today = plant_today()
    plan = CountPlan.objects.create(name="Shop", workshop=store.plant.a, cycle="week", first_on=today, next_on=today, made_by=store.keeper)
    count = start_count(plan=plan, by=store.keeper)
    with pytest.raises(Faults) as refused:
        fill(count, {"STEEL": 51}, store.keeper)
    assert refused.value.faults[0].code == "more_than_held"
    fill(count, {"STEEL": 48}, store.keeper)
    submit_count(count=count, by=store.keeper)
    approve_count(count=count, by=store.manager)
    assert Balance.objects.get(place__order=store.order).on_hand == 48
    assert store.line.drawn == 50
    assert plan.after(today) == today + timedelta(days=7)
    assert verify_ledger() == []


def test_a_difference_that_is_no_longer_there_is_refused(plant):
    store = make_store(plant, stock="210")
    today = plant_today()
    plan = CountPlan.objects.create(
        name="Store", place=Place.objects.get(code="WH"), cycle="week", first_on=today, next_on=today, made_by=store.keeper
    )
    count = start_count(plan=plan, by=store.keeper)
    fill(count, {"STEEL": 190}, store.keeper)
    submit_count(count=count, by=store.keeper)
    draw(store, "200")
    with pytest.raises(CannotPost):
        approve_count(count=count, by=store.manager)
    count.refresh_from_db()
    assert (count.status, Balance.objects.get(place__code="B-01").on_hand) == ("submitted", 10)


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_post_once(store, plan, bolts):
    count = start_count(plan=plan, by=store.keeper)
    fill(count, {"BOLT": 97}, store.keeper)
    submit_count(count=count, by=store.keeper)
    other = store.plant.person("mgr", store.plant.a)
    calls = [Elsewhere(lambda: approve_count(count=count, by=store.manager)), Elsewhere(lambda: approve_count(count=count, by=other))]
    assert sorted(call.outcome for call in calls) == ["DecidedBefore", "done"]
    assert Balance.objects.get(lot__item=bolts).on_hand == 97


def test_whoever_counted_first_does_not_approve_what_another_counted_again(store, plan, bolts):
    count, other = start_count(plan=plan, by=store.keeper), store.plant.person("stk", store.plant.a)
    fill(count, {"BOLT": 90}, store.keeper)
    submit_count(count=count, by=other)
    line = count.lines.get(lot__item=bolts)
    ask_recount(count=count, line_ids=[line.pk], by=store.manager)
    enter_counts(count=count, lines={line.pk: Counted(Decimal(99))}, by=other)
    with pytest.raises(Faults) as refused:
        enter_counts(count=count, lines={count.lines.exclude(pk=line.pk).get().pk: Counted(Decimal(1))}, by=other)
    assert refused.value.faults[0].code == "not_to_recount"
    submit_count(count=count, by=other)
    for counter in (store.keeper, other):
        with pytest.raises(OwnRequest):
            approve_count(count=count, by=counter)
        with pytest.raises(IntegrityError) as raw, transaction.atomic():
            type(count).objects.filter(pk=count.pk).update(status="approved", approved_by=counter, approved_at="2026-11-20T08:00Z")
        assert constraint_of(raw.value) == "count_approver_is_another"
    approve_count(count=count, by=store.manager)
    with pytest.raises(IntegrityError) as raw, transaction.atomic():
        CountLine.objects.filter(pk=line.pk).update(recounted=1)
    assert constraint_of(raw.value) == "count_line_frozen"


def test_two_counters_write_two_shelves_at_once_and_one_line_is_not_written_over_unseen(store, plan, bolts):
    count, other = start_count(plan=plan, by=store.keeper), store.plant.person("stk", store.plant.a)
    steel, bolt = (count.lines.get(lot__item__code=code) for code in ("STEEL", "BOLT"))
    enter_counts(count=count, lines={steel.pk: Counted(Decimal(500), is_told=True)}, by=store.keeper)
    enter_counts(count=count, lines={bolt.pk: Counted(Decimal(97), is_told=True)}, by=other)
    with pytest.raises(Faults) as refused:
        enter_counts(count=count, lines={bolt.pk: Counted(Decimal(98), is_told=True)}, by=store.keeper)
    assert refused.value.faults[0].code == "counted_meanwhile"
    assert other.name in str(refused.value.faults[0])
    enter_counts(count=count, lines={bolt.pk: Counted(Decimal(98), stood=Decimal(97), is_told=True)}, by=store.keeper)
    assert sorted(count.lines.values_list("counted", flat=True)) == [98, 500]


def test_one_lot_is_in_one_open_stocktake_and_an_early_count_leaves_the_plan_its_date(store, plan, bolts):
    later = plant_today() + timedelta(days=9)
    CountPlan.objects.filter(pk=plan.pk).update(next_on=later)
    first = start_count(plan=plan, by=store.keeper, is_early=True)
    plan.refresh_from_db()
    assert (first.planned_on, plan.next_on) == (plant_today(), later)
    with pytest.raises(CountedThatDay):
        start_count(plan=plan, by=store.keeper, is_early=True)
    all_bins = save_count_plan(name="Bolts", items=[bolts], cycle="week", next_on=plant_today(), by=store.keeper)
    with pytest.raises(CountOpen):
        start_count(plan=all_bins, by=store.keeper)
    assert start_due_counts() == 0
    cancel_count(count=first, reason="Wrong day", by=store.keeper)
    assert [line.lot.item for line in start_count(plan=all_bins, by=store.keeper).lines.all()] == [bolts]


@pytest.mark.parametrize(
    ("of", "found"), [({"item_class": "small"}, {"NUT"}), ({"item": "BOLT"}, {"BOLT"}), ({}, {"BOLT", "NUT", "STEEL"})]
)
def test_a_plan_counts_a_class_chosen_items_or_everything_in_the_bins(store, bolts, of, found):
    put(ItemFactory(code="NUT", item_class="small"), "7", place=make_bin("B-02"))
    draw(store, "5")
    items = [Item.objects.get(code=of["item"])] if "item" in of else []
    plan = save_count_plan(
        name="Part", item_class=of.get("item_class", ""), items=items, cycle="year", next_on=plant_today(), by=store.keeper
    )
    count = start_count(plan=plan, by=store.keeper)
    assert {line.lot.item.code for line in count.lines.all()} == found
    assert {line.place.kind for line in count.lines.all()} == {"bin"}


def test_a_plan_is_changed_by_one_at_a_time_and_an_ended_one_starts_nothing(store, bolts):
    with pytest.raises(Required):
        save_count_plan(name=" ", cycle="week", next_on=plant_today(), by=store.keeper)
    plan = save_count_plan(name="A", cycle="month", next_on=date(2026, 1, 31), by=store.keeper)
    fields = {"name": "A", "cycle": "month", "by": store.keeper, "plan": plan, "version": 1}
    moved = save_count_plan(**fields, next_on=date(2026, 3, 15))
    assert moved.after(moved.next_on) == date(2026, 4, 15)
    with pytest.raises(StaleVersion):
        save_count_plan(**fields, next_on=date(2026, 3, 16))
    ended = save_count_plan(**fields | {"version": 2}, next_on=date(2026, 3, 15), is_ended=True)
    with pytest.raises(PlanEnded):
        start_count(plan=ended, by=store.keeper)


@pytest.mark.django_db(transaction=True)
def test_a_figure_waits_for_a_slip_that_is_being_posted(store, plan):
    count = start_count(plan=plan, by=store.keeper)
    with transaction.atomic():
        draw(store, "40")
        counting = Elsewhere(lambda: fill(count, {"STEEL": 460}, store.keeper))
        wait_until_blocked()
    assert counting.outcome == "done"
    assert (count.lines.get().expected, count.lines.get().difference) == (460, 0)


def test_more_than_the_book_is_found_at_a_line_side_bin_and_posted(store):
    shelf = make_bin("L-01", Purpose.LINE_SIDE)
    put(store.steel, "50", shelf)
    today = plant_today()
    plan = CountPlan.objects.create(name="Line", cycle="week", first_on=today, next_on=today, made_by=store.keeper)
    count = start_count(plan=plan, by=store.keeper)
    lines = {line.pk: Counted(Decimal(51) if line.place == shelf else line.book) for line in count.lines.all()}
    enter_counts(count=count, lines=lines, by=store.keeper)
    submit_count(count=count, by=store.keeper)
    approve_count(count=count, by=store.manager)
    assert Balance.objects.get(place=shelf).on_hand == 51
    assert verify_ledger() == []


def test_a_substitute_short_at_an_order_is_posted_on_the_line_it_counts_on(store):
    other = ItemFactory(code="STEEL-2")
    QuotaSubstitute.objects.create(quota_line=store.line, item=other, factor=Decimal("1.25"))
    put(other, "20")
    draw(store, "8", item=other)
    draw(store, "50")
    today = plant_today()
    plan = CountPlan.objects.create(name="Shop", workshop=store.plant.a, cycle="week", first_on=today, next_on=today, made_by=store.keeper)
    count = start_count(plan=plan, by=store.keeper)
    fill(count, {"STEEL-2": 7, "STEEL": 49}, store.keeper)
    submit_count(count=count, by=store.keeper)
    count = approve_count(count=count, by=store.manager)
    assert {(move.lot.item.code, move.quantity, move.quota_line) for move in count.slip.moves.all()} == {
        ("STEEL-2", 1, store.line),
        ("STEEL", 1, store.line),
    }
    assert store.line.drawn == 60  # 50 + 8 × 1.25: what is missing was drawn all the same
    assert verify_ledger() == []
