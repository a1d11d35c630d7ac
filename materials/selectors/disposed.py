"""Stock that was scrapped by a disposal (MAT-18): a loss of the store, of no order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from materials.models import Disposal, Slip


@dataclass(frozen=True)
class Disposed:
    """One disposal that was carried out as scrap; ``value`` is at standard cost, ``None`` where the item has none."""

    disposal: Disposal
    quantity: Decimal
    value: Decimal | None


def scrapped_by_disposal(first: date, last: date) -> list[Disposed]:
    """Those whose slips have business dates from ``first`` to ``last``, both inclusive, by item. One statement."""
    rows = Disposal.objects.filter(decision=Disposal.Decision.SCRAP, slip__business_date__range=(first, last))
    rows = rows.exclude(slip__status=Slip.Status.REVERSED).select_related("lot__item__unit").order_by("lot__item__code", "number")
    return [Disposed(row, row.quantity, _value(row)) for row in rows]


def _value(disposal: Disposal) -> Decimal | None:
    cost = disposal.lot.item.standard_cost
    return None if cost is None else disposal.quantity * cost


def worth(rows: Iterable[Disposed]) -> Decimal | None:
    """``None`` where none of them has a cost."""
    values = [row.value for row in rows if row.value is not None]
    return sum(values, Decimal(0)) if values else None
