import threading
import time
from uuid import uuid4

import pytest
from django.db import connection

from core.errors import IdempotencyMismatch, Required
from core.models import RequestKey
from core.services import request_once


def send(key, body="a", staff_no="S1", route="POST /slips", status=201):
    with request_once(key, route=route, staff_no=staff_no, body=body) as first:
        if not first.found:
            first.status, first.answer = status, {"number": "ISS-1"}
        return first


@pytest.mark.django_db(transaction=True)
def test_a_repeat_finds_the_first_answer():
    key = uuid4()

    assert not send(key).found
    again = send(key)

    assert (again.found, again.status, again.answer) == (True, 201, {"number": "ISS-1"})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", [{"body": "b"}, {"staff_no": "S2"}, {"route": "POST /supplements"}])
def test_the_same_key_for_something_else_is_refused(other):
    key = uuid4()
    send(key)

    with pytest.raises(IdempotencyMismatch):
        send(key, **other)


@pytest.mark.django_db(transaction=True)
def test_a_refusal_is_not_kept():
    key = uuid4()
    with pytest.raises(Required), request_once(key, route="r", staff_no="S1", body=1):
        raise Required()

    assert not RequestKey.objects.filter(pk=key).exists()
    assert not send(key).found


@pytest.mark.django_db(transaction=True)
def test_a_second_sender_waits_for_the_first_and_gets_its_answer():
    key, inside, seen = uuid4(), threading.Event(), []

    def first():
        with request_once(key, route="r", staff_no="S1", body=1) as one:
            inside.set()
            time.sleep(0.5)
            one.status, one.answer = 201, {"number": "first"}
        connection.close()

    def second():
        inside.wait()
        with request_once(key, route="r", staff_no="S1", body=1) as two:
            seen.append((two.found, two.answer))
        connection.close()

    threads = [threading.Thread(target=work) for work in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen == [(True, {"number": "first"})]
