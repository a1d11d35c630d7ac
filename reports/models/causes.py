import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CauseClass(models.TextChoices):
    """Man, machine, material, method, environment and measurement (4M1E and one more)."""

    MAN = "man", pgettext_lazy("cause", "Man")
    MACHINE = "machine", pgettext_lazy("cause", "Machine")
    MATERIAL = "material", pgettext_lazy("cause", "Material")
    METHOD = "method", pgettext_lazy("cause", "Method")
    ENVIRONMENT = "environment", pgettext_lazy("cause", "Environment")
    MEASUREMENT = "measurement", pgettext_lazy("cause", "Measurement")


@pghistory.track()
class PackCause(models.Model):
    """Why a row of a pack is poor, and who does what about it until when; the finding carries that on (RPT-03, RPT-05, RPT-07).

    ``row`` names the row as ``reports.flags`` does, ``kpis`` the figures that the cause explains. It may be corrected until the pack is
    submitted.
    """

    version = models.ForeignKey("reports.PackVersion", models.PROTECT, related_name="causes", verbose_name=_("version"))
    section = models.CharField(_("section"), max_length=20)
    row = models.CharField(_("row"), max_length=140)
    kpis = ArrayField(models.CharField(max_length=30), verbose_name=_("poor figures"))
    cause_class = models.CharField(_("kind of cause"), max_length=12, choices=CauseClass.choices)
    text = models.CharField(_("cause"), max_length=400)
    action = models.CharField(_("action"), max_length=300)
    owner = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", verbose_name=_("owner"))
    due_on = models.DateField(_("due"))
    finding = models.ForeignKey("plans.Finding", models.PROTECT, related_name="pack_causes", verbose_name=_("finding"))
    given_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", verbose_name=_("explained by"))
    given_at = models.DateTimeField(_("explained at"))

    class Meta:
        verbose_name = pgettext_lazy("of a poor figure", "cause")
        ordering = ["version", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "section", "row"], name="one_cause_per_row_of_a_pack"),
            models.CheckConstraint(condition=Q(cause_class__in=CauseClass.values), name="pack_cause_class_known"),
            models.CheckConstraint(condition=~Q(text="") & ~Q(action=""), name="pack_cause_has_words"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen_with_its_version",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF EXISTS (SELECT 1 FROM reports_packversion v
                               WHERE v.id IN (COALESCE(NEW.version_id, OLD.version_id), COALESCE(OLD.version_id, NEW.version_id))
                                 AND v.state <> 'draft') THEN
                        RAISE EXCEPTION 'a submitted month pack is frozen' USING ERRCODE = 'check_violation', CONSTRAINT = 'pack_frozen';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.row}"
