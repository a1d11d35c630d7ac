from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from core.models.names import in_language
from materials.models import Item
from people.models import OrgSpan, Shift
from plans.models import Process, Product


@dataclass(frozen=True)
class Name:
    """What a node or product is called, in both languages."""

    code: str
    name: str
    name_zh: str

    @property
    def label(self) -> str:
        return in_language(self.name, self.name_zh) or self.code

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "name": self.name, "name_zh": self.name_zh}


def node_names(ids: Iterable[int], on: date) -> dict[int, Name]:
    """Names as they were on a date; of a node that began later, its first."""
    return nodes_named(nodes_asked(ids), on)


def nodes_asked(ids: Iterable[int]) -> QuerySet[OrgSpan, Any]:
    """The rows behind ``node_names``, for what is read together with something else."""
    spans = OrgSpan.objects.filter(node__in=set(ids)).order_by("node", "valid_from")
    return spans.values_list("node", "node__code", "name", "name_zh", "valid_from")


def nodes_named(rows: Iterable[Any], on: date) -> dict[int, Name]:
    found: dict[int, Name] = {}
    for node, code, name, name_zh, valid_from in rows:
        if node not in found or valid_from <= on:
            found[node] = Name(code, name, name_zh)
    return found


def names_asked(model: type[Product | Item | Process | Shift], ids: Iterable[int]) -> QuerySet[Any, Any]:
    """What products, items, processes or shifts are called, for ``named``."""
    return model._default_manager.filter(pk__in=set(ids)).values_list("pk", "code", "name", "name_zh")


def named(rows: Iterable[Any]) -> dict[int, Name]:
    return {pk: Name(code, name, name_zh) for pk, code, name, name_zh in rows}
