"""Sheets as they are filled on one day, and the answers on them."""

import uuid

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from plans.models.assignments import TemplateAssignment
from plans.models.templates import ChecklistTemplate, TemplateArea, TemplateItem, TemplateVersion

VALUE_LENGTH = 1000


class AnswerValue(models.TextChoices):
    """The values of an OK / NG item; ``na`` answers an item of another type where there was nothing to look at."""

    OK = "ok", _("OK")
    NG = "ng", _("NG")
    NA = "na", _("N/A")


FITS_ITS_ITEM = """
    SELECT * INTO item FROM plans_templateitem WHERE id = NEW.item_id;
    broken := CASE
        WHEN NOT EXISTS (SELECT 1 FROM plans_sheet s WHERE s.id = NEW.sheet_id AND s.version_id = item.version_id
                         AND (s.area_id IS NULL OR s.area_id = item.area_id))
            THEN 'answer_of_the_sheets_version'
        WHEN NEW.round NOT BETWEEN 1 AND item.rounds THEN 'answer_round_of_the_item'
        WHEN item.answer_type = 'ok_ng' AND NEW.abnormal <> (NEW.value = 'ng') THEN 'ng_is_abnormal'
        WHEN NEW.abnormal AND item.note_on_ng AND NEW.note = '' THEN 'abnormal_answer_has_a_note'
        WHEN NEW.abnormal AND item.photo_on_ng AND NEW.photo_id IS NULL THEN 'abnormal_answer_has_a_photo'
        WHEN NEW.is_bulk AND item.must_look THEN 'must_look_is_never_bulk'
    END;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'the answer does not fit its item: %', broken USING ERRCODE = 'check_violation', CONSTRAINT = broken;
    END IF;
    RETURN NEW;
"""

