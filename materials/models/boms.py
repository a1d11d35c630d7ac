from typing import Any

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.quantities import QUANTITY_DECIMALS, QUANTITY_DIGITS

REFUSE_WHEN_APPROVED = """
    IF EXISTS (SELECT 1 FROM materials_bom b WHERE b.id = COALESCE(NEW.bom_id, OLD.bom_id) AND b.status <> 'draft') THEN
        RAISE EXCEPTION 'an approved bill of materials is never edited' USING ERRCODE = 'check_violation', CONSTRAINT = 'bom_approved';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


# What was approved stays as it was approved: only its withdrawal and the remark may still be written.
REFUSE_OTHER_THAN_WITHDRAWAL = """
    IF OLD.status = 'draft' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR (NEW.product_id, NEW.version_code, NEW.valid_from, NEW.made_by_id, NEW.approved_by_id, NEW.approved_at)
        IS DISTINCT FROM (OLD.product_id, OLD.version_code, OLD.valid_from, OLD.made_by_id, OLD.approved_by_id, OLD.approved_at)
        OR NOT (NEW.status = OLD.status OR (OLD.status = 'approved' AND NEW.status = 'withdrawn')) THEN
        RAISE EXCEPTION 'an approved bill of materials is never edited' USING ERRCODE = 'check_violation', CONSTRAINT = 'bom_approved';
    END IF;
    RETURN NEW;
"""


@pghistory.track()
class Bom(models.Model):
    """One version of what a product is made of; never edited once approved. An order takes the newest approved version
    whose ``valid_from`` has come (MAT-01); a withdrawn one is taken by no order any more, those that have it keep it."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPROVED = "approved", _("Approved")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    TRANSITIONS = {Status.DRAFT: {Status.APPROVED}, Status.APPROVED: {Status.WITHDRAWN}, Status.WITHDRAWN: set()}

    product = models.ForeignKey("plans.Product", models.PROTECT, related_name="boms", verbose_name=_("product"))
    version_code = models.CharField(_("version"), max_length=20)
    valid_from = models.DateField(_("valid from"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    remark = models.CharField(_("remark"), max_length=300, blank=True, default="")
    made_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("approved by"))
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        "people.Staff", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("withdrawn by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawal_reason = models.CharField(_("reason of the withdrawal"), max_length=300, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("bill of materials")
        verbose_name_plural = _("bills of materials")
        ordering = ["product__code", "-valid_from", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["product", "version_code"], name="one_bom_per_product_and_version"),
            models.CheckConstraint(
                condition=Q(status__in=["approved", "withdrawn"], approved_at__isnull=False) | (Q(status="draft", approved_at=None)),
                name="bom_approved_with_a_time",
            ),
            models.CheckConstraint(
                condition=(Q(status="withdrawn", withdrawn_at__isnull=False) & ~Q(withdrawal_reason=""))
                | (~Q(status="withdrawn") & Q(withdrawn_at=None)),
                name="bom_withdrawn_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(made_by=None) | ~Q(approved_by=models.F("made_by")), name="bom_approver_is_not_author"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="approved_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=REFUSE_OTHER_THAN_WITHDRAWAL,
            )
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.version_code}"


def tracked_while_drafted() -> Any:
    """What was before each change of a draft; an approved version is its own history."""
    return pghistory.track(
        pghistory.UpdateEvent("before_update", row=pghistory.Old), pghistory.DeleteEvent("before_delete", row=pghistory.Old)
    )


@tracked_while_drafted()
class BomLine(models.Model):
    """``qty_per_unit`` of an item, in its unit, for one unit of the product; a loss in percent and a fixed loss per set-up on top."""

    bom = models.ForeignKey(Bom, models.CASCADE, related_name="lines", verbose_name=_("bill of materials"))
    part = models.CharField(_("part"), max_length=60, blank=True, default="")
    process = models.ForeignKey("plans.Process", models.PROTECT, related_name="bom_lines", null=True, blank=True, verbose_name=_("process"))
    item = models.ForeignKey("materials.Item", models.PROTECT, related_name="bom_lines", verbose_name=_("item"))
    qty_per_unit = models.DecimalField(_("quantity per unit"), max_digits=QUANTITY_DIGITS, decimal_places=QUANTITY_DECIMALS)
    loss_percent = models.DecimalField(_("loss, %"), max_digits=7, decimal_places=4, default=0)
    setup_loss_qty = models.DecimalField(_("set-up loss"), max_digits=QUANTITY_DIGITS, decimal_places=QUANTITY_DECIMALS, default=0)

    class Meta:
        verbose_name = _("line of a bill")
        ordering = ["bom", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["bom", "part", "process", "item"], name="one_bom_line_per_key", nulls_distinct=False),
            models.CheckConstraint(
                condition=Q(qty_per_unit__gt=0, loss_percent__gte=0, loss_percent__lt=1000, setup_loss_qty__gte=0), name="bom_line_figures"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="immutable_once_approved",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=REFUSE_WHEN_APPROVED,
            )
        ]

    def __str__(self) -> str:
        return f"{self.bom} {self.item}"


@tracked_while_drafted()
class BomSubstitute(models.Model):
    """An item that may stand in for a line's item; one unit of it counts as ``factor`` units of the line's item. Approved with the
    version it stands in."""

    line = models.ForeignKey(BomLine, models.CASCADE, related_name="substitutes", verbose_name=_("line of a bill"))
    item = models.ForeignKey("materials.Item", models.PROTECT, related_name="substitutes_for", verbose_name=_("substitute"))
    factor = models.DecimalField(_("counts as"), max_digits=12, decimal_places=6, default=1)

    class Meta:
        verbose_name = _("substitute")
        constraints = [
            models.UniqueConstraint(fields=["line", "item"], name="one_substitute_per_line_and_item"),
            models.CheckConstraint(condition=Q(factor__gt=0), name="substitute_factor_above_zero"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="immutable_once_approved",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF EXISTS (SELECT 1 FROM materials_bomline l JOIN materials_bom b ON b.id = l.bom_id
                               WHERE l.id = COALESCE(NEW.line_id, OLD.line_id) AND b.status <> 'draft') THEN
                        RAISE EXCEPTION 'an approved bill of materials is never edited'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'bom_approved';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.item} → {self.line.item}"
