"""Reports upward in words, for pages and files alike."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.templatetags.fo import day
from reports.models import UpwardReport
from reports.periods import period_name

Kind = UpwardReport.Kind


def about_words(report: UpwardReport) -> str:
    """Week 47 of 2026, November 2026, Friday 20 November, or the subject."""
    if report.is_matter:
        return report.subject
    return day(report.starts_on, "full") if report.kind == Kind.DAY else period_name(report.about)


def title_words(report: UpwardReport) -> str:
    return _("%(kind)s: %(about)s") % {"kind": report.get_kind_display(), "about": about_words(report)}


def parts_of(report: UpwardReport) -> list[tuple[str, str, str]]:
    """The parts of a report in its shape: field, heading, text. A matter shows only those that say something."""
    heads = {
        "done": pgettext("report upward", "What was reported") if report.is_matter else pgettext("report upward", "What was done"),
        "analysis": _("Analysis"),
        "plan": pgettext("report upward", "What comes next"),
    }
    return [(name, head, text) for name, head in heads.items() if (text := getattr(report, name)) or not report.is_matter]
