"""Production orders as people read them: who sees which, and how far each is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from core.clock import plant_today
from core.prepared import Given, PreparedRows
from core.quantities import percent
from people.access import Access
from people.models import OrgPath
from plans.models import DailyReport, DailyReportLine, ProductionOrder

OF_NUMBER = PreparedRows("order_of_number", lambda: ProductionOrder.objects.filter(number=Given(1, "text")).order_by())
COUNTED = (DailyReport.Status.SUBMITTED, DailyReport.Status.APPROVED)
LINES_SHOWN = 100


def orders_seen(access: Access, rows: QuerySet[ProductionOrder] | None = None) -> QuerySet[ProductionOrder]:
    """Orders of the workshops and teams in scope, and those of one's own workshop that no team has been given."""
    rows = ProductionOrder.objects.all() if rows is None else rows
    if access.scope is None:
        return rows
    today = plant_today()
    paths = OrgPath.objects.filter(node__in=access.scope, valid_from__lte=today, valid_to__gt=today, workshop__isnull=False)
    above = paths.values("workshop")
    return rows.filter(Q(workshop__in=access.scope) | Q(team__in=access.scope) | Q(team=None, workshop__in=above))


def order_of(number: str) -> ProductionOrder | None:
    """The order of that number, whoever asks; ``sees_order`` says whether it is theirs to see."""
    return next(iter(OF_NUMBER.run(number)), None)


def sees_order(access: Access, order: ProductionOrder) -> bool:
    """Whether one order is among ``orders_seen``; asks the database only where its own workshop and team do not say so."""
    if access.scope is None or order.workshop_id in access.scope or order.team_id in access.scope:
        return True
    return orders_seen(access).filter(pk=order.pk).exists()


@dataclass(frozen=True)
class Progress:
    """Finished goods of an order: good and recovered output of final processes, submitted reports only."""

    order: ProductionOrder
    good: Decimal

    @property
    def percent(self) -> Decimal:
        return percent(self.good, self.order.quantity, 1) or Decimal(0)

    @property
    def width(self) -> str:
        return f"{min(self.percent, Decimal(100)):f}"

    @property
    def left(self) -> Decimal:
        return max(self.order.quantity - self.good, Decimal(0))


def progress_of(orders: Iterable[ProductionOrder]) -> dict[int, Progress]:
    """How far several orders are, in one statement: good and recovered pieces of their final process.

    An order whose lines name no final process (a workshop's own step) is as far as the step of it that is furthest behind.
    """
    rows = list(orders)
    return progress_among(rows, output_of(rows))


def output_of(orders: Iterable[ProductionOrder]) -> QuerySet[DailyReportLine, Any]:
    """The sums behind ``progress_of``, for a page that reads them together with something else."""
    lines = DailyReportLine.objects.filter(order__in=[order.pk for order in orders], report__status__in=COUNTED)
    sums = lines.order_by().values("order", "process", "process__is_final")
    return sums.annotate(done=Sum("good_qty") + Sum("recovered_qty"))


def progress_among(orders: Iterable[ProductionOrder], sums: Iterable[Mapping[str, Any]]) -> dict[int, Progress]:
    """``progress_of`` from the rows of ``output_of``."""
    finished: dict[int, Decimal] = {}
    steps: dict[int, list[Decimal]] = {}
    for row in sums:
        if row["process__is_final"] is False:
            steps.setdefault(row["order"], []).append(row["done"])
        else:
            finished[row["order"]] = finished.get(row["order"], Decimal(0)) + row["done"]
    return {order.pk: Progress(order, finished.get(order.pk, min(steps.get(order.pk, [Decimal(0)])))) for order in orders}


def report_lines_of(order: ProductionOrder) -> list[DailyReportLine]:
    """The latest lines reported on an order."""
    rows = order.report_lines.select_related("report__team", "report__shift", "process", "product__unit")
    return list(rows.order_by("-report__business_date", "-pk")[:LINES_SHOWN])
