"""Checklist templates: the list, a version and what changed, new ones, copies, and files."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.db.models import Max, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import FormView

from core.errors import Faults
from core.history import Part, history_of
from core.versions import version_of
from core.views.lists import Column, RegisterList
from core.views.pages import RefusalMixin
from people.doors import StaffRequired
from plans.errors.templates import NoTemplateFile
from plans.filters import TemplateFilter
from plans.forms.templates import ImportForm, TemplateForm, TemplateNameForm
from plans.models import ChecklistTemplate, TemplateVersion
from plans.selectors.places import named
from plans.selectors.previews import preview_page
from plans.selectors.templates import changes_between, content_of, draft_of, items_of, versions_of
from plans.services import copy_template, create_template, edit_template, export_template, import_template
from plans.views.changes import told_changes

MOST_FILE_BYTES = 2 * 1024 * 1024
FAULTS_SHOWN = 50


class TemplateList(StaffRequired, RegisterList):
    title = gettext_lazy("Checklist templates")
    lead = gettext_lazy("What is asked on the floor, in both languages; a change makes the next version.")
    row_template = "plans/_template_row.html"
    filterset_class = TemplateFilter
    default_order = ("code",)
    new_url = reverse_lazy("template-new")
    new_label = gettext_lazy("New template")
    new_action = "template.edit"
    columns = (
        Column(gettext_lazy("Code"), sort="code"),
        Column(gettext_lazy("Name"), sort="name"),
        Column(gettext_lazy("Items"), number=True, less=2),
        Column(gettext_lazy("Version"), number=True),
        Column(gettext_lazy("Published"), sort="published", less=1),
        Column(gettext_lazy("Status")),
    )
    template_name = "plans/template_list.html"
    empty_text = gettext_lazy("The templates that come with FloorOps are missing; the administrator runs the migrations again.")

    def base_rows(self) -> QuerySet:
        published = Q(versions__published_at__isnull=False)
        return ChecklistTemplate.objects.annotate(
            newest=Max("versions__number", filter=published),
            draft=Max("versions__number", filter=Q(versions__published_at=None)),
            published=Max("versions__published_at"),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        counted = TemplateVersion.objects.filter(template__in=context["rows"]).annotate(items_asked=Max("items__order"))
        asked = {(row.template_id, row.number): row.items_asked or 0 for row in counted}
        for row in context["rows"]:
            row.asked = asked.get((row.pk, row.newest or row.draft), 0)
        return context


def found_template(code: str) -> ChecklistTemplate:
    return get_object_or_404(ChecklistTemplate, code=code)


def found_version(template: ChecklistTemplate, asked: str) -> TemplateVersion:
    """The version named, ``draft`` for the draft; without a name the newest published one, else the draft."""
    versions, draft = versions_of(template), draft_of(template)
    if asked == "draft" and draft is not None:
        return draft
    found = next((row for row in versions if str(row.number) == asked), None) or next(iter(versions), draft)
    if found is None:
        raise Http404
    return found


class TemplatePage(StaffRequired, View):
    """One version of a template in both languages, where it is asked, and its history."""

    def get(self, request: Any, code: str) -> HttpResponse:
        template = found_template(code)
        versions, draft = versions_of(template), draft_of(template)
        version = found_version(template, request.GET.get("version", ""))
        before = next((row for row in versions if row.number == version.number - 1), None)
        tab = request.GET.get("tab", "")
        assignments = list(self.access.scoped(template.assignments.select_related("shift"), "node").order_by("node__code"))
        context = {
            "template": template,
            "versions": versions,
            "version": version,
            "draft": draft,
            "before": before,
            "tab": tab if tab in ("assignments", "history") else "",
            "items": items_of(version) if not tab else [],
            "changes": told_changes(changes_between(content_of(before), content_of(version))) if before and not tab else [],
            "assignments": assignments,
            "places": named(row.node_id for row in assignments),
            "history": history_of(template, Part(TemplateVersion, {"template": template}, _version_name)) if tab == "history" else [],
            "may_edit": self.access.may("template.edit"),
        }
        return render(request, "plans/template.html", context)


def _version_name(event: Any) -> str:
    return _("version %(number)s") % {"number": event.number}


class TemplateChanges(StaffRequired, View):
    """What any two versions ask differently; without names the draft, or the newest, and the one before."""

    def get(self, request: Any, code: str) -> HttpResponse:
        template = found_template(code)
        versions = [row for row in (draft_of(template), *versions_of(template)) if row is not None]
        after = found_version(template, request.GET.get("to", "")) if request.GET.get("to") else versions[0]
        earlier = [row for row in versions if row.number < after.number]
        asked = request.GET.get("from", "")
        before = next((row for row in versions if str(row.number) == asked and row != after), earlier[0] if earlier else None)
        context = {
            "template": template,
            "versions": versions,
            "before": before,
            "after": after,
            "changes": told_changes(changes_between(content_of(before), content_of(after))) if before else [],
        }
        return render(request, "plans/template_changes.html", context)


class TemplatePreview(StaffRequired, View):
    """A version or the draft as the supervisor sees it, with the rows of the sheet itself; taps are not kept."""

    def get(self, request: Any, code: str) -> HttpResponse:
        version = found_version(found_template(code), request.GET.get("version", ""))
        page = preview_page(version, timezone.now())
        context = {"template": version.template, "version": version, "page": page, "sheet": page.sheet, "faults": {}}
        return render(request, "plans/template_preview.html", context)


class TemplateFile(StaffRequired, View):
    """One version as a file that another plant can import."""

    action = "template.edit"

    def get(self, request: Any, code: str) -> HttpResponse:
        version = found_version(found_template(code), request.GET.get("version", ""))
        text = json.dumps(export_template(version), ensure_ascii=False, indent=1) + "\n"
        name = "".join(letter for letter in code if letter.isalnum() or letter in "-_.") or "template"
        headers = {"Content-Disposition": f'attachment; filename="{name}-v{version.number}.json"'}
        return HttpResponse(text, content_type="application/json; charset=utf-8", headers=headers)


class TemplateMake(StaffRequired, RefusalMixin, FormView):
    """A form about a template as a whole; ``back`` is where its quiet button leads."""

    action = "template.edit"
    form_class: Any = TemplateForm
    template_name = "plans/register_form.html"
    title: Any = ""

    def back(self) -> str:
        return reverse("templates")

    def heading(self) -> str:
        return str(self.title)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        more = {"title": self.heading(), "list_title": TemplateList.title, "list_url": reverse("templates"), "back": self.back()}
        return super().get_context_data(**kwargs) | more


class TemplateNew(TemplateMake):
    title = gettext_lazy("New template")

    def perform(self, form: TemplateForm) -> HttpResponse:
        template = create_template(by=self.by, **form.cleaned_data)
        return redirect("template-edit", code=template.code)


class TemplateOf(TemplateMake):
    """A form about one template."""

    def template(self) -> ChecklistTemplate:
        return found_template(self.kwargs["code"])

    def back(self) -> str:
        return reverse("template", args=[self.kwargs["code"]])


class TemplateCopy(TemplateOf):
    title = gettext_lazy("Copy of %(template)s")

    def heading(self) -> str:
        return str(self.title) % {"template": self.template().label}

    def get_initial(self) -> dict[str, Any]:
        template = self.template()
        return {"name": template.name, "name_zh": template.name_zh}

    def perform(self, form: TemplateForm) -> HttpResponse:
        template = copy_template(template=self.template(), by=self.by, **form.cleaned_data)
        return redirect("template-edit", code=template.code)


class TemplateName(TemplateOf):
    form_class = TemplateNameForm
    told = gettext_lazy("Saved.")

    def heading(self) -> str:
        return self.template().label

    def get_initial(self) -> dict[str, Any]:
        template = self.template()
        return {"name": template.name, "name_zh": template.name_zh, "is_retired": template.is_retired, "version": version_of(template)}

    def perform(self, form: TemplateNameForm) -> HttpResponse:
        template = edit_template(template=self.template(), by=self.by, **form.cleaned_data)
        return redirect("template", code=template.code)


class TemplateImport(TemplateMake):
    """A file becomes a new template, or the draft of the next version of the one with its code; nothing is published by it."""

    form_class = ImportForm
    template_name = "plans/template_import.html"
    title = gettext_lazy("Import a template")

    def perform(self, form: ImportForm) -> HttpResponse:
        try:
            template = import_template(data=_read_file(form.cleaned_data["file"]), by=self.by)
        except Faults as refusal:
            return self.render_to_response(
                self.get_context_data(form=form, faults=refusal.faults[:FAULTS_SHOWN], fault_count=len(refusal.faults)),
                status=refusal.status,
            )
        messages.success(self.request, _("The file is a draft now. Look at it and publish it."))
        return redirect("template-edit", code=template.code)


def _read_file(file: Any) -> Any:
    if file.size > MOST_FILE_BYTES:
        raise NoTemplateFile(field="file")
    try:
        return json.loads(file.read().decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise NoTemplateFile(field="file") from None
