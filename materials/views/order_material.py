"""The material tab of an order: its voucher, what waits, its slips, and what another quantity would make of the quota."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.history import Part, history_of
from core.quantities import plain
from materials.errors.lots import LotUnknown
from materials.forms.lot_check import LotScanForm
from materials.forms.quotas import RecalculationForm
from materials.models import Bom, QuotaLine, Slip, Supplement
from materials.selectors.consumption import use_rows
from materials.selectors.lot_check import LotCheck, check_lot
from materials.selectors.order_material import material_of, node_of
from materials.selectors.stock import lots_of_order
from materials.services import change_order_quantity, recalculated
from materials.views.counter import CounterDoor
from plans.models import DailyReport

SLIPS_SHOWN = 50
REPORTS_SHOWN = 30
TABS = ("history", "use")


def line_name(event: Any) -> str:
    """What an audit row of a quota line is called: its item."""
    return str(event.item)


class OrderMaterial(CounterDoor):
    action = "read"

    def form(self, data: Any = None) -> RecalculationForm:
        quota, order = self.order.order_quota, self.order
        approved = Bom.objects.filter(product=order.product, status=Bom.Status.APPROVED)
        return RecalculationForm(data, quota=quota, boms=list(approved.order_by("-valid_from", "-pk")), initial=self.kept())

    def kept(self) -> dict[str, Any]:
        order, asked = self.order, self.request.GET
        return {
            "quantity": asked.get("quantity") or plain(order.quantity),
            "bom": asked.get("bom") or str(order.order_quota.bom_id),
            "version": order.version,
        }

    def show(self, *, form: RecalculationForm | None = None, refusal: RuleBroken | None = None, tab: str = "") -> HttpResponse:
        order, node = self.order, node_of(self.order)
        has_quota = hasattr(order, "order_quota")
        asked = tab or self.request.GET.get("tab", "")
        tab = asked if asked in TABS else ""
        may_change = has_quota and self.access.may("order.edit", node) and order.status in ("released", "on_hold")
        is_asked = may_change and (form is not None or "quantity" in self.request.GET)
        new = None
        if is_asked:
            trial = form or self.form({**self.kept(), "reason": ""})
            if trial.is_valid() or ("quantity" in trial.cleaned_data and "bom" in trial.cleaned_data):
                try:
                    new = recalculated(order, trial.cleaned_data["quantity"], trial.chosen)
                except RuleBroken as fault:
                    refusal = refusal or fault
            form = form or (trial if trial.errors else self.form())
        scan, check = self._scanned() if not tab else (LotScanForm(), None)
        context = self.frame() | {
            # The other tabs ask no more than whether there are any.
            "lines": list(order.quota_lines.all()) if tab else material_of(order),
            "lots": [] if tab else lots_of_order(order),
            "slips": [] if tab else list(self._slips()[: SLIPS_SHOWN + 1]),
            "supplements": [] if tab else list(self._supplements()),
            "history": history_of(None, Part(QuotaLine, {"order": order}, line_name, joined=("item",))) if tab == "history" else [],
            "tab": tab,
            "uses": use_rows([order])[order.pk] if tab == "use" else [],
            "reports": self._reports() if tab == "use" else [],
            "may_check": self.access.may("use.check", node),
            "may_propose": has_quota and self.access.may("quota_report.file", node),
            "may_close": order.status in ("released", "on_hold") and self.access.may("order.edit", order.workshop_id),
            "form": form if is_asked else None,
            "new": new,
            "is_stale": has_quota and order.order_quota.order_quantity != order.quantity,
            "may_change": may_change,
            "may_issue": order.is_open and self.access.may("slip.post", node),
            "may_ask": order.is_open and self.access.may("supplement.ask", node),
            "scan": scan,
            "check": check,
            "refusal": refusal,
        }
        is_faulty = scan.errors or (form is not None and form.errors)
        status = refusal.status if refusal else 422 if is_faulty else 200
        return render(self.request, "materials/order_material.html", context, status=status)

    def _scanned(self) -> tuple[LotScanForm, LotCheck | None]:
        """The scan box, and what is known of the lot that was read in it."""
        scan = LotScanForm(self.request.GET if "lot" in self.request.GET else None)
        if not scan.is_valid():
            return scan, None
        check = check_lot(self.order, scan.cleaned_data["lot"], self.access)
        if check is None:
            scan.add_refusal(LotUnknown(field="lot", scanned=scan.cleaned_data["lot"]))
        return scan, check

    def _reports(self) -> list[tuple[DailyReport, bool]]:
        """The daily reports of the order, the newest first, and whether this person may say there what was used."""
        rows = self.access.scoped(DailyReport.objects.filter(lines__order=self.order), "team").distinct().select_related("shift", "team")
        reports = list(rows.order_by("-business_date", "-pk")[:REPORTS_SHOWN])
        approved = DailyReport.Status.APPROVED
        return [(report, report.status != approved and self.access.may("use.report", report.team_id)) for report in reports]

    def _slips(self) -> Any:
        return Slip.objects.filter(order=self.order).select_related("receiver", "posted_by").order_by("-posted_at")

    def _supplements(self) -> Any:
        rows = Supplement.objects.filter(quota_line__order=self.order)
        return rows.select_related("quota_line__item__unit", "requested_by", "decided_by").order_by("-requested_at")[:SLIPS_SHOWN]

    def get(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        return self.show()


class OrderRecalculate(OrderMaterial):
    """Confirm the figures that were shown."""

    action = "order.edit"

    def get(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        return redirect("order-material", number=number)

    def post(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        if not hasattr(self.order, "order_quota"):
            return redirect("order-material", number=number)
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(form=form)
        try:
            change_order_quantity(
                order=self.order,
                quantity=form.cleaned_data["quantity"],
                bom=form.chosen,
                reason=form.cleaned_data["reason"],
                version=form.cleaned_data["version"],
                by=self.by,
            )
        except RuleBroken as refusal:
            form.add_refusal(refusal)
            return self.show(form=form, refusal=form.refusal)
        messages.success(request, _("The quota is recalculated."))
        return redirect("order-material", number=number)
