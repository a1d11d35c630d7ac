"""What orders used against what they should have: reported use, net issue and standard side by side (MAT-03, MAT-04)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from core.models import Unit
from core.models.names import in_language
from core.plant_settings import plant_setting
from core.quantities import percent
from materials import rates
from materials.models import Item, MaterialUse, QuotaLine, QuotaSubstitute, UseCheck
from materials.selectors.explosion import rounded_up
from people.access import Access
from plans.models import DailyReport, DailyReportLine, ProductionOrder
from plans.selectors.orders import orders_seen, progress_of

ZERO = Decimal(0)
# What a report line made, what it says was used (a substitute by its factor), and the standard for an output: also read by the month.
OUTPUT = "l.good_qty + l.recovered_qty"
COUNTED_USE = "round(x.quantity * COALESCE(f.factor, 1), 6)"
USES_OF_LINE = """materials_materialuse x
                LEFT JOIN materials_quotasubstitute f ON f.quota_line_id = q.id AND f.item_id = x.item_id
                WHERE x.line_id = l.id AND (x.item_id = q.item_id OR f.id IS NOT NULL)"""
# The same as ``UseRow.standard_for``, for sums in Postgres.
STANDARD_FOR = (
    "CASE WHEN {output} > 0 THEN ceil(({output} * s.per_unit + s.fixed) * 10::numeric ^ u.decimals) / 10::numeric ^ u.decimals ELSE 0 END"
)
# ruff: noqa: S608 -- every piece is a constant of ours
# Use that is reported of a substitute counts by its factor, as its issue does. Output is that of the lines which report use of the item;
# where several processes do, of the one that is furthest, since each piece passes all of them.
LINES = f"""
    SELECT q.order_id, q.id, i.code, i.name, i.name_zh, u.id, u.code, u.decimals, i.standard_cost, q.quota, q.supplement,
           q.issued - q.returned_good - q.returned_incoming_defect,
           q.issued - q.returned_good - q.returned_incoming_defect - q.returned_operation_defect,
           s.per_unit, s.fixed, COALESCE(m.used, 0), COALESCE(m.reports, 0), COALESCE(o.output, 0)
    FROM materials_quotaline q
    JOIN materials_item i ON i.id = q.item_id JOIN core_unit u ON u.id = i.unit_id
    LEFT JOIN materials_quotastandard s ON s.quota_line_id = q.id
    LEFT JOIN LATERAL (
        SELECT sum({COUNTED_USE}) AS used, count(*) AS reports
        FROM plans_dailyreportline l
        JOIN plans_dailyreport r ON r.id = l.report_id AND r.status IN ('submitted', 'approved')
        JOIN materials_materialuse x ON x.line_id = l.id
        LEFT JOIN materials_quotasubstitute f ON f.quota_line_id = q.id AND f.item_id = x.item_id
        WHERE l.order_id = q.order_id AND (x.item_id = q.item_id OR f.id IS NOT NULL)
    ) m ON true
    LEFT JOIN LATERAL (
        SELECT max(done) AS output FROM (
            SELECT sum({OUTPUT}) AS done
            FROM plans_dailyreportline l
            JOIN plans_dailyreport r ON r.id = l.report_id AND r.status IN ('submitted', 'approved')
            WHERE l.order_id = q.order_id AND EXISTS (
                SELECT 1 FROM {USES_OF_LINE})
            GROUP BY l.process_id
        ) step
    ) o ON true
    WHERE q.order_id = ANY(%s) ORDER BY q.id
