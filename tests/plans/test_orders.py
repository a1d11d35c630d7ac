from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import transaction

from core.errors import StaleVersion, TooFine, TooLarge
from plans import hooks
from plans.errors.orders import (
    CannotClose,
    CodeTaken,
    DueBeforeStart,
    NotAboveZero,
    NotATeamOf,
    NotAWorkshop,
    OrderClosed,
    OrderFixed,
    OrderNotOpen,
    ReasonNeeded,
    ReviewNotPassed,
)
from plans.errors.status import WrongStatus
from plans.models import ProductionOrder
from plans.services import (
    cancel_order,
    close_order,
    create_order,
    edit_order,
    hold_order,
    release_order,
    require_open,
    resume_order,
    take_over_order,
)
from tests.factories.plans import OrderFactory, ProductFactory
from tests.races import Elsewhere, wait_until_blocked

pytestmark = pytest.mark.django_db


@pytest.fixture
def plr(plant):
    return plant.person("plr", plant.a)


@pytest.fixture
def order_data(plant, plr):
    return {"product": ProductFactory(), "quantity": Decimal(1000), "workshop": plant.a, "due_on": date(2026, 12, 1), "by": plr}


@pytest.fixture
def draft(order_data):
    return create_order(**order_data)


def test_an_order_without_a_number_gets_the_next_of_the_year(order_data):
    first, second = create_order(**order_data), create_order(**order_data)

    kind, year, count = first.number.split("-")
    assert kind == "MO"
    assert second.number == f"MO-{year}-{int(count) + 1:06d}"
    assert first.status == "draft"


def test_sending_a_new_order_twice_makes_one(order_data):
    key = uuid4()

    assert create_order(**order_data, request_key=key) == create_order(**order_data, request_key=key)
    assert ProductionOrder.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"quantity": Decimal(0)}, NotAboveZero, "quantity"),
        ({"quantity": Decimal("1.5")}, TooFine, "quantity"),
        ({"quantity": Decimal(10) ** 12}, TooLarge, "quantity"),
        ({"start_on": date(2026, 12, 2)}, DueBeforeStart, "due_on"),
    ],
)
def test_what_an_order_may_not_be(order_data, changes, refusal, field):
    with pytest.raises(refusal) as refused:
        create_order(**order_data | changes)

    assert refused.value.field == field
    assert refused.value.status == 422


def test_an_order_belongs_to_a_workshop_and_one_of_its_teams(order_data, plant):
    with pytest.raises(NotAWorkshop):
        create_order(**order_data | {"workshop": plant.a1})
    with pytest.raises(NotATeamOf):
        create_order(**order_data | {"team": plant.b1})
    assert create_order(**order_data | {"team": plant.a1}).team == plant.a1


def test_a_number_is_used_once(order_data):
    create_order(**order_data, number="MO-1")

    with pytest.raises(CodeTaken) as refused:
        create_order(**order_data, number="MO-1")

    assert refused.value.field == "number"


def test_a_stale_page_is_refused_and_told_who_changed_the_order(draft, order_data, plant):
    import pghistory

    with pghistory.context(by=plant.person("plr", plant.b).staff_no):
        edit_order(order=draft, version=1, **order_data | {"quantity": Decimal(1200)})

    with pytest.raises(StaleVersion) as refused:
        edit_order(order=draft, version=1, **order_data | {"quantity": Decimal(900)})

    assert refused.value.figures["who"] == "plr B"
    draft.refresh_from_db()
    assert (draft.quantity, draft.version) == (Decimal(1200), 2)


def test_a_released_order_keeps_product_quantity_and_workshop_but_not_its_dates(draft, order_data, plr, plant):
    release_order(order=draft, by=plr)

    with pytest.raises(OrderFixed):
        edit_order(order=draft, version=None, **order_data | {"quantity": Decimal(900)})
    edited = edit_order(order=draft, version=None, **order_data | {"due_on": date(2026, 12, 20), "team": plant.a2})
    assert (edited.due_on, edited.team) == (date(2026, 12, 20), plant.a2)


def test_release_stamps_who_and_when_and_opens_the_order(draft, plr):
    with pytest.raises(OrderNotOpen):
        require_open(draft)

    released = release_order(order=draft, by=plr)

    require_open(released)
    assert (released.status, released.released_by) == ("released", plr)
    assert released.released_at is not None


