"""The daily work log of one person, its next-day to-dos and its private thinking notes (PLN-12, GEN-10)."""

from datetime import timedelta

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LOG_CHARACTERS = 2000
NOTE_CHARACTERS = 4000
TO_DO_CHARACTERS = 200
ON_TIME = timedelta(minutes=1)
"""A log handed in while the clock still shows the due minute is on time."""

_HANDED_IN = pghistory.Q(old__submitted_at__isnull=False)


def _words(label: object) -> models.CharField:
    return models.CharField(label, max_length=LOG_CHARACTERS, blank=True, default="")  # type: ignore[arg-type]


@pghistory.track(pghistory.UpdateEvent("before_update", row=pghistory.Old, condition=_HANDED_IN))
class WorkLog(models.Model):
    """What one person did on one business date, handed in to whoever stands above them, who writes a reply.

    A draft is its author's alone and leaves no history. ``submitted_at`` is when it was handed in first: a correction later does not make
    it late. ``due_at`` follows the plant's setting until then. ``node`` is the author's unit of that day.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", pgettext_lazy("work log", "Handed in")
        ANSWERED = "answered", pgettext_lazy("work log", "Answered")

    TRANSITIONS = {Status.DRAFT: {Status.SUBMITTED}, Status.SUBMITTED: {Status.ANSWERED}, Status.ANSWERED: set()}

    author = models.ForeignKey("people.Staff", models.PROTECT, related_name="work_logs", verbose_name=_("written by"))
    business_date = models.DateField(_("business date"))
    shift = models.ForeignKey("people.Shift", models.PROTECT, related_name="work_logs", null=True, blank=True, verbose_name=_("shift"))
    node = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="work_logs", null=True, blank=True, verbose_name=_("where"))
    done = _words(pgettext_lazy("work log", "what was done"))
    contacts = _words(pgettext_lazy("work log", "contacts"))
    follow_up = _words(pgettext_lazy("work log", "follow-up"))
    problems = _words(pgettext_lazy("work log", "problems"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1)
    due_at = models.DateTimeField(_("due"))
    saved_at = models.DateTimeField(auto_now=True)
    submitted_at = models.DateTimeField(pgettext_lazy("work log", "handed in at"), null=True, blank=True)
    is_late = models.BooleanField(_("late"), default=False)
    reply = _words(_("reply"))
    replied_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("reply by"))
    replied_at = models.DateTimeField(_("replied at"), null=True, blank=True)

    class Meta:
        verbose_name = _("work log")
        verbose_name_plural = _("work logs")
        ordering = ["-business_date", "author"]
        indexes = [models.Index(fields=["node", "-business_date"], condition=~Q(status="draft"), name="handed_in_log_by_node")]
        constraints = [
            models.UniqueConstraint(fields=["author", "business_date"], name="one_work_log_per_day"),
            models.CheckConstraint(
                condition=Q(status="draft", submitted_at=None) | (~Q(status="draft") & Q(submitted_at__isnull=False) & ~Q(done="")),
                name="work_log_handed_in_with_words",
            ),
            models.CheckConstraint(
                condition=Q(is_late=False, submitted_at=None)
                | Q(is_late=True, submitted_at__gte=F("due_at") + ON_TIME)
                | Q(is_late=False, submitted_at__lt=F("due_at") + ON_TIME),
                name="work_log_late_by_the_clock",
            ),
            models.CheckConstraint(
                condition=(Q(status="answered", replied_at__isnull=False, replied_by__isnull=False) & ~Q(reply=""))
                | (~Q(status="answered") & Q(reply="", replied_at=None, replied_by=None)),
                name="work_log_answered_with_words",
            ),
            models.CheckConstraint(condition=Q(replied_by=None) | ~Q(replied_by=F("author")), name="work_log_answered_by_another"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="answered_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status="answered"),
                func="""
                    RAISE EXCEPTION 'an answered work log stays as it is'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'work_log_answered';
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.author} {self.business_date}"


@pghistory.track(
    pghistory.UpdateEvent("before_update", row=pghistory.Old),
    pghistory.DeleteEvent("before_delete", row=pghistory.Old),
)
class ToDo(models.Model):
    """Something for a day to come: the author's own, or of the unit it names, where it stands on top of the sheets of that day (PLN-12)."""

    log = models.ForeignKey(WorkLog, models.CASCADE, related_name="to_dos", verbose_name=_("work log"))
    text = models.CharField(_("to do"), max_length=TO_DO_CHARACTERS)
    team = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="to_dos", null=True, blank=True, verbose_name=_("team"))
    due_on = models.DateField(_("due on"))
    done_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("done by"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    class Meta:
        verbose_name = _("to do")
        ordering = ["log", "pk"]
        indexes = [models.Index(fields=["team", "due_on"], condition=Q(team__isnull=False), name="to_do_of_team")]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="to_do_has_words"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False), name="to_do_done_by_and_at"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class ThinkingNote(models.Model):
    """What somebody thought about at the end of the day: for its author alone, unless ``is_shared`` with whoever reads the log.

    Kept out of history, search, files, API and the administration (DESIGN 3.11): no tracking, no table kind, no admin.
    """

    class Kind(models.TextChoices):
        STAFFING = "staffing", _("Staffing")
        GUIDANCE = "guidance", _("Work guidance")
        PUSHED = "pushed", _("Matters being pushed")
        IMPROVEMENT = "improvement", _("Improvement")
        SELF_REVIEW = "self_review", _("Self-review")

    log = models.ForeignKey(WorkLog, models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    text = models.TextField()
    is_shared = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("thinking note")
        ordering = ["log", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["log", "kind"], name="one_thinking_note_per_kind"),
            models.CheckConstraint(condition=~Q(text=""), name="thinking_note_says_something"),
            models.CheckConstraint(
                condition=Q(kind__in=["staffing", "guidance", "pushed", "improvement", "self_review"]), name="thinking_note_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"thinking note {self.pk}"
