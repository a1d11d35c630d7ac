"""What goes to the printer: slips on A4 and on a narrow roll."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, override

from materials.models import Slip
from materials.selectors.slips import slip_rows, supplements_behind
from materials.views.slips import SlipDoor
from plans.selectors.places import named

TITLES: dict[str, str | Promise] = {
    Slip.Kind.ISSUE: gettext_lazy("Quota-limited issue slip"),
    Slip.Kind.RETURN: gettext_lazy("Material return slip"),
    Slip.Kind.REVERSAL: gettext_lazy("Reversal slip"),
    Slip.Kind.OTHER_ISSUE: gettext_lazy("Issue slip without order"),
    Slip.Kind.TRANSFER: gettext_lazy("Transfer slip"),
    Slip.Kind.RECEIPT: gettext_lazy("Goods receipt slip"),
    Slip.Kind.PRODUCTION: gettext_lazy("Production receipt slip"),
    Slip.Kind.OPENING: gettext_lazy("Opening stock slip"),
    Slip.Kind.ADJUSTMENT: gettext_lazy("Stock adjustment slip"),
    Slip.Kind.CLOSING: gettext_lazy("Order closing slip"),
}


class SlipPaper(SlipDoor):
    """The slip as it is signed and filed: A4, or 80 mm wide with ``?form=roll``. Lines are cumulative against the quota."""

    def get(self, request: Any, number: str) -> HttpResponse:
        self.find(number)
        slip = self.slip
        rows = slip_rows(slip)
        with override("en" if (get_language() or "").startswith("zh") else "zh-hans"):
            title_other = str(TITLES[slip.kind])
        order = slip.order
        context = {
            "slip": slip,
            "rows": rows,
            "has_quota": any(row.stood for row in rows),
            "title": TITLES[slip.kind],
            "title_other": title_other,
            "is_issue": slip.kind in (Slip.Kind.ISSUE, Slip.Kind.OTHER_ISSUE),
            "quota": getattr(order, "order_quota", None) if order else None,
            "supplements": supplements_behind(slip, rows),
            "place": next(iter(named([self.node]).values()), None) if self.node else None,
            "centre": named([slip.cost_centre_id]).get(slip.cost_centre_id) if slip.cost_centre_id else None,
            "address": request.build_absolute_uri(reverse("slip", args=[slip.number])),
        }
        return render(request, "materials/slip_roll.html" if request.GET.get("form") == "roll" else "materials/slip_paper.html", context)
