"""The rows of stocktakes, adjustments and disposals that the access test opens."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from materials.models import Lot
from materials.services import draft_adjustment, draft_disposal, save_count_plan, start_count
from tests.factories.materials import make_bin
from tests.factories.people import Plant


def counting_rows(plant: Plant, lot: Lot) -> dict[str, Any]:
    """A stocktake of what workshop A's orders hold, and papers of somebody who is asked for nothing else."""
    by = plant.person("stk", plant.a)
    plan = save_count_plan(name="Shop", workshop=plant.a, cycle="month", next_on=date(2026, 11, 20), by=by)
    stock: dict[str, Any] = {"lot": lot, "place": make_bin(), "by": by}
    return {
        "count_plan": plan.pk,
        "count": start_count(plan=plan, by=by).number,
        "adjustment": draft_adjustment(change=Decimal(-1), reason="missing", note="Not there", **stock).number,
        "disposal": draft_disposal(quantity=Decimal(1), decision="scrap", reason="Rusty", due_on=date(2026, 12, 1), **stock).number,
    }
