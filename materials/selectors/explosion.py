"""What a bill of materials asks for: read by releases, reviews and comparisons alike (MAT-01)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, Decimal

from django.db.models import QuerySet

from core.clock import plant_today
from core.models import Unit
from core.quantities import QUANTITY_DECIMALS, QUANTITY_DIGITS
from core.together import read_together
from materials.errors.boms import BomLoop, NoBom, TooMuchNeeded
from materials.models import Bom, BomLine, BomSubstitute, Item
from plans.models import Product

ZERO = Decimal(0)
ONE = Decimal(1)
HUNDRED = Decimal(100)
MOST_NEEDED = Decimal(10) ** (QUANTITY_DIGITS - QUANTITY_DECIMALS)


def rounded_up(exact: Decimal, unit: Unit) -> Decimal:
    """As fine as the unit, and never less than asked."""
    return exact.quantize(ONE.scaleb(-unit.decimals), ROUND_CEILING)


@dataclass
class Need:
    """What an order needs of one item, in its unit: rounded up to the unit's precision after all lines of the item are added.

    ``exact`` is ``order quantity × per_unit + fixed``. ``substitutes`` are the items that may stand in for it with what one unit of
    each counts.
    """

    item: Item
    per_unit: Decimal = ZERO
    fixed: Decimal = ZERO
    exact: Decimal = ZERO
    substitutes: dict[Item, Decimal] = field(default_factory=dict)

    @property
    def quantity(self) -> Decimal:
        return rounded_up(self.exact, self.item.unit)


def bom_of(product: Product, on: date) -> Bom | None:
    """The newest approved version whose ``valid_from`` has come."""
    return in_force([product.pk], on).first()


def in_force(products: Iterable[int], on: date) -> QuerySet[Bom]:
    """The same of several products."""
    rows = Bom.objects.filter(product__in=list(products), status=Bom.Status.APPROVED, valid_from__lte=on)
    return rows.order_by("product_id", "-valid_from", "-approved_at", "-pk").distinct("product_id")


@dataclass
class Bills:
    """Bills with those of the phantoms in them. ``of`` is by product, ``None`` where there is none, lines by bill, substitutes by line."""

    of: dict[int, Bom | None] = field(default_factory=dict)
    lines: dict[int, list[BomLine]] = field(default_factory=lambda: defaultdict(list))
    substitutes: dict[int, dict[Item, Decimal]] = field(default_factory=lambda: defaultdict(dict))


def read_bills(boms: QuerySet[Bom], on: date) -> Bills:
    """These bills and what their phantoms are made of on a date: one statement, and one more for each level of phantoms."""
    bills = Bills()
    while True:
        keys = boms.values("pk")
        found, lines, substitutes = read_together(
            boms,
            BomLine.objects.filter(bom__in=keys).select_related("item__unit", "item__product").order_by("pk"),
            BomSubstitute.objects.filter(line__bom__in=keys).select_related("item").order_by("pk"),
        )
        bills.of |= {bom.product_id: bom for bom in found}
        for line in lines:
            bills.lines[line.bom_id].append(line)
        for substitute in substitutes:
            bills.substitutes[substitute.line_id][substitute.item] = substitute.factor
        below = {line.item.product_id for line in lines if line.item.is_phantom and line.item.product_id} - bills.of.keys()
        if not below:
            return bills
        bills.of |= dict.fromkeys(below)
        boms = in_force(below, on)


def explode(bom: Bom, quantity: Decimal, *, on: date | None = None, bills: Bills | None = None) -> list[Need]:
    """What ``quantity`` of the bill's product needs of each item, in the order of the bill. ``bills`` where they were read already.

    Need of a line = quantity × qty per unit × (1 + loss %) + set-up loss (MAT-01, issue quota). Explosion stops at items that are
    stocked and goes through phantoms to the items of their own product's bill. Raises ``BomLoop``, and ``NoBom`` for a phantom
    without one; ``TooMuchNeeded`` from 10^12 of an item's unit on, which no quota can hold.
    """
    on = on or plant_today()
    needs: dict[int, Need] = {}
    _explode(bom, ONE, ZERO, bills or read_bills(Bom.objects.filter(pk=bom.pk), on), on, (bom.product_id,), needs)
    for need in needs.values():
        need.exact = quantity * need.per_unit + need.fixed
        if need.exact >= MOST_NEEDED:
            raise TooMuchNeeded(item=need.item.code, unit=need.item.unit.code)
    return list(needs.values())


def _explode(bom: Bom, per_unit: Decimal, fixed: Decimal, bills: Bills, on: date, above: tuple[int, ...], needs: dict[int, Need]) -> None:
    for line in bills.lines[bom.pk]:
        each = line.qty_per_unit * (1 + line.loss_percent / HUNDRED)
        line_per_unit, line_fixed = per_unit * each, fixed * each + line.setup_loss_qty
        product = line.item.product
        if line.item.is_phantom and product is not None:
            if product.pk in above:
                raise BomLoop(product=bom.product.code, item=line.item.code)
            below = bills.of[product.pk]
            if below is None:
                raise NoBom(product=product.code, on=on.isoformat())
            _explode(below, line_per_unit, line_fixed, bills, on, (*above, product.pk), needs)
            continue
        need = needs.setdefault(line.item_id, Need(line.item))
        need.per_unit += line_per_unit
        need.fixed += line_fixed
        need.substitutes |= bills.substitutes[line.pk]
