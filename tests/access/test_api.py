"""Every route of the API × every role and nobody; a route that is not listed here fails (SYS-01)."""

import json
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from tests.access.cast import make_cast
from tests.access.rights import EVERYONE, RIGHTS

pytestmark = [pytest.mark.django_db, pytest.mark.req("SYS-01")]
REGISTERS = ("organisation", "shifts", "staff", "units", "products", "processes", "standard-hours", "orders", "daily-reports")

# Route → the right of FORMATS section 4 that opens it.
ROUTES = {
    **{("get", f"/{kind}"): "read" for kind in REGISTERS},
    **{("get", f"/{kind}/{{key}}"): "read" for kind in REGISTERS},
    ("get", "/months/{month}"): "read",
    ("get", "/checklists/today"): "read",
    ("post", "/checklists/{pk}/answers"): "fill a sheet",
    ("post", "/checklists/{pk}/submit"): "fill a sheet",
    ("post", "/uploads"): "fill a sheet",
    ("post", "/daily-reports"): "post a daily report",
    ("post", "/orders/{number}/release"): "orders",
}
BODIES = {"/checklists/{pk}/answers": {"answers": [{"id": str(uuid4()), "item": "T-01-02", "round": 1, "value": "ok"}]}}


@pytest.fixture
def cast(plant, day_shift, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel("2026-11-20 02:00Z", tick=False):
        yield make_cast(plant, day_shift, with_pack=False)


def call(client, method, route, cast):
    path = "/api/v1" + route.format(key="nothing", month="2026-11", pk=cast["sheet"], number=cast["order"])
    if method == "get":
        return client.get(path)
    if route == "/uploads":
        return client.post(path, {"photo": SimpleUploadedFile("x.jpg", b"no picture")})
    return client.post(path, json.dumps(BODIES.get(route, {})), content_type="application/json")


def test_every_route_is_listed(plant, signed_in):
    paths = signed_in(plant.person("mgr")).get("/api/v1/openapi.json").json()["paths"]
    assert {(method, path.removeprefix("/api/v1")) for path, methods in paths.items() for method in methods} == set(ROUTES)


@pytest.mark.parametrize(("method", "route"), sorted(ROUTES))
def test_a_route_opens_for_whom_it_is_meant_and_for_nobody_else(method, route, cast, plant):
    """Who is let in may still hear that the key is unknown or the body is wrong; who is not hears 403, nobody 401."""
    assert call(Client(), method, route, cast).status_code == 401
    wrong = {}
    for role in sorted(EVERYONE):
        client = Client(raise_request_exception=False)
        client.force_login(plant.person(role).user, backend="people.auth.StaffBackend")
        point = transaction.savepoint()
        status = call(client, method, route, cast).status_code
        transaction.savepoint_rollback(point)
        is_let_in = status in ((200, 404) if "{key}" in route else (200, 201, 409, 422))
        if is_let_in != (role in RIGHTS[ROUTES[method, route]]) or (not is_let_in and status != 403):
            wrong[role] = status
    assert wrong == {}
