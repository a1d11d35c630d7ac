"""Baseline surveys: the list, starting one, its page with sections and improvements, giving a section to another, closing (GEN-05)."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views import View
from django.views.generic import FormView

from core.clock import plant_today
from core.errors import RuleBroken
from core.history import Part, history_of
from core.services import request_once
from core.tables import columns as table
from core.views.lists import Column, FileLayout, RegisterList
from core.views.pages import RefusalMixin
from people.doors import StaffRequired
from people.fields import node_value
from people.models import OrgKind
from people.selectors import leaders_on
from plans import hooks
from plans.forms.surveys import CloseSurveyForm, SectionOwnerForm, SurveyForm
from plans.log_filters import SurveyFilter
from plans.models import ChecklistTemplate, Sheet, Survey, SurveySection, TemplateArea
from plans.selectors.findings import likely_owners
from plans.selectors.places import named, nodes_of, places_for
from plans.selectors.surveys import (
    checklists_with_sections,
    done_of,
    improvements_of,
    sections_of,
    sections_of_checklist,
    surveys_seen,
    with_counts,
)
from plans.services import close_survey, give_section, start_survey

LEAD = "sheet.countersign"
"""A manager of the place starts, hands round and closes a survey: whoever has the last word on its sheets."""
USUAL_CHECKLIST = "T-05"
USUAL_DAYS = timedelta(days=14)


class SurveyList(StaffRequired, RegisterList):
    model = Survey
    title = gettext_lazy("Baseline surveys")
    lead = gettext_lazy("How things stand, looked at once: a section each to its owner; what is found becomes an improvement.")
    filterset_class = SurveyFilter
    views = (("running", pgettext_lazy("surveys", "Running")), ("all", gettext_lazy("All")))
    row_template = "plans/_survey_row.html"
    default_order = ("-started_at",)
    columns = (
        Column(gettext_lazy("Checklist"), sort="checklist__template__code"),
        Column(gettext_lazy("Where"), sort="node__code"),
        Column(gettext_lazy("Started"), sort="started_at", less=2),
        Column(pgettext_lazy("survey", "Due on"), sort="due_on", less=1),
        Column(pgettext_lazy("survey", "Sections"), number=True),
        Column(gettext_lazy("Improvements done"), number=True, less=1),
        Column(gettext_lazy("State"), sort="status"),
    )
    file = FileLayout(
        "surveys",
        (
            table.Column("template_code", table.Text(), source="checklist__template__code"),
            table.Column("node_code", table.Text(), source="node__code"),
            table.Column("started_at", table.Moment()),
            table.Column("started_by", table.Text(), source="started_by__staff_no"),
            table.Column("due_on", table.Day()),
            table.Column("sections", table.Number(), source="sections_total"),
            table.Column("sections_handed_in", table.Number(), source="sections_settled"),
            table.Column("improvements", table.Number(), source="found"),
            table.Column("improvements_done", table.Number(), source="found_done"),
            table.Column("closed_at", table.Moment()),
        ),
    )
    new_url = reverse_lazy("survey-new")
    new_label = gettext_lazy("Start a survey")
    new_action = LEAD
    empty_title = gettext_lazy("No survey here")
    empty_text = gettext_lazy("Before you improve, look at how every department stands: start a survey and give each section an owner.")

    def base_rows(self) -> QuerySet:
        return with_counts(surveys_seen(self.access))

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        return rows.filter(status=Survey.Status.RUNNING) if view == "running" else rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"places": named(row.node_id for row in context["rows"]), "today": plant_today()}


class SurveyNew(StaffRequired, RefusalMixin, FormView):
    """Where, until when, and who owns which section; ``?template=`` picks another checklist with sections."""

    action = LEAD
    form_class = SurveyForm
    template_name = "plans/survey_new.html"
    told = gettext_lazy("The survey has begun; the owners of its sections are told.")

    @cached_property
    def checklists(self) -> list[ChecklistTemplate]:
        return checklists_with_sections()

    @cached_property
    def checklist(self) -> ChecklistTemplate | None:
        asked = self.request.GET.get("template", "") or USUAL_CHECKLIST
        known = {template.code: template for template in self.checklists}
        return known.get(asked) or next(iter(self.checklists), None)

    @cached_property
    def areas(self) -> list[TemplateArea]:
        rows = self.checklist.versions.filter(published_at__isnull=False) if self.checklist else None
        version = rows.order_by("-number").first() if rows is not None else None
        return sections_of_checklist(version) if version else []

    def get_initial(self) -> dict[str, Any]:
        spans = self.places
        node = next((span for span in spans if span.node_id == self.by.org_id), spans[0] if spans else None)
        initial: dict[str, Any] = {"due_on": plant_today() + USUAL_DAYS}
        if node is None:
            return initial
        leader = leaders_on([node.node_id], plant_today()).get(node.node_id)
        owners = {f"owner_{area.key}": str(leader.pk) for area in self.areas} if leader else {}
        return initial | {"node": node_value(node.node_id)} | owners

    @cached_property
    def places(self) -> list[Any]:
        return nodes_of(places_for(self.access, LEAD), OrgKind.values)

    def get_form_kwargs(self) -> dict[str, Any]:
        people = likely_owners(self.access.scope)
        return super().get_form_kwargs() | {"places": self.places, "areas": self.areas, "people": people}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"checklist": self.checklist, "checklists": self.checklists}

    def perform(self, form: SurveyForm) -> HttpResponse:
        said = form.cleaned_data
        self.require(said["node"])
        assert self.checklist is not None
        owners = form.named_owners()
        body = {"template": self.checklist.code, "node": said["node"].pk, "due_on": said["due_on"].isoformat()}
        body |= {key: owner.pk for key, owner in owners.items()}
        with request_once(said["request_key"], route="start_survey", staff_no=self.by.staff_no, body=body) as first:
            if not first.found:
                survey = start_survey(template=self.checklist, node=said["node"], owners=owners, due_on=said["due_on"], by=self.by)
                first.answer = {"survey": survey.pk}
        return redirect("survey", pk=first.answer["survey"])


class SurveyDoor(StaffRequired, View):
    action = LEAD
    asks_node = True
    survey: Survey

    def find(self, pk: int, *, to_write: bool = False) -> None:
        rows = surveys_seen(self.access).select_related("checklist__template", "node", "started_by", "closed_by")
        self.survey = get_object_or_404(rows, pk=pk)
        self.require(self.survey.node_id if to_write else None, "" if to_write else "read")

    def show(
        self, *, refusal: RuleBroken | None = None, wrong: int | None = None, owner_form: SectionOwnerForm | None = None, status: int = 0
    ) -> HttpResponse:
        """``wrong`` is the section whose new owner was refused, by the service or already by ``owner_form``."""
        survey = self.survey
        sections = sections_of(survey)
        found = list(improvements_of(survey))
        leads = survey.status == Survey.Status.RUNNING and self.access.may(LEAD, survey.node_id)
        people = likely_owners(self.access.scope) if leads else []
        is_history = self.request.GET.get("tab") == "history"
        areas = {section.area_id: section.area.label for section in sections}
        given = Part(SurveySection, {"survey": survey}, lambda event: areas[event.area_id], untold=("survey", "area", "sheet"))
        context = {
            "survey": survey,
            "place": named([survey.node_id])[survey.node_id],
            "sections": sections,
            "settled": sum(section.sheet.status != Sheet.Status.OPEN for section in sections),
            "asked": sum(section.asked for section in sections),  # type: ignore[attr-defined]
            "answered": sum(section.answered for section in sections),  # type: ignore[attr-defined]
            "found": found,
            "done": done_of(found),
            "plan": hooks.named_slot("improvement_plan", [survey]),
            "leads": leads,
            "people": people,
            "close": CloseSurveyForm(initial={"version": survey.version}),
            "is_history": is_history,
            "history": history_of(survey, given) if is_history else [],
            "refusal": refusal,
            "wrong": wrong,
            "owner_faults": owner_form.errors["owner"] if owner_form else [],
            "now": timezone.now(),
        }
        return render(self.request, "plans/survey.html", context, status=status or (refusal.status if refusal else HTTPStatus.OK))


class SurveyPage(SurveyDoor):
    def get(self, request: Any, pk: int) -> HttpResponse:
        self.find(pk)
        return self.show()


class SurveySectionGive(SurveyDoor):
    """Another owner for one section."""

    def get(self, request: Any, pk: int, section: int) -> HttpResponse:
        self.find(pk)
        return redirect("survey", pk=pk)

    def post(self, request: Any, pk: int, section: int) -> HttpResponse:
        self.find(pk, to_write=True)
        row = get_object_or_404(self.survey.sections.all(), pk=section)
        form = SectionOwnerForm(request.POST, people=likely_owners(self.access.scope))
        if not form.is_valid():
            return self.show(wrong=row.pk, owner_form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            give_section(section=row, owner=form.cleaned_data["owner"], by=self.by)
        except RuleBroken as refusal:
            return self.show(refusal=refusal, wrong=row.pk)
        messages.success(request, _("Handed over; the new owner is told."))
        return redirect("survey", pk=pk)


class SurveyClose(SurveyDoor):
    def get(self, request: Any, pk: int) -> HttpResponse:
        self.find(pk)
        return redirect("survey", pk=pk)

    def post(self, request: Any, pk: int) -> HttpResponse:
        self.find(pk, to_write=True)
        form = CloseSurveyForm(request.POST)
        version = form.cleaned_data.get("version") if form.is_valid() else None
        try:
            close_survey(survey=self.survey, by=self.by, version=version)
        except RuleBroken as refusal:
            return self.show(refusal=refusal)
        messages.success(request, _("The survey is closed. Its improvements go on."))
        return redirect("survey", pk=pk)
