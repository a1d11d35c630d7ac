from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.quantities import QUANTITY_DECIMALS, QUANTITY_DIGITS

# What was asked and what was looked at stays; only the override is added, once, by the release itself.
ONLY_THE_OVERRIDE_IS_ADDED = """
    IF TG_OP = 'DELETE' OR OLD.override <> ''
       OR to_jsonb(NEW) - ARRAY['override', 'overridden_by_id', 'overridden_at']
          IS DISTINCT FROM to_jsonb(OLD) - ARRAY['override', 'overridden_by_id', 'overridden_at'] THEN
        RAISE EXCEPTION 'a review is never edited or deleted' USING ERRCODE = 'check_violation', CONSTRAINT = 'append_only';
    END IF;
    RETURN NEW;
"""


class OrderReview(models.Model):
    """One review of a draft order before its release: of its material and of its due date (PLN-24). The newest one counts.

    It keeps what the order said when it was opened, quantity in the product's unit, and the bill of materials in force: once the order
    or the bill says something else, the review is stale. ``opened_by`` is ``None`` for the system. ``override`` are the words of the
    manager who had the order released in spite of it, or say that a file brought the order as released.
    """

    order = models.ForeignKey("plans.ProductionOrder", models.PROTECT, related_name="reviews", verbose_name=_("production order"))
    product = models.ForeignKey("plans.Product", models.PROTECT, related_name="+", verbose_name=_("product"))
    quantity = models.DecimalField(_("quantity"), max_digits=QUANTITY_DIGITS, decimal_places=QUANTITY_DECIMALS)
    workshop = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="+", verbose_name=_("workshop"))
    team = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("team"))
    start_on = models.DateField(_("start on"), null=True, blank=True)
    due_on = models.DateField(_("due on"))
    bill = models.CharField(_("bill of materials"), max_length=20, blank=True, default="")
    opened_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("opened by"))
    opened_at = models.DateTimeField(_("opened at"))
    override = models.TextField(_("released in spite of it, because"), blank=True, default="")
    overridden_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    overridden_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("review of an order")
        verbose_name_plural = _("reviews of orders")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(override="", overridden_by=None, overridden_at=None) | (~Q(override="") & Q(overridden_at__isnull=False)),
                name="review_override_has_words_and_a_time",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="only_the_override_is_added",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=ONLY_THE_OVERRIDE_IS_ADDED,
            )
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.pk}"


@pghistory.track()
class ReviewPart(models.Model):
    """One half of a review: who was asked, what they said, and the figures that stood before them then.

    ``reviewer`` is ``None`` where nobody was asked and the figures alone decided at the release. A verdict may be given anew until the
    order is released; History keeps each.
    """

    class Kind(models.TextChoices):
        MATERIAL = "material", pgettext_lazy("review", "Material")
        DUE_DATE = "due_date", pgettext_lazy("review", "Due date")

    class Verdict(models.TextChoices):
        PASSED = "passed", pgettext_lazy("review", "Passed")
        NOT_PASSED = "not_passed", pgettext_lazy("review", "Not passed")

    review = models.ForeignKey(OrderReview, models.PROTECT, related_name="parts")
    kind = models.CharField(_("part"), max_length=10, choices=Kind.choices)
    reviewer = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("reviewer"))
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices, blank=True, default="")
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    figures = models.JSONField(_("figures"), default=dict, blank=True)

    class Meta:
        verbose_name = _("part of a review")
        verbose_name_plural = _("parts of reviews")
        ordering = ["review", "-kind"]
        indexes = [models.Index(fields=["reviewer"], condition=Q(verdict=""), name="review_part_to_judge")]
        constraints = [
            models.UniqueConstraint(fields=["review", "kind"], name="one_part_of_each_kind"),
            models.CheckConstraint(
                condition=Q(verdict="", decided_at=None, note="") | (~Q(verdict="") & Q(decided_at__isnull=False)),
                name="review_part_verdict_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review} {self.kind}"
