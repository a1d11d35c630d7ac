from datetime import date, timedelta
from decimal import Decimal

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from materials.models.quotas import quantity_field


@pghistory.track()
class CountPlan(models.Model):
    """What is counted how often: the bins of a warehouse or zone, what the orders of a workshop hold, or every bin where neither is
    named; all items, those of one class, or some chosen ones (MAT-16)."""

    class Cycle(models.TextChoices):
        WEEK = "week", _("Every week")
        MONTH = "month", _("Every month")
        QUARTER = "quarter", _("Every quarter")
        YEAR = "year", _("Every year")

    MONTHS = {Cycle.MONTH: 1, Cycle.QUARTER: 3, Cycle.YEAR: 12}

    name = models.CharField(_("name"), max_length=200)
    place = models.ForeignKey("materials.Place", models.PROTECT, related_name="count_plans", null=True, blank=True, verbose_name=_("place"))
    workshop = models.ForeignKey(
        "people.OrgNode", models.PROTECT, related_name="count_plans", null=True, blank=True, verbose_name=_("workshop")
    )
    item_class = models.CharField(_("class of items"), max_length=60, blank=True, default="")
    items = models.ManyToManyField("materials.Item", related_name="count_plans", blank=True, verbose_name=_("items"))
    cycle = models.CharField(_("cycle"), max_length=10, choices=Cycle.choices)
    first_on = models.DateField(_("first count on"))
    next_on = models.DateField(_("next count on"))
    is_ended = models.BooleanField(_("ended"), default=False)
    made_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("count plan")
        verbose_name_plural = _("count plans")
        ordering = ["next_on", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(place=None) | Q(workshop=None), name="count_plan_counts_one_place"),
        ]

    def __str__(self) -> str:
        return self.name

    def after(self, on: date) -> date:
        """The plan's next date after ``on``: the day of the month stays that of the first count where the month has it."""
        if self.cycle == self.Cycle.WEEK:
            return on + timedelta(days=7)
        months = on.year * 12 + on.month - 1 + self.MONTHS[self.Cycle(self.cycle)]
        year, month = months // 12, months % 12 + 1
        last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
        return date(year, month, min(self.first_on.day, last))


@pghistory.track()
class Count(models.Model):
    """One stocktake: the book frozen at ``frozen_at``, counted blind, its differences posted after somebody else approved them."""

    class Status(models.TextChoices):
        COUNTING = "counting", _("Being counted")
        SUBMITTED = "submitted", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        CANCELLED = "cancelled", _("Cancelled")

    TRANSITIONS = {
        Status.COUNTING: {Status.SUBMITTED, Status.CANCELLED},
        Status.SUBMITTED: {Status.APPROVED, Status.COUNTING, Status.CANCELLED},
        Status.APPROVED: set(),
        Status.CANCELLED: set(),
    }

    number = models.CharField(_("number"), max_length=40, unique=True)
    plan = models.ForeignKey(CountPlan, models.PROTECT, related_name="counts")
    planned_on = models.DateField(_("planned on"))
    frozen_at = models.DateTimeField(_("frozen at"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.COUNTING)
    submitted_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    slip = models.OneToOneField("materials.Slip", models.PROTECT, related_name="count", null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("stocktake")
        verbose_name_plural = _("stocktakes")
        ordering = ["-frozen_at"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "planned_on"], name="one_count_per_plan_and_date"),
            models.CheckConstraint(condition=Q(approved_by=None) | ~Q(approved_by=F("submitted_by")), name="count_approver_is_another"),
            models.CheckConstraint(
                condition=Q(status="approved", approved_at__isnull=False) | (~Q(status="approved") & Q(approved_at=None, slip=None)),
                name="count_approved_with_a_time",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="approved_by_another",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.status = 'approved' AND OLD.status <> 'approved'"),
                func="""
                    IF EXISTS (SELECT 1 FROM materials_countline l WHERE l.count_id = NEW.id
                               AND NEW.approved_by_id IN (l.counted_by_id, l.recounted_by_id)) THEN
                        RAISE EXCEPTION 'who counted does not approve'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'count_approver_is_another';
                    END IF;
                    IF EXISTS (SELECT 1 FROM materials_countline l WHERE l.count_id = NEW.id
                               AND (l.counted IS NULL OR (l.is_recount_asked AND l.recounted IS NULL))) THEN
                        RAISE EXCEPTION 'a line is not counted'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'count_is_complete';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CountLine(models.Model):
    """A lot at a place: what the book said when it was frozen, what was counted, and counted again. Blank is *not counted*, not 0.

    A figure is held against what the book said when it was written (``counted_book``, ``recounted_book``): what was drawn between the
    freeze and the count is gone from the shelf too.
    """

    count = models.ForeignKey(Count, models.CASCADE, related_name="lines")
    place = models.ForeignKey("materials.Place", models.PROTECT, related_name="count_lines")
    lot = models.ForeignKey("materials.Lot", models.PROTECT, related_name="count_lines")
    book = quantity_field(_("book"))
    counted = quantity_field(_("counted"), null=True, blank=True)
    counted_book = quantity_field(_("book when counted"), null=True, blank=True)
    recounted = quantity_field(_("counted again"), null=True, blank=True)
    recounted_book = quantity_field(_("book when counted again"), null=True, blank=True)
    counted_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    recounted_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    is_recount_asked = models.BooleanField(_("to be counted again"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")

    class Meta:
        ordering = ["count", "place__code", "lot__item__code", "lot__code"]
        constraints = [
            models.UniqueConstraint(fields=["count", "place", "lot"], name="one_count_line_per_place_and_lot"),
            models.CheckConstraint(
                condition=(Q(counted=None) | Q(counted__gte=0)) & (Q(recounted=None) | Q(recounted__gte=0)), name="counted_not_negative"
            ),
            models.CheckConstraint(
                condition=(Q(counted=None, counted_book=None) | Q(counted__isnull=False, counted_book__isnull=False))
                & (Q(recounted=None, recounted_book=None) | Q(recounted__isnull=False, recounted_book__isnull=False)),
                name="counted_against_a_book",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF (NEW.book, NEW.lot_id, NEW.place_id, NEW.count_id)
                            IS DISTINCT FROM (OLD.book, OLD.lot_id, OLD.place_id, OLD.count_id)
                        OR EXISTS (SELECT 1 FROM materials_count c WHERE c.id = OLD.count_id AND c.status IN ('approved', 'cancelled')) THEN
                        RAISE EXCEPTION 'the book of a stocktake is frozen, and a decided one stays as it is'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'count_line_frozen';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.count} {self.lot}"

    @property
    def result(self) -> Decimal | None:
        """What counts: the second count where there is one."""
        return self.counted if self.recounted is None else self.recounted

    @property
    def expected(self) -> Decimal | None:
        """What the book said when the figure that counts was written."""
        return self.counted_book if self.recounted is None else self.recounted_book

    @property
    def difference(self) -> Decimal | None:
        return None if self.result is None or self.expected is None else self.result - self.expected

    @property
    def is_open(self) -> bool:
        """Whether a counter has to write a figure here."""
        return (self.recounted if self.is_recount_asked else self.counted) is None
