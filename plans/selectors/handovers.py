"""Shift hand-overs as people read them: who follows whom, what is still to be signed, who sees it (PLN-13)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.templatetags.fo import clock, day
from people.access import Access
from people.models import OrgKind, OrgNode, OrgPath, OrgSpan, Shift
from people.roster import on_duty
from people.selectors.leaders import leaders_on
from plans.models import Handover, Sheet
from plans.selectors.due import Task, late
from plans.selectors.places import standing
from plans.selectors.report_book import ReportBook

MAY_OVERLAP = timedelta(hours=2)
FOLLOWS_WITHIN = timedelta(hours=4)
SIGN_BEFORE = timedelta(hours=2)
DUE_AFTER = timedelta(hours=1)
REMINDED_FOR = timedelta(hours=12)
ASKED_FOR = timedelta(hours=24)
Status = Handover.Status


@dataclass(frozen=True)
class Following:
    """A team's shift that can take over."""

    team: OrgSpan
    shift: Shift
    business_date: date
    starts: datetime

    @property
    def key(self) -> str:
        return f"{self.team.node_id}:{self.business_date.isoformat()}:{self.shift.pk}"

    @property
    def label(self) -> str:
        return _("%(team)s · %(shift)s · %(on)s") % {"team": self.team.label, "shift": self.shift.label, "on": day(self.business_date)}


def window_of(team: OrgNode | int, shift: Shift, on: date) -> tuple[datetime, datetime]:
    """From when to when the team works that shift by its roster, else the shift's own times."""
    pk = team if isinstance(team, int) else team.pk
    return on_duty([pk], on, on).window(pk, shift, on) or shift.times.window(on)


def following(team: OrgNode, shift: Shift, on: date) -> list[Following]:
    """The shifts that begin when this one ends, at most two hours before and four after: of the team itself, else of the teams beside
    it, the one that took over last time first. Nobody follows a shift that is the only one of its day."""
    own = standing(team, on)
    if own is None:
        return []
    beside = OrgPath.objects.filter(
        valid_from__lte=on, valid_to__gt=on, node__kind=OrgKind.TEAM, workshop=own.workshop_id, section=own.section_id, plant=own.plant_id
    )
    teams = frozenset(beside.values_list("node_id", flat=True))
    book = ReportBook(teams, timezone.now(), on)
    starts, ends = book.duties.window(team.pk, shift, on) or shift.times.window(on)
    found = [
        Following(book.teams[pk], other, other_on, window[0])
        for pk in teams & book.teams.keys()
        for other_on in (on, on + timedelta(days=1))
        for other, window in book.shifts_on(pk, other_on)
        if window[0] > starts and -MAY_OVERLAP <= window[0] - ends <= FOLLOWS_WITHIN
    ]
    of_team = [row for row in found if row.team.node_id == team.pk]
    last = Handover.objects.filter(team=team, business_date__lt=on, to_team__isnull=False).order_by("-business_date").first()
    return sorted(
        of_team or found,
        key=lambda row: (last is None or row.team.node_id != last.to_team_id, abs(row.starts - ends), row.team.node.code),
    )


def handovers_seen(access: Access, rows: QuerySet[Handover] | None = None) -> QuerySet[Handover]:
    """Hand-overs from or to the units in scope."""
    rows = Handover.objects.all() if rows is None else rows
    rows = rows.select_related("team", "shift", "to_team", "to_shift", "given_by", "received_by", "made_by")
    return rows if access.scope is None else rows.filter(Q(team__in=access.scope) | Q(to_team__in=access.scope))


def may_receive(access: Access, handover: Handover) -> bool:
    """Whoever fills the sheets of the team that follows, or leads it."""
    if handover.to_team_id is None:
        return False
    if access.may("sheet.fill", handover.to_team_id):
        return True
    assert handover.to_business_date is not None
    return leaders_on([handover.to_team_id], handover.to_business_date).get(handover.to_team_id) == access.staff


@dataclass(frozen=True)
class Owed:
    """A shift that is over, or ends within two hours, and that nobody has signed off yet."""

    team: OrgSpan
    shift: Shift
    business_date: date
    ends: datetime
    draft: Handover | None

    @property
    def url(self) -> str:
        return handover_url(self.team.node_id, self.business_date, self.shift.pk)


def handover_url(team: int, on: date, shift: int) -> str:
    return reverse("handover", args=[team, on.isoformat(), shift])


def lately(scope: frozenset[int] | None, last: date) -> QuerySet[Handover]:
    """Hand-overs of a date and the one before, from or to the teams in ``scope`` (``None``: all)."""
    days = (last - timedelta(days=1), last)
    given, taken = Q(business_date__in=days), Q(to_business_date__in=days)
    if scope is not None:
        given, taken = given & Q(team__in=scope), taken & Q(to_team__in=scope)
    rows = Handover.objects.filter(given | taken).select_related("shift", "to_shift", "given_by")
    return rows.order_by("-status", "ends_at")


