"""Refusals about the plan of the day and progress by time slot."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Faulty, RuleBroken


class PlanOver(RuleBroken):
    """What was to be made in a finished shift is no longer changed: its attainment is counted against it."""

    code = "plan_over"
    sentence = _("%(shift)s of %(on)s is over. Its plan stays as it was.")


class AlreadyPlanned(Faulty):
    code = "already_planned"
    sentence = _("This team already has a plan line for this order, product and process.")


class PlanLineGone(Faulty):
    """Somebody took the line out after the page was opened."""

    code = "plan_line_gone"
    sentence = _("Somebody took this line out meanwhile.")


class NoSuchSlot(Faulty):
    code = "no_such_slot"
    sentence = _("No time slot of this shift begins at %(at)s.")


class CountedAlready(RuleBroken):
    """An earlier count reaches into this slot, as when the length of the slots was changed in the middle of the day."""

    code = "counted_already"
    sentence = _("Part of this time was counted already in another time slot.")


class SlotAhead(RuleBroken):
    """Nothing was made yet in a slot that has not begun."""

    code = "slot_ahead"
    sentence = _("The time slot of %(at)s has not begun yet.")