"""


@dataclass(frozen=True)
class UseRow:
    """One item of an order, in its unit. ``standard`` is for the ``output`` that reported use, ``None`` where the order was released
    without one; ``made`` is what is finished altogether. ``drawn`` is what the quota counts, ``net_issued`` what no return brought back.
    """

    order_id: int
    line_id: int
    item: str
    name: str
    name_zh: str
    unit: Unit
    made: Decimal
    check: UseCheck | None
    cost: Decimal | None
    quota: Decimal
    supplement: Decimal
    drawn: Decimal
    net_issued: Decimal
    per_unit: Decimal | None
    fixed: Decimal | None
    used: Decimal
    reports: int
    output: Decimal

    @property
    def label(self) -> str:
        return in_language(self.name, self.name_zh)

    @property
    def standard(self) -> Decimal | None:
        return self.standard_for(self.output)

    def standard_for(self, output: Decimal) -> Decimal | None:
        """``output × per unit + set-up loss``, rounded up as the quota is; nothing before there is any output."""
        if self.per_unit is None or self.fixed is None:
            return None
        return rounded_up(output * self.per_unit + self.fixed, self.unit) if output else ZERO

    @property
    def difference(self) -> Decimal | None:
        """Reported use above (below 0: under) the standard."""
        return None if self.standard is None or not self.reports else self.used - self.standard

    @property
    def percent(self) -> Decimal | None:
        return rates.usage_variance(self.used, self.standard) if self.reports else None

    @property
    def not_reported(self) -> Decimal:
        """Drawn and not brought back, and no daily report says where it went; some of it may lie at the line."""
        return self.net_issued - self.used

    @property
    def value(self) -> Decimal | None:
        """What the difference costs."""
        return None if self.cost is None or self.difference is None else self.cost * self.difference

    @property
    def is_over(self) -> bool:
        """Beyond the plant's limit, above or below."""
        return self.percent is not None and abs(self.percent) > plant_setting("deviation_limit_pct")

    @property
    def is_checked(self) -> bool:
        """Somebody checked just these figures."""
        kept = self.check
        return kept is not None and (kept.output, kept.used, kept.net_issued) == (self.output, self.used, self.net_issued)


def use_rows(orders: Iterable[ProductionOrder]) -> dict[int, list[UseRow]]:
    """By order, in the order of the bill; four statements however many orders and items."""
    progress = progress_of(orders)
    with connection.cursor() as cursor:
        cursor.execute(LINES, [list(progress)])
        found = cursor.fetchall()
    latest = UseCheck.objects.filter(quota_line__in=[row[1] for row in found]).order_by("quota_line_id", "-pk").distinct("quota_line_id")
    checks = {check.quota_line_id: check for check in latest.select_related("by")}
    rows: dict[int, list[UseRow]] = {order: [] for order in progress}
    for order, line, item, name, name_zh, unit_id, unit, decimals, *figures in found:
        counted = Unit(pk=unit_id, code=unit, decimals=decimals)
        rows[order].append(UseRow(order, line, item, name, name_zh, counted, progress[order].good, checks.get(line), *figures))
    return rows


HOURS_AND_SCRAP = """
    SELECT l.order_id,
        COALESCE(sum(h.hours * (l.good_qty + l.recovered_qty)), 0),
        COALESCE(sum(l.attended_hours - l.excused_loss_hours) FILTER (WHERE h.hours IS NOT NULL), 0),
        sum(l.scrap_qty), sum(l.good_qty + l.rework_qty + l.scrap_qty)
    FROM plans_dailyreportline l
    JOIN plans_dailyreport r ON r.id = l.report_id AND r.status IN ('submitted', 'approved')
    LEFT JOIN LATERAL (
        SELECT COALESCE(
            (SELECT sum(hours_per_unit) FROM (
                SELECT DISTINCT ON (s.part) s.hours_per_unit FROM plans_standardhours s
                WHERE s.product_id = l.product_id AND s.process_id = l.process_id AND s.valid_from <= r.business_date
                ORDER BY s.part, s.valid_from DESC) own),
            (SELECT sum(hours_per_unit) FROM (
                SELECT DISTINCT ON (s.part) s.hours_per_unit FROM plans_standardhours s
                WHERE s.product_id = l.product_id AND s.process_id IS NULL AND s.valid_from <= r.business_date
                ORDER BY s.part, s.valid_from DESC) whole)
        ) AS hours
    ) h ON true
    WHERE l.order_id = ANY(%s) GROUP BY l.order_id
"""


@dataclass(frozen=True)
class WorkFigures:
    """Person-hours of an order against the standard of what it made, and its scrap; lines without a standard leave both sides out."""

    standard_hours: Decimal = ZERO
    actual_hours: Decimal = ZERO
    scrap: Decimal = ZERO
    produced: Decimal = ZERO

    @property
    def hours_percent(self) -> Decimal | None:
        return rates.usage_variance(self.actual_hours, self.standard_hours)

    @property
    def scrap_percent(self) -> Decimal | None:
        return percent(self.scrap, self.produced)


def work_figures(orders: Iterable[ProductionOrder]) -> dict[int, WorkFigures]:
    """By order, one statement."""
    wanted = [order.pk for order in orders]
    with connection.cursor() as cursor:
        cursor.execute(HOURS_AND_SCRAP, [wanted])
        found = {row[0]: WorkFigures(*row[1:]) for row in cursor.fetchall()}
    return {pk: found.get(pk, WorkFigures()) for pk in wanted}


