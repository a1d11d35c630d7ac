"""Long work as a page: how far it is, who asked, cancel, start again. The bar asks for itself every two seconds while it goes on."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View

from core.errors import NotAllowed
from core.models import JobRun
from core.people_names import names_of
from core.services.jobs import KINDS, cancel_job, restart_job

State = JobRun.State


def may_start(run: JobRun, access: Any) -> bool:
    """Whether this person may have such work done: the right of its kind decides, not that one sees the run."""
    kind = KINDS.get(run.kind)
    return kind is not None and kind.may_start(run, access)


def may_restart(run: JobRun, access: Any) -> bool:
    return may_start(run, access) and (run.owner_no == access.staff.staff_no or not KINDS[run.kind].is_own)


def may_stop(run: JobRun, access: Any) -> bool:
    return run.owner_no == access.staff.staff_no or may_start(run, access)


def job_context(run: JobRun, access: Any) -> dict[str, Any]:
    """What ``core/_job.html`` needs to draw a run for whoever has ``access``, on its own page or inside another one."""
    kind = KINDS.get(run.kind)
    can_begin_again = run.state in (State.FAILED, State.CANCELLED) or run.is_silent
    is_over = run.state in (State.DONE, State.FAILED, State.CANCELLED)
    return {
        "run": run,
        "title": kind.title if kind else run.kind,
        "state_key": "silent" if run.is_silent else run.state,
        "owner": names_of([run.owner_no]).get(run.owner_no, ""),
        "is_over": is_over,
        "step": _(run.step) if run.step else "",
        "error": _(run.error) if run.error else "",
        "result_url": kind.result_url(run) if kind and run.state == State.DONE else "",
        "may_cancel": not is_over and not run.cancel_asked and not run.is_silent and may_stop(run, access),
        "may_restart": can_begin_again and may_restart(run, access),
        "tone": {"done": "good", "failed": "over"}.get(run.state, "late" if run.is_silent else "used"),
    }


class JobPage(View):
    """The floorops project gives it its door; whoever may not see the run is told there is none."""

    def may_see(self, run: JobRun) -> bool:
        return run.owner_no == self.request.staff.staff_no  # type: ignore[attr-defined]

    def get_run(self, pk: int) -> JobRun:
        run = get_object_or_404(JobRun, pk=pk)
        if not self.may_see(run):
            raise Http404
        return run

    def get(self, request: Any, pk: int) -> HttpResponse:
        is_part = request.htmx and not request.htmx.history_restore_request
        response = render(request, "core/_job.html" if is_part else "core/job.html", job_context(self.get_run(pk), request.access))
        response["Vary"] = "HX-Request"
        response["Cache-Control"] = "no-store"
        return response

    def post(self, request: Any, pk: int) -> HttpResponse:
        run = self.get_run(pk)
        is_restart = request.POST.get("do") == "restart"
        if not (may_restart if is_restart else may_stop)(run, request.access):
            raise NotAllowed()
        if is_restart:
            restart_job(run=run, owner_no=request.staff.staff_no)
        else:
            cancel_job(run=run)
        if request.htmx:
            return render(request, "core/_job.html", job_context(JobRun.objects.get(pk=pk), request.access))
        return redirect("job", pk=pk)
