"""Idempotency-Key: a write sent twice is done once, and a refusal is not kept."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from threading import Event
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.utils import timezone

from core.models import RequestKey
from core.services import prune_request_keys
from plans import hooks
from plans.models import DailyReportLine, ProductionOrder
from tests.api.conftest import codes
from tests.factories.plans import OrderFactory
from tests.races import Elsewhere, wait_until_blocked


@pytest.mark.django_db
def test_a_repeat_gets_the_first_answer_word_for_word(api, plant, line):
    program, key = api(plant.person("tld", plant.a1)), uuid4()

    first = program.post("/daily-reports", line(), key=key)
    again = program.post("/daily-reports", line(), key=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert (first.get("Idempotent-Replay"), again["Idempotent-Replay"]) == (None, "true")
    assert DailyReportLine.objects.count() == 1


@pytest.mark.django_db
def test_the_same_key_for_something_else_is_refused(api, plant, line, order):
    program, key = api(plant.person("tld", plant.a1)), uuid4()
    program.post("/daily-reports", line(), key=key)
    others = [
        program.post("/daily-reports", line(good_qty="99"), key=key),
        program.post("/daily-reports", line(good_qty="-1"), key=key),
        api(plant.person("sup", plant.a)).post("/daily-reports", line(), key=key),
        api(plant.person("plr")).post("/orders/MO-1/release", {}, key=key),
    ]

    for answer in others:
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_mismatch")


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["x", "1", "é", "{}"])
def test_a_key_that_is_no_uuid_is_refused(api, plant, line, key):
    answer = api(plant.person("tld", plant.a1)).post("/daily-reports", line(), key=key)

    assert codes(answer) == {"Idempotency-Key": "not_a_uuid"}
    assert not DailyReportLine.objects.exists()


@pytest.mark.django_db
def test_a_refusal_is_not_kept(api, plant, line):
    program, key = api(plant.person("tld", plant.a1)), uuid4()
    assert program.post("/daily-reports", line(good_qty="-1"), key=key).status_code == 422

    assert not RequestKey.objects.exists()
    assert program.post("/daily-reports", line(), key=key).status_code == 201


@pytest.mark.django_db
def test_a_repeat_is_answered_also_after_the_moment_has_passed(api, plant, product):
    OrderFactory(number="MO-9", workshop=plant.a, product=product, status="draft")
    program, key = api(plant.person("plr")), uuid4()
    first = program.post("/orders/MO-9/release", {}, key=key)
    ProductionOrder.objects.update(status="closed")

    assert program.post("/orders/MO-9/release", {}, key=key).json() == first.json()
    assert program.post("/orders/MO-9/release", {}).json()["code"] == "wrong_status"


@pytest.mark.django_db(transaction=True)
def test_of_two_senders_at_once_one_writes_and_both_get_its_answer(api, plant, product, monkeypatch):
    OrderFactory(number="MO-9", workshop=plant.a, product=product, status="draft")
    key, inside, go_on, written = uuid4(), Event(), Event(), []

    def hold(order, by):
        written.append(order.number)
        inside.set()
        assert go_on.wait(20)

    monkeypatch.setattr(hooks, "on_release", [hold])
    programs = [api(plant.person("plr")) for _ in range(2)]
    first = Elsewhere(lambda: programs[0].post("/orders/MO-9/release", {}, key=key))
    assert inside.wait(20)
    second = Elsewhere(lambda: programs[1].post("/orders/MO-9/release", {}, key=key))
    wait_until_blocked()
    go_on.set()

    assert (first.outcome, second.outcome) == ("done", "done")
    assert (first.result.status_code, second.result.status_code) == (200, 200)
    assert first.result.content == second.result.content
    assert (first.result.get("Idempotent-Replay"), second.result.get("Idempotent-Replay")) == (None, "true")
    assert written == ["MO-9"]


@pytest.mark.django_db
def test_old_keys_are_forgotten_but_those_of_documents():
    now = timezone.now()
    for days, is_kept in ((29, False), (31, False), (31, True)):
        row = RequestKey.objects.create(key=uuid4(), is_kept=is_kept)
        RequestKey.objects.filter(pk=row.pk).update(made_at=now - timedelta(days=days))
    said = StringIO()
    call_command("prune_request_keys", stdout=said)

    assert said.getvalue() == "1 forgotten\n"
    assert sorted(RequestKey.objects.values_list("is_kept", flat=True)) == [False, True]
    assert prune_request_keys(at=now + timedelta(days=2)) == 1
