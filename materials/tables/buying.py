"""Requisitions, expected receipts, suppliers and gate passes as files and for programs: read, never loaded."""

from __future__ import annotations

from core.money import MONEY_DECIMALS, MONEY_DIGITS
from core.tables import Choice, Code, Column, Day, Flag, Loader, Moment, Number, Ref, TableKind, Text
from materials.models import ExpectedReceipt, GatePass, Requisition, Supplier

PERSON = Ref(40, model="people.Staff", field="staff_no")

REQUISITIONS = TableKind(
    "requisitions",
    Requisition._meta.verbose_name_plural or "",
    Requisition,
    columns=(
        Column("number", Code(40), is_key=True, is_required=True),
        Column("status", Choice(Requisition.Status), is_required=True),
        Column("item", Ref(60, model="materials.Item"), source="item__code", is_required=True),
        Column("unit", Code(20), source="item__unit__code", is_required=True),
        Column("quantity", Number(decimals_at="item__unit__decimals"), is_required=True),
        Column("needed_on", Day(), is_required=True),
        Column("reason", Choice(Requisition.Reason), is_required=True),
        Column("order", Ref(40, model="plans.ProductionOrder", field="number"), source="order__number"),
        Column("note", Text(500)),
        Column("requested_by", PERSON, source="requested_by__staff_no", is_required=True),
        Column("requested_at", Moment(), is_required=True),
        Column("decided_by", PERSON, source="decided_by__staff_no"),
        Column("decided_at", Moment()),
        Column("decision_note", Text(500)),
        Column("closing_note", Text(500)),
    ),
    loader=Loader,
    edit_action="requisition.ask",
)

EXPECTED_RECEIPTS = TableKind(
    "expected_receipts",
    ExpectedReceipt._meta.verbose_name_plural or "",
    ExpectedReceipt,
    columns=(
        Column("number", Code(40), is_key=True, is_required=True),
        Column("status", Choice(ExpectedReceipt.Status), is_required=True),
        Column("requisition", Code(40), source="requisition__number", is_required=True),
        Column("supplier", Ref(40, model="materials.Supplier"), source="supplier__code", is_required=True),
        Column("item", Ref(60, model="materials.Item"), source="requisition__item__code", is_required=True),
        Column("unit", Code(20), source="requisition__item__unit__code", is_required=True),
        Column("quantity", Number(decimals_at="requisition__item__unit__decimals"), is_required=True),
        Column("received_qty", Number(decimals_at="requisition__item__unit__decimals"), is_required=True),
        Column("unit_price", Number(MONEY_DIGITS, MONEY_DECIMALS)),
        Column("promised_on", Day(), is_required=True),
        Column("complete_on", Day()),
        Column("note", Text(300)),
        Column("made_by", PERSON, source="made_by__staff_no", is_required=True),
    ),
    loader=Loader,
    edit_action="purchase.edit",
)

SUPPLIERS = TableKind(
    "suppliers",
    Supplier._meta.verbose_name_plural or "",
    Supplier,
    columns=(
        Column("code", Code(40), is_key=True, is_required=True),
        Column("name", Text(200), is_required=True),
        Column("name_zh", Text(200)),
        Column("contact", Text(200)),
        Column("phone", Text(60)),
        Column("remark", Text(300)),
        Column("is_blocked", Flag(), is_required=True),
    ),
    loader=Loader,
    edit_action="purchase.edit",
)

GATE_PASSES = TableKind(
    "gate_passes",
    GatePass._meta.verbose_name_plural or "",
    GatePass,
    columns=(
        Column("number", Code(40), is_key=True, is_required=True),
        Column("status", Choice(GatePass.Status), is_required=True),
        Column("goods", Text(500), is_required=True),
        Column("taken_by", Text(200), is_required=True),
        Column("reason", Text(300), is_required=True),
        Column("slip", Code(40), source="slip__number"),
        Column("disposal", Code(40), source="disposal__number"),
        Column("requested_by", PERSON, source="requested_by__staff_no", is_required=True),
        Column("requested_at", Moment(), is_required=True),
        Column("decided_by", PERSON, source="decided_by__staff_no"),
        Column("decided_at", Moment()),
        Column("decision_note", Text(500)),
        Column("closed_by", PERSON, source="closed_by__staff_no"),
        Column("closed_at", Moment()),
    ),
    loader=Loader,
    edit_action="adjustment.draft",
)

BUYING = (REQUISITIONS, EXPECTED_RECEIPTS, SUPPLIERS, GATE_PASSES)
