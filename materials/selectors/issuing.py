"""What the counter shows of an order: its lines with what is left, where each item would be taken from, who may receive it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from core.clock import plant_today
from core.models import Unit
from core.prepared import Given, PreparedRows, numbers
from materials.models import ISSUABLE, Balance, Item, PlaceKind, QuotaLine, QuotaSubstitute, Supplement
from materials.models.places import ISSUED_FROM
from people.access import Access
from people.models import OrgPath, Staff
from plans.models import ProductionOrder
from plans.selectors.orders import orders_seen

ZERO = Decimal(0)
ORDERS_SHOWN = 30


@dataclass(frozen=True)
class Source:
    """So much of one lot in one bin, ready to be issued."""

    lot: str
    bin_id: int
    bin: str
    zone: str
    expires_on: date | None
    on_hand: Decimal


@dataclass
class Beside:
    """What stands in the store and what supplements wait, of all rows of an order: one statement each, when first asked for. A slip that is
    posted as it was typed asks for neither."""

    lines: list[QuotaLine]
    items: set[int]
    on: date | None

    @cached_property
    def sources(self) -> dict[int, list[Source]]:
        return sources_of(self.items, self.on)

    @cached_property
    def waiting(self) -> dict[int, Decimal]:
        asked = Supplement.objects.filter(quota_line__in=self.lines, status=Supplement.Status.REQUESTED).order_by()
        return dict(asked.values_list("quota_line").annotate(asked=Sum("quantity")))


@dataclass(kw_only=True)
class NamedRow:
    """One item that a slip may bring. ``beside`` is what a page shows next to it."""

    item: Item
    beside: Beside

    @property
    def sources(self) -> list[Source]:
        """First expired first, then first in."""
        return self.beside.sources.get(self.item.pk, [])

    @property
    def unit(self) -> Unit:
        return self.item.unit


@dataclass(kw_only=True)
class DrawRow(NamedRow):
    """One item that may be drawn on a quota line: the line's own, or a substitute of which one unit counts as ``factor`` units of it."""

    number: int
    line: QuotaLine
    factor: Decimal = Decimal(1)

    @property
    def waiting(self) -> Decimal:
        """What supplements that nobody decided yet ask for."""
        return self.beside.waiting.get(self.line.pk, ZERO)

    @property
    def is_substitute(self) -> bool:
        return self.item.pk != self.line.item_id

    @property
    def on_hand(self) -> Decimal:
        return sum((source.on_hand for source in self.sources), ZERO)

    @property
    def left(self) -> Decimal:
        """What is left of the quota, in units of this item; as fine as its unit."""
        return (self.line.left / self.factor).quantize(Decimal(1).scaleb(-self.unit.decimals), ROUND_FLOOR)

    @property
    def most(self) -> Decimal:
        """What a slip of now may bring."""
        return min(self.left, self.on_hand)

    @property
    def percent_used(self) -> Decimal:
        """How much of quota and supplement is drawn: the length of a bar."""
        limit = self.line.quota + self.line.supplement
        return min(self.line.drawn * 100 / limit, Decimal(100)).quantize(Decimal("0.1")) if limit else ZERO

    @property
    def suggested(self) -> list[Source]:
        """Where what is left would be taken from."""
        found, open_quantity = [], self.most
        for source in self.sources:
            if open_quantity <= 0:
                break
            found.append(source)
            open_quantity -= source.on_hand
        return found or self.sources[:1]

    @property
    def codes(self) -> str:
        """What a scanner may read on this material."""
        codes = {self.item.code, self.item.barcode, *(source.lot for source in self.sources)} - {""}
        return "\n".join(sorted(codes))


def draw_rows(order: ProductionOrder, on: date | None = None) -> list[DrawRow]:
    """The lines of an order as the counter needs them, each followed by its substitutes; four statements at most however many lines.

    An item stands in one row, on the line that a slip counts it on: its own, else the last that it may stand in for.
    """
    lines = list(order.quota_lines.select_related("item__unit").order_by("pk"))
    own = {line.item_id for line in lines}
    by_item = {
        other.item_id: other
        for other in QuotaSubstitute.objects.filter(quota_line__in=lines).select_related("item__unit").order_by("quota_line_id")
        if other.item_id not in own
    }
    substitutes: dict[int, list[QuotaSubstitute]] = defaultdict(list)
    for substitute in sorted(by_item.values(), key=lambda other: other.item.code):
        substitutes[substitute.quota_line_id].append(substitute)
    rows, beside = [], Beside(lines, own | by_item.keys(), on)
    for number, line in enumerate(lines, 1):
        rows.append(DrawRow(number=number, line=line, item=line.item, beside=beside))
        rows += [DrawRow(number=number, line=line, item=other.item, beside=beside, factor=other.factor) for other in substitutes[line.pk]]
    return rows


