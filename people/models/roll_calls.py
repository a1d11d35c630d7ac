"""Who came to work: the roll call of a team's shift, and people lent to another team for hours (PPL-03, PPL-04)."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

HOURS_DIGITS = 6
HOURS_DECIMALS = 2


class Presence(models.TextChoices):
    PRESENT = "present", _("Present")
    LATE = "late", pgettext_lazy("person", "Late")
    LEAVE = "leave", _("On leave")
    ABSENT = "absent", _("Unplanned absence")


CAME = frozenset({Presence.PRESENT, Presence.LATE})


@pghistory.track()
class RollCall(models.Model):
    """That the people of one team, shift and business date were called; its marks say who came."""

    business_date = models.DateField(_("business date"))
    team = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="roll_calls", verbose_name=_("team"))
    shift = models.ForeignKey("people.Shift", models.PROTECT, related_name="roll_calls", verbose_name=_("shift"))
    made_at = models.DateTimeField(auto_now_add=True)
    saved_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, verbose_name=_("called by"))
    saved_at = models.DateTimeField(_("saved at"))

    class Meta:
        verbose_name = _("roll call")
        verbose_name_plural = _("roll calls")
        ordering = ["-business_date", "team__code", "shift__starts_at"]
        indexes = [models.Index(fields=["team", "-business_date"], name="roll_call_by_team_and_date")]
        constraints = [models.UniqueConstraint(fields=["business_date", "team", "shift"], name="one_roll_call_per_team_and_shift")]

    def __str__(self) -> str:
        return f"{self.team} {self.business_date} {self.shift}"


def _hours(label: object, **kwargs: object) -> models.DecimalField:
    return models.DecimalField(label, max_digits=HOURS_DIGITS, decimal_places=HOURS_DECIMALS, **kwargs)  # type: ignore[arg-type]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RollCallMark(models.Model):
    """One person in a roll call. Hours are net of the break; ``is_extra`` came without being on the roster and is not in the rate.

    Date and shift repeat the roll call's, so that nobody is called twice in one shift.
    """

    roll_call = models.ForeignKey(RollCall, models.PROTECT, related_name="marks")
    business_date = models.DateField()
    shift = models.ForeignKey("people.Shift", models.PROTECT, related_name="+")
    staff = models.ForeignKey("people.Staff", models.PROTECT, related_name="roll_call_marks", verbose_name=_("staff member"))
    presence = models.CharField(_("presence"), max_length=10, choices=Presence.choices)
    minutes_late = models.PositiveSmallIntegerField(_("minutes late"), null=True, blank=True)
    rostered_hours = _hours(_("rostered hours"))
    attended_hours = _hours(_("attended hours"))
    is_extra = models.BooleanField(_("not on the roster"), default=False)
    note = models.CharField(_("note"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("mark of a roll call")
        ordering = ["roll_call", "staff__staff_no"]
        constraints = [
            models.UniqueConstraint(fields=["staff", "business_date", "shift"], name="one_mark_per_person_and_shift"),
            models.CheckConstraint(condition=Q(presence__in=Presence.values), name="mark_presence_known"),
            models.CheckConstraint(
                condition=Q(presence="late", minutes_late__gte=1) | (~Q(presence="late") & Q(minutes_late=None)),
                name="mark_late_by_minutes",
            ),
            models.CheckConstraint(condition=Q(attended_hours__gte=0, attended_hours__lte=24), name="mark_hours_0_to_24"),
            models.CheckConstraint(
                condition=Q(presence__in=["present", "late"], attended_hours__gt=0)
                | Q(presence="leave")
                | Q(presence="absent", attended_hours=0),
                name="mark_hours_fit_presence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.roll_call} {self.staff_id}"


@pghistory.track()
class StaffLoan(models.Model):
    """A person works so many hours of a shift in another team; the hours follow. Taken back with a reason, never deleted (PPL-04)."""

    staff = models.ForeignKey("people.Staff", models.PROTECT, related_name="loans", verbose_name=_("staff member"))
    from_team = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="loans_out", verbose_name=_("from team"))
    to_team = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="loans_in", verbose_name=_("to team"))
    business_date = models.DateField(_("business date"))
    shift = models.ForeignKey("people.Shift", models.PROTECT, related_name="+", verbose_name=_("shift"))
    hours = _hours(_("hours"))
    work = models.CharField(_("for what work"), max_length=200, blank=True, default="")
    made_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", verbose_name=_("lent by"))
    made_at = models.DateTimeField(auto_now_add=True)
    cancelled_by = models.ForeignKey(
        "people.Staff", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("taken back by")
    )
    cancelled_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    cancel_reason = models.CharField(_("reason"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("loan of a person")
        verbose_name_plural = _("people lent")
        ordering = ["-business_date", "-pk"]
        indexes = [
            models.Index(fields=["from_team", "-business_date"], name="loan_by_lender"),
            models.Index(fields=["to_team", "-business_date"], name="loan_by_borrower"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(from_team=F("to_team")), name="loan_between_two_teams"),
            models.CheckConstraint(condition=Q(hours__gt=0, hours__lte=24), name="loan_hours_above_0"),
            models.CheckConstraint(
                condition=Q(cancelled_by=None, cancelled_at=None, cancel_reason="")
                | (Q(cancelled_by__isnull=False, cancelled_at__isnull=False) & ~Q(cancel_reason="")),
                name="loan_taken_back_by_at_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.from_team} → {self.to_team} {self.business_date}"
