"""Who leads, who stands in, who is asked next: the way up from a unit on a date."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q, QuerySet

from people.models import Delegation, OrgPath, Staff
from people.roles import SEES_THE_PLANT, Role

# From the unit itself upwards.
LEVELS = ("team_id", "section_id", "workshop_id", "plant_id")


def units_above(nodes: Iterable[int], on: date) -> dict[int, list[int]]:
    """Of each unit, those it stands below on that date, the nearest first; the unit itself is not among them."""
    found = {}
    for path in OrgPath.objects.filter(node__in=set(nodes), valid_from__lte=on, valid_to__gt=on):
        ids = [getattr(path, level) for level in LEVELS]
        found[path.node_id] = [pk for pk in ids if pk is not None and pk != path.node_id]
    return found


def leaders_on(nodes: Iterable[int], on: date) -> dict[int, Staff]:
    """Who leads each unit on that date; nobody where the leader has left by then."""
    return {path.node_id: path.leader for path in led_on(nodes, on) if path.leader is not None}


def led_on(nodes: Iterable[int], on: date) -> QuerySet[OrgPath]:
    """The units that somebody leads on that date, each with its leader."""
    rows = OrgPath.objects.filter(node__in=set(nodes), valid_from__lte=on, valid_to__gt=on, leader__isnull=False)
    return rows.filter(Q(leader__left_on=None) | Q(leader__left_on__gte=on)).select_related("leader")


def standing_in(people: Iterable[Staff], on: date) -> dict[int, Staff]:
    """Who took over the role of an absent person for that date, by the absent person's id (SYS-01, delegation)."""
    rows = lent_on(on).filter(giver__in=[person.pk for person in people])
    return {row.giver_id: row.taker for row in rows}


def lent_on(on: date) -> QuerySet[Delegation]:
    """The roles that are lent on that date to people who still work here, each with its taker; of one giver the last row counts."""
    rows = Delegation.objects.filter(ended_at=None, starts_on__lte=on, ends_on__gte=on)
    return rows.filter(Q(taker__left_on=None) | Q(taker__left_on__gte=on)).select_related("taker").order_by("starts_on", "pk")


def superiors(nodes: Iterable[int], on: date) -> dict[int, list[Staff]]:
    """Of each unit the leaders of the units above it on that date, the nearest first; of an absent one his deputy. Three statements."""
    above = units_above(nodes, on)
    leaders = leaders_on({pk for chain in above.values() for pk in chain}, on)
    deputies = standing_in(leaders.values(), on)
    found: dict[int, list[Staff]] = {}
    for node, chain in above.items():
        people = [deputies.get(leaders[pk].pk, leaders[pk]) for pk in chain if pk in leaders]
        found[node] = list({person.pk: person for person in people}.values())
    return found


def holders(roles: Sequence[Role], node: int, on: date) -> list[Staff]:
    """Everybody who holds one of these roles over a unit on that date, own or lent; roles that see the plant count in its whole plant."""
    path = OrgPath.objects.filter(node=node, valid_from__lte=on, valid_to__gt=on).first()
    here = {getattr(path, level) for level in LEVELS} - {None} if path else {node}
    wide = [role for role in roles if role in SEES_THE_PLANT]
    is_over = Q(user__groups__name__in=list(roles), org__in=here) | Q(user__groups__name__in=wide, org=None)
    if path and path.plant_id:
        same_plant = OrgPath.objects.filter(plant=path.plant_id, valid_from__lte=on, valid_to__gt=on).values("node")
        is_over |= Q(user__groups__name__in=wide, org__in=same_plant)
    works = Q(left_on=None) | Q(left_on__gte=on)
    own = list(Staff.objects.filter(is_over & works).distinct())
    lent = Delegation.objects.filter(giver__in=own, role__in=list(roles), ended_at=None, starts_on__lte=on, ends_on__gte=on)
    taken = Staff.objects.filter(works, pk__in=lent.values("taker"))
    return sorted({person.pk: person for person in (*own, *taken)}.values(), key=lambda person: person.staff_no)
