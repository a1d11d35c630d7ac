"""What buying and stocktaking want of a person today, in one statement; none for whose work neither is."""

from __future__ import annotations

from typing import Any

from django.db import connection

from core.clock import plant_today
from core.models.names import in_language
from materials.selectors import buying_day, counting_day
from materials.selectors.ageing import warned_until
from materials.selectors.buying_day import Waiting
from materials.selectors.counting_day import Waits
from people.access import Access


def store_day(access: Access) -> tuple[list[Waiting], list[Waits]]:
    """A few of each kind that the person's roles have to do with: those of buying, those of counting and disposing."""
    wanted = [*buying_day.PARTS, *counting_day.PARTS]
    parts = [f"({sql})" for sql, actions in wanted if any(access.may(action) for action in actions)]
    if not parts:
        return [], []
    today = plant_today()
    told: dict[str, Any] = {
        "me": access.staff.pk,
        "today": today,
        "chinese": in_language("0", "1") == "1",
        "until": warned_until(today),
        "all": access.scope is None,
        "nodes": sorted(access.scope or ()),
    }
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), told)
        rows = cursor.fetchall()
    waits = [
        Waits(kind, key, words, on, int(many), on is not None and on < today)
        for kind, key, words, _zh, many, _unit, on, _who in rows
        if kind in counting_day.KINDS
    ]
    return [Waiting(*row) for row in rows if row[0] in buying_day.PAGES], waits
