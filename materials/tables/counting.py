"""Stocktakes, adjustments and disposals as files and for programs: read here, written through their own doors."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from core.tables import Choice, Code, Column, Day, Loader, Moment, Number, Ref, TableKind, Text
from materials.models import Adjustment, Count, Disposal
from materials.selectors.counting import counts_seen

PERSON = Ref(40, model="people.Staff", field="staff_no")
ITEM = Ref(60, model="materials.Item")
DECIMALS = "lot__item__unit__decimals"


def _counts(access: Any, rows: QuerySet) -> QuerySet:
    return counts_seen(access, rows)


COUNTS = TableKind(
    "counts",
    Count._meta.verbose_name_plural or "",
    Count,
    columns=(
        Column("number", Code(40), is_key=True, is_required=True),
        Column("plan", Text(200), source="plan__name", is_required=True),
        Column("planned_on", Day(), is_required=True),
        Column("frozen_at", Moment(), is_required=True),
        Column("status", Choice(Count.Status), is_required=True),
        Column("submitted_by", PERSON),
        Column("submitted_at", Moment()),
        Column("approved_by", PERSON),
        Column("approved_at", Moment()),
        Column("slip", Code(40), source="slip__number"),
        Column("note", Text(500)),
    ),
    loader=Loader,
    edit_action="slip.post",
    scoped=_counts,
)

ADJUSTMENTS = TableKind(
    "adjustments",
    Adjustment._meta.verbose_name_plural or "",
    Adjustment,
    columns=(
        Column("number", Code(40), is_key=True, is_required=True),
        Column("status", Choice(Adjustment.Status), is_required=True),
        Column("item", ITEM, source="lot__item__code", is_required=True),
        Column("lot", Code(60), source="lot__code"),
        Column("bin", Code(60), source="place__code", is_required=True),
        Column("change", Number(decimals_at=DECIMALS), is_required=True),
        Column("unit", Code(20), source="lot__item__unit__code", is_required=True),
        Column("unit_cost", Number(18, 4)),
        Column("reason", Choice(Adjustment.Reason), is_required=True),
        Column("note", Text(500), is_required=True),
        Column("drafted_by", PERSON, is_required=True),
        Column("drafted_at", Moment(), is_required=True),
        Column("decided_by", PERSON),
        Column("decided_at", Moment()),
        Column("decision_note", Text(500)),
        Column("slip", Code(40), source="slip__number"),
    ),
    loader=Loader,
    edit_action="adjustment.draft",
)

DISPOSALS = TableKind(
    "disposals",
    Disposal._meta.verbose_name_plural or "",
    Disposal,
    columns=(
        Column("number", Code(40), is_key=True, is_required=True),
        Column("status", Choice(Disposal.Status), is_required=True),
        Column("item", ITEM, source="lot__item__code", is_required=True),
        Column("lot", Code(60), source="lot__code"),
        Column("bin", Code(60), source="place__code", is_required=True),
        Column("quantity", Number(decimals_at=DECIMALS), is_required=True),
        Column("unit", Code(20), source="lot__item__unit__code", is_required=True),
        Column("decision", Choice(Disposal.Decision), is_required=True),
        Column("reason", Text(300), is_required=True),
        Column("due_on", Day(), is_required=True),
        Column("drafted_by", PERSON, is_required=True),
        Column("decided_by", PERSON),
        Column("decided_at", Moment()),
        Column("decision_note", Text(500)),
        Column("done_by", PERSON),
        Column("done_at", Moment()),
        Column("slip", Code(40), source="slip__number"),
    ),
    loader=Loader,
    edit_action="adjustment.draft",
)
