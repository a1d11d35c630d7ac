"""More than the quota, decided by somebody else (MAT-09)."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

from core.clock import plant_today
from core.errors import OwnRequest
from core.services.settings import change_plant_settings
from floorops.timetable import TIMETABLE
from materials import tasks
from materials.errors.slips import OrderNotOpen, ReasonNeeded, ReceiverElsewhere, ReceiverNeeded, SlipRefused
from materials.errors.supplements import AboveAsked, AboveTier, AlreadyDecided
from materials.models import Item, Supplement
from materials.services import approve_supplement, lapse_supplements, reject_supplement, request_supplement, verify_ledger
from plans.models import ProductionOrder
from tests.materials.test_issue import draw
from tests.races import Elsewhere, wait_until_blocked


def ask(store, quantity="10", by=None, **kwargs):
    by = by or store.plant.person("tld", store.plant.a1)
    return request_supplement(order=store.order, item=store.steel, quantity=Decimal(quantity), reason="scrap", by=by, **kwargs)


def approve(store, asked, quantity=None, by=None, **kwargs):
    kwargs.setdefault("is_above_first_tier_allowed", True)
    quantity = None if quantity is None else Decimal(quantity)
    return approve_supplement(supplement=asked, quantity=quantity, by=by or store.manager, **kwargs)


@pytest.mark.req("MAT-09")
def test_an_unapproved_request_leaves_0_after_approving_10_exactly_10_can_be_issued(store):
    draw(store, "200")
    asked = ask(store)
    assert store.line.left == 0
    with pytest.raises(SlipRefused):
        draw(store, "1")

    approve(store, asked)

    with pytest.raises(SlipRefused):
        draw(store, "10.001")
    draw(store, "10")
    assert (store.line.left, store.line.supplement) == (0, 10)
    assert verify_ledger() == []


@pytest.mark.req("MAT-09")
def test_less_can_be_granted_than_asked_never_more(store):
    asked = ask(store)
    with pytest.raises(AboveAsked):
        approve(store, asked, "10.001")
    assert approve(store, asked, "4").approved_quantity == 4
    assert store.line.supplement == 4
    with pytest.raises(AlreadyDecided):
        approve(store, asked, "4")


@pytest.mark.req("MAT-09")
def test_nothing_is_granted_to_an_order_that_ended_meanwhile_and_a_no_still_ends_the_request(store):
    asked = ask(store)
    ProductionOrder.objects.filter(pk=store.order.pk).update(status="closed")
    with pytest.raises(OrderNotOpen, match=f"{store.order.number} is “Closed”"):
        approve(store, asked)
    assert store.line.supplement == 0
    assert reject_supplement(supplement=asked, note="Order is over", by=store.manager).status == "rejected"


@pytest.mark.django_db(transaction=True)
def test_an_approval_waits_for_an_order_that_is_being_closed(store):
    asked = ask(store)
    with transaction.atomic():
        ProductionOrder.objects.filter(pk=store.order.pk).update(status="closed")
        approval = Elsewhere(lambda: approve(store, asked))
        wait_until_blocked()
    assert approval.outcome == "OrderNotOpen"
    assert store.line.supplement == 0


@pytest.mark.req("MAT-09")
def test_neither_asker_nor_receiver_decides(store):
    asked = ask(store, by=store.keeper, receiver=store.welder)
    for person in (store.keeper, store.welder):
        with pytest.raises(OwnRequest):
            approve(store, asked, by=person)
        with pytest.raises(OwnRequest):
            reject_supplement(supplement=asked, note="no", by=person)


@pytest.mark.req("MAT-09")
def test_a_storekeeper_says_for_whom_and_it_is_somebody_of_the_order(store):
    with pytest.raises(ReceiverNeeded) as refused:
        ask(store, by=store.keeper)
    assert (refused.value.field, refused.value.code) == ("receiver", "required")
    with pytest.raises(ReceiverElsewhere):
        ask(store, by=store.keeper, receiver=store.plant.person("opr", store.plant.b1))
    wsm = store.plant.person("wsm", store.plant.a)
    asked = ask(store, by=store.keeper, receiver=wsm)
    with pytest.raises(OwnRequest):
        approve(store, asked, by=wsm)
    assert ask(store, by=wsm).receiver is None  # of the workshop: the receiver's side asks itself


@pytest.mark.req("MAT-09")
@pytest.mark.parametrize(
    ("quantity", "cost", "passes"), [("10", "0", True), ("10.001", "0", False), ("10", "100", True), ("10", "100.01", False)]
)
def test_the_first_tier_ends_at_5_percent_of_the_quota_and_at_its_value(store, quantity, cost, passes):
    Item.objects.update(standard_cost=Decimal(cost))
    asked = ask(store, quantity)
    if passes:
        approve(store, asked, is_above_first_tier_allowed=False)
    else:
        with pytest.raises(AboveTier):
            approve(store, asked, is_above_first_tier_allowed=False)


@pytest.mark.req("MAT-09")
@pytest.mark.parametrize(
    ("setting", "value", "quantity", "cost"), [("supplement_tier_pct", 10, "20", "0"), ("supplement_tier_value", 1500, "10", "150")]
)
def test_the_plant_sets_where_the_first_tier_ends(store, setting, value, quantity, cost):
    Item.objects.update(standard_cost=Decimal(cost))
    with pytest.raises(AboveTier):
        approve(store, ask(store, quantity), is_above_first_tier_allowed=False)

    change_plant_settings(values={setting: value})

    with pytest.raises(AboveTier):
        approve(store, ask(store, str(Decimal(quantity) + 1)), is_above_first_tier_allowed=False)
    approve(store, ask(store, quantity), is_above_first_tier_allowed=False)
    assert store.line.supplement == Decimal(quantity)
    with pytest.raises(AboveTier):
        approve(store, ask(store, "1"), is_above_first_tier_allowed=False)


def test_two_small_supplements_count_together(store):
    approve(store, ask(store, "6"), is_above_first_tier_allowed=False)
    with pytest.raises(AboveTier):
        approve(store, ask(store, "6"), is_above_first_tier_allowed=False)


def test_a_no_needs_words(store):
    asked = ask(store)
    with pytest.raises(ReasonNeeded):
        reject_supplement(supplement=asked, note="", by=store.manager)
    assert reject_supplement(supplement=asked, note="use the rest", by=store.manager).status == Supplement.Status.REJECTED
    assert store.line.supplement == 0


@pytest.mark.req("MAT-09")
def test_only_the_unused_part_lapses(store):
    draw(store, "200")
    asked = approve(store, ask(store))
    draw(store, "7")
    assert lapse_supplements(on=asked.expires_on) == 0
    day_after = asked.expires_on + timedelta(days=1)
    assert (lapse_supplements(on=day_after), lapse_supplements(on=day_after)) == (1, 0)
    assert (store.line.supplement, store.line.left) == (7, 0)
    assert asked.expires_on == plant_today() + timedelta(days=7)
    assert verify_ledger() == []


@pytest.mark.req("MAT-09")
@pytest.mark.parametrize("run", [lambda: tasks.lapse_supplements(), lambda: call_command("lapse_supplements", stdout=StringIO())])
def test_the_timetable_takes_back_after_its_last_day_what_was_not_drawn(store, run):
    asked = approve(store, ask(store))
    draw(store, "205")
    Supplement.objects.filter(pk=asked.pk).update(expires_on=plant_today())
    run()
    assert store.line.left == 5
    Supplement.objects.filter(pk=asked.pk).update(expires_on=plant_today() - timedelta(days=1))

    run()

    assert "materials.lapse_supplements" in {entry.task for entry in TIMETABLE}
    assert (store.line.supplement, store.line.left) == (5, 0)
    with pytest.raises(SlipRefused):
        draw(store, "1")


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("MAT-09")
def test_two_approvals_at_once_grant_once(store):
    asked = ask(store)
    calls = [
        Elsewhere(lambda: approve(store, asked)),
        Elsewhere(lambda: approve(store, asked, by=store.plant.person("mgr", store.plant.a))),
    ]
    assert sorted(call.outcome for call in calls) == ["AlreadyDecided", "done"]
    assert store.line.supplement == 10


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("MAT-09")
def test_of_two_small_supplements_approved_at_once_the_second_counts_the_first(store):
    first, second = ask(store, "6"), ask(store, "6")
    with transaction.atomic():
        approve(store, first, is_above_first_tier_allowed=False)
        other = Elsewhere(lambda: approve(store, second, is_above_first_tier_allowed=False))
        wait_until_blocked()
    assert (other.outcome, store.line.supplement) == ("AboveTier", 6)


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("MAT-09")
def test_of_two_taps_for_what_is_missing_the_second_counts_the_first(store):
    asker = store.plant.person("tld", store.plant.a1)
    with transaction.atomic():
        ask(store, "6", by=asker, is_all_that_is_missing=True)
        other = Elsewhere(lambda: ask(store, "6", by=asker, is_all_that_is_missing=True))
        wait_until_blocked()
    assert (other.outcome, Supplement.objects.count()) == ("AlreadyAsked", 1)
