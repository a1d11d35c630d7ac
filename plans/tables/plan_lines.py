"""The table of the plan of the day: one row per line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.tables import Choice, Code, Column, Day, Loader, LoadRow, Number, Ref, TableKind, Text
from people.models import OrgKind, OrgPath
from people.standing import Standing
from plans.models import PlanLine
from plans.tables.faults import NotATeam, OrderFixed, PlanOver, ProductNotOnOrder
from plans.tables.products import NODE, PROCESS, PRODUCT

Status = PlanLine.Status


class PlanLineLoader(Loader):
    """Rows of new keys are to be confirmed; a changed quantity takes the confirmation back, as on the page.

    A person cannot change the plan of a shift that is over; ``manage.py load`` brings past ones. A withdrawn line that a file
    names again is taken up again.
    """

    def __init__(self, kind: TableKind, **who: Any) -> None:
        super().__init__(kind, **who)
        self._standing = Standing()

    @classmethod
    def rows(cls, kind: TableKind) -> QuerySet:
        return with_workshop(PlanLine.objects.exclude(status=Status.WITHDRAWN)).order_by("pk")

    def find(self, rows: Sequence[LoadRow]) -> dict[Any, Any]:
        self._standing.fetch(row.values["team_code"] for row in rows if "team_code" in row.values)
        wanted: dict[str, set[Any]] = {"business_date": set(), "shift_code": set(), "team_code": set()}
        for row in rows:
            for name, values in wanted.items():
                if row.values.get(name):
                    values.add(row.values[name])
        found = (
            PlanLine.objects.select_for_update(of=("self",))
            .order_by("pk")
            .filter(business_date__in=wanted["business_date"], shift__in=wanted["shift_code"], team__in=wanted["team_code"])
        )
        return {(line.business_date, line.shift_id, line.team_id, line.order_id, line.product_id, line.process_id): line for line in found}

    def check(self, row: LoadRow, current: Any, merged: dict[str, Any]) -> None:
        if current is not None and not self.differences(current, merged):
            return
        team, on, product, order, shift = (merged.get(name) for name in ("team", "business_date", "product", "order", "shift"))
        if team and on and (team.kind != OrgKind.TEAM or self._standing.at(team, on) is None):
            row.refuse("team_code", NotATeam(on=on.isoformat()))
        if order and product and order.product_id != product.pk:
            row.refuse("product_code", ProductNotOnOrder(order=order.number, expected=order.product.code))
        if order and self.access is not None and order.is_over:
            row.refuse("order_number", OrderFixed(status=order.status, value=order.number))
        if product:
            row.require_fit("planned_qty", merged.get("planned_qty"), product.unit)
        if self.access is not None and on and shift and shift.times.window(on)[1] <= timezone.now():
            row.refuse("business_date", PlanOver(shift=shift.code))

    def differences(self, current: PlanLine, merged: Any) -> set[str]:
        changed = super().differences(current, merged)
        return changed | {"status"} if current.status == Status.WITHDRAWN else changed

    def merge(self, row: LoadRow, current: Any) -> dict[str, Any]:
        return super().merge(row, current) | {"status": Status.TO_RECONFIRM if current is not None else Status.TO_CONFIRM}

    def make(self, merged: Any) -> PlanLine:
        return PlanLine(**merged, made_by=self.by)

    def write(self, created: Sequence[Any], changed: Iterable[tuple[Any, set[str]]]) -> None:
        changed = list(changed)
        for line, _fields in changed:
            line.version += 1
            line.changed_by, line.changed_at = self.by, timezone.now()
        super().write(created, [(line, fields | {"version", "changed_by", "changed_at"}) for line, fields in changed])


def with_workshop(rows: QuerySet) -> QuerySet:
    """Each line with the code of the workshop where its team stood on the business date."""
    paths = OrgPath.objects.filter(node=OuterRef("team"), valid_from__lte=OuterRef("business_date"), valid_to__gt=OuterRef("business_date"))
    return rows.annotate(workshop_code=Subquery(paths.values("workshop__code")[:1]))


def _scoped(access: Any, rows: QuerySet) -> QuerySet:
    return access.scoped(rows, "team")


PLAN_LINES = TableKind(
    name="plan_lines",
    label=_("Plan of the day"),
    model=PlanLine,
    columns=(
        Column("business_date", Day(), is_key=True, is_required=True),
        Column("shift_code", Ref(20, model="people.Shift"), "shift", is_key=True, is_required=True),
        Column("team_code", NODE, "team", is_key=True, is_required=True),
        Column("order_number", Ref(40, model="plans.ProductionOrder", field="number", select=("product",)), "order", is_key=True),
        Column("product_code", PRODUCT, "product", is_key=True, is_required=True),
        Column("process_code", PROCESS, "process", is_key=True),
        Column("planned_qty", Number(18, 6, above_zero=True, decimals_at="product__unit__decimals"), is_required=True),
        Column("note", Text(200)),
    ),
    loader=PlanLineLoader,
    edit_action="plan.edit",
    scoped=_scoped,
    node_column="team_code",
    extra=(Column("workshop_code", Code(40)), Column("status", Choice(Status))),
)
