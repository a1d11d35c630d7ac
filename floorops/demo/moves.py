"""Beside issue and return: a bill in each state, a transfer, gloves and discs for cost centres, a request that waits, goods taken in."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from core.clock import plant_today
from materials.models import Bom, BomLine, Item, Place, PlaceKind, Slip
from materials.selectors.boms import lines_of
from materials.selectors.production import outputs_of
from materials.services import (
    BomLineInput,
    SlipLine,
    approve_bom,
    draft_bom,
    issue_without_order,
    receive_production,
    request_slip,
    save_bom_draft,
    transfer,
)
from people.models import OrgNode, Staff
from plans.models import Product, ProductionOrder

# product, item, what one unit takes in the next version, days from today on which it begins, whether it is approved
NEXT_VERSIONS = [
    ("D-MB-45", "D-ST-40", "0.156", 14, True),
    ("D-SP-80", "D-ST-12", "4.45", 7, False),
]
REMARK = "新排样 / New nesting"
ROLES = ("eng", "mgr", "stk", "wsm")
GOODS_TAKEN_IN = Decimal(60)


def make_moves() -> int:
    """Make what is missing of it; the number of slips made."""
    people = {staff.user.username: staff for staff in Staff.objects.filter(user__username__in=ROLES).select_related("user") if staff.user}
    if not {*ROLES} <= set(people):
        return 0
    _next_versions(people)
    if Slip.objects.filter(kind=Slip.Kind.TRANSFER, moves__lot__item__code__startswith="D-").exists():
        return 0
    items = {item.code: item for item in Item.objects.filter(code__startswith="D-").select_related("unit")}
    bins = {place.code: place for place in Place.objects.filter(code__startswith="D-", kind=PlaceKind.BIN)}
    keeper, leader, welding = people["stk"], people["wsm"], OrgNode.objects.get(code="D-WEL")
    transfer(lines=[SlipLine(items["D-SC-M6"], Decimal(500), None, bins["D-B-01"], bins["D-B-02"])], reason="补货 / Refill", by=keeper)
    gloves = [SlipLine(items["D-GLV"], Decimal(24)), SlipLine(items["D-GR-125"], Decimal(10))]
    words = "每周劳保 / Weekly gloves and discs"
    issue_without_order(lines=gloves, purpose="consumable", cost_centre=welding, reason=words, receiver=leader, by=keeper)
    tube, words = [SlipLine(items["D-TB-40"], Decimal(60))], "焊接工装修复 / Rebuild of welding jig 2"
    request_slip(kind="other_issue", lines=tube, purpose="repair", cost_centre=welding, reason=words, receiver=leader, by=keeper)
    return 2 + _take_in(keeper)


def _next_versions(people: dict[str, Staff]) -> None:
    for code, item, per_unit, days, is_approved in NEXT_VERSIONS:
        product = Product.objects.filter(code=code).first()
        base = Bom.objects.filter(product=product, version_code="A").first()
        if product is None or base is None or Bom.objects.filter(product=product, remark=REMARK).exists():
            continue
        on = plant_today() + timedelta(days=days)
        draft = draft_bom(product=product, valid_from=on, remark=REMARK, copy_of=base, by=people["eng"])
        lines = [as_written(line, Decimal(per_unit) if line.item.code == item else line.qty_per_unit) for line in lines_of(base)]
        save_bom_draft(bom=draft, lines=lines, valid_from=on, remark=REMARK, by=people["eng"])
        if is_approved:
            approve_bom(bom=draft, by=people["mgr"])


def as_written(line: BomLine, per_unit: Decimal) -> BomLineInput:
    return BomLineInput(
        line.item,
        per_unit,
        part=line.part,
        process=line.process,
        loss_percent=line.loss_percent,
        setup_loss_qty=line.setup_loss_qty,
        substitutes=[(row.item, row.factor) for row in line.substitutes.all()],
    )


def _take_in(keeper: Staff) -> int:
    """Some of what an order reported good, where the store keeps its product."""
    rows = ProductionOrder.objects.filter(
        number__startswith="D-MO-", status=ProductionOrder.Status.RELEASED, product__items__is_phantom=False
    ).select_related("product__unit")
    orders = list(rows.distinct().order_by("number"))
    outputs = outputs_of(orders)
    for order in orders:
        if outputs[order.pk].left >= GOODS_TAKEN_IN:
            item = Item.objects.select_related("unit").get(product=order.product)
            target = Place.objects.get(code="D-D-02")
            receive_production(order=order, lines=[SlipLine(item, GOODS_TAKEN_IN, bin=target)], by=keeper)
            return 1
    return 0
