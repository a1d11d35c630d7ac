"""Looking after people: mentors and guidance of newcomers, notes on attire, confidential talks (PPL-05, PPL-06, PPL-07)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core.clock import plant_today
from core.errors import Faulty, Required
from core.plant_settings import plant_setting
from core.services import request_once
from people.errors import AboutOneself, DatesReversed, DayAhead, NoNewJoiner, OwnMentor
from people.models import NOTE_LENGTH, AttireNote, GuidanceNote, Mentoring, Staff, SupportNote

SUPPORT_LENGTH = 4000


@transaction.atomic
def set_mentor(*, staff: Staff, mentor: Staff, by: Staff) -> Mentoring:
    """Who takes care of a newcomer from now on. Raises ``OwnMentor``."""
    if staff.pk == mentor.pk:
        raise OwnMentor(field="mentor")
    mentoring, _is_new = Mentoring.objects.update_or_create(staff=staff, defaults={"mentor": mentor})
    return mentoring


def write_guidance(*, staff: Staff, on: date, text: str, by: Staff, request_key: UUID | None = None) -> GuidanceNote:
    """What a newcomer was shown on a day. Raises ``NoNewJoiner`` outside their first days, ``DayAhead``, ``Required``."""
    text = _said(text, NOTE_LENGTH)
    _require_past(on)
    days = plant_setting("new_joiner_days")
    if staff.hired_on is None or not staff.hired_on <= on < staff.hired_on + timedelta(days=days):
        raise NoNewJoiner(field="on", who=staff.name, days=days, on=on.isoformat())
    with request_once(request_key, route="write_guidance", staff_no=by.staff_no, body=(staff.pk, on, text)) as first:
        if first.found:
            return GuidanceNote.objects.get(pk=first.answer["note"])
        note = GuidanceNote.objects.create(staff=staff, on=on, text=text, by=by)
        first.answer = {"note": note.pk}
        return note


def write_attire_note(*, staff: Staff, on: date, text: str, by: Staff, request_key: UUID | None = None) -> AttireNote:
    """What was seen of a person's clothing and appearance. Raises ``DayAhead``, ``AboutOneself``, ``Required``."""
    text = _said(text, NOTE_LENGTH)
    _require_past(on)
    _require_another(staff, by)
    with request_once(request_key, route="write_attire_note", staff_no=by.staff_no, body=(staff.pk, on, text)) as first:
        if first.found:
            return AttireNote.objects.get(pk=first.answer["note"])
        note = AttireNote.objects.create(staff=staff, on=on, text=text, by=by)
        first.answer = {"note": note.pk}
        return note


def write_support_note(
    *, staff: Staff, talked_on: date, text: str, by: Staff, follow_up_on: date | None = None, request_key: UUID | None = None
) -> SupportNote:
    """A confidential talk. Nothing but the row itself keeps its words. Raises ``DayAhead``, ``AboutOneself``, ``DatesReversed``."""
    text = _said(text, SUPPORT_LENGTH)
    _require_past(talked_on, "talked_on")
    _require_another(staff, by)
    if follow_up_on is not None and follow_up_on < talked_on:
        raise DatesReversed(field="follow_up_on")
    body = (staff.pk, talked_on, text, follow_up_on)
    with request_once(request_key, route="write_support_note", staff_no=by.staff_no, body=body) as first:
        if first.found:
            return SupportNote.objects.get(pk=first.answer["note"])
        note = SupportNote.objects.create(staff=staff, talked_on=talked_on, text=text, follow_up_on=follow_up_on, by=by)
        first.answer = {"note": note.pk}
        return note


@transaction.atomic
def close_follow_up(*, note: SupportNote, by: Staff) -> SupportNote:
    """The person was talked to again. Doing it twice changes nothing."""
    note = SupportNote.objects.select_for_update(of=["self"]).get(pk=note.pk)
    if note.followed_up_at is None:
        note.followed_up_at = timezone.now()
        note.save(update_fields=["followed_up_at"])
    return note


def _said(text: str, most: int) -> str:
    text = text.strip()
    if not text:
        raise Required(field="text")
    if len(text) > most:
        raise Faulty(field="text")
    return text


def _require_past(on: date, field: str = "on") -> None:
    if on > plant_today():
        raise DayAhead(field=field, on=on.isoformat())


def _require_another(staff: Staff, by: Staff) -> None:
    if staff.pk == by.pk:
        raise AboutOneself(field="staff")
