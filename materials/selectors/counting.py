"""Stocktakes as people read them: who sees which, how far they are, and what was found against the book (MAT-16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Count as CountOf
from django.db.models import F, Q, QuerySet

from core.clock import plant_today
from core.plant_settings import plant_setting
from materials.models import Adjustment, Balance, Count, CountLine, CountPlan, Item, Place, PlaceKind
from materials.rates import count_accuracy
from people.access import Access
from people.models import OrgKind, OrgSpan, Staff
from people.roles import ACTIONS
from people.selectors.leaders import holders
from plans.selectors.places import nodes_of

ZERO = Decimal(0)


def plans_seen(access: Access) -> QuerySet[CountPlan]:
    """Plans of the store, and those of the workshops this person sees."""
    return access.scoped(CountPlan.objects.all(), "workshop")


def counts_seen(access: Access, rows: QuerySet[Count] | None = None) -> QuerySet[Count]:
    return access.scoped(Count.objects.all() if rows is None else rows, "plan__workshop")


def with_progress(rows: QuerySet[Count]) -> QuerySet[Count]:
    """Counts with ``total`` lines, those ``open``, those that ``differ`` and those ``good`` within the plant's tolerance."""
    slack = Decimal(plant_setting("count_tolerance_pct")) / 100
    first, second = Q(lines__recounted__isnull=True, lines__counted__isnull=False), Q(lines__recounted__isnull=False)
    near, differs = Q(), Q()
    for is_it, figure in ((first, "counted"), (second, "recounted")):
        book = F(f"lines__{figure}_book")
        low, high = book * (1 - slack), book * (1 + slack)
        near |= is_it & Q(**{f"lines__{figure}__gte": low, f"lines__{figure}__lte": high})
        differs |= is_it & ~Q(**{f"lines__{figure}": book})
    blank = Q(lines__counted__isnull=True) | Q(lines__is_recount_asked=True, lines__recounted__isnull=True)
    return rows.annotate(
        total=CountOf("lines"),
        open=CountOf("lines", filter=blank),
        differ=CountOf("lines", filter=differs),
        good=CountOf("lines", filter=near),
    )


def accuracy_of(count: Count) -> Decimal | None:
    """Of a row of ``with_progress``: lines within the tolerance ÷ lines × 100, ``None`` while a line is open."""
    total, still_open, good = count.total, count.open, count.good  # type: ignore[attr-defined]
    return None if still_open else count_accuracy(good, total)


def lines_to_count(count: Count) -> QuerySet[CountLine]:
    """The lines of the sheet in the order of the shelves: all, or only those sent back to be counted again."""
    rows = count.lines.select_related("lot__item__unit", "place__order", "counted_by", "recounted_by")
    if count.lines.filter(is_recount_asked=True).exists():
        rows = rows.filter(is_recount_asked=True)
    return rows.order_by("place__code", "lot__item__code", "lot__code", "pk")


@dataclass(frozen=True)
class Difference:
    """A line against the book of the moment it was counted. ``value`` is the difference at standard cost, ``now`` what stands there now."""

    line: CountLine
    difference: Decimal
    value: Decimal | None
    now: Decimal

    @property
    def moved_before(self) -> Decimal:
        """What moved in or out between the freeze and the count; the difference does not hold it."""
        return (self.line.expected or ZERO) - self.line.book

    @property
    def moved_after(self) -> Decimal:
        """What moved in or out since it was counted; once the difference is posted, that too."""
        return self.now - (self.line.expected or ZERO)

    @property
    def is_short(self) -> bool:
        """Whether less stands there now than the difference would take away."""
        return self.difference < 0 and self.now < -self.difference


def differences(count: Count, *, by_value: bool = True, is_all: bool = False) -> list[Difference]:
    """What was found against the book, the dearest first; two statements. ``is_all`` also tells the lines that agree."""
    lines = list(count.lines.select_related("lot__item__unit", "place__order", "counted_by", "recounted_by"))
    places, lots = {line.place_id for line in lines}, {line.lot_id for line in lines}
    standing = Balance.objects.filter(place__in=places, lot__in=lots).values_list("place_id", "lot_id", "on_hand")
    now = {(place, lot): on_hand for place, lot, on_hand in standing}
    found = []
    for line in lines:
        gap, cost = line.difference, line.lot.item.standard_cost
        if gap is not None and (gap or is_all):
            value = None if cost is None else gap * cost
            found.append(Difference(line, gap, value, now.get((line.place_id, line.lot_id), ZERO)))
    return sorted(found, key=lambda row: abs(row.value or ZERO), reverse=True) if by_value else found


@dataclass(frozen=True)
class Objects:
    """What a plan may count: places by code, workshops as this person sees them, classes that items carry."""

    places: Sequence[Place]
    workshops: Sequence[OrgSpan]
    classes: Sequence[str]


def objects_to_count(access: Access) -> Objects:
    places = Place.objects.filter(kind__in=(PlaceKind.WAREHOUSE, PlaceKind.ZONE), is_closed=False).order_by("code")
    classes = Item.objects.exclude(item_class="").order_by("item_class").values_list("item_class", flat=True).distinct()
    return Objects(list(places), nodes_of(access.scope, [OrgKind.WORKSHOP]), list(classes))


def approvers(node: int | None = None) -> list[Staff]:
    """Who may approve differences, adjustments and disposals of a workshop, of the store where no workshop is named."""
    roles = sorted(ACTIONS["adjustment.approve"])
    if node is not None:
        return holders(roles, node, plant_today())
    return list(Staff.objects.employed().filter(user__groups__name__in=roles).distinct().order_by("staff_no"))


def adjustment_shows(photo: UUID, access: Access) -> bool:
    """Whether an adjustment carries the photo; adjustments are of the store and seen by everybody who reads."""
    return access.may("read") and Adjustment.objects.filter(photo=photo).exists()
