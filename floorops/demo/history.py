"""A year of work in the demo plant: orders and team daily reports, written in bulk."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, time, timedelta
from decimal import Decimal

from core.clock import PlantMonth, at_plant, plant_today
from floorops.demo import cast
from floorops.demo.draws import draw_for, present_people, working_days
from people.models import OrgNode, Shift, Staff
from plans.models import (
    DailyReport,
    DailyReportLine,
    DowntimeReason,
    Process,
    Product,
    ProductionOrder,
    StandardHours,
)

UNREPORTED_YESTERDAY = {"D-BND", "D-ASM-2"}


def make_orders(*, until: PlantMonth, months: int) -> int:
    """One order per product and workshop for every month, and drafts for the next one."""
    products = {product.code: product for product in Product.objects.filter(code__startswith="D-")}
    nodes = {node.code: node for node in OrgNode.objects.filter(code__startswith="D-")}
    planner = Staff.objects.filter(user__username="plr").first()
    workshops = {"D-PUNCH": "D-STA", "D-BEND": "D-STA", "D-WELD": "D-WEL", "D-ASSY": "D-ASM"}
    pairs = sorted({(product, workshops[process]) for product, process, *_rest in cast.STANDARDS})
    this_month = PlantMonth.of(plant_today())
    rows = []
    for offset in range(1 - months, 2):
        month = until.shifted(offset)
        for index, (product, workshop) in enumerate(pairs, 1):
            quantity = draw_for("order", month, product, workshop).randrange(12, 30) * 1000
            if month > this_month:
                status = ProductionOrder.Status.DRAFT
            elif month == this_month:
                status = ProductionOrder.Status.RELEASED
            else:
                status = ProductionOrder.Status.CLOSED
            rows.append(
                ProductionOrder(
                    number=f"D-MO-{month}-{index:02d}",
                    product=products[product],
                    quantity=Decimal(quantity),
                    workshop=nodes[workshop],
                    start_on=month.starts_on,
                    due_on=month.ends_on,
                    status=status,
                    made_by=planner,
                    released_by=None if status == ProductionOrder.Status.DRAFT else planner,
                    released_at=None if status == ProductionOrder.Status.DRAFT else at_plant(month.starts_on, time(7)),
                )
            )
    known = set(ProductionOrder.objects.filter(number__startswith="D-MO-").values_list("number", flat=True))
    return len(ProductionOrder.objects.bulk_create(row for row in rows if row.number not in known))


class _Standards:
    """Hours per unit of a product and process on a date."""

    def __init__(self) -> None:
        self.rows: dict[tuple[int, int | None], list[tuple[date, Decimal]]] = defaultdict(list)
        for row in StandardHours.objects.filter(product__code__startswith="D-").order_by("valid_from"):
            self.rows[row.product_id, row.process_id].append((row.valid_from, row.hours_per_unit))

    def on(self, product: Product, process: Process, day: date) -> Decimal:
        return [hours for since, hours in self.rows[product.pk, process.pk] if since <= day][-1]


def make_reports(first: date, last: date) -> int:
    """A report per team and working day: approved when older than two days, yesterday's still open, two of them not yet sent."""
    nodes = {node.code: node for node in OrgNode.objects.filter(code__startswith="D-")}
    shifts = {shift.code: shift for shift in Shift.objects.filter(code__startswith="D-")}
    known = set(DailyReport.objects.filter(team__code__startswith="D-").values_list("team__code", "business_date"))
    manager = Staff.objects.filter(user__username="mgr").first()
    leaders = {node.code: Staff.objects.filter(led_spans__node=node).first() for node in nodes.values() if node.kind == "team"}
    yesterday = plant_today() - timedelta(days=1)
    reports = []
    for day in working_days(first, last):
        for team, shift, *_rest in cast.TEAMS:
            if (team, day) in known or (day == yesterday and team in UNREPORTED_YESTERDAY):
                continue
            ended = shifts[shift].times.window(day)[1]
            reports.append(
                DailyReport(
                    business_date=day,
                    shift=shifts[shift],
                    team=nodes[team],
                    status=DailyReport.Status.SUBMITTED,
                    made_by=leaders[team],
                    submitted_by=leaders[team],
                    submitted_at=ended + timedelta(minutes=10),
                )
            )
    DailyReport.objects.bulk_create(reports, batch_size=1000)
    DailyReportLine.objects.bulk_create(_lines(reports), batch_size=1000)
    old = [report for report in reports if report.business_date < yesterday - timedelta(days=1)]
    for report in old:
        report.status = DailyReport.Status.APPROVED
        report.approved_by = manager
        assert report.submitted_at
        report.approved_at = report.submitted_at + timedelta(hours=15)
    DailyReport.objects.bulk_update(old, ["status", "approved_by", "approved_at"], batch_size=1000)
    return len(reports)


def _lines(reports: list[DailyReport]) -> list[DailyReportLine]:
    products = {product.code: product for product in Product.objects.filter(code__startswith="D-")}
    processes = {process.code: process for process in Process.objects.filter(code__startswith="D-")}
    orders = {
        (order.product.code, order.workshop.code, str(PlantMonth.of(order.due_on))): order
        for order in ProductionOrder.objects.filter(number__startswith="D-MO-").select_related("product", "workshop")
    }
    teams = {row[0]: row for row in cast.TEAMS}
    workshops = {code: parent for code, kind, parent, *_rest in cast.ORGANISATION if kind == "team" and parent}
    standards = _Standards()
    lines = []
    for report in reports:
        team, day = report.team.code, report.business_date
        _team, _shift, people, process, made, efficiency, scrap_rate = teams[team]
        draw = draw_for("report", team, day)
        present = present_people(team, day, people, draw)
        codes = made if len(made) > 1 and draw.random() < 0.6 else [made[draw.randrange(len(made))]]
        shares = [Decimal(1)] if len(codes) == 1 else [Decimal("0.625"), Decimal("0.375")]
        drift = 3 * ((day.toordinal() // 30) % 4 - 1.5) / 1.5
        stood = Decimal(draw.choice([0, 0, 0, 0, 0, 2, 3, 4, 6, 8])) / 4
        for code, share in zip(codes, shares, strict=True):
            hours = present * 8 * share
            excused = (stood * share * present / 2).quantize(Decimal("0.5")) if stood else Decimal(0)
            standard = standards.on(products[code], processes[process], day)
            capacity = float(hours / standard)
            planned = int(capacity * (efficiency + 1) / 100)
            good = int(float((hours - excused) / standard) * (efficiency + drift + draw.gauss(0, 3)) / 100)
            scrap = int(good * max(draw.gauss(scrap_rate, scrap_rate / 2), 0) / 100)
            rework = int(good * max(draw.gauss(1.2, 0.6), 0) / 100)
            lines.append(
                DailyReportLine(
                    report=report,
                    order=orders.get((code, workshops[team], str(PlantMonth.of(day)))),
                    product=products[code],
                    process=processes[process],
                    planned_qty=planned,
                    good_qty=good,
                    rework_qty=rework,
                    scrap_qty=scrap,
                    recovered_qty=int(rework * draw.random()),
                    produced_qty=good + rework + scrap,
                    headcount=present * share,
                    attended_hours=hours,
                    productive_hours=hours - excused,
                    excused_loss_hours=excused,
                    downtime_hours=stood * share,
                    downtime_reason=draw.choice(DowntimeReason.values) if stood else "",
                )
            )
    return lines
