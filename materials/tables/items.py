"""The table of items."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Model
from django.utils.translation import pgettext_lazy

from core.errors import TooFine
from core.money import MONEY_DECIMALS, MONEY_DIGITS
from core.quantities import plain
from core.tables import Code, Column, Flag, Loader, LoadRow, Number, Ref, TableKind, Text, Whole
from core.tables.columns import decimals_of
from core.tables.loaders import rewrite
from materials.models import BomLine, Item, Lot, QuotaLine
from materials.tables.faults import ItemInUse, PhantomNeedsProduct

LONGEST_LIFE_DAYS = 36_500


class ItemLoader(Loader):
    """What counts an item already keeps its unit; what was stocked never becomes a phantom."""

    def __init__(self, kind: TableKind, **who: Any) -> None:
        super().__init__(kind, **who)
        self._used: set[int] = set()

    def find(self, rows: Sequence[LoadRow]) -> Mapping[Hashable, Any]:
        existing = super().find(rows)
        shaken = [item.pk for row in rows if (item := existing.get(self.key_of(row))) and _is_shaken(row, item)]
        self._used = set()
        if shaken:
            for counting in (Lot, BomLine, QuotaLine):
                self._used.update(counting.objects.filter(item__in=shaken).values_list("item", flat=True).distinct())
        return existing

    def check(self, row: LoadRow, current: Any, merged: dict[str, Any]) -> None:
        unit, least = merged.get("unit"), merged.get("min_stock")
        if unit is not None and least is not None and decimals_of(least) > unit.decimals:
            column = "min_stock" if "min_stock" in row.values else "unit"
            row.refuse(column, TooFine(value=plain(least), unit=unit.code, decimals=unit.decimals))
        if merged.get("is_phantom") and merged.get("product") is None and "product_code" not in row.faulty:
            row.refuse("phantom" if "phantom" in row.values else "product_code", PhantomNeedsProduct())
        if current is not None and current.pk in self._used:
            if unit is not None and unit != current.unit:
                row.refuse("unit", ItemInUse(value=current.unit.code))
            if merged.get("is_phantom") and not current.is_phantom:
                row.refuse("phantom", ItemInUse(value="0"))

    def write(self, created: Sequence[Any], changed: Iterable[tuple[Any, set[str]]]) -> None:
        Item.objects.bulk_create(created)
        items: list[Model] = [item for item, _fields in changed]
        for item in items:
            item.version += 1  # type: ignore[attr-defined]
        if items:
            rewrite(items, [*(column.field for column in self.kind.columns if not column.is_key), "version"])


def _is_shaken(row: LoadRow, item: Item) -> bool:
    values = row.values
    return values.get("unit", item.unit) != item.unit or (values.get("phantom", False) and not item.is_phantom)


ITEMS = TableKind(
    name="items",
    label=pgettext_lazy("material", "Items"),
    model=Item,
    columns=(
        Column("code", Code(60), is_key=True, is_required=True),
        Column("name", Text(200), is_required=True),
        Column("name_zh", Text(200)),
        Column("spec", Text(200)),
        Column("grade", Text(100)),
        Column("unit", Ref(20, model="core.Unit"), is_required=True),
        Column("item_class", Text(60)),
        Column("standard_cost", Number(MONEY_DIGITS, MONEY_DECIMALS)),
        Column("min_stock", Number(18, 6, decimals_at="unit__decimals")),
        Column("lot_tracked", Flag()),
        Column("inspect_on_receipt", Flag()),
        Column("shelf_life_days", Whole(1, LONGEST_LIFE_DAYS), blank=None),
        Column("product_code", Ref(60, model="plans.Product"), attribute="product"),
        Column("phantom", Flag(), attribute="is_phantom"),
    ),
    loader=ItemLoader,
    edit_action="item.edit",
)
