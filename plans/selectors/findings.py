"""Findings as people read them: who sees which, how late each is, what was found here before (PLN-11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.clock import plant_today
from core.templatetags.fo import moment
from people.access import Access, paths_under
from people.models import OrgNode, OrgPath, Shift, Staff
from plans.models import Finding, FindingKind, Severity

RECURRENCES = 10
PEOPLE_OFFERED = 300
Status = Finding.Status

KIND_ICONS: dict[str, str] = {
    FindingKind.PROBLEM: "chat-square-text",
    FindingKind.SAFETY: "cone-striped",
    FindingKind.INSTRUCTION: "megaphone",
    FindingKind.PILE_UP: "stack",
    FindingKind.IMBALANCE: "people",
    FindingKind.OBSERVATION: "eye",
    FindingKind.EMERGENCY: "fire",
    FindingKind.ABNORMALITY: "ui-checks",
    FindingKind.MEETING: "calendar-event",
    FindingKind.IMPROVEMENT: "lightbulb",
    FindingKind.DEVIATION: "rulers",
}


def findings_seen(access: Access, rows: QuerySet[Finding] | None = None) -> QuerySet[Finding]:
    """Findings of the units in scope, and wherever they are those that one raised, owns or was handed by escalation."""
    rows = Finding.objects.all() if rows is None else rows
    if access.scope is None:
        return rows
    me = access.staff.pk
    return rows.filter(Q(node__in=access.scope) | Q(owner=me) | Q(raised_by=me) | Q(escalated_to=me))


def open_findings(node: OrgNode | int, *, with_below: bool = True) -> QuerySet[Finding]:
    """What is not put right yet in a unit (and below it), the most pressing first."""
    pk = node if isinstance(node, int) else node.pk
    here = Q(node=pk) | Q(node__in=paths_under(pk).values("node")) if with_below else Q(node=pk)
    return Finding.objects.filter(here, status=Status.OPEN).select_related("owner", "node").order_by("due_at", "pk")


def nodes_around(node: OrgNode | int, on: date) -> frozenset[int]:
    """Ids of a unit, of what stands below it on a date, and of the section and workshop it stands in."""
    pk = node if isinstance(node, int) else node.pk
    paths = OrgPath.objects.filter(valid_from__lte=on, valid_to__gt=on)
    own = paths.filter(node=pk).first()
    above = [pk for pk in (own.section_id, own.workshop_id) if pk] if own else []
    below = paths.filter(Q(plant=pk) | Q(workshop=pk) | Q(section=pk) | Q(team=pk)).values_list("node_id", flat=True)
    return frozenset(below) | frozenset(above) | {pk}


def safety_of_shift(node: OrgNode | int, shift: Shift, business_date: date, ends_at: datetime | None = None) -> QuerySet[Finding]:
    """Open safety findings of a unit and around it, found by the end of a shift (``ends_at``, else the usual one) or for that shift."""
    by_then = Q(raised_at__lt=ends_at or shift.times.window(business_date)[1]) | Q(business_date=business_date, shift=shift)
    rows = Finding.objects.filter(by_then, node__in=nodes_around(node, business_date), kind=FindingKind.SAFETY, status=Status.OPEN)
    return rows.order_by("raised_at", "pk")


def severe_safety_without_owner(
    node: OrgNode | int, shift: Shift, business_date: date, ends_at: datetime | None = None
) -> QuerySet[Finding]:
    """Of these the severe ones that nobody has taken on: while there is one, the shift is not signed off (PLN-13)."""
    return safety_of_shift(node, shift, business_date, ends_at).filter(severity=Severity.SEVERE, owner=None)


def findings_of_item(item_key: str, node: OrgNode | int) -> QuerySet[Finding]:
    """Everything ever found at one checklist item in one place, the newest first."""
    pk = node if isinstance(node, int) else node.pk
    return Finding.objects.filter(item_key=item_key, node=pk).select_related("owner").order_by("-raised_at", "-pk")


def earlier_ones(finding: Finding) -> list[Finding]:
    """Earlier findings of the same item and place: the same thing came back. Without an item key nothing is known to be the same."""
    if not finding.item_key:
        return []
    rows = findings_of_item(finding.item_key, finding.node_id).filter(raised_at__lt=finding.raised_at).exclude(pk=finding.pk)
    return list(rows.filter(area=finding.area)[:RECURRENCES])


def shows_photo(attachment_id: UUID, access: Access) -> bool:
    """Whether a finding that the person sees has this photo."""
    return findings_seen(access).filter(photos__photo=attachment_id).exists()


@dataclass(frozen=True)
class FindingRights:
    """What one person may do with one finding as it stands: pages show these steps and refuse the others (ADR 0014)."""

    may_put_right: bool = False
    may_verify: bool = False
    may_reopen: bool = False
    may_hand_over: bool = False
    may_change_due: bool = False
    may_change_severity: bool = False
    may_cancel: bool = False
    may_add_photo: bool = False


def rights_over(finding: Finding, access: Access) -> FindingRights:
    """Owner, raiser, whoever leads there and those it was escalated to each have their steps; nobody verifies their own work."""
    me = access.staff.pk
    leads = access.may("finding.lead", finding.node_id)
    owns, raised, has_it = finding.owner_id == me, finding.raised_by_id == me, finding.escalated_to_id == me
    did = finding.done_by_id == me
    is_open, is_done = finding.status == Status.OPEN, finding.status == Status.DONE
    takes = finding.owner_id is None and access.may("finding.raise", finding.node_id)
    return FindingRights(
        may_put_right=is_open and (owns or leads or has_it or takes),
        may_verify=is_done and leads and not owns and not did,
        may_reopen=(is_done and (leads or raised) and not did) or (finding.status == Status.VERIFIED and leads),
        may_hand_over=is_open and (owns or leads or has_it or raised or takes),
        may_change_due=is_open and (owns or leads or has_it or raised),
        may_change_severity=is_open and (leads or has_it or raised),
        may_cancel=is_open and (((leads or has_it) and (not owns or raised)) or (raised and not finding.is_severe)),
        may_add_photo=(is_open or is_done) and (owns or leads or has_it or raised or did),
    )


@dataclass(frozen=True)
class Step:
    """The strip over a finding: what was reached, what is late, what comes next."""

    label: str | Promise
    note: str
    state: str


def steps_of(finding: Finding, at: datetime) -> list[Step]:
    """Raised, owned, escalated where it was, put right, verified; a cancelled one has none."""
    if finding.status == Status.CANCELLED:
        return []
    is_open, is_done = finding.status == Status.OPEN, finding.status == Status.DONE
    raiser = finding.raised_by.name if finding.raised_by else gettext("The system")
    steps = [Step(_("Raised"), f"{raiser}, {moment(finding.raised_at)}", "done")]
    owner = finding.owner
    word = pgettext_lazy("finding", "Owner")
    steps.append(Step(word, owner.name, "done") if owner else Step(word, gettext("nobody yet"), "late"))
    if finding.escalated_to:
        steps.append(Step(_("Late, escalated"), gettext("to %(who)s") % {"who": finding.escalated_to.name}, "late"))
    elif is_open and finding.due_at < at:
        steps.append(Step(_("Late"), gettext("since %(at)s") % {"at": moment(finding.due_at)}, "late"))
    if is_open:
        steps.append(Step(_("Put right"), gettext("by %(at)s") % {"at": moment(finding.due_at)}, "now"))
    else:
        doer = finding.done_by.name if finding.done_by else ""
        steps.append(Step(_("Put right"), f"{doer}, {moment(finding.done_at)}", "done"))
    if finding.verified_by:
        steps.append(Step(_("Verified"), f"{finding.verified_by.name}, {moment(finding.verified_at)}", "done"))
    else:
        steps.append(Step(_("Verify"), gettext("by somebody else"), "now" if is_done else ""))
    return steps


BOARD_COLUMN = 30
BOARD_DAYS = timedelta(days=7)


@dataclass(frozen=True)
class BoardColumn:
    """A state with its most pressing findings and how many there are; ``query`` leads the list there."""

    key: str
    state: str
    tone: str
    count: int
    cards: list[Finding]
    query: str


def board_of(rows: QuerySet[Finding], at: datetime) -> list[BoardColumn]:
    """Overdue, open, waiting for verification, verified in the last seven days; two statements a column."""
    rows = rows.select_related("owner", "node")
    late = rows.filter(status=Status.OPEN, due_at__lt=at).order_by("due_at", "pk")
    in_time = rows.filter(status=Status.OPEN, due_at__gte=at).order_by("due_at", "pk")
    waiting = rows.filter(status=Status.DONE).order_by("done_at", "pk")
    verified = rows.filter(status=Status.VERIFIED, verified_at__gte=at - BOARD_DAYS).order_by("-verified_at", "-pk")
    asked = [
        ("late", "late", "ng", late, "view=late"),
        ("open", "open", "", in_time, "view=open"),
        ("done", "put_right", "due", waiting, "view=wait"),
        ("verified", "verified", "", verified, "view=all&status=verified"),
    ]
    columns = []
    for key, state, tone, found, query in asked:
        cards = list(found[: BOARD_COLUMN + 1])
        count = len(cards) if len(cards) <= BOARD_COLUMN else found.count()
        columns.append(BoardColumn(key, state, tone if count else "", count, cards[:BOARD_COLUMN], query))
    return columns


def usual_places(nodes: frozenset[int] | None, limit: int = 60) -> list[str]:
    """Places named lately in some units, the commonest first: offered while typing."""
    rows = Finding.objects.exclude(area="")
    if nodes is not None:
        rows = rows.filter(node__in=nodes)
    return list(
        rows.order_by().values("area").annotate(times=Count("pk")).order_by("-times", "area").values_list("area", flat=True)[:limit]
    )


def owners_seen(access: Access) -> list[tuple[int, str]]:
    """Those who own a finding that is not closed for good and that the person sees, by name."""
    rows = findings_seen(access).filter(status__in=[Status.OPEN, Status.DONE], owner__isnull=False)
    people = Staff.objects.filter(pk__in=rows.order_by().values("owner")).order_by("name", "pk")
    return list(people.values_list("pk", "name")[:PEOPLE_OFFERED])


def likely_owners(scope: frozenset[int] | None) -> list[Staff]:
    """People a finding can be given to: those with a log-in in the plants of a scope, and whoever leads a unit there; by name."""
    today = plant_today()
    people = Staff.objects.employed().filter(Q(user__isnull=False) | Q(led_spans__isnull=False))
    if scope is not None:
        paths = OrgPath.objects.filter(valid_from__lte=today, valid_to__gt=today)
        plants = paths.filter(node__in=scope).values("plant")
        people = people.filter(Q(org=None) | Q(org__in=paths.filter(plant__in=plants).values("node")))
    return list(people.distinct().order_by("name", "staff_no")[:PEOPLE_OFFERED])
