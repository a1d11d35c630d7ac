"""A1 to A5 and B1: posting slips, through the service and over HTTP, against the raw cost of the same promise in the same database.

Raw is what psycopg2 reaches with nothing around it: lock the quota row and the stock row, write one ledger line with two foreign keys and
two indexes, update both rows, COMMIT. Both sides write durably.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import uuid4

import psycopg2

from bench.blocks import Found, Pair, compare, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.factories.materials import Store

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "slips"
LINES = 50
CROWDS = (4, 8, 16)
DRAINED = 400
SECONDS_A_CROWD = 6.0
PER_UNIT = 10**8  # kg a piece: no quota of these ends while it is measured

RAW = """
CREATE TABLE raw_quota (id int PRIMARY KEY, quota numeric NOT NULL, issued numeric NOT NULL, CHECK (issued <= quota));
CREATE TABLE raw_stock (id int PRIMARY KEY, on_hand numeric NOT NULL CHECK (on_hand >= 0));
CREATE TABLE raw_move (id bigserial PRIMARY KEY, quota_id int NOT NULL REFERENCES raw_quota, stock_id int NOT NULL REFERENCES raw_stock,
                       quantity numeric NOT NULL);
CREATE INDEX ON raw_move (quota_id);
CREATE INDEX ON raw_move (stock_id);
INSERT INTO raw_quota VALUES (1, 1000000000000, 0);
INSERT INTO raw_stock VALUES (1, 1000000000000);
"""


@dataclass(frozen=True)
class World:
    """A store with one order of one item and one of fifty, and where they are reached."""

    url: str
    one: Store
    many: Any
    items: list[Any]


def prepare(server: str) -> World:
    """``server`` is the cluster's address without a database. Makes the database anew and turns Django to it."""
    from django.core.management import call_command
    from django.db import connection

    with closing(psycopg2.connect(f"{server}/postgres")) as there:
        there.autocommit = True
        there.cursor().execute(f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)')
        there.cursor().execute(f'CREATE DATABASE "{DATABASE}"')
    connection.close()
    connection.settings_dict["NAME"] = DATABASE
    call_command("migrate", verbosity=0)
    from materials.services import freeze_quota
    from tests.factories.materials import ItemFactory, make_bom, make_store, put
    from tests.factories.people import make_plant
    from tests.factories.plans import OrderFactory, ProductFactory

    plant = make_plant()
    store = make_store(plant, stock=str(PER_UNIT * 10), per_unit=str(PER_UNIT))
    items = ItemFactory.create_batch(LINES)
    product = ProductFactory()
    make_bom(product, dict.fromkeys(items, str(PER_UNIT)))
    many = OrderFactory(product=product, workshop=plant.a, team=plant.a1)
    freeze_quota(order=many, by=None)
    for item in items:
        put(item, str(PER_UNIT * 10))
    with connection.cursor() as cursor:
        cursor.execute(RAW)
        cursor.execute("ANALYZE")
    return World(f"{server}/{DATABASE}", store, many, items)


def raw_issue(url: str) -> Any:
    """One issue with nothing around it, on a connection of its own."""
    there = psycopg2.connect(url)
    cursor = there.cursor()

    def run() -> None:
        cursor.execute("SELECT issued FROM raw_quota WHERE id = 1 FOR UPDATE")
        cursor.execute("SELECT on_hand FROM raw_stock WHERE id = 1 FOR UPDATE")
        cursor.execute("INSERT INTO raw_move (quota_id, stock_id, quantity) VALUES (1, 1, 1)")
        cursor.execute("UPDATE raw_quota SET issued = issued + 1 WHERE id = 1")
        cursor.execute("UPDATE raw_stock SET on_hand = on_hand - 1 WHERE id = 1")
        there.commit()

    return run


def slip_of_one(store: Store) -> Any:
    from materials.services import SlipLine, issue

    line = SlipLine(store.steel, Decimal(1))
    return lambda: issue(order=store.order, lines=[line], receiver=store.welder, by=store.keeper, request_key=uuid4())


def slip_of_many(world: World) -> Any:
    from materials.services import SlipLine, issue

    store = world.one
    lines = [SlipLine(item, Decimal(1)) for item in world.items]
    return lambda: issue(order=world.many, lines=lines, receiver=store.welder, by=store.keeper, request_key=uuid4())


# ── many at once ──


