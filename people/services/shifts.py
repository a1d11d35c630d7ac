"""Shifts and the plant's calendar, kept by the administrator."""

from __future__ import annotations

from datetime import date, time

from django.db import IntegrityError, transaction

from core.errors import Faulty
from core.versions import require_unchanged
from people.errors import Taken
from people.models import CalendarDay, OrgNode, Shift, Staff

DAY_MINUTES = 24 * 60


def _check_break(starts_at: time, ends_at: time, break_minutes: int) -> None:
    minutes = (ends_at.hour * 60 + ends_at.minute - starts_at.hour * 60 - starts_at.minute) % DAY_MINUTES or DAY_MINUTES
    if not 0 <= break_minutes < minutes:
        raise Faulty(field="break_minutes")


@transaction.atomic
def add_shift(*, code: str, name: str, name_zh: str, starts_at: time, ends_at: time, break_minutes: int, by: Staff) -> Shift:
    """A shift; an end at or before its start is on the next day. Raises ``Taken`` and ``Faulty`` for a break longer than the shift."""
    _check_break(starts_at, ends_at, break_minutes)
    shift = Shift(code=code.strip(), name=name, name_zh=name_zh, starts_at=starts_at, ends_at=ends_at, break_minutes=break_minutes)
    try:
        with transaction.atomic():
            shift.save(force_insert=True)
    except IntegrityError:
        raise Taken(field="code", value=code) from None
    return shift


@transaction.atomic
def edit_shift(
    *, shift: Shift, name: str, name_zh: str, starts_at: time, ends_at: time, break_minutes: int, by: Staff, version: int | None = None
) -> Shift:
    _check_break(starts_at, ends_at, break_minutes)
    kept = Shift.objects.select_for_update().get(pk=shift.pk)
    require_unchanged(kept, version)
    kept.name, kept.name_zh, kept.starts_at, kept.ends_at, kept.break_minutes = name, name_zh, starts_at, ends_at, break_minutes
    kept.save()
    return kept


@transaction.atomic
def set_calendar_day(*, plant: OrgNode | None, on: date, is_working: bool, name: str, name_zh: str, by: Staff) -> CalendarDay:
    """Let a date depart from the weekdays: a holiday, or a weekend day that is worked; ``plant`` ``None`` means every plant."""
    day, _made = CalendarDay.objects.update_or_create(
        plant=plant, date=on, defaults={"is_working": is_working, "name": name, "name_zh": name_zh}
    )
    return day


@transaction.atomic
def clear_calendar_day(*, plant: OrgNode | None, on: date, by: Staff) -> None:
    """The weekdays decide again."""
    CalendarDay.objects.filter(plant=plant, date=on).delete()
