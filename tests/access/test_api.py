"""Every route × every role and nobody, by token and on rows that are there; nothing of another workshop (SYS-01)."""

import json
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from people.models import Staff
from people.services import make_token
from plans.models import Process, Product, Sheet
from tests.access.api import ROUTES, SCOPED
from tests.access.cast import put_back
from tests.access.rights import ELSEWHERE, EVERYONE, RIGHTS

pytestmark = pytest.mark.django_db


def documented():
    schema = Client().get("/api/v1/openapi.json").json()
    for path, operations in schema["paths"].items():
        for method in operations:
            yield method.upper(), path.removeprefix("/api/v1")


@pytest.fixture(scope="module")
def cast(played):
    """With the codes by which programs name rows."""
    _, rows = played
    return rows | {
        "colleague_no": Staff.objects.get(pk=rows["colleague"]).staff_no,
        "product_code": Product.objects.get(pk=rows["product"]).code,
        "process_code": Process.objects.get(pk=rows["process"]).code,
        "item": Sheet.objects.get(pk=rows["sheet"]).version.items.last().key,
        "uuid": str(uuid4()),
    }


@pytest.fixture(scope="module")
def token_of(played):
    return {staff: make_token(staff=staff, name="access") for staff in played[0].people.values()}


def filled(thing, cast):
    if isinstance(thing, dict):
        return {name: filled(value, cast) for name, value in thing.items()}
    if isinstance(thing, list):
        return [filled(value, cast) for value in thing]
    return thing.format(**cast) if isinstance(thing, str) else thing


def call(token, route, cast):
    method, page = route[0], ROUTES[route]
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    address = "/api/v1" + page.address.format(**cast)
    client = Client(raise_request_exception=False)
    if method == "GET":
        return client.get(address, headers=headers)
    if page.upload:
        picture = BytesIO()
        Image.new("RGB", (4, 4)).save(picture, "PNG")
        return client.post(address, {"photo": SimpleUploadedFile("p.png", picture.getvalue())}, headers=headers)
    return client.post(address, json.dumps(filled(page.body, cast)), content_type="application/json", headers=headers)


def test_every_route_is_listed():
    assert set(documented()) == set(ROUTES)


@pytest.mark.req("SYS-01")
@pytest.mark.parametrize("route", sorted(ROUTES), ids=" ".join)
def test_a_route_answers_whom_it_is_meant_for_and_nobody_else(route, cast, plant, token_of):
    assert call(None, route, cast).status_code == 401
    wrong = {}
    for role in sorted(EVERYONE):
        token = token_of[plant.person(role)]
        with put_back():
            answer = call(token, route, cast)
        # A rule may still refuse what somebody with the right asks for, such as a sheet with open items.
        is_let_in = answer.status_code in (200, 201, 409)
        if is_let_in != (role in RIGHTS[ROUTES[route].right]) or (not is_let_in and answer.json().get("code") != "not_allowed"):
            wrong[role] = (answer.status_code, answer.content[:200])
    assert wrong == {}


@pytest.mark.req("SYS-01")
@pytest.mark.parametrize("route", SCOPED, ids=" ".join)
def test_what_belongs_to_another_workshop_does_not_exist(route, cast, plant, token_of):
    for role in ELSEWHERE:
        token = token_of[plant.person(role, plant.b)]
        with put_back():
            answer = call(token, route, cast)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), role
