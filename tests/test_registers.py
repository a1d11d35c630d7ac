"""Every register list of the house: its file exists, its empty state says what to do, and a strange address breaks nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import get_resolver, reverse

from core.tables.kinds import KINDS, RECORDS
from core.views import RegisterList

pytestmark = pytest.mark.django_db


def patterns(resolver: Any) -> Iterator[Any]:
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from patterns(pattern)
        else:
            yield pattern


def registers() -> dict[str, type[RegisterList]]:
    views = {pattern.name: getattr(pattern.callback, "view_class", object) for pattern in patterns(get_resolver())}
    return {name: view for name, view in views.items() if issubclass(view, RegisterList)}


@pytest.mark.parametrize("name", registers())
def test_a_list_stands_on_a_strange_address_and_has_a_file_and_a_word_when_it_is_empty(signed_in, plant, name):
    register, client = registers()[name], signed_in(plant.person("mgr"))
    strange = {"sort": "password", "page": "x", "view": "y", "unknown": "z", "unit": "nonsense", "starts_on": "31.31.31"}
    assert client.get(reverse(name), strange).status_code == 200
    assert str(register.empty_title)
    assert str(register.empty_text)
    for column in register.columns:
        if column.sort:
            assert client.get(reverse(name), {"sort": f"-{column.sort}"}).status_code == 200, column.sort
    if register.export_kind:
        assert register.export_kind in {*KINDS, *RECORDS}
        assert client.get(reverse("export", args=[register.export_kind])).status_code == 200


def test_the_lists_are_found():
    assert {"staff", "shifts", "delegations", "sheets", "orders", "products"} <= set(registers())