def crowd(url: str, workers: int, what: str, order: int, item: int) -> list[dict[str, Any]]:
    """So many processes, each a person of its own computer; what each tells of its work."""
    env = os.environ | {"DATABASE_URL": url, "BENCH_ORDER": str(order), "BENCH_ITEM": str(item), "BENCH_WHAT": what}
    env |= {"BENCH_BEGINS": str(time.time() + 2.0 + workers * 0.8)}
    command = [sys.executable, "-m", "bench.slips"]
    running = [subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) for _worker in range(workers)]
    return [json.loads(process.communicate()[0].splitlines()[-1]) for process in running]


def work_in_a_crowd() -> dict[str, Any]:
    """In a process of its own: post one-line slips for some seconds, or until the quota is drained, each under a key that is sent twice."""
    import django

    django.setup()
    from materials.errors.slips import SlipRefused
    from materials.models import Item
    from materials.services import SlipLine, issue
    from people.models import Staff
    from plans.models import ProductionOrder

    order = ProductionOrder.objects.select_related("workshop", "team").get(pk=os.environ["BENCH_ORDER"])
    line = SlipLine(Item.objects.select_related("unit").get(pk=os.environ["BENCH_ITEM"]), Decimal(1))
    keeper, welder = Staff.objects.get(name="stk P"), Staff.objects.get(name="opr A1")
    drains = os.environ["BENCH_WHAT"] == "drain"
    posted, faults = set(), []
    time.sleep(max(float(os.environ["BENCH_BEGINS"]) - time.time(), 0))
    began = time.perf_counter()
    while drains or time.perf_counter() - began < SECONDS_A_CROWD:
        key = uuid4()
        try:
            numbers = {issue(order=order, lines=[line], receiver=welder, by=keeper, request_key=key).number for _again in range(1 + drains)}
        except SlipRefused:
            break
        except Exception as fault:  # whatever reaches a person counts
            faults.append(type(fault).__name__)
            break
        if len(numbers) > 1:
            faults.append("doubled")
        posted |= numbers
    return {"posted": sorted(posted), "faults": faults, "seconds": time.perf_counter() - began}


def hot_line(world: World) -> float:
    """Throughput of eight on one quota line ÷ that of one."""
    speeds = []
    for workers in (1, 8):
        told = crowd(world.url, workers, "hot", world.one.order.pk, world.one.steel.pk)
        speeds.append(sum(len(one["posted"]) for one in told) / max(one["seconds"] for one in told))
    return speeds[1] / speeds[0]


def drained(world: World, workers: int) -> list[str]:
    """Everything that went wrong while so many drained one line to its end; empty is right."""
    from django.db.models import Sum

    from materials.models import QuotaLine, StockMove
    from materials.services import freeze_quota, verify_ledger
    from tests.factories.materials import ItemFactory, make_bom, put
    from tests.factories.plans import OrderFactory, ProductFactory

    item, product = ItemFactory(), ProductFactory()
    make_bom(product, {item: "1"})
    order = OrderFactory(product=product, quantity=Decimal(DRAINED), workshop=world.one.plant.a, team=world.one.plant.a1)
    freeze_quota(order=order, by=None)
    put(item, str(DRAINED * 2))
    told = crowd(world.url, workers, "drain", order.pk, item.pk)
    wrong = [fault for one in told for fault in one["faults"]]
    numbers = [number for one in told for number in one["posted"]]
    line = QuotaLine.objects.get(order=order, item=item)
    moved = StockMove.objects.filter(quota_line=line).aggregate(sum=Sum("quantity"))["sum"]
    if not line.issued == moved == DRAINED == len(numbers) == len(set(numbers)):
        wrong.append(f"issued {line.issued}, moved {moved}, posted {len(numbers)} of {DRAINED}")
    return wrong + [str(fault) for fault in verify_ledger()]


# ── over HTTP ──


