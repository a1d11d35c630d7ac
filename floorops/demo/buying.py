"""The demo plant buys: suppliers with papers, requisitions and promises in every state, lots to inspect, gate passes."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db.models import F, OuterRef, Subquery

from core.clock import at_plant, plant_today
from core.services import next_number, stamp_numbers
from materials.models import (
    Delivery,
    ExpectedReceipt,
    GatePass,
    Item,
    Lot,
    LotDecision,
    LotStatus,
    Place,
    PlaceKind,
    Purpose,
    Requisition,
    Slip,
    StockMove,
    Supplier,
    SupplierDocument,
)
from materials.services import move_promise
from people.models import Staff

# code, name, Chinese name, contact, phone, blocked
SUPPLIERS = [
    ("D-S-01", "Baoxin Steel", "宝信钢材", "马经理", "021-5550 1101", False),
    ("D-S-02", "Huatong Steel and Tube", "华通钢管", "宋小姐", "0510-5550 2210", False),
    ("D-S-03", "Ruida Fasteners", "瑞达紧固件", "何先生", "0574-5550 3307", False),
    ("D-S-04", "Caihong Coatings", "彩虹涂料", "罗小姐", "0512-5550 4412", False),
    ("D-S-05", "Jinfeng Trading", "金丰商贸", "", "", True),
]

# supplier, title, days until its last day
PAPERS = [
    ("D-S-01", "框架合同 / Frame contract", 210),
    ("D-S-01", "ISO 9001", 18),
    ("D-S-02", "框架合同 / Frame contract", 95),
    ("D-S-02", "ISO 9001", -9),
    ("D-S-03", "框架合同 / Frame contract", 340),
    ("D-S-04", "危化品经营许可证 / Licence for hazardous goods", 160),
    ("D-S-05", "框架合同 / Frame contract", -120),
]


class Bought(NamedTuple):
    """Days count from today; ``verdict`` is what was decided about the lot."""

    item: str
    supplier: str
    ordered: str
    price: str
    promised: int
    arrived: int | None
    received: str
    lot: str
    verdict: str


BOUGHT = [
    Bought("D-ST-12", "D-S-01", "6000", "5.15", -9, -9, "6000", "H261101", "released"),
    Bought("D-ST-12", "D-S-02", "4000", "4.95", -8, -6, "4000", "H261104", "rejected"),
    Bought("D-ST-30", "D-S-01", "3000", "4.62", -7, -7, "3000", "B261102", "released"),
    Bought("D-ST-30", "D-S-02", "2500", "4.40", -6, -4, "2500", "B261106", "concession"),
    Bought("D-HG-60", "D-S-03", "3000", "3.50", -5, -5, "3000", "HG-2611", "released"),
    Bought("D-SC-M6", "D-S-03", "80000", "0.0830", -4, -4, "80000", "", ""),
    Bought("D-PW-7035", "D-S-04", "600", "19.20", -3, -2, "600", "P2611", "released"),
    Bought("D-TB-40", "D-S-02", "5000", "12.40", -2, -1, "3000", "T261110", ""),
    Bought("D-LK-1", "D-S-03", "1500", "11.60", -1, -1, "1500", "LK-2611", ""),
    Bought("D-ST-40", "D-S-02", "2000", "4.38", -4, None, "0", "", ""),
    Bought("D-NT-M6", "D-S-03", "60000", "0.0400", 0, None, "0", "", ""),
    Bought("D-ST-12", "D-S-01", "5000", "5.20", 3, None, "0", "", ""),
    Bought("D-DG-1", "D-S-04", "200", "9.60", 6, None, "0", "", ""),
]

# What is asked and not promised: item, quantity, needed (days from today), reason, status, words
ASKED = [
    ("D-GL-20", "6000", 9, "shortage", "requested", "柜体订单用 / For the cabinets"),
    ("D-CTN-L", "900", 5, "minimum", "requested", ""),
    ("D-GR-125", "300", 12, "minimum", "approved", ""),
    ("D-GLV", "200", 15, "other", "rejected", "库存够两个月 / Enough for two months"),
]

# goods, who takes them, why, status
PASSES = [
    ("废钢 1,850 kg / Scrap steel 1,850 kg", "顺达回收 / Shunda Recycling, 苏E·K2207", "废料出售 / Scrap sold", "closed"),
    ("D-ST-12 H261104 4,000 kg", "华通钢管 / Huatong, 苏B·T5518", "来料不合格退货 / Rejected on arrival", "approved"),
    ("模具 M-014 一副 / Die M-014, 1 set", "精工模具 / Jinggong Tooling", "外修，下周回厂 / Repair, back next week", "requested"),
    ("样品柜 1 台 / Sample cabinet, 1", "王先生（客户）/ Mr Wang, customer", "无合同 / No contract yet", "rejected"),
]


SEEN = {
    LotStatus.RELEASED: "尺寸外观合格 / Size and surface fit",
    LotStatus.REJECTED: "板面锈蚀 / Rust",
    LotStatus.CONCESSION: "厚度下差，可用 / Thin, usable",
}


def make_buying() -> int:
    """Make it once; the number of receipt slips."""
    if Supplier.objects.filter(code__startswith="D-").exists():
        return 0
    return _Desk().work()


class _Desk:
    def __init__(self) -> None:
        self.today = plant_today()
        self.items = {item.code: item for item in Item.objects.filter(code__startswith="D-").select_related("unit")}
        people = Staff.objects.filter(user__isnull=False, staff_no__startswith="D-").select_related("user")
        self.people = {staff.user.username: staff for staff in people if staff.user}

    def work(self) -> int:
        self._suppliers()
        self._ask()
        slips = self._buy()
        self._passes()
        return slips

    def _at(self, days: int, hour: int) -> datetime:
        return at_plant(self.today + timedelta(days=days), time(hour, 20))

    def _suppliers(self) -> None:
        rows = [
            Supplier(code=code, name=name, name_zh=name_zh, contact=contact, phone=phone, is_blocked=is_blocked)
            for code, name, name_zh, contact, phone, is_blocked in SUPPLIERS
        ]
        self.suppliers = {row.code: row for row in Supplier.objects.bulk_create(rows)}
        SupplierDocument.objects.bulk_create(
            SupplierDocument(
                supplier=self.suppliers[code], title=title, valid_until=self.today + timedelta(days=days), added_by=self.people["buy"]
            )
            for code, title, days in PAPERS
        )

    def _requisition(self, item: str, quantity: str, needed_on: date, reason: str, status: str, note: str = "") -> Requisition:
        row = Requisition(item=self.items[item], quantity=Decimal(quantity), needed_on=needed_on, reason=reason, status=status)
        row.requested_by = self.people["plr" if reason == "shortage" else "stk"]
        if status != "requested":
            row.decided_by, row.decided_at = self.people["mgr"], min(self._at(-16, 14), at_plant(needed_on - timedelta(days=8), time(14)))
        row.note, row.decision_note = ("", note) if status == "rejected" else (note, "")
        row.number = next_number("REQ")
        return row

    def _ask(self) -> None:
        rows = [
            self._requisition(item, quantity, self.today + timedelta(days=days), reason, status, note)
            for item, quantity, days, reason, status, note in ASKED
        ]
        Requisition.objects.bulk_create(rows)

    def _date_back(self) -> None:
        """Asked for in the morning of the day it was decided."""
        decided = Requisition.objects.filter(requested_by__staff_no__startswith="D-", decided_at__isnull=False)
        decided.update(requested_at=F("decided_at") - timedelta(hours=5))

    def _buy(self) -> int:
        rows = []
        for line in BOUGHT:
            is_served = line.arrived is not None and line.received == line.ordered
            needed_on = self.today + timedelta(days=line.promised + 1)
            rows.append(self._requisition(line.item, line.ordered, needed_on, "minimum", "closed" if is_served else "approved"))
        Requisition.objects.bulk_create(rows)
        self._date_back()
        promises = []
        for row, line in zip(rows, BOUGHT, strict=True):
            promise = ExpectedReceipt(requisition=row, supplier=self.suppliers[line.supplier], made_by=self.people["buy"])
            promise.quantity, promise.unit_price, promise.received_qty = row.quantity, Decimal(line.price), Decimal(line.received)
            promise.promised_on = self.today + timedelta(days=line.promised)
            if line.arrived is not None and line.received == line.ordered:
                promise.status, promise.complete_on = ExpectedReceipt.Status.RECEIVED, self.today + timedelta(days=line.arrived)
            promise.number = next_number("PUR")
            promises.append(promise)
        ExpectedReceipt.objects.bulk_create(promises)
        decided = Requisition.objects.filter(pk=OuterRef("requisition_id")).values("decided_at")
        ExpectedReceipt.objects.filter(pk__in=[promise.pk for promise in promises]).update(made_at=Subquery(decided))
        moved = promises[-1]
        moved.refresh_from_db()
        later = moved.promised_on + timedelta(days=2)
        move_promise(expected=moved, promised_on=later, note="供应商停电检修 / The supplier's works stand still", by=self.people["buy"])
        return self._arrivals(promises)

    def _arrivals(self, promises: list[ExpectedReceipt]) -> int:
        outside = Place.objects.get(kind=PlaceKind.OUTSIDE, purpose=Purpose.SUPPLIER)
        bins = {place.code: place for place in Place.objects.filter(code__startswith="D-", kind=PlaceKind.BIN)}
        by_class = {place.item_class: place for place in sorted(bins.values(), key=lambda place: place.code, reverse=True)}
        slips, moves, decisions = [], [], []
        for promise, line in zip(promises, BOUGHT, strict=True):
            if line.arrived is None:
                continue
            item, on = self.items[line.item], self.today + timedelta(days=line.arrived)
            status = LotStatus(line.verdict or (LotStatus.TO_INSPECT if line.lot else LotStatus.RELEASED))
            good_until = on + timedelta(days=item.shelf_life_days) if item.shelf_life_days else None
            fresh = {"status": status, "received_on": on, "expires_on": good_until}
            lot, _made = Lot.objects.get_or_create(item=item, code=line.lot, defaults=fresh)
            target = {LotStatus.TO_INSPECT: bins["D-R-01"], LotStatus.REJECTED: bins["D-Q-01"]}.get(status, by_class[item.item_class])
            slip = Slip(kind=Slip.Kind.RECEIPT, business_date=on, posted_by=self.people["stk"], posted_at=self._at(line.arrived, 9))
            slips.append((slip, promise))
            move = StockMove(slip=slip, line=0, lot=lot, source=outside, target=target, quantity=promise.received_qty, business_date=on)
            moves.append(move)
            if line.verdict:
                decisions.append(LotDecision(lot=lot, status=status, note=SEEN[status], by=self._judge(status)))
        Slip.objects.bulk_create(slip for slip, _promise in slips)
        StockMove.objects.bulk_create(moves)
        Delivery.objects.bulk_create(
            Delivery(slip=slip, supplier=promise.supplier, expected=promise, delivery_note=f"DN-{1100 + number}")
            for number, (slip, promise) in enumerate(slips)
        )
        LotDecision.objects.bulk_create(decisions)
        stamp_numbers([slip for slip, _promise in slips], Slip.NUMBERED_AS[Slip.Kind.RECEIPT])
        return len(slips)

    def _judge(self, verdict: LotStatus) -> Staff:
        return self.people["mgr" if verdict == LotStatus.CONCESSION else "ins"]

    def _passes(self) -> None:
        rows = []
        for number, (goods, taken_by, reason, status) in enumerate(PASSES):
            row = GatePass(goods=goods, taken_by=taken_by, reason=reason, status=status, requested_by=self.people["stk"])
            if status != GatePass.Status.REQUESTED:
                row.decided_by, row.decided_at = self.people["mgr"], self._at(-1 - number, 15)
            if status == GatePass.Status.REJECTED:
                row.decision_note = "先签协议 / Sign the agreement first"
            if status == GatePass.Status.CLOSED:
                row.closed_by, row.closed_at = self.people["stk"], self._at(-1, 16)
            row.number = next_number("GP")
            rows.append(row)
        GatePass.objects.bulk_create(rows)
        GatePass.objects.filter(decided_at__isnull=False).update(requested_at=F("decided_at") - timedelta(hours=1))
