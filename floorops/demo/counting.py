"""The demo plant's stocktakes, adjustments and dead stock: a stocktake of each state, papers that wait, and a decision that is overdue."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from core.clock import plant_today
from core.models import Unit
from core.services import stamp_numbers
from materials.models import Adjustment, Balance, Count, CountPlan, Disposal, Item, Lot, Place, PlaceKind, Purpose, Slip, StockMove
from materials.services import (
    Counted,
    approve_adjustment,
    approve_count,
    decide_disposal,
    draft_adjustment,
    draft_disposal,
    enter_counts,
    reject_adjustment,
    save_count_plan,
    start_count,
    submit_count,
)
from people.models import OrgNode, Staff

# name, place, workshop, class of items, cycle, days until its next count, what became of the one of today (blank: none)
PLANS = [
    ("化学品周盘 / Chemicals, weekly", "D-WH-C", "", "", "week", 0, "approved"),
    ("紧固件月盘 / Fasteners, monthly", "D-WH-B", "", "", "month", 0, "submitted"),
    ("包装周盘 / Packing, weekly", "D-WH-D", "", "packing", "week", 0, "counting"),
    ("冲压在制季盘 / Held by stamping, quarterly", "", "D-STA", "", "quarter", 21, ""),
    ("全仓年盘 / Whole store, yearly", "", "", "", "year", 34, ""),
]
# of the sum of a line's book in percent: what was found more or less, by the number of the line
FOUND = {0: "-0.8", 2: "0.3", 3: "-2.5"}
# code, name, Chinese name, unit, class, standard cost, bin, lot, quantity, days since it came
OLD_STOCK = [
    ("D-BR-90", "Bracket 90, old model", "支架 90（旧型号）", "pcs", "fasteners", "6.4000", "D-B-01", "R250912", "1240", 441),
    ("D-ST-AL", "Aluminium sheet 2.0", "铝板 2.0", "kg", "metal", "24.5000", "D-A-03", "L260402", "386.500", 236),
    ("D-PW-9005", "Powder paint RAL 9005", "粉末涂料 RAL 9005", "kg", "packing", "21.0000", "D-D-01", "P260421", "75.000", 214),
]
# bin, item, change, reason, note, what became of it
ADJUSTMENTS = [
    ("D-A-01", "D-ST-12", "-38.5", "measured", "重新过磅 / Weighed again", "approved"),
    ("D-D-02", "D-I-FR-300", "-1", "damaged", "叉车撞坏 / Hit by the fork-lift", "requested"),
    ("D-A-03", "D-TB-40", "6", "found", "货架后面 / Behind the rack", "rejected"),
]
# item, decision, quantity, reason, days until it is due, what became of it
DISPOSALS = [
    ("D-BR-90", "scrap", "1240", "旧型号停产 / Model is no longer made", -6, "approved"),
    ("D-PW-9005", "sell", "75", "颜色不再使用 / Colour no longer used", 20, "draft"),
]


def make_counting(last: date) -> int:
    """Make what is missing; how many slips were posted."""
    if CountPlan.objects.filter(name__in=[row[0] for row in PLANS]).exists():
        return 0
    before = Slip.objects.count()
    people = {staff.user.username: staff for staff in Staff.objects.filter(user__isnull=False, staff_no__startswith="D-") if staff.user}
    keeper, manager = people["stk"], people["mgr"]
    _lay_old_stock(last, keeper)
    _adjust(keeper, manager)
    _dispose(keeper, manager)
    _count(keeper, manager)
    return Slip.objects.count() - before


def _lay_old_stock(last: date, keeper: Staff) -> None:
    """Stock that no order has drawn for long, opened like the rest of the store."""
    units = {unit.code: unit for unit in Unit.objects.all()}
    bins = {place.code: place for place in Place.objects.filter(code__startswith="D-", kind=PlaceKind.BIN)}
    outside = Place.objects.get(purpose=Purpose.ADJUSTMENT, kind=PlaceKind.OUTSIDE)
    slip = Slip(kind=Slip.Kind.OPENING, business_date=last - timedelta(days=9), posted_by=keeper, posted_at=timezone.now())
    slip.save(force_insert=True)
    moves: list[StockMove] = []
    for code, name, name_zh, unit, item_class, cost, place, lot, quantity, days in OLD_STOCK:
        fields = {"name": name, "name_zh": name_zh, "unit": units[unit], "item_class": item_class, "standard_cost": Decimal(cost)}
        item, _made = Item.objects.get_or_create(code=code, defaults=fields | {"lot_tracked": True})
        kept = Lot.objects.create(item=item, code=lot, received_on=plant_today() - timedelta(days=days))
        move = StockMove(slip=slip, line=len(moves), lot=kept, source=outside, target=bins[place], quantity=Decimal(quantity))
        move.business_date = slip.business_date
        moves.append(move)
    StockMove.objects.bulk_create(moves)
    stamp_numbers([slip], Slip.NUMBERED_AS[Slip.Kind.OPENING])


def _adjust(keeper: Staff, manager: Staff) -> None:
    for place, item, change, reason, note, fate in ADJUSTMENTS:
        lies = Balance.objects.filter(place__code=place, lot__item__code=item, on_hand__gt=40).select_related("lot__item__unit", "place")
        found = lies.first()
        if found is None:
            continue
        asked = draft_adjustment(lot=found.lot, place=found.place, change=Decimal(change), reason=reason, note=note, by=keeper)
        if fate == Adjustment.Status.APPROVED:
            approve_adjustment(adjustment=asked, by=manager)
        elif fate == Adjustment.Status.REJECTED:
            reject_adjustment(adjustment=asked, note="先核对收货单 / Check the receipt first", by=manager)


def _dispose(keeper: Staff, manager: Staff) -> None:
    for item, decision, quantity, reason, days, fate in DISPOSALS:
        found = Balance.objects.select_related("lot__item__unit", "place").get(lot__item__code=item)
        today = plant_today()
        told: dict[str, Any] = {
            "lot": found.lot,
            "place": found.place,
            "quantity": Decimal(quantity),
            "decision": decision,
            "reason": reason,
        }
        asked = draft_disposal(due_on=max(today, today + timedelta(days=days)), by=keeper, **told)
        if fate == Disposal.Status.APPROVED:
            decide_disposal(disposal=asked, approve=True, by=manager)
        Disposal.objects.filter(pk=asked.pk).update(due_on=today + timedelta(days=days))


def _count(keeper: Staff, manager: Staff) -> None:
    today = plant_today()
    for name, place, workshop, item_class, cycle, days, fate in PLANS:
        plan = save_count_plan(
            name=name,
            place=Place.objects.get(code=place) if place else None,
            workshop=OrgNode.objects.get(code=workshop) if workshop else None,
            item_class=item_class,
            cycle=cycle,
            next_on=today + timedelta(days=days),
            by=keeper,
        )
        if not fate:
            continue
        count = start_count(plan=plan, by=keeper)
        lines = list(count.lines.select_related("lot__item__unit").order_by("pk"))
        if fate == Count.Status.COUNTING:
            lines = lines[: len(lines) // 2]
        figures = {}
        for number, line in enumerate(lines):
            off = line.book * Decimal(FOUND.get(number, "0")) / 100
            figures[line.pk] = Counted((line.book + off).quantize(Decimal(1).scaleb(-line.lot.item.unit.decimals)))
        enter_counts(count=count, lines=figures, by=keeper)
        if fate != Count.Status.COUNTING:
            submit_count(count=count, by=keeper)
        if fate == Count.Status.APPROVED:
            approve_count(count=count, by=manager)
