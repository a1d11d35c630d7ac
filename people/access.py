"""Who may do what where: the one place that decides. Pages, API and admin ask here (SYS-01, FORMATS section 4).

A person holds *grants*: a role together with the part of the organisation in which it counts. Outside every grant's scope a thing
does not exist (404); inside the scope without the role it is refused (403).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db import connection
from django.db.models import Q, QuerySet
from django.http import Http404

from core.clock import plant_today
from core.errors import NotAllowed
from core.prepared import Prepared
from people.models import OrgKind, OrgNode, OrgPath, Staff, still_goes_on
from people.roles import ACTIONS, SEES_THE_PLANT, Role

# Asked with every request: of a person, and of whoever may lend them a role, the unit, the names of the groups, the units under the own one
# on a day, those of its plant, and what may be lent, with its last day.
HOLDERS = Prepared(
    "holders",
    """
    SELECT s.id, s.org_id,
        ARRAY(SELECT g.name::text FROM auth_group g JOIN people_user_groups m ON m.group_id = g.id
              WHERE m.user_id = s.user_id ORDER BY g.id),
        ARRAY(SELECT p.node_id FROM people_orgpath p WHERE p.valid_from <= $2 AND p.valid_to > $2
              AND (p.plant_id = s.org_id OR p.workshop_id = s.org_id OR p.section_id = s.org_id OR p.team_id = s.org_id)),
        ARRAY(SELECT p.node_id FROM people_orgpath p
              JOIN people_orgpath own ON own.plant_id = p.plant_id AND own.node_id = s.org_id AND own.valid_from <= $2 AND own.valid_to > $2
              WHERE p.valid_from <= $2 AND p.valid_to > $2),
        s.left_on, lent.roles, lent.last_days
    FROM people_staff s
    LEFT JOIN (
        SELECT giver_id, array_agg(role::text) AS roles, array_agg(ends_on) AS last_days FROM people_delegation
        WHERE taker_id = $1 AND ended_at IS NULL AND starts_on <= $2 AND ends_on >= $2::date - 1 GROUP BY giver_id
    ) lent ON lent.giver_id = s.id
    WHERE s.id = $1 OR lent.giver_id IS NOT NULL
    """,
)


@dataclass(frozen=True)
class Grant:
    """A role and the nodes in which it counts; ``nodes`` is ``None`` for the whole company. ``is_lent``: another's, for some dates."""

    role: Role
    nodes: frozenset[int] | None
    is_lent: bool = False


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

    def may_with(self, action: str, person: Staff) -> bool:
        """Whether ``action`` may be done to that person; people of the whole company are for those who see it whole."""
        return self.may(action, person.org_id) and (person.org_id is not None or self.scope is None)

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
    return frozenset(paths_under(pk).values_list("node_id", flat=True)) | {pk}


def paths_under(node: int) -> QuerySet[OrgPath]:
    """Where the units below one stand today, its own path among them; as a part of another statement it costs none."""
    today = plant_today()
    rows = OrgPath.objects.filter(valid_from__lte=today, valid_to__gt=today)
    return rows.filter(Q(plant=node) | Q(workshop=node) | Q(section=node) | Q(team=node))


def plant_of(node: OrgNode | int) -> int | None:
    pk = node if isinstance(node, int) else node.pk
    today = plant_today()
    return OrgPath.objects.filter(node=pk, valid_from__lte=today, valid_to__gt=today).values_list("plant_id", flat=True).first()


def roles_of(staff: Staff) -> list[Role]:
    return [] if staff.user is None else _known(staff.user.groups.values_list("name", flat=True))


def _known(names: Iterable[str]) -> list[Role]:
    known = set(Role.values)
    return [Role(name) for name in names if name in known]


@dataclass(frozen=True)
class _Holder:
    """A person's roles and the units in which they count; ``plant`` are those of the whole plant. ``lent`` are roles that they lend to
    whoever was asked about, each with its last day.
    """

    roles: list[Role]
    own: frozenset[int]
    plant: frozenset[int]
    left_on: date | None
    lent: list[tuple[str, date]]

    def grants(self, roles: Iterable[Role], *, is_lent: bool = False) -> list[Grant]:
        if not self.own:
            return [Grant(role, None, is_lent) for role in roles if role in SEES_THE_PLANT]
        return [Grant(role, self.plant if role in SEES_THE_PLANT else self.own, is_lent) for role in roles]

    def own_grants(self) -> list[Grant]:
        """An operator's where there are no roles."""
        grants = self.grants(self.roles)
        return self.grants([Role.OPR]) if self.own and not grants else grants

    def lent_grants(self) -> list[Grant]:
        """Roles that are lent today and held by the lender, as far as the lender is still here."""
        if self.left_on is not None and not still_goes_on(self.left_on):
            return []
        return self.grants([Role(role) for role, last_day in self.lent if role in self.roles and still_goes_on(last_day)], is_lent=True)


def _holders(staff: Staff) -> dict[int, _Holder]:
    """The person and whoever lends them something today, by key; one statement."""
    with connection.cursor() as cursor:
        HOLDERS.run(cursor, staff.pk, plant_today())
        rows = cursor.fetchall()
    found = {}
    for pk, org, names, below, plant, left_on, lent, last_days in rows:
        own = frozenset() if org is None else frozenset([*below, org])
        pairs = list(zip(lent or [], last_days or [], strict=True))
        found[pk] = _Holder(_known(names), own, frozenset(plant) or own, left_on, pairs)
    return found


def own_grants(staff: Staff) -> list[Grant]:
    """What the person's own roles give, without those lent to them; an operator's where there are none, nothing for who has left."""
    return [] if staff.has_left() else _holders(staff)[staff.pk].own_grants()


def access_of(staff: Staff) -> Access:
    """The person's own roles and those lent to them today; none for somebody who has left. One statement."""
    if staff.has_left():
        return Access(staff)
    holders = _holders(staff)
    grants = holders.pop(staff.pk).own_grants()
    return Access(staff, tuple(grants + [grant for giver in holders.values() for grant in giver.lent_grants()]))
