from datetime import date, timedelta
from decimal import Decimal

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Exists, F, Q
from django.utils.translation import gettext_lazy as _

from core.clock import ShiftTimes, plant_now
from core.models import BilingualName
from core.models.changes import changes_every_day


class ShiftQuerySet(models.QuerySet["Shift"]):
    def running_since_yesterday(self) -> "ShiftQuerySet":
        """The night shifts of yesterday's business date that have not ended."""
        return self.filter(ends_at__lte=F("starts_at"), ends_at__gt=plant_now().time())


@pghistory.track()
class Shift(BilingualName):
    """A shift by the plant's wall clock; one that ends at or before its start runs into the next day."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    starts_at = models.TimeField(_("starts at"))
    ends_at = models.TimeField(_("ends at"))
    break_minutes = models.PositiveSmallIntegerField(_("break, minutes"), default=0)

    objects = ShiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ["starts_at", "code"]
        triggers = [changes_every_day(pgtrigger.UpdateOf("code", "starts_at", "ends_at"))]

    def __str__(self) -> str:
        return self.code

    @property
    def times(self) -> ShiftTimes:
        return ShiftTimes(self.code, self.starts_at, self.ends_at, self.break_minutes)

    @property
    def net_hours(self) -> Decimal:
        """Clock hours without the break, on a day without a clock change."""
        minutes = (self.ends_at.hour - self.starts_at.hour) * 60 + self.ends_at.minute - self.starts_at.minute
        return Decimal((minutes if minutes > 0 else minutes + 24 * 60) - self.break_minutes) / 60


def goes_on(last_day: str) -> Q:
    """Rows whose last day, the field of that name, is not over: it counts to the end of the last shift that began on it."""
    today = plant_now().date()
    night = Exists(Shift.objects.running_since_yesterday())
    return Q(**{f"{last_day}__gte": today}) | (Q(**{last_day: today - timedelta(days=1)}) & Q(night))


def still_goes_on(last_day: date) -> bool:
    """Whether ``goes_on`` finds a row with that last day."""
    days_over = (plant_now().date() - last_day).days
    return days_over <= 0 or (days_over == 1 and Shift.objects.running_since_yesterday().exists())


@pghistory.track()
class CalendarDay(BilingualName):
    """A date that departs from the plant's working weekdays: a holiday, or a weekend day that is worked.

    ``plant`` blank means every plant.
    """

    plant = models.ForeignKey(
        "people.OrgNode", models.PROTECT, related_name="calendar_days", null=True, blank=True, verbose_name=_("plant")
    )
    date = models.DateField(_("date"))
    is_working = models.BooleanField(_("working day"), default=False)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("plant calendar")
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["plant", "date"], name="one_calendar_row_per_date", nulls_distinct=False)]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"
