"""Refusals about slips: issue, return, transfer, receipt of production."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.errors import Faulty, Required, RuleBroken
from core.quantities import plain


@dataclass(frozen=True)
class RefusedLine:
    """One line that a slip was refused for; ``line`` is its position in the slip, quantities are in the item's unit."""

    line: int
    item: str
    code: str
    asked: Decimal
    left: Decimal | None
    on_hand: Decimal | None
    unit: str

    @property
    def sentence(self) -> str:
        return str(SENTENCES[self.code]) % {
            "item": self.item,
            "asked": plain(self.asked),
            "left": "–" if self.left is None else plain(self.left),
            "on_hand": "–" if self.on_hand is None else plain(self.on_hand),
            "unit": self.unit,
        }

    @property
    def missing(self) -> Decimal:
        """What a supplement would have to bring."""
        return self.asked - (self.left or Decimal(0))


SENTENCES: dict[str, str | Promise] = {
    "item_not_on_order": _("%(item)s does not belong to this order."),
    "quota_exceeded": _("%(item)s: %(asked)s %(unit)s asked, %(left)s %(unit)s left of the quota."),
    "insufficient_stock": _("%(item)s: %(asked)s %(unit)s asked, %(on_hand)s %(unit)s on hand."),
    "lot_not_released": _("%(item)s: this lot is not released or has expired; %(on_hand)s %(unit)s of other lots are on hand."),
    "return_exceeds_issue": _("%(item)s: %(asked)s %(unit)s to return, the order holds %(on_hand)s %(unit)s."),
}


class SlipRefused(RuleBroken):
    """Nothing of the slip was posted; ``refused_lines`` names every line that stood against it, ``code`` is that of the first."""

    sentence = _("%(first)s Nothing was posted.")

    def __init__(self, refused: Sequence[RefusedLine]) -> None:
        self.refused_lines = tuple(refused)
        self.code = refused[0].code
        super().__init__(field=f"lines.{refused[0].line}.quantity", first=refused[0].sentence, lines=self.lines)

    @property
    def lines(self) -> list[dict[str, str | None]]:
        """As FORMATS section 3 lists them."""
        return [
            {
                "item": line.item,
                "code": line.code,
                "asked": plain(line.asked),
                "left": None if line.left is None else plain(line.left),
                "on_hand": None if line.on_hand is None else plain(line.on_hand),
                "unit": line.unit,
            }
            for line in self.refused_lines
        ]


class OrderNotOpen(RuleBroken):
    """Material is issued to, and supplements asked for, a released order only."""

    code = "order_not_open"
    sentence = _("Order %(order)s is “%(status)s”. Material moves only while an order is released.")


class ReceiverElsewhere(Faulty):
    code = "receiver_elsewhere"
    sentence = _("%(who)s does not belong to %(team)s, so somebody of that team must receive.")


class NoLinesGiven(Faulty):
    code = "no_lines"
    sentence = _("The slip has no line.")


class NotAboveZero(Faulty):
    code = "not_above_zero"
    sentence = _("Must be more than 0.")


class CountsNothing(Faulty):
    """So little of a substitute that the quota line would not see it (6 decimals)."""

    code = "counts_nothing"
    sentence = _(
        "%(item)s: %(quantity)s %(unit)s would count 0 of the quota, as 1 %(unit)s counts %(factor)s. Enter more, or name another lot."
    )


class DateOutOfReach(Faulty):
    """Ledger documents carry today's date or one of the last days (DESIGN 3.10)."""

    code = "date_out_of_reach"
    sentence = _("%(on)s cannot be used: a slip carries a date from %(first)s to %(last)s.")


class NotABin(Faulty):
    code = "not_a_bin"
    sentence = _("%(place)s is not a bin in use.")


class NoBin(RuleBroken):
    """There is no bin of that purpose to put something in."""

    code = "no_bin"
    sentence = _("There is no bin for “%(purpose)s” yet. An administrator adds one under Places.")


