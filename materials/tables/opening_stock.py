"""The table of opening stock: what stood in a bin when the plant began to keep its ledger here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.services import stamp_numbers
from core.tables import Code, Column, Day, Loader, LoadRow, Number, Ref, TableKind
from core.tables.columns import NotAboveZero
from core.tables.loaders import rewrite
from materials.models import Balance, Lot, LotStatus, Place, PlaceKind, Purpose, Slip, StockMove
from materials.tables.faults import IsPhantom, LotHasMoved, NotABinInUse, OpeningDated, OtherExpiry

# Opening and correcting moves of each key that the rows name; the last of them is dated.
OPENED = """
    SELECT m.lot_id, p.id, sum(CASE WHEN m.target_id = p.id THEN m.quantity ELSE -m.quantity END),
           (array_agg(m.business_date ORDER BY m.id DESC))[1]
    FROM materials_stockmove m JOIN materials_slip s ON s.id = m.slip_id AND s.kind = 'opening'
    JOIN materials_place p ON p.id IN (m.source_id, m.target_id)
    WHERE m.lot_id = ANY(%s) AND p.id = ANY(%s) GROUP BY m.lot_id, p.id
"""
MOVED_ON = """
    SELECT l.id FROM unnest(%s::bigint[]) AS l(id) WHERE EXISTS (
        SELECT 1 FROM materials_stockmove m JOIN materials_slip s ON s.id = m.slip_id WHERE m.lot_id = l.id AND s.kind <> 'opening'
    )
