"""Leaders that a file named before they were known."""

from collections.abc import Iterable

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from people.models import OrgSpan, Staff


def resolve_leaders(staff_nos: Iterable[str]) -> int:
    """Make these people, known by now, the leaders that files called them; how many rows of the organisation were waiting."""
    waiting = OrgSpan.objects.filter(leader=None, leader_staff_no__in=list(staff_nos))
    if not waiting.exists():
        return 0
    return waiting.update(leader=Subquery(Staff.objects.filter(staff_no=OuterRef("leader_staff_no")).values("pk")[:1]))


def leader_number(span: OrgSpan) -> str:
    """The leader's staff number, also while nobody is known under it; a leader that a page appointed has none from a file."""
    return span.leader.staff_no if span.leader else span.leader_staff_no


def open_leaders() -> list[str]:
    """One sentence per leader that nobody is yet: the number, and the units that wait for it."""
    waiting: dict[str, list[str]] = {}
    rows = OrgSpan.objects.filter(leader=None).exclude(leader_staff_no="")
    for staff_no, code in rows.order_by("leader_staff_no", "node__code").values_list("leader_staff_no", "node__code").distinct():
        waiting.setdefault(staff_no, []).append(code)
    return [
        _("leader_staff_no %(staff_no)s is not known yet: %(codes)s") % {"staff_no": staff_no, "codes": ", ".join(codes)}
        for staff_no, codes in waiting.items()
    ]
