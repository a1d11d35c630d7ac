import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MonthPack(models.Model):
    """The report of one month of one plant; there is one however often it is built. What it says is in its versions (RPT-01)."""

    plant = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="month_packs", verbose_name=_("plant"))
    month = models.CharField(_("month"), max_length=7)
    job = models.ForeignKey("core.JobRun", models.SET_NULL, related_name="+", null=True, blank=True)

    class Meta:
        verbose_name = _("month pack")
        verbose_name_plural = _("month packs")
        ordering = ["-month", "plant__code"]
        constraints = [
            models.UniqueConstraint(fields=["plant", "month"], name="one_pack_per_plant_and_month"),
            models.CheckConstraint(condition=Q(month__regex=r"^\d{4}-(0[1-9]|1[0-2])$"), name="pack_month_is_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.plant} {self.month}"


@pghistory.track(exclude=["snapshot"])
class PackVersion(models.Model):
    """The figures of a pack as they were counted. A draft follows the data each time it is built; once submitted it is frozen.

    ``snapshot`` is neutral: codes, both names, sums; words come when it is shown. ``inputs_hash`` is of the snapshot, so an equal hash
    means equal figures.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")

    TRANSITIONS = {State.DRAFT: {State.SUBMITTED}, State.SUBMITTED: set()}

    pack = models.ForeignKey(MonthPack, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("status"), max_length=10, choices=State.choices, default=State.DRAFT)
    snapshot = models.JSONField()
    inputs_hash = models.CharField(max_length=64)
    built_at = models.DateTimeField(_("built at"))
    built_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    submitted_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)

    class Meta:
        verbose_name = _("version of a month pack")
        ordering = ["pack", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["pack", "number"], name="one_pack_version_per_number"),
            models.UniqueConstraint(fields=["pack"], condition=Q(state="draft"), name="one_draft_per_pack"),
            models.CheckConstraint(
                condition=Q(state="draft", submitted_at=None, submitted_by=None)
                | Q(state="submitted", submitted_at__isnull=False, submitted_by__isnull=False),
                name="pack_submitted_by_and_at",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen_once_submitted",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="submitted"),
                func="""
                    RAISE EXCEPTION 'a submitted month pack is frozen' USING ERRCODE = 'check_violation', CONSTRAINT = 'pack_frozen';
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.pack} v{self.number}"

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT


def _place(file: "PackFile", name: str) -> str:
    return f"packs/{file.version.pack_id}/{file.sha256[:16]}-{name}"


class PackFile(models.Model):
    """A version as a file to keep, in one language; drawn once and then only handed out."""

    class Form(models.TextChoices):
        PDF = "pdf", "PDF"
        XLSX = "xlsx", "XLSX"

    version = models.ForeignKey(PackVersion, models.PROTECT, related_name="files")
    language = models.CharField(max_length=10)
    form = models.CharField(max_length=4, choices=Form.choices)
    file = models.FileField(upload_to=_place, max_length=300)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()

    class Meta:
        ordering = ["version", "form", "language"]
        constraints = [models.UniqueConstraint(fields=["version", "language", "form"], name="one_pack_file_per_language_and_form")]
        triggers = [
            pgtrigger.Trigger(
                name="frozen_with_its_version",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF EXISTS (SELECT 1 FROM reports_packversion v
                               WHERE v.id = COALESCE(NEW.version_id, OLD.version_id) AND v.state = 'submitted') THEN
                        RAISE EXCEPTION 'a submitted month pack is frozen' USING ERRCODE = 'check_violation', CONSTRAINT = 'pack_frozen';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.language} {self.form}"
