"""Refusals: each is one small class with the figures it was decided on and one sentence that is translated once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class RuleBroken(Exception):
    """A rule of the plant refuses what was asked.

    ``code`` is the machine's word for it (FORMATS section 3), ``status`` the HTTP status of every door, ``field`` the input it
    speaks of (``""`` when it speaks of the whole), ``figures`` the numbers and names of the sentence.
    """

    code = "rule_broken"
    status = 409
    sentence: str | Promise = _("This is not possible now.")
    told: tuple[str, ...] = ()
    """Names of the figures that stand beside each fault in an answer to a program, not only in its sentence."""

    def __init__(self, *, field: str = "", **figures: Any) -> None:
        self.field = field
        self.figures: Mapping[str, Any] = figures
        super().__init__(self.code, figures)

    def __str__(self) -> str:
        return str(self.sentence) % self.figures


class NotAllowed(RuleBroken):
    """In scope, but not this person's right."""

    code = "not_allowed"
    status = 403
    sentence = _("Your role does not include this.")


class OwnRequest(RuleBroken):
    """Whoever asked does not decide."""

    code = "own_request"
    status = 403
    sentence = _("You wrote this yourself, so somebody else decides.")


class SamePerson(RuleBroken):
    code = "same_person"
    sentence = _("This needs two different people.")


class StaleVersion(RuleBroken):
    """Somebody changed the document after this page was opened."""

    code = "stale_version"
    sentence = _("%(who)s changed this at %(when)s. What you typed is kept here.")


class OtherPerson(RuleBroken):
    """What one person made on a device does not go out in the name of another who is signed in there now."""

    code = "other_person"
    sentence = _("Somebody else is signed in here now. What you made on this device is kept until you sign in again.")


class IdempotencyMismatch(RuleBroken):
    code = "idempotency_mismatch"
    sentence = _("This request key was already used for something else.")


class Faulty(RuleBroken):
    """One input that is wrong in itself."""

    code = "invalid"
    status = 422
    sentence = _("This value cannot be used.")


class TooFine(Faulty):
    """More decimals than the unit has; refused, never rounded (FORMATS section 1)."""

    code = "too_fine"
    sentence = _("%(value)s is finer than the unit %(unit)s allows (%(decimals)s decimals).")


class TooLarge(Faulty):
    """More than can be kept."""

    code = "too_large"
    sentence = _("%(value)s is too large.")


class NotANumber(Faulty):
    code = "not_a_number"
    sentence = _("“%(value)s” is not a number.")


class Negative(Faulty):
    code = "negative"
    sentence = _("Must be 0 or more.")


class Required(Faulty):
    code = "required"
    sentence = _("This is needed.")


class Unknown(Faulty):
    code = "unknown"
    sentence = _("“%(value)s” is not known here.")


class Faults(RuleBroken):
    """Several inputs are wrong in themselves: all are named at once."""

    code = "invalid"
    status = 422
    sentence = _("Some values cannot be used.")

    def __init__(self, faults: Sequence[RuleBroken]) -> None:
        super().__init__()
        self.faults = tuple(faults)
