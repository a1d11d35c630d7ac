"""What the store knows of itself: its items and its places."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from core.errors import Negative, Required, TooLarge
from core.models import Unit
from core.quantities import fit, plain
from core.refusals import refusals_explained
from materials.errors.masters import BinHoldsStock, CodeTaken, ItemInUse, LossOfParent, PhantomNeedsProduct, PlaceHasParts, PlaceNotHigher
from materials.models import Balance, BomLine, Item, Lot, Place, PlaceKind, QuotaLine
from materials.models.places import RANK
from materials.services.prices import require_money
from materials.services.slips import MOST
from people.models import Staff
from plans.models import Product
from plans.services.versions import require_version


@transaction.atomic
def save_item(
    *,
    item: Item | None = None,
    code: str,
    name: str,
    name_zh: str = "",
    spec: str = "",
    grade: str = "",
    unit: Unit,
    item_class: str = "",
    barcode: str = "",
    standard_cost: Decimal | None = None,
    min_stock: Decimal | None = None,
    lot_tracked: bool = False,
    inspect_on_receipt: bool = False,
    shelf_life_days: int | None = None,
    product: Product | None = None,
    is_phantom: bool = False,
    version: int | None = None,
    by: Staff,
) -> Item:
    """Make an item, or change one. ``min_stock`` is in its unit, ``standard_cost`` in the plant's currency per unit.

    What counts an item already keeps its unit; what was stocked never becomes a phantom. Raises ``Required``, ``CodeTaken``,
    ``ItemInUse``, ``PhantomNeedsProduct``, ``TooFine``, ``TooLarge``, ``Negative``, ``TooManyDecimals``,
    ``StaleVersion``.
    """
    for field, words in (("code", code), ("name", name)):
        if not words.strip():
            raise Required(field=field)
    if item is None:
        item = Item()
    else:
        item = Item.objects.select_for_update(no_key=True).select_related("unit").get(pk=item.pk)
        require_version(item, version)
        if (item.unit_id != unit.pk or (is_phantom and not item.is_phantom)) and _is_counted(item):
            raise ItemInUse(field="unit" if item.unit_id != unit.pk else "is_phantom", item=item.code, unit=item.unit.code)
        item.version += 1
    if is_phantom and product is None:
        raise PhantomNeedsProduct(field="product")
    if min_stock is not None and min_stock < 0:
        raise Negative(field="min_stock")
    if min_stock is not None and min_stock >= MOST:
        raise TooLarge(field="min_stock", value=plain(min_stock))
    require_money(standard_cost, field="standard_cost")
    item.code, item.name, item.name_zh, item.spec, item.grade = code.strip(), name.strip(), name_zh.strip(), spec.strip(), grade.strip()
    item.unit, item.item_class, item.barcode, item.standard_cost = unit, item_class.strip(), barcode.strip(), standard_cost
    item.min_stock = None if min_stock is None else fit(min_stock, unit, field="min_stock")
    item.lot_tracked, item.inspect_on_receipt, item.shelf_life_days = lot_tracked, inspect_on_receipt, shelf_life_days
    item.product, item.is_phantom = product, is_phantom
    with refusals_explained(
        {
            "materials_item_code_key": lambda: CodeTaken(field="code", value=code),
            "one_item_per_barcode": lambda: CodeTaken(field="barcode", value=barcode),
        }
    ):
        item.save()
    return item


def _is_counted(item: Item) -> bool:
    return any(counting.objects.filter(item=item).exists() for counting in (Lot, BomLine, QuotaLine))


@transaction.atomic
def save_place(
    *,
    place: Place | None = None,
    kind: str,
    code: str,
    name: str,
    name_zh: str = "",
    purpose: str = "",
    parent: Place | None = None,
    item_class: str = "",
    is_closed: bool = False,
    version: int | None = None,
    by: Staff,
) -> Place:
    """Make a warehouse, a zone of it or a bin of a zone, or change one; what kind it is stays.

    A zone stands in a warehouse and a bin in a zone (MAT-15). Raises ``Required``, ``CodeTaken``, ``LossOfParent``, ``PlaceNotHigher``,
    ``BinHoldsStock`` for another purpose or the closing of a bin in which something lies, ``PlaceHasParts`` for closing what has
    open places in it, ``StaleVersion``.
    """
    for field, words in (("code", code), ("name", name)):
        if not words.strip():
            raise Required(field=field)
    if place is None:
        place = Place(kind=PlaceKind(kind))
        was_purpose, was_closed = purpose, False
    else:
        place = Place.objects.select_for_update(no_key=True).get(pk=place.pk, kind__in=RANK)
        require_version(place, version)
        was_purpose, was_closed = place.purpose, place.is_closed
        place.version += 1
    _require_parent(place, parent)
    if place.kind == PlaceKind.BIN:
        if not purpose:
            raise Required(field="purpose")
        if (purpose != was_purpose or (is_closed and not was_closed)) and place.pk and _holds(place):
            raise BinHoldsStock(field="purpose" if purpose != was_purpose else "is_closed", place=place.code)
    elif is_closed and not was_closed and place.pk and place.children.filter(is_closed=False).exists():
        raise PlaceHasParts(field="is_closed", place=place.code)
    place.code, place.name, place.name_zh, place.item_class = code.strip(), name.strip(), name_zh.strip(), item_class.strip()
    place.purpose, place.parent, place.is_closed = purpose if place.kind == PlaceKind.BIN else "", parent, is_closed
    with refusals_explained({"materials_place_code_key": lambda: CodeTaken(field="code", value=code)}):
        place.save()
    return place


def _require_parent(place: Place, parent: Place | None) -> None:
    if place.kind == PlaceKind.WAREHOUSE:
        if parent is not None:
            raise PlaceNotHigher(field="parent", kind=place.get_kind_display(), parent_kind=parent.get_kind_display())
        return
    if parent is None:
        raise LossOfParent(field="parent", kind=place.get_kind_display())
    if RANK.get(PlaceKind(parent.kind), -1) != RANK[PlaceKind(place.kind)] - 1:
        raise PlaceNotHigher(field="parent", kind=place.get_kind_display(), parent_kind=parent.get_kind_display())


def _holds(place: Place) -> bool:
    return Balance.objects.filter(place=place, on_hand__gt=0).exists()
