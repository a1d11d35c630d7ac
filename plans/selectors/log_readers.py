"""Who stands above whom, as work logs need it: by the organisation of today, of an absent leader his deputy (GEN-10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from core.clock import plant_today
from people.access import Access
from people.models import OrgPath, Staff
from people.roles import Role
from people.selectors import holders, standing_in
from people.selectors.leaders import LEVELS
from plans.models import WorkLog

HANDED_IN = (WorkLog.Status.SUBMITTED, WorkLog.Status.ANSWERED)


@dataclass(frozen=True)
class Ladder:
    """Of every unit those who lead it and the units above it, the nearest first; read once in two statements."""

    steps: dict[int, list[Staff]]
    on: date

    def above(self, node: int | None, person: int) -> list[Staff]:
        """Who stands above somebody of that unit, the nearest first; where nobody leads there, the upper management."""
        if node is None:
            return []
        chain = [one for one in self.steps.get(node, []) if one.pk != person]
        return chain or [one for one in holders([Role.DIR], node, self.on) if one.pk != person]

    def nearest(self, node: int | None, person: int) -> Staff | None:
        return next(iter(self.above(node, person)), None)


def ladder(on: date | None = None) -> Ladder:
    on = on or plant_today()
    paths = list(OrgPath.objects.filter(valid_from__lte=on, valid_to__gt=on).select_related("leader"))
    leaders = {path.node_id: path.leader for path in paths if path.leader and (path.leader.left_on is None or path.leader.left_on >= on)}
    deputies = standing_in(leaders.values(), on) if leaders else {}
    steps: dict[int, list[Staff]] = {}
    for path in paths:
        chain = [leaders[pk] for level in LEVELS if (pk := getattr(path, level)) in leaders]
        people = (deputies.get(person.pk, person) for person in chain)
        steps[path.node_id] = list({person.pk: person for person in people}.values())
    return Ladder(steps, on)


def logs_to_read(access: Access, rungs: Ladder | None = None) -> QuerySet[WorkLog]:
    """Handed-in logs of those who stand below this person, however far; a draft is its author's alone."""
    return _handed_in(access, _whose(access, rungs or ladder(), only_next=False))


def logs_to_answer(access: Access, rungs: Ladder | None = None) -> QuerySet[WorkLog]:
    """Those whose reply this person writes, answered or not: nobody stands nearer above their author."""
    return _handed_in(access, _whose(access, rungs or ladder(), only_next=True))


def people_below(access: Access, rungs: Ladder | None = None, *, only_next: bool = False) -> QuerySet[Staff]:
    """Who stands below this person today; with ``only_next`` those whose replies are theirs to write."""
    found = Q(pk__in=[])
    for nodes, only in _whose(access, rungs or ladder(), only_next=only_next):
        found |= Q(org__in=nodes) if only is None else Q(org__in=nodes, pk=only)
    return Staff.objects.employed().filter(found).exclude(pk=access.staff.pk)


def _handed_in(access: Access, whose: Iterator[tuple[list[int], int | None]]) -> QuerySet[WorkLog]:
    found = Q(pk__in=[])
    for nodes, only in whose:
        found |= Q(node__in=nodes) if only is None else Q(node__in=nodes, author=only)
    return WorkLog.objects.filter(found, status__in=HANDED_IN).exclude(author=access.staff)


def _whose(access: Access, rungs: Ladder, *, only_next: bool) -> Iterator[tuple[list[int], int | None]]:
    """Units whose people stand below this person, with the one person where it is only one of them."""
    me = access.staff.pk
    everybody: list[int] = []
    one: dict[int, list[int]] = defaultdict(list)
    tops = [grant.nodes for grant in access.grants if grant.role == Role.DIR]
    for node, chain in rungs.steps.items():
        people = [person.pk for person in chain]
        is_top = any(nodes is None or node in nodes for nodes in tops)
        if me in people:
            place = people.index(me)
            if place == 0 or not only_next:
                everybody.append(node)
            elif place == 1:
                one[people[0]].append(node)
        elif not people and is_top:
            everybody.append(node)
        elif len(people) == 1 and is_top:
            one[people[0]].append(node)
    if everybody:
        yield everybody, None
    yield from ((nodes, person) for person, nodes in one.items())
