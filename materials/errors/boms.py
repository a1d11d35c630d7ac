"""Refusals about bills of materials and quotas."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Faulty, RuleBroken


class NoBom(RuleBroken):
    code = "no_bom"
    sentence = _("%(product)s has no approved bill of materials valid on %(on)s.")


class BomLoop(RuleBroken):
    code = "bom_loop"
    sentence = _("The bill of materials of %(product)s contains itself through %(item)s.")


class BomNotADraft(RuleBroken):
    """An approved version is copied, never edited."""

    code = "wrong_status"
    sentence = _("%(bom)s is “%(status)s”. Only a draft is changed; make a new version of it.")


class BomNotApproved(RuleBroken):
    code = "wrong_status"
    sentence = _("%(bom)s is “%(status)s”, so there is nothing to withdraw.")


class BomHasNoLines(RuleBroken):
    code = "no_lines"
    sentence = _("%(bom)s has no line yet, so there is nothing to approve.")


class SameBomLine(Faulty):
    code = "same_line_twice"
    sentence = _("%(item)s stands twice for the same part and process.")


class BomTakesItself(Faulty):
    code = "bom_loop"
    sentence = _("%(item)s is what %(product)s makes, so it is not made of it.")


class LossOutOfRange(Faulty):
    code = "out_of_range"
    sentence = _("Must be from 0 to less than %(most)s.")


class TooMuchNeeded(Faulty):
    code = "too_large"
    sentence = _("So much of %(item)s would be needed that no quota can hold it in %(unit)s.")


class TooManyDecimals(Faulty):
    code = "too_fine"
    sentence = _("%(value)s is too fine: at most %(decimals)s decimals.")


class SubstituteOfItself(Faulty):
    code = "substitute_of_itself"
    sentence = _("%(item)s does not stand in for itself.")


class SubstituteTwice(Faulty):
    code = "same_line_twice"
    sentence = _("%(item)s is named twice.")
