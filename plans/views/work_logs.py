"""Work logs: the form that keeps one, its page with the reply, to-dos ticked off."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View

from core.asked import read_date, read_whole
from core.clock import plant_now
from core.errors import Faults, RuleBroken, StaleVersion
from core.history import Part, history_of
from core.services import request_once
from people.doors import StaffRequired
from people.models import OrgKind
from plans.errors.work_logs import NotTheirToDo
from plans.forms.work_logs import MOST_TO_DOS, LogForm, ReplyForm, ToDoForms, initial_of, initial_of_rows
from plans.models import ToDo, WorkLog
from plans.selectors.log_readers import Ladder, ladder, logs_to_read
from plans.selectors.places import nodes_of
from plans.selectors.to_dos import may_tick, with_places
from plans.selectors.work_logs import LogDay, due_by, log_day, notes_seen
from plans.services import reply_to_log, save_log, submit_log, tick_to_do
from plans.views.log_lists import WRITE, NotKept
from plans.words import clock_words

Status = WorkLog.Status
SHOWN = ("author", "shift", "replied_by", "node")


class LogToday(StaffRequired, View):
    """To the form of the business date that one writes about now."""

    action = WRITE

    def get(self, request: Any) -> HttpResponse:
        on = read_date(request.GET.get("on", "")) or log_day(self.by).on
        return redirect("work-log-write", on=on.isoformat())


class LogWrite(NotKept, StaffRequired, View):
    """The form of one's own log of a date: a draft that keeps itself, or a correction until it is answered."""

    action = WRITE
    on: date

    def find(self, on: str) -> HttpResponse | None:
        day = read_date(on)
        if day is None:
            raise Http404
        self.on = day
        log = self.log
        if log is not None and log.status == Status.ANSWERED and self.request.method == "GET":
            return redirect("work-log", pk=log.pk)
        return None

    @cached_property
    def log(self) -> WorkLog | None:
        rows = WorkLog.objects.filter(author=self.by, business_date=self.on)
        return rows.select_related("author", "shift", "replied_by").first()

    @cached_property
    def day(self) -> LogDay:
        return log_day(self.by, on=self.on)

    def rows(self, data: Any = None) -> Any:
        places = nodes_of(self.access.scope, OrgKind.values)
        standing = self.log.to_dos.filter(done_at=None) if self.log and data is None else []
        return ToDoForms(data, initial=initial_of_rows(list(standing)), prefix="to_dos", form_kwargs={"places": places})

    def form(self, data: Any = None) -> LogForm:
        return LogForm(data, day=self.day, initial=initial_of(self.log, self.day) if data is None else None)

    def get(self, request: Any, on: str) -> HttpResponse:
        return self.find(on) or self.show(self.form(), self.rows())

    def post(self, request: Any, on: str) -> HttpResponse:
        """``then``: save, auto (the same, asked by the script), submit, or add (a row more)."""
        self.find(on)
        then = request.POST.get("then", "save")
        data = request.POST.copy()
        if then == "add":
            asked = data.get("to_dos-TOTAL_FORMS", "0")
            data["to_dos-TOTAL_FORMS"] = str(min(read_whole(asked) or 0, MOST_TO_DOS - 1) + 1)
            return self.show(self.form(data), self.rows(data))
        form, rows = self.form(data), self.rows(data)
        if not (form.is_valid() & rows.is_valid()):
            return self.refuse(form, rows, then)
        said, typed = rows.rows()
        try:
            log = self.keep(form, said, then)
        except RuleBroken as refusal:
            faults = refusal.faults if isinstance(refusal, Faults) else (refusal,)
            form.place_refusals(faults, typed)
            return self.refuse(form, rows, then, refusal)
        return self.kept(log, then)

    def keep(self, form: LogForm, to_dos: list[Any], then: str) -> WorkLog:
        said = form.said(to_dos)
        body = {name: value for name, value in self.request.POST.items() if name not in ("csrfmiddlewaretoken", "request_key")}
        with request_once(form.cleaned_data["request_key"], route=f"work_log:{self.on}", staff_no=self.by.staff_no, body=body) as first:
            if first.found:
                log = WorkLog.objects.get(pk=first.answer["log"])
                log.version = first.answer["version"]  # what the first sending was told
                return log
            asked = form.cleaned_data
            log = save_log(author=self.by, business_date=self.on, said=said, shift=asked["shift"], version=asked["version"])
            if then == "submit":
                log = submit_log(log=log)
            first.answer = {"log": log.pk, "version": log.version}
        return log

    def kept(self, log: WorkLog, then: str) -> HttpResponse:
        if then == "auto":
            return JsonResponse({"version": log.version, "at": clock_words(plant_now())})
        if log.status == Status.DRAFT:
            messages.success(self.request, _("The draft is saved. Nobody else reads it."))
            return redirect("work-log-write", on=self.on.isoformat())
        messages.success(self.request, _("The log is handed in.") if then == "submit" else _("The log is corrected."))
        return redirect("work-log", pk=log.pk)

    def refuse(self, form: LogForm, rows: Any, then: str, refusal: RuleBroken | None = None) -> HttpResponse:
        status = refusal.status if refusal else HTTPStatus.UNPROCESSABLE_ENTITY
        if then == "auto":
            faults = [error for part in (form, *rows.forms) for errors in part.errors.values() for error in errors]
            return JsonResponse({"faults": [str(fault) for fault in faults]}, status=status)
        return self.show(form, rows, refusal, status=status)

    def show(self, form: Any, rows: Any, refusal: RuleBroken | None = None, status: int = HTTPStatus.OK) -> HttpResponse:
        if form.is_bound:
            form.data = form.data.copy()
            form.data["request_key"] = str(uuid4())
        stands = None
        if isinstance(refusal, StaleVersion):
            # Saving again puts what was typed in the place of what stands.
            stands = WorkLog.objects.filter(author=self.by, business_date=self.on).first()
            form.data["version"] = str(stands.version if stands else 0)
        log = self.log
        context = {
            "form": form,
            "rows": rows,
            "log": log,
            "on": self.on,
            "due_at": log.due_at if log else due_by(self.on, self.day.shift),
            "now": timezone.now(),
            "ticked": with_places(log.to_dos.exclude(done_at=None).select_related("done_by", "log__author")) if log else [],
            "stands": stands,
            "superior": ladder().nearest(self.by.org_id, self.by.pk),
        }
        return render(self.request, "plans/work_log_write.html", context, status=status)


