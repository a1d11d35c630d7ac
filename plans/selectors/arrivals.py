"""Who is awaited before each shift, who arrived and how late, and who has not (PLN-02)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import PlantSetting
from core.plant_settings import plant_setting, plant_setting_among
from core.templatetags.fo import clock
from core.together import read_together
from people.access import Access, nodes_under
from people.models import Delegation, OrgSpan, RosterDay, Shift, Staff
from people.roles import Role
from people.selectors import leaders_on, led_on, lent_on
from plans.models import Arrival, Sheet, TemplateAssignment, TemplateBlock, minutes_past
from plans.selectors.places import named
from plans.selectors.sheets import SheetPage

AWAITED_ROLES = (Role.SUP, Role.TLD)
LEAD = "arrival_lead_minutes"
Rule = TemplateAssignment.Rule


def lead_time() -> timedelta:
    """How long before the shift supervisors and team leaders are to be there."""
    return timedelta(minutes=plant_setting(LEAD))


def sheets_that_await() -> QuerySet[Sheet]:
    """Sheets of a day with a phase that is done before the shift: their places await somebody. A week's or a single sheet awaits nobody."""
    before = TemplateBlock.objects.filter(version=OuterRef("version"), due_anchor=TemplateBlock.Anchor.START, due_minutes__lte=0)
    rows = Sheet.objects.filter(Exists(before)).exclude(assignment__rule__in=[Rule.WEEKLY, Rule.ONCE])
    return rows.exclude(status=Sheet.Status.SKIPPED)


def _awaits_somebody(page: SheetPage) -> bool:
    """The same of a sheet that was read with its assignment and phases."""
    sheet = page.sheet
    if sheet.status == Sheet.Status.SKIPPED or (sheet.assignment and sheet.assignment.rule in (Rule.WEEKLY, Rule.ONCE)):
        return False
    return any(phase.block.is_before_shift for phase in page.phases)


def awaited_in(node_ids: Iterable[int], on: date, places: Mapping[int, OrgSpan] | None = None) -> dict[int, list[Staff]]:
    """Who is to be there for the shifts of each unit: its supervisors and team leaders, where it has none its leader; of an absent one
    his deputy. ``places`` are the units as they stand on that date, where they were read before: one statement, else two."""
    nodes = set(node_ids)
    leaders = _leaders(nodes, on, places)
    return _awaited(nodes, on, leaders, *read_together(*_people_and_deputies(nodes, on, [leader.pk for leader in leaders.values()])))


def _leaders(nodes: set[int], on: date, places: Mapping[int, OrgSpan] | None) -> dict[int, Staff]:
    if places is None or not nodes <= places.keys():
        return leaders_on(nodes, on) if nodes else {}
    return {node: leader for node in nodes if (leader := places[node].leader) is not None and leader.works_on(on)}


def _people_and_deputies(nodes: set[int], on: date, leaders: Collection[int] | QuerySet) -> tuple[QuerySet[Staff], QuerySet[Delegation]]:
    """Supervisors and team leaders of the units, and who stands in on that date for one of them or of the leaders, named by their keys."""
    people = Staff.objects.filter(org__in=nodes, user__groups__name__in=AWAITED_ROLES).distinct()
    lent = lent_on(on).filter(Q(giver__in=people.values("pk")) | Q(giver__in=leaders))
    return people.order_by("staff_no"), lent


def _awaited(
    nodes: set[int], on: date, leaders: Mapping[int, Staff], people: Iterable[Staff], lent: Iterable[Delegation]
) -> dict[int, list[Staff]]:
    found: dict[int, list[Staff]] = defaultdict(list)
    for person in people:
        if person.works_on(on):
            found[person.org_id].append(person)  # type: ignore[index]
    for node in nodes & leaders.keys() - found.keys():
        found[node].append(leaders[node])
    deputies = {row.giver_id: row.taker for row in lent}
    return {node: list({who.pk: who for who in (deputies.get(one.pk, one) for one in group)}.values()) for node, group in found.items()}


def own_start(rows: Sequence[RosterDay], shift: Shift, on: date, usual: datetime) -> datetime | None:
    """When a person begins who has these roster rows of their own on a date, ``usual`` without any; ``None`` when off that shift."""
    if not rows:
        return usual
    own = next((row for row in rows if row.shift_id == shift.pk and not row.is_off), None)
    return shift.times.changed_window(on, own.starts_at, own.ends_at)[0] if own else None


