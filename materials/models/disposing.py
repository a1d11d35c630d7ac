from datetime import date

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from materials.models.quotas import quantity_field


@pghistory.track()
class Disposal(models.Model):
    """What is to become of dead stock or scrap: decided by somebody, due on a day, done with a slip (MAT-18)."""

    class Decision(models.TextChoices):
        REUSE = "reuse", _("Use elsewhere")
        RETURN = "return", _("Return to supplier")
        SELL = "sell", _("Sell")
        SCRAP = "scrap", _("Scrap")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        DONE = "done", _("Done")
        REJECTED = "rejected", _("Rejected")

    TRANSITIONS = {
        Status.DRAFT: {Status.APPROVED, Status.REJECTED},
        Status.APPROVED: {Status.DONE},
        Status.DONE: set(),
        Status.REJECTED: set(),
    }

    number = models.CharField(_("number"), max_length=40, unique=True)
    lot = models.ForeignKey("materials.Lot", models.PROTECT, related_name="disposals", verbose_name=_("lot"))
    place = models.ForeignKey("materials.Place", models.PROTECT, related_name="disposals", verbose_name=_("place"))
    quantity = quantity_field(_("quantity"))
    decision = models.CharField(_("decision"), max_length=10, choices=Decision.choices)
    reason = models.CharField(_("reason"), max_length=300)
    due_on = models.DateField(_("due on"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    drafted_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(_("words of the decision"), max_length=500, blank=True, default="")
    done_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    slip = models.OneToOneField("materials.Slip", models.PROTECT, related_name="disposal", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("disposal")
        verbose_name_plural = _("disposals")
        ordering = ["-drafted_at"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="disposal_above_zero"),
            models.CheckConstraint(condition=Q(decided_by=None) | ~Q(decided_by=F("drafted_by")), name="disposal_approver_is_another"),
            models.CheckConstraint(
                condition=Q(status="draft", decided_at=None) | (~Q(status="draft") & Q(decided_at__isnull=False)),
                name="disposal_decided_with_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def is_overdue(self, today: date) -> bool:
        """Whether it was to be done by now: decided or not."""
        return self.status in (self.Status.DRAFT, self.Status.APPROVED) and self.due_on < today


@pghistory.track()
class GatePass(models.Model):
    """Goods that may leave the plant: what, why, for whom; closed at the gate, and only when somebody approved it (GEN-25)."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        CLOSED = "closed", _("Left the plant")

    TRANSITIONS = {
        Status.REQUESTED: {Status.APPROVED, Status.REJECTED},
        Status.APPROVED: {Status.CLOSED},
        Status.REJECTED: set(),
        Status.CLOSED: set(),
    }

    number = models.CharField(_("number"), max_length=40, unique=True)
    goods = models.CharField(_("goods and quantity"), max_length=500)
    taken_by = models.CharField(_("taken by"), max_length=200)
    reason = models.CharField(_("reason"), max_length=300)
    slip = models.ForeignKey("materials.Slip", models.PROTECT, related_name="gate_passes", null=True, blank=True)
    disposal = models.ForeignKey(Disposal, models.PROTECT, related_name="gate_passes", null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.REQUESTED)
    requested_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(_("words of the decision"), max_length=500, blank=True, default="")
    closed_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("gate pass")
        verbose_name_plural = _("gate passes")
        ordering = ["-requested_at"]
        constraints = [
            models.CheckConstraint(condition=Q(decided_by=None) | ~Q(decided_by=F("requested_by")), name="gate_pass_approver_is_another"),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False, decided_at__isnull=False) | (~Q(status="closed") & Q(closed_at=None)),
                name="gate_pass_closed_after_approval",
            ),
        ]

    def __str__(self) -> str:
        return self.number
