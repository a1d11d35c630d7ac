"""Refusals of a record that stands elsewhere by now."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import RuleBroken


class WrongStatus(RuleBroken):
    """The step does not lead on from where the document stands."""

    code = "wrong_status"
    sentence = _("%(what)s is “%(status)s”, so this step is not possible now.")


class StillDraft(RuleBroken):
    code = "still_draft"
    sentence = _("%(what)s has not been released yet.")
