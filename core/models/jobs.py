from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SILENT_AFTER = timedelta(seconds=60)


class JobRun(models.Model):
    """One piece of long work: who asked, how far it is, how it ended. The worker beats while it works.

    ``owner_no`` is a staff number, ``""`` for the system. ``params`` hold plain keys only.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    TRANSITIONS = {
        State.QUEUED: {State.RUNNING, State.FAILED, State.CANCELLED},
        State.RUNNING: {State.DONE, State.FAILED, State.CANCELLED, State.QUEUED},
        State.FAILED: {State.QUEUED},
        State.CANCELLED: {State.QUEUED},
        State.DONE: set(),
    }

    kind = models.CharField(_("kind"), max_length=40)
    params = models.JSONField(_("what is asked for"), default=dict)
    owner_no = models.CharField(_("asked for by"), max_length=40, blank=True, default="")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    percent = models.PositiveSmallIntegerField(_("percent"), default=0)
    step = models.CharField(_("step"), max_length=200, blank=True, default="")
    error = models.TextField(_("what went wrong"), blank=True, default="")
    cancel_asked = models.BooleanField(_("to be cancelled"), default=False)
    created_at = models.DateTimeField(_("asked for at"), auto_now_add=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    beat_at = models.DateTimeField(_("last sign of life at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("long work")
        verbose_name_plural = _("long works")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["kind", "-created_at"], name="jobrun_by_kind")]
        constraints = [
            models.CheckConstraint(condition=Q(percent__lte=100), name="job_percent_at_most_100"),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running"], ended_at=None)
                | Q(state__in=["done", "failed", "cancelled"], ended_at__isnull=False),
                name="job_ended_with_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_silent(self) -> bool:
        """Nothing was heard of its worker for a minute: shown as *worker not answering*, never as running for ever."""
        if self.state not in (self.State.QUEUED, self.State.RUNNING):
            return False
        return timezone.now() - (self.beat_at or self.created_at) > SILENT_AFTER
