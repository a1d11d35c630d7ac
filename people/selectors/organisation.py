"""The organisation as it stood on a date: what units were called, where they stood, who led them (PPL-01)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from core.clock import plant_today
from core.models.names import in_language
from people.models import OrgKind, OrgNode, OrgPath, OrgSpan, Staff


def spans_on(on: date, nodes: Iterable[int] | None = None) -> dict[int, OrgSpan]:
    """The span of every unit that holds on that date, by unit; units that begin later are absent."""
    rows = (
        OrgSpan.objects.filter(valid_from__lte=on).select_related("node", "leader").order_by("node_id", "-valid_from").distinct("node_id")
    )
    if nodes is not None:
        rows = rows.filter(node__in=set(nodes))
    return {row.node_id: row for row in rows}


def node_labels(on: date, nodes: Iterable[int] | None = None) -> dict[int, str]:
    """What units are called in the reader's language on that date."""
    rows = OrgSpan.objects.filter(valid_from__lte=on).order_by("node_id", "-valid_from").distinct("node_id")
    if nodes is not None:
        rows = rows.filter(node__in=set(nodes))
    return {node: in_language(name, name_zh) for node, name, name_zh in rows.values_list("node_id", "name", "name_zh")}


def plant_label(node: int | None, on: date) -> str:
    """What the plant of a unit is called in the reader's language on that date; without a unit the only plant there is, else blank."""
    rows = OrgSpan.objects.filter(valid_from__lte=on).order_by("node_id", "-valid_from").distinct("node_id")
    if node is None:
        rows = rows.filter(node__kind=OrgKind.PLANT)
    else:
        rows = rows.filter(node__in=OrgPath.objects.filter(node=node, valid_from__lte=on, valid_to__gt=on).values("plant"))
    names = list(rows.values_list("name", "name_zh")[:2])
    return in_language(*names[0]) if len(names) == 1 else ""


@dataclass
class Branch:
    """A unit in the tree with what stands below it; ``people`` works in the unit itself, ``people_below`` includes it."""

    span: OrgSpan
    people: int = 0
    below: list[Branch] = field(default_factory=list)

    @property
    def node(self) -> OrgNode:
        return self.span.node

    @property
    def people_below(self) -> int:
        return self.people + sum(branch.people_below for branch in self.below)


def tree_on(on: date, scope: frozenset[int] | None) -> list[Branch]:
    """The units of ``scope`` (``None``: all) as a tree, as they stood on that date; staff are counted as of today."""
    spans = {pk: span for pk, span in spans_on(on).items() if scope is None or pk in scope}
    heads: dict[int, int] = defaultdict(int)
    for org in Staff.objects.employed().filter(org__in=spans).values_list("org_id", flat=True):
        heads[org] += 1
    branches = {pk: Branch(span, heads[pk]) for pk, span in spans.items()}
    roots: list[Branch] = []
    rank = {kind.value: at for at, kind in enumerate(OrgKind)}
    for branch in sorted(branches.values(), key=lambda branch: (rank[branch.node.kind], branch.node.code)):
        above = branches.get(branch.span.parent_id) if branch.span.parent_id else None
        (above.below if above else roots).append(branch)
    return roots


def flat(branches: Iterable[Branch], depth: int = 0) -> list[tuple[int, Branch]]:
    """The tree from top to bottom, each unit with its depth."""
    found = []
    for branch in branches:
        found.append((depth, branch))
        found.extend(flat(branch.below, depth + 1))
    return found


def unit_choices(scope: frozenset[int] | None) -> list[tuple[str, str]]:
    """The units of today inside a scope (``None``: all), indented as the tree, to be chosen from."""
    return [(str(branch.node.pk), "\u2003" * depth + branch.span.label) for depth, branch in flat(tree_on(plant_today(), scope))]
