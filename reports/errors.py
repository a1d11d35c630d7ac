from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.errors import Faulty, RuleBroken


class NoPackYet(RuleBroken):
    code = "no_pack_yet"
    sentence = _("This month pack has not been built yet.")


class PackFrozen(RuleBroken):
    code = "pack_frozen"
    sentence = _("This month pack was submitted and is frozen.")


class MonthStillRuns(RuleBroken):
    """A month is told as it ended, so it is submitted after its last day."""

    code = "month_still_runs"
    sentence = _("This month runs until %(on)s. Submit its pack after that.")


class FiguresChanged(RuleBroken):
    """What the draft shows is not what would be counted now."""

    code = "figures_changed"
    sentence = _("Reports or targets changed after this pack was built. Build it again, then submit it.")


class CausesMissing(RuleBroken):
    """``count`` flagged rows have no cause yet; ``rows`` names the first of them."""

    code = "causes_missing"
    sentence = _("Flagged rows have no cause.")
    told = ("count", "rows")

    def __str__(self) -> str:
        count = self.figures["count"]
        return (
            ngettext("%(count)s flagged row has no cause: %(rows)s.", "%(count)s flagged rows have no cause: %(rows)s.", count)
            % self.figures
        )


class ReportsOpen(RuleBroken):
    """Daily reports of the month are missing or not approved, and nobody said why the pack goes out without them."""

    code = "reports_open"
    sentence = _("%(count)s daily reports of this month are missing or not approved. Say why the pack goes out without them.")
    told = ("count",)


class NothingChanged(RuleBroken):
    code = "nothing_changed"
    sentence = _("Nothing has changed since version %(number)s, so there is no next one.")


class NotSubmitted(RuleBroken):
    code = "not_submitted"
    sentence = _("Version %(number)s does not wait for a decision.")


class NotTheLatest(RuleBroken):
    code = "not_the_latest"
    sentence = _("There is a newer version of this month pack: look at that one.")


class NoSuchFlag(RuleBroken):
    code = "no_such_flag"
    sentence = _("This row is not flagged any more: the figures changed. Look at the page again.")


class CauseTooLong(Faulty):
    code = "too_long"
    sentence = _("Has %(length)s characters, more than %(most)s.")


class DueBeforeToday(Faulty):
    code = "due_before_today"
    sentence = _("The day is over: choose %(today)s or later.")


class MonthNotBegun(RuleBroken):
    code = "month_not_begun"
    sentence = _("%(month)s has not begun, so there is nothing to count.")


class NotAMonth(Faulty):
    code = "not_a_month"
    sentence = _("“%(value)s” is not a month: write it as 2026-10.")


class SeveralPlaces(Faulty):
    """Figures of several plants are never added up without being asked for."""

    code = "required"
    sentence = _("You see several: %(codes)s. Say which with org.")


class NotAPeriod(Faulty):
    code = "not_a_period"
    sentence = _("“%(value)s” is no period: write a year as 2026, a month as 2026-10, a week as 2026-W43.")
    phrase = _("is not a period (2026, 2026-10 or 2026-W43)")


class PercentTooHigh(Faulty):
    code = "percent_too_high"
    sentence = _("A target in percent is at most %(most)s.")
    phrase = _("is above %(most)s, the most a target in percent may be")


class TargetTooLarge(Faulty):
    code = "too_large"
    sentence = _("“%(value)s” is more than a target can be.")


class TargetTaken(RuleBroken):
    code = "target_taken"
    sentence = _("This figure already has a target for that unit and period. Open that one to change it.")


class PeriodReportTaken(RuleBroken):
    """A unit has one report of a period, whoever began it."""

    code = "period_report_taken"
    sentence = _("This unit already has a report of that period. Open that one.")


class PeriodAhead(Faulty):
    code = "period_ahead"
    sentence = _("This period begins on %(on)s. Its report cannot be written before.")


class PeriodStillRuns(RuleBroken):
    """Figures are frozen on sending, so a period is reported once its work is over."""

    code = "period_still_runs"
    sentence = _("This period runs on. Its report can be sent from %(on)s on.")


class NotSentYet(RuleBroken):
    code = "not_sent_yet"
    sentence = _("This report has not been sent yet.")


class SentUpward(RuleBroken):
    """What was sent stays until whoever reads it gives it back."""

    code = "sent_already"
    sentence = _("This report was sent and stays as it is. Whoever reads it may return it.")


class NotTheirReport(RuleBroken):
    """Only the one it goes to, and the upper management, answer a report."""

    code = "not_allowed"
    status = 403
    sentence = _("This report goes to somebody else.")


class NoSuchReader(Faulty):
    code = "no_such_reader"
    sentence = _("Choose somebody who stands above you.")


class WordsTooLong(Faulty):
    code = "too_long"
    sentence = _("Has %(length)s characters, more than %(most)s.")
