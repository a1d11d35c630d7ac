"""Spot checks and their windows as people read them (PLN-04)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from core.clock import plant_today, plant_zone
from people.access import Access
from people.models import OrgPath, OrgSpan, Shift
from plans.models import ChecklistTemplate, SpotAnswer, SpotCheck, SpotWindow, TemplateAssignment, TemplateVersion
from plans.selectors.places import named

USUAL_TEMPLATE = "T-02"
GREEN, OPEN, OVERDUE, LATER = "green", "open", "overdue", "later"


@dataclass
class WindowRow:
    """One window at one moment: green with its first complete check, open, overdue, or still to come."""

    window: SpotWindow
    state: str
    check: SpotCheck | None = None


@dataclass
class PlaceWindows:
    """The windows of one unit and shift, in their order."""

    place: OrgSpan
    shift: Shift
    rows: list[WindowRow] = field(default_factory=list)


def with_checks(rows: QuerySet[SpotWindow]) -> QuerySet[Any]:
    """With ``is_green``: a complete check was made in it. A check that arrives late from a tablet still counts for its own time."""
    made = SpotCheck.objects.filter(
        node=OuterRef("node"), is_complete=True, checked_at__gte=OuterRef("starts_at"), checked_at__lt=OuterRef("ends_at")
    )
    return rows.annotate(is_green=Exists(made))


def state_of(window: SpotWindow, is_green: bool, at: datetime) -> str:
    if is_green:
        return GREEN
    if window.ends_at <= at:
        return OVERDUE
    return OPEN if window.starts_at <= at else LATER


def todays_windows(access: Access, at: datetime | None = None) -> list[PlaceWindows]:
    """The windows of today's shifts in scope, and of a night shift of yesterday that still runs; three statements."""
    at = at or timezone.now()
    today = at.astimezone(plant_zone()).date()
    still = SpotWindow.objects.filter(
        node=OuterRef("node"), shift=OuterRef("shift"), business_date=OuterRef("business_date"), ends_at__gt=at
    )
    rows = SpotWindow.objects.filter(Q(business_date=today) | Q(Exists(still), business_date=today - timedelta(days=1)))
    windows = list(access.scoped(rows, "node").select_related("shift").order_by("starts_at"))
    if not windows:
        return []
    complete = SpotCheck.objects.filter(
        is_complete=True,
        node__in={window.node_id for window in windows},
        checked_at__gte=windows[0].starts_at,
        checked_at__lt=max(window.ends_at for window in windows),
    )
    checks: dict[int, list[SpotCheck]] = defaultdict(list)
    for check in complete.select_related("by").order_by("checked_at"):
        checks[check.node_id].append(check)
    places = named(window.node_id for window in windows)
    found: dict[tuple[int, int], PlaceWindows] = {}
    for window in windows:
        made = next((check for check in checks[window.node_id] if window.starts_at <= check.checked_at < window.ends_at), None)
        strip = found.setdefault((window.node_id, window.shift_id), PlaceWindows(places[window.node_id], window.shift))
        strip.rows.append(WindowRow(window, state_of(window, made is not None, at), made))
    return sorted(found.values(), key=lambda strip: (strip.place.label, strip.rows[0].window.starts_at))


def owed_windows(access: Access, at: datetime) -> QuerySet[SpotWindow]:
    """The windows in scope that are open now or ended today without a complete check, the oldest first."""
    rows = SpotWindow.objects.filter(starts_at__lte=at, ends_at__gt=at - timedelta(hours=12))
    rows = with_checks(rows).filter(is_green=False)
    return access.scoped(rows, "node").select_related("shift").order_by("ends_at")


def spot_templates(node_ids: Iterable[int], on: date) -> dict[int, list[int]]:
    """Of each place the checklists by which it is looked round on a date: those assigned to it, or to each team of a unit it stands in,
    the nearest unit first; where there is none, the shipped one."""
    nodes = set(node_ids)
    paths = {path.node_id: path for path in OrgPath.objects.filter(node__in=nodes, valid_from__lte=on, valid_to__gt=on)}
    chains = {node: _chain(node, paths.get(node)) for node in nodes}
    published = TemplateVersion.objects.filter(published_at__isnull=False).values("template")
    rows = TemplateAssignment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=on),
        node__in={unit for chain in chains.values() for unit in chain},
        rule=TemplateAssignment.Rule.WINDOWS,
        starts_on__lte=on,
        template__is_retired=False,
        template__in=published,
    )
    asked: dict[tuple[int, str], list[int]] = defaultdict(list)
    for row in rows.order_by("template__code"):
        asked[row.node_id, row.reach].append(row.template_id)
    found = {}
    for node, chain in chains.items():
        is_team = (path := paths.get(node)) is not None and path.team_id == node
        wide = [template for unit in chain for template in asked[unit, TemplateAssignment.Reach.TEAMS]] if is_team else []
        found[node] = list(dict.fromkeys([*asked[node, TemplateAssignment.Reach.NODE], *wide]))
    if all(found.values()):
        return found
    usual = list(ChecklistTemplate.objects.filter(code=USUAL_TEMPLATE).values_list("pk", flat=True))
    return {node: templates or usual for node, templates in found.items()}


def _chain(node: int, path: OrgPath | None) -> list[int]:
    """A place and the units above it, the nearest first."""
    above = (path.section_id, path.workshop_id, path.plant_id) if path else ()
    return list(dict.fromkeys([node, *(unit for unit in above if unit)]))


def spot_versions(node_ids: Iterable[int], on: date | None = None) -> dict[int, TemplateVersion]:
    """The newest published version of the checklist by which each place is looked round on a date (today), in a constant number of
    statements; places without any are left out."""
    templates = spot_templates(node_ids, on or plant_today())
    first = {node: found[0] for node, found in templates.items() if found}
    rows = TemplateVersion.objects.filter(template__in=set(first.values()), published_at__isnull=False).select_related("template")
    newest = {row.template_id: row for row in rows.order_by("number")}
    return {node: newest[template] for node, template in first.items() if template in newest}


def spot_version(node_id: int | None = None, on: date | None = None) -> TemplateVersion | None:
    """The one of a single place; without one that of the shipped checklist."""
    node = node_id or 0
    return spot_versions([node], on).get(node)


def with_counts(checks: QuerySet[SpotCheck]) -> QuerySet[SpotCheck]:
    """Rows for a list: with the numbers of objects ``seen`` and of those ``wrong``."""
    return checks.select_related("node", "shift", "by", "version__template").annotate(
        seen=Count("answers"), wrong=Count("answers", filter=Q(answers__is_ok=False))
    )


def shows_photo(attachment_id: UUID, access: Access) -> bool:
    """Whether a spot check that the person sees has this photo."""
    checks = access.scoped(SpotCheck.objects.filter(pk=OuterRef("check_of")), "node")
    return SpotAnswer.objects.filter(Exists(checks), photo=attachment_id).exists()
