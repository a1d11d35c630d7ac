"""One cast for all pages, or all routes, of a module: made once, and put back to what it was after every call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from http.cookies import SimpleCookie
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache as throttles
from django.http import HttpResponse
from django.shortcuts import render
from django.test import Client, override_settings

from people.access import access_of
from people.models import Staff
from tests.access.cast import make_cast, put_back
from tests.access.rights import ELSEWHERE, EVERYONE
from tests.factories.people import Plant, ShiftFactory, make_plant

NOW = "2026-11-20 02:00Z"


@pytest.fixture(scope="module")
def played(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[tuple[Plant, dict[str, Any]]]:
    """The plant with a person of every role, and the rows that addresses name; the clock stands still."""
    media = str(tmp_path_factory.mktemp("media"))
    throttles.clear()
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), override_settings(MEDIA_ROOT=media), put_back():
        plant = make_plant()
        for role in EVERYONE:
            plant.person(role)
        for role in ELSEWHERE:
            plant.person(role, plant.b)
        yield plant, make_cast(plant, ShiftFactory())


@pytest.fixture(scope="module", autouse=True)
def asked_once(played) -> Iterator[None]:
    """What is the same for every address costs once a person: working out their access, and drawing the page of a refusal."""
    drawn = set()

    def drawn_once(request: Any, template: str, context: dict | None = None, **how: Any) -> HttpResponse:
        key = (template, how.get("status"), getattr(request.staff, "pk", None))
        if key in drawn:
            return HttpResponse(**how)
        drawn.add(key)
        return render(request, template, context, **how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("people.middleware.access_of", cache(access_of))
        patch.setattr("core.middleware.render", drawn_once)
        patch.setattr("core.refusal_page.render", drawn_once)
        patch.setattr("core.views.errors.render", drawn_once)
        yield


@pytest.fixture(scope="module")
def plant(played) -> Plant:
    return played[0]


@pytest.fixture(scope="module")
def cast(played) -> dict[str, Any]:
    return played[1]


@pytest.fixture(scope="module")
def in_session(played) -> Callable[[Staff], Client]:
    """A client in which this person is signed in: the same session every time, whatever the last call did to it."""
    clients, keys = {}, {}
    for staff in played[0].people.values():
        clients[staff] = Client(raise_request_exception=False)
        clients[staff].force_login(staff.user, backend="people.auth.StaffBackend")
        keys[staff] = clients[staff].cookies[settings.SESSION_COOKIE_NAME].value

    def client_of(staff: Staff) -> Client:
        clients[staff].cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: keys[staff]})
        return clients[staff]

    return client_of
