import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models.changes import changes_days
from core.quantities import QUANTITY_DECIMALS, QUANTITY_DIGITS

# Whoever changes what was agreed asks for a new agreement, whatever the door (PLN-05).
BACK_TO_RECONFIRM = """
    IF (NEW.business_date, NEW.shift_id, NEW.team_id, NEW.order_id, NEW.product_id, NEW.process_id, NEW.planned_qty)
       IS DISTINCT FROM
       (OLD.business_date, OLD.shift_id, OLD.team_id, OLD.order_id, OLD.product_id, OLD.process_id, OLD.planned_qty)
       OR (OLD.status = 'withdrawn' AND NEW.status <> 'withdrawn')
    THEN
        IF OLD.status = 'confirmed' THEN
            NEW.agreed_qty := OLD.planned_qty;
        END IF;
        IF OLD.status <> 'to_confirm' AND NEW.status <> 'withdrawn' THEN
            NEW.status := 'to_reconfirm';
            NEW.confirmed_by_id := NULL;
            NEW.confirmed_at := NULL;
        END IF;
    END IF;
    RETURN NEW;
"""


@pghistory.track()
class PlanLine(models.Model):
    """What one team is to make in one shift of one order, product and process, in the product's unit (PLN-05).

    Its key is that of a report line, whose plan it is. A change after the supervisor's confirmation asks for it again: the trigger
    sees to that, and keeps what was agreed last in ``agreed_qty``. What was never looked at by the supervisor may be deleted; anything
    else is withdrawn and stays visible.
    """

    class Status(models.TextChoices):
        TO_CONFIRM = "to_confirm", _("To be confirmed")
        CONFIRMED = "confirmed", _("Confirmed")
        QUERIED = "queried", _("Queried")
        TO_RECONFIRM = "to_reconfirm", _("To be reconfirmed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    TRANSITIONS = {
        Status.TO_CONFIRM: {Status.CONFIRMED, Status.QUERIED, Status.WITHDRAWN},
        Status.TO_RECONFIRM: {Status.CONFIRMED, Status.QUERIED, Status.WITHDRAWN},
        Status.CONFIRMED: {Status.QUERIED, Status.WITHDRAWN},
        Status.QUERIED: {Status.CONFIRMED, Status.WITHDRAWN},
        Status.WITHDRAWN: set(),
    }

    business_date = models.DateField(_("business date"))
    shift = models.ForeignKey("people.Shift", models.PROTECT, related_name="plan_lines", verbose_name=_("shift"))
    team = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="plan_lines", verbose_name=_("team"))
    order = models.ForeignKey(
        "plans.ProductionOrder", models.PROTECT, related_name="plan_lines", null=True, blank=True, verbose_name=_("production order")
    )
    product = models.ForeignKey("plans.Product", models.PROTECT, related_name="plan_lines", verbose_name=_("product"))
    process = models.ForeignKey(
        "plans.Process", models.PROTECT, related_name="plan_lines", null=True, blank=True, verbose_name=_("process")
    )
    planned_qty = models.DecimalField(_("planned"), max_digits=QUANTITY_DIGITS, decimal_places=QUANTITY_DECIMALS)
    agreed_qty = models.DecimalField(
        _("agreed before"), max_digits=QUANTITY_DIGITS, decimal_places=QUANTITY_DECIMALS, null=True, blank=True, editable=False
    )
    note = models.CharField(_("note of the planner"), max_length=200, blank=True, default="")
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.TO_CONFIRM)
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("entered by"))
    made_at = models.DateTimeField(auto_now_add=True)
    changed_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("changed by"))
    changed_at = models.DateTimeField(_("changed at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        "people.Staff", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("confirmed by")
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    query = models.CharField(_("query"), max_length=300, blank=True, default="")
    queried_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("queried by"))
    queried_at = models.DateTimeField(_("queried at"), null=True, blank=True)

    class Meta:
        verbose_name = _("plan line")
        verbose_name_plural = _("plan lines")
        ordering = ["-business_date", "team__code", "shift__starts_at", "pk"]
        indexes = [models.Index(fields=["team", "business_date"], name="plan_by_team_and_date")]
        constraints = [
            models.UniqueConstraint(
                fields=["business_date", "shift", "team", "order", "product", "process"],
                name="one_plan_line_per_report_line",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(planned_qty__gt=0), name="plan_quantity_above_zero"),
            models.CheckConstraint(
                condition=Q(status="confirmed", confirmed_at__isnull=False, confirmed_by__isnull=False)
                | (~Q(status="confirmed") & Q(confirmed_at=None, confirmed_by=None)),
                name="plan_confirmed_by_and_at",
            ),
            models.CheckConstraint(
                condition=~Q(status="queried") | (Q(queried_at__isnull=False, queried_by__isnull=False) & ~Q(query="")),
                name="plan_query_has_words",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(name="back_to_reconfirm", when=pgtrigger.Before, operation=pgtrigger.Update, func=BACK_TO_RECONFIRM),
            *changes_days("business_date"),
        ]

    def __str__(self) -> str:
        return " · ".join(str(part) for part in (self.team, self.business_date, self.shift, self.order, self.product) if part)

    @property
    def waits(self) -> bool:
        """Whether the supervisor has still to say yes or no to it."""
        return self.status in (self.Status.TO_CONFIRM, self.Status.TO_RECONFIRM)
