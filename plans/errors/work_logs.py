"""Refusals about work logs and their to-dos."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Faulty, RuleBroken


class LogAhead(Faulty):
    code = "day_ahead"
    sentence = _("%(on)s has not begun yet, so there is nothing to write about it.")


class LogAnswered(RuleBroken):
    """A reply speaks of what it answered, so that stays."""

    code = "log_answered"
    sentence = _("%(who)s answered this log at %(when)s, so it stays as it is.")


class LogNotHandedIn(RuleBroken):
    code = "log_not_handed_in"
    sentence = _("This log is not handed in yet.")


class NotTheirLog(RuleBroken):
    code = "not_allowed"
    status = 403
    sentence = _("The reply is written by %(who)s, who stands next above.")


class NotTheirToDo(RuleBroken):
    code = "not_allowed"
    status = 403
    sentence = _("This is ticked by whoever wrote it down or fills the checks of the team it names.")


class DueTooSoon(Faulty):
    code = "due_too_soon"
    sentence = _("This is for a day after %(on)s.")
