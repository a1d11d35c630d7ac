"""Who works when: rotation patterns, which team follows which, and the days that depart from them (PPL-17)."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from core.models import BilingualName

REFUSE_WHEN_IN_USE = """
    IF EXISTS (SELECT 1 FROM people_rosterplan p WHERE p.pattern_id IN (NEW.pattern_id, OLD.pattern_id)) THEN
        RAISE EXCEPTION 'the days of a pattern that teams follow are never changed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'pattern_in_use';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


@pghistory.track()
class RotationPattern(BilingualName):
    """A cycle of days, each with a shift or off, that begins again after its last day.

    Its days are never changed once a team follows it, so that past rosters stay what they were.
    """

    code = models.CharField(_("code"), max_length=20, unique=True)
    rests_on_days_off = models.BooleanField(_("off on the plant's days off"), default=True)

    class Meta:
        verbose_name = _("rotation pattern")
        verbose_name_plural = _("rotation patterns")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class PatternDay(models.Model):
    """One day of a pattern's cycle, counted from 1; without a shift it is a day off."""

    pattern = models.ForeignKey(RotationPattern, models.CASCADE, related_name="days", verbose_name=_("rotation pattern"))
    number = models.PositiveSmallIntegerField(_("day of the cycle"))
    shift = models.ForeignKey("people.Shift", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("shift"))

    class Meta:
        verbose_name = _("day of a pattern")
        ordering = ["pattern", "number"]
        constraints = [
            models.UniqueConstraint(fields=["pattern", "number"], name="one_pattern_day_per_number"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=98), name="pattern_day_1_to_98"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="refuse_when_in_use",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=REFUSE_WHEN_IN_USE,
            )
        ]

    def __str__(self) -> str:
        return f"{self.pattern} {self.number}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RosterPlan(models.Model):
    """A team follows a pattern from ``starts_on`` to ``ends_on`` (both inclusive, blank: until further notice).

    On ``starts_on`` the team is at day ``first_day`` of the cycle. A team follows one pattern at a time.
    """

    team = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="roster_plans", verbose_name=_("team"))
    pattern = models.ForeignKey(RotationPattern, models.PROTECT, related_name="plans", verbose_name=_("rotation pattern"))
    starts_on = models.DateField(_("from date"))
    ends_on = models.DateField(_("to date"), null=True, blank=True)
    first_day = models.PositiveSmallIntegerField(_("day of the cycle on the first date"), default=1)

    class Meta:
        verbose_name = _("team on a pattern")
        verbose_name_plural = _("teams on patterns")
        ordering = ["team__code", "starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="roster_plan_ends_after_start"),
            models.CheckConstraint(condition=Q(first_day__gte=1), name="roster_plan_first_day_from_1"),
            ExclusionConstraint(
                name="one_pattern_at_a_time",
                expressions=[
                    ("team", RangeOperators.EQUAL),
                    (
                        Func(F("starts_on"), F("ends_on"), Value("[]"), function="DATERANGE", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.pattern} {self.starts_on}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RosterDay(models.Model):
    """A team, or one person where it differs, works a shift on a date, or is off it (``is_off``).

    The rows of a date take the place of whatever a pattern or the calendar says of it; a person's rows that of their team's. Other times
    than the shift's own are overtime or a part shift. Rows without ``is_change`` are a roster made for the whole calendar month: its
    other dates are then days off for the team (docs/adr/0013-rosters.md).
    """

    team = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="roster_days", verbose_name=_("team"))
    staff = models.ForeignKey(
        "people.Staff", models.PROTECT, related_name="roster_days", null=True, blank=True, verbose_name=_("staff member")
    )
    date = models.DateField(_("date"))
    shift = models.ForeignKey("people.Shift", models.PROTECT, related_name="roster_days", verbose_name=_("shift"))
    starts_at = models.TimeField(_("starts at"), null=True, blank=True)
    ends_at = models.TimeField(_("ends at"), null=True, blank=True)
    is_off = models.BooleanField(_("off"), default=False)
    is_change = models.BooleanField(_("change of one day"), default=False)

    class Meta:
        verbose_name = _("day of a roster")
        verbose_name_plural = _("rosters")
        ordering = ["date", "team__code", "staff__staff_no"]
        indexes = [models.Index(fields=["staff", "date"], name="roster_day_by_person", condition=Q(staff__isnull=False))]
        constraints = [
            models.UniqueConstraint(fields=["team", "date", "shift", "staff"], name="one_roster_day", nulls_distinct=False),
            models.CheckConstraint(condition=Q(is_off=False) | Q(starts_at=None, ends_at=None), name="roster_day_off_has_no_times"),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.date} {self.shift}"
