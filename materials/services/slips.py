"""What every slip has in common: its date, its two people, its order, its number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import CharField, DateField, ForeignKey, Q
from django.utils import timezone
from django.utils.functional import cached_property

from core.clock import plant_today
from core.errors import Faults, RuleBroken, SamePerson, TooFine
from core.plant_settings import plant_setting
from core.prepared import Prepared, numbers
from core.quantities import fit, plain
from core.services import stamp_number
from core.services.requests import FirstAnswer
from materials.errors.slips import CountsNothing, DateOutOfReach, NoLinesGiven, NotABin, NotAboveZero, OrderNotOpen, ReceiverElsewhere
from materials.models import Item, Place, PlaceKind, Slip, StockMove
from people.models import OrgPath, Staff
from plans.models import ProductionOrder

MOST = Decimal(10) ** 12
MICRO = Decimal("0.000001")
HOLD_ORDER = Prepared(
    "hold_order",
    """
    SELECT o.status, p.id, r.workshop_id = o.workshop_id AND (o.team_id IS NULL OR r.team_id IS NULL OR r.team_id = o.team_id)
    FROM plans_productionorder o
    LEFT JOIN materials_place p ON p.order_id = o.id
    LEFT JOIN people_orgpath r ON r.node_id = $2 AND r.valid_from <= $3 AND r.valid_to > $3
    WHERE o.id = $1 FOR SHARE OF o
    """,
)


@dataclass(frozen=True)
class SlipLine:
    """``quantity`` of an item in its unit. ``lot`` is a lot's code (blank is the standing lot, which has none), ``bin`` a place; what is
    ``None`` is chosen: first expired, then first in, over as many lots and bins as needed. ``to_bin`` is where a transfer brings it."""

    item: Item
    quantity: Decimal
    lot: str | None = None
    bin: Place | None = None
    to_bin: Place | None = None


@dataclass(frozen=True)
class Asked:
    """Equal lines of a slip added up; ``line`` is the position of the first of them, from 0."""

    line: int
    item: Item
    quantity: Decimal
    lot: str | None
    bin: Place | None
    to_bin: Place | None = None

    @cached_property
    def item_id(self) -> int:
        return self.item.pk

    @cached_property
    def unit(self) -> str:
        return self.item.unit.code


def added_up(lines: Sequence[SlipLine]) -> list[Asked]:
    """The lines in the order sent, equal ones added up. Raises ``Faults`` with everything wrong in itself at ``lines.<n>.<field>``."""
    if not lines:
        raise NoLinesGiven(field="lines")
    faults: list[RuleBroken] = []
    sums: dict[tuple[int, str | None, int | None, int | None], Asked] = {}
    for number, line in enumerate(lines):
        if line.quantity <= 0 or line.quantity >= MOST:
            faults.append(NotAboveZero(field=f"lines.{number}.quantity"))
            continue
        try:
            quantity = fit(line.quantity, line.item.unit, field=f"lines.{number}.quantity")
        except TooFine as fault:
            faults.append(fault)
            continue
        wrong = [name for name in ("bin", "to_bin") if not _is_bin_in_use(getattr(line, name))]
        if wrong:
            faults += [NotABin(field=f"lines.{number}.{name}", place=getattr(line, name).code) for name in wrong]
            continue
        key = (line.item.pk, line.lot, line.bin.pk if line.bin else None, line.to_bin.pk if line.to_bin else None)
        stands = sums.get(key)
        sums[key] = Asked(
            line=stands.line if stands else number,
            item=line.item,
            quantity=quantity + (stands.quantity if stands else 0),
            lot=line.lot,
            bin=line.bin,
            to_bin=line.to_bin,
        )
    if faults:
        raise Faults(faults)
    return list(sums.values())


def counted(quantity: Decimal, factor: Decimal) -> Decimal:
    """What a move counts on its quota line, as the ledger's trigger rounds it."""
    return (quantity * factor).quantize(MICRO, ROUND_HALF_UP)


def nothing_counted(item: Item, quantity: Decimal, factor: Decimal, *, field: str) -> list[RuleBroken]:
    """The fault of a move between a bin and an order that its quota line would not see; the trigger refuses it as well."""
    if counted(quantity, factor):
        return []
    told = {"item": item.code, "quantity": plain(quantity), "unit": item.unit.code, "factor": plain(factor)}
    return [CountsNothing(field=field, **told)]


def _is_bin_in_use(place: Place | None) -> bool:
    return place is None or (place.kind == PlaceKind.BIN and not place.is_closed)


def body_of(lines: Sequence[SlipLine]) -> list[tuple[object, ...]]:
    """What makes two sendings of a slip the same one."""
    return [
        (line.item.pk, line.quantity.normalize(), line.lot, line.bin.pk if line.bin else None, *([line.to_bin.pk] if line.to_bin else []))
        for line in lines
    ]


def slip_date(on: date | None) -> date:
    """Today unless given; raises ``DateOutOfReach`` outside the last days that the plant's setting allows."""
    today = plant_today()
    if on is None or on == today:
        return today
    first = today - timedelta(days=plant_setting("slip_days_back"))
    if not first <= on <= today:
        raise DateOutOfReach(field="business_date", on=on.isoformat(), first=first.isoformat(), last=today.isoformat())
    return on


