"""A person's inbox: what is due, late, waiting for them, and what they should know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from core.once import is_unread, read_once
from core.together import read_together
from people.models import Notice, Staff
from people.selectors.shifts import are_shifts_unread, keep_shifts, shifts_of_the_day


@dataclass(frozen=True)
class InboxCount:
    """``late`` of them are past their time."""

    waiting: int
    late: int

    @property
    def tone(self) -> str:
        return "ng" if self.late else "due"


def inbox_count(staff: Staff, at: datetime | None = None) -> InboxCount:
    """What the header counts; one statement over an index that holds open notices only, and none where the page has read it already."""
    return read_once(f"inbox {staff.pk}", lambda: (_counted(list(_counts(staff, at))), None))[0]


def read_frame(staff: Staff, at: datetime) -> None:
    """The shifts and the count of the inbox, which the frame of every page shows: one statement where the page has read neither yet."""
    if are_shifts_unread() and is_unread(f"inbox {staff.pk}"):
        shifts, counts = read_together(shifts_of_the_day(), _counts(staff, at))
        keep_shifts(shifts)
        read_once(f"inbox {staff.pk}", lambda: (_counted(counts), None))


def _counts(staff: Staff, at: datetime | None) -> QuerySet[Notice, Any]:
    """One row, none where nothing waits."""
    late = Count("pk", filter=Q(due_at__lt=at or timezone.now()))
    return Notice.objects.filter(recipient=staff, done_at=None).order_by().values_list("recipient").annotate(waiting=Count("pk"), late=late)


def _counted(counts: Sequence[tuple[int, int, int]]) -> InboxCount:
    return InboxCount(*counts[0][1:]) if counts else InboxCount(0, 0)


def open_notices(staff: Staff, kinds: Sequence[str], most: int, at: datetime | None = None) -> list[dict[str, Any]]:
    """The first open notices of some kinds by due time, at most ``most``: ``kind``, ``figures``, ``url``, ``due_at``, for a card on a page.

    The one statement counts the inbox too, so that the header asks for nothing more.
    """

    def rows(*wanted: Q, **also: Any) -> QuerySet[Notice]:
        return Notice.objects.filter(*wanted, recipient=OuterRef("pk"), done_at=None, **also).order_by()

    def read() -> tuple[InboxCount, list[dict[str, Any]] | None]:
        first = rows(kind__in=list(kinds)).order_by(F("due_at").asc(nulls_last=True), "pk")
        told = JSONObject(kind="kind", figures="figures", url="url", due_at="due_at")
        counted = Staff.objects.filter(pk=staff.pk).values_list(
            Subquery(rows().values("recipient").annotate(count=Count("pk")).values("count")),
            Subquery(rows(due_at__lt=at or timezone.now()).values("recipient").annotate(count=Count("pk")).values("count")),
            ArraySubquery(first.values_list(told, flat=True)[:most]),
        )
        waiting, late, found = counted.get()
        return InboxCount(waiting or 0, late or 0), found

    found = read_once(f"inbox {staff.pk}", read)[1]
    # Where the header was drawn first only the count is known.
    return (read()[1] if found is None else found) or []


def inbox(staff: Staff, *, only_open: bool = True) -> QuerySet[Notice]:
    """Open ones by due time, those without one after them, newest first; with the settled ones by when they were told."""
    rows = Notice.objects.filter(recipient=staff)
    if only_open:
        return rows.filter(done_at=None).order_by(F("due_at").asc(nulls_last=True), "-made_at", "-pk")
    return rows.order_by("-made_at", "-pk")
