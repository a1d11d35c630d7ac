"""What the address of a month's page asks for, checked against what this person sees; and the addresses of its neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode

from core.asked import read_date
from core.clock import PlantMonth
from people.models import OrgKind, OrgNode, Shift
from plans.models import Product
from reports.figures import Slice

BY = ("team", "product", "day", "waiting", "line", "material", "compare")


@dataclass(frozen=True)
class Asked:
    """A month of a node, perhaps of one product or shift, perhaps of a team's days within one workshop, shown one way.

    ``show`` is the table chosen where a way has several; ``kpi`` and ``beside`` are the figure and the month that are compared.
    """

    month: PlantMonth
    org: OrgNode
    by: str
    within: OrgNode | None = None
    product: Product | None = None
    shift: Shift | None = None
    day: date | None = None
    show: str = ""
    kpi: str = ""
    beside: PlantMonth | None = None

    @property
    def part(self) -> Slice:
        return Slice.of_month(
            self.org,
            self.month,
            within=self.within,
            product_id=self.product.pk if self.product else None,
            shift_id=self.shift.pk if self.shift else None,
        )

    @property
    def part_of_lines(self) -> Slice:
        return replace(self.part, starts_on=self.day, ends_on=self.day) if self.day else self.part

    def address(self, name: str = "month-dashboard", args: tuple[Any, ...] = (), **changes: Any) -> str:
        """The same with some of it changed; ``None`` drops a part."""
        by = changes.get("by", self.by if "org" not in changes else None)
        kept = {
            "org": self.org.code,
            "in": self.within.code if self.within else None,
            "product": self.product.code if self.product else None,
            "shift": self.shift.code if self.shift else None,
            "by": by,
            "day": None,
            "show": self.show if by == self.by else None,
            "kpi": self.kpi if by == "compare" else None,
            "with": str(self.beside) if self.beside and by == "compare" else None,
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
    shift = None
    if given.get("shift"):
        shift = Shift.objects.filter(code=given["shift"]).first()
        if shift is None:
            raise Http404
    day = read_date(given.get("day"))
    if day and not month.starts_on <= day <= month.ends_on:
        day = None
    default = "line" if org.kind == OrgKind.TEAM else "team"
    by = given.get("by", "")
    beside = _month(given.get("with", ""), month.first_day)
    by = by if by in BY else default
    beside = None if beside == month else beside
    return Asked(month, org, by, within, product, shift, day, given.get("show", ""), given.get("kpi", ""), beside)


def _month(text: str, first_day: int) -> PlantMonth | None:
    """``None`` for what is no month."""
    try:
        return PlantMonth.parse(text, first_day)
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
