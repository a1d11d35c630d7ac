"""The table of team daily reports: one row per line of a report."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.clock import plant_today
from core.errors import RuleBroken, Unknown
from core.quantities import plain
from core.tables import Choice, Column, Day, Loader, LoadRow, Number, Ref, TableKind, Text
from core.tables.loaders import copy_in, rewrite
from people.models import OrgKind
from people.standing import Standing
from plans.errors.daily_reports import DateAhead, OrderElsewhere
from plans.models import DailyReport, DailyReportLine, DowntimeReason, DowntimeStop, ProductionOrder
from plans.models.daily_reports import HOURS_DECIMALS, HOURS_DIGITS
from plans.selectors.orders import orders_seen
from plans.services.daily_reports import takes_orders_of
from plans.services.orders import require_open
from plans.tables.faults import LineLocked, NotATeam, OrderNotOpen, ProductNotOnOrder, QtyMismatch, ReportLocked
from plans.tables.products import NODE, PROCESS, PRODUCT

Status = DailyReport.Status
ReportKey = tuple[date, int, int]
QUANTITIES = ("planned_qty", "good_qty", "rework_qty", "scrap_qty", "recovered_qty", "produced_qty")
# Past months come with orders that are over by now.
TAKES_REPORTS = (ProductionOrder.Status.RELEASED, ProductionOrder.Status.ON_HOLD, ProductionOrder.Status.CLOSED)
NOTHING = Decimal(0)


class DailyReportLoader(Loader):
    """Rows are lines; their report is made as submitted, a draft that a row changes is submitted by it.

    On an approved report nothing changes: a row that says something else is a fault that names what is said. ``manage.py load`` brings
    past months; to the file of a person the rules of page and API apply: no day ahead, and only open orders, in scope, of the place where
    the team stood.
    """

    def __init__(self, kind: TableKind, **who: Any) -> None:
        super().__init__(kind, **who)
        self._standing = Standing()
        self._reports: dict[ReportKey, DailyReport] = {}
        self._orders: dict[int, ProductionOrder] = {}

    @classmethod
    def rows(cls, kind: TableKind) -> QuerySet:
        return DailyReportLine.objects.order_by("pk")

    def find(self, rows: Sequence[LoadRow]) -> Mapping[Hashable, Any]:
        self._standing.fetch(row.values["team_code"] for row in rows if "team_code" in row.values)
        keys = {key for row in rows if (key := _report_key(row.values)) is not None}
        self._reports = {}
        if not keys:
            return {}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT r.id FROM plans_dailyreport r JOIN unnest(%s::date[], %s::bigint[], %s::bigint[]) AS k (on_date, shift_id, team_id)"
                " ON r.business_date = k.on_date AND r.shift_id = k.shift_id AND r.team_id = k.team_id",
                [list(part) for part in zip(*keys, strict=True)],
            )
            ids = [pk for (pk,) in cursor.fetchall()]
        found = DailyReport.objects.filter(pk__in=ids).order_by("pk").select_for_update()
        reports = {report.pk: report for report in found}
        self._reports = {(report.business_date, report.shift_id, report.team_id): report for report in reports.values()}
        existing: dict[Hashable, Any] = {}
        for line in DailyReportLine.objects.filter(report__in=ids):
            report = line.report = reports[line.report_id]
            existing[report.business_date, report.shift_id, report.team_id, line.order_id, line.product_id, line.process_id] = line
        self._lock_orders(rows)
        return existing

    def _lock_orders(self, rows: Sequence[LoadRow]) -> None:
        """The orders that a person reports on, as far as they are in scope: none of them closes meanwhile."""
        named = {row.values["order_number"].pk for row in rows if row.values.get("order_number")} if self.access is not None else set()
        self._orders = {}
        if named:
            seen = orders_seen(self.access, ProductionOrder.objects.filter(pk__in=named)).values("pk")
            locked = (
                ProductionOrder.objects.select_for_update(no_key=True, of=("self",)).select_related("workshop", "product").order_by("pk")
            )
            self._orders = {order.pk: order for order in locked.filter(pk__in=seen)}

    def check(self, row: LoadRow, current: Any, merged: dict[str, Any]) -> None:
        changed = set(merged) if current is None else self.differences(current, merged)
        if not changed:
            return
        team, on, product, order = (merged.get(name) for name in ("team", "business_date", "product", "order"))
        if team and on and (team.kind != OrgKind.TEAM or self._standing.at(team, on) is None):
            row.refuse("team_code", NotATeam(on=on.isoformat()))
        if self.access is not None and on and on > plant_today():
            row.refuse("business_date", DateAhead(on=on.isoformat()))
        if order and self.access is not None:
            order = self._check_order(row, order, team, on)
        elif order and order.status not in TAKES_REPORTS:
            row.refuse("order_number", OrderNotOpen(status=order.status))
        if order and product and order.product_id != product.pk:
            row.refuse("product_code", ProductNotOnOrder(order=order.number, expected=order.product.code))
        if product:
            for name in QUANTITIES:
                row.require_fit(name, merged.get(name), product.unit)
        if not row.faulty & {"good_qty", "rework_qty", "scrap_qty", "produced_qty"}:
            self._check_sum(row, merged)
        report = self._reports.get(_report_key(row.values))  # type: ignore[arg-type]
        if report is not None and report.status == Status.APPROVED:
            self._refuse_approved(row, current, changed)

    def _check_order(self, row: LoadRow, named: ProductionOrder, team: Any, on: date | None) -> ProductionOrder | None:
        """The order as it stands now; an order out of scope does not exist."""
        order = self._orders.get(named.pk)
        if order is None:
            row.refuse("order_number", Unknown(value=named.number))
            return None
        try:
            require_open(order)
            if team and on and not takes_orders_of(self._standing.at(team, on), order.workshop_id):
                raise OrderElsewhere(order=order.number, workshop=order.workshop.code, team=team.code)
        except RuleBroken as refusal:
            row.refuse("order_number", refusal)
        return order

    def _check_sum(self, row: LoadRow, merged: dict[str, Any]) -> None:
        produced = merged["produced_qty"]
        good, rework, scrap = merged["good_qty"], merged["rework_qty"], merged["scrap_qty"]
        if produced is not None and produced != good + rework + scrap:
            parts = {"good": good, "rework": rework, "scrap": scrap, "sum": good + rework + scrap}
            row.refuse("produced_qty", QtyMismatch(**{name: plain(part) for name, part in parts.items()}), plain(produced))

    def _refuse_approved(self, row: LoadRow, current: Any, changed: set[str]) -> None:
        if current is None:
            row.refuse("business_date", LineLocked(team=row.said("team_code"), shift=row.said("shift_code")))
        for column in self.kind.columns:
            if current is not None and column.field in changed:
                row.refuse(column.name, ReportLocked(value=column.holds.text(getattr(current, column.field))))

    def make(self, merged: Mapping[str, Any]) -> NewLine:
        key = (merged["business_date"], merged["shift"].pk, merged["team"].pk)
        report = self._reports.get(key)
        if report is None:
            report = self._reports[key] = DailyReport(
                business_date=merged["business_date"],
                shift=merged["shift"],
                team=merged["team"],
                status=Status.SUBMITTED,
                made_by=self.by,
                submitted_by=self.by,
                submitted_at=timezone.now(),
            )
        return NewLine(report, merged)

    def write(self, created: Sequence[NewLine], changed: Iterable[tuple[DailyReportLine, set[str]]]) -> None:
        changed = [(line, fields | COUNTERS if "produced_qty" in fields else fields) for line, fields in changed]
        lines: list[NewLine | DailyReportLine] = [*created, *(line for line, _fields in changed)]
        touched = {id(line.report): line.report for line in lines}
        standing = [report for report in touched.values() if report.pk]
        for report in standing:
            report.version += 1
            if report.status == Status.DRAFT or self.by is not None:
                report.submitted_by, report.submitted_at = self.by, timezone.now()
            report.status = Status.SUBMITTED
        if standing:
            rewrite(standing, ["version", "status", "submitted_by", "submitted_at"])
        DailyReport.objects.bulk_create([report for report in touched.values() if not report.pk])
        for line, fields in changed:
            if fields >= COUNTERS:
                # The counter no longer explains the figure.
                line.counter_start = line.counter_end = None
        stood = [line.pk for line, fields in changed if "downtime_hours" in fields]
        if stood:
            # The stops no longer explain the hours.
            DowntimeStop.objects.filter(line__in=stood).delete()
        super().write((), changed)
        if created:
            copy_in(DailyReportLine, LINE_COLUMNS, (line.values() for line in created))


@dataclass(slots=True)
class NewLine:
    """A line on its way into the database; a model instance would cost as much as everything else together."""

    report: DailyReport
    merged: Mapping[str, Any]

    def values(self) -> list[Any]:
        kept = self.merged
        keys = (kept[name] for name in LINE_KEYS)
        return [self.report.pk, *(None if thing is None else thing.pk for thing in keys), *(kept[name] for name in LINE_FIELDS)]


LINE_KEYS = ("order", "product", "process")
LINE_FIELDS = (
    *("planned_qty", "good_qty", "rework_qty", "scrap_qty", "recovered_qty", "produced_qty", "headcount", "attended_hours"),
    *("productive_hours", "excused_loss_hours", "downtime_hours", "downtime_reason", "remark"),
)
LINE_COLUMNS = ("report_id", *(f"{name}_id" for name in LINE_KEYS), *LINE_FIELDS)
COUNTERS = frozenset({"counter_start", "counter_end"})


def _report_key(values: Mapping[str, Any]) -> ReportKey | None:
    on, shift, team = (values.get(name) for name in ("business_date", "shift_code", "team_code"))
    return (on, shift.pk, team.pk) if on and shift and team else None


def _scoped(access: Any, rows: QuerySet) -> QuerySet:
    return access.scoped(rows, "report__team")


def _quantity() -> Number:
    return Number(18, 6, decimals_at="product__unit__decimals")


def _hours() -> Number:
    return Number(HOURS_DIGITS, HOURS_DECIMALS)


DAILY_REPORTS = TableKind(
    name="daily_reports",
    label=_("Team daily reports"),
    model=DailyReportLine,
    columns=(
        Column("business_date", Day(), source="report__business_date", is_key=True, is_required=True),
        Column("shift_code", Ref(20, model="people.Shift"), "shift", "report__shift__code", is_key=True, is_required=True),
        Column("team_code", NODE, "team", "report__team__code", is_key=True, is_required=True),
        Column("order_number", Ref(40, model="plans.ProductionOrder", field="number", select=("product",)), "order", is_key=True),
        Column("product_code", PRODUCT, "product", is_key=True, is_required=True),
        Column("process_code", PROCESS, "process", is_key=True),
        Column("planned_qty", _quantity()),
        Column("good_qty", _quantity(), is_required=True),
        Column("rework_qty", _quantity(), blank=NOTHING),
        Column("scrap_qty", _quantity(), blank=NOTHING),
        Column("recovered_qty", _quantity(), blank=NOTHING),
        Column("produced_qty", _quantity()),
        Column("headcount", Number(8, 2)),
        Column("attended_hours", _hours(), is_required=True),
        Column("productive_hours", _hours()),
        Column("excused_loss_hours", _hours(), blank=NOTHING),
        Column("downtime_hours", _hours(), blank=NOTHING),
        Column("downtime_reason", Choice(DowntimeReason)),
        Column("remark", Text(500)),
    ),
    loader=DailyReportLoader,
    edit_action="report.post",
    scoped=_scoped,
    node_column="team_code",
    extra=(Column("status", Choice(Status), source="report__status"),),
)
