"""Supplements as people read them: whose they are, who decides, how far over the quota they lead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThanOrEqual

from core.clock import plant_today
from core.plant_settings import plant_setting
from core.quantities import percent
from materials.models import QuotaLine, Supplement
from people.access import Access
from people.models import Staff
from people.roles import ACTIONS
from people.selectors.leaders import holders
from plans.models import ProductionOrder
from plans.selectors.orders import orders_seen

ZERO = Decimal(0)


def supplements_seen(access: Access, rows: QuerySet[Supplement] | None = None) -> QuerySet[Supplement]:
    """Supplements of the orders this person sees, and those they asked for."""
    rows = Supplement.objects.all() if rows is None else rows
    if access.scope is None:
        return rows
    return rows.filter(Q(requested_by=access.staff) | Q(quota_line__order__in=orders_seen(access).values("pk")))


def waiting_for(access: Access) -> QuerySet[Supplement]:
    """Requests that this person may grant as they are: asked by others, of orders where they have the right, within their tier."""
    rows = supplements_seen(access).filter(status=Supplement.Status.REQUESTED).exclude(requested_by=access.staff)
    rows = rows.exclude(receiver=access.staff)
    return rows.filter(_of_orders(access, "supplement.approve_above") | _of_orders(access, "supplement.approve") & _in_first_tier())


def _of_orders(access: Access, action: str) -> Q:
    """Supplements of orders of the workshops over which a person may do this."""
    nodes: set[int] = set()
    for grant in access.grants:
        if grant.role in ACTIONS[action]:
            if grant.nodes is None:
                return Q(pk__isnull=False)
            nodes |= grant.nodes
    return Q(quota_line__order__workshop__in=nodes)


def _in_first_tier() -> Q:
    """The same as ``is_above_first_tier``, for rows in Postgres."""
    altogether = F("quota_line__supplement") + F("quantity")
    most_share, most_value = Decimal(plant_setting("supplement_tier_pct")), Decimal(plant_setting("supplement_tier_value"))
    share, value = altogether * Value(Decimal(100)), altogether * Coalesce(F("quota_line__item__standard_cost"), Value(ZERO))
    allowed = F("quota_line__quota") * Value(most_share)
    return Q(LessThanOrEqual(share, allowed)) & Q(LessThanOrEqual(value, Value(most_value)))


def is_above_first_tier(line: QuotaLine, granted: Decimal) -> bool:
    """Whether granting so much more passes the plant's share of the quota, or its value, with all that was granted of the line before."""
    altogether = line.supplement + granted
    value = altogether * (line.item.standard_cost or ZERO)
    return altogether * 100 > line.quota * plant_setting("supplement_tier_pct") or value > plant_setting("supplement_tier_value")


def approval_of(line: QuotaLine, quantity: Decimal) -> str:
    """What somebody must be allowed to do to grant so much more of a line."""
    return "supplement.approve_above" if is_above_first_tier(line, quantity) else "supplement.approve"


def deciders_for(
    order: ProductionOrder, *, line: QuotaLine | None = None, quantity: Decimal = ZERO, but: Iterable[int], on: date | None = None
) -> list[Staff]:
    """Who may approve a supplement of an order: one of ``quantity`` where a line is given, else some supplement."""
    left_out = set(but)
    action = approval_of(line, quantity) if line else "supplement.approve"
    people = holders(sorted(ACTIONS[action]), order.workshop_id, on or plant_today())
    return [person for person in people if person.pk not in left_out]


def deciders_of(supplement: Supplement) -> list[Staff]:
    """Who may approve this very request: neither its asker nor its receiver."""
    line, but = supplement.quota_line, [supplement.requested_by_id, supplement.receiver_id or 0]
    return deciders_for(line.order, line=line, quantity=supplement.quantity, but=but)


def deciders_of_waiting(order: ProductionOrder, lines: Iterable[QuotaLine]) -> dict[int, list[Staff]]:
    """By quota line of an order, for whom its undecided requests wait; a constant number of statements however many lines."""
    rows = Supplement.objects.filter(quota_line__in=list(lines), status=Supplement.Status.REQUESTED).order_by("pk")
    people: dict[str, list[Staff]] = {}
    found: dict[int, dict[int, Staff]] = {}
    for supplement in rows.select_related("quota_line__item"):
        action = approval_of(supplement.quota_line, supplement.quantity)
        if action not in people:
            people[action] = deciders_for(order, line=supplement.quota_line, quantity=supplement.quantity, but=())
        of_line = found.setdefault(supplement.quota_line_id, {})
        of_line |= {one.pk: one for one in people[action] if one.pk not in (supplement.requested_by_id, supplement.receiver_id)}
    return {line: list(of_line.values()) for line, of_line in found.items()}


@dataclass(frozen=True)
class Weight:
    """What approving ``granted`` would mean: supplements of the line altogether, their share of the quota and their value."""

    all_granted: Decimal
    share: Decimal | None
    value: Decimal


def weight_of(supplement: Supplement) -> Weight:
    line = supplement.quota_line
    granted = line.supplement + (supplement.quantity if supplement.status == Supplement.Status.REQUESTED else ZERO)
    return Weight(granted, percent(granted, line.quota, 1), granted * (line.item.standard_cost or ZERO))


def shows_photo(photo: UUID, access: Access) -> bool:
    """Whether a supplement that this person sees carries the photo."""
    return supplements_seen(access).filter(photo=photo).exists()
