"""The rows behind a figure of the month's material: postings, grants, reported use and standards, whose sum is the figure."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.generic import TemplateView

from core.asked import read_page
from core.models.names import in_language
from materials.models import Item, ReturnType
from materials.selectors.order_moves import ISSUED, REVERSED, SCRAPPED
from reports.figures.counting import WHOLE
from reports.figures.material import MaterialLine, count_material, material_lines
from reports.figures.names import node_names
from reports.kpis import MATERIAL
from reports.presenting import Cell
from reports.views.months import MonthOrNothingYet
from reports.words import month_name

LINES_A_PAGE = 100


class MonthMaterial(MonthOrNothingYet, TemplateView):
    """One figure of a unit's month, perhaps of one item: its sum, and under it every row that it sums."""

    template_name = "reports/month_material.html"

    @cached_property
    def figure(self) -> str:
        """The figure asked for; net issue unless given. Raises ``Http404`` for what is none."""
        code = self.request.GET.get("figure") or "net_issue"
        if f"{code}_value" not in MATERIAL:
            raise Http404
        return code

    @cached_property
    def item(self) -> Item | None:
        code = self.request.GET.get("item", "")
        if not code:
            return None
        item = Item.objects.select_related("unit").filter(code=code).first()
        if item is None:
            raise Http404
        return item

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.asked
        number = read_page(self.request.GET.get("page"))
        item_id = self.item.pk if self.item else None
        found = material_lines(asked.part, self.figure, item_id=item_id, limit=LINES_A_PAGE + 1, offset=(number - 1) * LINES_A_PAGE)
        names = node_names([asked.org.pk, *([asked.within.pk] if asked.within else [])], asked.month.ends_on)
        return super().get_context_data(**kwargs) | {
            "asked": asked,
            "month_name": month_name(asked.month),
            "up_url": asked.address(by="material"),
            "org_name": names[asked.org.pk].label,
            "within_name": names[asked.within.pk].label if asked.within else "",
            "kpi": MATERIAL[self.figure],
            "item": self.item,
            "figures": [(code, kpi.name) for code, kpi in MATERIAL.items() if f"{code}_value" in MATERIAL],
            "rows": [_row(line) for line in found[:LINES_A_PAGE]],
            "sums": self.sums(),
            "page": number,
            "has_next": len(found) > LINES_A_PAGE,
        }

    def sums(self) -> tuple[Cell, Cell] | None:
        """Quantity (where all rows are of one item) and value of the whole figure, counted as the pack counts it."""
        rows = count_material(self.asked.part, [WHOLE, ("item",)])
        row = next(iter(rows[WHOLE]), None)
        if self.item is not None:
            row = next((row for row in rows["item",] if row.codes["item"] == self.item.code), None)
        if row is None:
            return None
        decimals = self.item.unit.decimals if self.item else 3
        return Cell(row.value(self.figure), decimals), Cell(row.value(f"{self.figure}_value"), 2)


def kind_words() -> dict[str, str]:
    return {
        ISSUED: _("Issue"),
        REVERSED: _("Issue reversed"),
        SCRAPPED: _("Scrapped at order close"),
        **{kind.value: _("Return: %(kind)s") % {"kind": kind.label} for kind in ReturnType},
        "standard": _("Standard for the output of the day"),
        "use_standard": _("Standard for the use reported"),
        "used": _("Use reported"),
        "supplement": pgettext("posting", "Supplement"),
    }


def _row(line: MaterialLine) -> dict[str, Any]:
    return {
        "day": line.day,
        "kind": kind_words()[line.figure],
        "order": line.order,
        "item": in_language(line.item.name, line.item.name_zh),
        "code": line.item.code,
        "unit": line.unit,
        "quantity": Cell(line.quantity, line.decimals),
        "value": Cell(line.value, 2),
        "document": line.document,
        "url": _document_url(line),
    }


def _document_url(line: MaterialLine) -> str:
    """Where a row can be looked at: its slip or supplement, its daily report, else its order's material."""
    if line.figure == "supplement":
        return reverse("supplement", args=[line.document])
    if line.report_id is not None:
        return reverse("report", args=[line.report_id])
    if line.document:
        return reverse("slip", args=[line.document])
    return reverse("order-material", args=[line.order])
