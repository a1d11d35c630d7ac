import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from plans.models.daily_reports import HOURS_DECIMALS, HOURS_DIGITS, DailyReportLine, DowntimeReason, sum_of_stops


@pghistory.track()
class DowntimeStop(models.Model):
    """One time that a line stood within a shift: from ``starts_at`` to ``ends_at``, ``hours`` clock hours (PLN-25).

    A stop that reached over the border of the shift is kept with the part that lies inside it; ``began_at`` and ``over_at`` are what was
    typed, so that the next shift's report can go on with the rest. Two teams may name the same place at the same time: both stood.
    """

    line = models.ForeignKey(DailyReportLine, models.CASCADE, related_name="stops", verbose_name=_("report line"))
    reason = models.CharField(_("downtime reason"), max_length=12, choices=DowntimeReason.choices)
    place = models.CharField(_("machine or place"), max_length=60, blank=True, default="")
    began_at = models.DateTimeField(_("began at"))
    over_at = models.DateTimeField(_("over at"))
    starts_at = models.DateTimeField(_("stood from"))
    ends_at = models.DateTimeField(_("stood until"))
    hours = models.DecimalField(_("hours"), max_digits=HOURS_DIGITS, decimal_places=HOURS_DECIMALS)

    class Meta:
        verbose_name = _("stop")
        verbose_name_plural = _("stops")
        ordering = ["line", "starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(reason__in=DowntimeReason.values), name="stop_reason_known"),
            models.CheckConstraint(
                condition=Q(began_at__lte=F("starts_at"), starts_at__lt=F("ends_at"), ends_at__lte=F("over_at")),
                name="stop_within_what_was_typed",
            ),
            models.CheckConstraint(condition=Q(hours__gt=0), name="stop_hours_above_zero"),
        ]
        triggers = [
            sum_of_stops(pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete, "COALESCE(NEW.line_id, OLD.line_id)"),
            pgtrigger.Trigger(
                name="refuse_on_approved_report",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF EXISTS (SELECT 1 FROM plans_dailyreportline l JOIN plans_dailyreport r ON r.id = l.report_id
                               WHERE l.id = COALESCE(NEW.line_id, OLD.line_id) AND r.status = 'approved') THEN
                        RAISE EXCEPTION 'an approved report is locked' USING ERRCODE = 'check_violation', CONSTRAINT = 'report_locked';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.reason}"

    @property
    def reaches_over(self) -> bool:
        """Whether it went on when the shift ended."""
        return self.over_at > self.ends_at


@pghistory.track()
class ReportSeen(models.Model):
    """Somebody looked at a daily report as it stood then, with a remark where they had one (PLN-15); written once."""

    report = models.ForeignKey("plans.DailyReport", models.CASCADE, related_name="seen", verbose_name=_("team daily report"))
    by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", verbose_name=_("seen by"))
    at = models.DateTimeField(_("seen at"))
    report_version = models.PositiveIntegerField()
    remark = models.CharField(_("remark"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("seen mark")
        verbose_name_plural = _("seen marks")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["report", "by", "report_version"], name="seen_once_a_version")]

    def __str__(self) -> str:
        return f"{self.report} {self.by}"
