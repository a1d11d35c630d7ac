"""What teams say of quotas and of waste: filed, listed, decided by an engineer (MAT-05)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views import View

from core.errors import RuleBroken
from core.forms import HouseForm
from core.history import history_of
from core.models import Attachment
from core.services import keep_upload
from core.tables import Choice, Code, Number, Text
from core.tables import Column as FileColumn
from core.views.lists import Column, FileLayout, RegisterList
from materials.filters import QuotaReportFilter
from materials.forms.decisions import WordsForm
from materials.forms.quota_reports import QuotaReportForm, WasteForm
from materials.models import QuotaReport
from materials.selectors.issuing import orders_to_issue, receivers_for
from materials.selectors.order_material import node_of
from materials.selectors.quota_reports import quota_reports_seen, quota_reports_to_decide
from materials.services import decide_quota_report, file_quota_report, file_waste_report
from people.doors import StaffRequired
from people.models import OrgNode
from plans.models import ProductionOrder
from plans.selectors.orders import orders_seen

ORDERS_OFFERED = 200


class QuotaReportList(StaffRequired, RegisterList):
    model = QuotaReport
    title = gettext_lazy("Quota and waste reports")
    lead = gettext_lazy("Teams say which quota is not right and what was wasted; an engineer decides, and a right one becomes a new bill.")
    filterset_class = QuotaReportFilter
    row_template = "materials/_quota_report_row.html"
    default_order = ("-filed_at",)
    new_label = gettext_lazy("Say that a quota is not right")
    new_action = "quota_report.file"
    columns = (
        Column(pgettext_lazy("slip", "Number"), sort="number"),
        Column(gettext_lazy("Kind"), sort="kind"),
        Column(pgettext_lazy("item", "Material"), sort="item__code"),
        Column(pgettext_lazy("noun", "Order"), sort="order__number", less=1),
        Column(gettext_lazy("What it says"), number=True),
        Column(gettext_lazy("Filed by"), sort="filed_at", less=1),
        Column(gettext_lazy("Status"), sort="status"),
    )
    file = FileLayout(
        "quota-reports",
        (
            FileColumn("number", Code()),
            FileColumn("kind", Choice(choices=QuotaReport.Kind)),
            FileColumn("item_code", Code(), source="item__code"),
            FileColumn("order_number", Code(), source="order__number"),
            FileColumn("stood", Number()),
            FileColumn("proposed", Number()),
            FileColumn("wasted", Number()),
            FileColumn("unit", Code(), source="item__unit__code"),
            FileColumn("evidence", Text(most=1000)),
            FileColumn("status", Choice(choices=QuotaReport.Status)),
            FileColumn("filed_by", Code(), source="filed_by__staff_no"),
            FileColumn("decided_by", Code(), source="decided_by__staff_no"),
            FileColumn("decision_note", Text(most=500)),
        ),
    )
    empty_title = gettext_lazy("No report here")
    empty_text = gettext_lazy("Nobody has said that a quota is too high or too low, and no waste was reported.")

    @property
    def new_url(self) -> str:  # type: ignore[override]
        return reverse("quota-report-new")

    @property
    def views(self) -> tuple[tuple[str, Any], ...]:  # type: ignore[override]
        """Who decides sees first what waits for that."""
        everything, waiting = ("all", gettext_lazy("All")), ("wait", pgettext_lazy("quota report", "To decide"))
        return (waiting, everything) if self.access.may("quota_report.decide") else (everything, ("mine", gettext_lazy("Mine")))

    def base_rows(self) -> QuerySet:
        return quota_reports_seen(self.access)

    def narrow(self, rows: QuerySet, view: str) -> QuerySet:
        if view == "wait":
            return quota_reports_to_decide(self.access)
        return rows.filter(filed_by=self.by) if view == "mine" else rows

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("item__unit", "order", "filed_by")


class ReportNew(StaffRequired, View, ABC):
    """Something that a team says of an order's material; the order is scanned or chosen first."""

    action = "quota_report.file"
    asks_node = True
    title: Any = ""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.order: ProductionOrder | None = None
        number = request.GET.get("order", "").strip()
        if request.access is not None and number:
            rows = orders_seen(request.access).select_related("product__unit", "order_quota__bom", "team", "workshop")
            self.order = get_object_or_404(rows, number__iexact=number)
        return super().dispatch(request, *args, **kwargs)

    def ask_right(self) -> None:
        self.require(node_of(self.order) if self.order else None)

    @abstractmethod
    def form(self, order: ProductionOrder, data: Any = None, files: Any = None) -> HouseForm:
        """What is asked of the order, with a ``photo`` and a ``request_key``."""

    @abstractmethod
    def file(self, order: ProductionOrder, form: Any, photo: Attachment | None) -> QuotaReport:
        """Calls one service."""

    def show(self, form: HouseForm | None, status: int = 200) -> HttpResponse:
        orders = [] if self.order else orders_to_issue(self.access)[:ORDERS_OFFERED]
        context = {"order": self.order, "form": form, "orders": orders, "title": self.title}
        return render(self.request, "materials/quota_report_new.html", context, status=status)

    def get(self, request: Any) -> HttpResponse:
        self.ask_right()
        return self.show(self.form(self.order) if self.order else None)

    def post(self, request: Any) -> HttpResponse:
        self.ask_right()
        order = self.order
        if order is None:
            return redirect(request.path)
        form = self.form(order, request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form, 422)
        try:
            sent = form.cleaned_data["photo"]
            photo = keep_upload(file=sent, by=self.by, name=sent.name, own_id=form.cleaned_data["request_key"]) if sent else None
            report = self.file(order, form, photo)
        except RuleBroken as refusal:
            form.add_refusal(refusal)
            return self.show(form, refusal.status)
        messages.success(request, _("%(number)s waits for its decision.") % {"number": report.number})
        return redirect("quota-report", number=report.number)


