"""Reports upward: the list, the page of each with its figures, what was said about it, its files."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views import View

from core.clock import plant_today
from core.errors import RuleBroken
from core.history import history_of
from core.services import request_once
from core.views.lists import Column, RegisterList
from people.doors import StaffRequired
from plans.selectors.places import places_for
from reports import services
from reports.figures.names import Name, node_names
from reports.models import UpwardReport
from reports.period_figures import PeriodFigures, count_period, days_table, period_table, read_figures
from reports.upward_filters import UpwardFilter
from reports.upward_forms import WordForm
from reports.upward_periods import Kind, Period
from reports.upward_readers import may_answer, may_write, report_seen, reports_seen, waiting_for
from reports.upward_words import about_words, parts_of, title_words

Status = UpwardReport.Status
CONTENT_TYPES = {"pdf": "application/pdf", "csv": "text/csv; charset=utf-8"}


class UpwardList(StaffRequired, RegisterList):
    """Every report this person reads, and what is owed and not sent yet."""

    action = "upward.read"
    template_name = "reports/upward_list.html"
    title = gettext_lazy("Reports upward")
    lead = gettext_lazy("Day, week and month of a unit in one shape, written reports and notes of oral ones, with the answer from above.")
    filterset_class = UpwardFilter
    row_template = "reports/_upward_row.html"
    default_order = ("-ends_on", "node__code")
    views = (
        ("all", gettext_lazy("All")),
        ("wait", gettext_lazy("Waiting for me")),
        ("mine", gettext_lazy("Mine")),
        ("late", gettext_lazy("Late")),
    )
    columns = (
        Column(gettext_lazy("Report"), sort="starts_on"),
        Column(gettext_lazy("Organisation unit"), sort="node__code"),
        Column(pgettext_lazy("report upward", "From"), sort="made_by__name", less=1),
        Column(pgettext_lazy("report upward", "Goes to"), less=1),
        Column(gettext_lazy("Sent"), sort="sent_at", less=2),
        Column(gettext_lazy("Status"), sort="status"),
    )
    export_kind = "upward_reports"
    new_url = reverse_lazy("upward-new")
    new_label = gettext_lazy("Write a report")
    new_action = "upward.write"
    empty_title = gettext_lazy("No report here")
    empty_text = gettext_lazy("Reports that you write, and those that come up to you, stand here with what was said about them.")

    def base_rows(self) -> QuerySet:
        rows = reports_seen(self.access).select_related("made_by", "sent_by", "reader", "node")
        return rows.defer("figures", "done", "analysis", "plan")

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        match view:
            case "wait":
                return waiting_for(self.access, rows)
            case "mine":
                return rows.filter(Q(made_by=self.by) | Q(sent_by=self.by))
            case "late":
                return rows.filter(Q(is_late=True) | Q(sent_at=None, due_at__lt=timezone.now()))
        return rows

    def import_url(self) -> str:
        """They are written on their own page, never brought as a file."""
        return ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        now = timezone.now()
        owed = [] if self.request.htmx else services.owed_reports(now, places_for(self.access, self.action))  # type: ignore[attr-defined]
        names = node_names({row.node_id for row in (*context["rows"], *owed)}, plant_today())
        for row in context["rows"]:
            row.place, row.words_about = names[row.node_id], about_words(row)
        shown = [
            {
                "place": names[row.node_id],
                "about": about_words(row.as_report),
                "kind": row.as_report.get_kind_display(),
                "owed": row,
                "url": row.url if self.access.may("upward.write", row.node_id) else "",
            }
            for row in owed
        ]
        return context | {"now": now, "owed": shown}


def figures_of(report: UpwardReport) -> PeriodFigures | None:
    """The frozen figures; of a draft those of now; none of a matter."""
    if report.is_matter:
        return None
    if report.figures is not None and not report.is_open:
        return read_figures(report.figures)
    return count_period(report.node, Period(Kind(report.kind), report.starts_on, report.ends_on), timezone.now())


def place_of(report: UpwardReport, figures: PeriodFigures | None) -> Name:
    """What its unit is called. Figures that were frozen carry a name as well, but that of the day on which they were."""
    if figures is not None and report.is_open:
        return figures.block.org
    return node_names([report.node_id], report.ends_on)[report.node_id]


class OneUpward(StaffRequired, View):
    """Finds the report for this person and asks for the right at its unit."""

    action = "upward.read"
    asks_node = True
    kwargs: dict[str, Any]

    @cached_property
    def report(self) -> UpwardReport:
        self._asked = True
        return report_seen(self.access, self.action, pk=self.kwargs["pk"])

    def show(self, refusal: RuleBroken | None = None, said: dict[str, str] | None = None) -> HttpResponse:
        report = self.report
        figures = figures_of(report)
        is_history = self.request.GET.get("tab") == "history"
        is_sent = not report.is_open
        context = {
            "report": report,
            "title": title_words(report),
            "about": about_words(report),
            "place": place_of(report, figures),
            "parts": parts_of(report),
            "counted": figures,
            "tables": [period_table(figures), days_table(figures)] if figures else [],
            "words": report.words.select_related("by"),
            "may_write": may_write(report, self.access) and report.is_open,
            "may_answer": is_sent and may_answer(report, self.access),
            "may_reply": report.sent_at is not None and report.sent_by_id == self.by.pk,
            "form": WordForm(initial={"text": (said or {}).get("text", "")}),
            "said": said or {},
            "refusal": refusal,
            "is_history": is_history,
            "history": history_of(report, untold=("figures",)) if is_history else [],
            "now": timezone.now(),
        }
        return render(self.request, "reports/upward.html", context, status=refusal.status if refusal else HTTPStatus.OK)


class UpwardPage(OneUpward):
    def get(self, request: Any, pk: int) -> HttpResponse:
        return self.show()


class UpwardStep(OneUpward):
    """A comment, the acknowledgement, the return with its reason; the sender's reply."""

    http_method_names = ["post"]

    def post(self, request: Any, pk: int, step: str) -> HttpResponse:
        report, said = self.report, {"text": request.POST.get("text", ""), "reason": request.POST.get("reason", "")}
        try:
            with request_once(_key(request), route=f"upward:{pk}:{step}", staff_no=self.by.staff_no, body=said) as first:
                if not first.found:
                    self.take(step, report, said)
        except RuleBroken as refusal:
            return self.show(refusal, said)
        return redirect("upward", pk=pk)

    def take(self, step: str, report: UpwardReport, said: dict[str, str]) -> None:
        match step:
            case "comment":
                services.comment_report(report=report, text=said["text"], access=self.access)
                messages.success(self.request, _("The sender is told of your comment."))
            case "acknowledge":
                services.acknowledge_report(report=report, text=said["text"], access=self.access)
                messages.success(self.request, _("You took note of it; the sender is told."))
            case "return":
                services.return_report(report=report, reason=said["reason"], access=self.access)
                messages.success(self.request, _("The report is returned to its sender."))
            case _:
                services.reply_to_answer(report=report, text=said["text"], by=self.by)
                messages.success(self.request, _("Your reply is sent."))


def _key(request: Any) -> UUID | None:
    """A form without a key is one of an older page: it is taken once, unguarded."""
    try:
        return UUID(request.POST.get("request_key", ""))
    except ValueError:
        return None


class UpwardFile(OneUpward):
    """One report as PDF or CSV, in the reader's language."""

    def get(self, request: Any, pk: int, form: str) -> HttpResponse:
        from reports.documents.upward import upward_csv, upward_pdf

        report = self.report
        draw = upward_pdf if form == "pdf" else upward_csv
        response = HttpResponse(draw(report, figures_of(report)), content_type=CONTENT_TYPES[form])
        name = report.number or f"{report.kind}-{report.pk}"
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{name}.{form}")
        return response
