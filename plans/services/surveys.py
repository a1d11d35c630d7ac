"""A baseline survey: started once, a section each to its owner, closed when all are handed in (GEN-05)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext

from core.clock import at_plant, plant_today
from core.errors import Faults, RuleBroken
from core.history import event_model_of
from people.models import OrgNode, Shift, Staff
from people.services import notify
from plans.errors.findings import DueInThePast, OwnerHasLeft, SameOwner
from plans.errors.surveys import (
    NoSections,
    NoShiftYet,
    SectionDone,
    SectionsOpen,
    SectionWithoutOwner,
    SurveyClosed,
    SurveyedToday,
    SurveyRunning,
)
from plans.models import ChecklistTemplate, Sheet, Survey, SurveySection, TemplateArea, TemplateVersion
from plans.selectors.places import named
from plans.selectors.shifts import shift_at
from plans.selectors.surveys import sections_of_checklist
from plans.services.signing import SECTION_OWNED, settle_section
from plans.services.status import change_status
from plans.services.versions import require_version
from plans.words import clock_words

Status = Survey.Status


@transaction.atomic
def start_survey(*, template: ChecklistTemplate, node: OrgNode, owners: Mapping[str, Staff], due_on: date, by: Staff) -> Survey:
    """Survey a place once with the checklist as it is published now: each section gets a sheet, and its owner is told.

    ``owners`` by the key of the section. Raises ``NoSections``, ``SectionWithoutOwner`` or ``OwnerHasLeft`` at ``owner_<key>``,
    ``DueInThePast``, ``NoShiftYet``, ``SurveyRunning`` while one with the same checklist runs in the place, ``SurveyedToday``. (GEN-05)
    """
    # Two who start the same at the same moment wait for each other here.
    ChecklistTemplate.objects.select_for_update().get(pk=template.pk)
    version = TemplateVersion.objects.filter(template=template, published_at__isnull=False).order_by("-number").first()
    areas = sections_of_checklist(version) if version else []
    if version is None or not areas:
        raise NoSections(field="template", checklist=template.label)
    _check(areas, owners, due_on)
    running = Survey.objects.filter(checklist__template=template, node=node, status=Status.RUNNING).first()
    if running is not None:
        raise SurveyRunning(checklist=template.label, on=clock_words(running.started_at))
    now = timezone.now()
    on, shift = shift_at(now)
    shift = shift or Shift.objects.order_by("starts_at", "code").first()
    if shift is None:
        raise NoShiftYet()
    if Sheet.objects.filter(template=template, node=node, business_date=on, area__isnull=False).exists():
        raise SurveyedToday(checklist=template.label)
    survey = Survey.objects.create(checklist=version, node=node, due_on=due_on, started_by=by, started_at=now)
    for area in areas:
        sheet = Sheet.objects.create(
            template=template,
            version=version,
            area=area,
            node=node,
            shift=shift,
            business_date=on,
            starts_at=now,
            ends_at=at_plant(due_on, time(23, 59)),
            due_at=at_plant(due_on, time(23, 59)),
        )
        _tell(SurveySection.objects.create(survey=survey, area=area, owner=owners[area.key], sheet=sheet), turn=0)
    return survey


def _check(areas: list[TemplateArea], owners: Mapping[str, Staff], due_on: date) -> None:
    faults: list[RuleBroken] = []
    if due_on < plant_today():
        faults.append(DueInThePast(field="due_on", due=due_on.isoformat()))
    for area in areas:
        owner = owners.get(area.key)
        if owner is None:
            faults.append(SectionWithoutOwner(field=f"owner_{area.key}", section=area.label))
        elif owner.has_left():
            faults.append(OwnerHasLeft(field=f"owner_{area.key}", who=owner.name))
    if faults:
        raise Faults(faults)


def _tell(section: SurveySection, *, turn: int) -> None:
    """Into the owner's inbox, once for each time the section becomes theirs."""
    sheet = section.sheet
    figures = {"section": section.area, "place": named([sheet.node_id])[sheet.node_id]}
    key = f"{sheet.pk}:{turn}"
    notify(
        to=[section.owner], kind=SECTION_OWNED, key=key, figures=figures, url=reverse("sheet-fill", args=[sheet.pk]), due_at=sheet.due_at
    )


@transaction.atomic
def give_section(*, section: SurveySection, owner: Staff, by: Staff) -> SurveySection:
    """Somebody else fills the section from now on; what was answered stays. Raises ``SameOwner``, ``OwnerHasLeft``, ``SectionDone``,
    ``SurveyClosed``."""
    _locked_running(section.survey_id)
    section = SurveySection.objects.select_for_update(of=("self",)).select_related("sheet", "area", "owner").get(pk=section.pk)
    if section.sheet.status != Sheet.Status.OPEN:
        raise SectionDone(section=section.area.label, status=section.sheet.get_status_display())
    if owner.has_left():
        raise OwnerHasLeft(field="owner", who=owner.name)
    if section.owner_id == owner.pk:
        raise SameOwner(field="owner", who=owner.name)
    settle_section(section.sheet)
    section.owner = owner
    section.save(update_fields=["owner"])
    _tell(section, turn=event_model_of(SurveySection).objects.filter(pgh_obj_id=section.pk).count())
    return section


@transaction.atomic
def close_survey(*, survey: Survey, by: Staff, version: int | None = None) -> Survey:
    """Every section is handed in, or was not needed. Raises ``SectionsOpen`` with the names of the others, ``SurveyClosed``. (GEN-05)"""
    survey = _locked_running(survey.pk)
    require_version(survey, version)
    sections = SurveySection.objects.filter(survey=survey, sheet__status=Sheet.Status.OPEN).select_related("area").order_by("area__order")
    names = [section.area.label for section in sections]
    if names:
        raise SectionsOpen(count=len(names), names=pgettext("between two of a list", ", ").join(names))
    change_status(survey, Status.CLOSED, closed_by=by, closed_at=timezone.now())
    return survey


def _locked_running(pk: int) -> Survey:
    survey = Survey.objects.select_for_update(no_key=True).get(pk=pk)
    if survey.status == Status.CLOSED:
        assert survey.closed_at is not None
        raise SurveyClosed(when=clock_words(survey.closed_at))
    return survey
