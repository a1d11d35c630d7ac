"""Refusals about stocktakes, adjustments and disposals."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Faulty, RuleBroken


class NothingToCount(RuleBroken):
    code = "nothing_to_count"
    sentence = _("There is nothing to count for “%(plan)s”.")


class NotYetDue(RuleBroken):
    code = "not_yet_due"
    sentence = _("“%(plan)s” is counted on %(on)s.")


class LinesNotCounted(RuleBroken):
    code = "lines_not_counted"
    sentence = _("%(count)s lines have no figure yet. Nothing there is 0, blank is not counted.")


class MoreThanHeld(Faulty):
    """What an order holds too much is no stock of the order: it was never issued to it. The figure stays unsaid: it is counted blind."""

    code = "more_than_held"
    sentence = _("That much was never issued to %(order)s. Bring the surplus to a bin and count it there.")


class PlanEnded(RuleBroken):
    code = "plan_ended"
    sentence = _("“%(plan)s” has ended.")


class CountedThatDay(RuleBroken):
    code = "counted_that_day"
    sentence = _("“%(plan)s” was started for %(on)s before.")


class CountOpen(RuleBroken):
    """One lot in two stocktakes, or in a stocktake and an adjustment, would lose its difference twice."""

    code = "count_open"
    sentence = _("%(count)s still counts the same stock. Finish or cancel it first.")


class NotToRecount(Faulty):
    code = "not_to_recount"
    sentence = _("Only the lines that were sent back are counted again.")


class CountedMeanwhile(Faulty):
    code = "counted_meanwhile"
    sentence = _("%(who)s wrote %(quantity)s here meanwhile. Save again to put your figure in its place.")


class TooMuch(Faulty):
    code = "too_much"
    sentence = _("More than can be kept.")


class NoLineChosen(Faulty):
    code = "no_line_chosen"
    sentence = _("Choose the lines that are to be counted again.")


class MoreThanLies(Faulty):
    code = "more_than_lies"
    sentence = _("Only %(on_hand)s %(unit)s lie at %(place)s.")


class DueBeforeToday(Faulty):
    code = "due_before_today"
    sentence = _("%(on)s has passed.")


class CannotPost(RuleBroken):
    """The stock moved on since the count: a difference would take more than lies there now."""

    code = "insufficient_stock"
    sentence = _("%(item)s at %(place)s moved on since the count. Count it again.")
