"""The organisation changes by date: a unit is opened, renamed, moved or led by another from a day on; the past stays (PPL-01)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Min

from core.clock import plant_today
from core.errors import NotAllowed, Required
from core.templatetags.fo import day
from core.versions import require_all_unchanged
from people.access import access_of
from people.errors import InThePast, NotYetOpen, Taken, WrongRank
from people.models import OrgKind, OrgNode, OrgSpan, Staff
from people.models.organisation import ORG_RANK


@dataclass(frozen=True)
class Standing:
    """What a unit is called, where it stands and who leads it, from ``valid_from`` on."""

    valid_from: date
    name: str
    name_zh: str = ""
    parent: OrgNode | None = None
    leader: Staff | None = None

    def check(self, kind: str) -> None:
        if self.parent is None and kind != OrgKind.PLANT:
            raise Required(field="parent")
        if self.parent is not None and ORG_RANK[OrgKind(self.parent.kind)] >= ORG_RANK[OrgKind(kind)]:
            raise WrongRank(field="parent", kind=OrgKind(kind).label, parent_kind=OrgKind(self.parent.kind).label)
        opened_on = OrgSpan.objects.filter(node=self.parent).aggregate(first=Min("valid_from"))["first"] if self.parent else None
        if self.parent is not None and (opened_on is None or opened_on > self.valid_from):
            raise NotYetOpen(field="parent", parent=self.parent.code, opened_on=day(opened_on, "full"))


@transaction.atomic
def add_unit(*, code: str, kind: str, standing: Standing, by: Staff) -> OrgNode:
    """Open a unit; a plant only by somebody who sees the whole company.

    Raises ``NotAllowed``, ``Required`` for any other kind that stands below nothing, ``WrongRank`` below a unit of the same or a lower
    kind, ``NotYetOpen``, and ``Taken`` for a code in use.
    """
    standing.check(kind)
    if standing.parent is None and access_of(by).scope is not None:
        raise NotAllowed(field="kind")
    node = OrgNode(code=code.strip(), kind=kind)
    try:
        with transaction.atomic():
            node.save(force_insert=True)
    except IntegrityError:
        raise Taken(field="code", value=code) from None
    _write(node, standing)
    return node


@transaction.atomic
def change_unit(*, node: OrgNode, standing: Standing, by: Staff, version: int | None = None) -> OrgSpan:
    """Rename, move or give another leader from a day on; what was entered for that same day is replaced.

    Raises ``Required``, ``WrongRank`` and ``NotYetOpen`` as ``add_unit`` does, ``StaleVersion`` when any date of the unit was changed
    after ``version``.
    """
    standing.check(node.kind)
    OrgNode.objects.select_for_update(no_key=True).get(pk=node.pk)
    require_all_unchanged(OrgSpan, version, node=node)
    return _write(node, standing)


def _write(node: OrgNode, standing: Standing) -> OrgSpan:
    span, _made = OrgSpan.objects.update_or_create(
        node=node,
        valid_from=standing.valid_from,
        defaults={
            "name": standing.name,
            "name_zh": standing.name_zh,
            "parent": standing.parent,
            "leader": standing.leader,
            "leader_staff_no": standing.leader.staff_no if standing.leader else "",
        },
    )
    return span


@transaction.atomic
def withdraw_change(*, span: OrgSpan, by: Staff) -> None:
    """Take back a change that has not begun. Raises ``InThePast`` once its day has come."""
    if span.valid_from <= plant_today():
        raise InThePast()
    span.delete()
