from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from materials.models.quotas import append_only, quantity_field


class Reconciled(models.Model):
    """What became of a lot that an order still held when it was closed; written once, with the slip that moved it (MAT-14).

    ``held = returned + scrapped + consumed``, in the item's unit; of what was consumed, ``explained`` is what the daily reports do not
    say (below 0 where they say more than there was), with the reason. A row without lot explains use of what was not held.
    """

    order = models.ForeignKey("plans.ProductionOrder", models.PROTECT, related_name="reconciled")
    slip = models.ForeignKey("materials.Slip", models.PROTECT, related_name="reconciled", null=True, blank=True)
    item = models.ForeignKey("materials.Item", models.PROTECT, related_name="reconciled")
    lot = models.ForeignKey("materials.Lot", models.PROTECT, related_name="reconciled", null=True, blank=True)
    held = quantity_field(_("held"))
    returned = quantity_field(_("returned"))
    scrapped = quantity_field(_("scrapped"))
    consumed = quantity_field(_("used up"))
    explained = quantity_field(_("explained difference"))
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")
    by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(held=F("returned") + F("scrapped") + F("consumed")), name="reconciled_to_the_last_unit"),
            models.CheckConstraint(
                condition=Q(held__gte=0, returned__gte=0, scrapped__gte=0, consumed__gte=0), name="reconciled_not_negative"
            ),
            models.CheckConstraint(condition=Q(explained=0) | ~Q(reason=""), name="reconciled_difference_has_a_reason"),
        ]
        triggers = [append_only("a reconciliation")]

    def __str__(self) -> str:
        return f"{self.order} {self.lot or self.item}"