OWN_LINES = PreparedRows(
    "own_lines",
    lambda: QuotaLine.objects.filter(order=Given(1, "bigint"), item__in=Given(2, "bigint[]")).select_related("item__unit").order_by(),
)
STANDING_IN = PreparedRows(
    "standing_in",
    lambda: (
        QuotaSubstitute.objects.filter(quota_line__order=Given(1, "bigint"), item__in=Given(2, "bigint[]"))
        .select_related("item__unit")
        .order_by("quota_line_id")
    ),
)


def named_rows(order: ProductionOrder, named: Set[int]) -> list[NamedRow]:
    """Those of ``draw_rows`` whose items are named, in the same order: what a slip asks for that goes through. Two statements at most."""
    found = {line.item_id: (line.pk, 0, line.item) for line in OWN_LINES.run(order.pk, numbers(named))} if named else {}
    if rest := named - found.keys():
        found |= {other.item_id: (other.quota_line_id, 1, other.item) for other in STANDING_IN.run(order.pk, numbers(rest))}
    beside = Beside([], set(found), None)
    in_order = sorted(found.values(), key=lambda place: (place[0], place[1], place[2].code))
    return [NamedRow(item=item, beside=beside) for _line, _own, item in in_order]


def sources_of(items: Iterable[int], on: date | None = None) -> dict[int, list[Source]]:
    """What may be issued of each item on a date (today), in the order in which it is taken."""
    on = on or plant_today()
    rows = Balance.objects.filter(
        Q(lot__expires_on=None) | Q(lot__expires_on__gte=on),
        lot__item__in=list(items),
        lot__status__in=ISSUABLE,
        on_hand__gt=0,
        place__kind=PlaceKind.BIN,
        place__purpose__in=ISSUED_FROM,
    ).select_related("lot", "place__parent")
    found: dict[int, list[Source]] = defaultdict(list)
    for row in rows.order_by(F("lot__expires_on").asc(nulls_last=True), "lot__received_on", "lot", "place__code"):
        place, lot = row.place, row.lot
        zone = place.parent.code if place.parent else ""
        found[lot.item_id].append(Source(lot.code, place.pk, place.code, zone, lot.expires_on, row.on_hand))
    return found


def orders_to_issue(access: Access) -> QuerySet[ProductionOrder]:
    """Released orders with quota lines that this person sees, those that start or are due first in front.

    ``lines`` is how many items each asks, ``open_lines`` of how many something is left.
    """
    lines = QuotaLine.objects.filter(order=OuterRef("pk"))
    left = Q(
        quota_lines__issued__lt=F("quota_lines__quota")
        + F("quota_lines__supplement")
        + F("quota_lines__returned_good")
        + F("quota_lines__returned_incoming_defect")
    )
    rows = orders_seen(access).filter(Exists(lines), status=ProductionOrder.Status.RELEASED).select_related("product__unit")
    rows = rows.annotate(lines=Count("quota_lines"), open_lines=Count("quota_lines", filter=left))
    return rows.order_by(F("start_on").asc(nulls_first=True), "due_on", "number")


def receivers_for(order: ProductionOrder, *, but: Staff, on: date | None = None) -> list[Staff]:
    """Who may receive material of an order: its team first, then those who stand above it in the workshop; never ``but``."""
    people = _receivers(order.workshop_id, order.team_id, on or plant_today(), but.pk).order_by("staff_no")
    return sorted(people, key=lambda person: person.org_id != order.team_id)


def _receivers(workshop: Any, team: Any, on: Any, but: Any) -> QuerySet[Staff]:
    paths = OrgPath.objects.filter(workshop=workshop, valid_from__lte=on, valid_to__gt=on)
    if team:
        paths = paths.filter(Q(team=None) | Q(team=team))
    return Staff.objects.working_on(on).filter(org__in=paths.values("node")).exclude(pk=but)


def _named_receiver(team: Given | None) -> QuerySet[Staff]:
    workshop, on, but = Given(1, "bigint"), Given(2, "date"), Given(3, "bigint")
    return _receivers(workshop, team, on, but).filter(pk=Given(4, "bigint")).order_by()


OF_TEAM = PreparedRows("receiver_of_team", lambda: _named_receiver(Given(5, "bigint")))
OF_WORKSHOP = PreparedRows("receiver_of_workshop", lambda: _named_receiver(None))


def named_receiver(order: ProductionOrder, *, pk: int, but: Staff) -> list[Staff]:
    """That person, where they are among ``receivers_for``."""
    asked = (order.workshop_id, plant_today(), but.pk, pk)
    return OF_TEAM.run(*asked, order.team_id) if order.team_id else OF_WORKSHOP.run(*asked)
