"""Reports upward: choosing which, writing it beside its figures, sending it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import FormView

from core.asked import read_date, read_whole
from core.clock import plant_today
from core.errors import RuleBroken, StaleVersion
from core.services import request_once
from core.versions import version_of
from core.views.pages import RefusalMixin
from people.doors import StaffRequired
from people.models import OrgKind, OrgNode
from plans.selectors.places import nodes_of, places_for
from reports import services
from reports.errors import PeriodAhead
from reports.models import UpwardReport
from reports.period_figures import period_table
from reports.selectors import plants
from reports.upward_forms import PeriodForm, UpwardForm
from reports.upward_periods import MATTERS, PERIODS, before, local_date, period_of
from reports.upward_readers import may_write, readers_for, report_seen
from reports.upward_words import title_words
from reports.views.upward import figures_of, place_of

Kind = UpwardReport.Kind


class Writing(StaffRequired, RefusalMixin, FormView, ABC):
    """The form of one report, new or begun: ``then`` keeps the draft or sends it."""

    action = "upward.write"
    asks_node = True
    form_class = UpwardForm
    template_name = "reports/upward_write.html"
    report: UpwardReport
    stands: UpwardReport | None = None

    def get_form_kwargs(self) -> dict[str, Any]:
        report = self.report
        readers = readers_for(self.by, report.node_id) if report.is_matter else []
        if report.reader is not None and report.reader not in readers:
            readers = [report.reader, *readers]
        return super().get_form_kwargs() | {"kind": report.kind, "readers": readers, "was_sent": report.sent_at is not None}

    def get_initial(self) -> dict[str, Any]:
        report = self.report
        kept = {name: getattr(report, name) for name in ("subject", "done", "analysis", "plan")}
        due_on = local_date(report.due_at) if report.due_at and report.is_matter else None
        version = version_of(report) if report.pk else 0
        return kept | {"reader": str(report.reader_id or ""), "due_on": due_on, "version": version}

    def perform(self, form: UpwardForm) -> HttpResponse:
        body = {name: value for name, value in self.request.POST.items() if name not in ("csrfmiddlewaretoken", "request_key")}
        is_sending = self.request.POST.get("then") == "send"
        try:
            with request_once(form.cleaned_data["request_key"], route=self.route, staff_no=self.by.staff_no, body=body) as first:
                if first.found:
                    report = UpwardReport.objects.get(pk=first.answer["report"])
                else:
                    report = self.keep(form)
                    if is_sending:
                        report = services.send_report(report=report, by=self.by)
                    first.answer = {"report": report.pk}
        except StaleVersion:
            self.stands = UpwardReport.objects.get(pk=self.report.pk)
            typed: Any = form.data.copy()  # type: ignore[attr-defined]
            typed["version"] = str(version_of(self.stands))
            form.data = typed
            raise
        if is_sending:
            messages.success(self.request, _("The report is sent."))
            return redirect("upward", pk=report.pk)
        messages.success(self.request, _("The draft is saved."))
        return redirect("upward-edit", pk=report.pk)

    @property
    def route(self) -> str:
        return f"upward:{self.request.get_full_path()}"[:200]

    @abstractmethod
    def keep(self, form: UpwardForm) -> UpwardReport:
        """The report with what was typed."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        report = self.report
        figures = figures_of(report)
        return super().get_context_data(**kwargs) | {
            "report": report,
            "title": title_words(report),
            "place": place_of(report, figures),
            "table": period_table(figures) if figures else None,
            "stands": self.stands,
            "returned": report.words.filter(kind="returned").select_related("by").last() if report.pk else None,
            "back": reverse("upward", args=[report.pk]) if report.pk else reverse("upward-new"),
        }


class UpwardNew(Writing):
    """Without ``kind`` in the address the choice of what to write; with it the form. A period that is begun already leads to its report."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.asks_node = "kind" in request.GET
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if "kind" not in request.GET:
            return render(request, "reports/upward_new.html", {"form": self.choice(), "matters": MATTERS})
        form = self.choice(request.GET) if request.GET["kind"] in PERIODS else None
        if form is not None and not form.is_valid():
            self.require()
            return render(request, "reports/upward_new.html", {"form": form, "matters": MATTERS}, status=422)
        try:
            begun = self.find()
        except PeriodAhead as refusal:
            assert form is not None
            form.add_refusal(refusal)
            return render(request, "reports/upward_new.html", {"form": form, "matters": MATTERS}, status=422)
        if begun is not None:
            return redirect("upward-edit" if begun.is_open else "upward", pk=begun.pk)
        return super().get(request, *args, **kwargs)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.find()
        return super().post(request, *args, **kwargs)

    def choice(self, asked: Any = None) -> PeriodForm:
        places = nodes_of(places_for(self.access, self.action), OrgKind.values)
        last_week = before(period_of(Kind.WEEK, plant_today()))
        widest = min(places, key=lambda span: list(OrgKind).index(OrgKind(span.node.kind)), default=None)
        own = self.by.org_id if self.by.org_id in {span.node_id for span in places} else widest and widest.node_id
        return PeriodForm(asked, places=places, initial={"kind": Kind.WEEK, "node": str(own or ""), "on": last_week.ends_on})

    def find(self) -> UpwardReport | None:
        """The report of the period where it is begun; else ``self.report`` is what would be. Raises ``Http404``, ``PeriodAhead``."""
        kind, on = self.request.GET.get("kind", ""), read_date(self.request.GET.get("on"))
        if kind in MATTERS:
            node = self.by.org or next(iter(plants()), None)
            self.require()
            if node is None:
                raise Http404
            self.report = services.blank_report(kind=kind, node=node, on=plant_today(), by=self.by)
            return None
        node = OrgNode.objects.filter(pk=read_whole(self.request.GET.get("node")) or 0).first()
        if kind not in PERIODS or on is None or node is None:
            raise Http404
        self.require(node)
        blank = services.blank_report(kind=kind, node=node, on=on, by=self.by)
        begun = UpwardReport.objects.filter(node=node, kind=kind, starts_on=blank.starts_on).first()
        self.report = begun or blank
        return begun

    def keep(self, form: UpwardForm) -> UpwardReport:
        report = self.report
        return services.begin_report(kind=report.kind, node=report.node, on=report.starts_on, said=form.said, by=self.by)


class UpwardEdit(Writing):
    """A draft, or a report that was returned."""

    @cached_property
    def report(self) -> UpwardReport:  # type: ignore[override]
        self._asked = True
        report = report_seen(self.access, self.action, pk=self.kwargs["pk"])
        if not may_write(report, self.access):
            raise Http404
        return report

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.report.is_open:
            return redirect("upward", pk=self.report.pk)
        return super().get(request, *args, **kwargs)

    def keep(self, form: UpwardForm) -> UpwardReport:
        return services.change_report(report=self.report, said=form.said, by=self.by, version=form.cleaned_data["version"])


class UpwardDiscard(StaffRequired, View):
    """A draft goes."""

    action = "upward.write"
    asks_node = True

    def post(self, request: Any, pk: int) -> HttpResponse:
        self._asked = True
        report = report_seen(self.access, self.action, pk=pk)
        if not may_write(report, self.access):
            raise Http404
        try:
            services.discard_report(report=report, by=self.by)
        except RuleBroken as refusal:
            messages.error(request, str(refusal))
            return redirect("upward", pk=pk)
        messages.success(request, _("The draft is gone."))
        return redirect("upward-reports")
