"""The personal PIN: set by the person, hashed, five tries, usable in another's session."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from core.clock import plant_zone
from core.services.settings import change_plant_settings
from people.errors import PinLocked, PinNotSet, PinShape, PinTooEasy, PinWrong
from people.models import StaffPin
from people.services import countersigner, set_pin, verify_pin
from tests.factories.people import PASSWORD, StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(plant):
    person = plant.person("stk", plant.a)
    set_pin(pin="4207", by=person)
    return person


def outcome(person, pin) -> str:
    try:
        verify_pin(staff=person, pin=pin)
    except (PinWrong, PinLocked) as refusal:
        return type(refusal).__name__
    return "right"


def test_a_pin_is_kept_as_a_hash_and_read_from_any_keyboard(keeper):
    assert "4207" not in StaffPin.objects.get(staff=keeper).pin_hash
    assert outcome(keeper, "4207") == outcome(keeper, " ４２０７ ") == "right"


@pytest.mark.parametrize("pin", ["4207", "42071358"])
def test_a_pin_has_four_to_eight_digits(plant, pin):
    person = plant.person("stk", plant.a)
    set_pin(pin=pin, by=person)
    assert outcome(person, pin) == "right"


@pytest.mark.parametrize(
    ("pin", "refusal"),
    [("123", PinShape), ("123456789", PinShape), ("12a4", PinShape), ("7777", PinTooEasy), ("3456", PinTooEasy), ("9876", PinTooEasy)],
)
def test_a_pin_that_is_no_pin_or_guessed_at_once_is_refused(plant, pin, refusal):
    with pytest.raises(refusal) as refused:
        set_pin(pin=pin, by=plant.person("stk", plant.a))
    assert refused.value.field == "pin"
    assert not StaffPin.objects.exists()


def test_five_wrong_tries_lock_it_for_fifteen_minutes_even_for_the_right_pin(keeper):
    """Asked while it is locked, it is neither opened nor locked for longer."""
    with time_machine.travel("2026-11-20 08:00+08:00", tick=False) as clock:
        assert [outcome(keeper, "0000") for _ in range(5)] == ["PinWrong"] * 4 + ["PinLocked"]
        assert outcome(keeper, "4207") == "PinLocked"

        clock.move_to("2026-11-20 08:14:59+08:00")
        with pytest.raises(PinLocked) as refused:
            verify_pin(staff=keeper, pin="4207")
        assert "08:15" in str(refused.value)

        clock.move_to("2026-11-20 08:15:00+08:00")
        assert outcome(keeper, "4207") == "right"
        assert StaffPin.objects.get(staff=keeper).locked_until is None


def test_the_minutes_of_the_lock_are_those_that_the_plant_set(keeper):
    change_plant_settings(values={"pin_lock_minutes": 30})
    with time_machine.travel("2026-11-20 08:00+08:00", tick=False) as clock:
        assert [outcome(keeper, "0000") for _ in range(5)][-1] == "PinLocked"
        clock.move_to("2026-11-20 08:29:59+08:00")
        assert outcome(keeper, "4207") == "PinLocked"
        clock.move_to("2026-11-20 08:30:00+08:00")
        assert outcome(keeper, "4207") == "right"


def test_the_tries_left_are_told_and_a_right_one_begins_anew(keeper):
    with pytest.raises(PinWrong) as refused:
        verify_pin(staff=keeper, pin="0000")
    assert refused.value.figures["tries_left"] == 4
    verify_pin(staff=keeper, pin="4207")
    assert StaffPin.objects.get(staff=keeper).wrong_tries == 0


def test_wrong_tries_are_audited_and_the_hash_is_not(keeper):
    outcome(keeper, "0000")
    events = StaffPin.objects.get(staff=keeper).events
    assert list(events.order_by("pgh_id").values_list("wrong_tries", flat=True))[-1] == 1
    assert "pin_hash" not in [field.name for field in events.model._meta.fields]


def test_the_lock_its_end_and_its_opening_are_audited(keeper):
    with time_machine.travel("2026-11-20 08:00+08:00", tick=False) as clock:
        for _ in range(5):
            outcome(keeper, "0000")
        clock.move_to("2026-11-20 08:15+08:00")
        outcome(keeper, "4207")

    events = StaffPin.objects.get(staff=keeper).events.order_by("pgh_id")
    assert [event.wrong_tries for event in events] == [0, 0, 1, 2, 3, 4, 0, 0]
    ends = [event.locked_until and event.locked_until.astimezone(plant_zone()).strftime("%H:%M:%S") for event in events]
    assert ends == [None] * 6 + ["08:15:00", None]


def test_somebody_signs_in_anothers_session_by_number_and_pin(keeper, plant):
    assert countersigner(staff_no=keeper.staff_no, pin="4207") == keeper
    with pytest.raises(PinWrong):
        countersigner(staff_no="nobody", pin="4207")
    with pytest.raises(PinNotSet):
        countersigner(staff_no=plant.person("sup", plant.a).staff_no, pin="4207")


@pytest.mark.req("PPL-02")
def test_who_left_signs_nothing(keeper):
    keeper.left_on = timezone.localdate() - timedelta(days=1)
    keeper.save()
    with pytest.raises(PinWrong):
        countersigner(staff_no=keeper.staff_no, pin="4207")


@pytest.mark.django_db(transaction=True)
def test_eight_guesses_at_once_count_as_eight(transactional_db):
    person = StaffFactory(roles=["stk"])
    set_pin(pin="4207", by=person)
    told = []

    def guess():
        told.append(outcome(person, "0000"))
        connection.close()

    guesses = [threading.Thread(target=guess) for _ in range(8)]
    for one in guesses:
        one.start()
    for one in guesses:
        one.join()

    assert sorted(told) == ["PinLocked"] * 4 + ["PinWrong"] * 4
    assert outcome(person, "4207") == "PinLocked"


def test_the_page_asks_for_the_password_before_it_sets_a_pin(signed_in, plant):
    person = plant.person("sup", plant.a)
    client = signed_in(person)
    refused = client.post("/account/pin", {"present": "wrong", "pin": "4207", "again": "4207"})
    assert refused.status_code == 422
    assert "The present password is wrong." in refused.content.decode()
    assert client.post("/account/pin", {"present": PASSWORD, "pin": "4207", "again": "4208"}).status_code == 422
    assert client.post("/account/pin", {"present": PASSWORD, "pin": "4207", "again": "4207"}).status_code == 302
    assert outcome(person, "4207") == "right"
