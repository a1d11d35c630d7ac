"""Refusals about shift hand-overs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Faulty, RuleBroken, SamePerson


class SevereSafetyWithoutOwner(RuleBroken):
    """A shift does not leave a severe danger behind that nobody has taken on (PLN-13)."""

    code = "severe_safety_without_owner"
    sentence = _("The shift cannot be signed off while a severe safety finding has no owner: %(numbers)s.")


class PhaseOpen(RuleBroken):
    """A list that is done before the shift is signed off still lacks answers (GEN-03)."""

    code = "phase_open"
    sentence = _("The shift cannot be signed off while these checks are open: %(names)s.")


class HandoverAhead(RuleBroken):
    """A shift is handed over when it comes to its end."""

    code = "handover_ahead"
    sentence = _("%(shift)s can be handed over from %(at)s on.")


class HandoverSigned(RuleBroken):
    code = "handover_signed"
    sentence = _("%(who)s signed this hand-over at %(when)s. It stays as it is.")


class NotWaitingForReceiver(RuleBroken):
    code = "wrong_status"
    sentence = _("This hand-over is “%(status)s”, so there is nothing to receive.")


class OwnHandover(SamePerson):
    """The paper needs two names: who gave and who took."""

    sentence = _("You gave this shift over yourself, so somebody else receives it.")


class UnknownReceiver(Faulty):
    code = "unknown_receiver"
    sentence = _("This shift does not follow. Choose another one.")


class ObjectionNeedsWords(Faulty):
    code = "objection_needs_words"
    sentence = _("Say what you object to.")
