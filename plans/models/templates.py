"""What is asked on the floor: versions of checklist templates, with their phases, areas and items."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import BilingualName
from core.models.names import in_language
from plans.models.findings import Severity

MOST_ROUNDS = 12


class AnswerType(models.TextChoices):
    TICK = "tick", _("Tick")
    OK_NG = "ok_ng", _("OK / NG / N/A")
    NUMBER = "number", _("Number")
    TEXT = "text", _("Text")
    CHOICE = "choice", _("Choice")
    PHOTO = "photo", _("Photo")
    DATE = "date", _("Date or expiry")


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
    """What a template asks from the day it was published; never edited afterwards, a change makes the next version.

    Until then it is the template's one draft; ``revision`` counts its savings, so that a stale page cannot overwrite a newer one.
    """

    template = models.ForeignKey(ChecklistTemplate, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    default_rounds = models.PositiveSmallIntegerField(_("rounds, unless an item says otherwise"), default=1)
    revision = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField(null=True, blank=True)
    edited_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        ordering = ["template", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="one_template_version_per_number"),
            models.UniqueConstraint(fields=["template"], condition=Q(published_at=None), name="one_draft_per_template"),
            models.CheckConstraint(condition=Q(default_rounds__gte=1, default_rounds__lte=MOST_ROUNDS), name="version_rounds_1_to_12"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
                func="""
                    RAISE EXCEPTION 'a published template version is never edited'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'version_published';
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.template} v{self.number}"


class TemplateBlock(BilingualName):
    """A phase of the day within a version; due so many minutes after (before, when negative) the shift's start or end.

    ``before_sign_off``: the shift is not signed off while this phase is open (GEN-03).
    """

    class Anchor(models.TextChoices):
        START = "start", _("shift start")
        END = "end", _("shift end")

    version = models.ForeignKey(TemplateVersion, models.CASCADE, related_name="blocks")
    key = models.CharField(max_length=30)
    order = models.PositiveSmallIntegerField()
    due_anchor = models.CharField(_("due from"), max_length=5, choices=Anchor.choices, default=Anchor.END)
    due_minutes = models.SmallIntegerField(_("due, minutes after"), default=0)
    before_sign_off = models.BooleanField(_("needed for the sign-off"), default=False)

    class Meta:
        ordering = ["version", "order"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="one_block_per_key")]
        triggers = [_immutable_once_published()]

    def __str__(self) -> str:
        return self.key

    @property
    def is_before_shift(self) -> bool:
        """Done before the shift begins: its place awaits its people by then (PLN-02)."""
        return self.due_anchor == self.Anchor.START and self.due_minutes <= 0


class TemplateArea(BilingualName):
    """A part of the floor that is walked through: the workshop hall, the aisles. ``place`` says where on the floor that is (GEN-02)."""

    version = models.ForeignKey(TemplateVersion, models.CASCADE, related_name="areas")
    key = models.CharField(max_length=30)
    order = models.PositiveSmallIntegerField()
    place = models.CharField(_("place on the floor"), max_length=200, blank=True, default="")
    place_zh = models.CharField(_("Chinese place on the floor"), max_length=200, blank=True, default="")

    class Meta:
        ordering = ["version", "order"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="one_area_per_key")]
        triggers = [_immutable_once_published()]

    def __str__(self) -> str:
        return self.key

    @property
    def place_label(self) -> str:
        return in_language(self.place, self.place_zh)


class TemplateItem(models.Model):
    """One thing to look at, in both languages. ``key`` stays the same from version to version.

    ``rounds`` is how often it is asked on one sheet: the version's own number, unless ``has_own_rounds``. Limits ``low`` and ``high``
    are inclusive, in ``unit``. ``options`` of a choice: ``[{"key", "text", "text_zh", "abnormal"}]``. ``must_look``: never covered by
    an answer given to many items at once. What makes an answer abnormal says ``plans.answers``. (GEN-01, GEN-04)
    """

    version = models.ForeignKey(TemplateVersion, models.CASCADE, related_name="items")
    block = models.ForeignKey(TemplateBlock, models.CASCADE, related_name="items")
    area = models.ForeignKey(TemplateArea, models.CASCADE, related_name="items", null=True, blank=True)
    key = models.CharField(max_length=30)
    order = models.PositiveSmallIntegerField()
    text = models.CharField(_("label"), max_length=200)
    text_zh = models.CharField(_("Chinese label"), max_length=200)
    hint = models.CharField(_("hint"), max_length=300, blank=True, default="")
    hint_zh = models.CharField(_("Chinese hint"), max_length=300, blank=True, default="")
    answer_type = models.CharField(_("answer"), max_length=10, choices=AnswerType.choices, default=AnswerType.OK_NG)
    low = models.DecimalField(_("lowest good value"), max_digits=18, decimal_places=6, null=True, blank=True)
    high = models.DecimalField(_("highest good value"), max_digits=18, decimal_places=6, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True, default="")
    options = models.JSONField(_("options"), default=list, blank=True)
    is_required = models.BooleanField(_("required"), default=True)
    rounds = models.PositiveSmallIntegerField(_("rounds"), default=1)
    has_own_rounds = models.BooleanField(_("rounds of its own"), default=False)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices, default=Severity.NORMAL)
    note_on_ng = models.BooleanField(_("note needed when abnormal"), default=True)
    photo_on_ng = models.BooleanField(_("photo needed when abnormal"), default=False)
    must_look = models.BooleanField(_("must be looked at"), default=False)

    class Meta:
        ordering = ["version", "order"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="one_item_per_key"),
            models.CheckConstraint(condition=Q(rounds__gte=1, rounds__lte=MOST_ROUNDS), name="item_rounds_1_to_12"),
            models.CheckConstraint(condition=Q(answer_type__in=AnswerType.values), name="item_answer_type_known"),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="item_severity_known"),
            models.CheckConstraint(
                condition=Q(answer_type=AnswerType.NUMBER) | Q(low=None, high=None, unit=""), name="limits_are_for_numbers"
            ),
            models.CheckConstraint(condition=Q(low=None) | Q(high=None) | Q(low__lte=F("high")), name="item_low_not_above_high"),
            models.CheckConstraint(
                condition=(Q(answer_type=AnswerType.CHOICE) & ~Q(options=[])) | (~Q(answer_type=AnswerType.CHOICE) & Q(options=[])),
                name="options_are_for_choices",
            ),
        ]
        triggers = [
            _immutable_once_published(),
            pgtrigger.Trigger(
                name="stands_in_its_version",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NOT EXISTS (SELECT 1 FROM plans_templateblock b WHERE b.id = NEW.block_id AND b.version_id = NEW.version_id)
                       OR NEW.area_id IS NOT NULL AND NOT EXISTS
                          (SELECT 1 FROM plans_templatearea a WHERE a.id = NEW.area_id AND a.version_id = NEW.version_id) THEN
                        RAISE EXCEPTION 'an item stands in a block and an area of its own version'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'item_in_its_version';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def label(self) -> str:
        return in_language(self.text, self.text_zh)

    @property
    def hint_label(self) -> str:
        return in_language(self.hint, self.hint_zh)
