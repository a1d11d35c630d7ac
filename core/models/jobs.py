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

    kind = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    owner_no = models.CharField(max_length=40, blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    percent = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=200, blank=True, default="")
    error = models.TextField(blank=True, default="")
    cancel_asked = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
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
