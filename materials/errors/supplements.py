"""Refusals about supplements."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Faulty, RuleBroken


class AboveAsked(Faulty):
    code = "above_asked"
    sentence = _("At most the %(asked)s %(unit)s that were asked for can be approved.")


class AboveTier(RuleBroken):
    code = "not_allowed"
    status = 403
    sentence = _("This supplement is above the first tier (%(percent)s %% of the quota, %(value)s), so the production manager decides.")


class AlreadyAsked(RuleBroken):
    """What a slip is short of waits for its decision already; figures are in the item's unit."""

    code = "already_asked"
    sentence = _("%(asked)s %(unit)s of %(item)s already asked, waiting for %(names)s. Nothing was asked again.")


class AlreadyDecided(RuleBroken):
    code = "wrong_status"
    sentence = _("%(supplement)s is “%(status)s”, so this step is not possible now.")
