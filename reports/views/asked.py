"""What the address of a month's page asks for, checked against what this person sees; and the addresses of its neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from core.asked import read_date
from core.clock import PlantMonth
from people.models import OrgKind, OrgNode, Shift
from plans.models import Process, Product
from reports.figures import Slice
from reports.figures.rows import NOWHERE
from reports.figures.slices import NO_PROCESS

BY = ("team", "product", "process", "shift", "day", "week", "waiting", "line", "material", "compare")


@dataclass(frozen=True)
class Asked:
    """A month of a node, perhaps of one product, shift or process, perhaps of a team's days within one workshop, shown one way.

    ``process`` is one, or ``NOWHERE`` for lines without one. ``day`` and ``week`` (the first of its days in the month) narrow the rows.
    ``show`` is the table chosen where a way has several; ``kpi`` and ``beside`` are the figure and the month that are compared.
    """

    month: PlantMonth
    org: OrgNode
    by: str
    within: OrgNode | None = None
    product: Product | None = None
    shift: Shift | None = None
    process: Process | str = ""
    day: date | None = None
    week: date | None = None
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
            process_id=self.process_id,
        )

    @property
    def process_id(self) -> int | None:
        if isinstance(self.process, Process):
            return self.process.pk
        return NO_PROCESS if self.process else None

    @property
    def process_code(self) -> str:
        return self.process.code if isinstance(self.process, Process) else self.process

    @property
    def process_label(self) -> str:
        return self.process.label if isinstance(self.process, Process) else _("No process")

    @property
    def days(self) -> tuple[date, date] | None:
        """The stretch that the rows are narrowed to, both days inclusive."""
        if self.day:
            return self.day, self.day
        return days_of_week(self.month, self.week) if self.week else None

    @property
    def part_of_lines(self) -> Slice:
        return replace(self.part, starts_on=self.days[0], ends_on=self.days[1]) if self.days else self.part

    def address(self, name: str = "month-dashboard", args: tuple[Any, ...] = (), **changes: Any) -> str:
        """The same with some of it changed; ``None`` drops a part."""
        by = changes.get("by", self.by if "org" not in changes else None)
        kept = {
            "org": self.org.code,
            "in": self.within.code if self.within else None,
            "product": self.product.code if self.product else None,
            "shift": self.shift.code if self.shift else None,
            "process": self.process_code,
            "by": by,
            "day": None,
            "week": None,
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
    day = _within(month, read_date(given.get("day")))
    default = "line" if org.kind == OrgKind.TEAM else "team"
    by = given.get("by", "")
    beside = _month(given.get("with", ""), month.first_day)
    by = by if by in BY else default
    beside = None if beside == month else beside
    return Asked(
        month,
        org,
        by,
        within,
        product,
        shift,
        process=_process(given.get("process", "")),
        day=day,
        week=None if day else _within(month, read_date(given.get("week"))),
        show=given.get("show", ""),
        kpi=given.get("kpi", ""),
        beside=beside,
    )


def days_of_week(month: PlantMonth, on: date) -> tuple[date, date]:
    """The first and the last day that the ISO week of ``on`` has in the month."""
    monday = on - timedelta(days=on.weekday())
    return max(month.starts_on, monday), min(month.ends_on, monday + timedelta(days=6))


def _within(month: PlantMonth, on: date | None) -> date | None:
    return on if on and month.starts_on <= on <= month.ends_on else None


def _process(code: str) -> Process | str:
    if not code or code == NOWHERE:
        return code
    process = Process.objects.filter(code=code).first()
    if process is None:
        raise Http404
    return process


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
