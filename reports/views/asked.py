"""What the address of a month's page asks for, checked against what this person sees; and the addresses of its neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.http import urlencode

from core.clock import PlantMonth
from people.models import OrgKind, OrgNode
from plans.models import Product
from reports.figures import Slice

BY = ("team", "product", "day", "line")


@dataclass(frozen=True)
class Asked:
    """A month of a node, perhaps of one product, perhaps of a team's days within one workshop, shown one way."""

    month: PlantMonth
    org: OrgNode
    by: str
    within: OrgNode | None = None
    product: Product | None = None
    day: date | None = None

    @property
    def part(self) -> Slice:
        return Slice.of_month(self.org, self.month, within=self.within, product_id=self.product.pk if self.product else None)

    @property
    def part_of_lines(self) -> Slice:
        return replace(self.part, starts_on=self.day, ends_on=self.day) if self.day else self.part

    def address(self, name: str = "month-dashboard", args: tuple[Any, ...] = (), **changes: Any) -> str:
        """The same with some of it changed; ``None`` drops a part."""
        kept = {
            "org": self.org.code,
            "in": self.within.code if self.within else None,
            "product": self.product.code if self.product else None,
            "by": self.by if "org" not in changes else None,
            "day": None,
        } | {key.rstrip("_"): value for key, value in changes.items()}
        month = kept.pop("month", None) or self.month
        query = urlencode({key: value for key, value in kept.items() if value})
        return f"{reverse(name, args=[str(month), *args])}?{query}"


def read_asked(month: PlantMonth, given: Mapping[str, Any], roots: Sequence[OrgNode]) -> Asked:
    """``roots`` are where this person's months begin. Raises ``Http404`` for what is not there.

    Whether the person may see the node is asked by the view.
    """
    org = _org(given.get("org", ""), roots)
    within = _node(given["in"]) if given.get("in") else None
    product = None
    if given.get("product"):
        product = Product.objects.filter(code=given["product"]).first()
        if product is None:
            raise Http404
    day = _day(given.get("day", ""))
    if day and not month.starts_on <= day <= month.ends_on:
        day = None
    default = "line" if org.kind == OrgKind.TEAM else "team"
    by = given.get("by", "")
    return Asked(month, org, by if by in BY else default, within, product, day)


def _day(text: str) -> date | None:
    """``None`` for what is no date, also for one that no calendar has."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def _org(code: str, roots: Sequence[OrgNode]) -> OrgNode:
    """The node asked for; ``roots`` are mostly enough to find it."""
    known = {node.code: node for node in roots}
    if code:
        return known.get(code) or _node(code)
    if not roots:
        raise Http404
    return roots[0]


def _node(code: str) -> OrgNode:
    node = OrgNode.objects.filter(code=code).first()
    if node is None:
        raise Http404
    return node
