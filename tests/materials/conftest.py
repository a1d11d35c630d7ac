import pytest

from tests.factories.materials import Store, make_store


@pytest.fixture
def store(plant) -> Store:
    return make_store(plant)