class LogDoor(NotKept, StaffRequired, View):
    """One log: its author's, and of those that are handed in whoever stands above the author; for everybody else it does not exist."""

    log: WorkLog
    rungs: Ladder

    def find(self, pk: int) -> None:
        self.require()
        self.rungs = ladder()
        own = WorkLog.objects.filter(author=self.by, pk=pk).select_related(*SHOWN).first()
        self.log = own or get_object_or_404(logs_to_read(self.access, self.rungs).select_related(*SHOWN), pk=pk)

    def show(self, form: Any = None, refusal: RuleBroken | None = None) -> HttpResponse:
        log = self.log
        nearest = self.rungs.nearest(log.node_id, log.author_id)
        is_mine = log.author_id == self.by.pk
        may_reply = log.status == Status.SUBMITTED and nearest is not None and nearest.pk == self.by.pk
        context = {
            "log": log,
            "is_mine": is_mine,
            "superior": nearest,
            "to_dos": with_places(log.to_dos.select_related("done_by", "log__author").order_by("due_on", "pk")),
            "notes": list(notes_seen(log, self.by)),
            "form": (form or ReplyForm(initial={"version": log.version})) if may_reply else None,
            "history": _history(log) if log.submitted_at else [],
            "refusal": refusal,
            "now": timezone.now(),
        }
        return render(self.request, "plans/work_log.html", context, status=refusal.status if refusal else HTTPStatus.OK)


def _history(log: WorkLog) -> list[Any]:
    """What was corrected since it was handed in: the draft before it and the private notes stay out."""
    assert log.submitted_at is not None
    entries = history_of(log, Part(ToDo, {"log": log}, lambda event: event.text, untold=("log",)))
    return [entry for entry in entries if entry.at > log.submitted_at]


class LogPage(LogDoor):
    def get(self, request: Any, pk: int) -> HttpResponse:
        self.find(pk)
        return self.show()


class LogReply(LogDoor):
    def get(self, request: Any, pk: int) -> HttpResponse:
        self.find(pk)
        return redirect("work-log", pk=pk)

    def post(self, request: Any, pk: int) -> HttpResponse:
        self.find(pk)
        form: Any = ReplyForm(request.POST)
        if not form.is_valid():
            return self.show(form)
        try:
            reply_to_log(log=self.log, by=self.by, **form.cleaned_data)
        except RuleBroken as refusal:
            self.find(pk)
            form.add_refusal(refusal)
            form.data = form.data.copy()
            form.data["version"] = str(self.log.version)
            return self.show(form, refusal)
        messages.success(request, _("%(who)s is told of your reply.") % {"who": self.log.author.name})
        return redirect("team-logs")


class ToDoTick(StaffRequired, View):
    """Ticked off, or back again; the row alone where the page asks for it."""

    asks_node = True

    def post(self, request: Any, pk: int) -> HttpResponse:
        to_do = get_object_or_404(ToDo.objects.select_related("log__author", "team", "done_by"), pk=pk)
        self.require()
        if not may_tick(to_do, self.access):
            if to_do.team_id is None or not self.access.sees(to_do.team_id):
                raise Http404
            raise NotTheirToDo()
        ticked = tick_to_do(to_do=to_do, by=self.by, is_done=request.POST.get("is_done", "1") == "1")
        to_do.done_at, to_do.done_by = ticked.done_at, ticked.done_by
        with_places([to_do])
        if request.htmx:
            return render(request, "plans/_to_do.html", {"to_do": to_do, "may_tick": True, "now": timezone.now()})
        back = request.POST.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
        return redirect(back if is_ours and back.startswith("/") else reverse("my-day"))
