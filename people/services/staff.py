"""The staff register: people come, change and leave; nobody is ever deleted (PPL-02)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from core.versions import require_unchanged
from people.errors import DatesReversed, Taken
from people.models import OrgNode, Staff
from people.services.leaders import resolve_leaders


@dataclass(frozen=True)
class StaffCard:
    """What the register keeps of a person."""

    name: str
    org: OrgNode | None
    position: str = ""
    hired_on: date | None = None
    left_on: date | None = None
    pay_type: str = ""

    def check(self) -> None:
        if self.hired_on and self.left_on and self.left_on < self.hired_on:
            raise DatesReversed(field="left_on")


@transaction.atomic
def add_staff(*, staff_no: str, card: StaffCard, by: Staff) -> Staff:
    """A new person, who takes the places as leader that a file has named before.

    Raises ``Taken`` for a number that anybody ever had, ``DatesReversed`` when they leave before they come.
    """
    card.check()
    staff = Staff(staff_no=staff_no.strip(), **vars(card))
    try:
        with transaction.atomic():
            staff.save(force_insert=True)
    except IntegrityError:
        raise Taken(field="staff_no", value=staff_no) from None
    resolve_leaders([staff.staff_no])
    return staff


@transaction.atomic
def edit_staff(*, staff: Staff, card: StaffCard, by: Staff, version: int | None = None) -> Staff:
    """Change what the register keeps; the staff number stays. Raises ``StaleVersion`` and ``DatesReversed``."""
    card.check()
    kept = Staff.objects.select_for_update(of=["self"]).get(pk=staff.pk)
    require_unchanged(kept, version)
    for name, value in vars(card).items():
        setattr(kept, name, value)
    kept.save(update_fields=list(vars(card)))
    return kept
