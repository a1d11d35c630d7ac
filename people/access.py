"""Who may do what where: the one place that decides. Pages, API and admin ask here (SYS-01, FORMATS section 4).

A person holds *grants*: a role together with the part of the organisation in which it counts. Outside every grant's scope a thing
does not exist (404); inside the scope without the role it is refused (403).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Q, QuerySet
from django.http import Http404

from core.clock import plant_today
from core.errors import NotAllowed
from people.models import Delegation, OrgKind, OrgNode, OrgPath, Staff
from people.roles import ACTIONS, SEES_THE_PLANT, Role


@dataclass(frozen=True)
class Grant:
    """A role and the nodes in which it counts; ``nodes`` is ``None`` for the whole company."""

    role: Role
    nodes: frozenset[int] | None


@dataclass
class Access:
    """What one person may see and do today."""

    staff: Staff
    grants: tuple[Grant, ...] = field(default_factory=tuple)

    @cached_property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    @cached_property
    def scope(self) -> frozenset[int] | None:
        """Ids of the nodes this person sees, ``None`` for all."""
        if any(grant.nodes is None for grant in self.grants):
            return None
        return frozenset().union(*(grant.nodes for grant in self.grants if grant.nodes is not None))

    @cached_property
    def sees_every_plant(self) -> bool:
        """Whether no plant in the database lies outside this person's scope."""
        return self.scope is None or not OrgNode.objects.filter(kind=OrgKind.PLANT).exclude(pk__in=self.scope).exists()

    def sees(self, node: OrgNode | int | None) -> bool:
        """Whether a record of that node exists for this person; a record of no node belongs to everybody."""
        if node is None or self.scope is None:
            return True
        return (node if isinstance(node, int) else node.pk) in self.scope

    def may(self, action: str, node: OrgNode | int | None = None) -> bool:
        """Whether one of the grants includes ``action``, in ``node`` where one is given. Raises ``KeyError`` for an unlisted action."""
        allowed = ACTIONS[action]
        node_id = node.pk if isinstance(node, OrgNode) else node
        return any(grant.role in allowed and (node_id is None or grant.nodes is None or node_id in grant.nodes) for grant in self.grants)

    def require(self, action: str, node: OrgNode | int | None = None) -> None:
        """Raises ``Http404`` outside the scope, ``NotAllowed`` inside it without the right."""
        if not self.sees(node):
            raise Http404
        if not self.may(action, node):
            raise NotAllowed()

    def scoped(self, rows: QuerySet, path: str) -> QuerySet:
        """``rows`` that this person sees; ``path`` leads to the node, as in ``"team"`` or ``"report__team"``."""
        if self.scope is None:
            return rows
        return rows.filter(Q(**{f"{path}__in": self.scope}) | Q(**{f"{path}__isnull": True}))


def nodes_under(node: OrgNode | int) -> frozenset[int]:
    """Ids of ``node`` and of all that stands below it today."""
    pk = node if isinstance(node, int) else node.pk
    today = plant_today()
    rows = OrgPath.objects.filter(valid_from__lte=today, valid_to__gt=today).filter(
        Q(plant=pk) | Q(workshop=pk) | Q(section=pk) | Q(team=pk)
    )
    return frozenset(rows.values_list("node_id", flat=True)) | {pk}


def plant_of(node: OrgNode | int) -> int | None:
    pk = node if isinstance(node, int) else node.pk
    today = plant_today()
    return OrgPath.objects.filter(node=pk, valid_from__lte=today, valid_to__gt=today).values_list("plant_id", flat=True).first()


def roles_of(staff: Staff) -> list[Role]:
    if staff.user is None:
        return []
    known = set(Role.values)
    return [Role(name) for name in staff.user.groups.values_list("name", flat=True) if name in known]


def _grants(staff: Staff, roles: Iterable[Role]) -> list[Grant]:
    roles = list(roles)
    if not roles:
        return []
    if staff.org_id is None:
        return [Grant(role, None) for role in roles if role in SEES_THE_PLANT]
    own = nodes_under(staff.org_id)
    plant = None
    grants = []
    for role in roles:
        nodes = own
        if role in SEES_THE_PLANT:
            plant = plant or nodes_under(plant_of(staff.org_id) or staff.org_id)
            nodes = plant
        grants.append(Grant(role, nodes))
    return grants


def access_of(staff: Staff) -> Access:
    """The person's own roles and those lent to them today; none for somebody who has left."""
    if staff.has_left:
        return Access(staff)
    grants = _grants(staff, roles_of(staff))
    today = plant_today()
    lent = Delegation.objects.filter(taker=staff, ended_at=None, starts_on__lte=today, ends_on__gte=today).select_related("giver__user")
    for delegation in lent:
        if not delegation.giver.has_left and Role(delegation.role) in roles_of(delegation.giver):
            grants.extend(_grants(delegation.giver, [Role(delegation.role)]))
    if not grants and staff.org_id is not None:
        grants = [Grant(Role.OPR, nodes_under(staff.org_id))]
    return Access(staff, tuple(grants))
