"""What was not done in time: late phases told once, sheets missed at their cut-off, sheets skipped with a reason (PLN-01)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.clock import plant_zone
from core.plant_settings import plant_setting
from people.models import Notice, Staff
from people.selectors import leaders_on, standing_in, superiors
from people.services import NewNotice, notify_all, settle_all
from plans.errors.findings import TextTooLong
from plans.errors.orders import ReasonNeeded
from plans.errors.sheets import SheetNotNeeded
from plans.models import ChecklistTemplate, Sheet
from plans.selectors.lateness import late_phases
from plans.selectors.places import named
from plans.services.signing import settle_section
from plans.services.status import change_status

LATE = "sheet.late"
REASON_LENGTH = 500


def mark_missed(*, at: datetime | None = None) -> int:
    """Keep every sheet that is still open hours after its shift (setting ``sheet_cutoff_hours``) as missed; how many.

    One that was opened again for a correction had been handed in and waits for it; a section of a survey has no shift to miss.
    One statement: of a sheet that is submitted at this very moment either that or this holds. Safe to run twice.
    """
    at = at or timezone.now()
    cut_off = at - timedelta(hours=plant_setting("sheet_cutoff_hours"))
    rows = Sheet.objects.filter(status=Sheet.Status.OPEN, ends_at__lte=cut_off, reopened_at=None, area=None)
    return rows.update(status=Sheet.Status.MISSED, missed_at=at)


@transaction.atomic
def skip_sheet(*, sheet: Sheet, reason: str, by: Staff) -> Sheet:
    """The sheet was not needed, and why. Raises ``ReasonNeeded``, ``TextTooLong``, ``SheetNotNeeded`` for one that is not open."""
    reason = reason.strip()
    if not reason:
        raise ReasonNeeded(field="reason")
    if len(reason) > REASON_LENGTH:
        raise TextTooLong(field="reason", length=len(reason), most=REASON_LENGTH)
    sheet = Sheet.objects.select_for_update(no_key=True).get(pk=sheet.pk)
    if sheet.status != Sheet.Status.OPEN:
        raise SheetNotNeeded(status=sheet.get_status_display())
    change_status(sheet, Sheet.Status.SKIPPED, skipped_by=by, skipped_at=timezone.now(), skip_reason=reason)
    settle_section(sheet)
    return sheet


def tell_late(*, at: datetime | None = None) -> int:
    """Tell whoever leads the place, of each late phase once; what is late no more leaves the inbox. How many notices were told.

    Of an absent leader his deputy is told, where nobody leads the place the nearest above. The number of statements does not grow.
    """
    at = at or timezone.now()
    late = late_phases(at)
    on = at.astimezone(plant_zone()).date()
    people = _to_tell({phase.node_id for phase in late}, on)
    places = named({phase.node_id for phase in late}, on)
    checklists = ChecklistTemplate.objects.in_bulk({phase.template_id for phase in late})
    told = notify_all(
        [
            NewNotice(
                people[phase.node_id],
                LATE,
                phase.key,
                {"block": phase.block, "checklist": checklists[phase.template_id], "place": places[phase.node_id]},
                reverse("sheet-fill", args=[phase.sheet_id]),
                phase.due,
            )
            for phase in late
            if phase.node_id in people
        ],
        at=at,
    )
    waiting = set(Notice.objects.filter(kind=LATE, done_at=None).values_list("key", flat=True))
    settle_all(LATE, waiting - {phase.key for phase in late}, at=at)
    return told


def _to_tell(nodes: set[int], on: date) -> dict[int, Staff]:
    leaders, above = leaders_on(nodes, on), superiors(nodes, on)
    deputies = standing_in(leaders.values(), on)
    found = {node: deputies.get(leaders[node].pk, leaders[node]) for node in nodes if node in leaders}
    return {node: chain[0] for node, chain in above.items() if chain} | found