@contextmanager
def web(url: str) -> Iterator[int]:
    """The web server as ``make up`` starts it, on this database; its port."""
    from django.core.management import call_command

    from stack.up import roles

    call_command("collectstatic", interactive=False, verbosity=0)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = next(role.command for role in roles("127.0.0.1", port) if role.name == "web")
    server = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"DATABASE_URL": url}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _try in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def slip_by_page(world: World, port: int) -> Any:
    """POST of the counter's form, to its redirect; the session and the form's token are there already."""
    from django.conf import settings
    from django.test import Client

    signed_in = Client()
    signed_in.force_login(world.one.keeper.user, backend="people.auth.StaffBackend")
    cookie = f"{settings.SESSION_COOKIE_NAME}={signed_in.cookies[settings.SESSION_COOKIE_NAME].value}"
    there = HTTPConnection("127.0.0.1", port)
    address = f"/issue/{world.one.order.number}"
    there.request("GET", address, headers={"Cookie": cookie})
    answer = there.getresponse()
    page = answer.read().decode()
    csrf = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    kept = re.search(rf"{settings.CSRF_COOKIE_NAME}=([^;]+)", answer.headers.get("Set-Cookie", ""))
    if answer.status != 200 or not csrf or not kept:
        raise SystemExit(f"the counter's page answered {answer.status}")
    headers = {"Cookie": f"{cookie}; {settings.CSRF_COOKIE_NAME}={kept[1]}", "Content-Type": "application/x-www-form-urlencoded"}
    sent = {"csrfmiddlewaretoken": csrf[1], "receiver": world.one.welder.pk, f"quantity-{world.one.steel.pk}": "1"}

    def post() -> None:
        there.request("POST", address, urlencode(sent | {"request_key": str(uuid4())}), headers)
        answer = there.getresponse()
        answer.read()
        if answer.status != 302:
            raise SystemExit(f"the counter's form answered {answer.status}")

    return post


def slip_by_api(world: World, port: int) -> Any:
    from people.services import make_token

    headers = {"Authorization": f"Bearer {make_token(staff=world.one.keeper, name='bench')}", "Content-Type": "application/json"}
    sent = {"kind": "issue", "order": world.one.order.number, "receiver": world.one.welder.staff_no}
    body = json.dumps(sent | {"lines": [{"item": world.one.steel.code, "quantity": "1"}]})
    there = HTTPConnection("127.0.0.1", port)

    def post() -> None:
        there.request("POST", "/api/v1/slips", body, headers | {"Idempotency-Key": str(uuid4())})
        answer = there.getresponse()
        said = answer.read()
        if answer.status != 201:
            raise SystemExit(f"the API answered {answer.status}: {said.decode()}")

    return post


# ── the lines of docs/benchmarks.md ──


def measure(server: str, *, runs: int = 3, blocks: int = 30, times: int = 20) -> list[Found]:
    world = prepare(server)
    raw = raw_issue(world.url)

    def worst(ours: Any) -> Pair:
        compare(ours, raw, 2, times)
        return max((compare(ours, raw, blocks, times) for _run in range(runs)), key=lambda pair: pair.ratio)

    found = []
    one = worst(slip_of_one(world.one))
    speed = 1 / one.ratio
    told = f"{speed:.2f}; medians {one.medians}"
    found.append(
        Found("A1", "one-line slip through the service, speed ÷ raw", "≥ 0.33", "0.18", told, verdict(speed >= 0.33, speed >= 0.18))
    )
    many = worst(slip_of_many(world))
    cost = many.ratio / LINES
    told = f"{cost:.3f}; medians {many.medians}"
    found.append(Found("A2", "50-line slip, cost per line ÷ raw one-line", "≤ 0.25", "0.5", told, verdict(cost <= 0.25, cost <= 0.5)))
    hot = min(hot_line(world) for _run in range(runs))
    found.append(Found("A4", "one hot quota line, 8 workers ÷ 1", "≥ 0.8", "0.6", f"{hot:.2f}", verdict(hot >= 0.8, hot >= 0.6)))
    wrong = [fault for workers in CROWDS for fault in drained(world, workers)]
    told = f"{len(wrong)}{': ' if wrong else ''}{', '.join(wrong[:3])}"
    crowds = ", ".join(str(workers) for workers in CROWDS[:-1]) + f" and {CROWDS[-1]}"
    measured = f"over-issue, lost update, doubled slip, fault shown, drains by {crowds} processes"
    found.append(Found("A5", measured, "0", "0", told, verdict(not wrong, not wrong)))
    with web(world.url) as port:
        for way, ours in (("form", slip_by_page(world, port)), ("API", slip_by_api(world, port))):
            pair = worst(ours)
            speed = 1 / pair.ratio
            told = f"{speed:.2f}; medians {pair.medians}"
            measured = f"one-line slip over HTTP ({way}), speed ÷ raw"
            found.append(Found("B1", measured, "≥ 0.20", "0.08", told, verdict(speed >= 0.20, speed >= 0.08)))
    return found


if __name__ == "__main__":
    print(json.dumps(work_in_a_crowd()))
