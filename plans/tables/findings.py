"""Findings as a file and for programs: read, never loaded; they are raised and led through their steps on their own pages."""

from __future__ import annotations

from core.tables import Choice, Code, Column, Day, Loader, Moment, Ref, TableKind, Text, Whole
from plans.models import Finding, FindingKind, Severity
from plans.selectors.findings import findings_seen

PERSON = Ref(40, model="people.Staff", field="staff_no")

FINDINGS = TableKind(
    "findings",
    Finding._meta.verbose_name_plural or "",
    Finding,
    columns=(
        Column("number", Code(40), is_key=True, is_required=True),
        Column("kind", Choice(FindingKind), is_required=True),
        Column("severity", Choice(Severity), is_required=True),
        Column("status", Choice(Finding.Status), is_required=True),
        Column("org_code", Ref(40, model="people.OrgNode"), attribute="node", is_required=True),
        Column("area", Text(100)),
        Column("item_key", Code(30)),
        Column("text", Text(1000), is_required=True),
        Column("business_date", Day(), is_required=True),
        Column("shift_code", Ref(20, model="people.Shift"), attribute="shift"),
        Column("raised_by", PERSON),
        Column("raised_at", Moment(), is_required=True),
        Column("owner", PERSON),
        Column("due_at", Moment(), is_required=True),
        Column("level", Whole(), is_required=True),
        Column("escalated_to", PERSON),
        Column("result", Text(1000)),
        Column("done_by", PERSON),
        Column("done_at", Moment()),
        Column("verified_by", PERSON),
        Column("verified_at", Moment()),
        Column("reopen_count", Whole(), is_required=True),
        Column("cancel_reason", Text(300)),
    ),
    loader=Loader,
    edit_action="finding.raise",
    scoped=findings_seen,
)
