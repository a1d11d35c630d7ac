"""The personal PIN: set by the person alone, kept as a hash, counted against guessing."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone

from core.plant_settings import plant_setting
from core.templatetags.fo import moment
from people.errors import PinLocked, PinNotSet, PinShape, PinTooEasy, PinWrong
from people.models import Staff, StaffPin

SHORTEST, LONGEST = 4, 8
RUNS = ("01234567890", "09876543210")


def _digits(pin: str) -> str:
    """As typed on any keyboard: full-width digits count as digits."""
    return unicodedata.normalize("NFKC", pin.strip())


@transaction.atomic
def set_pin(*, pin: str, by: Staff) -> StaffPin:
    """Set or change one's own PIN. Raises ``PinShape`` unless it has 4 to 8 digits, ``PinTooEasy`` for 1111 or 1234."""
    pin = _digits(pin)
    if not (pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST):
        raise PinShape(field="pin")
    if len(set(pin)) == 1 or any(pin in run for run in RUNS):
        raise PinTooEasy(field="pin")
    kept, _made = StaffPin.objects.select_for_update().get_or_create(staff=by, defaults={"set_at": timezone.now(), "pin_hash": "!"})
    kept.pin_hash, kept.set_at, kept.wrong_tries, kept.locked_until = make_password(pin), timezone.now(), 0, None
    kept.save()
    return kept


def verify_pin(*, staff: Staff, pin: str) -> None:
    """Returns when it is this person's PIN; a wrong try is counted even though it is refused.

    Call it before your own transaction: the count is committed by itself, and tries of one person wait for each other. Raises
    ``PinNotSet``, ``PinLocked`` (also for the right PIN, until the lock is over) or ``PinWrong`` with the tries left.
    """
    most = plant_setting("pin_wrong_tries")
    refusal: PinWrong | PinLocked | PinNotSet | None = None
    with transaction.atomic(durable=True):
        kept = StaffPin.objects.select_for_update().filter(staff=staff).first()
        if kept is None:
            refusal = PinNotSet(field="pin", who=staff.name)
        elif kept.is_locked:
            refusal = PinLocked(field="pin", until=moment(kept.locked_until))
        elif check_password(_digits(pin), kept.pin_hash):
            if kept.wrong_tries or kept.locked_until:
                kept.wrong_tries, kept.locked_until = 0, None
                kept.save(update_fields=["wrong_tries", "locked_until"])
        else:
            kept.wrong_tries += 1
            if kept.wrong_tries >= most:
                kept.wrong_tries = 0
                kept.locked_until = timezone.now() + timedelta(minutes=plant_setting("pin_lock_minutes"))
                refusal = PinLocked(field="pin", until=moment(kept.locked_until))
            else:
                refusal = PinWrong(field="pin", tries_left=most - kept.wrong_tries)
            kept.save(update_fields=["wrong_tries", "locked_until"])
    if refusal:
        raise refusal


def countersigner(*, staff_no: str, pin: str) -> Staff:
    """The person who signs in somebody else's session, known by staff number and PIN.

    Raises what ``verify_pin`` raises; a number that nobody here has is refused like a wrong PIN.
    """
    staff = Staff.objects.employed().filter(staff_no=staff_no.strip()).first()
    if staff is None:
        make_password(pin)
        raise PinWrong(field="pin", tries_left=plant_setting("pin_wrong_tries") - 1)
    verify_pin(staff=staff, pin=pin)
    return staff
