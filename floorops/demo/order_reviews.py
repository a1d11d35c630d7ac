"""Reviews of the demo plant's drafts: one order passed on material that is still to come, one short, one that waits for its reviewers."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from decimal import ROUND_CEILING, Decimal

from core.clock import plant_today
from materials.models import ExpectedReceipt, Item, Requisition, Supplier
from materials.selectors.readiness import material_found
from people.models import Staff
from plans.errors.orders import MaterialShort
from plans.models import OrderReview, ProductionOrder
from plans.services import judge, open_review

COMES, SHORT, ASKED = "D-MB-45", "D-CB-60", "D-HB-120"
PACK = Decimal(100)


def make_order_reviews() -> None:
    """Nothing where the plant has no drafts, or reviews already."""
    drafts = ProductionOrder.objects.filter(number__startswith="D-MO-", status=ProductionOrder.Status.DRAFT)
    by_product = {order.product.code: order for order in drafts.select_related("product__unit").order_by("-number")}
    people = {staff.user.username: staff for staff in Staff.objects.filter(user__username__in=["plr", "stk", "wsm", "mgr"]) if staff.user}
    if not {COMES, SHORT, ASKED} <= set(by_product) or OrderReview.objects.filter(order__in=drafts).exists():
        return
    plr, stk, mgr = people["plr"], people["stk"], people["mgr"]
    coming, short, asked = by_product[COMES], by_product[SHORT], by_product[ASKED]
    _order_what_is_missing(coming, people)
    for order in (coming, short):
        open_review(order=order, material=stk, due_date=mgr, by=plr)
    with suppress(MaterialShort):  # made over the midnight before it starts: what was promised for the old day is late by now
        judge(order=coming, kind="material", verdict="passed", note="到货日已与供应商确认 / Dates confirmed by the suppliers", by=stk)
    judge(order=coming, kind="due_date", verdict="passed", note="人手够 / Enough people", by=mgr)
    judge(order=short, kind="material", verdict="not_passed", note="机架、侧板不够 / Too few frames and panels", by=stk)
    open_review(order=asked, material=stk, due_date=people["wsm"], by=plr)


def _order_what_is_missing(order: ProductionOrder, people: dict[str, Staff]) -> None:
    """Approved requisitions for what the order is short of, promised for the day before it starts."""
    supplier, _made = Supplier.objects.get_or_create(
        code="D-SUP-R", defaults={"name": "Donghai Steel and Supplies", "name_zh": "东海钢材五金"}
    )
    promised_on = max((order.start_on or order.due_on) - timedelta(days=1), plant_today())
    items = {item.code: item for item in Item.objects.filter(code__startswith="D-")}
    for number, row in enumerate(material_found(order).short, 1):
        # What other orders may still draw comes first.
        missing = row.needed + row.reserved - row.on_hand - row.expected
        quantity = (missing / PACK).to_integral_value(ROUND_CEILING) * PACK
        asked = Requisition.objects.create(
            number=f"D-REQ-{order.number}-{number}",
            item=items[row.code],
            quantity=quantity,
            needed_on=promised_on,
            reason=Requisition.Reason.SHORTAGE,
            order=order,
            status=Requisition.Status.APPROVED,
            requested_by=people["plr"],
            decided_by=people["mgr"],
            decided_at=order.made_at,
        )
        ExpectedReceipt.objects.create(
            number=f"D-EXP-{order.number}-{number}",
            requisition=asked,
            supplier=supplier,
            quantity=quantity,
            promised_on=promised_on,
            made_by=people["plr"],
        )
