"""Emergency contacts as a file."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from core.tables import Code, Column, Loader, Ref, TableKind, Text, Whole
from plans.models import EmergencyContact


def _scoped(access: Any, rows: QuerySet) -> QuerySet:
    return access.scoped(rows, "node")


EMERGENCY_CONTACTS = TableKind(
    "emergency_contacts",
    EmergencyContact._meta.verbose_name_plural or "",
    EmergencyContact,
    columns=(
        Column("id", Code(20), is_key=True, is_required=True),
        Column("order", Whole(), is_required=True),
        Column("name", Text(200), is_required=True),
        Column("name_zh", Text(200)),
        Column("phone", Text(60), is_required=True),
        Column("org_code", Ref(40, model="people.OrgNode"), attribute="node"),
    ),
    loader=Loader,
    edit_action="contact.edit",
    scoped=_scoped,
)
