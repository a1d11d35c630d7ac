"""Tasks as a file; they are given on their own page."""

from __future__ import annotations

from core.tables import Choice, Code, Column, Day, Loader, Moment, Ref, TableKind, Text
from plans.models import Task
from plans.selectors.team_tasks import tasks_seen

PERSON = Ref(40, model="people.Staff", field="staff_no")

TASKS = TableKind(
    "tasks",
    Task._meta.verbose_name_plural or "",
    Task,
    columns=(
        Column("id", Code(20), is_key=True, is_required=True),
        Column("parent", Code(20), source="parent_id"),
        Column("org_code", Ref(40, model="people.OrgNode"), attribute="node", is_required=True),
        Column("title", Text(200), is_required=True),
        Column("text", Text(1000)),
        Column("owner", PERSON, is_required=True),
        Column("due_on", Day(), is_required=True),
        Column("status", Choice(Task.Status), is_required=True),
        Column("made_by", PERSON, is_required=True),
        Column("made_at", Moment(), is_required=True),
        Column("done_by", PERSON),
        Column("done_at", Moment()),
    ),
    loader=Loader,
    edit_action="task.give",
    scoped=tasks_seen,
)