def place_of(order: ProductionOrder) -> OrgNode:
    return order.team or order.workshop


class QuotaReportNew(ReportNew):
    title = gettext_lazy("Say that a quota is not right")

    def form(self, order: ProductionOrder, data: Any = None, files: Any = None) -> QuotaReportForm:
        quota = getattr(order, "order_quota", None)
        lines = list(quota.bom.lines.select_related("item__unit", "bom").order_by("pk")) if quota else []
        return QuotaReportForm(data, files, lines=lines)

    def file(self, order: ProductionOrder, form: QuotaReportForm, photo: Attachment | None) -> QuotaReport:
        said = form.cleaned_data
        return file_quota_report(
            bom_line=form.line,
            proposed=said["proposed"],
            evidence=said["evidence"],
            node=place_of(order),
            order=order,
            photo=photo,
            by=self.by,
            request_key=said["request_key"],
        )


class WasteReportNew(ReportNew):
    title = gettext_lazy("Report waste")

    def form(self, order: ProductionOrder, data: Any = None, files: Any = None) -> WasteForm:
        items = [line.item for line in order.quota_lines.select_related("item__unit").order_by("pk")]
        return WasteForm(data, files, items=items, people=receivers_for(order, but=self.by))

    def file(self, order: ProductionOrder, form: WasteForm, photo: Attachment | None) -> QuotaReport:
        said = form.cleaned_data
        return file_waste_report(
            item=form.chosen,
            quantity=said["quantity"],
            evidence=said["evidence"],
            node=place_of(order),
            order=order,
            person=form.people.get(said["person"]),
            photo=photo,
            by=self.by,
            request_key=said["request_key"],
        )


class QuotaReportDoor(StaffRequired, View):
    asks_node = True
    report: QuotaReport

    def find(self, number: str) -> None:
        rows = quota_reports_seen(self.access).select_related(
            "item__unit", "order__product", "bom_line__bom__product", "bom", "person", "filed_by", "decided_by", "node"
        )
        self.report = get_object_or_404(rows, number=number)
        self.require(None if self.action == "read" else self.report.node_id)

    def show(self, *, form: WordsForm | None = None, refusal: RuleBroken | None = None) -> HttpResponse:
        report = self.report
        is_waiting, is_own = report.status == QuotaReport.Status.OPEN, report.filed_by_id == self.by.pk
        tab = "history" if self.request.GET.get("tab") == "history" else "report"
        context = {
            "report": report,
            "unit": report.item.unit,
            "is_waiting": is_waiting,
            "is_own": is_own,
            "may_decide": is_waiting and not is_own and self.access.may("quota_report.decide", report.node_id),
            "form": form or WordsForm(),
            "refusal": refusal,
            "tab": tab,
            "history": history_of(report) if tab == "history" else [],
        }
        status = refusal.status if refusal else 422 if form is not None and form.errors else 200
        return render(self.request, "materials/quota_report.html", context, status=status)


class QuotaReportPage(QuotaReportDoor):
    def get(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        return self.show()


class QuotaReportDecision(QuotaReportDoor):
    action = "quota_report.decide"
    accepts = False

    def get(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        return redirect("quota-report", number=number)

    def post(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        form = WordsForm(request.POST)
        if not form.is_valid():
            return self.show(form=form)
        try:
            report = decide_quota_report(report=self.report, accept=self.accepts, note=form.cleaned_data["note"], by=self.by)
        except RuleBroken as refusal:
            self.find(number)
            form.add_refusal(refusal)
            return self.show(form=form, refusal=refusal)
        messages.success(
            request, _("Accepted. The draft of the bill waits for its approval.") if report.bom else _("The decision is kept.")
        )
        return redirect("quota-report", number=number)


class QuotaReportAccept(QuotaReportDecision):
    accepts = True


class QuotaReportReject(QuotaReportDecision):
    pass
