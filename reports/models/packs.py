import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# A submitted version is decided about once somebody has written the decision; nothing else of it ever changes.
FROZEN_BUT_FOR_THE_DECISION = """
    IF TG_OP = 'UPDATE' AND OLD.state = 'submitted' AND NEW.state IN ('returned', 'approved')
       AND to_jsonb(NEW) - 'state' = to_jsonb(OLD) - 'state'
       AND EXISTS (SELECT 1 FROM reports_packword word WHERE word.version_id = OLD.id AND word.kind = NEW.state) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a submitted month pack is frozen' USING ERRCODE = 'check_violation', CONSTRAINT = 'pack_frozen';
"""

# Whoever submitted does not decide, and only what was submitted is spoken of.
DECIDED_BY_ANOTHER = """
    IF EXISTS (SELECT 1 FROM reports_packversion version WHERE version.id = NEW.version_id
               AND (version.state = 'draft' OR (NEW.kind <> 'commented' AND version.state <> 'submitted'))) THEN
        RAISE EXCEPTION 'only a submitted month pack is decided' USING ERRCODE = 'check_violation', CONSTRAINT = 'pack_not_submitted';
    END IF;
    IF NEW.kind <> 'commented' AND EXISTS (
        SELECT 1 FROM reports_packversion version WHERE version.id = NEW.version_id AND version.submitted_by_id = NEW.by_id
    ) THEN
        RAISE EXCEPTION 'whoever submitted a month pack does not decide it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'pack_decided_by_another';
    END IF;
    RETURN NEW;
"""

# Every flag of the snapshot needs a cause of its row that names each poor figure.
FLAGS_HAVE_CAUSES = """
    IF EXISTS (
        SELECT 1 FROM jsonb_array_elements(COALESCE(NEW.snapshot -> 'flags', '[]'::jsonb)) AS flag
        WHERE NOT EXISTS (
            SELECT 1 FROM reports_packcause cause
            WHERE cause.version_id = NEW.id AND cause.section = flag ->> 'section' AND cause."row" = flag ->> 'row'
              AND cause.kpis::text[] @> ARRAY(SELECT jsonb_array_elements_text(flag -> 'kpis'))
        )
    ) THEN
        RAISE EXCEPTION 'a flagged row has no cause' USING ERRCODE = 'check_violation', CONSTRAINT = 'pack_flags_have_causes';
    END IF;
    RETURN NEW;
"""


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
    """The figures of a pack as they were counted. A draft follows the data each time it is built; once submitted it is frozen, and
    what is corrected afterwards makes the next version.

    ``snapshot`` is neutral: codes, both names, sums; words come when it is shown. ``inputs_hash`` is the SHA-256 of the hashes of the
    figures and of the rows they sum: an equal hash means equal figures from equal rows. ``open_reports`` are the daily reports that were
    missing or not approved when it was submitted, ``open_reason`` says why it went out without them.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        RETURNED = "returned", _("Returned")
        APPROVED = "approved", _("Approved")

    TRANSITIONS = {
        State.DRAFT: {State.SUBMITTED},
        State.SUBMITTED: {State.RETURNED, State.APPROVED},
        State.RETURNED: set(),
        State.APPROVED: set(),
    }

    pack = models.ForeignKey(MonthPack, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("status"), max_length=10, choices=State.choices, default=State.DRAFT)
    snapshot = models.JSONField()
    inputs_hash = models.CharField(max_length=64)
    built_at = models.DateTimeField(_("built at"))
    built_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    submitted_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    open_reports = models.JSONField(_("daily reports missing or not approved"), default=list, blank=True)
    open_reason = models.CharField(_("submitted without them, because"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("version of a month pack")
        ordering = ["pack", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["pack", "number"], name="one_pack_version_per_number"),
            models.UniqueConstraint(fields=["pack"], condition=Q(state="draft"), name="one_draft_per_pack"),
            models.CheckConstraint(
                condition=Q(state="draft", submitted_at=None, submitted_by=None)
                | Q(state__in=["submitted", "returned", "approved"], submitted_at__isnull=False, submitted_by__isnull=False),
                name="pack_submitted_by_and_at",
            ),
            models.CheckConstraint(condition=Q(open_reports=[]) | ~Q(open_reason=""), name="pack_without_reports_has_a_reason"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen_once_submitted",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=~pgtrigger.Q(old__state="draft"),
                func=FROZEN_BUT_FOR_THE_DECISION,
            ),
            pgtrigger.Trigger(
                name="flags_have_causes",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="draft", new__state="submitted"),
                func=FLAGS_HAVE_CAUSES,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pack} v{self.number}"

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT


def _place(file: "PackFile", name: str) -> str:
    return f"packs/{file.version.pack_id}/{file.sha256[:16]}-{name}"


class PackFile(models.Model):
    """A version as a file to keep, in one language; drawn anew with its draft, and once for good after submission."""

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
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF EXISTS (SELECT 1 FROM reports_packversion v WHERE v.id = OLD.version_id AND v.state <> 'draft') THEN
                        RAISE EXCEPTION 'a submitted month pack is frozen' USING ERRCODE = 'check_violation', CONSTRAINT = 'pack_frozen';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.language} {self.form}"


class PackWord(models.Model):
    """What upper management said about a submitted version: a comment, or the decision. Written once, never changed."""

    class Kind(models.TextChoices):
        COMMENTED = "commented", pgettext_lazy("month pack", "wrote")
        RETURNED = "returned", pgettext_lazy("month pack", "returned it")
        APPROVED = "approved", pgettext_lazy("month pack", "approved it")

    version = models.ForeignKey(PackVersion, models.PROTECT, related_name="words")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.CharField(max_length=1000, blank=True, default="")
    by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["version", "at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version"], condition=~Q(kind="commented"), name="one_decision_about_a_pack_version"),
            models.CheckConstraint(condition=Q(kind="approved") | ~Q(text=""), name="pack_word_has_words"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(name="decided_by_another", when=pgtrigger.Before, operation=pgtrigger.Insert, func=DECIDED_BY_ANOTHER),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.kind}"
