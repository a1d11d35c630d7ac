from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.models.names import in_language
from people.models import OrgSpan
from plans.models import Product


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
    named = (
        OrgSpan.objects.filter(node__in=set(ids))
        .order_by("node", "valid_from")
        .values_list("node", "node__code", "name", "name_zh", "valid_from")
    )
    found: dict[int, Name] = {}
    for node, code, name, name_zh, valid_from in named:
        if node not in found or valid_from <= on:
            found[node] = Name(code, name, name_zh)
    return found


def product_names(ids: Iterable[int]) -> dict[int, Name]:
    return {
        pk: Name(code, name, name_zh)
        for pk, code, name, name_zh in Product.objects.filter(pk__in=set(ids)).values_list("pk", "code", "name", "name_zh")
    }