"""


@dataclass(slots=True)
class Opened:
    """A key as it stands: ``stood`` is the sum of its opening moves, ``as_of`` the date of the last; rows change the rest."""

    lot: Lot
    bin: Place
    stood: Decimal
    quantity: Decimal
    as_of: date
    expires_on: date | None


@dataclass(slots=True)
class Opening:
    """What is to be moved from outside into a bin, or back out of it when negative."""

    lot: Lot
    bin: Place
    quantity: Decimal
    as_of: date


class OpeningStockLoader(Loader):
    """One move per key, the lot released. Another quantity later is a correcting move, while nothing else has moved the lot.

    The moves of one date belong to one slip; a chunk's moves are one INSERT.
    """

    def __init__(self, kind: TableKind, **who: Any) -> None:
        super().__init__(kind, **who)
        self._outside = Place.objects.get(kind=PlaceKind.OUTSIDE, purpose=Purpose.ADJUSTMENT)
        self._lots: dict[tuple[int, str], Lot] = {}
        self._moved_on: set[int] = set()
        self._expiries: dict[tuple[int, str], tuple[date | None, int]] = {}
        self._slips: dict[date, Slip] = {}
        self._lines: Counter[date] = Counter()

    @classmethod
    def rows(cls, kind: TableKind) -> QuerySet:
        moves = StockMove.objects.filter(lot=OuterRef("lot"), slip__kind=Slip.Kind.OPENING).order_by()
        moves = moves.filter(Q(target=OuterRef("place")) | Q(source=OuterRef("place")))
        signed = Sum(Case(When(target=OuterRef("place"), then=F("quantity")), default=-F("quantity")))
        opened = moves.values("lot").annotate(opened=signed).values("opened")
        dated = moves.order_by("-pk").values("business_date")[:1]
        rows = Balance.objects.filter(place__kind=PlaceKind.BIN).annotate(opened=Subquery(opened), as_of=Subquery(dated))
        return rows.filter(opened__gt=0).order_by("pk")

    def find(self, rows: Sequence[LoadRow]) -> Mapping[Hashable, Any]:
        keys = [key for row in rows if None not in (key := self._key(row))]
        bins = {place.pk: place for _item, place, _code in keys}
        lots = Lot.objects.filter(item__in={item for item, _place, _code in keys}, code__in={code for *_, code in keys})
        self._lots = {(lot.item_id, lot.code): lot for lot in lots.order_by("pk").select_for_update(of=("self",))}
        by_pk = {lot.pk: lot for lot in self._lots.values()}
        with connection.cursor() as cursor:
            cursor.execute(MOVED_ON, [list(by_pk)])
            self._moved_on = {pk for (pk,) in cursor.fetchall()}
            cursor.execute(OPENED, [list(by_pk), list(bins)])
            return {
                (by_pk[lot].item_id, place, by_pk[lot].code): Opened(by_pk[lot], bins[place], quantity, quantity, on, by_pk[lot].expires_on)
                for lot, place, quantity, on in cursor.fetchall()
            }

    def _key(self, row: LoadRow) -> tuple[Any, Any, Any]:
        item, place = row.values.get("item_code"), row.values.get("bin_code")
        return item and item.pk, place, row.values.get("lot")

    def check(self, row: LoadRow, current: Any, merged: dict[str, Any]) -> None:
        item, place, quantity = merged.get("item"), merged.get("bin"), merged.get("quantity")
        if item is not None and item.is_phantom:
            row.refuse("item_code", IsPhantom())
        if place is not None and (place.kind != PlaceKind.BIN or place.is_closed):
            row.refuse("bin_code", NotABinInUse())
        if item is not None and quantity is not None:
            row.require_fit("quantity", quantity, item.unit)
        if current is None:
            if quantity == 0:
                row.refuse("quantity", NotAboveZero())
        elif quantity is not None and quantity != current.quantity:
            if current.lot.pk in self._moved_on:
                row.refuse("quantity", LotHasMoved(value=self.kind.column("quantity").holds.text(current.quantity)))
        elif merged.get("as_of", current.as_of) != current.as_of:
            row.refuse("as_of", OpeningDated(value=current.as_of.isoformat()))
        if item is not None and "lot" in row.values and "expires_on" not in row.faulty:
            self._check_expiry(row, (item.pk, row.values["lot"]), merged)

    def _check_expiry(self, row: LoadRow, key: tuple[int, str], merged: dict[str, Any]) -> None:
        """A lot expires once, however many bins it stands in; blank keeps what the lot has, or what another row says."""
        lot = self._lots.get(key)
        stands = lot.expires_on if lot else None
        text = self.kind.column("expires_on").holds.text
        if "expires_on" not in row.values:
            merged["expires_on"] = self._expiries[key][0] if key in self._expiries else stands
            return
        said = row.values["expires_on"]
        first, number = self._expiries.setdefault(key, (said, row.number))
        if said != first:
            row.refuse("expires_on", OtherExpiry(row=number, value=text(first)))
        elif lot and said != stands and lot.pk in self._moved_on:
            row.refuse("expires_on", LotHasMoved(value=text(stands)))

    def make(self, merged: Mapping[str, Any]) -> Opening:
        key = (merged["item"].pk, merged["lot"])
        lot = self._lots.get(key)
        if lot is None:
            lot = Lot(item=merged["item"], code=merged["lot"], status=LotStatus.RELEASED, received_on=merged["as_of"])
            self._lots[key] = lot
        return Opening(lot, merged["bin"], merged["quantity"], merged["as_of"])

    def write(self, created: Sequence[Opening], changed: Iterable[tuple[Opened, set[str]]]) -> None:
        self._write_lots()
        openings = [*created]
        openings += [
            Opening(row.lot, row.bin, row.quantity - row.stood, row.as_of) for row, _fields in changed if row.quantity != row.stood
        ]
        if not openings:
            return
        self._open_slips({opening.as_of for opening in openings})
        StockMove.objects.bulk_create([self._move(opening) for opening in openings])

    def finish(self) -> Sequence[LoadRow]:
        """The numbers come last, so that nobody who posts a slip waits for the whole file."""
        if self.is_clean and self._slips:
            stamp_numbers([self._slips[on] for on in sorted(self._slips)], Slip.NUMBERED_AS[Slip.Kind.OPENING])
        return ()

    def _write_lots(self) -> None:
        dated = []
        for key, lot in self._lots.items():
            if key in self._expiries and lot.expires_on != self._expiries[key][0]:
                lot.expires_on = self._expiries[key][0]
                if lot.pk:
                    dated.append(lot)
        Lot.objects.bulk_create(lot for lot in self._lots.values() if lot.pk is None)
        if dated:
            rewrite(dated, ["expires_on"])

    def _open_slips(self, dates: set[date]) -> None:
        """A slip per date of the whole file."""
        fresh = sorted(dates - self._slips.keys())
        new = [Slip(kind=Slip.Kind.OPENING, business_date=on, posted_by=self.by, posted_at=timezone.now()) for on in fresh]
        Slip.objects.bulk_create(new)
        self._slips |= {slip.business_date: slip for slip in new}

    def _move(self, opening: Opening) -> StockMove:
        line = self._lines[opening.as_of]
        self._lines[opening.as_of] += 1
        source, target = (self._outside, opening.bin) if opening.quantity > 0 else (opening.bin, self._outside)
        return StockMove(
            slip=self._slips[opening.as_of],
            line=line,
            lot=opening.lot,
            source=source,
            target=target,
            quantity=abs(opening.quantity),
            business_date=opening.as_of,
        )


OPENING_STOCK = TableKind(
    name="opening_stock",
    label=_("Opening stock"),
    model=Balance,
    columns=(
        Column("item_code", Ref(60, model="materials.Item", select=("unit",)), "item", "lot__item__code", is_key=True, is_required=True),
        Column("bin_code", Ref(60, model="materials.Place"), "bin", "place__code", is_key=True, is_required=True),
        Column("lot", Code(60), source="lot__code", is_key=True),
        Column("quantity", Number(18, 6, decimals_at="lot__item__unit__decimals"), source="opened", is_required=True),
        Column("as_of", Day(), is_required=True),
        Column("expires_on", Day(), source="lot__expires_on"),
    ),
    loader=OpeningStockLoader,
    edit_action="opening_stock.load",
)
