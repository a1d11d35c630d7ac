"""What the supervisor says about the attainment of a team's shift (PLN-14)."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

COMMENT_LENGTH = 1000

REFUSE_WHEN_APPROVED = """
    IF EXISTS (SELECT 1 FROM plans_dailyreport r
               WHERE r.status = 'approved' AND (r.team_id, r.business_date, r.shift_id) IN (
                   (NEW.team_id, NEW.business_date, NEW.shift_id), (OLD.team_id, OLD.business_date, OLD.shift_id))) THEN
        RAISE EXCEPTION 'the report that this comments on is approved'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'day_comment_locked';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


@pghistory.track()
class DayComment(models.Model):
    """The comment on one team's shift of one date, beside its daily report and, like it, locked once that is approved.

    It may be there before the report. ``by`` wrote it last.
    """

    team = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="day_comments", verbose_name=_("team"))
    shift = models.ForeignKey("people.Shift", models.PROTECT, related_name="day_comments", verbose_name=_("shift"))
    business_date = models.DateField(_("business date"))
    text = models.CharField(_("comment"), max_length=COMMENT_LENGTH)
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey("people.Staff", models.PROTECT, related_name="day_comments", verbose_name=_("by"))
    at = models.DateTimeField(_("written at"))

    class Meta:
        verbose_name = _("comment on the day")
        verbose_name_plural = _("comments on the day")
        ordering = ["-business_date", "team__code", "shift__starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["team", "business_date", "shift"], name="one_comment_per_team_and_shift"),
            models.CheckConstraint(condition=~Q(text=""), name="day_comment_says_something"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="refuse_when_approved",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=REFUSE_WHEN_APPROVED,
            )
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.business_date} {self.shift}"
