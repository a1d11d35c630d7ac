"""Looking after people: newcomers and their mentors, notes on attire, confidential talks (PPL-05, PPL-06, PPL-07)."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

NOTE_LENGTH = 1000


@pghistory.track()
class Mentoring(models.Model):
    """Who takes care of a newcomer."""

    staff = models.OneToOneField("people.Staff", models.PROTECT, related_name="mentoring", verbose_name=_("new joiner"))
    mentor = models.ForeignKey("people.Staff", models.PROTECT, related_name="mentees", verbose_name=_("mentor"))

    class Meta:
        verbose_name = _("mentor of a new joiner")
        constraints = [models.CheckConstraint(condition=~Q(staff=F("mentor")), name="mentor_is_somebody_else")]

    def __str__(self) -> str:
        return f"{self.mentor_id} → {self.staff_id}"


class GuidanceNote(models.Model):
    """What a newcomer was shown on a day; written once, never changed."""

    staff = models.ForeignKey("people.Staff", models.PROTECT, related_name="guidance_notes", verbose_name=_("new joiner"))
    on = models.DateField(_("date"))
    text = models.CharField(_("what was shown"), max_length=NOTE_LENGTH)
    by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("guidance note")
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["staff", "on"], name="guidance_by_person_and_date")]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="guidance_note_says_something")]
        triggers = [pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.on}"


class AttireNote(models.Model):
    """What was seen of a person's clothing and appearance; for supervisors and above, written once, never changed."""

    staff = models.ForeignKey("people.Staff", models.PROTECT, related_name="attire_notes", verbose_name=_("staff member"))
    on = models.DateField(_("date"))
    text = models.CharField(_("what was seen"), max_length=NOTE_LENGTH)
    by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("attire note")
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["staff", "-on"], name="attire_by_person_and_date")]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="attire_note_says_something")]
        triggers = [pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.on}"


class SupportNote(models.Model):
    """A confidential talk: for its author, HR and the production manager alone.

    Kept out of history, search, files and the administration (DESIGN 3.11): no tracking, no table kind, no admin, no API.
    """

    staff = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", verbose_name=_("staff member"))
    talked_on = models.DateField(_("talked on"))
    text = models.TextField(_("help given"))
    follow_up_on = models.DateField(_("follow up on"), null=True, blank=True)
    followed_up_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("confidential note")
        ordering = ["-talked_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="support_note_says_something"),
            models.CheckConstraint(
                condition=Q(follow_up_on=None) | Q(follow_up_on__gte=F("talked_on")), name="support_follow_up_after_talk"
            ),
            models.CheckConstraint(condition=~Q(staff=F("by")), name="support_note_is_about_another"),
        ]

    def __str__(self) -> str:
        return f"support note {self.pk}"
