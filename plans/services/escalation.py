"""What is overdue goes one level up, to whoever leads the unit above on that date (PLN-11)."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from core.clock import plant_zone
from core.plant_settings import plant_setting
from people.models import Staff
from people.roles import Role
from people.selectors import holders, superiors, units_above
from people.services import NewNotice, notify_all
from plans.models import Finding, FindingDeed
from plans.services.findings import finding_url, told_figures

Deed = FindingDeed.Deed


@transaction.atomic
def escalate(*, at: datetime | None = None) -> int:
    """Take every finding that is open past its time one level up; how many went.

    The next is the leader of the unit above, of an absent one his deputy; whoever owns it or had it already is passed over, and above the
    plant stands the upper management. What stays open goes up again after ``escalate_hours``. Safe to run twice and at once: the
    second waits for the first and finds nothing left to do. The number of statements grows with the plants, not with the findings.
    """
    at = at or timezone.now()
    rows = Finding.objects.select_for_update(no_key=True, of=("self",)).select_related("owner")
    overdue = list(rows.filter(status=Finding.Status.OPEN, escalates_at__lte=at).order_by("pk"))
    if not overdue:
        return 0
    on = at.astimezone(plant_zone()).date()
    had = _had_it(overdue)
    chains = superiors({finding.node_id for finding in overdue}, on)
    above = units_above({finding.node_id for finding in overdue}, on)
    top: dict[int, list[Staff]] = {}
    again = at + timedelta(hours=plant_setting("escalate_hours"))
    gone = []
    for finding in overdue:
        person = _next(chains.get(finding.node_id, []), had[finding.pk])
        if person is None:
            plant = (above.get(finding.node_id) or [finding.node_id])[-1]
            if plant not in top:
                top[plant] = holders([Role.DIR], plant, on)
            person = _next(top[plant], had[finding.pk])
        finding.version += 1
        finding.escalates_at = again if person else None
        if person is not None:
            finding.level, finding.escalated_to = finding.level + 1, person
            gone.append(finding)
    Finding.objects.bulk_update(overdue, ["level", "escalated_to", "escalates_at", "version"])
    FindingDeed.objects.bulk_create(
        FindingDeed(finding=finding, deed=Deed.ESCALATED, at=at, person_after=finding.escalated_to, level=finding.level) for finding in gone
    )
    notify_all([_notice(finding) for finding in gone], at=at)
    return len(gone)


def _had_it(findings: list[Finding]) -> dict[int, set[int]]:
    """Who owns or was handed each finding before: nobody gets the same one twice."""
    had: dict[int, set[int]] = defaultdict(set)
    for finding in findings:
        if finding.owner_id:
            had[finding.pk].add(finding.owner_id)
    went = FindingDeed.objects.filter(finding__in=findings, deed=Deed.ESCALATED, person_after__isnull=False)
    for finding_id, person in went.values_list("finding_id", "person_after_id"):
        had[finding_id].add(person)
    return had


def _next(chain: list[Staff], had: set[int]) -> Staff | None:
    return next((person for person in chain if person.pk not in had), None)


def _notice(finding: Finding) -> NewNotice:
    assert finding.escalated_to is not None
    figures = told_figures(finding) | {"due": finding.due_at, "owner": finding.owner or ""}
    key = f"{finding.number}:{finding.level}"
    return NewNotice(finding.escalated_to, "finding.escalated", key, figures, finding_url(finding), finding.due_at)
