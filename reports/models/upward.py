"""What managers report upward: the day, week and month of a unit in one shape, a written report, a note of an oral one (GEN-11, RPT-12)."""

from datetime import timedelta

import pghistory
import pgtrigger
from django.db import models
from django.db.models import ExpressionWrapper, F, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

UPWARD_CHARACTERS = 4000
SUBJECT_CHARACTERS = 200
WORD_CHARACTERS = 1000
ON_TIME = timedelta(minutes=1)
"""A report sent while the clock still shows the due minute is on time."""

# What was sent stays as it was sent until it is returned; what says when it was sent stays for good.
SENT_STAYS = """
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'what was sent upward stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'upward_sent_stays';
    END IF;
    IF (NEW.kind, NEW.node_id, NEW.starts_on, NEW.ends_on, NEW.due_at, NEW.sent_at, NEW.is_late, NEW.made_by_id)
       IS DISTINCT FROM (OLD.kind, OLD.node_id, OLD.starts_on, OLD.ends_on, OLD.due_at, OLD.sent_at, OLD.is_late, OLD.made_by_id)
       OR (OLD.number <> '' AND NEW.number <> OLD.number)
       OR (OLD.status <> 'returned' AND to_jsonb(NEW) - 'status' - 'number' <> to_jsonb(OLD) - 'status' - 'number') THEN
        RAISE EXCEPTION 'what was sent upward stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'upward_sent_stays';
    END IF;
    IF NEW.status <> OLD.status AND NEW.status <> 'sent' AND NOT EXISTS (
        SELECT 1 FROM reports_upwardword word WHERE word.report_id = OLD.id AND word.kind = NEW.status
    ) THEN
        RAISE EXCEPTION 'nobody said so' USING ERRCODE = 'check_violation', CONSTRAINT = 'upward_answered_in_words';
    END IF;
    RETURN NEW;
"""

# Only what was sent is spoken of, and whoever sent it replies but does not answer.
ANSWERED_BY_ANOTHER = """
    IF EXISTS (SELECT 1 FROM reports_upwardreport report WHERE report.id = NEW.report_id
               AND (report.status = 'draft' OR (NEW.kind <> 'replied' AND report.sent_by_id = NEW.by_id))) THEN
        RAISE EXCEPTION 'a report upward is answered by another, once it is sent'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'upward_answered_by_another';
    END IF;
    RETURN NEW;
"""


def _words(label: object, most: int = UPWARD_CHARACTERS) -> models.CharField:
    return models.CharField(label, max_length=most, blank=True, default="")  # type: ignore[arg-type]