class ReceiverNeeded(Required):
    sentence = _("Say for whom you ask: you do not belong to the team of this order.")


class ArrivalPlace(Faulty):
    code = "arrival_place"
    sentence = _("%(place)s (%(purpose)s) takes no arrivals: they go to a receiving or a stock bin.")


class ReturnPlace(Faulty):
    code = "return_place"
    sentence = _("%(place)s does not take this: good material goes to a stock bin, defective material to quarantine.")


class AlreadyReversed(RuleBroken):
    code = "already_reversed"
    sentence = _("%(slip)s was reversed before.")


class NotReversible(RuleBroken):
    code = "not_reversible"
    sentence = _("%(slip)s cannot be reversed.")


class NotTheReceiver(RuleBroken):
    code = "not_allowed"
    status = 403
    sentence = _("Only %(who)s can confirm this slip.")


class NotAwaited(RuleBroken):
    code = "wrong_status"
    sentence = _("%(slip)s is “%(status)s”: there is nothing to confirm.")


class ReasonNeeded(Faulty):
    code = "reason_needed"
    sentence = _("Say why.")


class BinNeeded(Faulty):
    code = "bin_needed"
    sentence = _("Say from which bin, and to which.")


class SameBin(Faulty):
    code = "same_bin"
    sentence = _("It lies in %(place)s already.")


class TransferPlace(Faulty):
    """What is set aside stays apart: a lot's status says which bins take it."""

    code = "transfer_place"
    sentence = _("%(item)s, lot “%(lot)s”, is “%(status)s”: %(place)s (%(purpose)s) does not take it.")


class LineSideIsIssued(Faulty):
    code = "transfer_place"
    sentence = _("%(place)s is at the line: material goes there by an issue without order, for “Line side”.")


class LineSideBinNeeded(Faulty):
    code = "bin_needed"
    sentence = _("Say to which bin at the line.")


class NotLineSide(Faulty):
    """What is issued for the line side goes to a bin there, and nothing else that is issued goes to a bin."""

    code = "issue_place"
    sentence = _("%(place)s (%(purpose)s) is no bin at the line.")


class OnlyToLineSide(Faulty):
    code = "issue_place"
    sentence = _("Only what is issued for “Line side” goes to a bin.")


class ApprovalNeeded(RuleBroken):
    """Nothing moved; the same can be asked for, and another person decides."""

    code = "approval_needed"


class AboveOtherIssueValue(ApprovalNeeded):
    sentence = _("This is worth %(value)s. Above %(limit)s another person approves first. Nothing was posted.")


class ValueUnknown(ApprovalNeeded):
    sentence = _("%(items)s has no standard cost, so another person approves first. Nothing was posted.")


class LeavesQuarantine(ApprovalNeeded):
    sentence = _("%(place)s holds what was set aside, so another person approves first. Nothing was posted.")


class NoApprovalNeeded(RuleBroken):
    code = "no_approval_needed"
    sentence = _("This needs no approval. Post it.")


class NotMadeByOrder(Faulty):
    code = "item_not_on_order"
    sentence = _("Order %(order)s does not make %(item)s.")


class UnitsDiffer(RuleBroken):
    code = "units_differ"
    sentence = _("%(item)s is counted in %(unit)s, the product in %(product_unit)s, so its output cannot be taken in.")


class AboveReported(RuleBroken):
    code = "above_reported"
    sentence = _(
        "%(asked)s %(unit)s to take in, but %(good)s %(unit)s of %(order)s are reported good and %(received)s came in before:"
        " %(left)s %(unit)s are left. Nothing was posted."
    )


class RequestDecided(RuleBroken):
    code = "wrong_status"
    sentence = _("%(request)s is “%(status)s”, so this step is not possible now.")


class NotYourRequest(RuleBroken):
    code = "not_allowed"
    status = 403
    sentence = _("Only %(who)s can take this request back.")
