"""The team daily report on one screen: kept as a draft while it is typed, then handed in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View

from core.asked import read_date, read_key, read_whole
from core.clock import plant_now, plant_today, running_shift
from core.errors import Faults, RuleBroken, StaleVersion
from core.history import event_model_of
from people.doors import StaffRequired
from people.models import OrgNode, OrgSpan, Shift
from people.roster import on_duty
from people.selectors.attendance import Attendance
from plans.forms.daily_reports import MOST_LINES, SAME_EVERY_DAY, LineForms, PlaceForm, initial_of, initial_of_start, stop_initial
from plans.models import DailyReport, Process, ProductionOrder
from plans.pace import Pace
from plans.selectors.daily_reports import last_report_of, lines_of, open_orders_for, processes_for, teams_to_report
from plans.selectors.places import named
from plans.selectors.products import products_to_pick
from plans.selectors.progress import pace_of
from plans.selectors.report_start import called_of, planned_starts, stops_going_on
from plans.services import save_report, submit_report
from plans.words import clock_words


class ReportForm(StaffRequired, View):
    """What a new and a kept report share."""

    action = "report.post"
    asks_node = True
    report: DailyReport | None = None
    team: OrgNode
    shift: Shift
    business_date: date

    @cached_property
    def kept_lines(self) -> list[Any]:
        return lines_of(self.report) if self.report else []

    @cached_property
    def called(self) -> Attendance | None:
        return called_of(self.team.pk, self.shift, self.business_date)

    @cached_property
    def pace(self) -> Pace:
        """When the team works that shift, by its roster."""
        on = self.business_date
        return pace_of(on_duty([self.team.pk], on, on), self.team.pk, self.shift, on)

    @cached_property
    def orders(self) -> list[ProductionOrder]:
        """What can be picked: the workshop's released orders, and those that already stand on this report."""
        found = open_orders_for(self.team, self.business_date)
        known = {order.pk for order in found}
        return found + [line.order for line in self.kept_lines if line.order and line.order_id not in known]

    @cached_property
    def processes(self) -> list[Process]:
        found = processes_for(self.team, self.business_date)
        known = {process.pk for process in found}
        return found + [line.process for line in self.kept_lines if line.process and line.process_id not in known]

    def formset(self, data: Any = None, initial: list[dict[str, Any]] | None = None) -> Any:
        kwargs = {"orders": self.orders, "processes": self.processes, "shift": self.shift, "on": self.business_date}
        forms = LineForms(data, initial=initial, prefix="lines", form_kwargs=kwargs)
        forms.extra = 0 if initial or data else 1
        return forms

    def page(self, forms: Any, *, status: int = 200, faults: list[RuleBroken] | None = None, key: UUID | None = None) -> HttpResponse:
        span = named([self.team.pk], self.business_date)[self.team.pk]
        first = next((number for number, form in enumerate(forms.forms) if form.errors), 0) if forms.is_bound else 0
        context = {
            "forms": forms,
            "report": self.report,
            "team": span,
            "shift": self.shift,
            "business_date": self.business_date,
            "version": self.request.POST.get("version") or (self.report.version if self.report else ""),
            "request_key": key or uuid4(),
            "faults": faults or [],
            "active": first,
            "saved_at": self.saved_at(),
            "products": products_to_pick(),
            "may_copy": self.report is None and last_report_of(self.team, self.business_date) is not None,
            "place": self.place_form(),
            "called": self.called,
        }
        return render(self.request, "plans/report_form.html", context | self.stale(faults), status=status)

    def place_form(self) -> PlaceForm | None:
        return None

    def saved_at(self) -> datetime | None:
        if self.report is None:
            return None
        rows = event_model_of(DailyReport).objects.filter(pgh_obj_id=self.report.pk)
        return rows.order_by("-pgh_id").values_list("pgh_created_at", flat=True).first()

    def post(self, request: Any, **kwargs: Any) -> HttpResponse:
        """``then``: save (keep as a draft), auto (the same, asked by the script), submit, or add (a line more)."""
        then = request.POST.get("then", "save")
        data = request.POST.copy()
        if then == "add":
            data["lines-TOTAL_FORMS"] = str(min(read_whole(data.get("lines-TOTAL_FORMS", "")) or 0, MOST_LINES - 1) + 1)
            return self.page(self.formset(data))
        forms = self.formset(data)
        if not forms.is_valid():
            return self.refused(forms, [], then)
        lines, kept = forms.lines(self.pace)
        try:
            report = self.keep(lines, then)
        except RuleBroken as refusal:
            faults = refusal.faults if isinstance(refusal, Faults) else [refusal]
            rest = forms.add_refusal(faults, kept)
            return self.refused(forms, rest, then, status=refusal.status)
        return self.saved(report, then)

    def keep(self, lines: list[Any], then: str) -> DailyReport:
        version = self.request.POST.get("version", "")
        with transaction.atomic():
            report = save_report(
                team=self.team,
                shift=self.shift,
                business_date=self.business_date,
                lines=lines,
                by=self.by,
                report=self.report,
                version=read_whole(version) if self.report else None,
                request_key=read_key(self.request.POST.get("request_key", "")),
            )
            if then == "submit":
                report = submit_report(report=report, by=self.by)
        return report

    def saved(self, report: DailyReport, then: str) -> HttpResponse:
        if then == "auto":
            answer = {"version": report.version, "url": reverse("report-edit", args=[report.pk]), "at": clock_words(plant_now())}
            return JsonResponse(answer)
        if then == "submit" or report.status != DailyReport.Status.DRAFT:
            messages.success(self.request, _("The report is handed in and waits for approval."))
            return redirect("report", pk=report.pk)
        messages.success(self.request, _("The draft is saved."))
        return redirect("report-edit", pk=report.pk)

    def refused(self, forms: Any, faults: list[RuleBroken], then: str, status: int = 422) -> HttpResponse:
        if then == "auto":
            said = [str(fault) for fault in faults] + [error for form in forms.forms for errors in form.errors.values() for error in errors]
            return JsonResponse({"faults": said, "stale": any(fault.code == "stale_version" for fault in faults)}, status=status)
        return self.page(forms, status=status, faults=faults)

    def stale(self, faults: list[RuleBroken] | None) -> dict[str, Any]:
        """What stands now, beside what was typed; saving again puts the typed in its place."""
        if self.report is None or not any(isinstance(fault, StaleVersion) for fault in faults or ()):
            return {}
        self.report.refresh_from_db()
        return {"stands": lines_of(self.report), "version": self.report.version}


