"""Where teams stand on a date, and what they are called."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from core.clock import plant_today
from people.access import Access
from people.models import OrgKind, OrgNode, OrgPath, OrgSpan
from people.roles import ACTIONS


def standing(node: OrgNode | int, on: date | None = None) -> OrgPath | None:
    """The path of a node on a date (today), ``None`` where it did not exist then."""
    return path_of(node, on).first()


def path_of(node: OrgNode | int, on: date | None = None) -> QuerySet[OrgPath]:
    """The row behind ``standing``, as a part of another statement."""
    pk = node if isinstance(node, int) else node.pk
    on = on or plant_today()
    return OrgPath.objects.filter(node=pk, valid_from__lte=on, valid_to__gt=on)


def named(node_ids: Iterable[int], on: date | None = None) -> dict[int, OrgSpan]:
    """The span (name, parent, leader) of each node that holds on a date (today), else its first one."""
    return holding(spans_of(node_ids), on or plant_today())


def spans_of(node_ids: Iterable[int]) -> QuerySet[OrgSpan]:
    return spans_where(Q(node__in=set(node_ids)))


def spans_where(which: Q) -> QuerySet[OrgSpan]:
    """All that some nodes were ever called, as ``holding`` needs it."""
    return OrgSpan.objects.filter(which).select_related("node", "leader").order_by("node", "valid_from")


def holding(rows: Iterable[OrgSpan], on: date) -> dict[int, OrgSpan]:
    """Of the rows of ``spans_where`` the one of each node that holds on a date, else its first one."""
    spans: dict[int, OrgSpan] = {}
    for span in rows:
        if span.node_id not in spans or span.valid_from <= on:
            spans[span.node_id] = span
    return spans


def nodes_of(scope: frozenset[int] | None, kinds: Iterable[str], on: date | None = None) -> list[OrgSpan]:
    """Nodes of some kinds that exist on a date (today) inside a scope (``None``: everywhere), by plant and code, named."""
    on = on or plant_today()
    paths = OrgPath.objects.filter(valid_from__lte=on, valid_to__gt=on, node__kind__in=list(kinds))
    if scope is not None:
        paths = paths.filter(node__in=scope)
    ids = list(paths.order_by("plant__code", "workshop__code", "section__code", "node__code").values_list("node_id", flat=True))
    spans = named(ids, on)
    return [spans[pk] for pk in ids]


def teams_under(workshop: OrgNode | int, on: date | None = None) -> list[OrgSpan]:
    on = on or plant_today()
    return nodes_of(frozenset(team_ids_under(workshop, on)), [OrgKind.TEAM], on)


def team_ids_under(node: OrgNode | int, on: date) -> QuerySet[OrgPath, int]:
    """Ids of the teams of a unit on a date; of a team its own. As a part of another statement it costs none."""
    pk = node if isinstance(node, int) else node.pk
    paths = OrgPath.objects.filter(valid_from__lte=on, valid_to__gt=on, node__kind=OrgKind.TEAM).filter(
        Q(workshop=pk) | Q(section=pk) | Q(plant=pk) | Q(team=pk)
    )
    return paths.values_list("node_id", flat=True)


def places_for(access: Access, action: str) -> frozenset[int] | None:
    """Ids of the nodes in which a person may do something, ``None`` for all."""
    grants = [grant for grant in access.grants if grant.role in ACTIONS[action]]
    if any(grant.nodes is None for grant in grants):
        return None
    return frozenset().union(*(grant.nodes for grant in grants if grant.nodes is not None))
