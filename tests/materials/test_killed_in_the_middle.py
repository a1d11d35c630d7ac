"""A process that dies in the middle of a slip leaves nothing, and the slip sent again with its key is posted once (DESIGN 3.3)."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from decimal import Decimal
from http.client import HTTPConnection
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import pytest
from django.db import connection, transaction

from core.models import RequestKey
from materials.models import Balance, Slip, StockMove
from materials.services import SlipLine, issue, verify_ledger
from people.services import make_token
from stack.services import ROOT
from stack.up import roles
from tests.factories.materials import make_store
from tests.races import Elsewhere, wait_until_blocked
from tests.stack.plants import START_SECONDS, free_port

pytestmark = pytest.mark.django_db(transaction=True)

# The sender, a process of its own: it says when it has written and then never comes to its COMMIT, or when it has committed.
SENDER = """
import sys, time
import django
django.setup()
from decimal import Decimal
from uuid import UUID
from django.db import connection
from materials.models import Item
from materials.services import SlipLine, issue
from people.models import Staff
from plans.models import ProductionOrder

order, item, receiver, by, key, dies = sys.argv[1:]

lines = [SlipLine(Item.objects.get(pk=item), Decimal(150))]
people = {"receiver": Staff.objects.get(pk=receiver), "by": Staff.objects.get(pk=by)}

def say(word):
    print(word, flush=True)
    time.sleep(60)

if dies == "before commit":
    connection.commit = lambda: say("written")
issue(order=ProductionOrder.objects.get(pk=order), lines=lines, **people, request_key=UUID(key))
say("committed")
"""


def post_here(store, key):
    return issue(order=store.order, lines=[SlipLine(store.steel, Decimal(150))], receiver=store.welder, by=store.keeper, request_key=key)


def environment():
    """What points another process at the database of this test."""
    server = urlsplit(os.environ["DATABASE_URL"])
    here = urlunsplit(server._replace(path=f"/{connection.settings_dict['NAME']}"))
    return os.environ | {"DATABASE_URL": here, "DJANGO_SETTINGS_MODULE": "floorops.settings.test"}


@contextmanager
def sender(store, key, dies):
    """The same slip on its way in another process, which is killed as ``kill -9`` does when the block ends."""
    told = [str(row.pk) for row in (store.order, store.steel, store.welder, store.keeper)]
    words = [sys.executable, "-c", SENDER, *told, str(key), dies]
    with subprocess.Popen(words, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL


@contextmanager
def web_server(log):
    """The web server of ``make up``; every process of it is killed as ``kill -9`` does when the block ends. Gives its port."""
    port = free_port()
    command = next(role.command for role in roles("127.0.0.1", port) if role.name == "web")
    with log.open("ab") as out:
        server = subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=out, stderr=out, start_new_session=True)
    try:
        give_up = time.monotonic() + START_SECONDS
        while not is_open(port):
            assert server.poll() is None, log.read_text(errors="replace")
            assert time.monotonic() < give_up
            time.sleep(0.05)
        yield port
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        assert server.wait() == -signal.SIGKILL


def is_open(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def send(port, path, body, headers):
    there = HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
    there.request("POST", path, json.dumps(body), headers | {"Content-Type": "application/json"})
    answer = there.getresponse()
    return answer.status, answer.headers.get("Idempotent-Replay"), json.loads(answer.read())


@contextmanager
def number_held():
    """As long as the block lasts no issue gets its number: slip, moves, balance and quota are written, and COMMIT waits."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO core_documentcounter (kind, year, last) SELECT 'ISS', extract(year FROM now()), 0")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM core_documentcounter WHERE kind = 'ISS' FOR UPDATE")
        yield


def figures():
    return Slip.objects.filter(kind="issue").count(), StockMove.objects.filter(slip__kind="issue").count(), RequestKey.objects.count()


def assert_posted_once(store, key):
    slip = post_here(store, key)
    assert post_here(store, key) == slip
    assert_is_the_only_one(store, slip)
    return slip


def assert_is_the_only_one(store, slip):
    assert figures() == (1, 1, 1)
    assert slip.number.endswith("-000001")
    assert (store.line.issued, store.line.left) == (150, 50)
    assert {row.place.code: row.on_hand for row in Balance.objects.select_related("place") if row.place.kind == "bin"} == {"B-01": 350}
    assert verify_ledger() == []


@pytest.mark.req("MAT-07")
def test_killed_after_writing_and_before_commit_it_is_posted_by_the_second_sending_alone(plant):
    store, key = make_store(plant), uuid4()

    with sender(store, key, "before commit") as process:
        assert process.stdout.readline() == "written\n"
        assert figures() == (0, 0, 0)  # nobody else sees it yet

    assert_posted_once(store, key)


@pytest.mark.req("MAT-07")
def test_killed_while_it_waits_for_its_number_it_is_posted_by_the_second_sending_alone(plant):
    store, key = make_store(plant), uuid4()

    with number_held(), sender(store, key, "at its number"):
        wait_until_blocked(
            patience_seconds=START_SECONDS
        )  # slip, moves, balance and quota are written; the number is the last thing before COMMIT

    assert_posted_once(store, key)


@pytest.mark.req("MAT-07")
def test_killed_after_commit_and_before_its_answer_the_second_sending_finds_the_first_slip(plant):
    store, key = make_store(plant), uuid4()

    with sender(store, key, "before its answer") as process:
        assert process.stdout.readline() == "committed\n"
        first = Slip.objects.get(kind="issue")

    assert assert_posted_once(store, key) == first


@pytest.mark.req("MAT-07")
def test_a_web_server_killed_while_it_posts_and_started_again_posts_the_second_sending_alone(plant, tmp_path):
    store, log = make_store(plant), tmp_path / "web.log"
    headers = {"Authorization": f"Bearer {make_token(staff=store.keeper, name='scale')}", "Idempotency-Key": str(uuid4())}
    body = {"kind": "issue", "order": store.order.number, "receiver": store.welder.staff_no}
    sent = ("/api/v1/slips", body | {"lines": [{"item": store.steel.code, "quantity": "150"}]}, headers)

    with number_held():
        with web_server(log) as port:
            first = Elsewhere(lambda: send(port, *sent))
            wait_until_blocked(patience_seconds=START_SECONDS)
        assert first.outcome in ("ConnectionResetError", "RemoteDisconnected")  # nobody answered
        assert figures() == (0, 0, 0)

    with web_server(log) as port:
        status, replayed, told = send(port, *sent)
        assert (status, replayed) == (201, None)
        assert send(port, *sent) == (201, "true", told)
    assert_is_the_only_one(store, Slip.objects.get(number=told["number"]))
