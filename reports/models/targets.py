import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.quantities import QUANTITY_DECIMALS, QUANTITY_DIGITS
from reports.kpis import TARGETED

PERCENT_MOST = 200
TargetKpi = models.TextChoices("TargetKpi", [(code.upper(), (code, kpi.name)) for code, kpi in TARGETED.items()])  # type: ignore[call-overload]
# A year, a month of the plant, or an ISO week; which years have a week 53 is the service's to know.
PERIOD = r"^[12]\d{3}(-(0[1-9]|1[0-2])|-W(0[1-9]|[1-4]\d|5[0-3]))?$"


@pghistory.track()
class Target(models.Model):
    """What a figure of a unit should be in a period, in the figure's own unit: at least where higher is better, else at most.

    ``period`` is a year (``2026``), a month of the plant (``2026-10``) or an ISO week (``2026-W43``).
    """

    kpi_code = models.CharField(_("figure"), max_length=30, choices=TargetKpi.choices)
    org = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="targets", verbose_name=_("organisation unit"))
    period = models.CharField(_("period"), max_length=8)
    value = models.DecimalField(pgettext_lazy("of a figure", "target"), max_digits=QUANTITY_DIGITS, decimal_places=QUANTITY_DECIMALS)

    class Meta:
        verbose_name = pgettext_lazy("of a figure", "target")
        verbose_name_plural = pgettext_lazy("of figures", "targets")
        ordering = ["-period", "kpi_code", "org__code"]
        constraints = [
            models.UniqueConstraint(fields=["kpi_code", "org", "period"], name="one_target_per_figure_unit_and_period"),
            models.CheckConstraint(condition=Q(kpi_code__in=TargetKpi.values), name="target_figure_known"),
            models.CheckConstraint(condition=Q(period__regex=PERIOD), name="target_period_is_year_month_or_week"),
            models.CheckConstraint(condition=Q(value__gte=0), name="target_not_negative"),
            models.CheckConstraint(condition=~Q(kpi_code__endswith="_pct") | Q(value__lte=PERCENT_MOST), name="target_percent_in_bounds"),
        ]

    def __str__(self) -> str:
        return f"{self.kpi_code} {self.org} {self.period}"
