"""Looks round at any time of the shift, and the 4-hour windows in each of which one is asked (PLN-04, ADR 0015)."""

import uuid

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from plans.models.templates import TemplateItem, TemplateVersion


class SpotWindow(models.Model):
    """Four hours (the last perhaps fewer) of one unit's shift in which somebody must look round; made ahead, following the roster."""

    node = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="spot_windows")
    shift = models.ForeignKey("people.Shift", models.PROTECT, related_name="spot_windows")
    business_date = models.DateField()
    number = models.PositiveSmallIntegerField(_("window"))
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))

    class Meta:
        verbose_name = _("spot-check window")
        ordering = ["-business_date", "node__code", "starts_at"]
        indexes = [models.Index(fields=["node", "-starts_at"], name="spot_window_by_node")]
        constraints = [
            models.UniqueConstraint(fields=["node", "shift", "business_date", "number"], name="one_spot_window_per_number"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="spot_window_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.node} {self.business_date} {self.number}"


class SpotCheck(models.Model):
    """One look round over persons, machines, tools, materials and work standards at one moment: written once, by its maker's own UUID.

    ``is_complete``: every object that the checklist requires was answered; only such a one counts for a window. ``checked_at`` is right by
    the server's clock, ``told_at`` what the device's clock told where that was another time.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    version = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="spot_checks")
    node = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="spot_checks", verbose_name=_("where"))
    business_date = models.DateField(_("business date"))
    shift = models.ForeignKey("people.Shift", models.PROTECT, related_name="spot_checks", null=True, blank=True, verbose_name=_("shift"))
    by = models.ForeignKey("people.Staff", models.PROTECT, related_name="spot_checks", verbose_name=_("by"))
    checked_at = models.DateTimeField(_("checked at"))
    told_at = models.DateTimeField(_("time by the device's own clock"), null=True, blank=True)
    saved_at = models.DateTimeField(auto_now_add=True)
    is_complete = models.BooleanField(_("complete"))

    class Meta:
        verbose_name = _("spot check")
        verbose_name_plural = _("spot checks")
        ordering = ["-checked_at"]
        indexes = [models.Index(fields=["node", "-checked_at"], name="spot_check_by_node")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.node} {self.checked_at:%Y-%m-%d %H:%M}"


class SpotAnswer(models.Model):
    """What was found at one object of a spot check."""

    check_of = models.ForeignKey(SpotCheck, models.PROTECT, related_name="answers")
    item = models.ForeignKey(TemplateItem, models.PROTECT, related_name="spot_answers")
    is_ok = models.BooleanField(_("OK"))
    note = models.CharField(_("note"), max_length=1000, blank=True, default="")
    photo = models.ForeignKey("core.Attachment", models.PROTECT, related_name="spot_answers", null=True, blank=True)
    finding = models.ForeignKey("plans.Finding", models.PROTECT, related_name="spot_answers", null=True, blank=True)

    class Meta:
        ordering = ["check_of", "item__order"]
        constraints = [
            models.UniqueConstraint(fields=["check_of", "item"], name="one_answer_per_object"),
            models.CheckConstraint(condition=Q(is_ok=True) | ~Q(note=""), name="abnormal_object_has_a_note"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.item} {'ok' if self.is_ok else 'ng'}"
