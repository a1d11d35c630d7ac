"""Fixtures that bring a small plant to the tests; loaded by ``tests/conftest.py``."""

import pytest

from people.models import Shift
from tests.factories.people import Plant, ShiftFactory, make_plant


@pytest.fixture
def plant(db) -> Plant:
    return make_plant()


@pytest.fixture
def day_shift(db) -> Shift:
    return ShiftFactory()


@pytest.fixture
def signed_in(client):
    """Sign a person in and hand back the client: ``signed_in(plant.person("sup", plant.a)).get("/")``."""

    def sign_in(staff):
        client.force_login(staff.user, backend="people.auth.StaffBackend")
        return client

    return sign_in