@dataclass(frozen=True)
class ArrivalRow:
    """One person and shift (several people where the roster does not say which of them): arrived, or awaited at a moment."""

    place: OrgSpan
    shift: Shift
    people: Sequence[Staff]
    starts_at: datetime
    ends_at: datetime
    due_at: datetime
    at: datetime
    arrival: Arrival | None = None

    @property
    def minutes_late(self) -> int:
        return self.arrival.minutes_late if self.arrival else minutes_past(self.at, self.due_at)

    @property
    def is_missing(self) -> bool:
        """Not there although the last moment in time has passed."""
        return self.arrival is None and self.minutes_late > 0

    @property
    def is_late(self) -> bool:
        return self.minutes_late > 0

    @property
    def names(self) -> str:
        return _(" or ").join(person.name for person in self.people)

    @property
    def state(self) -> str:
        """A key of ``core.states``."""
        if self.arrival:
            return "late" if self.is_late else "on_time"
        return "not_arrived" if self.is_missing else "later"

    @property
    def word(self) -> str:
        """``1 min late``, ``not arrived``, ``by 07:50``."""
        if self.arrival:
            return late_words(self.minutes_late) if self.is_late else ""
        return "" if self.is_missing else _("by %(at)s") % {"at": clock(self.due_at)}


def late_words(minutes: int) -> str:
    if minutes < 60:
        return ngettext("%(count)s min late", "%(count)s min late", minutes) % {"count": minutes}
    hours = {"hours": minutes // 60, "minutes": minutes % 60}
    return _("%(hours)s h %(minutes)s min late") % hours


@dataclass
class _Duty:
    """One unit and shift of the date, as its sheets were made for it."""

    node_id: int
    shift: Shift
    starts: datetime
    ends: datetime


def arrivals_on(
    access: Access,
    on: date,
    at: datetime,
    *,
    node: int | None = None,
    pages: Sequence[SheetPage] | None = None,
    places: Mapping[int, OrgSpan] | None = None,
) -> list[ArrivalRow]:
    """Everybody who arrived or is awaited on a business date in scope (or at and below ``node``), by the time they were due.

    Whom a person's own roster names for a shift is awaited by name; else one of the unit's people is, and whoever arrived for another
    shift of the date is not awaited twice. ``pages`` are all sheets of the date in scope and ``places`` the names of their units, where
    they were read before. Five statements at most, two with them.
    """
    nodes = access.scope if node is None else nodes_under(node)
    duties = _duties(_sheets_of(on, nodes) if pages is None else [page.sheet for page in pages if _awaits_somebody(page)])
    units = {duty.node_id for duty in duties}
    leaders = _leaders(units, on, places)
    people, lent = _people_and_deputies(units, on, [leader.pk for leader in leaders.values()])
    whose = [people.order_by().values("pk"), lent.order_by().values("taker"), [leader.pk for leader in leaders.values()]]
    theirs = Q(staff__in=whose[0]) | Q(staff__in=whose[1]) | Q(staff__in=whose[2])
    known = Arrival.objects.filter(business_date=on).select_related("staff", "shift")
    if nodes is not None:
        known = known.filter(Q(node__in=nodes) | theirs)
    rostered, arrivals, *found = read_together(RosterDay.objects.filter(theirs, date=on), known, people, lent)
    awaited = _awaited(units, on, leaders, *found)
    own: dict[int, list[RosterDay]] = defaultdict(list)
    for row in rostered:
        own[row.staff_id].append(row)
    there = {arrival.staff_id for arrival in arrivals}
    here = [arrival for arrival in arrivals if nodes is None or arrival.node_id in nodes]
    unnamed = {duty.node_id for duty in duties}.union(arrival.node_id for arrival in here).difference(places or {})
    places = {**(places or {}), **(named(unnamed, on) if unnamed else {})}
    ends = {(duty.node_id, duty.shift.pk): duty.ends for duty in duties}
    rows = [_arrived(one, places[one.node_id], ends.get((one.node_id, one.shift_id)), at) for one in here]
    lead = lead_time()
    for duty in duties:
        is_seen = any((one.node_id, one.shift_id) == (duty.node_id, duty.shift.pk) for one in here)
        for group, starts in _still_awaited(duty, awaited.get(duty.node_id, ()), own, there, on, is_seen):
            rows.append(ArrivalRow(places[duty.node_id], duty.shift, group, starts, duty.ends, starts - lead, at))
    return sorted(rows, key=lambda row: (row.due_at, row.place.label, row.names))


def _arrived(one: Arrival, place: OrgSpan, ends: datetime | None, at: datetime) -> ArrivalRow:
    ends = ends or one.shift.times.window(one.business_date)[1]
    return ArrivalRow(place, one.shift, [one.staff], one.starts_at, ends, one.due_at, at, one)


def _sheets_of(on: date, nodes: frozenset[int] | None) -> QuerySet[Sheet]:
    sheets = sheets_that_await().filter(business_date=on)
    return (sheets if nodes is None else sheets.filter(node__in=nodes)).select_related("shift", "node")


def _duties(sheets: Iterable[Sheet]) -> list[_Duty]:
    """The units and shifts that await somebody; where several sheets were made for one, from the first start to the last end."""
    found: dict[tuple[int, int], _Duty] = {}
    for sheet in sorted(sheets, key=lambda sheet: (sheet.starts_at, sheet.node.code)):
        duty = found.setdefault((sheet.node_id, sheet.shift_id), _Duty(sheet.node_id, sheet.shift, sheet.starts_at, sheet.ends_at))
        duty.ends = max(duty.ends, sheet.ends_at)
    return list(found.values())


def _still_awaited(
    duty: _Duty, people: Sequence[Staff], own: dict[int, list[RosterDay]], there: set[int], on: date, is_seen: bool
) -> Iterator[tuple[list[Staff], datetime]]:
    others = []
    for person in people:
        starts = own_start(own.get(person.pk, ()), duty.shift, on, duty.starts)
        if starts is None or person.pk in there:
            continue
        if own.get(person.pk):
            yield [person], starts
        else:
            others.append(person)
    if others and not is_seen:
        yield others, duty.starts


def arrivals_around(sheet: Sheet, reader: Staff) -> QuerySet[Arrival]:
    """Who arrived for the shift of a sheet in its place, the first one first, and wherever it was its reader."""
    here = Q(node=sheet.node_id) | Q(staff=sheet.arrived_by_id) | Q(staff=reader)
    rows = Arrival.objects.filter(here, business_date=sheet.business_date, shift=sheet.shift_id)
    return rows.select_related("staff").order_by("arrived_at")


def arrivals_of_sheet(sheet: Sheet, around: Iterable[Arrival]) -> list[Arrival]:
    """Of the rows of ``arrivals_around`` those that stand on the sheet."""
    return [row for row in around if row.node_id == sheet.node_id or row.staff_id == sheet.arrived_by_id]


def awaits_reader(page: SheetPage, reader: Staff, around: Iterable[Arrival], places: Mapping[int, OrgSpan]) -> bool:
    """Whether who looks at a sheet, which is read already with its ``arrivals_around``, is to be there and has not said so; one statement
    at most."""
    sheet = page.sheet
    if any(row.staff_id == reader.pk for row in around) or not _awaits_somebody(page):
        return False
    awaited = awaited_in([sheet.node_id], sheet.business_date, places)
    return any(person.pk == reader.pk for person in awaited.get(sheet.node_id, ()))


@dataclass(frozen=True)
class Due:
    """Of one person and a sheet: the arrival that is kept for its shift, else whether they are to be there; their own roster rows, and
    how long before the shift they are to be there."""

    kept: Arrival | None
    is_awaited: bool
    rostered: list[RosterDay]
    lead: timedelta


def arrival_due(sheet: Sheet, by: Staff) -> Due:
    """In one statement, for it is asked while an answer is being saved."""
    on, node = sheet.business_date, {sheet.node_id}
    led = led_on(node, on)
    kept, awaiting, leaders, people, lent, rostered, settings = read_together(
        Arrival.objects.filter(staff=by, business_date=on, shift=sheet.shift_id).select_related("staff"),
        sheets_that_await().filter(pk=sheet.pk),
        led,
        *_people_and_deputies(node, on, led.order_by().values("leader")),
        RosterDay.objects.filter(staff=by, date=on),
        PlantSetting.objects.filter(key=LEAD),
    )
    awaited = _awaited(node, on, {path.node_id: path.leader for path in leaders}, people, lent) if awaiting else {}
    is_awaited = not kept and any(person.pk == by.pk for person in awaited.get(sheet.node_id, ()))
    return Due(next(iter(kept), None), is_awaited, rostered, timedelta(minutes=plant_setting_among(LEAD, settings)))


@dataclass(frozen=True)
class ArrivalPrompt:
    """The one tap of somebody who is awaited now: on which sheet, where, and until when it is in time."""

    sheet: Sheet
    place: OrgSpan
    due_at: datetime
    state: str
    word: str


def arrival_prompt(access: Access, pages: Sequence[SheetPage], places: Mapping[int, OrgSpan], at: datetime) -> ArrivalPrompt | None:
    """For whom a shift is open that awaits them and that they have not arrived for; ``pages`` are their sheets of the day.

    No statement where no sheet is open, else two at most.
    """
    running = _open_sheets(access, pages, at)
    if not running:
        return None
    me = access.staff
    days = {sheet.business_date for sheet in running}
    mine, rostered, lent = read_together(
        Arrival.objects.filter(staff=me, business_date__in=days),
        RosterDay.objects.filter(staff=me, date__in=days),
        lent_on(min(days)).filter(giver=me) | lent_on(max(days)).filter(giver=me),
    )
    done = {(row.business_date, row.shift_id) for row in mine}
    running = [sheet for sheet in running if (sheet.business_date, sheet.shift_id) not in done]
    for on in sorted({sheet.business_date for sheet in running}, reverse=True):
        today = [sheet for sheet in running if sheet.business_date == on]
        is_absent = any(row.starts_on <= on <= row.ends_on for row in lent)
        awaited = _where_awaited(access, {sheet.node_id for sheet in today}, on, places, is_absent=is_absent)
        for sheet in today:
            if sheet.node_id in awaited:
                starts = own_start([row for row in rostered if row.date == on], sheet.shift, on, sheet.starts_at) or sheet.starts_at
                return _prompt(sheet, places[sheet.node_id], starts - lead_time(), at)
    return None


def prompt_among(
    rows: Sequence[ArrivalRow], access: Access, pages: Sequence[SheetPage], places: Mapping[int, OrgSpan], at: datetime
) -> ArrivalPrompt | None:
    """The same for somebody whose ``arrivals_on`` of the date were read already: no statement."""
    for sheet in _open_sheets(access, pages, at):
        for row in rows:
            if row.arrival is None and (row.place.node_id, row.shift.pk) == (sheet.node_id, sheet.shift_id) and access.staff in row.people:
                return _prompt(sheet, places[sheet.node_id], row.due_at, at)
    return None


def _open_sheets(access: Access, pages: Sequence[SheetPage], at: datetime) -> list[Sheet]:
    """Sheets that await somebody now and that the reader fills, the latest shift first."""
    open_now = [page for page in pages if page.phases and page.phases[0].starts <= at < page.sheet.ends_at]
    found = [page.sheet for page in open_now if _awaits_somebody(page) and access.may("sheet.fill", page.sheet.node_id)]
    return sorted(found, key=lambda sheet: sheet.starts_at, reverse=True)


def _where_awaited(access: Access, nodes: set[int], on: date, places: Mapping[int, OrgSpan], *, is_absent: bool) -> set[int]:
    """In which of the units the reader is to be there; a supervisor or team leader of one of them is, unless a deputy is instead."""
    me = access.staff
    if me.org_id in nodes and any(grant.role in AWAITED_ROLES and not grant.is_lent for grant in access.grants) and me.works_on(on):
        return set() if is_absent else {me.org_id}
    return {node for node, people in awaited_in(nodes, on, places).items() if any(person.pk == me.pk for person in people)}


def _prompt(sheet: Sheet, place: OrgSpan, due_at: datetime, at: datetime) -> ArrivalPrompt:
    minutes = minutes_past(at, due_at)
    state, word = ("late", late_words(minutes)) if minutes else ("due", _("by %(at)s") % {"at": clock(due_at)})
    return ArrivalPrompt(sheet, place, due_at, state, word)