def require_two_people(by: Staff, receiver: Staff) -> None:
    if by.pk == receiver.pk:
        raise SamePerson(field="receiver")


@dataclass(frozen=True)
class OpenOrder:
    """A released order that nobody closes while this transaction lasts, and the place that holds its material."""

    order: ProductionOrder
    place_id: int


def hold_order_open(order: ProductionOrder) -> OpenOrder:
    """Keep the order as it is until COMMIT, without standing in the way of other slips. Raises ``OrderNotOpen``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.status, p.id FROM plans_productionorder o LEFT JOIN materials_place p ON p.order_id = o.id"
            " WHERE o.id = %s FOR SHARE OF o",
            [order.pk],
        )
        status, place_id = cursor.fetchone()
    return _open(order, status, place_id)


def _open(order: ProductionOrder, status: str, place_id: int | None) -> OpenOrder:
    if status != ProductionOrder.Status.RELEASED or place_id is None:
        raise OrderNotOpen(field="order", order=order.number, status=ProductionOrder.Status(status).label)
    return OpenOrder(order=order, place_id=place_id)


def hold_order_for(order: ProductionOrder, receiver: Staff, on: date) -> OpenOrder:
    """Hold the order open for a slip that a person receives on a day.

    Raises ``OrderNotOpen``, and ``ReceiverElsewhere`` unless the receiver belongs to the order's team (its workshop where it has
    no team, or stands above the team in that workshop).
    """
    with connection.cursor() as cursor:
        HOLD_ORDER.run(cursor, order.pk, receiver.org_id, on)
        status, place_id, belongs = cursor.fetchone()
    held = _open(order, status, place_id)
    if not belongs:
        raise ReceiverElsewhere(field="receiver", who=receiver.name, team=str(order.team or order.workshop))
    return held


def belongs_to(order: ProductionOrder, person: Staff, on: date) -> bool:
    """Whether a person is of the order's team, or stands above it in its workshop; what ``hold_order_for`` asks of a receiver."""
    paths = OrgPath.objects.filter(node=person.org_id, workshop=order.workshop_id, valid_from__lte=on, valid_to__gt=on)
    return (paths.filter(Q(team=None) | Q(team=order.team_id)) if order.team_id else paths).exists()


@dataclass(slots=True)
class Move:
    """A move that nobody asks for again once it is written: what ``StockMove`` holds, at a tenth of the price of a row."""

    line: int
    lot_id: int
    source_id: int
    target_id: int
    quantity: Decimal
    quota_line_id: int | None = None
    return_type: str = ""
    undoes_id: int | None = None


def post(slip: Slip, moves: Sequence[StockMove] | Sequence[Move], first: FirstAnswer | None = None) -> Slip:
    """Write a slip with its moves and give it its number: two statements, whatever the number of moves.

    ``first`` is told the slip's id as its answer, in the statement that stamps the number.
    """
    slip.posted_at = timezone.now()
    write, head, columns = _writing()
    with connection.cursor() as cursor:
        write.run(
            cursor,
            *head(slip),
            *(column([getattr(move, name) for move in moves]) for name, column in columns),
        )
        (slip.pk,) = cursor.fetchone()
    slip._state.adding, slip._state.db = False, connection.alias
    for move in moves:
        if isinstance(move, StockMove):
            move.slip, move.business_date = slip, slip.business_date
    if first is not None:
        first.answer = {"slip": slip.pk}
    stamp_number(slip, Slip.NUMBERED_AS[Slip.Kind(slip.kind)], first=first)
    return slip


@cache
def _writing() -> tuple[Prepared, Callable[[Slip], tuple[Any, ...]], list[tuple[str, Callable[[list[Any]], Any]]]]:
    """The statement that writes a slip and its moves, what gives the slip's values in its order, and the moves' columns with how each is
    sent. What every move has of its slip comes from there; the rest arrives as one array a column.
    """
    head = [field for field in Slip._meta.concrete_fields if not field.primary_key]
    assert all(isinstance(field, CharField | DateField | ForeignKey) for field in head), "what reaches Postgres as it is"
    of_slip = {"slip": "slip.id", "business_date": "slip.business_date"}
    own = [field for field in StockMove._meta.concrete_fields if not field.primary_key and field.name not in of_slip]
    heads, owns = ([str(field.column) for field in fields] for fields in (head, own))
    arrays = [f"${number}::{field.db_type(connection)}[]" for number, field in enumerate(own, len(head) + 1)]
    write = Prepared(
        "write_slip",
        f"""
        WITH slip AS (
            INSERT INTO materials_slip ({", ".join(heads)})
            VALUES ({", ".join(f"${number}" for number in range(1, len(heads) + 1))}) RETURNING id, business_date
        ), moves AS (
            INSERT INTO materials_stockmove ({", ".join(owns)}, slip_id, business_date)
            SELECT {", ".join(f"m.{name}" for name in owns)}, slip.id, slip.business_date
            FROM slip, unnest({", ".join(arrays)}) WITH ORDINALITY AS m ({", ".join(owns)}, place)
            ORDER BY m.place
        ) SELECT id FROM slip
        """,  # noqa: S608 - names of ours
    )
    values = attrgetter(*(field.attname for field in head))
    return write, values, [(field.attname, list if isinstance(field, CharField) else numbers) for field in own]
