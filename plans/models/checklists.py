import uuid

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import BilingualName
from core.models.names import in_language


class AnswerType(models.TextChoices):
    OK_NG = "ok_ng", _("OK / NG / N/A")


class AnswerValue(models.TextChoices):
    OK = "ok", _("OK")
    NG = "ng", _("NG")
    NA = "na", _("N/A")


REFUSE_WHEN_PUBLISHED = """
    IF EXISTS (SELECT 1 FROM plans_templateversion v
               WHERE v.id = COALESCE(NEW.version_id, OLD.version_id) AND v.published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a published template version is never edited' USING ERRCODE = 'check_violation', CONSTRAINT = 'version_published';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


def _immutable_once_published() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="immutable_once_published",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=REFUSE_WHEN_PUBLISHED,
    )


@pghistory.track()
class ChecklistTemplate(BilingualName):
    """A checklist as a plant keeps it over the years; what it asks is in its versions (PLN-01)."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    is_retired = models.BooleanField(_("retired"), default=False)

    class Meta:
        verbose_name = _("checklist template")
        verbose_name_plural = _("checklist templates")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


@pghistory.track()
class TemplateVersion(models.Model):
    """What a template asks from the day it was published; never edited afterwards, a change makes the next version."""

    template = models.ForeignKey(ChecklistTemplate, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        ordering = ["template", "-number"]
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="one_template_version_per_number")]

    def __str__(self) -> str:
        return f"{self.template} v{self.number}"


class TemplateBlock(BilingualName):
    """A phase of the day within a version; due so many minutes after (before, when negative) the shift's start or end."""

    class Anchor(models.TextChoices):
        START = "start", _("shift start")
        END = "end", _("shift end")

    version = models.ForeignKey(TemplateVersion, models.CASCADE, related_name="blocks")
    key = models.CharField(max_length=30)
    order = models.PositiveSmallIntegerField()
    due_anchor = models.CharField(max_length=5, choices=Anchor.choices, default=Anchor.END)
    due_minutes = models.SmallIntegerField(default=0)

    class Meta:
        ordering = ["version", "order"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="one_block_per_key")]
        triggers = [_immutable_once_published()]

    def __str__(self) -> str:
        return self.key


class TemplateItem(models.Model):
    """One thing to look at, in both languages. ``key`` stays the same from version to version."""

    version = models.ForeignKey(TemplateVersion, models.CASCADE, related_name="items")
    block = models.ForeignKey(TemplateBlock, models.CASCADE, related_name="items")
    key = models.CharField(max_length=30)
    order = models.PositiveSmallIntegerField()
    text = models.CharField(_("label"), max_length=200)
    text_zh = models.CharField(_("Chinese label"), max_length=200)
    hint = models.CharField(_("hint"), max_length=300, blank=True, default="")
    hint_zh = models.CharField(_("Chinese hint"), max_length=300, blank=True, default="")
    answer_type = models.CharField(max_length=10, choices=AnswerType.choices, default=AnswerType.OK_NG)
    is_required = models.BooleanField(_("required"), default=True)
    rounds = models.PositiveSmallIntegerField(_("rounds"), default=1)

    class Meta:
        ordering = ["version", "order"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="one_item_per_key"),
            models.CheckConstraint(condition=Q(rounds__gte=1, rounds__lte=12), name="item_rounds_1_to_12"),
        ]
        triggers = [_immutable_once_published()]

    def __str__(self) -> str:
        return self.key

    @property
    def label(self) -> str:
        return in_language(self.text, self.text_zh)

    @property
    def hint_label(self) -> str:
        return in_language(self.hint, self.hint_zh)


@pghistory.track()
class TemplateAssignment(models.Model):
    """A template is asked in a node on every working day of a shift, from ``starts_on`` to ``ends_on`` (both inclusive)."""

    template = models.ForeignKey(ChecklistTemplate, models.PROTECT, related_name="assignments", verbose_name=_("checklist template"))
    node = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="template_assignments", verbose_name=_("organisation unit"))
    shift = models.ForeignKey("people.Shift", models.PROTECT, related_name="template_assignments", verbose_name=_("shift"))
    starts_on = models.DateField(_("from date"))
    ends_on = models.DateField(_("to date"), null=True, blank=True)

    class Meta:
        verbose_name = _("assignment")
        ordering = ["template__code", "node__code", "shift__starts_at"]
        constraints = [models.UniqueConstraint(fields=["template", "node", "shift"], name="one_assignment_per_place_and_shift")]

    def __str__(self) -> str:
        return f"{self.template} {self.node} {self.shift}"


@pghistory.track()
class Sheet(models.Model):
    """One checklist of one node, shift and business date, made from the version that was current then."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        SUBMITTED = "submitted", _("Submitted")

    TRANSITIONS = {Status.OPEN: {Status.SUBMITTED}, Status.SUBMITTED: set()}

    template = models.ForeignKey(ChecklistTemplate, models.PROTECT, related_name="sheets")
    version = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="sheets")
    node = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="sheets")
    shift = models.ForeignKey("people.Shift", models.PROTECT, related_name="sheets")
    business_date = models.DateField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    submitted_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("check sheet")
        verbose_name_plural = _("check sheets")
        ordering = ["-business_date", "node__code", "shift__starts_at", "template__code"]
        indexes = [models.Index(fields=["node", "-business_date"], name="sheet_by_node_and_date")]
        constraints = [
            models.UniqueConstraint(fields=["business_date", "template", "node", "shift"], name="one_sheet_per_day"),
            models.CheckConstraint(
                condition=Q(status="open", submitted_at=None, submitted_by=None)
                | Q(status="submitted", submitted_at__isnull=False, submitted_by__isnull=False),
                name="sheet_submitted_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.node} {self.business_date} {self.shift}"


class Answer(models.Model):
    """One answer as it was given, by its giver's own UUID. A later answer to the same item and round takes its place as current;
    the earlier one stays, so a sheet's answers are their own history."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="answers")
    item = models.ForeignKey(TemplateItem, models.PROTECT, related_name="answers")
    round = models.PositiveSmallIntegerField(default=1)
    value = models.CharField(max_length=2, choices=AnswerValue.choices)
    note = models.CharField(_("note"), max_length=1000, blank=True, default="")
    photo = models.ForeignKey("core.Attachment", models.PROTECT, related_name="answers", null=True, blank=True)
    by = models.ForeignKey("people.Staff", models.PROTECT, related_name="answers")
    answered_at = models.DateTimeField()
    saved_at = models.DateTimeField(auto_now_add=True)
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering = ["saved_at"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "item", "round"], condition=Q(is_current=True), name="one_current_answer"),
            models.CheckConstraint(condition=~Q(value="ng") | ~Q(note=""), name="ng_answer_has_a_note"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="refuse_on_submitted_sheet",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF EXISTS (SELECT 1 FROM plans_sheet s
                               WHERE s.id = COALESCE(NEW.sheet_id, OLD.sheet_id) AND s.status <> 'open') THEN
                        RAISE EXCEPTION 'a submitted sheet is locked' USING ERRCODE = 'check_violation', CONSTRAINT = 'sheet_locked';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.value}"
