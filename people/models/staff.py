import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.clock import plant_today


class StaffQuerySet(models.QuerySet["Staff"]):
    def employed(self) -> "StaffQuerySet":
        """Those who have not left by today; the last day counts as employed."""
        return self.filter(Q(left_on=None) | Q(left_on__gte=plant_today()))


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

    @property
    def has_left(self) -> bool:
        return self.left_on is not None and self.left_on < plant_today()
