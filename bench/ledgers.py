"""A store's ledger as long as is asked for: issues of one item to other orders, multiplied by the database from one that was posted."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import connection

from bench.blocks import Work
from bench.databases import turn_to

if TYPE_CHECKING:
    from django.db.models import Model

    from tests.factories.materials import Store

MOVES_AN_ORDER = 50
STOCK = 10**9
PER_UNIT = 10**7  # kg a piece: no quota ends while it is measured


def multiply(row: Model, times: int, **columns: str) -> str:
    """So many copies of a row; ``columns`` says in SQL what differs, by ``n`` from 1. Gives in SQL the key of the n-th copy."""
    fields = [field.column for field in row._meta.concrete_fields if not field.primary_key]
    values = ", ".join(columns.get(name, f"t.{name}") for name in fields)
    table = row._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(fields)}) SELECT {values} FROM {table} t, generate_series(1, %s) n WHERE t.id = %s ORDER BY n"
            " RETURNING id",
            [times, row.pk],
        )
        keys = [key for (key,) in cursor.fetchall()]
    if keys != list(range(keys[0], keys[0] + times)):
        raise SystemExit(f"{table}: the keys of the copies are not in a row")
    return f"{keys[0] - 1} + n"


def make_ledger(moves: int) -> None:
    """A store with an order that goes on drawing, and so many issues to others before it. What is kept agrees with what was moved."""
    from materials.models import Balance, Place, QuotaLine, Slip
    from materials.services import SlipLine, issue, verify_ledger
    from tests.factories.materials import make_store
    from tests.factories.people import make_plant

    store = make_store(make_plant(), stock=str(STOCK), per_unit=str(PER_UNIT))
    slip = issue(order=store.order, lines=[SlipLine(store.steel, Decimal(1))], receiver=store.welder, by=store.keeper)
    move = slip.moves.get()
    place = Place.objects.get(order=store.order)
    orders = moves // MOVES_AN_ORDER
    drawn = str(MOVES_AN_ORDER)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    order = multiply(store.order, orders, number="'B-' || n")
    at_order = multiply(place, orders, code="'B-' || n", order_id=order)
    line = multiply(QuotaLine.objects.get(order=store.order), orders, order_id=order, issued=drawn)
    multiply(Balance.objects.get(place=place), orders, place_id=at_order, on_hand=drawn)

    def in_turn(key: str) -> str:
        return key.replace("n", f"1 + n %% {orders}")

    of_slip = multiply(slip, moves, number="'B-ISS-' || n", order_id=in_turn(order))
    multiply(move, moves, slip_id=of_slip, target_id=in_turn(at_order), quota_line_id=in_turn(line))
    Balance.objects.filter(place=move.source).update(on_hand=STOCK - 1 - moves)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")
    wrong = verify_ledger()
    if wrong or Slip.objects.count() < moves:
        raise SystemExit(f"the ledger that was made is wrong: {wrong[:3]}")


def turn_to_ledger(moves: int) -> int:
    """Turn Django to the database with that ledger, made once and kept."""
    turn_to(f"ledger_{moves}", lambda: make_ledger(moves))
    return moves


def slip() -> Work:
    """One more line issued to the order that goes on drawing."""
    from bench.slips import slip_of_one

    return slip_of_one(store_there())


def store_there() -> Store:
    from materials.models import Item
    from people.models import Staff
    from plans.models import ProductionOrder
    from tests.factories.materials import Store

    keeper, welder, manager = (Staff.objects.get(name=name) for name in ("stk P", "opr A1", "mgr P"))
    order = ProductionOrder.objects.select_related("workshop", "team").exclude(number__startswith="B-").get()
    return Store(None, keeper, welder, manager, Item.objects.select_related("unit").get(code="STEEL"), order)
