"""How long a session lasts, and what is said once: neither costs a write with every request."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from people.sessions import PROLONGED_EVERY
from tests.factories.materials import make_store

pytestmark = pytest.mark.django_db
NOW = "2026-11-20 05:42Z"


@pytest.fixture
def store(plant):
    return make_store(plant)


def choose_theme(client):
    return client.post("/theme", {"theme": "dark", "next": "/more"})


def ends_at():
    return Session.objects.get().expire_date


def test_what_a_person_does_prolongs_the_session_at_most_once_in_ten_minutes(plant, signed_in, settings):
    with time_machine.travel(NOW, tick=False) as clock:
        client = signed_in(plant.person("sup", plant.a))
        first = ends_at()
        clock.shift(PROLONGED_EVERY)
        assert "floorops_session" not in choose_theme(client).cookies
        assert ends_at() == first

        clock.shift(timedelta(seconds=1))
        answer = choose_theme(client)
        assert ends_at() == timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
        assert int(answer.cookies["floorops_session"]["max-age"]) == settings.SESSION_COOKIE_AGE


def test_a_page_that_is_only_looked_at_does_not_prolong_it(plant, signed_in, settings):
    with time_machine.travel(NOW, tick=False) as clock:
        client = signed_in(plant.person("sup", plant.a))
        first = ends_at()
        clock.shift(timedelta(hours=1))
        assert client.get("/more").status_code == 200
        assert ends_at() == first

        clock.move_to(first + timedelta(seconds=1))
        assert client.get("/more")["Location"].startswith("/sign-in")
        assert choose_theme(client).status_code == 302
        assert ends_at() == first, "what is over is not prolonged"


def test_somebody_who_works_on_stays_signed_in_all_day(plant, signed_in):
    with time_machine.travel(NOW, tick=False) as clock:
        client = signed_in(plant.person("sup", plant.a))
        for _hour in range(20):
            clock.shift(timedelta(hours=1))
            choose_theme(client)
        assert client.get("/more").status_code == 200


def test_a_session_that_was_ended_elsewhere_is_nobodys(plant, signed_in):
    client = signed_in(plant.person("sup", plant.a))
    Session.objects.all().delete()
    assert client.get("/more")["Location"].startswith("/sign-in")


def test_what_is_said_once_writes_no_session_and_is_shown_once(plant, signed_in, store):
    client = signed_in(store.keeper)
    sent = {"request_key": str(uuid4()), "receiver": store.welder.pk, f"quantity-{store.steel.pk}": "1"}
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(f"/issue/{store.order.number}", sent)
    assert not [query["sql"] for query in asked if 'UPDATE "django_session"' in query["sql"]]
    with CaptureQueriesContext(connection) as asked:
        assert "is posted." in client.get(answer["Location"]).content.decode()
    assert not [query["sql"] for query in asked if 'UPDATE "django_session"' in query["sql"]]
    assert "is posted." not in client.get(answer["Location"]).content.decode()


def test_what_was_said_to_one_person_is_not_said_to_the_next_at_the_tablet(plant, signed_in, store):
    client = signed_in(store.keeper)
    sent = {"request_key": str(uuid4()), "receiver": store.welder.pk, f"quantity-{store.steel.pk}": "1"}
    client.post(f"/issue/{store.order.number}", sent)
    client.post("/sign-out")
    signed_in(plant.person("mgr"))
    page = client.get("/more")
    assert "is posted." not in page.content.decode()
    assert not list(get_messages(page.wsgi_request))
