"""The table of production orders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.clock import plant_today
from core.errors import NotAllowed, RuleBroken
from core.tables import Choice, Code, Column, Day, Loader, LoadRow, Number, Ref, TableKind
from core.tables.loaders import rewrite
from people.models import OrgKind, Staff
from people.standing import Standing
from plans.models import ProductionOrder
from plans.selectors.orders import orders_seen
from plans.services.orders import cancel_order, close_order, hold_order, release_order, take_over_order
from plans.tables.faults import DueBeforeStart, NotATeamOf, NotAWorkshop, OrderFixed, StatusBackwards
from plans.tables.products import NODE, PRODUCT

Status = ProductionOrder.Status
FORWARD = {
    Status.DRAFT: {Status.RELEASED, Status.ON_HOLD, Status.CLOSED, Status.CANCELLED},
    Status.RELEASED: {Status.ON_HOLD, Status.CLOSED},
    Status.ON_HOLD: {Status.CLOSED},
    Status.CLOSED: set(),
    Status.CANCELLED: set(),
}
FIXED_BY_RELEASE = ("product_code", "quantity", "workshop_code")


class OrderLoader(Loader):
    """A new order starts as a draft and takes the steps to the status of the file; status only moves forward.

    ``manage.py load`` brings orders that were reviewed where the file comes from. What a person imports is released as on the page, where
    the reviews count (PLN-24).
    """

    def __init__(self, kind: TableKind, **who: Any) -> None:
        super().__init__(kind, **who)
        self._standing = Standing()
        self._targets: dict[str, str] = {}
        self._stood: dict[str, str] = {}

    def check(self, row: LoadRow, current: Any, merged: dict[str, Any]) -> None:
        if "product" in merged and "quantity" in merged:
            row.require_fit("quantity", merged["quantity"], merged["product"].unit)
        self._check_place(row, current, merged)
        start_on, due_on = merged.get("start_on"), merged.get("due_on")
        if start_on and due_on and due_on < start_on:
            row.refuse("due_on" if "due_on" in row.values else "start_on", DueBeforeStart(start_on=start_on.isoformat()))
        if current is None:
            self._check_right(row, merged.get("status", Status.DRAFT), merged)
            return
        self._stood[current.number] = current.status
        self._check_right(row, merged.get("status", current.status), merged, current.status)
        target = merged.get("status", current.status)
        if target != current.status and target not in FORWARD[current.status]:
            row.refuse("status", StatusBackwards(status=current.status))
        fixed = self.kind.names if not FORWARD[current.status] else FIXED_BY_RELEASE if current.status != Status.DRAFT else ()
        for name in fixed:
            column = self.kind.column(name)
            stands = getattr(current, column.field)
            if name != "status" and name in row.values and row.values[name] != stands:
                value = stands.code if isinstance(column.holds, Ref) and stands else column.holds.text(stands)
                row.refuse(name, OrderFixed(status=current.status, value=value))

    def _check_right(self, row: LoadRow, target: str, merged: dict[str, Any], stands: str = Status.DRAFT) -> None:
        if self.access is not None and target != stands and not self.access.may("order.release", merged.get("workshop")):
            row.refuse("status", NotAllowed())

    def _check_place(self, row: LoadRow, current: Any, merged: dict[str, Any]) -> None:
        workshop, team = merged.get("workshop"), merged.get("team")
        if workshop is not None and workshop.kind != OrgKind.WORKSHOP:
            row.refuse("workshop_code", NotAWorkshop())
            return
        if workshop is None or team is None or (current is not None and (current.workshop, current.team) == (workshop, team)):
            return
        self._standing.fetch([team])
        days = {plant_today(), merged.get("start_on") or merged.get("due_on") or plant_today()}
        paths = [self._standing.at(team, on) for on in days]
        if team.kind != OrgKind.TEAM or not any(path is not None and path.workshop_id == workshop.pk for path in paths):
            row.refuse("team_code" if "team_code" in row.values else "workshop_code", NotATeamOf(workshop=workshop.code))

    def make(self, merged: Any) -> Model:
        """Every order begins as a draft; ``write`` leads it on."""
        target = merged["status"]
        order = ProductionOrder(**merged | {"status": Status.DRAFT}, made_by=self.by)
        if target != Status.DRAFT:
            self._targets[order.number] = target
        return order

    def settle(self, rows: Sequence[LoadRow]) -> None:
        self._targets = {}
        self._standing.fetch(row.values["team_code"] for row in rows if row.values.get("team_code"))
        super().settle(rows)
        if self.is_clean and self._targets:
            self._lead_on(rows)

    def write(self, created: Sequence[Any], changed: Iterable[tuple[Any, set[str]]]) -> None:
        changed = list(changed)
        for order, fields in changed:
            if "status" in fields:
                self._targets[order.number] = order.status
                order.status = self._stood[order.number]
            if fields != {"status"}:
                order.version += 1
        ProductionOrder.objects.bulk_create(created)
        edited = [order for order, fields in changed if fields != {"status"}]
        if edited:
            fields = {column.field for column in self.kind.columns if not column.is_key} - {"status"}
            rewrite(edited, sorted(fields | {"version"}))

    def _lead_on(self, rows: Sequence[LoadRow]) -> None:
        """The same steps as on the page, one after the other; a refusal is a fault of the row."""
        orders = {order.number: order for order in ProductionOrder.objects.filter(number__in=self._targets)}
        for row in rows:
            number = row.values.get("number")
            if number in self._targets:
                try:
                    _lead(orders[number], self._targets[number], self.by, is_reviewed=self.access is None)
                except RuleBroken as refusal:
                    row.refuse("status", refusal)


def _lead(order: ProductionOrder, target: str, by: Staff | None, *, is_reviewed: bool) -> None:
    words = gettext("Taken over by import")
    if order.status == Status.DRAFT and target != Status.CANCELLED:
        if is_reviewed:
            take_over_order(order=order, by=by, words=words, is_over=target == Status.CLOSED)
        else:
            release_order(order=order, by=by)
    if target == Status.ON_HOLD:
        hold_order(order=order, reason=words, by=by)
    elif target == Status.CLOSED:
        close_order(order=order, by=by)
    elif target == Status.CANCELLED:
        cancel_order(order=order, reason=words, by=by)


ORDERS = TableKind(
    name="orders",
    label=_("Production orders"),
    model=ProductionOrder,
    columns=(
        Column("number", Code(40), is_key=True, is_required=True),
        Column("product_code", PRODUCT, attribute="product", is_required=True),
        Column("quantity", Number(18, 6, above_zero=True, decimals_at="product__unit__decimals"), is_required=True),
        Column("workshop_code", NODE, attribute="workshop", is_required=True),
        Column("team_code", NODE, attribute="team"),
        Column("start_on", Day()),
        Column("due_on", Day(), is_required=True),
        Column("status", Choice(Status), blank=Status.DRAFT),
    ),
    loader=OrderLoader,
    edit_action="order.edit",
    scoped=orders_seen,
    node_column="workshop_code",
)
