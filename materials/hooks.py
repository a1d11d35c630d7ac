"""What this room answers where plans asks: quota lines on release, what keeps an order from closing, what departed from the standard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from materials.models import Balance, Slip
from materials.selectors.consumption import uses_of
from materials.selectors.my_day import material_day
from materials.selectors.readiness import readiness_of
from materials.selectors.store_day import store_day
from materials.services import freeze_quota, tell_deviations
from people.access import Access
from people.models import Staff
from plans.hooks import Slot, Tab
from plans.models import DailyReport, PlanLine, ProductionOrder

LISTED = 2


def write_quota(order: ProductionOrder, by: Staff | None) -> None:
    freeze_quota(order=order, by=by)


def material_tab(page: str, thing: Any) -> Tab | None:
    """The order's page leads to its material, the product's to its bills."""
    if page == "product":
        return Tab(_("Bills of materials"), f"{reverse('boms')}?{urlencode({'q': thing.code})}")
    return Tab(pgettext_lazy("tab", "Material"), reverse("order-material", args=[thing.number])) if page == "order" else None


def material_used(reports: Sequence[DailyReport]) -> dict[int, Slot]:
    """On the daily report: what its lines used, and where that is written down (MAT-04)."""
    uses = uses_of(reports)
    return {
        report.pk: Slot(
            "", "materials/_material_used.html", {"uses": uses.get(report.pk, []), "url": reverse("report-use", args=[report.pk])}
        )
        for report in reports
    }


def material_to_close(page: str, thing: Any) -> Slot | None:
    """On the order's page while it still holds material: where that is accounted for, so that the order can close."""
    if page != "order" or thing.status not in (ProductionOrder.Status.RELEASED, ProductionOrder.Status.ON_HOLD):
        return None
    if not Balance.objects.filter(place__order=thing, on_hand__gt=0).exists():
        return None
    return Slot(_("Material the order holds"), "materials/_to_close.html", {"url": reverse("order-leftovers", args=[thing.number])})


def material_of_lines(lines: Sequence[PlanLine]) -> dict[int, Slot]:
    """Beside each plan line what its order may draw and whether it is in store, what is short first; lines of unreleased orders get
    nothing (PLN-06)."""
    ready = readiness_of(line.order_id for line in lines if line.order_id)
    # A page of one line has room for all of its items.
    most = LISTED if len(lines) > 1 else None
    found = {}
    for line in lines:
        rows = ready.get(line.order_id or 0, [])
        if rows and line.order is not None:
            shown = rows[:most]
            context = {"rows": shown, "more": len(rows) - len(shown), "url": reverse("plan-line", args=[line.pk])}
            found[line.pk] = Slot("", "materials/_readiness.html", context)
    return found


def day_cards(access: Access) -> list[Slot]:
    """On *My day*: what of the store waits for this person, what of buying, what to count and to decide; no card when nothing does."""
    day, (waiting, waits) = material_day(access), store_day(access)
    cards = [
        (not day.is_empty, Slot(_("Material that waits for you"), "materials/_my_day.html", {"day": day})),
        (waiting, Slot(_("Buying and receiving"), "materials/_my_day_buying.html", {"waiting": waiting})),
        (waits, Slot(_("Stock to count and to decide"), "materials/_my_day_counting.html", {"waits": waits})),
    ]
    return [card for is_there, card in cards if is_there]


def tell_what_departed(order: ProductionOrder, by: Staff | None) -> None:
    tell_deviations(orders=[order], by=by, are_over=True)


def open_slips_and_leftovers(order: ProductionOrder) -> Sequence[str | Promise]:
    reasons = []
    waiting = Slip.objects.filter(order=order, status=Slip.Status.AWAITING_RECEIVER).count()
    if waiting:
        reasons.append(gettext("%(count)s slips wait for their receiver") % {"count": waiting})
    held = Balance.objects.filter(place__order=order, on_hand__gt=0).values("lot__item").distinct().count()
    if held:
        reasons.append(gettext("material of %(count)s items is still held: return it, scrap it or explain it") % {"count": held})
    return reasons
