"""Bills of materials as people read them: which version holds, what two of them differ in, where an item ends up (MAT-01)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Case, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When

from core.clock import plant_today
from core.quantities import QUANTITY_DECIMALS, percent
from materials.errors.boms import BomLoop, NoBom
from materials.models import Bom, BomLine, Item
from materials.selectors.explosion import explode, rounded_up
from plans.models import Product

HUNDRED = Decimal(100)
DEEPEST = 12
IN_USE = ("draft", "future", "in_force")
STATES = ("draft", "in_force", "future", "superseded", "withdrawn")


def boms_with_state(rows: QuerySet[Bom] | None = None) -> QuerySet[Bom]:
    """Bills with ``state``: a draft; of the approved ones the one in force today, those of a later day, those superseded; withdrawn."""
    today = plant_today()
    holding = Bom.objects.filter(product=OuterRef("product"), status=Bom.Status.APPROVED, valid_from__lte=today)
    force = holding.order_by("-valid_from", "-approved_at", "-pk").values("pk")[:1]
    rows = Bom.objects.all() if rows is None else rows
    return rows.annotate(force=Subquery(force)).annotate(
        state=Case(
            When(status=Bom.Status.DRAFT, then=Value("draft")),
            When(status=Bom.Status.WITHDRAWN, then=Value("withdrawn")),
            When(valid_from__gt=today, then=Value("future")),
            When(pk=F("force"), then=Value("in_force")),
            default=Value("superseded"),
            output_field=CharField(),
        )
    )


def bom_list() -> QuerySet[Bom]:
    """For the list: with ``state`` and how many ``lines_count`` each has."""
    return boms_with_state().select_related("product__unit", "made_by", "approved_by").annotate(lines_count=Count("lines"))


def versions_of(product: Product) -> list[Bom]:
    """All versions of a product with their state, the newest first."""
    return list(boms_with_state(Bom.objects.filter(product=product)).order_by("-valid_from", "-pk"))


def lines_of(bom: Bom) -> list[BomLine]:
    rows = bom.lines.select_related("item__unit", "item__product", "process").prefetch_related("substitutes__item__unit")
    return list(rows.order_by("pk"))


def factor_of(line: BomLine) -> Decimal:
    """What a line takes for one unit of the product, its percentage loss included."""
    return line.qty_per_unit * (1 + line.loss_percent / HUNDRED)


@dataclass(frozen=True)
class LineNeed:
    """A line with what an order of the asked quantity would need by it alone, in the item's unit."""

    line: BomLine
    exact: Decimal

    @property
    def needed(self) -> Decimal:
        return rounded_up(self.exact, self.line.item.unit)


def needs_by_line(lines: Iterable[BomLine], quantity: Decimal) -> list[LineNeed]:
    """Quantity × per unit × (1 + loss %) + set-up loss (MAT-01)."""
    return [LineNeed(line, quantity * factor_of(line) + line.setup_loss_qty) for line in lines]


@dataclass(frozen=True)
class Quota:
    """What an order would be given, item by item, phantoms taken apart; or why it cannot be said."""

    needs: list = field(default_factory=list)
    refusal: Exception | None = None


def quota_for(bom: Bom, quantity: Decimal) -> Quota:
    try:
        return Quota(explode(bom, quantity, on=max(bom.valid_from, plant_today())))
    except (NoBom, BomLoop) as refusal:
        return Quota(refusal=refusal)


# --- two versions side by side ---


@dataclass(frozen=True)
class Compared:
    """A line as it stands in each of two versions; ``None`` where it does not."""

    old: BomLine | None
    new: BomLine | None

    @property
    def line(self) -> BomLine:
        found = self.new or self.old
        assert found is not None
        return found

    @property
    def state(self) -> str:
        if self.old is None:
            return "added"
        if self.new is None:
            return "removed"
        return "same" if _said(self.old) == _said(self.new) else "changed"

    @property
    def percent(self) -> Decimal | None:
        """How much more (less: below 0) a unit takes, percentage loss included, in percent of before."""
        if self.old is None or self.new is None:
            return None
        return percent(factor_of(self.new) - factor_of(self.old), factor_of(self.old))


