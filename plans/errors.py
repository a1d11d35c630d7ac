"""What the plans room refuses, each with the figures it was decided on."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Faulty, RuleBroken


class WrongStatus(RuleBroken):
    """The step does not lead on from where the document stands."""

    code = "wrong_status"
    sentence = _("%(what)s is “%(status)s”, so this step is not possible now.")


class StillDraft(RuleBroken):
    code = "still_draft"
    sentence = _("%(what)s has not been released yet.")


# --- products, processes, standard hours ---


class CodeTaken(Faulty):
    code = "code_taken"
    sentence = _("“%(value)s” is already in use.")


class UnitInUse(Faulty):
    """A product that has orders or reports keeps its unit, since their quantities are counted in it."""

    code = "unit_in_use"
    sentence = _("%(product)s is already counted in %(unit)s on orders or reports, so its unit stays.")


class StandardTaken(Faulty):
    code = "standard_taken"
    sentence = _("This product, part and process already has a standard valid from %(valid_from)s.")


class NotAboveZero(Faulty):
    code = "not_above_zero"
    sentence = _("Must be more than 0.")


class TooLarge(Faulty):
    code = "too_large"
    sentence = _("%(value)s is too large.")


# --- production orders ---


class OrderNotOpen(RuleBroken):
    """Only a released order takes output or material."""

    code = "order_not_open"
    sentence = _("Order %(order)s is “%(status)s”. Only a released order can be reported on.")


class OrderFixed(RuleBroken):
    """Product, quantity and workshop of an order stay as they were released."""

    code = "order_fixed"
    sentence = _("Order %(order)s is released: its product, quantity and workshop stay. Close it and make a new one instead.")


class OrderClosed(RuleBroken):
    code = "order_closed"
    sentence = _("Order %(order)s is “%(status)s” and stays as it is.")


class NotAWorkshop(Faulty):
    code = "not_a_workshop"
    sentence = _("%(node)s is not a workshop.")


class NotATeamOf(Faulty):
    code = "not_a_team_of"
    sentence = _("%(node)s is not a team of %(workshop)s.")


class DueBeforeStart(Faulty):
    code = "due_before_start"
    sentence = _("The due date %(due_on)s lies before the start %(start_on)s.")


class ReviewNotPassed(RuleBroken):
    """A review before release says no, and nobody who may has overridden it."""

    code = "review_not_passed"
    sentence = _("Order %(order)s did not pass: %(reviews)s. Nothing was released.")


class CannotClose(RuleBroken):
    code = "cannot_close"
    sentence = _("Order %(order)s cannot be closed yet: %(reasons)s.")


class ReasonNeeded(Faulty):
    code = "reason_needed"
    sentence = _("Say why.")


# --- checklists ---


class NothingChanged(Faulty):
    code = "nothing_changed"
    sentence = _("Nothing was changed, so version %(version)s stays.")


class VersionMovedOn(RuleBroken):
    """Somebody published a version after this page was opened."""

    code = "stale_version"
    sentence = _("%(who)s published version %(version)s meanwhile. What you typed is kept here.")


class AlreadyAssigned(Faulty):
    code = "already_assigned"
    sentence = _("%(template)s is already assigned to %(node)s in this shift.")


class EndsBeforeStart(Faulty):
    code = "ends_before_start"
    sentence = _("The last day %(ends_on)s lies before the first day %(starts_on)s.")


class SheetLocked(RuleBroken):
    code = "sheet_locked"
    status = 403
    sentence = _("%(who)s submitted this sheet at %(when)s. It is locked.")


class UnknownItem(Faulty):
    code = "unknown_item"
    sentence = _("This sheet has no item “%(item)s”.")


class UnknownRound(Faulty):
    code = "unknown_round"
    sentence = _("Item %(item)s has rounds 1 to %(rounds)s.")


class UnknownValue(Faulty):
    code = "unknown_value"
    sentence = _("“%(value)s” is not an answer to item %(item)s.")


class NoteNeeded(Faulty):
    """NG without words helps nobody."""

    code = "note_needed"
    sentence = _("Say what is wrong with “%(label)s”. NG is saved together with its note.")


class NoteTooLong(Faulty):
    code = "note_too_long"
    sentence = _("The note has %(length)s characters, at most %(most)s fit.")


class UnknownPhoto(Faulty):
    code = "unknown_photo"
    sentence = _("This photo was not found.")


class AnswerIdTaken(RuleBroken):
    """The same answer id came with another sheet, item or value."""

    code = "idempotency_mismatch"
    sentence = _("This answer id was already used for something else.")


class MissingAnswers(RuleBroken):
    code = "missing_answers"
    sentence = _("%(count)s required items have no answer yet. Nothing was submitted.")


# --- team daily reports ---


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


class AlreadyReported(RuleBroken):
    code = "already_reported"
    sentence = _("%(team)s has already reported this for %(on)s, %(shift)s.")


class ReportLocked(RuleBroken):
    code = "report_locked"
    sentence = _("%(who)s approved this report at %(when)s. It is locked; reopening it needs a reason.")
