"""The plant's shifts, in the order of the day."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from core.once import is_unread, read_once
from people.models import Shift

SHIFTS = "shifts"


def all_shifts() -> list[Shift]:
    """By start and code; one statement a page, however often it is asked."""
    return list(read_once(SHIFTS, lambda: list(shifts_of_the_day())))


def shifts_of_the_day() -> QuerySet[Shift]:
    return Shift.objects.order_by("starts_at", "code")


def keep_shifts(shifts: Sequence[Shift]) -> None:
    """``all_shifts`` of this page are these, which were read beside something else."""
    read_once(SHIFTS, lambda: list(shifts))


def are_shifts_unread() -> bool:
    return is_unread(SHIFTS)