_NOT_SUBMITTED = Q(submitted_at=None, submitted_by=None)
_NOT_COUNTERSIGNED = Q(countersigned_at=None, countersigned_by=None)
_NOT_MISSED = Q(missed_at=None)
_NOT_SKIPPED = Q(skipped_at=None, skipped_by=None, skip_reason="")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Sheet(models.Model):
    """One checklist of one node, shift and business date, made from the version that was current then.

    ``assignment`` asked for it; ``starts_at`` and ``ends_at`` are those of the duty it was made for, ``due_at`` the time of its last
    phase. A sheet that was still open at the cut-off is *missed*, with what was answered until then; one that was not needed is
    *skipped*, with who says why. One that nobody has begun is withdrawn when the roster changes: that is the only way it is deleted.
    ``area``: it asks that area of its version alone, as a section of a survey; such a sheet is never missed (``plans.models.surveys``).
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        SUBMITTED = "submitted", _("Submitted")
        COUNTERSIGNED = "countersigned", _("Countersigned")
        MISSED = "missed", _("Missed")
        SKIPPED = "skipped", _("Skipped")

    TRANSITIONS = {
        Status.OPEN: {Status.SUBMITTED, Status.MISSED, Status.SKIPPED},
        Status.SUBMITTED: {Status.COUNTERSIGNED, Status.OPEN},
        Status.COUNTERSIGNED: {Status.OPEN},
        Status.MISSED: set(),
        Status.SKIPPED: set(),
    }

    assignment = models.ForeignKey(TemplateAssignment, models.PROTECT, related_name="sheets", null=True, blank=True)
    template = models.ForeignKey(ChecklistTemplate, models.PROTECT, related_name="sheets")
    version = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="sheets")
    area = models.ForeignKey(TemplateArea, models.PROTECT, related_name="sheets", null=True, blank=True)
    node = models.ForeignKey("people.OrgNode", models.PROTECT, related_name="sheets")
    shift = models.ForeignKey("people.Shift", models.PROTECT, related_name="sheets")
    business_date = models.DateField()
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    due_at = models.DateTimeField(_("due at"))
    role = models.CharField(_("role"), max_length=10, blank=True, default="")
    status = models.CharField(max_length=13, choices=Status.choices, default=Status.OPEN)
    arrived_at = models.DateTimeField(null=True, blank=True)
    arrived_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    submitted_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    countersigned_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    countersigned_at = models.DateTimeField(null=True, blank=True)
    reopened_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopen_reason = models.CharField(_("reason"), max_length=500, blank=True, default="")
    missed_at = models.DateTimeField(null=True, blank=True)
    skipped_by = models.ForeignKey("people.Staff", models.PROTECT, related_name="+", null=True, blank=True)
    skipped_at = models.DateTimeField(null=True, blank=True)
    skip_reason = models.CharField(_("reason"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("check sheet")
        verbose_name_plural = _("check sheets")
        ordering = ["-business_date", "node__code", "shift__starts_at", "template__code"]
        indexes = [
            models.Index(fields=["node", "-business_date"], name="sheet_by_node_and_date"),
            models.Index(fields=["ends_at"], condition=Q(status="open"), name="open_sheet_by_end"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["business_date", "template", "node", "shift", "area"], nulls_distinct=False, name="one_sheet_per_day"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="sheet_ends_after_start"),
            models.CheckConstraint(
                condition=(Q(status="open") & _NOT_SUBMITTED & _NOT_COUNTERSIGNED & _NOT_MISSED & _NOT_SKIPPED)
                | (
                    Q(status="submitted", submitted_at__isnull=False, submitted_by__isnull=False)
                    & _NOT_COUNTERSIGNED
                    & _NOT_MISSED
                    & _NOT_SKIPPED
                )
                | (
                    Q(status="countersigned", submitted_at__isnull=False, submitted_by__isnull=False)
                    & Q(countersigned_at__isnull=False, countersigned_by__isnull=False)
                    & _NOT_MISSED
                    & _NOT_SKIPPED
                )
                | (Q(status="missed", missed_at__isnull=False) & _NOT_SUBMITTED & _NOT_COUNTERSIGNED & _NOT_SKIPPED)
                | (
                    Q(status="skipped", skipped_at__isnull=False, skipped_by__isnull=False)
                    & ~Q(skip_reason="")
                    & _NOT_SUBMITTED
                    & _NOT_COUNTERSIGNED
                    & _NOT_MISSED
                ),
                name="sheet_status_with_its_stamps",
            ),
            models.CheckConstraint(
                condition=Q(countersigned_by=None) | ~Q(countersigned_by=F("submitted_by")), name="sheet_countersigned_by_another"
            ),
            models.CheckConstraint(
                condition=Q(reopened_at=None, reopened_by=None, reopen_reason="")
                | (Q(reopened_at__isnull=False, reopened_by__isnull=False) & ~Q(reopen_reason="")),
                name="sheet_reopened_by_at_and_why",
            ),
            models.CheckConstraint(
                condition=Q(arrived_at=None, arrived_by=None) | Q(arrived_at__isnull=False, arrived_by__isnull=False),
                name="sheet_arrived_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.node} {self.business_date} {self.shift}"


class Answer(models.Model):
    """One answer as it was given, by its giver's own UUID. A later answer to the same item and round takes its place as current;
    the earlier one stays, so a sheet's answers are their own history.

    ``value`` is normalised by ``plans.answers`` (numbers with a point, dates ISO, the key of a choice), which also said whether it was
    ``abnormal``; a blank one takes the earlier answer back and is itself never current. ``is_bulk``: given together with others by one tap.
    ``answered_at`` is right by the server's clock; where the device's clock told another time, ``told_at`` keeps what it told.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="answers")
    item = models.ForeignKey(TemplateItem, models.PROTECT, related_name="answers")
    round = models.PositiveSmallIntegerField(default=1)
    value = models.CharField(max_length=VALUE_LENGTH, blank=True)
    abnormal = models.BooleanField(_("abnormal"), default=False)
    is_bulk = models.BooleanField(_("given with others by one tap"), default=False)
    note = models.CharField(_("note"), max_length=1000, blank=True, default="")
    photo = models.ForeignKey("core.Attachment", models.PROTECT, related_name="answers", null=True, blank=True)
    finding = models.ForeignKey("plans.Finding", models.PROTECT, related_name="answers", null=True, blank=True)
    by = models.ForeignKey("people.Staff", models.PROTECT, related_name="answers")
    answered_at = models.DateTimeField()
    told_at = models.DateTimeField(_("time by the device's own clock"), null=True, blank=True)
    saved_at = models.DateTimeField(auto_now_add=True)
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering = ["saved_at"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "item", "round"], condition=Q(is_current=True), name="one_current_answer"),
            models.CheckConstraint(condition=~Q(value="") | Q(is_current=False, abnormal=False, is_bulk=False), name="answer_has_a_value"),
            models.CheckConstraint(condition=Q(is_bulk=False) | Q(abnormal=False), name="abnormal_answer_is_never_bulk"),
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
            ),
            pgtrigger.Trigger(
                name="fits_its_item",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("item", "plans_templateitem%ROWTYPE"), ("broken", "text")],
                func=FITS_ITS_ITEM,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.value}"
