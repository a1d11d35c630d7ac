import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

TITLE_CHARACTERS = 80


class FindingKind(models.TextChoices):
    INSTRUCTION = "instruction", _("Superior's instruction")
    PROBLEM = "problem", _("Problem raised by staff")
    ABNORMALITY = "abnormality", _("Checklist abnormality")
    MEETING = "meeting", _("Meeting action")
    PILE_UP = "pile_up", _("Pile-up")
    IMBALANCE = "imbalance", _("Manpower imbalance")
    OBSERVATION = "observation", _("Work not done to standard")
    SAFETY = "safety", _("Safety")
    EMERGENCY = "emergency", _("Emergency")
    IMPROVEMENT = "improvement", _("Improvement")
    DEVIATION = "deviation", _("Deviation from standard")


class Severity(models.TextChoices):
    MINOR = "minor", pgettext_lazy("severity", "Minor")
    NORMAL = "normal", pgettext_lazy("severity", "Normal")
    SEVERE = "severe", pgettext_lazy("severity", "Severe")


@pghistory.track()
class Finding(models.Model):
    """Something that must be put right, wherever it was found; the record that found it points here (PLN-11, ADR 0014).

    ``item_key`` and ``area`` say what it is about and where, so that an earlier one of the same thing is found again. ``level`` counts
    how often it went one level up, ``escalated_to`` holds it since, and ``escalates_at`` is when it goes up (again) unless it is done
    by then; blank when nobody stands above. ``business_date`` and ``shift`` are those in which it was found.
    """

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("finding", "Open")
        DONE = "done", pgettext_lazy("finding", "Put right")
        VERIFIED = "verified", pgettext_lazy("finding", "Verified")
        CANCELLED = "cancelled", pgettext_lazy("finding", "Cancelled")

    TRANSITIONS = {
        Status.OPEN: {Status.DONE, Status.CANCELLED},
        Status.DONE: {Status.VERIFIED, Status.OPEN},
        Status.VERIFIED: {Status.OPEN},
        Status.CANCELLED: set(),
    }

    number = models.CharField(pgettext_lazy("finding", "number"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=FindingKind.choices)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices, default=Severity.NORMAL)
    node = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="findings", verbose_name=_("where"))
    area = models.CharField(_("place"), max_length=100, blank=True, default="")
    item_key = models.CharField(max_length=30, blank=True, default="")
    text = models.CharField(_("what is wrong"), max_length=1000)
    business_date = models.DateField(_("business date"))
    shift = models.ForeignKey("people.Shift", models.PROTECT, related_name="findings", null=True, blank=True, verbose_name=_("shift"))
    raised_by = models.ForeignKey(
        "people.Staff", models.PROTECT, related_name="findings_raised", null=True, blank=True, verbose_name=_("raised by")
    )
    raised_at = models.DateTimeField(_("raised at"))
    owner = models.ForeignKey("people.Staff", models.PROTECT, related_name="findings", null=True, blank=True, verbose_name=_("owner"))
    due_at = models.DateTimeField(_("due"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.OPEN)
    version = models.PositiveIntegerField(default=1)
    level = models.PositiveSmallIntegerField(_("escalated, levels"), default=0)
    escalated_to = models.ForeignKey(
        "people.Staff", models.PROTECT, related_name="findings_escalated", null=True, blank=True, verbose_name=_("escalated to")
    )
    escalates_at = models.DateTimeField(_("goes one level up at"), null=True, blank=True)
    result = models.CharField(_("what was done"), max_length=1000, blank=True, default="")
    done_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("put right by"))
    done_at = models.DateTimeField(_("put right at"), null=True, blank=True)
    verified_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("verified by"))
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True)
    cancelled_by = models.ForeignKey(
        "people.Staff", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("cancelled by")
    )
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancel_reason = models.CharField(_("reason for cancelling"), max_length=300, blank=True, default="")
    reopen_count = models.PositiveSmallIntegerField(_("reopened, times"), default=0)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["-raised_at", "-pk"]
        indexes = [
            models.Index(fields=["node", "-business_date"], name="finding_by_node_and_date"),
            models.Index(fields=["escalates_at"], condition=Q(status="open"), name="finding_goes_up"),
            models.Index(fields=["owner", "due_at"], condition=Q(status="open"), name="finding_of_owner"),
            models.Index(fields=["item_key", "node"], condition=~Q(item_key=""), name="finding_of_item"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=FindingKind.values), name="finding_kind_known"),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="finding_severity_known"),
            models.CheckConstraint(condition=~Q(text=""), name="finding_has_words"),
            models.CheckConstraint(
                condition=Q(status="open", done_at=None)
                | Q(status="cancelled")
                | (Q(status__in=["done", "verified"], done_at__isnull=False) & ~Q(result="")),
                name="finding_done_with_a_result",
            ),
            models.CheckConstraint(
                condition=Q(status="verified", verified_at__isnull=False, verified_by__isnull=False)
                | (~Q(status="verified") & Q(verified_at=None, verified_by=None)),
                name="finding_verified_by_and_at",
            ),
            # A verifier is somebody else than the owner and than who put it right; without an owner nobody can be told apart.
            models.CheckConstraint(
                condition=Q(verified_by=None) | (Q(owner__isnull=False) & ~Q(verified_by=F("owner"))),
                name="finding_verifier_is_not_owner",
            ),
            models.CheckConstraint(
                condition=Q(verified_by=None) | Q(done_by=None) | ~Q(verified_by=F("done_by")), name="finding_verifier_did_not_do_it"
            ),
            models.CheckConstraint(
                condition=(Q(status="cancelled", cancelled_at__isnull=False) & ~Q(cancel_reason=""))
                | (~Q(status="cancelled") & Q(cancelled_at=None)),
                name="finding_cancelled_with_a_reason",
            ),
            models.CheckConstraint(condition=Q(level=0, escalated_to=None) | Q(level__gt=0), name="finding_escalated_to_somebody"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def title(self) -> str:
        """The first line of what is wrong, short enough for a heading."""
        line = self.text.strip().splitlines()[0]
        return line if len(line) <= TITLE_CHARACTERS else f"{line[: TITLE_CHARACTERS - 1]}…"

    @property
    def is_severe(self) -> bool:
        return self.severity == Severity.SEVERE


class FindingDeed(models.Model):
    """What happened to a finding: written once, never changed; together they are its history. ``by`` is blank for the system.

    A hand-over or escalation carries both people, a change of the due date both moments, a change of severity both words, other words
    those that stood there before.
    """

    class Deed(models.TextChoices):
        RAISED = "raised", _("raised it")
        COMMENTED = "commented", _("wrote")
        PHOTOGRAPHED = "photographed", _("added a photo")
        REWORDED = "reworded", _("worded it anew")
        HANDED_OVER = "handed_over", _("handed it over")
        DUE_CHANGED = "due_changed", _("changed the due time")
        SEVERITY_CHANGED = "severity_changed", _("changed the severity")
        ESCALATED = "escalated", _("took it one level up")
        ANSWERED = "answered", _("answered")
        DONE = "done", _("put it right")
        VERIFIED = "verified", _("verified it")
        REOPENED = "reopened", _("reopened it")
        CANCELLED = "cancelled", _("cancelled it")

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="deeds")
    deed = models.CharField(max_length=20, choices=Deed.choices)
    by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    at = models.DateTimeField()
    text = models.CharField(max_length=1000, blank=True, default="")
    person_before = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    person_after = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    due_before = models.DateTimeField(null=True, blank=True)
    due_after = models.DateTimeField(null=True, blank=True)
    severity_before = models.CharField(max_length=10, blank=True, default="")
    severity_after = models.CharField(max_length=10, blank=True, default="")
    level = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["finding", "at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["finding", "level"], condition=Q(deed="escalated"), name="one_escalation_of_a_finding_per_level"
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.deed}"


class FindingPhoto(models.Model):
    """One piece of evidence, from before or after it was put right; kept with its finding, never exchanged."""

    class Side(models.TextChoices):
        BEFORE = "before", _("Before")
        AFTER = "after", _("After")

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="photos")
    side = models.CharField(max_length=6, choices=Side.choices)
    photo = models.ForeignKey("core.Attachment", models.PROTECT, related_name="finding_photos")
    by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["finding", "at", "pk"]
        constraints = [models.UniqueConstraint(fields=["finding", "side", "photo"], name="each_photo_of_a_finding_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.side}"
