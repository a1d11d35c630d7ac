"""Refusals about products, standard hours and production orders."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Faulty, RuleBroken


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


class NotUnderReview(RuleBroken):
    code = "not_under_review"
    sentence = _("Nobody has asked for a review of order %(order)s.")


class ReviewReopened(RuleBroken):
    """Somebody asked for another review after this page was opened."""

    code = "stale_version"
    sentence = _("Another review of order %(order)s was opened meanwhile; the newest one counts.")


class ReviewStale(RuleBroken):
    code = "review_stale"
    sentence = _("Order %(order)s has changed since this review was opened (%(what)s): a new review is needed.")


class NotTheReviewer(RuleBroken):
    code = "not_allowed"
    status = 403
    sentence = _("%(who)s was asked for this verdict.")


class ReviewerNeeded(Faulty):
    code = "reviewer_needed"
    sentence = _("%(who)s has left; name somebody else.")


class MaterialShort(RuleBroken):
    """Material that is not there does not pass; a manager's override is the only way past it."""

    code = "material_short"
    sentence = _("This cannot pass: %(words)s.")


class VerdictNeedsWords(Faulty):
    code = "reason_needed"
    sentence = _("Say why: the figures do not say so by themselves (%(words)s).")


class CannotClose(RuleBroken):
    code = "cannot_close"
    sentence = _("Order %(order)s cannot be closed yet: %(reasons)s.")


class ReasonNeeded(Faulty):
    code = "reason_needed"
    sentence = _("Say why.")
