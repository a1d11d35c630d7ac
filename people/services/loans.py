"""A person works some hours of a shift in another team, and the hours follow (PPL-04)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from core.errors import Required, TooFine
from core.quantities import plain
from core.services import request_once
from core.tables.columns import decimals_of
from people.access import plant_of
from people.errors import HoursOutOfRange, LoanOver, NothingLeftToLend, NotInTheShift, OtherPlant, SameTeam
from people.models import OrgNode, RollCallMark, Shift, Staff, StaffLoan
from people.selectors.rosters import roster_of
from people.services.roll_calls import lock_team, require_open, require_team


def lend_staff(
    *,
    staff: Staff,
    from_team: OrgNode,
    to_team: OrgNode,
    shift: Shift,
    business_date: date,
    hours: Decimal,
    by: Staff,
    work: str = "",
    request_key: UUID | None = None,
) -> StaffLoan:
    """Lend a person for so many hours; sending the same ``request_key`` again returns the first loan.

    All loans of a person in a shift together are at most the hours of the roll call, or those of the roster while it was not called.
    Raises ``SameTeam``, ``OtherPlant``, ``NotATeam``, ``NotInTheShift``, ``NothingLeftToLend``, ``NotBegun``, ``RollCallClosed``.
    """
    body = (staff.pk, from_team.pk, to_team.pk, shift.pk, business_date, hours, work)
    with request_once(request_key, route="lend_staff", staff_no=by.staff_no, body=body) as first:
        if first.found:
            return StaffLoan.objects.get(pk=first.answer["loan"])
        if from_team.pk == to_team.pk:
            raise SameTeam(field="to_team")
        for team in (from_team, to_team):
            require_team(team, business_date)
        if plant_of(from_team) != plant_of(to_team):
            raise OtherPlant(field="to_team", team=to_team.code)
        require_open(shift, business_date)
        if decimals_of(hours) > 2:
            raise TooFine(field="hours", value=plain(hours), unit="h", decimals=2)
        if hours <= 0:
            raise HoursOutOfRange(field="hours", least="0.01", most="24")
        lock_team(from_team)
        has, lent = _hours_of(staff, from_team, shift, business_date)
        if hours > has - lent:
            raise NothingLeftToLend(field="hours", who=staff.name, hours=plain(has), lent=plain(lent), asked=plain(hours))
        loan = StaffLoan.objects.create(
            staff=staff, from_team=from_team, to_team=to_team, business_date=business_date, shift=shift, hours=hours, work=work, made_by=by
        )
        first.answer = {"loan": loan.pk}
        return loan


def _hours_of(staff: Staff, team: OrgNode, shift: Shift, on: date) -> tuple[Decimal, Decimal]:
    """The person's hours in the shift and those already lent. Raises ``NotInTheShift``."""
    mark = RollCallMark.objects.filter(staff=staff, business_date=on, shift=shift, roll_call__team=team).first()
    if mark is not None:
        has = mark.attended_hours
    else:
        on_roster = {person.staff.pk: person for person in roster_of([team.pk], on, on).on_shift(team, shift, on)}
        if staff.pk not in on_roster:
            raise NotInTheShift(field="staff", who=staff.name, team=team.code)
        has = on_roster[staff.pk].hours
    own = StaffLoan.objects.filter(staff=staff, business_date=on, shift=shift, cancelled_at=None)
    return has, own.aggregate(sum=Sum("hours"))["sum"] or Decimal(0)


@transaction.atomic
def take_back_loan(*, loan: StaffLoan, reason: str, by: Staff) -> StaffLoan:
    """The hours return to the team that lent. The same person doing it twice changes nothing. Raises ``Required``, ``LoanOver``."""
    loan = StaffLoan.objects.select_for_update(of=["self"]).get(pk=loan.pk)
    if loan.cancelled_at is not None:
        if loan.cancelled_by_id == by.pk:
            return loan
        raise LoanOver()
    if not reason.strip():
        raise Required(field="reason")
    require_open(loan.shift, loan.business_date)
    loan.cancelled_by, loan.cancelled_at, loan.cancel_reason = by, timezone.now(), reason.strip()
    loan.save(update_fields=["cancelled_by", "cancelled_at", "cancel_reason"])
    return loan
