"""Refusals about check sheets and their answers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Faulty, OwnRequest, RuleBroken


class SheetNotNeeded(RuleBroken):
    """Only what is still open can be skipped."""

    code = "wrong_status"
    sentence = _("This sheet is “%(status)s”; only an open one can be skipped.")


class SheetLocked(RuleBroken):
    code = "sheet_locked"
    status = 403
    sentence = _("%(who)s submitted this sheet at %(when)s. It is locked.")


class SheetMissed(SheetLocked):
    sentence = _("This sheet was not handed in by %(when)s and is kept as missed.")


class SheetSkipped(SheetLocked):
    sentence = _("%(who)s skipped this sheet at %(when)s: %(reason)s")


class SheetNotOpen(RuleBroken):
    code = "sheet_not_open"
    sentence = _("This sheet opens at %(at)s.")


class NotAwaited(RuleBroken):
    """Only those who lead the place of a sheet arrive for it, each for themselves."""

    code = "not_awaited"
    sentence = _("%(place)s awaits its supervisor or team leader before this shift, and that is not you.")


class ShiftOver(RuleBroken):
    code = "shift_over"
    sentence = _("This shift was over at %(at)s, so nobody arrives for it any more.")


class OwnSheet(OwnRequest):
    """The paper needs two names: who filled it and who looked at it."""

    sentence = _("You submitted this sheet yourself, so somebody else countersigns it.")


class OwnSheetAgain(OwnSheet):
    sentence = _("You submitted this sheet yourself, so somebody else opens it again.")


class TemplateMovedOn(Faulty):
    """The giver's page shows another version of the questions than the sheet asks."""

    code = "template_moved_on"
    sentence = _("This sheet asks version %(version)s, your page shows version %(seen)s. Load the page again; what you gave is kept here.")


class AnsweredMeanwhile(Faulty):
    """Two people answered the same, differently: the second is shown both and decides."""

    code = "answered_meanwhile"
    sentence = _("%(who)s answered “%(theirs_words)s” at %(at)s; you answered “%(yours)s”.")
    told = ("theirs",)


class MustLook(Faulty):
    code = "must_look"
    sentence = _("“%(label)s” must be looked at by itself.")


class RoundBefore(Faulty):
    """Round 2 cannot be stamped before round 1 (GEN-01)."""

    code = "round_before"
    sentence = _("“%(label)s”: round %(round)s comes after round %(before)s.")


class UnknownOwner(Faulty):
    code = "unknown_owner"
    sentence = _("Nobody here has the staff number “%(value)s”.")


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


class PhotoNeeded(Faulty):
    code = "photo_needed"
    sentence = _("“%(label)s” needs a photo.")


class NotADate(Faulty):
    code = "not_a_date"
    sentence = _("“%(value)s” is not a date such as 2026-11-20.")


class ValueTooLong(Faulty):
    code = "value_too_long"
    sentence = _("The answer has %(length)s characters, at most %(most)s fit.")


class NoteTooLong(Faulty):
    code = "note_too_long"
    sentence = _("The note has %(length)s characters, at most %(most)s fit.")


class UnknownPhoto(Faulty):
    code = "unknown_photo"
    sentence = _("This photo was not found.")


class NothingSeen(Faulty):
    code = "nothing_seen"
    sentence = _("Answer at least one object.")


class AnswerIdTaken(RuleBroken):
    """The same answer id came with another sheet, item or value."""

    code = "idempotency_mismatch"
    sentence = _("This answer id was already used for something else.")


class MissingAnswers(RuleBroken):
    code = "missing_answers"
    sentence = _("%(count)s required items have no answer yet. Nothing was submitted.")
