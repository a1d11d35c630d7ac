"""What lies where, read for a slip that is about to take it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from core.prepared import Prepared, numbers
from materials.models import ISSUABLE
from materials.models.places import ISSUED_FROM
from materials.services.slips import Asked

ZERO = Decimal(0)
# Ordered by place and lot, as the ledger's trigger locks; the order of taking is made afterwards.
_STOCK = """
    SELECT b.place_id, p.code, p.purpose, b.lot_id, l.code, l.item_id, l.status, l.expires_on, b.on_hand, l.received_on
    FROM materials_balance b JOIN materials_lot l ON l.id = b.lot_id JOIN materials_place p ON p.id = b.place_id
    WHERE l.item_id = ANY($1::bigint[]) AND b.on_hand > 0 AND p.kind = 'bin' ORDER BY b.place_id, b.lot_id
"""
STOCK, STOCK_LOCKED = Prepared("stock", _STOCK), Prepared("stock_locked", _STOCK + " FOR NO KEY UPDATE OF b")


@dataclass
class Standing:
    """So much of one lot in one bin; ``on_hand`` shrinks as a slip takes from it."""

    place_id: int
    place: str
    purpose: str
    lot_id: int
    lot: str
    item_id: int
    status: str
    expires_on: date | None
    on_hand: Decimal

    def is_issuable(self, on: date) -> bool:
        good = self.expires_on is None or self.expires_on >= on
        return self.purpose in ISSUED_FROM and self.status in ISSUABLE and good


ByItem = Mapping[int, Sequence[Standing]]


def stock_of(item_ids: Iterable[int], *, lock: bool = False) -> list[Standing]:
    """Everything of these items in bins, first expired first, then first in. ``lock`` keeps it as read until COMMIT."""
    with connection.cursor() as cursor:
        (STOCK_LOCKED if lock else STOCK).run(cursor, numbers(item_ids))
        rows = cursor.fetchall()
    rows.sort(key=lambda row: (row[7] or date.max, row[9], row[3], row[1]))
    return [Standing(*row[:9]) for row in rows]


def by_item(standings: Iterable[Standing]) -> ByItem:
    """In the order given, apart by item: a slip of many lines looks at each standing for its own item only."""
    found: dict[int, list[Standing]] = defaultdict(list)
    for standing in standings:
        found[standing.item_id].append(standing)
    return found


def take(asked: Asked, standings: ByItem) -> Iterator[tuple[Standing, Decimal]]:
    """Take what is asked from the first standings that fit the named lot and bin; the caller knows that it suffices."""
    open_quantity = asked.quantity
    for standing in standings.get(asked.item_id, ()):
        if open_quantity == 0:
            return
        if fits(asked, standing) and standing.on_hand:
            taken = min(open_quantity, standing.on_hand)
            standing.on_hand -= taken
            open_quantity -= taken
            yield standing, taken


def fits(asked: Asked, standing: Standing) -> bool:
    """Whether what stands there is of the lot and the bin that are named, of an item that is asked."""
    return (asked.lot is None or standing.lot == asked.lot) and (asked.bin is None or standing.place_id == asked.bin.pk)


def total(asked: Asked, standings: ByItem) -> Decimal:
    return sum((standing.on_hand for standing in standings.get(asked.item_id, ()) if fits(asked, standing)), ZERO)
