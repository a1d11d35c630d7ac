"""Reports upward as a file and for programs: read, never loaded; they are written on their own page."""

from __future__ import annotations

from django.db.models import QuerySet

from core.tables import Choice, Code, Column, Day, Flag, Loader, Moment, Ref, TableKind, Text
from reports.models import UpwardReport
from reports.models.upward import SUBJECT_CHARACTERS, UPWARD_CHARACTERS
from reports.upward_readers import reports_seen

PERSON = Ref(40, model="people.Staff", field="staff_no")


class SentLoader(Loader):
    """What was sent once: a draft has no number yet."""

    @classmethod
    def rows(cls, kind: TableKind) -> QuerySet:
        return super().rows(kind).exclude(number="")


UPWARD_REPORTS = TableKind(
    "upward_reports",
    UpwardReport._meta.verbose_name_plural or "",
    UpwardReport,
    columns=(
        Column("number", Code(40), is_key=True, is_required=True),
        Column("kind", Choice(UpwardReport.Kind), is_required=True),
        Column("org_code", Ref(40, model="people.OrgNode"), attribute="node", is_required=True),
        Column("starts_on", Day(), is_required=True),
        Column("ends_on", Day(), is_required=True),
        Column("subject", Text(SUBJECT_CHARACTERS)),
        Column("done", Text(UPWARD_CHARACTERS), is_required=True),
        Column("analysis", Text(UPWARD_CHARACTERS)),
        Column("plan", Text(UPWARD_CHARACTERS)),
        Column("status", Choice(UpwardReport.Status), is_required=True),
        Column("due_at", Moment()),
        Column("sent_at", Moment(), is_required=True),
        Column("is_late", Flag(), is_required=True),
        Column("sent_by", PERSON, is_required=True),
        Column("reader", PERSON),
    ),
    loader=SentLoader,
    edit_action="upward.write",
    read_action="upward.read",
    scoped=reports_seen,
)
