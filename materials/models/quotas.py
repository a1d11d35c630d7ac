from decimal import Decimal

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.quantities import QUANTITY_DECIMALS, QUANTITY_DIGITS
from materials.models.changing import changes_its_order


def quantity_field(label: object, **kwargs: object) -> models.DecimalField:
    return models.DecimalField(label, max_digits=QUANTITY_DIGITS, decimal_places=QUANTITY_DECIMALS, **kwargs)  # type: ignore[arg-type]


def append_only(name: str) -> pgtrigger.Trigger:
    """What was written stays; undo is an opposite row."""
    return pgtrigger.Trigger(
        name="append_only",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=f"RAISE EXCEPTION '{name} is never edited or deleted' USING ERRCODE = 'check_violation', CONSTRAINT = 'append_only';",
    )


class OrderQuota(models.Model):
    """The bill of materials an order was released with; its quota lines are frozen from it (MAT-06)."""

    order = models.OneToOneField("plans.ProductionOrder", models.PROTECT, related_name="order_quota")
    bom = models.ForeignKey("materials.Bom", models.PROTECT, related_name="order_quotas")
    order_quantity = quantity_field(_("order quantity"))
    frozen_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.order} {self.bom}"


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange("quota", "wanted", "supplement")),
)
class QuotaLine(models.Model):
    """How much of one item a production order may draw, in the item's stock unit.

    ``issued`` (all ever issued, never lowered) and the returns by type are kept by the ledger's trigger, ``supplement`` by the
    trigger of grants, ``quota`` and ``wanted`` by that of changes; Python only reads them. ``wanted`` is set while a lowered quota
    waits for material to come back: returns then lower ``quota`` towards it instead of reopening it (DESIGN 3.1).
    """

    order = models.ForeignKey("plans.ProductionOrder", models.PROTECT, related_name="quota_lines", verbose_name=_("production order"))
    item = models.ForeignKey("materials.Item", models.PROTECT, related_name="quota_lines", verbose_name=_("item"))
    quota = quantity_field(_("quota"))
    wanted = quantity_field(_("wanted quota"), null=True, blank=True)
    supplement = quantity_field(_("approved supplement"), default=0)
    issued = quantity_field(_("issued"), default=0, editable=False)
    returned_good = quantity_field(_("returned good"), default=0, editable=False)
    returned_incoming_defect = quantity_field(_("returned, incoming defect"), default=0, editable=False)
    returned_operation_defect = quantity_field(_("returned, operation defect"), default=0, editable=False)

    class Meta:
        verbose_name = _("quota line")
        verbose_name_plural = _("quota lines")
        ordering = ["order", "item__code"]
        constraints = [
            models.UniqueConstraint(fields=["order", "item"], name="one_quota_line_per_item"),
            models.CheckConstraint(
                condition=Q(
                    issued__lte=F("quota") + F("supplement") + F("returned_good") + F("returned_incoming_defect"),
                ),
                name="quota_not_exceeded",
            ),
            models.CheckConstraint(
                condition=Q(
                    quota__gte=0,
                    supplement__gte=0,
                    issued__gte=0,
                    returned_good__gte=0,
                    returned_incoming_defect__gte=0,
                    returned_operation_defect__gte=0,
                ),
                name="quota_figures_not_negative",
            ),
            # Each move of a substitute is counted rounded, so parts that come back may count a little more than the whole did.
            models.CheckConstraint(
                condition=Q(
                    issued__gte=F("returned_good") + F("returned_incoming_defect") + F("returned_operation_defect") - Decimal("0.001"),
                ),
                name="quota_returns_within_issued",
            ),
            models.CheckConstraint(condition=Q(wanted=None) | Q(wanted__gte=0, wanted__lt=F("quota")), name="quota_wanted_is_lower"),
        ]
        triggers = [
            *changes_its_order("SELECT order_id FROM rows", "insert"),
            pgtrigger.Trigger(
                name="begins_with_nothing_issued",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF (NEW.supplement, NEW.issued, NEW.returned_good, NEW.returned_incoming_defect, NEW.returned_operation_defect)
                        <> (0, 0, 0, 0, 0) OR NEW.wanted IS NOT NULL THEN
                        RAISE EXCEPTION 'a quota line begins with nothing issued'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'quota_kept_by_ledger';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="figures_come_from_the_ledger",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                # Asked before the function is called: what another trigger writes calls none, however many rows.
                condition=pgtrigger.Condition("pg_trigger_depth() = 0"),
                func="""
                    RAISE EXCEPTION 'the figures of a quota line are kept by the ledger'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'quota_kept_by_ledger';
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.item}"

    @property
    def drawn(self) -> Decimal:
        return self.issued - self.returned_good - self.returned_incoming_defect

    @property
    def left(self) -> Decimal:
        return self.quota + self.supplement - self.drawn

    @property
    def to_return(self) -> Decimal:
        """What must come back before the quota is as low as wanted."""
        return Decimal(0) if self.wanted is None else self.quota - self.wanted


class QuotaSubstitute(models.Model):
    """An item that may be issued on a quota line in place of its own; one unit of it counts as ``factor`` units of the line's item."""

    quota_line = models.ForeignKey(QuotaLine, models.PROTECT, related_name="substitutes")
    item = models.ForeignKey("materials.Item", models.PROTECT, related_name="quota_substitutes", verbose_name=_("substitute"))
    factor = models.DecimalField(_("counts as"), max_digits=12, decimal_places=6, default=1)
    approved_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    approved_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quota_line", "item"], name="one_quota_substitute_per_item"),
            models.CheckConstraint(condition=Q(factor__gt=0), name="quota_substitute_factor_above_zero"),
        ]
        triggers = [
            append_only("a substitute of a quota line"),
            *changes_its_order("SELECT q.order_id FROM rows JOIN materials_quotaline q ON q.id = rows.quota_line_id", "insert"),
        ]

    def __str__(self) -> str:
        return f"{self.item} → {self.quota_line}"


class QuotaChange(models.Model):
    """A new limit for a line after its order or bill of materials changed; the trigger writes it into the line.

    A limit never falls below what is drawn: ``quota = max(new, drawn − supplement)``, the rest waits in ``wanted``.
    """

    quota_line = models.ForeignKey(QuotaLine, models.PROTECT, related_name="changes")
    quota = quantity_field(_("new quota"))
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(quota__gte=0), name="quota_change_not_negative")]
        triggers = [
            append_only("a quota change"),
            pgtrigger.Trigger(
                name="write_quota",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func="""
                    UPDATE materials_quotaline q SET
                        quota = GREATEST(NEW.quota, q.issued - q.returned_good - q.returned_incoming_defect - q.supplement),
                        wanted = CASE WHEN NEW.quota < q.issued - q.returned_good - q.returned_incoming_defect - q.supplement
                                      THEN NEW.quota END
                    WHERE q.id = NEW.quota_line_id;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quota_line} → {self.quota}"
