"""Pile-ups, requests for support and deviations, as sheets, boards and hand-overs ask for them (PLN-08 to PLN-10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from core.plant_settings import plant_setting
from people.access import nodes_under
from people.models import OrgNode, OrgPath, OrgSpan
from plans.models import EmergencyContact, Finding, FindingKind, Imbalance, Observation, PileUp

Status = Finding.Status
DEVIATIONS_THAT_SHOW = 2


@dataclass(frozen=True)
class StandingPile:
    """A pile-up that is not cleared; ``is_long`` once it stands longer than the setting allows."""

    pile_up: PileUp
    is_long: bool


def standing_long(at: datetime) -> datetime:
    """A pile-up raised before this moment and still open stands too long."""
    return at - timedelta(hours=plant_setting("pile_up_hours"))


def open_pile_ups(node: OrgNode | int, at: datetime) -> list[StandingPile]:
    """What stands in a unit and below it, the longest first (also work in process by location, PLN-25)."""
    long_since = standing_long(at)
    rows = PileUp.objects.filter(finding__node__in=nodes_under(node), finding__status=Status.OPEN)
    found = rows.select_related("finding__owner", "finding__node", "product__unit").order_by("finding__raised_at", "pk")
    return [StandingPile(row, row.finding.raised_at < long_since) for row in found]


def open_support_requests(node: OrgNode | int) -> QuerySet[Finding]:
    """Requests for support in a unit and below it that nobody has answered."""
    rows = Finding.objects.filter(node__in=nodes_under(node), status=Status.OPEN, imbalance__action=Imbalance.Action.SUPPORT)
    return rows.select_related("imbalance", "owner", "node").order_by("raised_at", "pk")


def deviations(team: OrgNode | int, on: date) -> list[Observation]:
    """What was seen of one team on a business date that did not follow the standard; cancelled ones do not count."""
    pk = team if isinstance(team, int) else team.pk
    rows = Observation.objects.filter(finding__node=pk, finding__business_date=on).exclude(finding__status=Status.CANCELLED)
    return list(rows.select_related("finding", "person", "process").order_by("finding__raised_at", "pk"))


def team_with_deviations(node: OrgNode | int, on: date) -> QuerySet[Finding, tuple[int, int]]:
    """Teams of a unit (or itself) with two deviations or more on a business date, and how many."""
    pk = node if isinstance(node, int) else node.pk
    paths = OrgPath.objects.filter(valid_from__lte=on, valid_to__gt=on)
    below = paths.filter(Q(plant=pk) | Q(workshop=pk) | Q(section=pk) | Q(team=pk)).values("node")
    seen = Finding.objects.filter(kind=FindingKind.OBSERVATION, business_date=on, node__in=below).exclude(status=Status.CANCELLED)
    counted = seen.order_by().values("node").annotate(times=Count("pk")).filter(times__gte=DEVIATIONS_THAT_SHOW)
    return counted.values_list("node", "times")


def deviation_words(counted: Iterable[tuple[int, int]], places: Mapping[int, OrgSpan]) -> list[str]:
    """The same in words, one sentence a team; ``places`` are those teams."""
    words = _("%(team)s worked %(count)s times otherwise than the standard says.")
    return [words % {"team": places[pk].label, "count": count} for pk, count in counted]


def contacts_for(nodes: Iterable[int]) -> QuerySet[EmergencyContact]:
    """Whom to call: those of the units named (a unit and all above it) and those of everywhere."""
    rows = EmergencyContact.objects.filter(node__in=list(nodes)) | EmergencyContact.objects.filter(node=None)
    return rows.order_by("order", "pk")
