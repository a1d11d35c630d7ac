"""Who reads which reports upward, and who answers them (RPT-12, GEN-11)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from core.clock import plant_today
from core.errors import NotAllowed
from people.access import Access
from people.models import OrgNode, Staff
from people.roles import Role
from people.selectors import holders, standing_in
from plans.selectors.log_readers import ladder
from plans.selectors.places import places_for
from reports.models import UpwardReport
from reports.upward_periods import MATTERS, PERIODS

Status = UpwardReport.Status


def reports_seen(access: Access, rows: QuerySet | None = None) -> QuerySet:
    """Of a period: whoever reads reports of that unit, a draft only those who write there. Of a matter: its author, and once it is sent the
    one it goes to and the upper management; for everybody else it does not exist.
    """
    rows = UpwardReport.objects.all() if rows is None else rows
    me = access.staff
    is_sent = ~Q(status=Status.DRAFT)
    periods = Q(kind__in=PERIODS) & ((_in(places_for(access, "upward.read")) & is_sent) | _in(places_for(access, "upward.write")))
    matters = Q(kind__in=MATTERS) & (Q(made_by=me) | (is_sent & _in(places_for(access, "upward.answer"))))
    return rows.filter(periods | matters | (Q(reader=me) & is_sent))


def report_seen(access: Access, action: str = "upward.read", **which: Any) -> UpwardReport:
    """One report for which ``action`` is asked. Raises ``Http404`` where it does not exist for this person, ``NotAllowed`` in scope without
    the right.
    """
    rows = UpwardReport.objects.select_related("node", "made_by", "sent_by", "reader")
    report = get_object_or_404(rows, **which)
    if report.reader_id == access.staff.pk and report.status != Status.DRAFT and action == "upward.read":
        return report
    if not report.is_matter:
        access.require(action, report.node_id)
    if not reports_seen(access, UpwardReport.objects.filter(pk=report.pk)).exists():
        raise Http404
    if report.is_matter and not access.may(action):
        raise NotAllowed()
    return report


def _in(nodes: frozenset[int] | None) -> Q:
    return ~Q(pk__in=[]) if nodes is None else Q(node__in=nodes)


def waiting_for(access: Access, rows: QuerySet) -> QuerySet:
    """Sent, neither taken note of nor returned, and this person's to answer."""
    mine = Q(reader=access.staff) | _in(places_for(access, "upward.answer"))
    return rows.filter(mine, status__in=[Status.SENT, Status.COMMENTED]).exclude(sent_by=access.staff)


def may_answer(report: UpwardReport, access: Access) -> bool:
    """The one it goes to, who stands in for them, and the upper management; never the one who sent it."""
    me = access.staff
    if report.sent_by_id == me.pk:
        return False
    if report.reader_id == me.pk or access.may("upward.answer", report.node_id):
        return True
    deputies = standing_in([report.reader], plant_today()) if report.reader else {}
    return any(person.pk == me.pk for person in deputies.values())


def may_write(report: UpwardReport, access: Access) -> bool:
    """A report of a matter is its author's alone, one of a period of whoever writes for the unit."""
    if report.is_matter:
        return report.made_by_id == access.staff.pk and access.may("upward.write")
    return access.may("upward.write", report.node_id)


def reader_of(node: OrgNode | int, by: Staff) -> Staff | None:
    """Who stands next above ``by`` at a unit: its leader, those above, else the upper management."""
    return ladder().nearest(node if isinstance(node, int) else node.pk, by.pk)


def readers_for(by: Staff, node: OrgNode | int) -> list[Staff]:
    """To whom a report of a matter may go: the upper management first, then everybody who stands above."""
    pk = node if isinstance(node, int) else node.pk
    above = [*holders([Role.DIR], pk, plant_today()), *ladder().above(pk, by.pk)]
    return list({person.pk: person for person in above if person.pk != by.pk}.values())
