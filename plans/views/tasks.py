"""Tasks: the list, giving one, its page with parts and steps (PLN-16)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views import View
from django.views.generic import FormView

from core.asked import read_whole
from core.clock import plant_today
from core.errors import RuleBroken
from core.forms import HouseForm
from core.services import request_once
from core.views.lists import Column, RegisterList
from core.views.pages import RefusalMixin
from people.doors import StaffRequired
from people.fields import node_value
from people.models import OrgKind, Staff
from plans import hooks, services
from plans.errors.findings import NotTheirTask
from plans.finding_filters import TaskFilter
from plans.forms.tasks import FinishForm, ReassignForm, TaskDueForm, TaskForm, TaskReasonForm, TaskWordsForm
from plans.models import Task
from plans.selectors.findings import likely_owners
from plans.selectors.places import named, nodes_of, places_for
from plans.selectors.team_tasks import parts_of, rights_over_task, tasks_seen

Status = Task.Status


class TaskList(StaffRequired, RegisterList):
    model = Task
    title = _("Tasks")
    lead = _("Work of the departments, decoded and given to somebody; a whole shows how many of its parts are done.")
    filterset_class = TaskFilter
    views = (
        ("mine", _("Mine")),
        ("given", _("Given by me")),
        ("open", pgettext_lazy("tasks", "Open")),
        ("late", _("Late")),
        ("all", _("All")),
    )
    row_template = "plans/_task_row.html"
    default_order = ("due_on",)
    export_kind = "tasks"
    new_url = reverse_lazy("task-new")
    new_label = _("New task")
    new_action = "task.give"
    columns = (
        Column(pgettext_lazy("task", "Task"), sort="title"),
        Column(_("Where"), sort="node__code", less=1),
        Column(_("Owner"), sort="owner__name"),
        Column(_("Parts done"), number=True, less=2),
        Column(pgettext_lazy("task", "Due on"), sort="due_on"),
        Column(_("State"), sort="status"),
    )
    empty_title = _("No task here")
    empty_text = _("Break the work down into tasks and give each to one person; helpers may be named.")

    def import_url(self) -> str:
        return ""

    def base_rows(self) -> QuerySet:
        return tasks_seen(self.access).select_related("owner", "node", "parent")

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        match view:
            case "mine":
                return rows.filter(owner=self.by, status=Status.OPEN)
            case "given":
                return rows.filter(made_by=self.by).exclude(owner=self.by)
            case "open":
                return rows.filter(status=Status.OPEN)
            case "late":
                return rows.filter(status=Status.OPEN, due_on__lt=plant_today())
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows = context["rows"]
        places = named(row.node_id for row in rows)
        return context | {"places": places, "parts": parts_of(row.pk for row in rows), "today": plant_today()}


class TaskNew(StaffRequired, RefusalMixin, FormView):
    """Give a task; ``?parent=`` makes it a part of that one."""

    action = "task.give"
    form_class = TaskForm
    template_name = "plans/task_new.html"
    told = _("The task is given, and its owner is told.")

    def parent(self) -> Task | None:
        asked = self.request.GET.get("parent", "")
        if not asked:
            return None
        parent = get_object_or_404(tasks_seen(self.access).select_related("node", "owner"), pk=read_whole(asked))
        if not rights_over_task(parent, self.access).may_add_part:
            raise NotTheirTask()
        return parent

    def get_initial(self) -> dict[str, Any]:
        parent = self.parent()
        return {"node": node_value(parent.node_id if parent else self.by.org_id), "due_on": parent.due_on if parent else None}

    def get_form_kwargs(self) -> dict[str, Any]:
        scope = places_for(self.access, self.action)
        return super().get_form_kwargs() | {"places": nodes_of(scope, OrgKind.values), "people": likely_owners(scope)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"parent": self.parent()}

    def perform(self, form: TaskForm) -> HttpResponse:
        said, parent = dict(form.cleaned_data), self.parent()
        key = said.pop("request_key")
        self.require(said["node"])
        body = {name: str(value) for name, value in said.items()} | {"parent": parent.pk if parent else None}
        with request_once(key, route="give_task", staff_no=self.by.staff_no, body=body) as first:
            if not first.found:
                first.answer = {"task": services.give_task(by=self.by, parent=parent, **said).pk}
        return redirect("task", pk=first.answer["task"])


@dataclass(frozen=True)
class TaskStep:
    """``right`` is a field of ``TaskRights``, asked while the task stands in one of ``at``; blank for everybody who sees the task."""

    form_class: type[HouseForm]
    take: Callable[..., Task]
    right: str
    told: str | Promise
    at: tuple[str, ...] = (Status.OPEN,)

    def form(self, task: Task, people: list[Staff], data: Any = None) -> HouseForm:
        more = {"people": [person for person in people if person.pk != task.owner_id]} if self.form_class is ReassignForm else {}
        initial = {"version": task.version, "due_on": task.due_on}
        return self.form_class(data, initial=initial, auto_id=f"{self.form_class.__name__}-%s", **more)


STEPS: dict[str, TaskStep] = {
    "done": TaskStep(FinishForm, services.finish_task, "may_finish", _("The task is done.")),
    "reassign": TaskStep(ReassignForm, services.reassign_task, "may_reassign", _("Handed over; both are told.")),
    "due": TaskStep(TaskDueForm, services.change_task_due, "may_change_due", _("The due date is changed.")),
    "reopen": TaskStep(TaskReasonForm, services.reopen_task, "may_reopen", _("The task is open again."), (Status.DONE,)),
    "cancel": TaskStep(TaskReasonForm, services.cancel_task, "may_cancel", _("The task is cancelled.")),
    "comment": TaskStep(TaskWordsForm, services.comment_on_task, "", ""),
}


class TaskDoor(StaffRequired, View):
    asks_node = True
    task: Task

    def find(self, pk: int) -> None:
        rows = tasks_seen(self.access).select_related("owner", "made_by", "done_by", "node", "parent")
        self.task = get_object_or_404(rows, pk=pk)
        self.require(None, "read")

    def show(self, *, refusal: RuleBroken | None = None, forms: dict[str, Any] | None = None, status: int = 0) -> HttpResponse:
        task = self.task
        rights = rights_over_task(task, self.access)
        children = list(task.children.select_related("owner").order_by("due_on", "pk"))
        people = likely_owners(self.access.scope) if rights.may_reassign else []
        context = {
            "task": task,
            "place": named([task.node_id]).get(task.node_id),
            "helpers": list(task.helpers.order_by("name")),
            "children": children,
            "parts": parts_of([task.pk]).get(task.pk),
            "parts_below": parts_of(child.pk for child in children) if children else {},
            "goal": hooks.named_slot("goal", [task]),
            "deeds": list(task.deeds.select_related("by", "owner_before", "owner_after").order_by("-at", "-pk")),
            "rights": rights,
            "may_write": self.access.may("finding.raise"),
            "today": plant_today(),
            "refusal": refusal,
            "forms": {key: step.form(task, people) for key, step in STEPS.items()} | (forms or {}),
            "wrong": next(iter(forms or {}), ""),
        }
        return render(self.request, "plans/task.html", context, status=status or (refusal.status if refusal else HTTPStatus.OK))


class TaskPage(TaskDoor):
    def get(self, request: Any, pk: int) -> HttpResponse:
        self.find(pk)
        return self.show()


class TaskStepView(TaskDoor):
    def get(self, request: Any, pk: int, step: str) -> HttpResponse:
        self.find(pk)
        return redirect("task", pk=pk)

    def post(self, request: Any, pk: int, step: str) -> HttpResponse:
        self.find(pk)
        if step not in STEPS:
            raise Http404
        self.require(None, "finding.raise")
        asked = STEPS[step]
        form = asked.form(self.task, likely_owners(self.access.scope) if step == "reassign" else [], request.POST)
        if not form.is_valid():
            return self.show(forms={step: form}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            if asked.right and self.task.status in asked.at and not getattr(rights_over_task(self.task, self.access), asked.right):
                raise NotTheirTask()
            asked.take(task=self.task, by=self.by, **form.cleaned_data)
        except RuleBroken as refusal:
            self.find(pk)
            form.add_refusal(refusal)
            return self.show(refusal=refusal, forms={step: form})
        if asked.told:
            messages.success(request, str(asked.told))
        return redirect("task", pk=pk)