def _said(line: BomLine) -> tuple:
    return (line.qty_per_unit, line.loss_percent, line.setup_loss_qty, sorted((s.item_id, s.factor) for s in line.substitutes.all()))


def compare(old: Bom, new: Bom) -> list[Compared]:
    """By part, process and item; the new version's order, then what it no longer has."""
    before = {(line.part, line.process_id, line.item_id): line for line in lines_of(old)}
    after = {(line.part, line.process_id, line.item_id): line for line in lines_of(new)}
    rows = [Compared(before.get(key), line) for key, line in after.items()]
    return rows + [Compared(line, None) for key, line in before.items() if key not in after]


# --- where an item ends up ---


@dataclass(frozen=True)
class Use:
    """A bill that takes an item: directly (``through`` is empty) or through what other bills make of it, nearest first.

    ``per_unit`` is how much of the item, in its unit, ends in one unit of the bill's product, percentage losses included. ``stands_for``
    is the item in whose place it may be taken.
    """

    bom: Bom
    line: BomLine
    per_unit: Decimal
    through: tuple[Item, ...] = ()
    stands_for: Item | None = None

    @property
    def shown(self) -> Decimal:
        """As fine as a quantity is kept."""
        return round(self.per_unit, QUANTITY_DECIMALS)


def uses_of(item: Item) -> list[Use]:
    """Every bill in use (draft, in force, of a later day) that an item goes into, the direct ones first; a few statements a level.

    From a bill it goes on through the items that the bill's product is kept as, stocked or phantom.
    """
    found: list[Use] = []
    level: list[tuple[Item, Decimal, tuple[Item, ...]]] = [(item, Decimal(1), ())]
    for _depth in range(DEEPEST):
        here = _uses_at(level, is_first=not found and level[0][0].pk == item.pk)
        if not here:
            break
        found += here
        level = _next_level(item, here)
        if not level:
            break
    return found


def _uses_at(level: list[tuple[Item, Decimal, tuple[Item, ...]]], *, is_first: bool) -> list[Use]:
    items = {one.pk for one, _factor, _through in level}
    taken = Q(item__in=items) | Q(substitutes__item__in=items) if is_first else Q(item__in=items)
    rows = BomLine.objects.filter(taken, bom__status__in=[Bom.Status.DRAFT, Bom.Status.APPROVED])
    lines = list(rows.distinct().select_related("item__unit", "process").prefetch_related("substitutes").order_by("pk"))
    boms = boms_with_state(Bom.objects.filter(pk__in={line.bom_id for line in lines})).select_related("product__unit")
    by_pk = {bom.pk: bom for bom in boms if bom.state in IN_USE}  # type: ignore[attr-defined]
    uses = []
    for line in lines:
        bom = by_pk.get(line.bom_id)
        if bom is None:
            continue
        for one, factor, through in level:
            if line.item_id == one.pk:
                uses.append(Use(bom, line, factor * factor_of(line), through))
            elif is_first:
                counts = next((row.factor for row in line.substitutes.all() if row.item_id == one.pk), None)
                if counts:
                    uses.append(Use(bom, line, factor * factor_of(line) / counts, through, stands_for=line.item))
    return sorted(uses, key=lambda use: (use.bom.product.code, use.bom.valid_from, use.line.pk))


def _next_level(item: Item, uses: list[Use]) -> list[tuple[Item, Decimal, tuple[Item, ...]]]:
    """The items that the products of these bills are kept as; none twice on one way. Of a product's bills the one in force leads on."""
    held = {use.bom.product_id for use in uses if use.bom.state == "in_force"}  # type: ignore[attr-defined]
    uses = [use for use in uses if use.bom.state == "in_force" or use.bom.product_id not in held]  # type: ignore[attr-defined]
    made: dict[int, list[Item]] = {}
    for one in Item.objects.filter(product__in={use.bom.product_id for use in uses}).order_by("code"):
        made.setdefault(one.product_id or 0, []).append(one)
    level = []
    for use in uses:
        for one in made.get(use.bom.product_id, ()):
            if one.pk != item.pk and one.pk not in {passed.pk for passed in use.through}:
                level.append((one, use.per_unit, (*use.through, one)))
    return level
