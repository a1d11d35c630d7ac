"""Rows of the people room, and the small plant that most tests play in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time

import factory
from django.contrib.auth.models import Group

from core.clock import BEGINNING
from people.models import OrgKind, OrgNode, OrgSpan, Shift, Staff, User

PASSWORD = "a long enough password"


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def roles(self, create, given, **kwargs):
        for role in given or []:
            self.groups.add(Group.objects.get(name=role))


class StaffFactory(factory.django.DjangoModelFactory):
    """A person; ``roles=["sup"]`` gives a log-in with those roles."""

    class Meta:
        model = Staff
        skip_postgeneration_save = True

    staff_no = factory.Sequence(lambda n: f"S{n:04d}")
    name = factory.Sequence(lambda n: f"Person {n}")

    @factory.post_generation
    def roles(self, create, given, **kwargs):
        if given:
            self.user = UserFactory(roles=given)
            self.save()


class ShiftFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Shift
        django_get_or_create = ["code"]

    code = "DAY"
    name = "Day shift"
    name_zh = "白班"
    starts_at = time(8)
    ends_at = time(17)
    break_minutes = 60


def night_shift() -> Shift:
    return ShiftFactory(code="NIGHT", name="Night shift", name_zh="夜班", starts_at=time(20), ends_at=time(5))


def org(code: str, kind: str, parent: OrgNode | None = None, *, valid_from: date = BEGINNING, leader: Staff | None = None) -> OrgNode:
    """A node with its first span; for a later move add ``OrgSpan`` rows."""
    node, _ = OrgNode.objects.get_or_create(code=code, defaults={"kind": kind})
    OrgSpan.objects.create(node=node, name=f"{kind} {code}", name_zh=f"{code}", parent=parent, valid_from=valid_from, leader=leader)
    return node


@dataclass
class Plant:
    """Plant P with workshops A (teams A1, A2) and B (team B1)."""

    plant: OrgNode
    a: OrgNode
    b: OrgNode
    a1: OrgNode
    a2: OrgNode
    b1: OrgNode
    people: dict[tuple[str, str], Staff] = field(default_factory=dict)

    def person(self, role: str, node: OrgNode | None = None) -> Staff:
        """The one person of that role in that node (the plant unless given), made when first asked for."""
        node = node or self.plant
        key = (role, node.code)
        if key not in self.people:
            self.people[key] = StaffFactory(name=f"{role} {node.code}", org=node, roles=[role])
        return self.people[key]


def make_plant(prefix: str = "") -> Plant:
    plant = org(f"{prefix}P", OrgKind.PLANT)
    a = org(f"{prefix}A", OrgKind.WORKSHOP, plant)
    b = org(f"{prefix}B", OrgKind.WORKSHOP, plant)
    return Plant(
        plant=plant,
        a=a,
        b=b,
        a1=org(f"{prefix}A1", OrgKind.TEAM, a),
        a2=org(f"{prefix}A2", OrgKind.TEAM, a),
        b1=org(f"{prefix}B1", OrgKind.TEAM, b),
    )
