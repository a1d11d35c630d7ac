"""What waits for a decision about the store stands in the inbox of whoever may decide it, until one of them did (SYS-04)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.urls import reverse

from core.clock import plant_today
from core.quantities import plain
from materials.models import Item
from people.models import Staff
from people.roles import ACTIONS
from people.selectors.leaders import holders
from people.services import NewNotice, notify_all

PAGES = {
    "requisition.asked": "requisition",
    "gate_pass.asked": "gate-pass",
    "adjustment.asked": "adjustment",
    "disposal.asked": "disposal",
    "count.waits": "count",
    "bom.waits": "bom",
}


def tell_approvers(
    kind: str, asked: Iterable[tuple[str, Mapping[str, Any]]], *, right: str, by: Staff, but: Collection[int] = (), occasion: str = ""
) -> None:
    """Tell everybody who holds ``right`` in the plant of ``by``, except ``by`` and ``but``, of documents by number and figures.

    ``occasion`` tells one waiting from another of a document that may be handed in again.
    """
    people = holders(sorted(ACTIONS[right]), by.org_id or 0, plant_today())
    to = [person for person in people if person.pk != by.pk and person.pk not in but]
    notify_all(
        [
            NewNotice(person, kind, number + occasion, {"number": number, "who": by, **figures}, reverse(PAGES[kind], args=[number]))
            for number, figures in asked
            for person in to
        ]
    )


def of_item(item: Item, quantity: Any) -> dict[str, Any]:
    """The figures of a quantity of an item, in its unit."""
    return {"item": item, "quantity": plain(quantity), "unit": item.unit}
