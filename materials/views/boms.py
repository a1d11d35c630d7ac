"""Bills of materials: the list, a version with its lines and quota, two versions side by side, approval and withdrawal (MAT-01)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views import View

from core.asked import read_whole
from core.errors import NotANumber, RuleBroken
from core.history import Part, history_of
from core.quantities import fit, read_number
from core.views.lists import Column, RegisterList
from materials.filters import BomFilter
from materials.models import Bom, BomLine, BomSubstitute
from materials.selectors.boms import bom_list, boms_with_state, compare, lines_of, needs_by_line, quota_for, versions_of
from materials.services import approve_bom, discard_bom_draft, withdraw_bom
from people.doors import StaffRequired

ORDER_QUANTITY = Decimal(100)
MOST_ORDERED = Decimal(10) ** 9


class BomList(StaffRequired, RegisterList):
    model = Bom
    title = gettext_lazy("Bills of materials")
    lead = gettext_lazy("What one unit of each product takes. An order's quota is frozen from the version in force when it is released.")
    filterset_class = BomFilter
    row_template = "materials/_bom_row.html"
    default_order = ("product__code", "-valid_from", "-pk")
    export_kind = "boms"
    new_url = reverse_lazy("bom-new")
    new_label = gettext_lazy("New version")
    new_action = "bom.draft"
    columns = (
        Column(gettext_lazy("Product"), sort="product__code"),
        Column(pgettext_lazy("bill", "Version"), sort="version_code"),
        Column(gettext_lazy("Valid from"), sort="valid_from", less=1),
        Column(gettext_lazy("Lines"), sort="lines_count", number=True, less=2),
        Column(gettext_lazy("Approved by"), less=1),
        Column(gettext_lazy("State")),
    )
    empty_title = gettext_lazy("No bill of materials here")
    empty_text = gettext_lazy("Bring your bills as a file, or write the first version here: product, items, quantities.")

    def base_rows(self) -> QuerySet:
        return bom_list()


def as_asked(text: str, bom: Bom) -> Decimal | None:
    """A quantity that an order might have, as fine as the product's unit; ``None`` for anything else."""
    try:
        quantity = read_number(text)
        return fit(quantity, bom.product.unit) if 0 < quantity < MOST_ORDERED else None
    except (NotANumber, RuleBroken):
        return None


class BomDoor(StaffRequired, View):
    bom: Bom

    def find(self, pk: int) -> None:
        rows = boms_with_state().select_related("product__unit", "made_by", "approved_by", "withdrawn_by")
        self.bom = get_object_or_404(rows, pk=pk)

    def show(self, refusal: RuleBroken | None = None) -> HttpResponse:
        bom = self.bom
        tab = self.request.GET.get("tab", "")
        tab = tab if tab in ("quota", "history") else "lines"
        typed = self.request.GET.get("quantity", "")
        quantity = as_asked(typed, bom) if typed else ORDER_QUANTITY
        may_draft, may_approve = self.access.may("bom.draft"), self.access.may("bom.approve")
        is_draft, is_own = bom.status == Bom.Status.DRAFT, bom.made_by_id == self.by.pk
        others = [version for version in versions_of(bom.product) if version.pk != bom.pk]
        context: dict[str, Any] = {
            "bom": bom,
            "unit": bom.product.unit,
            "others": others,
            "is_draft": is_draft,
            "is_own": is_own,
            "may_edit": is_draft and may_draft,
            "may_copy": may_draft,
            "may_approve": is_draft and may_approve and not is_own,
            "may_withdraw": bom.status == Bom.Status.APPROVED and may_approve,
            "report": bom.quota_reports.first(),
            "typed": typed or ORDER_QUANTITY,
            "quantity": quantity,
            "refusal": refusal,
            "tab": tab,
            "tabs": [
                {"url": self.request.path, "label": gettext_lazy("Lines"), "is_here": tab == "lines"},
                {"url": "?tab=quota", "label": gettext_lazy("Quota of an order"), "is_here": tab == "quota"},
                {"url": "?tab=history", "label": gettext_lazy("History"), "is_here": tab == "history"},
            ],
        }
        if tab == "lines":
            context["lines"] = needs_by_line(lines_of(bom), quantity or ORDER_QUANTITY)
        elif tab == "quota":
            context["quota"] = quota_for(bom, quantity) if quantity else None
        else:
            parts = (Part(BomLine, {"bom": bom}, name_of=_line_name, joined=("item",)), Part(BomSubstitute, {"line__bom": bom}))
            context["history"] = history_of(bom, *parts)
        return render(self.request, "materials/bom.html", context, status=refusal.status if refusal else 200)


def _line_name(event: Any) -> str:
    return str(event.item)


class BomPage(BomDoor):
    def get(self, request: Any, pk: int) -> HttpResponse:
        self.find(pk)
        return self.show()


class BomCompare(BomDoor):
    """Against another version of the product: the one asked with ``?with=``, else the one before it."""

    def get(self, request: Any, pk: int) -> HttpResponse:
        self.find(pk)
        others = [version for version in versions_of(self.bom.product) if version.pk != pk]
        asked = request.GET.get("with", "")
        before = [version for version in others if (version.valid_from, version.pk) < (self.bom.valid_from, pk)]
        other = next((version for version in others if str(version.pk) == asked), next(iter(before or others), None))
        rows = compare(other, self.bom) if other else []
        counts = {state: sum(1 for row in rows if row.state == state) for state in ("added", "removed", "changed", "same")}
        context = {"bom": self.bom, "other": other, "others": others, "rows": rows, "counts": counts}
        return render(request, "materials/bom_compare.html", context)


class BomStep(BomDoor):
    """A step on a version; a refusal stands above the version it speaks of."""

    def get(self, request: Any, pk: int) -> HttpResponse:
        self.find(pk)
        return redirect("bom", pk=pk)

    def post(self, request: Any, pk: int) -> HttpResponse:
        self.find(pk)
        try:
            return self.step(read_whole(request.POST.get("version", "")))
        except RuleBroken as refusal:
            self.find(pk)
            return self.show(refusal)

    def step(self, version: int | None) -> HttpResponse:
        raise RuleBroken


class BomApprove(BomStep):
    action = "bom.approve"

    def step(self, version: int | None) -> HttpResponse:
        approve_bom(bom=self.bom, version=version, by=self.by)
        messages.success(self.request, _("Approved. Orders released from its first day on take it."))
        return redirect("bom", pk=self.bom.pk)


class BomWithdraw(BomStep):
    action = "bom.approve"

    def step(self, version: int | None) -> HttpResponse:
        withdraw_bom(bom=self.bom, reason=self.request.POST.get("reason", ""), version=version, by=self.by)
        messages.success(self.request, _("Withdrawn. Released orders keep their quota."))
        return redirect("bom", pk=self.bom.pk)


class BomDiscard(BomStep):
    action = "bom.draft"

    def step(self, version: int | None) -> HttpResponse:
        discard_bom_draft(bom=self.bom, version=version, by=self.by)
        messages.success(self.request, _("The draft is thrown away."))
        return redirect(reverse("boms"))
