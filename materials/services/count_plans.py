"""What is counted how often: plans are made, changed and ended (MAT-16)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from core.errors import Faulty, Required
from materials.models import CountPlan, Item, Place, PlaceKind
from people.models import OrgKind, OrgNode, Staff
from plans.services.versions import require_version


@transaction.atomic
def save_count_plan(
    *,
    plan: CountPlan | None = None,
    name: str,
    place: Place | None = None,
    workshop: OrgNode | None = None,
    item_class: str = "",
    items: Sequence[Item] = (),
    cycle: str,
    next_on: date,
    is_ended: bool = False,
    version: int | None = None,
    by: Staff,
) -> CountPlan:
    """Make a plan, or change one: a warehouse or zone, a workshop, or every bin where neither is given; all items, a class, or some.

    A date set by hand also sets the day of the month that the plan keeps. Raises ``Required``, ``Faulty``, ``StaleVersion``.
    """
    if not name.strip():
        raise Required(field="name")
    if cycle not in CountPlan.Cycle.values:
        raise Faulty(field="cycle")
    if (place and workshop) or (place and place.kind not in (PlaceKind.WAREHOUSE, PlaceKind.ZONE, PlaceKind.BIN)):
        raise Faulty(field="where")
    if workshop and workshop.kind != OrgKind.WORKSHOP:
        raise Faulty(field="where")
    if plan is None:
        plan = CountPlan(made_by=by, first_on=next_on)
    else:
        plan = CountPlan.objects.select_for_update(no_key=True).get(pk=plan.pk)
        require_version(plan, version)
        plan.version += 1
        if plan.next_on != next_on:
            plan.first_on = next_on
    plan.name, plan.place, plan.workshop, plan.item_class = name.strip(), place, workshop, item_class.strip()
    plan.cycle, plan.next_on, plan.is_ended = cycle, next_on, is_ended
    plan.save()
    plan.items.set(items)
    return plan
