import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@pghistory.track()
class Task(models.Model):
    """A piece of a department's work: given to one owner, with helpers, perhaps as part of a larger one (PLN-16)."""

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("task", "Open")
        DONE = "done", pgettext_lazy("task", "Done")
        CANCELLED = "cancelled", pgettext_lazy("task", "Cancelled")

    TRANSITIONS = {Status.OPEN: {Status.DONE, Status.CANCELLED}, Status.DONE: {Status.OPEN}, Status.CANCELLED: set()}

    parent = models.ForeignKey("self", models.PROTECT, related_name="children", null=True, blank=True, verbose_name=_("part of"))
    node = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="tasks", verbose_name=_("where"))
    title = models.CharField(_("task"), max_length=200)
    text = models.CharField(_("details"), max_length=1000, blank=True, default="")
    owner = models.ForeignKey("people.Staff", models.PROTECT, related_name="tasks", verbose_name=_("owner"))
    helpers = models.ManyToManyField("people.Staff", through="plans.TaskHelper", related_name="helps_with", verbose_name=_("helpers"))
    due_on = models.DateField(pgettext_lazy("task", "due on"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.OPEN)
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="tasks_given", verbose_name=_("given by"))
    made_at = models.DateTimeField(_("given at"))
    done_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("done by"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["owner", "due_on"], condition=Q(status="open"), name="task_of_owner"),
            models.Index(fields=["node", "due_on"], name="task_by_node"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="task_has_a_title"),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("id")), name="task_is_no_part_of_itself"),
            models.CheckConstraint(
                condition=Q(status="done", done_at__isnull=False, done_by__isnull=False)
                | (~Q(status="done") & Q(done_at=None, done_by=None)),
                name="task_done_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class TaskHelper(models.Model):
    """Somebody who helps the owner of a task."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="helper_rows")
    helper = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", verbose_name=_("helper"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "helper"], name="each_helper_of_a_task_once")]

    def __str__(self) -> str:
        return f"{self.task_id} {self.helper_id}"


class TaskDeed(models.Model):
    """What happened to a task: written once, never changed. A hand-over carries both owners."""

    class Deed(models.TextChoices):
        GIVEN = "given", _("gave it")
        COMMENTED = "commented", _("wrote")
        HANDED_OVER = "handed_over", _("handed it over")
        DUE_CHANGED = "due_changed", _("changed the due time")
        DONE = "done", _("finished it")
        REOPENED = "reopened", _("reopened it")
        CANCELLED = "cancelled", _("cancelled it")

    task = models.ForeignKey(Task, models.PROTECT, related_name="deeds")
    deed = models.CharField(max_length=20, choices=Deed.choices)
    by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.CharField(max_length=1000, blank=True, default="")
    owner_before = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    owner_after = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    due_before = models.DateField(null=True, blank=True)
    due_after = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["task", "at", "pk"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.task_id} {self.deed}"
