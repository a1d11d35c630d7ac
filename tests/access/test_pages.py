"""Every page × every role and nobody: the rights of FORMATS section 4, and nothing outside one's scope (SYS-01)."""

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.cast import make_cast
from tests.access.pages import OPEN, PAGES
from tests.access.rights import EVERYONE, RIGHTS

pytestmark = pytest.mark.django_db
ELSEWHERE = ("admin", "api")


def addresses(patterns, within=""):
    """The names of all addresses but those of the administration and the API, which have tests of their own."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            route = str(pattern.pattern)
            if not route.startswith(ELSEWHERE):
                yield from addresses(pattern.url_patterns, within + route)
        elif isinstance(pattern, URLPattern):
            if not pattern.name:
                raise ImproperlyConfigured(f"{within}{pattern.pattern} has no name")
            yield pattern.name


@pytest.fixture
def cast(plant, day_shift, settings, tmp_path, name):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel("2026-11-20 02:00Z", tick=False):
        yield make_cast(plant, day_shift, with_pack=name.startswith("pack-") or name == "pack")


def call(client, name, cast):
    page = PAGES[name]
    args = {key: value[1:] if value.startswith("=") else cast[value] for key, value in page.args.items()}
    address = reverse(name, kwargs=args) + (f"?{page.query}" if page.query else "")
    return client.post(address, page.data) if page.method == "post" else client.get(address)


def test_every_address_is_listed():
    assert set(addresses(get_resolver().url_patterns)) == set(PAGES) | OPEN


@pytest.mark.req("SYS-01")
@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_opens_for_whom_it_is_meant_and_for_nobody_else(name, cast, plant):
    nobody = call(Client(), name, cast)
    assert nobody.status_code in (302, 401)
    if nobody.status_code == 302:
        assert nobody["Location"].startswith("/sign-in")
    wrong = {}
    for role in sorted(EVERYONE):
        client = Client(raise_request_exception=False)
        client.force_login(plant.person(role).user, backend="people.auth.StaffBackend")
        point = transaction.savepoint()
        answer = call(client, name, cast)
        transaction.savepoint_rollback(point)
        is_let_in = answer.status_code not in (401, 403, 404, 500) and not answer.get("Location", "").startswith("/sign-in")
        refusal = 404 if PAGES[name].is_hidden else 403
        if is_let_in != (role in RIGHTS[PAGES[name].right]) or (not is_let_in and answer.status_code != refusal):
            wrong[role] = answer.status_code
    assert wrong == {}


OUTSIDE = [
    "unit",
    "unit-change",
    "person",
    "person-edit",
    "person-account",
    "sheet-fill",
    "sheet-answers",
    "sheet-photo",
    "sheet-paper",
    "order",
    "order-edit",
    "order-release",
    "order-hold",
    "order-resume",
    "order-close",
    "order-cancel",
    "report",
    "report-edit",
    "report-approve",
    "report-reopen",
    "file",
]


@pytest.mark.req("SYS-01")
@pytest.mark.parametrize("name", OUTSIDE)
def test_what_belongs_to_another_workshop_does_not_exist(name, cast, plant, signed_in):
    for role in ("sup", "wsm", "tld", "opr", "plr"):
        assert call(signed_in(plant.person(role, plant.b)), name, cast).status_code == 404, role
