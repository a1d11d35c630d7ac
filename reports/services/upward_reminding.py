"""Which reports upward are owed, and their reminder before they are due: told once, gone when sent (RPT-12)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from core.plant_settings import plant_setting
from people.calendar import working_days
from people.models import Delegation, Notice, OrgKind, OrgPath, Staff
from people.roles import ACTIONS
from people.selectors import standing_in
from people.services import NewNotice, notify_all, settle_all
from plans.selectors.places import named
from reports.models import UpwardReport
from reports.services.upward import DUE, due_key
from reports.upward_periods import LOOKED_AHEAD, OWED, Kind, Period, before, due_by, local_date, period_of

LOOKED_BACK = timedelta(days=100)
OWING = (OrgKind.PLANT, OrgKind.WORKSHOP)
Status = UpwardReport.Status


@dataclass(frozen=True)
class Owed:
    """A period of a unit whose report is due soon or was due, and is not sent; ``report`` is the draft where somebody has begun it."""

    node_id: int
    leader: Staff
    period: Period
    due_at: datetime
    report: UpwardReport | None

    @property
    def key(self) -> str:
        return f"{self.period.kind}:{self.node_id}:{self.period.starts_on.isoformat()}"

    @property
    def as_report(self) -> UpwardReport:
        """What it would be, unsaved: for its words."""
        return UpwardReport(kind=self.period.kind, node_id=self.node_id, starts_on=self.period.starts_on, ends_on=self.period.ends_on)

    @property
    def about(self) -> str:
        return self.as_report.about

    @property
    def url(self) -> str:
        """Where it is written, begun or not."""
        asked: dict[str, str | int] = {"kind": str(self.period.kind.value), "node": self.node_id, "on": self.period.starts_on.isoformat()}
        return f"{reverse('upward-new')}?{urlencode(asked)}"


def owed_reports(at: datetime | None = None, nodes: frozenset[int] | None = None) -> list[Owed]:
    """Of each plant and workshop that somebody leads the newest period of each owed kind that is due within the reminder's hours, or was
    due, and is not sent; by due time. ``nodes`` narrows it. A constant number of statements, and one more for each plant.
    """
    at = at or timezone.now()
    kinds = OWED[plant_setting("upward_owed")]
    if not kinds:
        return []
    on = local_date(at)
    paths = OrgPath.objects.filter(valid_from__lte=on, valid_to__gt=on, node__kind__in=OWING, leader__isnull=False)
    paths = paths.filter(Q(leader__left_on=None) | Q(leader__left_on__gte=on))
    if nodes is not None:
        paths = paths.filter(node__in=nodes)
    led = list(paths.select_related("leader").order_by("node__code"))
    if not led:
        return []
    deputies = standing_in([path.leader for path in led if path.leader], on)
    due = {plant: list(_due_now(plant, kinds, at)) for plant in {path.plant_id for path in led}}
    starts = {period.starts_on for periods in due.values() for period, _moment in periods}
    known = UpwardReport.objects.filter(node__in=[path.node_id for path in led], kind__in=kinds, starts_on__in=starts)
    kept = {(row.node_id, row.kind, row.starts_on): row for row in known.defer("figures")}
    found = []
    for path in led:
        assert path.leader is not None
        for period, moment in due[path.plant_id]:
            report = kept.get((path.node_id, period.kind, period.starts_on))
            if report is None or report.sent_at is None:
                found.append(Owed(path.node_id, deputies.get(path.leader.pk, path.leader), period, moment, report))
    return sorted(found, key=lambda owed: owed.due_at)


def _due_now(plant: int | None, kinds: Sequence[Kind], at: datetime) -> Iterator[tuple[Period, datetime]]:
    """Of each kind the newest period whose reminder's time has come."""
    soon, on = at + timedelta(hours=plant_setting("upward_reminder_hours")), local_date(at)
    worked = working_days(plant, on - LOOKED_BACK, on + LOOKED_AHEAD)
    for kind in kinds:
        period = period_of(kind, on)
        for candidate in (period, before(period), before(before(period))):
            moment = due_by(candidate, plant, worked)
            if moment <= soon:
                yield candidate, moment
                break


def remind_upward(*, at: datetime | None = None) -> int:
    """Tell leaders of the report that is due soon, and authors of a written report whose promised day comes; how many were told.

    Each once; what is sent, or overtaken by the next period of its unit, leaves the inbox. Safe to run twice.
    """
    at = at or timezone.now()
    writers = _writers(at)
    owed = [row for row in owed_reports(at) if row.leader.pk in writers]
    places = named({row.node_id for row in owed})
    notices = [NewNotice(row.leader, DUE, row.key, {"place": places[row.node_id], "about": row.about}, row.url, row.due_at) for row in owed]
    notices += _promised(at)
    told = notify_all(notices, at=at)
    over = set(Notice.objects.filter(kind=DUE, done_at=None).values_list("key", flat=True)) - {notice.key for notice in notices}
    if over:
        settle_all(DUE, over, at=at)
    return told


def _writers(at: datetime) -> set[int]:
    """Whose roles, own or lent, write reports upward."""
    roles = [role.value for role in ACTIONS["upward.write"]]
    on = local_date(at)
    own = Q(user__groups__name__in=roles)
    lent = Delegation.objects.filter(role__in=roles, ended_at=None, starts_on__lte=on, ends_on__gte=on)
    return set(Staff.objects.filter(own | Q(pk__in=lent.values("taker"))).values_list("pk", flat=True))


def _promised(at: datetime) -> list[NewNotice]:
    soon = at + timedelta(hours=plant_setting("upward_reminder_hours"))
    drafts = UpwardReport.objects.filter(kind=Kind.WRITTEN, status=Status.DRAFT, due_at__lte=soon).select_related("made_by")
    rows: list[Any] = list(drafts)
    places = named({row.node_id for row in rows})
    return [
        NewNotice(
            row.made_by, DUE, due_key(row), {"place": places[row.node_id], "about": row.about},
            reverse("upward-edit", args=[row.pk]), row.due_at,
        )
        for row in rows
    ]  # fmt: skip
