"""What waits for a decision, and reports that are late: told once, and out of the inbox when it is over (SYS-04)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from core.clock import plant_zone
from people.models import Delegation, Notice, Staff
from people.roles import ACTIONS
from people.selectors import leaders_on, standing_in, superiors
from people.services import NewNotice, notify_all, settle_all
from plans.models import DailyReport, Sheet
from plans.selectors.places import named
from plans.selectors.report_book import ReportBook

REPORT_WAITS, REPORT_LATE, SHEET_WAITS = "report.wait", "report.late", "sheet.wait"
LOOKED_BACK = timedelta(days=14)
"""What was handed in longer ago is told no more; what was told stays until it is decided."""
LATE_NEWS = timedelta(hours=24)


def remind(*, at: datetime | None = None) -> int:
    """Tell the nearest who may decide of each report and sheet that was handed in, and team leaders of a report that is late; how many
    notices were told. Each once; what is decided or handed in leaves the inbox. Safe to run twice, a constant number of statements.
    """
    at = at or timezone.now()
    on = at.astimezone(plant_zone()).date()
    late, still = _late_reports(at, on)
    told = notify_all([*_waiting_reports(on), *_waiting_sheets(on), *late], at=at)
    for kind, documents in ((REPORT_WAITS, _undecided_reports()), (SHEET_WAITS, _unsigned_sheets())):
        told_keys = _open_keys(kind)
        _settle(kind, told_keys - _keys_of(documents, told_keys), at)
    _settle(REPORT_LATE, _open_keys(REPORT_LATE) - still, at)
    return told


def _undecided_reports() -> QuerySet[DailyReport]:
    return DailyReport.objects.filter(status=DailyReport.Status.SUBMITTED)


def _unsigned_sheets() -> QuerySet[Sheet]:
    return Sheet.objects.filter(status=Sheet.Status.SUBMITTED, area=None)


def _open_keys(kind: str) -> set[str]:
    """What is told in some inbox and not over yet."""
    return set(Notice.objects.filter(kind=kind, done_at=None).values_list("key", flat=True))


def _keys_of(documents: QuerySet[Any], keys: set[str]) -> set[str]:
    """Of these documents those named by ``keys``: however long ago they were handed in, they still wait."""
    rows = documents.filter(pk__in={int(key.partition(":")[0]) for key in keys})
    return {_key(pk, submitted_at) for pk, submitted_at in rows.values_list("pk", "submitted_at")}


def _settle(kind: str, over: set[str], at: datetime) -> None:
    if over:
        settle_all(kind, over, at=at)


def _waiting_reports(on: date) -> list[NewNotice]:
    rows = _undecided_reports().filter(business_date__gte=on - LOOKED_BACK)
    reports = list(rows.select_related("shift", "submitted_by").order_by("pk"))
    deciders = _nearest_who_may("report.approve", {report.team_id for report in reports}, on)
    places = named({report.team_id for report in reports}, on)
    notices = []
    for report in reports:
        authors = {report.made_by_id, report.submitted_by_id}
        person = next((one for one in deciders.get(report.team_id, []) if one.pk not in authors), None)
        if person is not None:
            figures = _figures(report, places[report.team_id])
            address = reverse("report", args=[report.pk])
            notices.append(NewNotice(person, REPORT_WAITS, _key(report.pk, report.submitted_at), figures, address))
    return notices


def _waiting_sheets(on: date) -> list[NewNotice]:
    rows = _unsigned_sheets().filter(business_date__gte=on - LOOKED_BACK)
    sheets = list(rows.select_related("shift", "template", "submitted_by").order_by("pk"))
    nodes = {sheet.node_id for sheet in sheets}
    deciders = _nearest_who_may("sheet.countersign", nodes, on)
    places = named(nodes, on)
    notices = []
    for sheet in sheets:
        person = next((one for one in deciders.get(sheet.node_id, []) if one.pk != sheet.submitted_by_id), None)
        if person is not None:
            figures = _figures(sheet, places[sheet.node_id]) | {"checklist": sheet.template}
            address = reverse("sheet-fill", args=[sheet.pk])
            notices.append(NewNotice(person, SHEET_WAITS, _key(sheet.pk, sheet.submitted_at), figures, address))
    return notices


def _late_reports(at: datetime, on: date) -> tuple[list[NewNotice], set[str]]:
    """Those of the last day to be told, and the keys of all that are still missing."""
    missing = ReportBook(None, at).missing()
    leaders = _whoever_leads({row.team.node_id for row in missing}, on)
    notices, keys = [], set()
    for row in missing:
        key = f"{row.team.node_id}:{row.business_date.isoformat()}:{row.shift.pk}"
        keys.add(key)
        person = leaders.get(row.team.node_id)
        if person is not None and row.due >= at - LATE_NEWS:
            figures = {"place": row.team, "on": row.business_date, "shift": row.shift}
            query = f"team={row.team.node_id}&business_date={row.business_date.isoformat()}&shift={row.shift.pk}"
            address = reverse("report-edit", args=[row.draft.pk]) if row.draft else f"{reverse('report-new')}?{query}"
            notices.append(NewNotice(person, REPORT_LATE, key, figures, address, row.due))
    return notices, keys


def _figures(document: Any, place: Any) -> dict[str, Any]:
    return {"place": place, "on": document.business_date, "shift": document.shift, "who": document.submitted_by or ""}


def _key(pk: int, submitted_at: datetime | None) -> str:
    """Handed in again after it was opened again, it waits anew."""
    return f"{pk}:{submitted_at.isoformat() if submitted_at else ''}"


def _whoever_leads(nodes: set[int], on: date) -> dict[int, Staff]:
    leaders, above = leaders_on(nodes, on), superiors(nodes, on)
    deputies = standing_in(leaders.values(), on)
    return {node: chain[0] for node, chain in above.items() if chain} | {
        node: deputies.get(leader.pk, leader) for node, leader in leaders.items()
    }


def _nearest_who_may(action: str, nodes: Iterable[int], on: date) -> dict[int, list[Staff]]:
    """Of each unit its leader and those above who hold a role that includes the action, own or lent, the nearest first."""
    nodes = set(nodes)
    leaders, above = leaders_on(nodes, on), superiors(nodes, on)
    chains = {node: [person for person in (leaders.get(node), *above.get(node, [])) if person is not None] for node in nodes}
    people = {person.pk for chain in chains.values() for person in chain}
    roles = [role.value for role in ACTIONS[action]]
    own = Staff.objects.filter(pk__in=people, user__groups__name__in=roles).values_list("pk", flat=True)
    lent = Delegation.objects.filter(Q(ended_at=None), taker__in=people, role__in=roles, starts_on__lte=on, ends_on__gte=on)
    may = set(own) | set(lent.values_list("taker_id", flat=True))
    return {node: [person for person in chain if person.pk in may] for node, chain in chains.items()}
