"""A role lent for dates, so that somebody decides while its holder is away. It is ended, never deleted."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from core.clock import plant_today
from core.templatetags.fo import day
from people.access import roles_of
from people.errors import DatesReversed, HasLeft, InThePast, NotTheirRole, NotYours
from people.models import Delegation, Staff
from people.roles import Role


@transaction.atomic
def lend_role(*, giver: Staff, taker: Staff, role: str, starts_on: date, ends_on: date, reason: str, by: Staff) -> Delegation:
    """Both dates inclusive. People lend their own roles, administrators enter it for others; administration itself is never lent.

    Raises ``NotYours``, ``NotTheirRole``, ``HasLeft``, ``DatesReversed`` or ``InThePast``.
    """
    if giver != by and Role.ADM not in roles_of(by):
        raise NotYours(field="giver")
    if role == Role.ADM or role not in roles_of(giver):
        raise NotTheirRole(field="role", who=giver.name)
    if taker.has_left():
        raise HasLeft(field="taker", who=taker.name, left_on=day(taker.left_on, "full"))
    if taker == giver:
        raise NotTheirRole(field="taker", who=taker.name)
    if ends_on < starts_on:
        raise DatesReversed(field="ends_on")
    if ends_on < plant_today():
        raise InThePast(field="ends_on")
    return Delegation.objects.create(
        giver=giver, taker=taker, role=role, starts_on=starts_on, ends_on=ends_on, reason=reason.strip(), made_by=by
    )


@transaction.atomic
def end_delegation(*, delegation: Delegation, by: Staff) -> Delegation:
    """It counts no longer, from now on.

    Raises ``NotYours`` unless giver, taker or an administrator ends it, ``InThePast`` when it is over.
    """
    kept = Delegation.objects.select_for_update(of=["self"]).get(pk=delegation.pk)
    if by not in (kept.giver, kept.taker, kept.made_by) and Role.ADM not in roles_of(by):
        raise NotYours()
    if kept.state == "ended":
        raise InThePast()
    kept.ended_by, kept.ended_at = by, timezone.now()
    kept.save(update_fields=["ended_by", "ended_at"])
    return kept
