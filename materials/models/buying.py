from datetime import date
from decimal import Decimal

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import BilingualName
from core.money import MONEY_DECIMALS, MONEY_DIGITS
from materials.models.items import LotStatus
from materials.models.quotas import append_only, quantity_field


@pghistory.track()
class Supplier(BilingualName):
    """Whom the plant buys from; its on-time and accept rates come from receipts and lot decisions (GEN-24)."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    contact = models.CharField(_("contact"), max_length=200, blank=True, default="")
    phone = models.CharField(_("phone"), max_length=60, blank=True, default="")
    remark = models.CharField(_("remark"), max_length=300, blank=True, default="")
    is_blocked = models.BooleanField(_("blocked"), default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class SupplierDocument(models.Model):
    """A contract or certificate of a supplier with its last day."""

    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="documents")
    title = models.CharField(_("title"), max_length=200)
    file = models.ForeignKey("core.Attachment", models.PROTECT, related_name="supplier_documents", null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    added_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["supplier", "-added_at"]
        triggers = [append_only("a document of a supplier")]

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class Requisition(models.Model):
    """What somebody asks to be bought: ``quantity`` of an item, in its unit, by ``needed_on`` (MAT-12)."""

    class Reason(models.TextChoices):
        SHORTAGE = "shortage", _("Shortage of an order")
        MINIMUM = "minimum", _("Below the minimum")
        OTHER = "other", _("Other need")

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        CLOSED = "closed", pgettext_lazy("order", "Closed")

    TRANSITIONS = {
        Status.REQUESTED: {Status.APPROVED, Status.REJECTED},
        Status.APPROVED: {Status.CLOSED},
        Status.REJECTED: set(),
        Status.CLOSED: set(),
    }

    number = models.CharField(_("number"), max_length=40, unique=True)
    item = models.ForeignKey("materials.Item", models.PROTECT, related_name="requisitions", verbose_name=_("item"))
    quantity = quantity_field(_("quantity"))
    needed_on = models.DateField(_("needed on"))
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices)
    order = models.ForeignKey(
        "plans.ProductionOrder", models.PROTECT, related_name="requisitions", null=True, blank=True, verbose_name=_("production order")
    )
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.REQUESTED)
    requested_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="requisitions")
    requested_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(_("words of the decision"), max_length=500, blank=True, default="")
    closing_note = models.CharField(_("why nothing more is bought"), max_length=500, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("requisition")
        verbose_name_plural = _("requisitions")
        ordering = ["-requested_at"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="requisition_above_zero"),
            models.CheckConstraint(condition=Q(decided_by=None) | ~Q(decided_by=F("requested_by")), name="requisition_approver_is_another"),
            models.CheckConstraint(
                condition=Q(status="requested", decided_at=None) | (~Q(status="requested") & Q(decided_at__isnull=False)),
                name="requisition_decided_with_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number


@pghistory.track()
class ExpectedReceipt(models.Model):
    """So much of an approved requisition that a supplier promised for a day. ``received_qty`` adds up its receipts; ``complete_on`` is
    the day on which the last of it arrived; ``note`` says why the promise was moved or taken back (MAT-12)."""

    class Status(models.TextChoices):
        EXPECTED = "expected", _("Expected")
        RECEIVED = "received", _("Received")
        CANCELLED = "cancelled", _("Cancelled")

    number = models.CharField(_("number"), max_length=40, unique=True)
    requisition = models.ForeignKey(Requisition, models.PROTECT, related_name="expected_receipts")
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="expected_receipts", verbose_name=_("supplier"))
    quantity = quantity_field(_("quantity ordered"))
    received_qty = quantity_field(_("received"), default=0)
    unit_price = models.DecimalField(_("price per unit"), max_digits=MONEY_DIGITS, decimal_places=MONEY_DECIMALS, null=True, blank=True)
    promised_on = models.DateField(_("promised on"))
    complete_on = models.DateField(_("arrived on"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.EXPECTED)
    note = models.CharField(_("why the promise changed"), max_length=300, blank=True, default="")
    made_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("expected receipt")
        verbose_name_plural = _("expected receipts")
        ordering = ["promised_on", "pk"]
        indexes = [models.Index(fields=["promised_on"], condition=Q(status="expected"), name="receipt_expected_by_date")]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0, received_qty__gte=0), name="expected_receipt_quantities"),
            models.CheckConstraint(
                condition=Q(status="received", complete_on__isnull=False) | (~Q(status="received") & Q(complete_on=None)),
                name="expected_receipt_complete_with_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.EXPECTED

    @property
    def missing(self) -> Decimal:
        """What of it has not arrived, in the item's unit; never below 0."""
        return max(self.quantity - self.received_qty, Decimal(0))

    def days_late(self, today: date) -> int:
        """Days after the promise on which it arrived, or on which it is still missing; 0 when it is in time."""
        return max(0, ((self.complete_on or today) - self.promised_on).days)


class Delivery(models.Model):
    """One arrival: the slip that brought it in, from whom, and against which promise."""

    slip = models.OneToOneField("materials.Slip", models.PROTECT, related_name="delivery")
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="deliveries")
    expected = models.ForeignKey(ExpectedReceipt, models.PROTECT, related_name="deliveries", null=True, blank=True)
    delivery_note = models.CharField(_("delivery note"), max_length=100, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.slip}"


class LotDecision(models.Model):
    """What somebody decided about a lot; the newest is the lot's status (MAT-13). Never by the person who received it."""

    lot = models.ForeignKey("materials.Lot", models.PROTECT, related_name="decisions")
    status = models.CharField(_("status"), max_length=10, choices=LotStatus.choices)
    note = models.CharField(_("note"), max_length=500)
    by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["lot", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(note=""), name="lot_decision_has_words")]
        triggers = [append_only("a decision about a lot")]

    def __str__(self) -> str:
        return f"{self.lot} {self.status}"
