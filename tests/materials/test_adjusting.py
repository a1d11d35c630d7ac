"""The book corrected by an approved slip alone (MAT-17)."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.errors import OwnRequest, Required, TooFine
from core.refusals import constraint_of
from materials.errors.buying import DecidedBefore
from materials.errors.counting import CannotPost, CountOpen, MoreThanLies
from materials.errors.slips import NotABin, NotAboveZero, ReasonNeeded
from materials.models import Adjustment, Balance, CountPlan, Lot, Place, Purpose
from materials.services import approve_adjustment, draft_adjustment, reject_adjustment, start_count, verify_ledger
from tests.factories.materials import make_bin
from tests.materials.test_issue import draw
from tests.materials.test_ledger import move, rule_of

pytestmark = pytest.mark.req("MAT-17")


def ask(store, change="-3", **more):
    given = {"lot": Lot.objects.get(item=store.steel), "place": make_bin(), "change": Decimal(change), "reason": "missing"}
    return draft_adjustment(**given | {"note": "Not in the bin", "by": store.keeper} | more)


def on_hand():
    return Balance.objects.get(place__code="B-01").on_hand


def test_a_storekeeper_cannot_approve_their_own_slip_and_nothing_moves_before_another_does(store):
    store.steel.standard_cost = Decimal("4.50")
    store.steel.save()
    asked = ask(store)
    assert (asked.value, asked.status, on_hand()) == (Decimal("-13.5"), "requested", 500)
    with pytest.raises(OwnRequest):
        approve_adjustment(adjustment=asked, by=store.keeper)
    assert on_hand() == 500

    done = approve_adjustment(adjustment=asked, by=store.manager)
    assert (on_hand(), done.slip.kind, done.slip.posted_by, done.slip.approved_by) == (497, "adjustment", store.keeper, store.manager)
    assert verify_ledger() == []
    with pytest.raises(DecidedBefore):
        approve_adjustment(adjustment=asked, by=store.manager)


def test_what_is_found_is_added_and_a_rejection_says_why(store):
    approve_adjustment(adjustment=ask(store, "7.5", reason="found"), by=store.manager)
    assert on_hand() == Decimal("507.5")
    asked = ask(store)
    with pytest.raises(ReasonNeeded):
        reject_adjustment(adjustment=asked, note=" ", by=store.manager)
    assert reject_adjustment(adjustment=asked, note="Look again", by=store.manager).slip is None
    assert on_hand() == Decimal("507.5")


def test_what_is_found_at_a_line_side_bin_is_added_there(store):
    shelf = make_bin("L-01", Purpose.LINE_SIDE)
    approve_adjustment(adjustment=ask(store, "7.5", reason="found", place=shelf), by=store.manager)
    assert Balance.objects.get(place=shelf).on_hand == Decimal("7.5")
    assert verify_ledger() == []


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"change": "0"}, NotAboveZero),
        ({"change": "0.00001"}, TooFine),
        ({"change": "-501"}, MoreThanLies),
        ({"note": " "}, Required),
    ],
)
def test_a_faulty_slip_is_refused(store, more, refusal):
    with pytest.raises(refusal):
        ask(store, **more)
    with pytest.raises(NotABin):
        ask(store, place=store.order.place)
    assert not Adjustment.objects.exists()


def test_what_was_drawn_meanwhile_keeps_it_from_posting(store):
    asked = ask(store, "-400")
    draw(store, "150")
    with pytest.raises(CannotPost):
        approve_adjustment(adjustment=asked, by=store.manager)
    asked.refresh_from_db()
    assert (asked.status, on_hand()) == ("requested", 350)


def test_sent_twice_it_is_one_slip(store):
    key = uuid4()
    assert ask(store, request_key=key) == ask(store, request_key=key)
    assert Adjustment.objects.count() == 1


def test_stock_under_a_stocktake_is_not_adjusted_beside_it(store):
    asked = ask(store)
    plan = CountPlan.objects.create(name="All", cycle="week", first_on="2026-01-05", next_on="2026-01-05", made_by=store.keeper)
    start_count(plan=plan, by=store.keeper)
    with pytest.raises(CountOpen):
        ask(store)
    with pytest.raises(CountOpen):
        approve_adjustment(adjustment=asked, by=store.manager)


def test_postgres_takes_no_adjustment_without_its_document_and_no_change_of_a_decided_one(store):
    outside = Place.objects.get(purpose=Purpose.ADJUSTMENT)

    def past_every_door():
        move(store, target=outside, quota_line=None, slip={"approved_at": timezone.now()}, kind="adjustment")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert rule_of(past_every_door) == "adjustment_has_its_document"
    done = approve_adjustment(adjustment=ask(store), by=store.manager)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Adjustment.objects.filter(pk=done.pk).update(change=Decimal(-1))
    assert constraint_of(refused.value) == "adjustment_stays"
