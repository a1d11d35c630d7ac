"""Who was at the plant before the shift (PLN-02)."""

from datetime import datetime, timedelta

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

MINUTE = timedelta(minutes=1)


def minutes_past(at: datetime, due_at: datetime) -> int:
    """Whole minutes by which the wall clock shows more than ``due_at``; 0 when in time: 07:50:59 is still 07:50."""
    return max((at.replace(second=0, microsecond=0) - due_at) // MINUTE, 0)


class Arrival(models.Model):
    """A supervisor or team leader was there for a shift: written once, by themselves, in the unit on whose sheet they said so.

    ``starts_at`` is when this person's duty began by the roster and ``due_at`` the last moment that was in time, both as they stood then.
    ``arrived_at`` is right by the server's clock, ``told_at`` what the device's clock told where that was another time.
    """

    staff = models.ForeignKey("people.Staff", models.PROTECT, related_name="arrivals", verbose_name=_("staff member"))
    node = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="arrivals", verbose_name=_("where"))
    shift = models.ForeignKey("people.Shift", models.PROTECT, related_name="arrivals", verbose_name=_("shift"))
    business_date = models.DateField(_("business date"))
    starts_at = models.DateTimeField(_("starts at"))
    due_at = models.DateTimeField(_("in time until"))
    arrived_at = models.DateTimeField(_("arrived at"))
    told_at = models.DateTimeField(_("time by the device's own clock"), null=True, blank=True)
    saved_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("arrival")
        verbose_name_plural = _("arrivals")
        ordering = ["-business_date", "arrived_at"]
        indexes = [models.Index(fields=["business_date", "node"], name="arrival_by_date_and_node")]
        constraints = [
            models.UniqueConstraint(fields=["staff", "business_date", "shift"], name="one_arrival_per_person_and_shift"),
            models.CheckConstraint(condition=Q(due_at__lte=F("starts_at")), name="arrival_due_by_the_start"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.business_date} {self.shift_id}"

    @property
    def minutes_late(self) -> int:
        return minutes_past(self.arrived_at, self.due_at)
