"""Telling of an emergency: whoever leads there, and of a severe one the upper management (GEN-28)."""

from __future__ import annotations

from datetime import datetime

from core.clock import plant_zone
from people.models import Staff
from people.roles import Role
from people.selectors import holders, superiors
from people.services import notify
from plans.models import EmergencyCall, Finding, Severity
from plans.services.findings import finding_url, told_figures


def tell_of_emergency(finding: Finding, *, by: Staff, at: datetime) -> None:
    """Tell everybody who must know and does not yet; each stands as a link of the report chain."""
    on = at.astimezone(plant_zone()).date()
    told = superiors([finding.node_id], on).get(finding.node_id, [])
    if finding.severity == Severity.SEVERE:
        told = [*told, *holders([Role.DIR], finding.node_id, on)]
    known = {by.pk, finding.raised_by_id, *finding.emergency.calls.filter(person__isnull=False).values_list("person_id", flat=True)}
    people = list({person.pk: person for person in told if person.pk not in known}.values())
    notify(to=people, kind="finding.emergency", key=finding.number, figures=told_figures(finding), url=finding_url(finding))
    EmergencyCall.objects.bulk_create(EmergencyCall(emergency=finding.emergency, person=person, at=at) for person in people)
