import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models.changes import changes_days
from core.quantities import QUANTITY_DECIMALS, QUANTITY_DIGITS

HOURS_DIGITS = 12
HOURS_DECIMALS = 4


class DowntimeReason(models.TextChoices):
    NO_MATERIAL = "no_material", _("No material")
    NO_WORK = "no_work", _("No work")
    MACHINE = "machine", _("Machine")
    QUALITY = "quality", _("Quality")
    CHANGEOVER = "changeover", _("Changeover")
    OTHER = "other", _("Other")


@pghistory.track()
class DailyReport(models.Model):
    """What one team reports of one shift: its lines are the figures, approval by the workshop manager locks them (PLN-23)."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        APPROVED = "approved", _("Approved")

    TRANSITIONS = {
        Status.DRAFT: {Status.SUBMITTED},
        Status.SUBMITTED: {Status.APPROVED, Status.DRAFT},
        Status.APPROVED: {Status.SUBMITTED},
    }

    business_date = models.DateField(_("business date"))
    shift = models.ForeignKey("people.Shift", models.PROTECT, related_name="daily_reports", verbose_name=_("shift"))
    team = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="daily_reports", verbose_name=_("team"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    submitted_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    reopen_reason = models.CharField(_("reason for reopening"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("team daily report")
        verbose_name_plural = _("team daily reports")
        ordering = ["-business_date", "team__code", "shift__starts_at"]
        indexes = [models.Index(fields=["team", "-business_date"], name="report_by_team_and_date")]
        constraints = [
            models.UniqueConstraint(fields=["business_date", "team", "shift"], name="one_report_per_team_and_shift"),
            models.CheckConstraint(
                condition=Q(status="approved", approved_at__isnull=False) | (~Q(status="approved") & Q(approved_at=None)),
                name="report_approved_with_a_time",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(submitted_by=None) | ~Q(approved_by=F("submitted_by")),
                name="report_approver_is_not_author",
            ),
        ]
        triggers = changes_days("business_date")

    def __str__(self) -> str:
        return f"{self.team} {self.business_date} {self.shift}"


def _quantity(label: object, **kwargs: object) -> models.DecimalField:
    return models.DecimalField(label, max_digits=QUANTITY_DIGITS, decimal_places=QUANTITY_DECIMALS, **kwargs)  # type: ignore[arg-type]


def _hours(label: object, **kwargs: object) -> models.DecimalField:
    return models.DecimalField(label, max_digits=HOURS_DIGITS, decimal_places=HOURS_DECIMALS, **kwargs)  # type: ignore[arg-type]


def sum_of_stops(operation: pgtrigger.Operation, line: str, condition: pgtrigger.Condition | None = None) -> pgtrigger.Trigger:
    """A line that has stops stands for as long as they say. Checked at the end of the transaction, since line and stops are written one
    after the other; a file that knows the hours better takes the stops away."""
    return pgtrigger.Trigger(
        name="sum_of_stops",
        when=pgtrigger.After,
        operation=operation,
        condition=condition,
        timing=pgtrigger.Deferred,
        declare=[("stopped", "NUMERIC"), ("said", "NUMERIC")],
        func=f"""
            SELECT sum(stop.hours), line.downtime_hours INTO stopped, said
            FROM plans_downtimestop stop JOIN plans_dailyreportline line ON line.id = stop.line_id
            WHERE stop.line_id = {line} GROUP BY line.downtime_hours;
            IF stopped IS DISTINCT FROM said THEN
                RAISE EXCEPTION 'a line stands for as long as its stops say'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'downtime_is_the_sum_of_its_stops';
            END IF;
            RETURN NULL;
        """,  # noqa: S608 - a name of ours
    )


@pghistory.track(pghistory.UpdateEvent("before_update", row=pghistory.Old), pghistory.DeleteEvent("before_delete", row=pghistory.Old))
class DailyReportLine(models.Model):
    """Output and hours of one order, product and process within a report; quantities in the product's unit, times in hours.

    ``rework_qty`` was set aside in this shift; ``recovered_qty`` is good after rework of earlier pieces and never part of produced.
    ``produced_qty``, where given, is counter end − start and equals good + rework + scrap. ``attended_hours`` and
    ``excused_loss_hours`` are person-hours, ``downtime_hours`` clock hours the line stood.
    """

    report = models.ForeignKey(DailyReport, models.CASCADE, related_name="lines")
    order = models.ForeignKey(
        "plans.ProductionOrder", models.PROTECT, related_name="report_lines", null=True, blank=True, verbose_name=_("production order")
    )
    product = models.ForeignKey("plans.Product", models.PROTECT, related_name="report_lines", verbose_name=_("product"))
    process = models.ForeignKey(
        "plans.Process", models.PROTECT, related_name="report_lines", null=True, blank=True, verbose_name=_("process")
    )
    planned_qty = _quantity(_("planned"), null=True, blank=True)
    good_qty = _quantity(_("good"))
    rework_qty = _quantity(_("rework"), default=0)
    scrap_qty = _quantity(_("scrap"), default=0)
    recovered_qty = _quantity(_("recovered"), default=0)
    counter_start = _quantity(_("counter at start"), null=True, blank=True)
    counter_end = _quantity(_("counter at end"), null=True, blank=True)
    produced_qty = _quantity(_("produced"), null=True, blank=True)
    headcount = models.DecimalField(_("headcount"), max_digits=8, decimal_places=2, null=True, blank=True)
    attended_hours = _hours(_("attended hours"))
    productive_hours = _hours(_("productive hours"), null=True, blank=True)
    excused_loss_hours = _hours(_("excused loss hours"), default=0)
    downtime_hours = _hours(_("downtime hours"), default=0)
    downtime_reason = models.CharField(_("downtime reason"), max_length=12, choices=DowntimeReason.choices, blank=True, default="")
    remark = models.CharField(_("remark"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("report line")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "order", "product", "process"], name="one_line_per_order_product_process", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(good_qty__gte=0, rework_qty__gte=0, scrap_qty__gte=0, recovered_qty__gte=0)
                & (Q(planned_qty=None) | Q(planned_qty__gte=0)),
                name="line_quantities_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(attended_hours__gte=0, excused_loss_hours__gte=0, downtime_hours__gte=0)
                & (Q(productive_hours=None) | Q(productive_hours__gte=0))
                & (Q(headcount=None) | Q(headcount__gte=0)),
                name="line_hours_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(produced_qty=None) | Q(produced_qty=F("good_qty") + F("rework_qty") + F("scrap_qty")),
                name="line_produced_is_the_sum",
            ),
        ]
        triggers = [
            *changes_days("report.business_date", rows="rows JOIN plans_dailyreport report ON report.id = rows.report_id"),
            sum_of_stops(pgtrigger.Update, "NEW.id", pgtrigger.AnyChange("downtime_hours")),
            pgtrigger.Trigger(
                name="refuse_on_approved_report",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF EXISTS (SELECT 1 FROM plans_dailyreport r
                               WHERE r.id = COALESCE(NEW.report_id, OLD.report_id) AND r.status = 'approved') THEN
                        RAISE EXCEPTION 'an approved report is locked' USING ERRCODE = 'check_violation', CONSTRAINT = 'report_locked';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.product}"
