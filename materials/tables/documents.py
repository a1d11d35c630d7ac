"""Slips and supplements as files and for programs: read, never loaded; they are written through their own doors."""

from __future__ import annotations

from core.tables import Choice, Code, Column, Day, Loader, Moment, Number, Ref, TableKind, Text
from materials.models import OtherPurpose, ReturnType, Slip, SlipRequest, Supplement
from materials.selectors.slip_requests import slip_requests_seen
from materials.selectors.slips import slips_seen
from materials.selectors.supplements import supplements_seen

PERSON = Ref(40, model="people.Staff", field="staff_no")
ORDER = Ref(40, model="plans.ProductionOrder", field="number")


UNIT = Ref(60, model="people.OrgNode")


SLIPS = TableKind(
    "slips",
    Slip._meta.verbose_name_plural or "",
    Slip,
    columns=(
        Column("number", Code(40), is_key=True, is_required=True),
        Column("kind", Choice(Slip.Kind), is_required=True),
        Column("status", Choice(Slip.Status), is_required=True),
        Column("order", ORDER),
        Column("return_type", Choice(ReturnType)),
        Column("business_date", Day(), is_required=True),
        Column("receiver", PERSON),
        Column("posted_by", PERSON),
        Column("posted_at", Moment(), is_required=True),
        Column("confirmed_at", Moment()),
        Column("reason", Text(300)),
        Column("reverses", Code(40), source="reverses__number"),
        Column("reversed_by", Code(40), source="reversed_by__number"),
        Column("purpose", Choice(OtherPurpose)),
        Column("cost_centre", UNIT, source="cost_centre__code"),
        Column("approved_by", PERSON),
    ),
    loader=Loader,
    edit_action="slip.post",
    scoped=slips_seen,
)

SUPPLEMENTS = TableKind(
    "supplements",
    Supplement._meta.verbose_name_plural or "",
    Supplement,
    columns=(
        Column("number", Code(40), is_key=True, is_required=True),
        Column("status", Choice(Supplement.Status), is_required=True),
        Column("order", ORDER, source="quota_line__order__number", is_required=True),
        Column("item", Ref(60, model="materials.Item"), source="quota_line__item__code", is_required=True),
        Column("unit", Code(20), source="quota_line__item__unit__code", is_required=True),
        Column("quantity", Number(decimals_at="quota_line__item__unit__decimals"), is_required=True),
        Column("approved_quantity", Number(decimals_at="quota_line__item__unit__decimals")),
        Column("reason", Choice(Supplement.Reason), is_required=True),
        Column("note", Text(500)),
        Column("reference", Text(60)),
        Column("receiver", PERSON),
        Column("requested_by", PERSON, is_required=True),
        Column("requested_at", Moment(), is_required=True),
        Column("decided_by", PERSON),
        Column("decided_at", Moment()),
        Column("decision_note", Text(500)),
        Column("expires_on", Day()),
    ),
    loader=Loader,
    edit_action="supplement.ask",
    scoped=supplements_seen,
)

SLIP_REQUESTS = TableKind(
    "slip_requests",
    SlipRequest._meta.verbose_name_plural or "",
    SlipRequest,
    columns=(
        Column("number", Code(40), is_key=True, is_required=True),
        Column("kind", Choice(SlipRequest.Kind), is_required=True),
        Column("status", Choice(SlipRequest.Status), is_required=True),
        Column("purpose", Choice(OtherPurpose)),
        Column("cost_centre", UNIT, source="cost_centre__code"),
        Column("receiver", PERSON),
        Column("reason", Text(300), is_required=True),
        Column("value", Number(18, 4)),
        Column("requested_by", PERSON, is_required=True),
        Column("requested_at", Moment(), is_required=True),
        Column("decided_by", PERSON),
        Column("decided_at", Moment()),
        Column("decision_note", Text(300)),
        Column("slip", Code(40), source="slip__number"),
    ),
    loader=Loader,
    edit_action="slip.post",
    scoped=slip_requests_seen,
)
