"""Two teams of a workshop, the one in the early shift, the other in the late one: what the first leaves the second takes over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from core.clock import plant_zone
from people.models import Shift, Staff
from plans.models import Finding, Handover
from plans.services import raise_finding, save_handover, sign_handover
from tests.factories.checklists import FRIDAY
from tests.factories.people import Plant, ShiftFactory
from tests.factories.rosters import follow, make_pattern


def at(text: str, on: date = FRIDAY) -> datetime:
    """A moment of Friday 20 November by the plant's clock."""
    return datetime.combine(on, time.fromisoformat(text), plant_zone())


@dataclass
class TwoShifts:
    """A1 works 08:00 to 16:00, A2 16:00 to 24:00; both have a team leader."""

    plant: Plant
    early: Shift
    late: Shift
    giver: Staff
    receiver: Staff

    @property
    def url(self) -> str:
        return f"/handovers/{self.plant.a1.pk}/{FRIDAY.isoformat()}/{self.early.pk}"

    def draft(self, **words: str) -> Handover:
        return save_handover(team=self.plant.a1, shift=self.early, on=FRIDAY, words=words, by=self.giver)

    def given(self, **words: str) -> Handover:
        return sign_handover(handover=self.draft(**words), by=self.giver)


def two_shifts(plant: Plant) -> TwoShifts:
    early = ShiftFactory(code="E", name="Early", name_zh="早班", starts_at=time(8), ends_at=time(16))
    late = ShiftFactory(code="L", name="Late", name_zh="晚班", starts_at=time(16), ends_at=time(0))
    follow(plant.a1, make_pattern(early, code="EARLY"), date(2026, 11, 1))
    follow(plant.a2, make_pattern(late, code="LATE"), date(2026, 11, 1))
    return TwoShifts(plant, early, late, plant.person("tld", plant.a1), plant.person("tld", plant.a2))


def danger(plant: Plant, **changes: Any) -> Finding:
    """A severe safety finding of the first team; nobody leads it, and it was taken from its raiser again."""
    finding = raise_finding(
        **{"kind": "safety", "severity": "severe", "node": plant.a1, "text": "Guard of press 3 is off", "by": plant.person("opr", plant.a1)}
        | changes
    )
    Finding.objects.filter(pk=finding.pk).update(owner=None)
    return Finding.objects.get(pk=finding.pk)
