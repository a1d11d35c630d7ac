"""The daily reports of a month that are missing or that nobody has approved yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from core.clock import PlantMonth, plant_today
from core.models.names import in_language
from people.models import OrgNode, OrgPath, Shift
from plans.models import DailyReport
from plans.selectors.report_book import ReportBook
from reports.figures.names import Name

Status = DailyReport.Status


@dataclass(frozen=True)
class OpenReport:
    """A team's shift; ``state`` is ``missing``, or that of its report: ``draft``, ``submitted``."""

    on: date
    team: Name
    shift: Name
    state: str

    def as_json(self) -> dict[str, Any]:
        return {"on": self.on.isoformat(), "team": self.team.as_json(), "shift": self.shift.as_json(), "state": self.state}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> OpenReport:
        return cls(date.fromisoformat(kept["on"]), Name(**kept["team"]), Name(**kept["shift"]), kept["state"])

    @property
    def label(self) -> str:
        return in_language(self.team.name, self.team.name_zh) or self.team.code


def find_open_reports(plant: OrgNode, month: PlantMonth, at: datetime | None = None) -> list[OpenReport]:
    """By date and team, up to today: what the roster or habit expects and nobody handed in, and what was handed in but not approved."""
    paths = OrgPath.objects.filter(plant=plant, valid_from__lte=month.ends_on, valid_to__gt=month.starts_on)
    scope = frozenset(paths.values_list("node_id", flat=True))
    book = ReportBook(scope, at or timezone.now(), last=min(month.ends_on, plant_today()))
    found = {*_unapproved(book, month), *_missing(book, plant, month)}
    return sorted(found, key=lambda row: (row.on, row.team.code, row.shift.code))


def _unapproved(book: ReportBook, month: PlantMonth) -> Iterator[OpenReport]:
    for (team, on, shift), report in book.reports.items():
        if month.starts_on <= on <= month.ends_on and report.status != Status.APPROVED:
            yield OpenReport(on, _team(book, team), _shift(book.shifts[shift]), str(report.status))


def _missing(book: ReportBook, plant: OrgNode, month: PlantMonth) -> Iterator[OpenReport]:
    for path in book.paths:
        if path.plant_id != plant.pk:
            continue
        for on in month.days():
            if on > book.last or not path.valid_from <= on < path.valid_to:
                continue
            for shift, (_starts, ends) in book.shifts_on(path.node_id, on):
                if ends + book.cut_off <= book.at and (path.node_id, on, shift.pk) not in book.reports:
                    yield OpenReport(on, _team(book, path.node_id), _shift(shift), "missing")


def _team(book: ReportBook, pk: int) -> Name:
    span = book.teams[pk]
    return Name(span.node.code, span.name, span.name_zh)


def _shift(shift: Shift) -> Name:
    return Name(shift.code, shift.name, shift.name_zh)
