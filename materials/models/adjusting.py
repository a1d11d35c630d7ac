import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.money import MONEY_DECIMALS, MONEY_DIGITS
from materials.models.quotas import quantity_field


@pghistory.track()
class Adjustment(models.Model):
    """A proposal to correct the book of one lot at one bin, with its reason; posted when somebody else approved it (MAT-17).

    ``change`` is what the book is to gain, below 0 what it is to lose, in the item's stock unit; ``unit_cost`` is the item's standard
    cost when it was drafted, ``None`` where it has none.
    """

    class Reason(models.TextChoices):
        FOUND = "found", _("Found, not in the book")
        MISSING = "missing", _("Missing without a trace")
        MISTAKE = "mistake", _("Wrongly posted before")
        DAMAGED = "damaged", _("Damaged or spoiled in the store")
        MEASURED = "measured", _("Weighed or measured again")

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")

    TRANSITIONS = {
        Status.REQUESTED: {Status.APPROVED, Status.REJECTED},
        Status.APPROVED: set(),
        Status.REJECTED: set(),
    }

    number = models.CharField(_("number"), max_length=40, unique=True)
    lot = models.ForeignKey("materials.Lot", models.PROTECT, related_name="adjustments", verbose_name=_("lot"))
    place = models.ForeignKey("materials.Place", models.PROTECT, related_name="adjustments", verbose_name=_("place"))
    change = quantity_field(_("change of the book"))
    unit_cost = models.DecimalField(
        _("standard cost per unit"), max_digits=MONEY_DIGITS, decimal_places=MONEY_DECIMALS, null=True, blank=True
    )
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices)
    note = models.CharField(_("what happened"), max_length=500)
    photo = models.ForeignKey("core.Attachment", models.PROTECT, related_name="adjustments", null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.REQUESTED)
    drafted_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(_("words of the decision"), max_length=500, blank=True, default="")
    slip = models.OneToOneField("materials.Slip", models.PROTECT, related_name="adjustment", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")
        ordering = ["-drafted_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(change=0), name="adjustment_changes_something"),
            models.CheckConstraint(condition=Q(decided_by=None) | ~Q(decided_by=F("drafted_by")), name="adjustment_approver_is_another"),
            models.CheckConstraint(
                condition=Q(status="requested", decided_at=None, slip=None)
                | Q(status="rejected", decided_at__isnull=False, slip=None)
                | Q(status="approved", decided_at__isnull=False, decided_by__isnull=False, slip__isnull=False),
                name="adjustment_posted_when_approved",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="stays_as_decided",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.status <> 'requested' OR (NEW.lot_id, NEW.place_id, NEW.change, NEW.drafted_by_id)"
                    " IS DISTINCT FROM (OLD.lot_id, OLD.place_id, OLD.change, OLD.drafted_by_id)"
                ),
                func="""
                    RAISE EXCEPTION 'an adjustment is decided as it was asked for, once'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'adjustment_stays';
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def value(self) -> object:
        """What the book gains in value, below 0 what it loses; ``None`` without a standard cost."""
        return None if self.unit_cost is None else self.change * self.unit_cost
