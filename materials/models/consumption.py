import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models.changes import changes_days
from materials.models.changing import changes_its_order
from materials.models.quotas import append_only, quantity_field

STANDARD_DIGITS, STANDARD_DECIMALS = 30, 12
PERCENT_DIGITS, PERCENT_DECIMALS = 12, 2


class QuotaStandard(models.Model):
    """What one unit of an order's product should take of an item, loss included, and what a set-up takes once; frozen with the quota.

    The standard for an output is ``output × per_unit + fixed``, rounded up to the unit as the quota is.
    """

    quota_line = models.OneToOneField("materials.QuotaLine", models.PROTECT, related_name="standard")
    per_unit = models.DecimalField(max_digits=STANDARD_DIGITS, decimal_places=STANDARD_DECIMALS)
    fixed = models.DecimalField(max_digits=STANDARD_DIGITS, decimal_places=STANDARD_DECIMALS)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(per_unit__gte=0, fixed__gte=0), name="standard_not_negative")]
        triggers = changes_its_order(
            "SELECT q.order_id FROM rows JOIN materials_quotaline q ON q.id = rows.quota_line_id", "insert", "update", "delete"
        )

    def __str__(self) -> str:
        return f"{self.quota_line} {self.per_unit:f}"


@pghistory.track()
class MaterialUse(models.Model):
    """How much of an item a line of a team daily report says was used, in the item's unit: a report, not a move (MAT-04).

    It goes with its line while the report is a draft, and is locked with the report once that is approved.
    """

    line = models.ForeignKey("plans.DailyReportLine", models.CASCADE, related_name="material_uses", verbose_name=_("report line"))
    item = models.ForeignKey("materials.Item", models.PROTECT, related_name="uses", verbose_name=_("item"))
    quantity = quantity_field(_("quantity used"))

    class Meta:
        ordering = ["line", "item__code"]
        constraints = [
            models.UniqueConstraint(fields=["line", "item"], name="one_use_per_line_and_item"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="use_above_zero"),
        ]
        triggers = [
            *changes_days(
                "report.business_date",
                rows="rows JOIN plans_dailyreportline line ON line.id = rows.line_id"
                " JOIN plans_dailyreport report ON report.id = line.report_id",
            ),
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
        return f"{self.line} {self.item}"


class UseCheck(models.Model):
    """A workshop manager looked at what an order used of an item: the figures as they stood, and why they differ (MAT-04).

    ``net_issued`` is what was issued less every return; all in the item's unit. ``percent`` is of the standard.
    """

    quota_line = models.ForeignKey("materials.QuotaLine", models.PROTECT, related_name="use_checks")
    output = quantity_field(_("reported output"))
    standard = quantity_field(_("standard for it"))
    used = quantity_field(_("reported use"))
    net_issued = quantity_field(_("net issue"))
    percent = models.DecimalField(_("difference, %"), max_digits=PERCENT_DIGITS, decimal_places=PERCENT_DECIMALS, null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")
    by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        triggers = [append_only("a check of consumption")]

    def __str__(self) -> str:
        return f"{self.quota_line} {self.percent}"


class Deviation(models.Model):
    """An order departed from its standard by more than the plant's limit; each is told once, by its finding (MAT-03).

    ``quota_line`` is set for material, where the figures are in the item's unit; hours are person-hours, scrap is in percent of what
    was produced. ``percent`` is the difference to the standard in percent of it.
    """

    class Kind(models.TextChoices):
        MATERIAL = "material", pgettext_lazy("deviation", "Material")
        HOURS = "hours", pgettext_lazy("deviation", "Hours")
        SCRAP = "scrap", pgettext_lazy("deviation", "Scrap")

    order = models.ForeignKey("plans.ProductionOrder", models.PROTECT, related_name="deviations", verbose_name=_("production order"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    quota_line = models.ForeignKey("materials.QuotaLine", models.PROTECT, related_name="deviations", null=True, blank=True)
    standard = quantity_field(_("standard"))
    actual = quantity_field(_("actual"))
    percent = models.DecimalField(_("difference, %"), max_digits=PERCENT_DIGITS, decimal_places=PERCENT_DECIMALS)
    finding = models.ForeignKey("plans.Finding", models.PROTECT, related_name="deviations")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("deviation")
        verbose_name_plural = _("deviations")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "kind", "quota_line"], name="each_deviation_told_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=Q(kind="material", quota_line__isnull=False) | (~Q(kind="material") & Q(quota_line=None)),
                name="deviation_of_material_names_its_line",
            ),
        ]
        triggers = [append_only("a deviation")]

    def __str__(self) -> str:
        return f"{self.order} {self.kind} {self.percent:+f} %"


@pghistory.track()
class QuotaReport(models.Model):
    """A team says that a standard is not right, or that material was wasted; an engineer decides (MAT-05).

    A proposal names the line of an approved bill with what it says and what it should say, per unit of the product; accepted, it
    becomes a line of the draft version ``bom``. Waste names what was lost, how much, and why.
    """

    class Kind(models.TextChoices):
        TOO_HIGH = "too_high", _("Quota too high")
        TOO_LOW = "too_low", pgettext_lazy("quota report", "Quota too low")
        WASTE = "waste", _("Waste")

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("quota report", "Waits for the engineer")
        ACCEPTED = "accepted", pgettext_lazy("quota report", "Accepted")
        REJECTED = "rejected", pgettext_lazy("quota report", "Rejected")

    TRANSITIONS = {Status.OPEN: {Status.ACCEPTED, Status.REJECTED}, Status.ACCEPTED: set(), Status.REJECTED: set()}

    number = models.CharField(_("number"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.OPEN)
    node = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="quota_reports", verbose_name=_("where"))
    order = models.ForeignKey(
        "plans.ProductionOrder", models.PROTECT, related_name="quota_reports", null=True, blank=True, verbose_name=_("production order")
    )
    item = models.ForeignKey("materials.Item", models.PROTECT, related_name="quota_reports", verbose_name=_("item"))
    bom_line = models.ForeignKey("materials.BomLine", models.PROTECT, related_name="quota_reports", null=True, blank=True)
    stood = quantity_field(_("per unit now"), null=True, blank=True)
    proposed = quantity_field(_("per unit proposed"), null=True, blank=True)
    wasted = quantity_field(_("quantity wasted"), null=True, blank=True)
    person = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("person"))
    evidence = models.CharField(_("evidence or cause"), max_length=1000)
    photo = models.ForeignKey("core.Attachment", models.PROTECT, related_name="quota_reports", null=True, blank=True)
    filed_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="filed_quota_reports")
    filed_at = models.DateTimeField()
    decided_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(_("words of the decision"), max_length=500, blank=True, default="")
    bom = models.ForeignKey("materials.Bom", models.SET_NULL, related_name="quota_reports", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("quota report")
        verbose_name_plural = _("quota reports")
        ordering = ["-filed_at"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="waste", wasted__gt=0, bom_line=None, proposed=None))
                | (Q(kind="too_high", wasted=None, bom_line__isnull=False, proposed__gt=0, proposed__lt=models.F("stood")))
                | (Q(kind="too_low", wasted=None, bom_line__isnull=False, proposed__gt=models.F("stood"))),
                name="quota_report_says_what_its_kind_needs",
            ),
            models.CheckConstraint(condition=~Q(evidence=""), name="quota_report_has_evidence"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("filed_by")), name="quota_report_decided_by_another"
            ),
            models.CheckConstraint(
                condition=Q(status="open", decided_at=None) | (~Q(status="open") & Q(decided_at__isnull=False)),
                name="quota_report_decided_with_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number