def owed_handovers(book: ReportBook, access: Access, rows: Iterable[Handover]) -> list[Owed]:
    """Of the shifts of the last 24 hours in teams where the person may sign, those without the giver's signature; ``rows`` are those
    of ``lately``."""
    known = {(row.team_id, row.business_date, row.shift_id): row for row in rows}
    found = []
    for path in book.paths:
        if not access.may("sheet.fill", path.node_id):
            continue
        for on in (book.last - timedelta(days=1), book.last):
            if not path.valid_from <= on < path.valid_to:
                continue
            for shift, (_starts, ends) in book.shifts_on(path.node_id, on):
                row = known.get((path.node_id, on, shift.pk))
                asked = ends - SIGN_BEFORE <= book.at < ends + ASKED_FOR
                if asked and (row is None or row.status == Status.DRAFT):
                    found.append(Owed(book.teams[path.node_id], shift, on, ends, row))
    return sorted(found, key=lambda owed: (owed.ends, owed.team.node.code))


def shifts_to_give(owed: Iterable[Owed], access: Access, at: datetime) -> list[Task]:
    """What *My day* asks of whoever leads a team or belongs to it, and of the supervisor where nobody leads."""
    tasks = []
    for row in owed:
        if at >= row.ends + REMINDED_FOR:
            continue
        leader = row.team.leader_id
        if row.team.node_id != access.staff.org_id and leader not in (access.staff.pk, None):
            continue
        state, word = late(row.ends + DUE_AFTER, at)
        text = _("%(team)s · %(shift)s ends %(at)s") % {"team": row.team.label, "shift": row.shift.label, "at": clock(row.ends)}
        label = _("Continue") if row.draft else pgettext("handover", "Hand over")
        tasks.append(Task("arrow-left-right", _("Hand over the shift"), text, row.url, label, row.ends + DUE_AFTER, state, word))
    return tasks


@dataclass(frozen=True)
class News:
    """A hand-over as the shift that takes over sees it, on top of *My day* and on its sheet."""

    handover: Handover
    team: OrgSpan
    may_receive: bool

    @property
    def url(self) -> str:
        row = self.handover
        return handover_url(row.team_id, row.business_date, row.shift_id)

    @property
    def state(self) -> str:
        return "handover_waiting" if self.handover.status == Status.WAITING else "handover_signed"

    @property
    def severe(self) -> int:
        return sum(row.get("severity") == "severe" for row in (self.handover.facts or {}).get("findings", ()))


def news_for(rows: Iterable[Handover], access: Access, at: datetime, places: Mapping[int, OrgSpan]) -> list[News]:
    """What was handed over to the person's team, or to those in which they fill the sheets: waiting for a signature, or signed and its
    receiving shift is on. ``rows`` are those of ``lately``, ``places`` the teams that gave and took over."""
    fills = access.may("sheet.fill") and access.scope is not None
    mine = [row for row in rows if row.to_team_id == access.staff.org_id or (fills and access.sees(row.to_team_id))]
    return news_on_sheet(mine, access, at, places)


def _may_receive(access: Access, team: OrgSpan) -> bool:
    return access.may("sheet.fill", team.node_id) or team.leader_id == access.staff.pk


def handed_to(sheet: Sheet) -> QuerySet[Handover]:
    """What was handed over to the shift of a sheet, in its unit or a team below it."""
    on = sheet.business_date
    below = OrgPath.objects.filter(valid_from__lte=on, valid_to__gt=on).filter(
        Q(workshop=sheet.node_id) | Q(section=sheet.node_id) | Q(team=sheet.node_id)
    )
    rows = Handover.objects.filter(to_team__in=below.values("node"), to_shift=sheet.shift_id, to_business_date=on)
    return rows.select_related("shift", "to_shift", "given_by").order_by("-status", "ends_at")


def news_on_sheet(rows: Iterable[Handover], access: Access, at: datetime, places: Mapping[int, OrgSpan]) -> list[News]:
    """The rows of ``handed_to`` as its sheet shows them; ``places`` the teams that gave and took over."""
    return [
        News(row, places[row.team_id], row.status == Status.WAITING and _may_receive(access, places[row.to_team_id]))
        for row in rows
        if row.to_team_id and _is_news(row, at)
    ]


def _is_news(handover: Handover, at: datetime) -> bool:
    """Waits for a signature, or is signed and the receiving shift has not ended yet."""
    if handover.status != Status.SIGNED:
        return handover.status == Status.WAITING
    assert handover.to_shift is not None
    assert handover.to_business_date is not None
    return at < handover.to_shift.times.window(handover.to_business_date)[1]
