"""Team daily reports: the list, what is missing, the report with its approval."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views import View
from django.views.generic import TemplateView

from core.asked import read_date, read_whole
from core.clock import business_date, plant_now
from core.errors import RuleBroken
from core.history import Part, history_of
from core.views.lists import Column, RegisterList
from people.doors import StaffRequired
from people.models import Shift
from plans.filters import ReportFilter
from plans.forms.steps import ReasonForm
from plans.hooks import named_slot, slots_for
from plans.models import DailyReport, DailyReportLine, DayComment, DowntimeStop
from plans.selectors.daily_reports import sums_of, waiting_for_approval
from plans.selectors.places import named
from plans.selectors.report_around import around_report
from plans.selectors.report_book import ReportBook
from plans.selectors.report_review import review_of
from plans.selectors.report_start import hours_beside_roll_call
from plans.services import approve_report, discard_report, reopen_report
from plans.services.daily_reports import mark_report_seen

MISSING_SHOWN = 200


class ReportList(StaffRequired, RegisterList):
    model = DailyReport
    title = gettext_lazy("Daily reports")
    lead = gettext_lazy("What each team reported of its shift; approval by the workshop manager locks it.")
    scope_path = "team"
    filterset_class = ReportFilter
    row_template = "plans/_report_list_row.html"
    default_order = ("-business_date", "team__code", "shift__starts_at")
    export_kind = "daily_reports"
    new_label = gettext_lazy("New report")
    new_action = "report.post"
    columns = (
        Column(gettext_lazy("Date"), sort="business_date"),
        Column(gettext_lazy("Team"), sort="team__code"),
        Column(gettext_lazy("Shift"), less=2),
        Column(pgettext_lazy("output", "Planned"), number=True, less=1),
        Column(gettext_lazy("Good"), number=True),
        Column(pgettext_lazy("output", "Scrap"), number=True, less=2),
        Column(gettext_lazy("Attended"), number=True, less=1, unit="h"),
        Column(gettext_lazy("Status"), sort="status"),
        Column(gettext_lazy("Submitted by"), less=1),
    )
    empty_title = gettext_lazy("No report here")
    empty_text = gettext_lazy("Team leaders and supervisors write one report per team and shift.")
    template_name = "plans/report_list.html"

    @property
    def views(self) -> tuple[tuple[str, Any], ...]:  # type: ignore[override]
        """Who approves sees first what waits for that."""
        everything = ("all", gettext_lazy("All"))
        waiting = ("wait", gettext_lazy("To approve"))
        return (waiting, everything) if self.access.may("report.approve") else (everything,)

    @property
    def new_url(self) -> str:  # type: ignore[override]
        return reverse("report-new")

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        return waiting_for_approval(self.access) if view == "wait" else rows

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("team", "shift", "submitted_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows = context["rows"]
        return context | {
            "places": named(row.team_id for row in rows),
            "sums": sums_of(row.pk for row in rows),
            "may_review": self.access.may("report.review"),
        }


class ReportsMissing(StaffRequired, TemplateView):
    """Teams without a report of a finished shift on the last working days."""

    template_name = "plans/reports_missing.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        book = ReportBook(self.access.scope)
        rows = book.missing()
        may_write = {row.team.node_id: self.access.may("report.post", row.team.node_id) for row in rows}
        return super().get_context_data(**kwargs) | {
            "rows": rows[:MISSING_SHOWN],
            "count": len(rows),
            "may_write": may_write,
            "cut_off": int(book.cut_off.total_seconds() // 60),
        }


class ReportsReview(StaffRequired, TemplateView):
    """The reports of a day by department: what was made, what is missing, who has seen them (PLN-15)."""

    action = "report.review"
    template_name = "plans/reports_review.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = plant_now()
        on = read_date(self.request.GET.get("on", "")) or business_date([shift.times for shift in Shift.objects.all()], now)
        departments = review_of(self.access.scope, on, now)
        rows = [row for department in departments for row in department.rows]
        here = reverse("reports-review")
        return super().get_context_data(**kwargs) | {
            "on": on,
            "departments": departments,
            "missing": sum(department.missing for department in departments),
            "unseen": sum(row.is_in and not row.is_seen_by(self.by) for row in rows),
            "seen_by_me": {row.report.pk for row in rows if row.report and row.is_seen_by(self.by)},
            "may_mark": {
                row.report.pk for one in departments for row in one.rows if row.report and self.access.may(self.action, row.report.team_id)
            },
            "before": f"{here}?on={(on - timedelta(days=1)).isoformat()}",
            "after": f"{here}?on={(on + timedelta(days=1)).isoformat()}",
        }


def _parts(report: DailyReport) -> list[Part]:
    """Its lines, their stops, and the comment on the day beside it."""
    at = {"team": report.team_id, "business_date": report.business_date, "shift": report.shift_id}
    return [
        Part(DailyReportLine, {"report": report}),
        Part(DowntimeStop, {"line__report": report}, untold=("line",)),
        Part(DayComment, at, untold=(*at, "by", "at")),
    ]


class ReportDoor(StaffRequired, View):
    """Finds the report among those in scope."""

    asks_node = True
    report: DailyReport

    def find(self, pk: int) -> None:
        rows = DailyReport.objects.select_related("team", "shift", "made_by", "submitted_by", "approved_by")
        self.report = get_object_or_404(self.access.scoped(rows, "team"), pk=pk)
        self.require(self.report.team_id)

    def show(self, *, refusal: RuleBroken | None = None, form: ReasonForm | None = None) -> HttpResponse:
        report, status = self.report, self.report.status
        code = refusal.status if refusal else 422 if form else 200
        is_author = self.by.pk in (report.made_by_id, report.submitted_by_id)
        may_approve = self.access.may("report.approve", report.team_id)
        context: dict[str, Any] = {
            "report": report,
            "may_edit": self.access.may("report.post", report.team_id) and status != DailyReport.Status.APPROVED,
            "refusal": refusal,
        }
        if self.request.GET.get("tab") == "history":
            context |= {
                "tab": "history",
                "team": named([report.team_id], report.business_date)[report.team_id],
                "history": history_of(report, *_parts(report)),
            }
            return render(self.request, "plans/report.html", context, status=code)
        around = around_report(report)
        context |= {
            "tab": "report",
            "team": around.team,
            "lines": around.lines,
            "sums": around.sums,
            "is_author": is_author,
            "may_decide": may_approve and not is_author and status == DailyReport.Status.SUBMITTED,
            "may_reopen": self.access.may("report.reopen", report.team_id) and not is_author and status == DailyReport.Status.APPROVED,
            "deciders": ", ".join(who.name for who in around.deciders if who.pk != self.by.pk),
            "reason_form": form or ReasonForm(initial={"version": report.version}),
            "slots": slots_for("report", report),
            "material": named_slot("material_used", [report]),
            "stops": around.stops,
            "called": around.called,
            "beside_call": hours_beside_roll_call(around.attended, around.called) if around.lines else None,
            "comment": around.comment,
            "seen": around.seen,
            "may_see": self.access.may("report.review", report.team_id) and status != DailyReport.Status.DRAFT,
        }
        return render(self.request, "plans/report.html", context, status=code)


class ReportPage(ReportDoor):
    def get(self, request: Any, pk: int) -> HttpResponse:
        self.find(pk)
        return self.show()


class ReportStep(ReportDoor):
    """A decision on a report; a refusal stands above the report it speaks of."""

    def post(self, request: Any, pk: int) -> HttpResponse:
        self.find(pk)
        asked = request.POST.get("version", "")
        try:
            self.decide(read_whole(asked))
        except RuleBroken as refusal:
            self.find(pk)
            return self.show(refusal=refusal)
        return redirect("report", pk=pk)

    def get(self, request: Any, pk: int) -> HttpResponse:
        self.find(pk)
        return redirect("report", pk=pk)

    def decide(self, version: int | None) -> None:
        raise RuleBroken


class ReportApprove(ReportStep):
    action = "report.approve"

    def decide(self, version: int | None) -> None:
        approve_report(report=self.report, by=self.by, version=version)
        messages.success(self.request, _("Approved. The report is locked."))


class ReportMarkSeen(ReportStep):
    """Seen, with a remark; from the report or from the list of a day."""

    action = "report.review"

    def post(self, request: Any, pk: int) -> HttpResponse:
        response = super().post(request, pk)
        on = read_date(request.POST.get("on", ""))
        return redirect(f"{reverse('reports-review')}?on={on.isoformat()}") if on and response.status_code == HTTPStatus.FOUND else response

    def decide(self, version: int | None) -> None:
        mark_report_seen(report=self.report, by=self.by, remark=self.request.POST.get("remark", ""), version=version)
        messages.success(self.request, _("Marked as seen."))


class ReportDiscard(ReportStep):
    action = "report.post"

    def post(self, request: Any, pk: int) -> HttpResponse:
        response = super().post(request, pk)
        return redirect("reports") if response.status_code == HTTPStatus.FOUND else response

    def decide(self, version: int | None) -> None:
        discard_report(report=self.report, by=self.by, version=version)
        messages.success(self.request, _("The draft is thrown away."))


class ReportReopen(ReportStep):
    action = "report.reopen"

    def decide(self, version: int | None) -> None:
        reason = self.request.POST.get("reason") or self.request.POST.get("note") or ""
        reopen_report(report=self.report, by=self.by, reason=reason, version=version)
        messages.success(self.request, _("The report goes back to the team with your reason."))
