"""Refusals about quota and waste reports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Faulty, RuleBroken


class NoQuotaChange(Faulty):
    code = "no_change"
    sentence = _("The bill says %(stood)s already.")


class NotAStandard(Faulty):
    code = "not_a_standard"
    sentence = _("Only a line of an approved bill of materials can be proposed to change.")


class ReportDecided(RuleBroken):
    code = "wrong_status"
    sentence = _("%(report)s is “%(status)s”, so this step is not possible now.")
