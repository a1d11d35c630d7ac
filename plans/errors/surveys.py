"""Refusals about surveys."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Faulty, RuleBroken


class NoSections(Faulty):
    code = "no_sections"
    sentence = _("%(checklist)s has no sections, so nobody could own one. Choose a checklist with areas.")


class SectionWithoutOwner(Faulty):
    code = "section_without_owner"
    sentence = _("%(section)s needs an owner.")


class SurveyRunning(RuleBroken):
    code = "survey_running"
    sentence = _("%(checklist)s is already being surveyed here, since %(on)s.")


class SurveyedToday(RuleBroken):
    """Each section has one sheet a day."""

    code = "surveyed_today"
    sentence = _("%(checklist)s was surveyed here today already. Start again tomorrow.")


class NoShiftYet(RuleBroken):
    code = "no_shift"
    sentence = _("The plant has no shift yet. The administrator enters the first one.")


class SectionsOpen(RuleBroken):
    code = "sections_open"
    sentence = _("%(count)s sections are not handed in yet: %(names)s. The survey stays open.")


class SectionDone(RuleBroken):
    code = "section_done"
    sentence = _("%(section)s is “%(status)s”, so its owner stays.")


class SurveyClosed(RuleBroken):
    code = "survey_closed"
    sentence = _("The survey was closed at %(when)s.")
