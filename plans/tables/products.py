"""The tables of products, processes and standard hours."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.tables import Code, Column, Flag, Loader, LoadRow, Number, Ref, TableKind, Text, ValidFrom
from plans.models import Process, Product, StandardHours
from plans.tables.faults import UnitInUse

PRODUCT = Ref(60, model="plans.Product", select=("unit",))
PROCESS = Ref(60, model="plans.Process")
NODE = Ref(40, model="people.OrgNode")


class ProductLoader(Loader):
    def check(self, row: LoadRow, current: Any, merged: dict[str, Any]) -> None:
        if current is None or merged.get("unit", current.unit) == current.unit:
            return
        if current.orders.exists() or current.report_lines.exists():
            row.refuse("unit", UnitInUse(unit=current.unit.code))


PRODUCTS = TableKind(
    name="products",
    label=_("Products"),
    model=Product,
    columns=(
        Column("code", Code(60), is_key=True, is_required=True),
        Column("name", Text(200), is_required=True),
        Column("name_zh", Text(200)),
        Column("spec", Text(200)),
        Column("unit", Ref(20, model="core.Unit"), is_required=True),
    ),
    loader=ProductLoader,
    edit_action="product.edit",
)


def _scoped(access: Any, rows: QuerySet) -> QuerySet:
    return access.scoped(rows, "org")


PROCESSES = TableKind(
    name="processes",
    label=_("Processes"),
    model=Process,
    columns=(
        Column("code", Code(60), is_key=True, is_required=True),
        Column("name", Text(200), is_required=True),
        Column("name_zh", Text(200)),
        Column("org_code", NODE, attribute="org"),
        Column("is_key", Flag()),
        Column("is_final", Flag(), blank=True),
    ),
    loader=Loader,
    edit_action="product.edit",
    scoped=_scoped,
    node_column="org_code",
)

STANDARD_HOURS = TableKind(
    name="standard_hours",
    label=_("Standard hours"),
    model=StandardHours,
    columns=(
        Column("product_code", PRODUCT, attribute="product", is_key=True, is_required=True),
        Column("part", Text(60), is_key=True),
        Column("process_code", PROCESS, attribute="process", is_key=True),
        Column("valid_from", ValidFrom(), is_key=True),
        Column("hours_per_unit", Number(12, 6, above_zero=True), is_required=True),
    ),
    loader=Loader,
    edit_action="standard_hours.edit",
)
