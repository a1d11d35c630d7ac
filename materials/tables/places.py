"""The table of places: warehouses, their zones, and bins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from core.errors import Unknown
from core.tables import Choice, Code, Column, Loader, LoadRow, TableKind, Text
from core.tables.loaders import rewrite
from core.tables.reading import FileRow
from materials.models import Balance, Place, PlaceKind, Purpose
from materials.models.places import RANK, STORE_PURPOSES
from materials.tables.faults import BinHoldsStock, PlaceKindStays, PlaceNotHigher, ReservedCode

FIELDS = ("name", "name_zh", "purpose", "parent")


class StoreKind(TextChoices):
    """Places that a plant makes for itself."""

    WAREHOUSE = PlaceKind.WAREHOUSE.value, PlaceKind.WAREHOUSE.label
    ZONE = PlaceKind.ZONE.value, PlaceKind.ZONE.label
    BIN = PlaceKind.BIN.value, PlaceKind.BIN.label


StorePurpose = TextChoices("StorePurpose", {purpose.name: (purpose.value, purpose.label) for purpose in STORE_PURPOSES})  # type: ignore[call-overload]


class PlaceLoader(Loader):
    """Parents may stand below their children, so rows are settled together when the file has been read.

    A bin without a purpose takes that of its zone or warehouse, else stock.
    """

    def __init__(self, kind: TableKind, **who: Any) -> None:
        super().__init__(kind, **who)
        self._held: list[LoadRow] = []
        self._stocked: set[int] = set()

    @classmethod
    def rows(cls, kind: TableKind) -> QuerySet:
        return Place.objects.filter(kind__in=RANK).order_by("pk")

    def take(self, chunk: Sequence[FileRow]) -> Sequence[LoadRow]:
        rows = [self.read(row) for row in chunk]
        self.refuse_same_keys(rows)
        self._held.extend(rows)
        return ()

    def finish(self) -> Sequence[LoadRow]:
        places = self._places()
        created: dict[str, list[Place]] = {kind: [] for kind in RANK}
        changed: list[Place] = []
        # From the top down: a bin asks its zone what it is for.
        for row in sorted(self._held, key=lambda row: _rank(row, places)):
            place = places.get(row.values.get("code", ""))
            self._settle(row, place, places)
            if row.faults or place is None:
                self.is_clean = False
            elif place.pk is None:
                self.tally.created += 1
                created[place.kind].append(place)
            elif place.is_changed:  # type: ignore[attr-defined]
                self.tally.updated += 1
                place.version += 1
                changed.append(place)
            else:
                self.tally.unchanged += 1
        if self.is_clean:
            for made in created.values():
                for place in made:
                    # Its parent has a primary key by now.
                    place.parent = place.parent
                Place.objects.bulk_create(made)
            if changed:
                rewrite(changed, [*FIELDS, "version"])
        return self._held

    def _places(self) -> dict[str, Place]:
        """Every place that the file names, those to come included."""
        rows = self._held
        codes = {row.values[name] for row in rows for name in ("code", "parent_code") if row.values.get(name)}
        found = Place.objects.filter(code__in=codes).select_related("parent__parent").order_by("code").select_for_update(of=("self",))
        places = {place.code: place for place in found}
        self._stocked = set(Balance.objects.filter(place__in=places.values(), on_hand__gt=0).values_list("place", flat=True).distinct())
        for row in rows:
            code, kind = row.values.get("code"), row.values.get("kind")
            if code is not None and code not in places and kind is not None:
                places[code] = Place(code=code, kind=kind)
        for place in places.values():
            if place.parent is not None:
                place.parent = places.get(place.parent.code, place.parent)
        return places

    def _settle(self, row: LoadRow, place: Place | None, places: Mapping[str, Place]) -> None:
        current = place if place is not None and place.pk else None
        if current is not None and current.kind not in RANK:
            row.refuse("code", ReservedCode())
            return
        if current is not None:
            current.parent_code = current.parent.code if current.parent else ""  # type: ignore[attr-defined]
        merged = self.merge(row, current)
        if place is None:
            return
        if "kind" in merged and merged["kind"] != place.kind:
            row.refuse("kind", PlaceKindStays(code=place.code, kind=place.get_kind_display()))
        parent = self._parent(row, place, merged.pop("parent_code", ""), places)
        if place.kind == PlaceKind.BIN and "purpose" in merged:
            merged["purpose"] = merged["purpose"] or _inherited(parent)
            if current is not None and current.pk in self._stocked and merged["purpose"] != current.purpose:
                row.refuse("purpose", BinHoldsStock(value=current.get_purpose_display()))
        if row.faults:
            return
        merged["parent"] = parent
        place.is_changed = any(getattr(place, name) != merged[name] for name in FIELDS)  # type: ignore[attr-defined]
        for name in FIELDS:
            setattr(place, name, merged[name])

    def _parent(self, row: LoadRow, place: Place, code: str, places: Mapping[str, Place]) -> Place | None:
        if not code or "parent_code" in row.faulty:
            return None
        parent = places.get(code) or (place.parent if place.parent and place.parent.code == code else None)
        if parent is None or parent.kind not in RANK:
            row.refuse("parent_code", Unknown(value=code))
            return None
        if RANK[PlaceKind(parent.kind)] >= RANK[PlaceKind(place.kind)]:
            row.refuse("parent_code", PlaceNotHigher(kind=place.get_kind_display(), parent_kind=parent.get_kind_display()))
            return None
        return parent


def _rank(row: LoadRow, places: Mapping[str, Place]) -> int:
    place = places.get(row.values.get("code", ""))
    return RANK.get(place.kind, 0) if place is not None else 0  # type: ignore[call-overload]


def _inherited(parent: Place | None) -> str:
    while parent is not None:
        if parent.purpose:
            return parent.purpose
        parent = parent.parent
    return Purpose.STOCK


PLACES = TableKind(
    name="places",
    label=_("Places"),
    model=Place,
    columns=(
        Column("code", Code(60), is_key=True, is_required=True),
        Column("name", Text(200), is_required=True),
        Column("name_zh", Text(200)),
        Column("kind", Choice(StoreKind), is_required=True),
        Column("parent_code", Code(60), source="parent__code"),
        Column("purpose", Choice(StorePurpose)),
    ),
    loader=PlaceLoader,
    edit_action="place.edit",
)
