"""A program that acts as a person: ``api(person).get("/orders")``."""

from __future__ import annotations

import json
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from people.services import make_token
from tests.factories.checklists import FRIDAY, make_sheet
from tests.factories.plans import OrderFactory, ProductFactory


class Program:
    def __init__(self, token: str | None, language: str = "en") -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Accept-Language": language} | ({"Authorization": f"Bearer {token}"} if token else {})

    def get(self, path: str, **query: Any):
        return self.client.get(f"/api/v1{path}", query, headers=self.headers)

    def post(self, path: str, body: Any = None, *, key: object = None, content_type: str = "application/json"):
        headers = self.headers | ({"Idempotency-Key": str(key)} if key else {})
        data = body if isinstance(body, str | bytes) else "" if body is None else json.dumps(body)
        return self.client.post(f"/api/v1{path}", data, content_type=content_type, headers=headers)


@pytest.fixture
def api():
    """No argument: nobody."""
    cache.clear()

    def program(staff=None, language="en"):
        return Program(make_token(staff=staff, name="test") if staff else None, language)

    return program


@pytest.fixture
def friday(day_shift):
    with time_machine.travel("2026-11-20 02:00Z", tick=False):
        yield FRIDAY


@pytest.fixture
def product(db):
    return ProductFactory(code="BOLT")


@pytest.fixture
def order(plant, product):
    return OrderFactory(number="MO-1", workshop=plant.a, product=product)


@pytest.fixture
def sheet(plant, day_shift, friday):
    return make_sheet(plant.a1, day_shift)


@pytest.fixture
def line(plant, friday, product):
    """The body of a daily report; ``line(good_qty="90")`` changes some of it."""

    def body(**changes):
        kept = {"business_date": "2026-11-20", "shift_code": "DAY", "team_code": "A1", "product_code": "BOLT"}
        return kept | {"good_qty": "100", "attended_hours": "8"} | changes

    return body


def codes(response) -> dict[str, str]:
    """The faults of a 422 by field."""
    assert response.status_code == 422, response.content
    return {fault["field"]: fault["code"] for fault in response.json()["errors"]}
