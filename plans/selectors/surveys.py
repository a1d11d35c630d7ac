"""Baseline surveys as people read them: who sees which, how far each section is, what was found (GEN-05)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from people.access import Access
from plans.models import Answer, ChecklistTemplate, Finding, Sheet, Survey, SurveySection, TemplateArea, TemplateItem, TemplateVersion
from plans.selectors.done import Done

SETTLED = (Sheet.Status.SUBMITTED, Sheet.Status.COUNTERSIGNED, Sheet.Status.SKIPPED)


def surveys_seen(access: Access) -> QuerySet[Survey]:
    """Surveys of the places in scope, and those in which one owns a section or which one has started."""
    if access.scope is None:
        return Survey.objects.all()
    me = access.staff.pk
    owned = SurveySection.objects.filter(owner=me).values("survey")
    return Survey.objects.filter(Q(node__in=access.scope) | Q(started_by=me) | Q(pk__in=owned))


def sections_of_checklist(version: TemplateVersion) -> list[TemplateArea]:
    """The areas of a version that ask anything, in its order."""
    asked = TemplateItem.objects.filter(area=OuterRef("pk"))
    return list(TemplateArea.objects.filter(Exists(asked), version=version).order_by("order"))


def checklists_with_sections() -> list[ChecklistTemplate]:
    """Checklists that can be surveyed by section, in the order of their codes."""
    asked = TemplateItem.objects.filter(version__template=OuterRef("pk"), version__published_at__isnull=False, area__isnull=False)
    return list(ChecklistTemplate.objects.filter(Exists(asked), is_retired=False).order_by("code"))


def improvements_of(survey: Survey) -> QuerySet[Finding]:
    """What the survey found; the answers on its sheets point at it."""
    found = Answer.objects.filter(sheet__section__survey=survey, finding__isnull=False).values("finding")
    return Finding.objects.filter(pk__in=found).select_related("owner").order_by("item_key", "pk")


def done_of(findings: Iterable[Finding]) -> Done:
    counted = [finding for finding in findings if finding.status != Finding.Status.CANCELLED]
    closed = [finding for finding in counted if finding.status in (Finding.Status.DONE, Finding.Status.VERIFIED)]
    return Done(len(closed), len(counted))


def sections_of(survey: Survey) -> list[SurveySection]:
    """The sections with their owners and sheets; each with ``asked``, ``answered`` and ``ng`` counts. One statement."""
    asked = TemplateItem.objects.filter(area=OuterRef("area")).order_by()
    current = Answer.objects.filter(sheet=OuterRef("sheet"), is_current=True).order_by()

    def count(rows: QuerySet, group: str, number: Sum | Count) -> Coalesce:
        return Coalesce(Subquery(rows.values(group).annotate(n=number).values("n"), output_field=IntegerField()), 0)

    rows = survey.sections.select_related("area", "owner", "sheet__submitted_by", "sheet__skipped_by").annotate(
        asked=count(asked, "area", Sum("rounds")),
        answered=count(current, "sheet", Count("*")),
        ng=count(current.filter(abnormal=True), "sheet", Count("*")),
    )
    return list(rows.order_by("area__order"))


def with_counts(surveys: QuerySet[Survey]) -> QuerySet[Survey]:
    """Rows for a list: with ``sections_total``, ``sections_settled``, ``found`` and ``found_done``; cancelled findings do not count."""
    finding = "sections__sheet__answers__finding"
    valid = ~Q(**{f"{finding}__status": Finding.Status.CANCELLED})
    closed = Q(**{f"{finding}__status__in": [Finding.Status.DONE, Finding.Status.VERIFIED]})
    return surveys.select_related("checklist__template", "started_by").annotate(
        sections_total=Count("sections", distinct=True),
        sections_settled=Count("sections", distinct=True, filter=Q(sections__sheet__status__in=SETTLED)),
        found=Count(finding, distinct=True, filter=valid),
        found_done=Count(finding, distinct=True, filter=closed),
    )
