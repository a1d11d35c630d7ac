import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from materials.models.changing import CHANGES_BY_GRANT
from materials.models.quotas import append_only, quantity_field


class ReturnType(models.TextChoices):
    GOOD = "good", _("Good surplus")
    INCOMING_DEFECT = "incoming_defect", _("Incoming defect")
    OPERATION_DEFECT = "operation_defect", _("Operation defect")


class OtherPurpose(models.TextChoices):
    """What material is issued for that belongs to no production order; what goes to the line side waits there for one."""

    REPAIR = "repair", pgettext_lazy("material", "Spare for a repair")
    CONSUMABLE = "consumable", _("Consumable")
    SAMPLE = "sample", _("Sample")
    LINE_SIDE = "line_side", pgettext_lazy("purpose", "Line side")
    OTHER = "other", pgettext_lazy("purpose", "Other")


@pghistory.track()
class Slip(models.Model):
    """One document of the ledger: who moved what for which order, and who received it. Its moves are the figures.

    Material has moved as soon as a slip is posted; ``awaiting_receiver`` means that the receiver has not confirmed yet (MAT-08).
    """

    class Kind(models.TextChoices):
        ISSUE = "issue", _("Issue")
        RETURN = "return", _("Return to store")
        REVERSAL = "reversal", _("Reversal")
        OTHER_ISSUE = "other_issue", _("Issue without order")
        TRANSFER = "transfer", _("Transfer")
        RECEIPT = "receipt", _("Receipt")
        PRODUCTION = "production", _("Production receipt")
        OPENING = "opening", _("Opening stock")
        ADJUSTMENT = "adjustment", _("Adjustment")
        CLOSING = "closing", _("Order close")

    class Status(models.TextChoices):
        AWAITING_RECEIVER = "awaiting_receiver", _("Waits for the receiver")
        POSTED = "posted", _("Posted")
        REVERSED = "reversed", _("Reversed")

    TRANSITIONS = {
        Status.AWAITING_RECEIVER: {Status.POSTED, Status.REVERSED},
        Status.POSTED: {Status.REVERSED},
        Status.REVERSED: set(),
    }
    NUMBERED_AS = {
        Kind.ISSUE: "ISS",
        Kind.RETURN: "RET",
        Kind.REVERSAL: "REV",
        Kind.OTHER_ISSUE: "OIS",
        Kind.TRANSFER: "TRF",
        Kind.RECEIPT: "RCV",
        Kind.PRODUCTION: "PRD",
        Kind.OPENING: "OPN",
        Kind.ADJUSTMENT: "ADJ",
        Kind.CLOSING: "CLS",
    }

    number = models.CharField(_("number"), max_length=40, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.POSTED)
    order = models.ForeignKey(
        "plans.ProductionOrder", models.PROTECT, related_name="slips", null=True, blank=True, verbose_name=_("production order")
    )
    return_type = models.CharField(_("type of return"), max_length=20, choices=ReturnType.choices, blank=True, default="")
    business_date = models.DateField(_("business date"))
    receiver = models.ForeignKey(
        "people.Staff", models.PROTECT, related_name="received_slips", null=True, blank=True, verbose_name=_("receiver")
    )
    posted_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="posted_slips", null=True, blank=True)
    posted_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, related_name="reversed_by", null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    purpose = models.CharField(_("purpose"), max_length=12, choices=OtherPurpose.choices, blank=True, default="")
    cost_centre = models.ForeignKey(
        "people.OrgNode", models.PROTECT, related_name="charged_slips", null=True, blank=True, verbose_name=_("cost centre")
    )

    class Meta:
        verbose_name = _("slip")
        verbose_name_plural = _("slips")
        ordering = ["-posted_at", "-pk"]
        indexes = [
            models.Index(fields=["order", "-posted_at"], name="slip_by_order"),
            models.Index(fields=["-business_date"], name="slip_by_date"),
            models.Index(fields=["receiver"], name="slip_awaiting", condition=Q(status="awaiting_receiver")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="one_slip_per_number"),
            models.CheckConstraint(
                condition=Q(receiver=None) | Q(posted_by=None) | ~Q(receiver=F("posted_by")), name="slip_needs_two_people"
            ),
            models.CheckConstraint(
                condition=(Q(kind__in=["issue", "return"]) & Q(order__isnull=False, receiver__isnull=False))
                | ~Q(kind__in=["issue", "return"]),
                name="slip_has_order_and_receiver",
            ),
            models.CheckConstraint(
                condition=(Q(kind="return") & ~Q(return_type="")) | (~Q(kind="return") & Q(return_type="")), name="slip_return_is_typed"
            ),
            models.CheckConstraint(
                condition=Q(kind="reversal", reverses__isnull=False) | (~Q(kind="reversal") & Q(reverses=None)),
                name="slip_reversal_names_its_slip",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(posted_by=None) | ~Q(approved_by=F("posted_by")), name="slip_approver_is_not_author"
            ),
            models.CheckConstraint(
                condition=(Q(kind="other_issue", cost_centre__isnull=False, receiver__isnull=False) & ~Q(purpose="") & ~Q(reason=""))
                | (~Q(kind="other_issue") & Q(cost_centre=None, purpose="")),
                name="slip_without_order_says_for_what",
            ),
            models.CheckConstraint(
                condition=(Q(kind="production", order__isnull=False)) | ~Q(kind="production"), name="slip_of_production_has_its_order"
            ),
        ]
        triggers = [
            # The document that a slip posts is written after it, in the same transaction: asked at COMMIT.
            pgtrigger.Trigger(
                name="adjustment_has_its_document",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                timing=pgtrigger.Deferred,
                condition=pgtrigger.Condition("NEW.approved_at IS NOT NULL AND NEW.kind <> 'opening'"),
                func="""
                    IF EXISTS (SELECT 1 FROM materials_stockmove m JOIN materials_place s ON s.id = m.source_id
                               JOIN materials_place t ON t.id = m.target_id
                               WHERE m.slip_id = NEW.id AND m.undoes_id IS NULL AND 'adjustment' IN (s.purpose, t.purpose))
                        AND NOT EXISTS (SELECT 1 FROM materials_count c WHERE c.slip_id = NEW.id AND c.status = 'approved')
                        AND NOT EXISTS (SELECT 1 FROM materials_adjustment a WHERE a.slip_id = NEW.id AND a.status = 'approved')
                        AND NOT EXISTS (SELECT 1 FROM materials_disposal d WHERE d.slip_id = NEW.id AND d.status = 'done') THEN
                        RAISE EXCEPTION 'stock is adjusted by an approved stocktake, adjustment or disposal'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'adjustment_has_its_document';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.kind} {self.pk}"


@pghistory.track()
class Supplement(models.Model):
    """A request to draw more of an item than the quota says; only its approval raises what may be issued (MAT-09).

    ``quantity`` is what was asked, ``approved_quantity`` what was granted, both in the item's stock unit. ``reference`` is the number of a
    finding or whatever paper tells of the defect or scrap. ``expires_on`` is the last day on which it may be drawn; after it the unused
    part lapses.
    """

    class Reason(models.TextChoices):
        SCRAP = "scrap", _("Scrapped pieces")
        MATERIAL_DEFECT = "material_defect", _("Material defect")
        PROCESS_LOSS = "process_loss", _("Process loss")
        LOST = "lost", _("Lost")
        QUOTA_TOO_LOW = "quota_too_low", _("Quota too low")

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        LAPSED = "lapsed", _("Lapsed")

    TRANSITIONS = {
        Status.REQUESTED: {Status.APPROVED, Status.REJECTED},
        Status.APPROVED: {Status.LAPSED},
        Status.REJECTED: set(),
        Status.LAPSED: set(),
    }

    number = models.CharField(_("number"), max_length=40, unique=True)
    quota_line = models.ForeignKey("materials.QuotaLine", models.PROTECT, related_name="supplements")
    quantity = quantity_field(_("quantity asked"))
    approved_quantity = quantity_field(_("quantity approved"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices)
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    reference = models.CharField(_("defect or scrap reference"), max_length=60, blank=True, default="")
    photo = models.ForeignKey("core.Attachment", models.PROTECT, related_name="supplements", null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.REQUESTED)
    receiver = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("receiver"))
    requested_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="requested_supplements")
    requested_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(_("words of the decision"), max_length=500, blank=True, default="")
    expires_on = models.DateField(_("last day"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("supplement")
        verbose_name_plural = _("supplements")
        ordering = ["-requested_at"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="supplement_above_zero"),
            models.CheckConstraint(
                condition=Q(approved_quantity=None) | Q(approved_quantity__gt=0, approved_quantity__lte=F("quantity")),
                name="supplement_approved_not_above_asked",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | (~Q(decided_by=F("requested_by")) & (Q(receiver=None) | ~Q(decided_by=F("receiver")))),
                name="supplement_approver_is_another",
            ),
            models.CheckConstraint(
                condition=Q(status="requested", decided_at=None) | (~Q(status="requested") & Q(decided_at__isnull=False)),
                name="supplement_decided_with_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "lapsed"]) | Q(decided_by__isnull=False, approved_quantity__isnull=False),
                name="supplement_approved_by_somebody",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="decided_once",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF (NEW.quota_line_id, NEW.quantity, NEW.requested_by_id, NEW.receiver_id)
                            IS DISTINCT FROM (OLD.quota_line_id, OLD.quantity, OLD.requested_by_id, OLD.receiver_id)
                        OR (OLD.status <> 'requested' AND (NEW.approved_quantity, NEW.decided_by_id)
                            IS DISTINCT FROM (OLD.approved_quantity, OLD.decided_by_id)) THEN
                        RAISE EXCEPTION 'what was asked stays as it is, and so does what was decided'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'supplement_decided_once';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number


class SupplementGrant(models.Model):
    """What an approval added to a quota line's supplement, or a lapse took back (negative); the trigger writes it into the line.

    The grants of a supplement never come to more than was approved, nor below 0.
    """

    supplement = models.ForeignKey(Supplement, models.PROTECT, related_name="grants")
    quota_line = models.ForeignKey("materials.QuotaLine", models.PROTECT, related_name="grants")
    quantity = quantity_field(_("quantity"))
    by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(quantity=0), name="grant_not_zero")]
        triggers = [
            append_only("a grant"),
            CHANGES_BY_GRANT,
            pgtrigger.Trigger(
                name="write_supplement",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (SELECT 1 FROM materials_supplement s WHERE s.id = NEW.supplement_id
                                   AND s.quota_line_id = NEW.quota_line_id AND s.status IN ('approved', 'lapsed')) THEN
                        RAISE EXCEPTION 'only an approved supplement raises a quota'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_is_approved';
                    END IF;
                    UPDATE materials_quotaline q SET supplement = q.supplement + NEW.quantity WHERE q.id = NEW.quota_line_id;
                    -- The line is held from here on, so no grant beside this one is left out of the sum.
                    IF (SELECT sum(g.quantity) BETWEEN 0 AND s.approved_quantity
                            FROM materials_supplement s JOIN materials_supplementgrant g ON g.supplement_id = s.id
                            WHERE s.id = NEW.supplement_id GROUP BY s.id) IS NOT TRUE THEN
                        RAISE EXCEPTION 'no more is granted than was approved'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_within_approval';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplement} {self.quantity}"
