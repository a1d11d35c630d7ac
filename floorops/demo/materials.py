"""The demo plant's store: items, bills, opening stock, quotas of the released orders and the slips of the last ten days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, Decimal

from django.utils import timezone

from core.clock import at_plant, plant_today
from core.models import Unit
from core.services import stamp_numbers
from floorops.demo import store_cast
from floorops.demo.draws import draw_for, working_days
from materials.models import (
    Bom,
    BomLine,
    BomSubstitute,
    Item,
    Lot,
    LotStatus,
    MaterialUse,
    Place,
    PlaceKind,
    Purpose,
    QuotaLine,
    ReturnType,
    Slip,
    StockMove,
    Supplement,
)
from materials.selectors.consumption import use_rows
from materials.services import (
    approve_supplement,
    check_use,
    file_quota_report,
    file_waste_report,
    freeze_quota,
    lapse_supplements,
    reject_supplement,
    request_supplement,
)
from people.models import OrgNode, Staff
from plans.models import DailyReportLine, Process, Product, ProductionOrder

FIRST_DAY = date(2014, 1, 1)
DAYS, SLIPS_A_DAY, LINES_A_SLIP = 10, 3, 4
SHARE_A_SLIP = Decimal("0.035")
MOST_AHEAD = Decimal("0.8")
HUNDRED = Decimal(100)


def make_materials(last: date) -> int:
    """Make what is missing of the store, and the slips of the ten days up to ``last`` where there are none. The number of slips."""
    _make_places()
    _make_items()
    _make_boms()
    orders = [order for order in _released() if freeze_quota(order=order, by=None)]
    if Slip.objects.filter(moves__lot__item__code__startswith="D-").exists():
        return 0
    return _Counter(orders, last).work()


def _make_places() -> None:
    known = set(Place.objects.filter(code__startswith="D-").values_list("code", flat=True))
    kept = {place.code: place for place in Place.objects.filter(code__startswith="D-")}
    for code, kind, parent, purpose, item_class, name, name_zh in store_cast.PLACES:
        if code not in known:
            place = Place(code=code, kind=kind, purpose=purpose, item_class=item_class, name=name, name_zh=name_zh)
            place.parent = kept[parent] if parent else None
            place.save(force_insert=True)
            kept[code] = place


def _make_items() -> None:
    units = {unit.code: unit for unit in Unit.objects.all()}
    products = {product.code: product for product in Product.objects.filter(code__startswith="D-")}
    rows = []
    for code, name, name_zh, spec, grade, unit, item_class, cost, least, by_lot, inspected, life, product in store_cast.ITEMS:
        item = Item(code=code, name=name, name_zh=name_zh, spec=spec, grade=grade, unit=units[unit], item_class=item_class)
        item.standard_cost, item.min_stock = Decimal(cost), Decimal(least) if least else None
        item.lot_tracked, item.inspect_on_receipt, item.shelf_life_days = by_lot, inspected, life
        item.product = products[product] if product else None
        rows.append(item)
    Item.objects.bulk_create(rows, ignore_conflicts=True)


def _make_boms() -> None:
    """One approved version per product, drafted by the engineer and approved by the manager."""
    products = {product.code: product for product in Product.objects.filter(code__startswith="D-")}
    missing = {line[0] for line in store_cast.BOMS} - set(Bom.objects.values_list("product__code", flat=True))
    if not missing:
        return
    people = {
        staff.user.username: staff for staff in Staff.objects.filter(user__username__in=["eng", "mgr"]).select_related("user") if staff.user
    }
    boms = {
        code: Bom(product=products[code], version_code="A", valid_from=FIRST_DAY, made_by=people.get("eng")) for code in sorted(missing)
    }
    Bom.objects.bulk_create(boms.values())
    items = {item.code: item for item in Item.objects.filter(code__startswith="D-")}
    processes = {process.code: process for process in Process.objects.filter(code__startswith="D-")}
    lines = {}
    for product, item, process, quantity, loss, setup in store_cast.BOMS:
        if product in missing:
            line = BomLine(bom=boms[product], item=items[item], process=processes[process] if process else None)
            line.qty_per_unit, line.loss_percent, line.setup_loss_qty = Decimal(quantity), Decimal(loss), Decimal(setup)
            lines[product, item] = line
    BomLine.objects.bulk_create(lines.values())
    BomSubstitute.objects.bulk_create(
        BomSubstitute(line=lines[product, item], item=items[other], factor=Decimal(factor))
        for product, item, other, factor in store_cast.SUBSTITUTES
        if product in missing
    )
    Bom.objects.filter(pk__in=[bom.pk for bom in boms.values()]).update(
        status=Bom.Status.APPROVED, approved_by=people.get("mgr"), approved_at=timezone.now()
    )


def _released() -> list[ProductionOrder]:
    rows = ProductionOrder.objects.filter(number__startswith="D-MO-", status=ProductionOrder.Status.RELEASED)
    return list(rows.select_related("product__unit", "workshop", "team").order_by("number"))


@dataclass
class _Stock:
    """So much of one lot in one bin, as the slips take from it."""

    lot: Lot
    bin: Place
    left: Decimal
    is_issuable: bool


@dataclass
class _Sheet:
    """A slip on its way, with its moves; all slips of a stage are written together."""

    slip: Slip
    moves: list[StockMove] = field(default_factory=list)


class _Counter:
    """The store's counter for ten days: everything is decided here first and written in a few statements."""

    def __init__(self, orders: list[ProductionOrder], last: date) -> None:
        self.orders, self.last = orders, last
        self.days = working_days(last - timedelta(days=DAYS - 1), last)
        self.items = {item.code: item for item in Item.objects.filter(code__startswith="D-").select_related("unit")}
        self.bins = {place.code: place for place in Place.objects.filter(code__startswith="D-", kind=PlaceKind.BIN)}
        self.outside = Place.objects.get(purpose=Purpose.ADJUSTMENT, kind=PlaceKind.OUTSIDE)
        self.lines: dict[int, list[QuotaLine]] = defaultdict(list)
        for line in QuotaLine.objects.filter(order__in=orders).select_related("item__unit").order_by("pk"):
            self.lines[line.order_id].append(line)
        self.places = {place.order_id: place for place in Place.objects.filter(order__in=orders)}
        self.stock: dict[int, list[_Stock]] = defaultdict(list)
        self.left = {line.pk: line.quota for lines in self.lines.values() for line in lines}
        self.taken: dict[int, list[tuple[_Stock, Decimal]]] = defaultdict(list)
        people = Staff.objects.filter(user__isnull=False, staff_no__startswith="D-").select_related("user")
        self.by_role = {staff.user.username: staff for staff in people if staff.user}
        self.receivers = self._receivers()

    def work(self) -> int:
        ahead = self._drawn_ahead()
        self._open(ahead)
        written = self._write(self._first_issues(ahead) + self._issues())
        self._ask_for_more()
        written += self._write(self._draw_supplement() + self._returns() + self._waiting())
        self._report_use()
        return written + 1

    def _receivers(self) -> dict[int, list[Staff]]:
        """The people of each workshop's day teams, leaders first."""
        found: dict[int, list[Staff]] = defaultdict(list)
        for staff in Staff.objects.filter(staff_no__startswith="D-", org__kind="team").select_related("org").order_by("staff_no"):
            workshop = WORKSHOPS.get(staff.org.code if staff.org else "")
            if workshop:
                found[self._node(workshop)].append(staff)
        return found

    def _node(self, code: str) -> int:
        if not hasattr(self, "_nodes"):
            self._nodes = dict(OrgNode.objects.filter(code__startswith="D-").values_list("code", "pk"))
        return self._nodes[code]

    def _drawn_ahead(self) -> dict[int, Decimal]:
        """By quota line, what the first slip of its order brings: with the later ones about what its output takes."""
        ahead: dict[int, Decimal] = {}
        rows = {row.line_id: row for found in use_rows(self.orders).values() for row in found}
        made: dict[int, dict[int | None, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for reported in DailyReportLine.objects.filter(order__in=self.orders, report__status__in=("submitted", "approved")):
            made[reported.order_id or 0][reported.process_id] += reported.good_qty + reported.recovered_qty
        later: dict[int, int] = defaultdict(int)
        for number in range(len(self.days) * SLIPS_A_DAY if self.orders else 0):
            for line in self._lines_of_turn(number):
                later[line.pk] += 1
        for order in self.orders:
            output = max(made[order.pk].values(), default=Decimal(0))
            for line in self.lines[order.pk]:
                standard = rows[line.pk].standard_for(output) or Decimal(0)
                share = Decimal(draw_for("ahead", order.number, line.item.code).randrange(98, 109)) / HUNDRED
                wanted = standard * share - line.quota * SHARE_A_SLIP * later[line.pk]
                ahead[line.pk] = _fitted(max(min(wanted, line.quota * MOST_AHEAD), Decimal(0)), line)
        return ahead

    def _lines_of_turn(self, number: int) -> list[QuotaLine]:
        """What the slip of that number brings."""
        return self.lines[self.orders[number % len(self.orders)].pk][number % SLIPS_A_DAY % 2 :][:LINES_A_SLIP]

    def _first_issues(self, ahead: dict[int, Decimal]) -> list[_Sheet]:
        """What each order had drawn for its first days, on one slip."""
        if not self.days:
            return []
        sheets = []
        for number, order in enumerate(self.orders):
            wanted = [(line, ahead[line.pk]) for line in self.lines[order.pk] if ahead[line.pk]]
            sheets.append(self._issue(order, at_plant(self.days[0], time(7, 30 + number % 30)), wanted))
        return [sheet for sheet in sheets if sheet.moves]

    def _open(self, ahead: dict[int, Decimal]) -> None:
        """Opening stock, as a file would bring it the day before the first slip; what is drawn ahead lies in each item's first bin."""
        on = (self.days[0] if self.days else self.last) - timedelta(days=1)
        asked: dict[int, Decimal] = defaultdict(Decimal)
        first: dict[int, Decimal] = defaultdict(Decimal)
        for lines in self.lines.values():
            for line in lines:
                asked[line.item_id] += line.quota
                first[line.item_id] += ahead[line.pk]
        rows = []
        for row in store_cast.OPENING:
            pk = self.items[row[0]].pk
            rows.append((*row[:3], (_whole(asked[pk] * row[3] / HUNDRED) or HUNDRED) + first.pop(pk, Decimal(0)), row[4]))
        rows += [(*row[:3], Decimal(row[3]), row[4]) for row in store_cast.OPENING_BESIDE]
        lots: dict[tuple[str, str], Lot] = {}
        for item, _bin, code, _quantity, life in rows:
            expires_on = None if life is None else plant_today() + timedelta(days=life)
            lots.setdefault((item, code), Lot(item=self.items[item], code=code, received_on=on - timedelta(days=20), expires_on=expires_on))
        Lot.objects.bulk_create(lots.values())
        sheet = _Sheet(Slip(kind=Slip.Kind.OPENING, business_date=on, posted_by=self.by_role.get("stk"), posted_at=at_plant(on, time(7))))
        for item, place, code, quantity, _life in rows:
            lot, where = lots[item, code], self.bins[place]
            sheet.moves.append(StockMove(lot=lot, source=self.outside, target=where, quantity=quantity))
            good = lot.expires_on is None or lot.expires_on >= plant_today()
            issuable = where.purpose in (Purpose.STOCK, Purpose.LINE_SIDE) and lot.status == LotStatus.RELEASED and good
            self.stock[lot.item_id].append(_Stock(lot, where, quantity, issuable))
        for standing in self.stock.values():
            standing.sort(key=lambda row: (row.lot.expires_on or date.max, row.lot.pk, row.bin.code))
        self._write([sheet])

    def _issues(self) -> list[_Sheet]:
        """Three slips a day over all orders, a few lines each; the punching oil of one order is drawn to the last drop."""
        sheets = []
        for number, day in enumerate(self.days):
            for turn in range(SLIPS_A_DAY if self.orders else 0):
                order = self.orders[(number * SLIPS_A_DAY + turn) % len(self.orders)]
                draw = draw_for("slip", order.number, day)
                lines = self._lines_of_turn(number * SLIPS_A_DAY + turn)
                wanted = [(line, _fitted(line.quota * SHARE_A_SLIP * draw.randrange(6, 14) / 10, line)) for line in lines]
                sheets.append(self._issue(order, at_plant(day, time(8 + 3 * turn, draw.randrange(60))), wanted))
        drained = next((found for found in self._asked_for() if found[3] == "drawn"), None)
        if drained is not None and self.days:
            order, line = drained[0], drained[1]
            sheets.append(self._issue(order, at_plant(self.days[-1], time(14, 5)), [(line, self.left[line.pk])]))
        return [sheet for sheet in sheets if sheet.moves]

    def _issue(self, order: ProductionOrder, at: datetime, wanted: Iterable[tuple[QuotaLine, Decimal]]) -> _Sheet:
        receivers = self.receivers[order.workshop_id]
        receiver = receivers[draw_for("receiver", order.number, at).randrange(min(len(receivers), 6))]
        slip = Slip(kind=Slip.Kind.ISSUE, order=order, business_date=at.date(), receiver=receiver, posted_by=self.by_role.get("stk"))
        slip.posted_at, slip.confirmed_at = at, at + timedelta(minutes=6)
        sheet = _Sheet(slip)
        for line, quantity in wanted:
            quantity = min(quantity, self.left[line.pk])
            for standing in self.stock[line.item_id]:
                taken = min(quantity, standing.left) if standing.is_issuable else Decimal(0)
                if taken > 0:
                    standing.left -= taken
                    quantity -= taken
                    self.left[line.pk] -= taken
                    self.taken[line.pk].append((standing, taken))
                    sheet.moves.append(
                        StockMove(lot=standing.lot, source=standing.bin, target=self.places[order.pk], quantity=taken, quota_line=line)
                    )
        return sheet

    def _asked_for(self) -> list[tuple[ProductionOrder, QuotaLine, Decimal, str, str, str]]:
        """The supplements of the cast, each with the order and line it is asked on."""
        found = []
        by_key = {(order.product.code, order.workshop.code): order for order in self.orders}
        for product, workshop, item, share, reason, note, fate in store_cast.SUPPLEMENTS:
            order = by_key.get((product, workshop))
            line = next((line for line in self.lines[order.pk] if line.item.code == item), None) if order else None
            if order and line:
                found.append((order, line, _fitted(line.quota * share / HUNDRED, line), fate, reason, note))
        return found

    def _ask_for_more(self) -> None:
        """Supplements in every state, asked and decided through the same doors as on the page."""
        leader, manager = self.by_role["tld"], self.by_role["mgr"]
        yesterday = self.days[-1] if self.days else self.last
        for number, (order, line, quantity, fate, reason, note) in enumerate(self._asked_for()):
            asked = request_supplement(order=order, item=line.item, quantity=quantity, reason=reason, note=note, by=leader)
            at = at_plant(yesterday, time(14, 10 + 4 * number))
            if fate == "rejected":
                reject_supplement(supplement=asked, note="先查清原因 / Find the cause first", by=manager)
            elif fate != "requested":
                approve_supplement(supplement=asked, by=manager, is_above_first_tier_allowed=True)
            kept = Supplement.objects.filter(pk=asked.pk)
            if fate == "lapsed":
                kept.update(expires_on=plant_today() - timedelta(days=1))
            if fate == "drawn":
                self.left[line.pk] += quantity
            if fate == "requested":
                kept.update(requested_at=at)
            else:
                kept.update(requested_at=at, decided_at=at + timedelta(minutes=35))
        lapse_supplements(on=plant_today())

    def _draw_supplement(self) -> list[_Sheet]:
        drawn = next((found for found in self._asked_for() if found[3] == "drawn"), None)
        if drawn is None or not self.days:
            return []
        order, line, quantity = drawn[:3]
        return [self._issue(order, at_plant(self.days[-1], time(15, 20)), [(line, _fitted(quantity / 2, line))])]

    def _returns(self) -> list[_Sheet]:
        """One return of each type, of what earlier slips brought."""
        sheets = []
        for number, kind in enumerate(ReturnType):
            order = self.orders[number % len(self.orders)] if self.orders and self.days else None
            line = next((line for line in self.lines[order.pk] if self.taken[line.pk]), None) if order else None
            if order is None or line is None:
                continue
            standing, brought = self.taken[line.pk][-1]
            at = at_plant(self.days[-1 - number % len(self.days)], time(16, 10 + number))
            slip = Slip(kind=Slip.Kind.RETURN, order=order, return_type=kind, business_date=at.date(), posted_by=self.by_role.get("stk"))
            slip.receiver, slip.posted_at, slip.confirmed_at = self.receivers[order.workshop_id][0], at, at + timedelta(minutes=4)
            target = standing.bin if kind == ReturnType.GOOD else self.bins["D-Q-01"]
            move = StockMove(lot=standing.lot, source=self.places[order.pk], target=target, quantity=_fitted(brought / 5, line))
            move.quota_line, move.return_type = line, kind
            sheets.append(_Sheet(slip, [move]))
        return sheets

    def _waiting(self) -> list[_Sheet]:
        """One slip that the press operator has not confirmed yet."""
        order = next((order for order in self.orders if order.workshop.code == "D-STA"), None)
        if order is None or not self.days:
            return []
        sheet = self._issue(
            order, at_plant(self.days[-1], time(16, 40)), [(line, _fitted(line.quota / 200, line)) for line in self.lines[order.pk]]
        )
        sheet.slip.receiver, sheet.slip.confirmed_at = self.by_role["opr"], None
        sheet.slip.status = Slip.Status.AWAITING_RECEIVER
        return [sheet] if sheet.moves else []

    def _write(self, sheets: list[_Sheet]) -> int:
        """Slips, moves and numbers of a stage, in the order of their times."""
        sheets = sorted(sheets, key=lambda sheet: sheet.slip.posted_at)
        Slip.objects.bulk_create(sheet.slip for sheet in sheets)
        for sheet in sheets:
            for number, move in enumerate(sheet.moves):
                move.slip, move.line, move.business_date = sheet.slip, number, sheet.slip.business_date
        StockMove.objects.bulk_create(move for sheet in sheets for move in sheet.moves)
        for kind, name in Slip.NUMBERED_AS.items():
            stamp_numbers([sheet.slip for sheet in sheets if sheet.slip.kind == kind], name)
        return len(sheets)

    def _report_use(self) -> None:
        """What the reports that are not approved yet say was used; one difference is checked, one quota found too high."""
        lines = DailyReportLine.objects.filter(report__status="submitted", order__in=self.orders, process__isnull=False)
        per_unit = {
            (line.bom.product_id, line.process_id): line
            for line in BomLine.objects.filter(bom__product__code__startswith="D-", process__isnull=False)
            .select_related("item__unit", "bom")
            .order_by("-pk")
        }
        uses = []
        for line in lines.select_related("report__team").order_by("pk"):
            asked = per_unit.get((line.product_id, line.process_id or 0))
            if asked is not None and line.good_qty:
                share = 1 + Decimal(draw_for("use", line.report.team.code, line.report.business_date).randrange(-10, 60)) / 1000
                exact = line.good_qty * asked.qty_per_unit * (1 + asked.loss_percent / HUNDRED) * share
                uses.append(MaterialUse(line=line, item=asked.item, quantity=_up(exact, asked.item)))
        MaterialUse.objects.bulk_create(uses)
        rows = use_rows(self.orders)
        for order in self.orders:
            row = next((row for row in rows[order.pk] if row.reports and order.workshop.code == "D-STA"), None)
            if row is not None:
                check_use(order=order, item=self.items[row.item], reason="废料多于标准 / More offcut than planned", by=self.by_role["wsm"])
                break
        steel = BomLine.objects.filter(item__code="D-ST-30", bom__status=Bom.Status.APPROVED).select_related("bom", "item").first()
        team, leader = OrgNode.objects.get(code="D-STA-1"), self.by_role["tld"]
        if steel is not None:
            words = "新排样后每件少用 / Less per piece since the new nesting"
            file_quota_report(bom_line=steel, proposed=Decimal("0.131"), evidence=words, node=team, by=leader)
        words = "卷料头尾未利用 / Ends of the sheets thrown away"
        file_waste_report(item=self.items["D-ST-40"], quantity=Decimal("36.5"), evidence=words, node=team, by=leader)


WORKSHOPS = {"D-STA-1": "D-STA", "D-STA-2": "D-STA", "D-BND": "D-STA", "D-WEL-1": "D-WEL", "D-ASM-1": "D-ASM", "D-ASM-2": "D-ASM"}


def _up(exact: Decimal, item: Item) -> Decimal:
    return exact.quantize(Decimal(1).scaleb(-item.unit.decimals), ROUND_CEILING)


def _fitted(exact: Decimal, line: QuotaLine) -> Decimal:
    return _up(exact, line.item)


def _whole(quantity: Decimal) -> Decimal:
    """To the next ten, as stock was counted."""
    return (quantity / 10).quantize(Decimal(1), ROUND_CEILING) * 10
