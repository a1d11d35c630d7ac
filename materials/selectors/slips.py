"""Slips as people read them: which of them they see, and each line with the quota as it stood."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import connection
from django.db.models import Q, QuerySet
from django.urls import reverse

from core.history import event_model_of
from materials.models import Item, Place, PlaceKind, QuotaLine, Slip, StockMove, Supplement
from people.access import Access
from plans.hooks import UnsignedSlip
from plans.selectors.orders import orders_seen

ZERO = Decimal(0)
# What a move adds to what its quota line has drawn, in units of the line's item: as the ledger's trigger counts.
DRAWN = """
    SELECT m.quota_line_id, COALESCE(sum(k.sign * round(m.quantity * COALESCE(b.factor, 1), 6)) FILTER (WHERE m.slip_id <> %(slip)s), 0),
        COALESCE(sum(k.sign * round(m.quantity * COALESCE(b.factor, 1), 6)) FILTER (WHERE m.slip_id = %(slip)s), 0)
    FROM materials_stockmove m
    JOIN materials_slip d ON d.id = m.slip_id AND d.order_id = %(order)s
    JOIN materials_place s ON s.id = m.source_id
    JOIN materials_place t ON t.id = m.target_id
    JOIN materials_lot l ON l.id = m.lot_id
    LEFT JOIN materials_quotasubstitute b ON b.quota_line_id = m.quota_line_id AND b.item_id = l.item_id
    LEFT JOIN materials_stockmove u ON u.id = m.undoes_id
    CROSS JOIN LATERAL (SELECT CASE
        WHEN m.undoes_id IS NULL AND t.kind = 'order' THEN 1
        WHEN m.undoes_id IS NOT NULL AND s.kind = 'order' THEN -1
        WHEN m.return_type IN ('good', 'incoming_defect') THEN -1
        WHEN u.return_type IN ('good', 'incoming_defect') THEN 1
        ELSE 0 END AS sign) k
    WHERE m.quota_line_id = ANY(%(lines)s) AND m.id <= %(last)s
    GROUP BY m.quota_line_id
"""


def slips_seen(access: Access, rows: QuerySet[Slip] | None = None) -> QuerySet[Slip]:
    """Slips of the orders this person sees, those of no order, and whatever they received or posted themselves."""
    rows = Slip.objects.all() if rows is None else rows
    if access.scope is None:
        return rows
    own = Q(receiver=access.staff) | Q(posted_by=access.staff)
    return rows.filter(own | Q(order=None) | Q(order__in=orders_seen(access).values("pk")))


@dataclass(frozen=True)
class Taken:
    """So much of one lot, from one place to another."""

    lot: str
    source: Place
    target: Place
    quantity: Decimal

    @property
    def came_from(self) -> str:
        return _called(self.source)

    @property
    def went_to(self) -> str:
        return _called(self.target)


def _called(place: Place) -> str:
    """A bin by its code, as it stands on its label; an order by its number, the outside by its name."""
    return place.code if place.kind == PlaceKind.BIN else place.label


@dataclass(frozen=True)
class Cumulative:
    """A quota line as it stood with this slip, in units of its item: quota, supplement, drawn before, drawn by it, left after."""

    quota: Decimal
    supplement: Decimal
    before: Decimal
    this: Decimal

    @property
    def after(self) -> Decimal:
        return self.quota + self.supplement - self.before - self.this


@dataclass
class SlipRow:
    """One item of a slip with all its moves."""

    number: int
    item: Item
    quota_line_id: int | None
    taken: list[Taken] = field(default_factory=list)
    stood: Cumulative | None = None

    @property
    def quantity(self) -> Decimal:
        return sum((taken.quantity for taken in self.taken), ZERO)


def slip_rows(slip: Slip) -> list[SlipRow]:
    """The lines of a slip; three statements however many there are."""
    moves = slip.moves.select_related("lot__item__unit", "source", "target").order_by("line", "pk")
    rows: dict[tuple[int, int | None], SlipRow] = {}
    last = 0
    for move in moves:
        key = (move.lot.item_id, move.quota_line_id)
        row = rows.setdefault(key, SlipRow(len(rows) + 1, move.lot.item, move.quota_line_id))
        row.taken.append(Taken(move.lot.code, move.source, move.target, move.quantity))
        last = max(last, move.pk)
    stood = _cumulative(slip, [row.quota_line_id for row in rows.values() if row.quota_line_id], last)
    for row in rows.values():
        row.stood = stood.get(row.quota_line_id or 0)
    return list(rows.values())


def _cumulative(slip: Slip, lines: list[int], last: int) -> dict[int, Cumulative]:
    if not lines:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(DRAWN, {"slip": slip.pk, "order": slip.order_id, "lines": lines, "last": last})
        drawn = {line: (before, this) for line, before, this in cursor.fetchall()}
    limits = _limits(lines, slip)
    return {line: Cumulative(*limits[line], *drawn[line]) for line in drawn}


def _limits(lines: list[int], slip: Slip) -> dict[int, tuple[Decimal, Decimal]]:
    """Quota and supplement as they stood when the slip was posted; the audit rows know."""
    events = event_model_of(QuotaLine).objects.filter(pgh_obj_id__in=lines, pgh_created_at__lte=slip.posted_at)
    rows = events.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id").values_list("pgh_obj_id", "quota", "supplement")
    found = {line: (quota, supplement) for line, quota, supplement in rows}
    missing = [line for line in lines if line not in found]
    if missing:
        found |= {line.pk: (line.quota, line.supplement) for line in QuotaLine.objects.filter(pk__in=missing)}
    return found


def unsigned_of_team(team: int, at: datetime) -> list[UnsignedSlip]:
    """Slips of a team's orders or received by its people that nobody has confirmed, posted by then; one statement (MAT-08)."""
    rows = Slip.objects.filter(Q(order__team=team) | Q(receiver__org=team), status=Slip.Status.AWAITING_RECEIVER, posted_at__lte=at)
    return [
        UnsignedSlip(
            number=slip.number,
            url=reverse("slip", args=[slip.number]),
            order=slip.order.number if slip.order else "",
            receiver=slip.receiver,
            posted_at=slip.posted_at,
        )
        for slip in rows.select_related("order", "receiver").order_by("posted_at", "pk")
        if slip.receiver
    ]


def moves_of(slips: QuerySet[Slip]) -> QuerySet[StockMove]:
    """The moves of several slips, for a file."""
    return StockMove.objects.filter(slip__in=slips.order_by().values("pk")).order_by("-slip__posted_at", "slip", "line", "pk")


def supplements_behind(slip: Slip, rows: list[SlipRow]) -> list[Supplement]:
    """The supplements that had been granted to the lines of a slip when it was posted."""
    granted = Supplement.objects.filter(
        quota_line__in=[row.quota_line_id for row in rows if row.stood and row.stood.supplement],
        approved_quantity__isnull=False,
        decided_at__lte=slip.posted_at,
    )
    return list(granted.select_related("decided_by", "quota_line__item__unit").order_by("pk"))
