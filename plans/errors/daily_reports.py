"""Refusals about team daily reports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Faulty, RuleBroken


class QtyMismatch(Faulty):
    code = "qty_mismatch"
    sentence = _("Produced %(produced)s is not good %(good)s + rework %(rework)s + scrap %(scrap)s = %(sum)s.")


class CounterBackwards(Faulty):
    code = "counter_backwards"
    sentence = _("The counter ends at %(end)s, before its start %(start)s.")


class CounterHalf(Faulty):
    code = "counter_half"
    sentence = _("A counter needs both its start and its end.")


class ProductNotOnOrder(Faulty):
    code = "product_not_on_order"
    sentence = _("Order %(order)s makes %(expected)s, not %(product)s.")


class OrderElsewhere(RuleBroken):
    code = "order_elsewhere"
    sentence = _("Order %(order)s belongs to %(workshop)s, where %(team)s did not stand on that date.")


class NotATeam(Faulty):
    code = "not_a_team"
    sentence = _("%(node)s is not a team on %(on)s.")


class DateAhead(Faulty):
    code = "date_ahead"
    sentence = _("%(on)s has not begun yet.")


class SameLineTwice(Faulty):
    code = "same_line_twice"
    sentence = _("This order, product and process already has a line on this report.")


class NoLines(RuleBroken):
    code = "no_lines"
    sentence = _("The report has no line yet. Nothing was submitted.")


class DowntimeWithoutReason(Faulty):
    code = "downtime_without_reason"
    sentence = _("Say why the line stood for %(hours)s h.")


class StopOutside(Faulty):
    code = "stop_outside"
    sentence = _("This lies outside the shift, which ran from %(starts)s to %(ends)s.")


class StopTooLong(Faulty):
    code = "stop_too_long"
    sentence = _("A stop ends after it began, within 24 hours.")


class StopsOverlap(Faulty):
    """The same place cannot stand twice at a time; another place of the same line is named apart."""

    code = "stops_overlap"
    sentence = _("Another stop of the same place covers this time already.")


class SeenAlready(RuleBroken):
    """A mark stands for one person and one version of the report."""

    code = "seen_already"
    sentence = _("You marked this report as seen already, and it has not changed since.")


class AlreadyReported(RuleBroken):
    code = "already_reported"
    sentence = _("%(team)s has already reported this for %(on)s, %(shift)s.")


class ReportLocked(RuleBroken):
    code = "report_locked"
    sentence = _("%(who)s approved this report at %(when)s. It is locked; reopening it needs a reason.")


class CommentLocked(RuleBroken):
    """The comment was part of what was approved."""

    code = "comment_locked"
    sentence = _("%(who)s approved the report of this shift at %(when)s, so its comment stays as it is.")
