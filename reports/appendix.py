"""What a version of a pack says beside its figures, as tables of words for PDF and XLSX alike: flagged rows with their causes, what
changed against the version before, and the daily reports it went out without.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.states import state
from reports.block import MonthBlock
from reports.changes import changes_between
from reports.flags import SECTION_TITLES, Flag
from reports.models import PackCause
from reports.open_reports import OpenReport


@dataclass(frozen=True)
class TextTable:
    """``widths`` are shares of the page's width; ``words`` stand above, or alone where there are no rows."""

    title: str
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    words: str = ""


@dataclass(frozen=True)
class Appendix:
    """``before`` is the version before, ``None`` for the first; put into words by ``tables`` in the language that is active then."""

    flags: Sequence[Flag] = ()
    causes: Mapping[tuple[str, str], PackCause] = field(default_factory=dict)
    before: MonthBlock | None = None
    open_reports: Sequence[OpenReport] = ()
    open_reason: str = ""

    def tables(self, block: MonthBlock) -> list[TextTable]:
        made = [self._flagged()] if self.flags else []
        if self.before is not None:
            made.append(self._changes(self.before, block))
        if self.open_reports:
            made.append(self._open_reports())
        return made

    def _flagged(self) -> TextTable:
        columns = (_("Row"), _("Figures"), _("Cause"), _("Action"), pgettext("finding", "Owner"), _("Due"), pgettext("finding", "Finding"))
        rows = tuple(self._flag(flag) for flag in self.flags)
        return TextTable(_("Flagged rows"), columns, (20, 22, 22, 20, 10, 11, 15), rows, _("worse than target or limit"))

    def _flag(self, flag: Flag) -> tuple[str, ...]:
        row = f"{SECTION_TITLES[flag.section]} · {flag.label}"
        cause = self.causes.get((flag.section, flag.key))
        if cause is None:
            return (row, flag.words, str(state("unexplained").word), "", "", "", "")
        why = f"{cause.get_cause_class_display()} · {cause.text}"
        return (row, flag.words, why, cause.action, cause.owner.name, cause.due_on.isoformat(), cause.finding.number)

    def _changes(self, before: MonthBlock, block: MonthBlock) -> TextTable:
        rows = tuple((change.row, change.what, change.before, change.after) for change in changes_between(before, block))
        columns = (_("Row"), _("Figure"), pgettext("change", "Before"), pgettext("change", "After"))
        return TextTable(_("Changed since the version before"), columns, (30, 30, 15, 15), rows, "" if rows else _("No figure changed."))

    def _open_reports(self) -> TextTable:
        words = {"submitted": _("Not approved"), "missing": str(state("missing").word), "draft": str(state("draft").word)}
        rows = tuple((report.on.isoformat(), report.label, report.shift.label, words[report.state]) for report in self.open_reports)
        columns = (_("Business date"), _("Team"), _("Shift"), _("Status"))
        why = f"{_('Submitted without them, because')} {self.open_reason}" if self.open_reason else ""
        return TextTable(_("Daily reports missing or not approved"), columns, (20, 35, 20, 25), rows, why)
