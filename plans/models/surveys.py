"""One-off baseline surveys: a checklist by sections, each with an owner and a sheet of its own (GEN-05)."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from plans.models.sheets import Sheet
from plans.models.templates import TemplateArea, TemplateVersion


@pghistory.track()
class Survey(models.Model):
    """A look at how things stand in one place, once; no schedule makes it and nothing marks it missed.

    What is found becomes improvements: the findings of the answers on its sheets.
    """

    class Status(models.TextChoices):
        RUNNING = "running", pgettext_lazy("survey", "Running")
        CLOSED = "closed", pgettext_lazy("survey", "Closed")

    TRANSITIONS = {Status.RUNNING: {Status.CLOSED}, Status.CLOSED: set()}

    checklist = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="surveys", verbose_name=_("checklist"))
    node = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="surveys", verbose_name=_("where"))
    due_on = models.DateField(pgettext_lazy("survey", "due on"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.RUNNING)
    version = models.PositiveIntegerField(default=1)
    started_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", verbose_name=_("started by"))
    started_at = models.DateTimeField(_("started at"))
    closed_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("closed by"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("baseline survey")
        verbose_name_plural = _("baseline surveys")
        ordering = ["-started_at", "-pk"]
        indexes = [models.Index(fields=["node", "-started_at"], name="survey_by_node")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False, closed_by__isnull=False)
                | Q(status="running", closed_at=None, closed_by=None),
                name="survey_closed_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.checklist} {self.node}"


@pghistory.track()
class SurveySection(models.Model):
    """One section of a survey: an area of its checklist, who fills it, and the sheet it is filled on."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="sections", verbose_name=_("baseline survey"))
    area = models.ForeignKey(TemplateArea, models.PROTECT, related_name="survey_sections", verbose_name=pgettext_lazy("survey", "section"))
    owner = models.ForeignKey("people.Staff", models.PROTECT, related_name="survey_sections", verbose_name=_("owner"))
    sheet = models.OneToOneField(Sheet, models.PROTECT, related_name="section", verbose_name=_("check sheet"))

    class Meta:
        verbose_name = _("section of a survey")
        ordering = ["survey", "area__order"]
        constraints = [models.UniqueConstraint(fields=["survey", "area"], name="each_section_of_a_survey_once")]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.area}"
