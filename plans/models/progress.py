import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.quantities import QUANTITY_DECIMALS, QUANTITY_DIGITS


class BehindReason(models.TextChoices):
    """Why a team is behind its plan: the reasons of downtime, and people who are missing."""

    NO_MATERIAL = "no_material", _("No material")
    NO_WORK = "no_work", _("No work")
    MACHINE = "machine", _("Machine")
    QUALITY = "quality", _("Quality")
    CHANGEOVER = "changeover", _("Changeover")
    PEOPLE = "people", _("People missing")
    OTHER = "other", _("Other")


@pghistory.track()
class SlotOutput(models.Model):
    """Good pieces of one plan line counted in one time slot of its shift, in the product's unit (PLN-07).

    ``counted_until`` is the moment up to which they were counted: the slot's end, or earlier when it still ran. It is a count on the way,
    not the report: the daily report takes it over as a proposal only.
    """

    plan_line = models.ForeignKey("plans.PlanLine", models.PROTECT, related_name="outputs", verbose_name=_("plan line"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    good_qty = models.DecimalField(_("good"), max_digits=QUANTITY_DIGITS, decimal_places=QUANTITY_DECIMALS)
    counted_until = models.DateTimeField(_("counted until"))
    reason = models.CharField(_("why behind"), max_length=12, choices=BehindReason.choices, blank=True, default="")
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    posted_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", verbose_name=_("posted by"))
    posted_at = models.DateTimeField(_("posted at"))
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("output of a time slot")
        verbose_name_plural = _("output by time slot")
        ordering = ["plan_line", "starts_at"]
        constraints = [
            # Counting 09:00 to 10:00 again beside 08:00 to 10:00 would count it twice.
            ExclusionConstraint(
                name="slots_of_a_line_do_not_overlap",
                expressions=[
                    ("plan_line", RangeOperators.EQUAL),
                    (Func("starts_at", "ends_at", function="TSTZRANGE"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=Q(good_qty__gte=0), name="slot_output_not_negative"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"), counted_until__gt=F("starts_at"), counted_until__lte=F("ends_at")),
                name="slot_counted_within_it",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_line} {self.starts_at:%H:%M}"


@pghistory.track(exclude=["token_hash", "last_used_at"])
class DisplayLink(models.Model):
    """An address that a wall screen opens without signing in: the progress board of one unit, in one language, nothing else.

    Only a hash of it is kept; the address was shown once, when it was made. It opens nothing any more from ``revoked_at`` on.
    """

    class Language(models.TextChoices):
        ENGLISH = "en", "English"
        CHINESE = "zh-hans", "简体中文"

    name = models.CharField(pgettext_lazy("thing", "name"), max_length=100)
    node = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="display_links", verbose_name=_("organisation unit"))
    language = models.CharField(_("language"), max_length=10, choices=Language.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)
    revoked_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("revoked by"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("display link")
        verbose_name_plural = _("display links")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_by=None, revoked_at=None) | Q(revoked_by__isnull=False, revoked_at__isnull=False),
                name="display_link_revoked_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        return "ended" if self.revoked_at else "in_force"
