import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.clock import BEGINNING
from core.models import BilingualName
from core.models.changes import changes_days, changes_every_day


@pghistory.track()
class Product(BilingualName):
    """What the plant makes, counted in ``unit``."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    spec = models.CharField(_("specification"), max_length=200, blank=True, default="")
    unit = models.ForeignKey("core.Unit", models.PROTECT, related_name="products", verbose_name=_("unit"))

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["code"]
        triggers = [changes_every_day(pgtrigger.UpdateOf("code", "unit_id"))]

    def __str__(self) -> str:
        return self.code


@pghistory.track()
class Process(BilingualName):
    """A step of making. Output of a final process is finished goods; a key process needs qualified people."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    org = models.ForeignKey(
        "people.OrgNode", models.PROTECT, related_name="processes", null=True, blank=True, verbose_name=_("organisation unit")
    )
    is_key = models.BooleanField(_("key process"), default=False)
    is_final = models.BooleanField(_("final process"), default=True)

    class Meta:
        verbose_name = _("process")
        verbose_name_plural = _("processes")
        ordering = ["code"]
        triggers = [changes_every_day(pgtrigger.UpdateOf("code", "is_final"))]

    def __str__(self) -> str:
        return self.code


@pghistory.track()
class StandardHours(models.Model):
    """Allowed hours per unit of a product (part, process) from ``valid_from`` until the next row of the same key (MAT-02).

    A blank process is the product's standard for every process that has none of its own; parts of one process add up.
    """

    product = models.ForeignKey(Product, models.PROTECT, related_name="standard_hours", verbose_name=_("product"))
    part = models.CharField(_("part"), max_length=60, blank=True, default="")
    process = models.ForeignKey(Process, models.PROTECT, related_name="standard_hours", null=True, blank=True, verbose_name=_("process"))
    valid_from = models.DateField(_("valid from"), default=BEGINNING)
    hours_per_unit = models.DecimalField(_("hours per unit"), max_digits=12, decimal_places=6)

    class Meta:
        verbose_name = _("standard hours")
        verbose_name_plural = _("standard hours")
        ordering = ["product__code", "part", "process__code", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "part", "process", "valid_from"], name="one_standard_per_key_and_date", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(hours_per_unit__gt=0), name="standard_hours_above_zero"),
        ]
        triggers = changes_days("valid_from", ever_after=True)

    def __str__(self) -> str:
        return f"{self.product} {self.part} {self.process or ''} {self.valid_from}"
