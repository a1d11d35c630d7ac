"""What was used: said line by line of the daily report, compared with issue and standard, checked (MAT-03, MAT-04)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views import View

from core.clock import plant_today
from core.errors import RuleBroken
from core.tables import Code, Number, Text
from core.tables import Column as FileColumn
from core.views.lists import Column, FileLayout, RegisterList
from materials.filters import UseFilter
from materials.forms.consumption import UseForm
from materials.selectors.consumption import UseRow, orders_with_use, use_lines_of, use_rows, uses_of
from materials.services import check_use, report_uses
from materials.views.order_material import OrderMaterial
from people.doors import StaffRequired
from plans.models import DailyReport, ProductionOrder

ZERO = Decimal(0)
DAYS_LISTED = 92
"""Whoever looks further back opens the order."""


class ReportUse(StaffRequired, View):
    """What the lines of one daily report used."""

    action = "use.report"
    asks_node = True
    report: DailyReport

    def find(self, pk: int) -> None:
        rows = DailyReport.objects.select_related("team", "shift", "approved_by")
        self.report = get_object_or_404(self.access.scoped(rows, "team"), pk=pk)
        self.require(self.report.team_id)

    def show(self, form: UseForm, refusal: RuleBroken | None = None) -> HttpResponse:
        lines = [(row.line, [form[form.name(row.line, item)] for item, _said in row.items]) for row in form.lines]
        is_locked = self.report.status == DailyReport.Status.APPROVED
        uses = uses_of([self.report]).get(self.report.pk, []) if is_locked else []
        context = {"report": self.report, "form": form, "lines": lines, "refusal": refusal, "is_locked": is_locked, "uses": uses}
        status = refusal.status if refusal else 422 if form.errors else 200
        return render(self.request, "materials/report_use.html", context, status=status)

    def get(self, request: Any, pk: int) -> HttpResponse:
        self.find(pk)
        return self.show(UseForm(lines=use_lines_of(self.report)))

    def post(self, request: Any, pk: int) -> HttpResponse:
        self.find(pk)
        form = UseForm(request.POST, lines=use_lines_of(self.report))
        if not form.is_valid():
            return self.show(form)
        try:
            report_uses(report=self.report, uses=form.uses(), by=self.by)
        except RuleBroken as refusal:
            form.add_refusal(refusal)
            return self.show(form, refusal)
        messages.success(request, _("What was used is kept."))
        return redirect("report", pk=pk)


@dataclass(frozen=True)
class UseOfOrder:
    order: ProductionOrder
    use: UseRow


SORTED_BY: dict[str, Callable[[UseOfOrder], Any]] = {
    "order": lambda row: (row.order.number, row.use.item),
    "item": lambda row: (row.use.item, row.order.number),
    "difference": lambda row: row.use.difference or ZERO,
    "percent": lambda row: row.use.percent or ZERO,
    "": lambda row: -abs(row.use.percent or ZERO),
}


class UseList(StaffRequired, RegisterList):
    """Every item of the orders in scope that reported use of late, the widest difference first."""

    model = ProductionOrder
    title = gettext_lazy("Material used")
    lead = gettext_lazy("What daily reports of the last three months say was used, beside issue and standard for what was made.")
    filterset_class = UseFilter
    row_template = "materials/_use_row.html"
    views = (
        ("check", pgettext_lazy("use", "To check")),
        ("over", pgettext_lazy("use", "Beyond the limit")),
        ("all", gettext_lazy("All")),
    )
    columns = (
        Column(pgettext_lazy("noun", "Order"), sort="order"),
        Column(pgettext_lazy("item", "Material"), sort="item"),
        Column(gettext_lazy("Output"), number=True, less=1),
        Column(pgettext_lazy("use", "Standard"), number=True),
        Column(pgettext_lazy("use", "Used"), number=True),
        Column(gettext_lazy("Net issue"), number=True, less=1),
        Column(gettext_lazy("Difference"), sort="difference", number=True),
        Column(gettext_lazy("Difference"), sort="percent", number=True, unit="%"),
        Column(gettext_lazy("Status")),
    )
    file = FileLayout(
        "material-use",
        (
            FileColumn("order_number", Code()),
            FileColumn("item_code", Code()),
            FileColumn("unit", Code()),
            FileColumn("output", Number()),
            FileColumn("standard", Number()),
            FileColumn("used", Number()),
            FileColumn("net_issued", Number()),
            FileColumn("difference", Number()),
            FileColumn("percent", Number()),
            FileColumn("checked_by", Code()),
            FileColumn("reason", Text(most=500)),
        ),
    )
    empty_title = gettext_lazy("Nothing to check here")
    empty_text = gettext_lazy("Team leaders say on the daily report what was used; what differs from the standard shows here.")

    def get_queryset(self) -> Any:
        """Rows of figures, not of a table: a list that is narrowed and sorted here."""
        orders = orders_with_use(self.access, since=plant_today() - timedelta(days=DAYS_LISTED))
        self.filterset = UseFilter(self.request.GET, queryset=orders, request=self.request)
        by_pk = {order.pk: order for order in self.filterset.qs.select_related("product__unit")}
        view = self.view_key()
        rows = [
            UseOfOrder(by_pk[pk], use)
            for pk, found in use_rows(by_pk.values()).items()
            for use in found
            if use.reports and (view == "all" or (use.is_over if view == "over" else not use.is_checked))
        ]
        name, backwards = self.sort_key()
        return sorted(rows, key=SORTED_BY[name], reverse=backwards)

    def file_rows(self, rows: Any) -> Iterable[Sequence[Any]]:
        for row in rows:
            use, check = row.use, row.use.check if row.use.is_checked else None
            figures = (use.output, use.standard, use.used, use.net_issued, use.difference, use.percent)
            said = (check.by.staff_no, check.reason) if check else ("", "")
            yield (row.order.number, use.item, use.unit.code, *figures, *said)


class UseCheckStep(OrderMaterial):
    """Mark what an order used of one item as looked at, with a reason where it is beyond the limit."""

    action = "use.check"

    def get(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        return redirect(f"{reverse('order-material', args=[number])}?tab=use")

    def post(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        line = get_object_or_404(self.order.quota_lines.select_related("item"), item__code=request.POST.get("item", ""))
        try:
            check_use(order=self.order, item=line.item, reason=request.POST.get("reason", "")[:500], by=self.by)
        except RuleBroken as refusal:
            return self.show(refusal=refusal, tab="use")
        messages.success(request, _("%(item)s is checked.") % {"item": line.item.label})
        return redirect(f"{reverse('order-material', args=[number])}?tab=use")