class ReportNew(ReportForm):
    """A new report: for the team and shift that are chosen on top; one that exists is opened instead."""

    @cached_property
    def teams(self) -> list[OrgSpan]:
        return teams_to_report(self.access)

    @cached_property
    def shifts(self) -> list[Shift]:
        return list(Shift.objects.order_by("starts_at", "code"))

    def find_place(self) -> HttpResponse | None:
        asked = self.request.POST if self.request.method == "POST" else self.request.GET
        self.require(None)
        if not self.teams or not self.shifts:
            return render(self.request, "plans/report_none.html", {"has_shifts": bool(self.shifts)})
        nodes = {str(span.node_id): span.node for span in self.teams}
        team = asked.get("team", "")
        if team and team not in nodes:
            self.require(_node(team))
            raise Http404
        self.team = nodes[team] if team else self.teams[0].node
        on, shift = self._running()
        shifts = {str(one.pk): one for one in self.shifts}
        self.shift = shifts.get(asked.get("shift", "")) or shift
        self.business_date = read_date(asked.get("business_date", "")) or on
        known = DailyReport.objects.filter(team=self.team, shift=self.shift, business_date=self.business_date).first()
        if known and self.request.method == "GET":
            return redirect("report-edit" if known.status == DailyReport.Status.DRAFT else "report", pk=known.pk)
        return None

    def _running(self) -> tuple[date, Shift]:
        """The shift that runs now, else the one that ended last or begins first today."""
        by_code = {shift.code: shift for shift in self.shifts}
        last = DailyReport.objects.filter(team=self.team).order_by("-business_date", "-shift__starts_at").values_list("shift_id", flat=True)
        usual = next((shift for shift in self.shifts if shift.pk == last.first()), None)
        if usual:
            found = running_shift([usual.times], plant_now())
            return (found[0] if found else plant_today()), usual
        found = running_shift([shift.times for shift in self.shifts], plant_now())
        return (found[0], by_code[found[1].code]) if found else (plant_today(), self.shifts[0])

    def place_form(self) -> PlaceForm:
        start = {"team": str(self.team.pk), "shift": str(self.shift.pk), "business_date": self.business_date}
        return PlaceForm(initial=start, teams=self.teams, shifts=self.shifts)

    def get(self, request: Any) -> HttpResponse:
        elsewhere = self.find_place()
        if elsewhere:
            return elsewhere
        return self.page(self.formset(initial=self.started()))

    def started(self) -> list[dict[str, Any]] | None:
        """The last report's lines when they are asked for; else the plan of the shift with what was counted, else the last orders."""
        called, copies = self.called, bool(self.request.GET.get("copy"))
        starts = [] if copies else planned_starts(self.team, self.shift, self.business_date, called)
        initial = [initial_of_start(start) for start in starts]
        last = last_report_of(self.team, self.business_date) if not initial else None
        if last:
            open_orders = {order.pk for order in self.orders}
            lines = [line for line in lines_of(last) if not line.order or line.order_id in open_orders]
            initial = initial_of(lines, SAME_EVERY_DAY if copies else ())
            if called and len(initial) == 1:
                initial[0] |= {"attended_hours": called.hours.normalize(), "headcount": called.came}
        going_on = stops_going_on(self.team, self.shift, self.business_date)
        if going_on:
            initial = initial or [{}]
            initial[0] |= {"stops": [stop_initial(stop) for stop in going_on]}
        return initial or None

    def post(self, request: Any, **kwargs: Any) -> HttpResponse:
        elsewhere = self.find_place()
        return elsewhere or super().post(request, **kwargs)


class ReportEdit(ReportForm):
    """A draft or a submitted report that is not yet approved."""

    def find(self, pk: int) -> None:
        rows = self.access.scoped(DailyReport.objects.select_related("team", "shift"), "team")
        self.report = get_object_or_404(rows, pk=pk)
        self.team, self.shift, self.business_date = self.report.team, self.report.shift, self.report.business_date
        self.require(self.team)

    def get(self, request: Any, pk: int) -> HttpResponse:
        self.find(pk)
        assert self.report is not None
        if self.report.status == DailyReport.Status.APPROVED:
            return redirect("report", pk=pk)
        return self.page(self.formset(initial=initial_of(self.kept_lines)))

    def post(self, request: Any, **kwargs: Any) -> HttpResponse:
        self.find(kwargs["pk"])
        return super().post(request)


def _node(text: str) -> OrgNode:
    return get_object_or_404(OrgNode, pk=read_whole(text) or 0)
