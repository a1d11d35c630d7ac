"""Work that is decoded into tasks and delegated (PLN-16)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.clock import at_plant, plant_today
from people.models import OrgNode, Staff
from people.services import notify, settle_all
from plans.errors.findings import DueInThePast, OwnerHasLeft, PartsOpen, SameOwner, TaskClosed
from plans.errors.orders import ReasonNeeded
from plans.models import Task, TaskDeed, TaskHelper
from plans.services.findings import checked_text, optional_text
from plans.services.status import change_status
from plans.services.versions import require_version

Status, Deed = Task.Status, TaskDeed.Deed
TITLE_CHARACTERS = 200


@transaction.atomic
def give_task(
    *,
    title: str,
    node: OrgNode,
    owner: Staff,
    due_on: date,
    by: Staff,
    text: str = "",
    parent: Task | None = None,
    helpers: Iterable[Staff] = (),
) -> Task:
    """Give a piece of work to somebody, perhaps as part of a larger task; owner and helpers are told.

    Raises ``Required``, ``TextTooLong``, ``OwnerHasLeft``, ``DueInThePast``, ``TaskClosed`` for a part of what is closed.
    """
    title = checked_text(title, field="title", most=TITLE_CHARACTERS)
    text = optional_text(text, field="text")
    if owner.has_left():
        raise OwnerHasLeft(field="owner", who=owner.name)
    if due_on < plant_today():
        raise DueInThePast(field="due_on", due=due_on.isoformat())
    parent = _locked(parent, None) if parent is not None else None
    if parent is not None and parent.status != Status.OPEN:
        raise TaskClosed(field="parent", task=parent.title, status=parent.get_status_display())
    now = timezone.now()
    task = Task.objects.create(title=title, text=text, node=node, owner=owner, due_on=due_on, parent=parent, made_by=by, made_at=now)
    others = list({person.pk: person for person in helpers if person != owner}.values())
    TaskHelper.objects.bulk_create(TaskHelper(task=task, helper=person) for person in others)
    _write(task, Deed.GIVEN, by, owner_after=owner, due_after=due_on)
    if owner != by:
        _tell_owner(task, turn=0)
    notify(to=[person for person in others if person != by], kind="task.help", key=str(task.pk), figures=_figures(task), url=_url(task))
    return task


def _write(task: Task, deed: str, by: Staff, **what: Any) -> TaskDeed:
    return TaskDeed.objects.create(task=task, deed=deed, by=by, at=timezone.now(), **what)


def _url(task: Task) -> str:
    return reverse("task", args=[task.pk])


def _figures(task: Task) -> dict[str, Any]:
    return {"title": task.title, "by": task.made_by}


def due_moment(on: date) -> datetime:
    """The end of the day on which a task is due."""
    return at_plant(on, time(23, 59))


def _tell_owner(task: Task, turn: int) -> None:
    notify(
        to=[task.owner],
        kind="task.owned",
        key=f"{task.pk}:{turn}",
        figures=_figures(task),
        url=_url(task),
        due_at=due_moment(task.due_on),
    )


def _turns(task: Task) -> int:
    return task.deeds.filter(deed__in=[Deed.HANDED_OVER, Deed.REOPENED, Deed.DUE_CHANGED]).count()


def _settle(task: Task) -> None:
    settle_all("task.owned", [f"{task.pk}:{turn}" for turn in range(_turns(task) + 1)])


def _locked(task: Task, version: int | None) -> Task:
    kept = Task.objects.select_for_update(no_key=True, of=("self",)).select_related("owner", "made_by", "node").get(pk=task.pk)
    require_version(kept, version)
    return kept


def _require_open(task: Task) -> None:
    if task.status != Status.OPEN:
        raise TaskClosed(task=task.title, status=task.get_status_display())


@transaction.atomic
def reassign_task(*, task: Task, owner: Staff, by: Staff, text: str = "", version: int | None = None) -> Task:
    """Somebody else owns it from now on; both owners are told. Raises ``SameOwner``, ``OwnerHasLeft``, ``TaskClosed``."""
    task = _locked(task, version)
    _require_open(task)
    if owner.has_left():
        raise OwnerHasLeft(field="owner", who=owner.name)
    before = task.owner
    if owner == before:
        raise SameOwner(field="owner", who=owner.name)
    text = optional_text(text, field="text")
    _settle(task)
    task.owner, task.version = owner, task.version + 1
    task.save(update_fields=["owner", "version"])
    TaskHelper.objects.filter(task=task, helper=owner).delete()
    deed = _write(task, Deed.HANDED_OVER, by, owner_before=before, owner_after=owner, text=text)
    _tell_owner(task, turn=_turns(task))
    notify(to=[before], kind="task.handed", key=str(deed.pk), figures=_figures(task) | {"who": owner}, url=_url(task))
    return task


@transaction.atomic
def change_task_due(*, task: Task, due_on: date, reason: str, by: Staff, version: int | None = None) -> Task:
    """Raises ``DueInThePast``, ``ReasonNeeded``, ``TaskClosed``."""
    task = _locked(task, version)
    _require_open(task)
    if due_on < plant_today():
        raise DueInThePast(field="due_on", due=due_on.isoformat())
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    _settle(task)
    before = task.due_on
    task.due_on, task.version = due_on, task.version + 1
    task.save(update_fields=["due_on", "version"])
    _write(task, Deed.DUE_CHANGED, by, due_before=before, due_after=due_on, text=checked_text(reason, field="reason"))
    if task.owner != by:
        _tell_owner(task, turn=_turns(task))
    return task


@transaction.atomic
def finish_task(*, task: Task, by: Staff, text: str = "", version: int | None = None) -> Task:
    """Its owner (or who gave it) says it is done; who gave it is told. Raises ``PartsOpen`` while a part is open, ``WrongStatus``."""
    task = _locked(task, version)
    left = Task.objects.filter(parent=task, status=Status.OPEN).count()
    if left:
        raise PartsOpen(task=task.title, count=left)
    text = optional_text(text, field="text")
    _settle(task)
    change_status(task, Status.DONE, done_by=by, done_at=timezone.now())
    deed = _write(task, Deed.DONE, by, text=text)
    if task.made_by != by:
        notify(to=[task.made_by], kind="task.done", key=str(deed.pk), figures=_figures(task) | {"who": by}, url=_url(task))
    return task


@transaction.atomic
def reopen_task(*, task: Task, reason: str, by: Staff, version: int | None = None) -> Task:
    """Raises ``ReasonNeeded`` or ``WrongStatus``; a part of what is closed stays closed (``TaskClosed``)."""
    task = _locked(task, version)
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    if task.parent is not None and task.parent.status != Status.OPEN:
        raise TaskClosed(task=task.parent.title, status=task.parent.get_status_display())
    change_status(task, Status.OPEN, done_by=None, done_at=None)
    _write(task, Deed.REOPENED, by, text=checked_text(reason, field="reason"))
    if task.owner != by:
        _tell_owner(task, turn=_turns(task))
    return task


@transaction.atomic
def cancel_task(*, task: Task, reason: str, by: Staff, version: int | None = None) -> Task:
    """It is no longer wanted; it stays visible with the reason. Raises ``ReasonNeeded``, ``PartsOpen``, ``WrongStatus``."""
    task = _locked(task, version)
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    left = Task.objects.filter(parent=task, status=Status.OPEN).count()
    if left:
        raise PartsOpen(task=task.title, count=left)
    _settle(task)
    change_status(task, Status.CANCELLED)
    _write(task, Deed.CANCELLED, by, text=checked_text(reason, field="reason"))
    return task


@transaction.atomic
def comment_on_task(*, task: Task, text: str, by: Staff) -> Task:
    """Owner, helpers and who gave it are told. Raises ``Required`` or ``TextTooLong``."""
    task = _locked(task, None)
    deed = _write(task, Deed.COMMENTED, by, text=checked_text(text, field="text"))
    people = {person.pk: person for person in (task.owner, task.made_by, *task.helpers.all()) if person != by}
    notify(to=people.values(), kind="task.comment", key=str(deed.pk), figures=_figures(task) | {"who": by}, url=_url(task))
    return task
