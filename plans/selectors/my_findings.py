"""What a person has to put right, to verify and to get done, as *My day* lists it: all of it in one query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time
from typing import NamedTuple

from django.db.models import CharField, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.clock import at_plant, plant_zone
from core.models.names import in_language
from core.templatetags.fo import day
from people.access import Access
from people.models import Notice, OrgSpan
from plans.models import Finding, FindingKind, OrderReview, ProductionOrder, ReviewPart, Sheet, SurveySection, Task
from plans.selectors.due import Task as ToDo
from plans.selectors.due import late
from plans.selectors.findings import KIND_ICONS
from plans.selectors.places import places_for

SHOWN = 8
FINDING, VERIFY, TASK, REVIEW, SECTION = "finding", "verify", "task", "review", "section"
LISTS = {
    FINDING: ("findings", "mine"),
    VERIFY: ("findings", "wait"),
    TASK: ("tasks", "mine"),
    REVIEW: ("order-reviews", "mine"),
    SECTION: ("surveys", "mine"),
}


class _Row(NamedTuple):
    """A finding, a task, a part of an order's review or a section of a survey; ``key`` is its number, primary key, order or sheet,
    ``person`` who raised, put right, gave, opened or began it. A section has its Chinese name as ``area`` and its unit as ``kind``."""

    what: str
    key: str
    title: str
    area: str
    kind: str
    owner: int | None
    due: datetime
    person: str


def what_waits(access: Access) -> QuerySet:
    """Open findings that the person owns or was handed by escalation, those put right that they were asked to verify, open tasks they
    own, reviews of orders that wait for their verdict, and sections of surveys they are to fill; the most pressing first."""
    return _waits(access).order_by("due")[: SHOWN + 1]


def count_late(access: Access, at: datetime) -> int:
    """How much of it is past its time, were it more than the page lists; what waits for a verification has none. One statement."""
    rows = map(_Row._make, _waits(access))
    return sum(row.what != VERIFY and _due(row) < at for row in rows)


def _waits(access: Access) -> QuerySet:
    me = access.staff.pk
    return _findings(me).union(_to_verify(access), _tasks(me), _reviews(me), _sections(me), all=True)


def _due(row: _Row) -> datetime:
    """A task is due by the end of its day at the plant, a review at the beginning of its; the statement gives their days alone."""
    if row.what not in (TASK, REVIEW):
        return row.due
    return at_plant(row.due.astimezone(UTC).date(), time(23, 59) if row.what == TASK else time(0))


def units_of(rows: Iterable[tuple]) -> set[int]:
    """The units that ``things_to_do`` names out of the rows of ``what_waits``."""
    return {int(row.kind) for row in map(_Row._make, rows) if row.what == SECTION}


def things_to_do(rows: Iterable[tuple], access: Access, at: datetime, places: Mapping[int, OrgSpan]) -> list[ToDo]:
    """The rows of ``what_waits`` in words; ``places`` are their ``units_of``."""
    me = access.staff.pk
    found = [_Row(*row) for row in rows]
    listed = [
        _finding(row, me, at) if row.what == FINDING else _section(row, places, at) if row.what == SECTION else SAID[row.what](row, at)
        for row in found[:SHOWN]
    ]
    if len(found) > SHOWN:
        last = found[-1]
        name, view = LISTS[last.what]
        address = f"{reverse(name)}?view={view}"
        state, word = late(last.due, at)
        listed.append(ToDo("flag", _("More findings, tasks, reviews and surveys are yours"), "", address, _("All"), last.due, state, word))
    return listed


def _findings(me: int) -> QuerySet:
    rows = Finding.objects.filter(Q(owner=me) | Q(escalated_to=me), status=Finding.Status.OPEN).order_by()
    named = rows.annotate(
        what=Value(FINDING, CharField()), key=F("number"), title_text=F("text"), due=F("due_at"), person=F("raised_by__name")
    )
    return named.values_list("what", "key", "title_text", "area", "kind", "owner_id", "due", "person")


def _to_verify(access: Access) -> QuerySet:
    """Of whom it is asked stands in the notice; one whose right has ended since is asked no longer."""
    leads = places_for(access, "finding.lead")
    key = Concat(OuterRef("number"), Value(":"), Cast(OuterRef("reopen_count"), CharField()))
    asked = Notice.objects.filter(recipient=access.staff, kind="finding.verify", key=key, done_at=None)
    rows = Finding.objects.filter(Exists(asked), status=Finding.Status.DONE).order_by()
    if leads is not None:
        rows = rows.filter(node__in=leads)
    named = rows.annotate(
        what=Value(VERIFY, CharField()), key=F("number"), title_text=F("text"), due=F("done_at"), person=F("done_by__name")
    )
    return named.values_list("what", "key", "title_text", "area", "kind", "owner_id", "due", "person")


def _tasks(me: int) -> QuerySet:
    rows = Task.objects.filter(owner=me, status=Task.Status.OPEN).order_by()
    named = rows.annotate(
        what=Value(TASK, CharField()),
        key=Cast("pk", CharField()),
        title_text=F("title"),
        area=Value("", CharField()),
        kind=Value("", CharField()),
        due=Cast("due_on", DateTimeField()),
        person=F("made_by__name"),
    )
    return named.values_list("what", "key", "title_text", "area", "kind", "owner_id", "due", "person")


def _reviews(me: int) -> QuerySet:
    later = OrderReview.objects.filter(order=OuterRef("review__order"), pk__gt=OuterRef("review"))
    rows = ReviewPart.objects.filter(~Exists(later), reviewer=me, verdict="", review__order__status=ProductionOrder.Status.DRAFT)
    named = rows.order_by().annotate(
        what=Value(REVIEW, CharField()),
        key=F("review__order__number"),
        title_text=F("review__order__number"),
        area=Value("", CharField()),
        part=F("kind"),
        due=Cast(Coalesce("review__order__start_on", "review__order__due_on"), DateTimeField()),
        person=F("review__opened_by__name"),
    )
    return named.values_list("what", "key", "title_text", "area", "part", "reviewer_id", "due", "person")


def _sections(me: int) -> QuerySet:
    rows = SurveySection.objects.filter(owner=me, sheet__status=Sheet.Status.OPEN).order_by()
    named_rows = rows.annotate(
        what=Value(SECTION, CharField()),
        key=Cast("sheet_id", CharField()),
        title_text=F("area__name"),
        title_zh=F("area__name_zh"),
        unit=Cast("sheet__node_id", CharField()),
        due=F("sheet__due_at"),
        person=F("survey__started_by__name"),
    )
    return named_rows.values_list("what", "key", "title_text", "title_zh", "unit", "owner_id", "due", "person")


def _section(row: _Row, places: Mapping[int, OrgSpan], at: datetime) -> ToDo:
    state, word = late(row.due.astimezone(plant_zone()), at)
    title = _("Survey: %(section)s") % {"section": in_language(row.title, row.area)}
    address = reverse("sheet-fill", args=[int(row.key)])
    return ToDo("clipboard2-pulse", title, places[int(row.kind)].label, address, _("Fill it"), row.due, state, word)


def _finding(row: _Row, me: int, at: datetime) -> ToDo:
    state, word = late(row.due.astimezone(plant_zone()), at)
    said = {"number": row.key, "kind": FindingKind(row.kind).label, "area": row.area}
    text = _("%(kind)s · %(area)s · %(number)s") % said if row.area else _("%(kind)s · %(number)s") % said
    label = _("Put it right")
    if row.owner != me:
        text, label = _("%(text)s · escalated to you") % {"text": text}, _("Open it")
    title = Finding(text=row.title).title
    return ToDo(KIND_ICONS[row.kind], title, text, reverse("finding", args=[row.key]), label, row.due, state, word)


def _verify(row: _Row, at: datetime) -> ToDo:
    text = _("Finding %(number)s, put right by %(who)s") % {"number": row.key, "who": row.person}
    title = Finding(text=row.title).title
    return ToDo("person-check", title, text, reverse("finding", args=[row.key]), _("Verify"), row.due, "wait", _("Waits for me"))


def _task(row: _Row, at: datetime) -> ToDo:
    on, moment = row.due.astimezone(UTC).date(), _due(row)
    state, word = late(moment, at) if moment < at else ("due", _("due %(on)s") % {"on": day(on)})
    text = _("from %(who)s") % {"who": row.person}
    return ToDo("check2-square", row.title, text, reverse("task", args=[row.key]), _("Open it"), moment, state, word)


def _review(row: _Row, at: datetime) -> ToDo:
    """Due before the order is to start, else by its due date."""
    on, moment = row.due.astimezone(UTC).date(), _due(row)
    state, word = late(moment, at) if moment < at else ("due", _("before %(on)s") % {"on": day(on)})
    title = _("Review of order %(number)s") % {"number": row.title}
    text = _("%(part)s · asked by %(who)s") % {"part": ReviewPart.Kind(row.kind).label, "who": row.person or "—"}
    address = reverse("order-review-judge", args=[row.key, row.kind])
    return ToDo("clipboard-check", title, text, address, pgettext("review", "Judge"), moment, state, word)


SAID = {VERIFY: _verify, TASK: _task, REVIEW: _review}
