"""How much of what was asked was done: sheets handed in ÷ sheets due, by place (PLN-01)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet

from core.quantities import percent
from plans.models import Sheet
from plans.selectors.lateness import grace

REOPENED = Q(status=Sheet.Status.OPEN, reopened_at__isnull=False)
HANDED_IN = Q(status__in=[Sheet.Status.SUBMITTED, Sheet.Status.COUNTERSIGNED]) | REOPENED


@dataclass(frozen=True)
class Coverage:
    """``done`` were handed in, ``late`` of them after their due time and the grace; ``overdue`` are still open past it. Skipped ones were
    not needed and are not due; one that was opened again for a correction stays done, and as early as it was."""

    done: int = 0
    late: int = 0
    overdue: int = 0
    missed: int = 0
    skipped: int = 0

    @property
    def due(self) -> int:
        return self.done + self.overdue + self.missed

    @property
    def percent(self) -> Decimal | None:
        """Done ÷ due × 100; ``None`` where nothing was due."""
        return percent(Decimal(self.done), Decimal(self.due))

    def __add__(self, other: Coverage) -> Coverage:
        return Coverage(*(getattr(self, what.name) + getattr(other, what.name) for what in fields(self)))


def late_sheets() -> Q:
    """Handed in after the due time and the grace."""
    return HANDED_IN & Q(reopened_at=None, submitted_at__gt=F("due_at") + grace())


def overdue_sheets(at: datetime) -> Q:
    """Still open past the due time and the grace."""
    return Q(status=Sheet.Status.OPEN, reopened_at=None, due_at__lte=at - grace())


def coverage_by_place(sheets: QuerySet[Sheet], at: datetime) -> dict[int, Coverage]:
    """Of each node that filled, or should have filled, one of these sheets; in one statement."""
    rows = (
        sheets.order_by()
        .values("node")
        .annotate(
            done=Count("pk", filter=HANDED_IN),
            late=Count("pk", filter=late_sheets()),
            overdue=Count("pk", filter=overdue_sheets(at)),
            missed=Count("pk", filter=Q(status=Sheet.Status.MISSED)),
            skipped=Count("pk", filter=Q(status=Sheet.Status.SKIPPED)),
        )
    )
    return {row["node"]: Coverage(row["done"], row["late"], row["overdue"], row["missed"], row["skipped"]) for row in rows}