def test_an_order_is_released_once(draft, plr):
    release_order(order=draft, by=plr)

    with pytest.raises(WrongStatus) as refused:
        release_order(order=draft, by=plr)

    assert refused.value.figures["what"] == draft.number


def test_a_release_sent_again_does_not_lift_a_hold(draft, plr, plant, monkeypatch):
    released = release_order(order=draft, by=plr)
    hold_order(order=draft, reason="Drawing changed", by=plr)
    monkeypatch.setattr(hooks, "on_release", [lambda order, by: pytest.fail("written again")])

    for again in (release_order, lambda **who: take_over_order(**who, words="Taken over by import")):
        with pytest.raises(WrongStatus):
            again(order=draft, by=plant.person("plr", plant.a))

    draft.refresh_from_db()
    assert (draft.status, draft.released_by, draft.released_at) == ("on_hold", plr, released.released_at)
    assert resume_order(order=draft, by=plr).is_open


@pytest.fixture
def hook(monkeypatch):
    """``hook("release_checks", call)`` answers a hook for this test."""

    def answer(name, *calls):
        monkeypatch.setattr(hooks, name, list(calls))

    return answer


def test_a_review_that_says_no_stops_the_release_unless_overridden_with_a_reason(draft, plr, hook):
    hook(
        "release_checks",
        lambda order: hooks.Review("Material", passed=False, words="steel short 30 kg"),
        lambda order: hooks.Review("Due date", passed=True),
    )

    with pytest.raises(ReviewNotPassed) as refused:
        release_order(order=draft, by=plr, override="  ")
    assert str(refused.value) == f"Order {draft.number} did not pass: Material (steel short 30 kg). Nothing was released."
    assert refused.value.code == "review_not_passed"

    released = release_order(order=draft, by=plr, override="Steel arrives tomorrow")
    assert released.is_open
    assert released.events.order_by("-pgh_id").first().pgh_context.metadata["override"] == "Steel arrives tomorrow"


def test_what_a_higher_room_writes_at_release_fails_together_with_it(draft, plr, hook):
    def write(order, by):
        raise WrongStatus(what="quota", status="?")

    hook("on_release", write)
    with pytest.raises(WrongStatus):
        release_order(order=draft, by=plr)

    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_higher_room_may_keep_output_off_an_order(draft, plr, hook):
    def refuse(order):
        raise OrderNotOpen(order=order.number, status="inspection")

    released = release_order(order=draft, by=plr)
    hook("posting_checks", refuse)
    with pytest.raises(OrderNotOpen):
        require_open(released)


def test_holding_needs_a_reason_and_resuming_needs_none(draft, plr):
    release_order(order=draft, by=plr)
    with pytest.raises(ReasonNeeded):
        hold_order(order=draft, reason=" ", by=plr)

    held = hold_order(order=draft, reason="Drawing changed", by=plr)
    with pytest.raises(OrderNotOpen):
        require_open(held)
    assert held.events.order_by("-pgh_id").first().pgh_context.metadata["reason"] == "Drawing changed"
    assert resume_order(order=draft, by=plr).is_open


def test_resume_is_no_way_round_the_release(draft, plr):
    with pytest.raises(OrderNotOpen):
        resume_order(order=draft, by=plr)


def test_a_closed_order_stays_as_it_is(draft, plr, order_data, hook):
    release_order(order=draft, by=plr)
    hook("close_checks", lambda order: ["12 kg still held"])
    with pytest.raises(CannotClose) as refused:
        close_order(order=draft, by=plr)
    assert "12 kg still held" in str(refused.value)

    hook("close_checks")
    close_order(order=draft, by=plr)
    with pytest.raises(OrderClosed):
        edit_order(order=draft, version=None, **order_data)
    with pytest.raises(WrongStatus):
        hold_order(order=draft, reason="x", by=plr)


def test_only_a_draft_is_cancelled_and_it_stays_visible(draft, plr, plant):
    assert cancel_order(order=draft, reason="Customer withdrew", by=plr).status == "cancelled"
    with pytest.raises(WrongStatus):
        cancel_order(order=OrderFactory(workshop=plant.a), reason="x", by=plr)


@pytest.mark.django_db(transaction=True)
def test_of_two_planners_releasing_at_once_one_is_refused(order_data, plant):
    draft = create_order(**order_data)
    with transaction.atomic():
        release_order(order=draft, by=plant.person("plr", plant.a))
        other = Elsewhere(lambda: release_order(order=draft, by=order_data["by"]))
        wait_until_blocked()

    assert other.outcome == "WrongStatus"
