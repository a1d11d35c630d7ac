"""Tasks as people read them: who sees which, how far a parent is (PLN-16)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from people.access import Access
from plans.models import Task
from plans.selectors.done import Done

Status = Task.Status


def tasks_seen(access: Access, rows: QuerySet[Task] | None = None) -> QuerySet[Task]:
    """Tasks of the units in scope, and those that one owns, gave, helps with, or that are part of one's own."""
    rows = Task.objects.all() if rows is None else rows
    if access.scope is None:
        return rows
    me = access.staff.pk
    mine = Q(owner=me) | Q(made_by=me) | Q(parent__owner=me) | Q(pk__in=Task.objects.filter(helper_rows__helper=me).values("pk"))
    return rows.filter(Q(node__in=access.scope) | mine)


def parts_of(tasks: Iterable[int]) -> dict[int, Done]:
    """Of each task with parts how many are done, in one statement."""
    rows = Task.objects.filter(parent__in=list(tasks)).exclude(status=Status.CANCELLED).order_by()
    counted = rows.values("parent").annotate(total=Count("pk"), done=Count("pk", filter=Q(status=Status.DONE)))
    return {parent: Done(done, total) for parent, done, total in counted.values_list("parent", "done", "total") if parent}


@dataclass(frozen=True)
class TaskRights:
    may_finish: bool = False
    may_reassign: bool = False
    may_change_due: bool = False
    may_reopen: bool = False
    may_cancel: bool = False
    may_add_part: bool = False


def rights_over_task(task: Task, access: Access) -> TaskRights:
    """The owner does it and may hand it on; who gave it, and whoever leads there, may also change, cancel and reopen it."""
    me = access.staff.pk
    owns, gave = task.owner_id == me, task.made_by_id == me
    leads = access.may("finding.lead", task.node_id)
    is_open = task.status == Status.OPEN
    return TaskRights(
        may_finish=is_open and (owns or gave or leads),
        may_reassign=is_open and (owns or gave or leads),
        may_change_due=is_open and (gave or leads),
        may_reopen=task.status == Status.DONE and (gave or leads or owns),
        may_cancel=is_open and (gave or leads),
        may_add_part=is_open and (owns or gave or leads) and access.may("task.give"),
    )
