"""The rows of the people room that the access test opens: rosters, roll calls, people lent and looked after."""

from __future__ import annotations

from typing import Any

from people.models import RosterDay, Shift, Staff, StaffLoan, SupportNote
from tests.factories.checklists import FRIDAY
from tests.factories.people import Plant, StaffFactory
from tests.factories.rosters import make_pattern


def people_rows(plant: Plant, shift: Shift, leader: Staff) -> dict[str, Any]:
    RosterDay.objects.create(team=plant.a1, date=FRIDAY, shift=shift)
    loan = {"from_team": plant.a1, "to_team": plant.a2, "business_date": FRIDAY, "shift": shift, "hours": 4}
    joiner = StaffFactory(org=plant.a1, hired_on=FRIDAY)
    talk = {"staff": joiner, "talked_on": FRIDAY, "text": "Confidential", "by": leader}
    return {
        "joiner": joiner.pk,
        "talk": SupportNote.objects.create(**talk).pk,
        "pattern": make_pattern(shift).pk,
        "loan": StaffLoan.objects.create(staff=leader, made_by=leader, **loan).pk,
    }
