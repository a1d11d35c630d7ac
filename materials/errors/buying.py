"""Refusals about requisitions, receipts and lots."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Faulty, RuleBroken


class DecidedBefore(RuleBroken):
    """The step does not lead on from where the document stands."""

    code = "wrong_status"
    sentence = _("%(what)s is “%(status)s”, so this step is not possible now.")


class SupplierBlocked(Faulty):
    code = "supplier_blocked"
    sentence = _("%(supplier)s is blocked: nothing is ordered there.")


class SameDay(Faulty):
    code = "same_day"
    sentence = _("That is the day promised already.")


class StillExpected(RuleBroken):
    """What a supplier promised is received or cancelled first."""

    code = "still_expected"
    sentence = _("%(expected)s is still expected. Receive it or cancel it first.")


class OverReceipt(Faulty):
    code = "over_receipt"
    sentence = _("At most %(most)s %(unit)s can still be received on %(expected)s (ordered %(ordered)s, tolerance %(percent)s %%).")


class LotNeeded(Faulty):
    code = "lot_needed"
    sentence = _("%(item)s is kept by lot: say which.")


class LotTaken(Faulty):
    code = "lot_taken"
    sentence = _("Lot %(lot)s of %(item)s is here already and “%(status)s”. Give this arrival a lot of its own.")


class OtherLastDay(Faulty):
    """A lot expires once; what stands on the goods that arrive is another day, so they are another lot."""

    code = "other_expiry"
    sentence = _("Lot %(lot)s of %(item)s is here already with the last good day %(stands)s. Give this arrival a lot of its own.")


class ReceivedByYou(RuleBroken):
    """Whoever took a lot in does not judge it."""

    code = "own_request"
    status = 403
    sentence = _("You received this lot, so somebody else decides about it.")
