from datetime import date

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.models.shifts import goes_on, still_goes_on


class StaffQuerySet(models.QuerySet["Staff"]):
    def employed(self) -> "StaffQuerySet":
        """Those who have not left by now; the last day counts as employed, to the end of its night shift."""
        return self.filter(Q(left_on=None) | goes_on("left_on"))

    def left(self) -> "StaffQuerySet":
        return self.filter(left_on__isnull=False).exclude(goes_on("left_on"))

    def working_on(self, on: date) -> "StaffQuerySet":
        """Those employed on a date."""
        return self.filter(Q(hired_on=None) | Q(hired_on__lte=on), Q(left_on=None) | Q(left_on__gte=on))


@pghistory.track()
class Staff(models.Model):
    """A person who works or worked here. Facts refer to people by this row; it is never deleted (DESIGN 3.11).

    ``org`` is blank for people of the whole company only (administrator, manager, upper management).
    """

    class PayType(models.TextChoices):
        PIECE = "piece", _("Piece rate")
        TIME = "time", _("Time rate")
        GUARANTEED = "guaranteed", _("Guaranteed minimum")

    staff_no = models.CharField(_("staff number"), max_length=40, unique=True)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=100)
    org = models.ForeignKey(
        "people.OrgNode", models.PROTECT, related_name="staff", null=True, blank=True, verbose_name=_("organisation unit")
    )
    position = models.CharField(_("position"), max_length=100, blank=True, default="")
    hired_on = models.DateField(_("hired on"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    pay_type = models.CharField(_("pay type"), max_length=10, choices=PayType.choices, blank=True, default="")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="staff", null=True, blank=True, verbose_name=_("user account")
    )

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("staff member")
        verbose_name_plural = _("staff")
        ordering = ["staff_no"]
        constraints = [
            models.CheckConstraint(
                condition=Q(hired_on=None) | Q(left_on=None) | Q(left_on__gte=F("hired_on")), name="staff_left_not_before_hired"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def works_on(self, on: date) -> bool:
        """Whether this person is employed on that date; the first and the last day count."""
        return (self.hired_on is None or self.hired_on <= on) and (self.left_on is None or on <= self.left_on)

    def has_left(self) -> bool:
        """Whether the last day is over: at midnight, or when a night shift that began on it ends."""
        return self.left_on is not None and not still_goes_on(self.left_on)
