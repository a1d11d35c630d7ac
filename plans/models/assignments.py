import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from people.roles import Role
from plans.models.templates import ChecklistTemplate

FILLERS = [(role.value, role.label) for role in (Role.SUP, Role.TLD, Role.WSM)]


@pghistory.track()
class TemplateAssignment(models.Model):
    """A template is asked in a place and shift on the dates of a calendar rule, from ``starts_on`` to ``ends_on`` (both inclusive).

    ``reach`` says whether the place itself fills one sheet or each team under it its own; ``shift`` blank means every shift in which
    they are on duty. ``role`` names who is expected to fill it, blank leaves it to everybody who may. A weekly sheet runs from the
    first to the last day worked of an ISO week, one that is asked once from its first day worked to ``ends_on``. Spot checks make no
    sheets, but windows (``SpotWindow``). (PLN-01, PLN-04, PPL-17)
    """

    class Reach(models.TextChoices):
        NODE = "node", _("the place itself")
        TEAMS = "teams", _("each of its teams")

    class Rule(models.TextChoices):
        WORKING_DAYS = "working_days", _("every working day")
        WEEKDAYS = "weekdays", _("on some weekdays")
        WEEKLY = "weekly", _("once a week")
        ONCE = "once", _("once")
        WINDOWS = "windows", _("spot checks: in every 4 hours of the shift")

    template = models.ForeignKey(ChecklistTemplate, models.PROTECT, related_name="assignments", verbose_name=_("checklist template"))
    node = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="template_assignments", verbose_name=_("organisation unit"))
    reach = models.CharField(_("asked of"), max_length=5, choices=Reach.choices, default=Reach.NODE)
    role = models.CharField(_("role"), max_length=10, choices=FILLERS, blank=True, default="")
    shift = models.ForeignKey(
        "people.Shift", models.PROTECT, related_name="template_assignments", verbose_name=_("shift"), null=True, blank=True
    )
    rule = models.CharField(_("calendar"), max_length=12, choices=Rule.choices, default=Rule.WORKING_DAYS)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("weekdays"), default=list, blank=True)
    starts_on = models.DateField(_("from date"))
    ends_on = models.DateField(_("to date"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("assignment")
        ordering = ["template__code", "node__code", "shift__starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["template", "node", "shift"], name="one_assignment_per_place_and_shift", nulls_distinct=False),
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="assignment_ends_after_start"),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=[0, 1, 2, 3, 4, 5, 6])
                & ((Q(rule="weekdays") & ~Q(weekdays=[])) | (~Q(rule="weekdays") & Q(weekdays=[]))),
                name="weekdays_for_the_weekday_rule",
            ),
            models.CheckConstraint(
                condition=Q(rule__in=["working_days", "weekdays", "weekly", "once", "windows"]), name="assignment_rule_known"
            ),
            models.CheckConstraint(condition=Q(reach__in=["node", "teams"]), name="assignment_reach_known"),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.node} {self.shift or ''}".strip()
