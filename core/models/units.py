import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models.changes import changes_every_day
from core.models.names import BilingualName


@pghistory.track()
class Unit(BilingualName):
    """A unit of quantity and how finely it is counted: ``decimals`` digits after the point, 0 to 6."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    decimals = models.PositiveSmallIntegerField(_("decimals"))

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["code"]
        constraints = [models.CheckConstraint(condition=Q(decimals__gte=0, decimals__lte=6), name="unit_decimals_0_to_6")]
        triggers = [changes_every_day(pgtrigger.UpdateOf("code"))]

    def __str__(self) -> str:
        return self.code
