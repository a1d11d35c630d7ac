"""Refusals about findings and tasks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Faulty, RuleBroken


class TextTooLong(Faulty):
    code = "text_too_long"
    sentence = _("The text has %(length)s characters, at most %(most)s fit.")


class DueInThePast(Faulty):
    code = "due_in_the_past"
    sentence = _("The due time %(due)s is over already.")


class OwnerHasLeft(Faulty):
    code = "owner_has_left"
    sentence = _("%(who)s does not work here any more and cannot own a finding.")


class ResultNeeded(Faulty):
    """Put right without words helps nobody who finds the same again."""

    code = "result_needed"
    sentence = _("Say what was done.")


class OwnFinding(RuleBroken):
    """Neither the owner nor who put it right says that it is right."""

    code = "own_request"
    status = 403
    sentence = _("%(who)s owns this finding or put it right, so somebody else verifies it.")


class NotTheirFinding(RuleBroken):
    code = "not_allowed"
    status = 403
    sentence = _("This is done by the owner of the finding or by whoever leads there.")


class OverdueByOwner(RuleBroken):
    """Whoever is late does not give themself more time."""

    code = "overdue_by_owner"
    sentence = _("The due time is over. Only whoever leads there can give you more time.")


class SameOwner(Faulty):
    code = "same_owner"
    sentence = _("%(who)s owns it already.")


class FindingClosed(RuleBroken):
    code = "finding_closed"
    sentence = _("Finding %(number)s is “%(status)s”, so nothing is added to it.")


class FindingTakenUp(RuleBroken):
    """What somebody else has begun to work on is changed on the finding's own page."""

    code = "finding_taken_up"
    sentence = _("Somebody works on finding %(number)s already. Change it on its own page.")


class AfterPhotoNeeded(Faulty):
    """What was shown before is shown after."""

    code = "after_photo_needed"
    sentence = _("There is a photo from before, so take one of how it looks now.")


class PileUpAction(Faulty):
    """A pile-up that just vanished will be back."""

    code = "action_needed"
    sentence = _("Say what was done against the pile-up. It stays open until then.")


class ShortOrOver(Faulty):
    code = "short_or_over"
    sentence = _("Say how many heads are short or over: one of the two, more than 0.")


class PlaceNeeded(Faulty):
    code = "place_needed"
    sentence = _("Say where it is.")


class AheadOfNow(Faulty):
    code = "ahead_of_now"
    sentence = _("This has not happened yet.")


class NobodyTold(Faulty):
    code = "nobody_told"
    sentence = _("Say who was told: somebody who works here, or a name.")


class TaskClosed(RuleBroken):
    code = "task_closed"
    sentence = _("The task “%(task)s” is “%(status)s”.")


class PartsOpen(RuleBroken):
    """A whole is not finished before its parts."""

    code = "parts_open"
    sentence = _("%(count)s parts of “%(task)s” are still open.")


class NotTheirTask(RuleBroken):
    code = "not_allowed"
    status = 403
    sentence = _("This is done by the owner of the task, by who gave it, or by whoever leads there.")