@pghistory.track()
class UpwardReport(models.Model):
    """One report to whoever stands above: of a unit's day, ISO week or plant month, or of a matter (``subject``) on a day.

    ``starts_on`` to ``ends_on``, both inclusive, is the period; of a matter both are its day. ``figures`` are counted and frozen when it
    is sent (``reports.period_figures``), anew when it is sent again after a return. ``sent_at`` and ``is_late`` tell of the first sending:
    a correction later does not make it late. ``due_at`` of a period follows the plant's settings until then. ``number`` comes with the
    first sending.
    """

    class Kind(models.TextChoices):
        DAY = "day", _("Report of the day")
        WEEK = "week", _("Report of the week")
        MONTH = "month", _("Report of the month")
        WRITTEN = "written", _("Written report")
        ORAL = "oral", _("Note of an oral report")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENT = "sent", pgettext_lazy("report upward", "Sent")
        COMMENTED = "commented", pgettext_lazy("report upward", "Commented")
        ACKNOWLEDGED = "acknowledged", pgettext_lazy("report upward", "Taken note of")
        RETURNED = "returned", _("Returned")

    TRANSITIONS = {
        Status.DRAFT: {Status.SENT},
        Status.SENT: {Status.COMMENTED, Status.ACKNOWLEDGED, Status.RETURNED},
        Status.COMMENTED: {Status.ACKNOWLEDGED, Status.RETURNED},
        Status.ACKNOWLEDGED: {Status.RETURNED},
        Status.RETURNED: {Status.SENT},
    }

    number = models.CharField(_("number"), max_length=40, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    node = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="upward_reports", verbose_name=_("organisation unit"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    subject = _words(_("subject"), SUBJECT_CHARACTERS)
    done = _words(pgettext_lazy("report upward", "what was done"))
    analysis = _words(_("analysis"))
    plan = _words(pgettext_lazy("report upward", "what comes next"))
    reader = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("goes to"))
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.DRAFT)
    figures = models.JSONField(null=True, blank=True, editable=False)
    made_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", verbose_name=_("written by"))
    made_at = models.DateTimeField(_("begun at"))
    sent_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("sent by"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    is_late = models.BooleanField(_("late"), default=False)

    class Meta:
        verbose_name = _("report upward")
        verbose_name_plural = _("reports upward")
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["node", "-ends_on"], name="upward_report_by_node")]
        constraints = [
            models.UniqueConstraint(
                fields=["node", "kind", "starts_on"], condition=Q(kind__in=["day", "week", "month"]), name="one_upward_report_per_period"
            ),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="one_upward_report_per_number"),
            models.CheckConstraint(
                condition=Q(kind__in=["day", "written", "oral"], ends_on=F("starts_on"))
                | Q(
                    kind="week",
                    starts_on__iso_week_day=1,
                    ends_on=ExpressionWrapper(F("starts_on") + Value(6), output_field=models.DateField()),
                )
                | Q(kind="month", ends_on__gt=ExpressionWrapper(F("starts_on") + Value(20), output_field=models.DateField())),
                name="upward_period_of_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["day", "week", "month"], subject="", due_at__isnull=False)
                | (Q(kind__in=["written", "oral"], reader__isnull=False) & ~Q(subject="")),
                name="upward_matter_has_subject_and_reader",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", sent_at=None, sent_by=None, number="")
                | (
                    Q(status__in=["sent", "commented", "acknowledged", "returned"], sent_at__isnull=False, sent_by__isnull=False)
                    & ~Q(done="")
                ),
                name="upward_sent_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(figures=None) | Q(kind__in=["day", "week", "month"], sent_at__isnull=False), name="upward_figures_once_sent"
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(kind__in=["written", "oral"]) | (Q(figures__isnull=False) & ~Q(analysis="") & ~Q(plan="")),
                name="upward_period_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(is_late=False, sent_at=None)
                | Q(is_late=False, due_at=None)
                | Q(is_late=True, sent_at__gte=F("due_at") + ON_TIME)
                | Q(is_late=False, sent_at__lt=F("due_at") + ON_TIME),
                name="upward_late_by_the_clock",
            ),
            models.CheckConstraint(condition=Q(reader=None) | Q(sent_by=None) | ~Q(reader=F("sent_by")), name="upward_goes_to_another"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="sent_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__sent_at__isnull=False),
                func=SENT_STAYS,
            )
        ]

    def __str__(self) -> str:
        return self.number or f"{self.get_kind_display()} {self.about}"

    @property
    def is_matter(self) -> bool:
        return self.kind in (self.Kind.WRITTEN, self.Kind.ORAL)

    @property
    def is_open(self) -> bool:
        """Whether it is being written: never sent, or given back."""
        return self.status in (self.Status.DRAFT, self.Status.RETURNED)

    @property
    def about(self) -> str:
        """The period as it is written everywhere (``2026-11-27``, ``2026-W48``, ``2026-11``), or the subject."""
        match self.kind:
            case self.Kind.DAY:
                return self.starts_on.isoformat()
            case self.Kind.WEEK:
                year, week, _day = self.starts_on.isocalendar()
                return f"{year}-W{week:02d}"
            case self.Kind.MONTH:
                # A month that begins late in one calendar month is named after the next, in which it ends.
                return f"{self.ends_on:%Y-%m}"
        return self.subject


class UpwardWord(models.Model):
    """What was said about a report that was sent: a comment, a reply to it, that it was taken note of, why it came back. Never changed."""

    class Kind(models.TextChoices):
        COMMENTED = "commented", pgettext_lazy("report upward", "wrote")
        REPLIED = "replied", pgettext_lazy("report upward", "replied")
        ACKNOWLEDGED = "acknowledged", pgettext_lazy("report upward", "took note of it")
        RETURNED = "returned", pgettext_lazy("report upward", "returned it")

    report = models.ForeignKey(UpwardReport, models.PROTECT, related_name="words")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    text = models.CharField(max_length=WORD_CHARACTERS, blank=True, default="")
    by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["report", "at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind="acknowledged") | ~Q(text=""), name="upward_word_has_words"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(name="answered_by_another", when=pgtrigger.Before, operation=pgtrigger.Insert, func=ANSWERED_BY_ANOTHER),
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.kind}"
