import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models.changes import changes_every_day_if
from core.quantities import QUANTITY_DECIMALS, QUANTITY_DIGITS


@pghistory.track()
class ProductionOrder(models.Model):
    """The authority to make ``quantity`` of a product, in its unit, and later to draw material for it (MAT-06)."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        RELEASED = "released", _("Released")
        ON_HOLD = "on_hold", _("On hold")
        CLOSED = "closed", pgettext_lazy("order", "Closed")
        CANCELLED = "cancelled", _("Cancelled")

    TRANSITIONS = {
        Status.DRAFT: {Status.RELEASED, Status.CANCELLED},
        Status.RELEASED: {Status.ON_HOLD, Status.CLOSED},
        Status.ON_HOLD: {Status.RELEASED, Status.CLOSED},
        Status.CLOSED: set(),
        Status.CANCELLED: set(),
    }

    number = models.CharField(_("number"), max_length=40, unique=True)
    product = models.ForeignKey("plans.Product", models.PROTECT, related_name="orders", verbose_name=_("product"))
    quantity = models.DecimalField(_("quantity"), max_digits=QUANTITY_DIGITS, decimal_places=QUANTITY_DECIMALS)
    workshop = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="workshop_orders", verbose_name=_("workshop"))
    team = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="team_orders", null=True, blank=True, verbose_name=_("team"))
    start_on = models.DateField(_("start on"), null=True, blank=True)
    due_on = models.DateField(_("due on"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    released_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("production order")
        verbose_name_plural = _("production orders")
        ordering = ["-due_on", "-number"]
        indexes = [models.Index(fields=["status", "due_on"], name="order_by_status_and_due")]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="order_quantity_above_zero"),
            models.CheckConstraint(condition=Q(start_on=None) | Q(due_on__gte=F("start_on")), name="order_due_not_before_start"),
        ]
        # Nothing is counted of a draft.
        triggers = [
            changes_every_day_if(
                pgtrigger.Condition(
                    "OLD.status <> 'draft' AND (OLD.team_id, OLD.workshop_id, OLD.product_id)"
                    " IS DISTINCT FROM (NEW.team_id, NEW.workshop_id, NEW.product_id)"
                )
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.RELEASED

    @property
    def is_over(self) -> bool:
        return self.status in (self.Status.CLOSED, self.Status.CANCELLED)
