"""To-dos of the day, out of the logs of the days before: on top of the sheets they belong to and on *My day* (PLN-12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Q, QuerySet

from people.access import Access
from people.models import OrgSpan, Staff
from plans.models import Sheet, ToDo, WorkLog
from plans.selectors.places import named, places_for

SHOWN = 30


def handed_in() -> QuerySet[ToDo]:
    return ToDo.objects.exclude(log__status=WorkLog.Status.DRAFT).select_related("log__author", "team", "done_by")


def to_dos_on(sheet: Sheet, reader: Staff) -> QuerySet[ToDo]:
    """What stands on top of a sheet: due on its date, and while it is open whatever is left of earlier days. ``with_places`` names them.

    A to-do that names a unit stands on that unit's sheets, for everybody there; one that names none on those its author opens.
    """
    left = Q(due_on=sheet.business_date)
    if sheet.status == Sheet.Status.OPEN:
        left |= Q(due_on__lt=sheet.business_date, done_at=None)
    whose = Q(team=sheet.node_id) | Q(team=None, log__author=reader)
    return handed_in().filter(left & whose).order_by("due_on", "pk")[:SHOWN]


def to_dos_of_today(access: Access, on: date) -> QuerySet[ToDo]:
    """One's own, and those of the units whose checks one fills: due today, and what is left of earlier days. ``with_places`` names them."""
    nodes = places_for(access, "sheet.fill")
    whose = Q(log__author=access.staff)
    if nodes is None:
        whose |= Q(team__isnull=False)
    elif nodes:
        whose |= Q(team__in=nodes)
    left = Q(due_on=on) | Q(due_on__lt=on, done_at=None)
    return handed_in().filter(whose & left).order_by("due_on", "pk")[:SHOWN]


def with_places(to_dos: Iterable[ToDo], known: Mapping[int, OrgSpan] | None = None) -> list[ToDo]:
    """The rows, each with ``place``: what the unit that it names is called, blank where it names none. ``known`` are units that were read
    already; no statement where they are all."""
    rows = list(to_dos)
    places = dict(known or {})
    nodes = {row.team_id for row in rows if row.team_id} - places.keys()
    if nodes:
        places |= named(nodes)
    for row in rows:
        row.place = places[row.team_id].label if row.team_id else ""  # type: ignore[attr-defined]
    return rows


def may_tick(to_do: ToDo, access: Access) -> bool:
    """Whoever wrote it down, and whoever fills the checks of the unit it names."""
    if to_do.log.author_id == access.staff.pk:
        return True
    return to_do.team_id is not None and access.may("sheet.fill", to_do.team_id)