def orders_with_use(access: Access, *, since: date) -> QuerySet[ProductionOrder]:
    """Orders in scope of which a submitted report of that day or later says what was used."""
    uses = MaterialUse.objects.filter(
        line__order=OuterRef("pk"),
        line__report__business_date__gte=since,
        line__report__status__in=(DailyReport.Status.SUBMITTED, DailyReport.Status.APPROVED),
    )
    return orders_seen(access).filter(Exists(uses))


@dataclass(frozen=True)
class OrderItem:
    """What an order knows of an item it may use, in the item's unit: what it holds, the most it can have used, and the standard.

    ``most`` is all that it ever drew, or may draw where that is more: a slip may follow the report, and the close explains the rest.
    """

    line: QuotaLine
    item: Item
    factor: Decimal
    per_unit: Decimal | None
    fixed: Decimal | None

    @property
    def held(self) -> Decimal:
        line = self.line
        returned = line.returned_good + line.returned_incoming_defect + line.returned_operation_defect
        return rounded_up((line.issued - returned) / self.factor, self.item.unit)

    @property
    def most(self) -> Decimal:
        line = self.line
        return rounded_up(max(line.issued, line.quota + line.supplement) / self.factor, self.item.unit)

    def standard_for(self, output: Decimal) -> Decimal | None:
        """As ``UseRow.standard_for``, in units of this item."""
        if self.per_unit is None or self.fixed is None:
            return None
        return rounded_up((output * self.per_unit + self.fixed) / self.factor, self.item.unit) if output else ZERO


def items_of_orders(orders: Iterable[int]) -> dict[tuple[int, int], OrderItem]:
    """By order and item; an item that stands in on several lines counts on the one that lets it be used most. Two statements."""
    wanted = set(orders)
    found: dict[tuple[int, int], OrderItem] = {}

    def add(line: QuotaLine, item: Item, factor: Decimal) -> None:
        standard = getattr(line, "standard", None)
        fresh = OrderItem(line, item, factor, standard and standard.per_unit, standard and standard.fixed)
        known = found.get((line.order_id, item.pk))
        if known is None or (known.line.item_id != item.pk and known.most < fresh.most):
            found[line.order_id, item.pk] = fresh

    for line in QuotaLine.objects.filter(order__in=wanted).select_related("item__unit", "standard").order_by("pk"):
        add(line, line.item, Decimal(1))
    others = QuotaSubstitute.objects.filter(quota_line__order__in=wanted).select_related("item__unit", "quota_line__standard")
    for other in others.order_by("pk"):
        add(other.quota_line, other.item, other.factor)
    return found


@dataclass(frozen=True)
class UseLine:
    """A line of a daily report with what its order may use, in each item's unit (``None``: nothing said), and what is known of it."""

    line: DailyReportLine
    items: list[tuple[Item, Decimal | None]]
    known: dict[int, OrderItem]


def use_lines_of(report: DailyReport) -> list[UseLine]:
    """The lines of a report that belong to orders with a quota; four statements however many lines and items."""
    lines = list(report.lines.filter(order__isnull=False).select_related("order", "product__unit", "process").order_by("pk"))
    orders = {line.order_id for line in lines}
    said = {(use.line_id, use.item_id): use.quantity for use in MaterialUse.objects.filter(line__in=lines).order_by("pk")}
    items: dict[int, dict[int, OrderItem]] = {}
    for (order, item), known in items_of_orders(order for order in orders if order).items():
        items.setdefault(order, {})[item] = known
    found = []
    for line in lines:
        of_order = items.get(line.order_id or 0, {})
        if of_order:
            found.append(UseLine(line, [(known.item, said.get((line.pk, pk))) for pk, known in of_order.items()], of_order))
    return found


def output_of(line: DailyReportLine) -> Decimal:
    """What a report line made, as the standard counts it."""
    return line.good_qty + line.recovered_qty


def uses_of(reports: Iterable[DailyReport]) -> dict[int, list[MaterialUse]]:
    """What reports say was used, by report; one statement."""
    found: dict[int, list[MaterialUse]] = {}
    uses = MaterialUse.objects.filter(line__report__in=[report.pk for report in reports])
    for use in uses.select_related("item__unit", "line__order").order_by("line", "item__code"):
        found.setdefault(use.line.report_id, []).append(use)
    return found
