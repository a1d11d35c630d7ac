"""What of the month waits for one person: packs to explain, submit, correct or decide, daily reports, and what is late with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.clock import PlantMonth, plant_today
from core.plant_settings import plant_setting
from people.access import Access
from plans.selectors.daily_reports import waiting_for_approval
from plans.selectors.my_findings import count_late
from plans.selectors.places import named
from plans.selectors.report_book import ReportBook
from reports import services
from reports.models import PackVersion
from reports.words import month_name

PACKS_SHOWN = 4
State = PackVersion.State


@dataclass(frozen=True)
class Need:
    """One thing that waits; ``state`` is a key of ``core.states``, ``url`` where it is done."""

    state: str
    title: str
    text: str
    url: str


def needs_of(access: Access, at: datetime | None = None) -> list[Need]:
    """By role and scope, the packs first; in a number of statements that does not grow with the plant."""
    at = at or timezone.now()
    return [*_packs(access), *_reports(access, at), *_late(access, at)]


def _packs(access: Access) -> Iterator[Need]:
    builds, decides = access.may("pack.build"), access.may("pack.decide")
    if not builds and not decides:
        return
    newest = PackVersion.objects.filter(pack=OuterRef("pack")).order_by("-number").values("pk")[:1]
    wanted = [*([State.DRAFT, State.RETURNED] if builds else []), *([State.SUBMITTED] if decides else [])]
    rows = access.scoped(PackVersion.objects.filter(pk=Subquery(newest), state__in=wanted), "pack__plant").exclude(
        state=State.SUBMITTED, submitted_by=access.staff
    )
    first_day, today = plant_setting("month_first_day"), plant_today()
    found = list(rows.select_related("pack__plant", "submitted_by").order_by("-pack__month", "pack__plant__code")[:PACKS_SHOWN])
    plants = named({version.pack.plant_id for version in found}) if found else {}
    for version in found:
        month = PlantMonth.parse(version.pack.month, first_day)
        if version.is_draft and month.ends_on >= today:
            continue
        title = _("Month pack %(month)s") % {"month": month_name(month)}
        yield _pack(version, title, plants[version.pack.plant_id].label)


def _pack(version: PackVersion, title: str, plant: str) -> Need:
    url = reverse("pack", args=[version.pack_id])
    if version.state == State.SUBMITTED:
        who = version.submitted_by.name if version.submitted_by else ""
        return Need("waits_for_me", title, _("%(plant)s, submitted by %(who)s") % {"plant": plant, "who": who}, url)
    if version.state == State.RETURNED:
        return Need("returned", title, _("%(plant)s: correct it and build the next version") % {"plant": plant}, url)
    missing = len(services.unexplained(version))
    if missing:
        text = ngettext("%(plant)s: %(count)s flagged row has no cause", "%(plant)s: %(count)s flagged rows have no cause", missing)
        return Need("unexplained", title, text % {"plant": plant, "count": missing}, f"{url}#flagged")
    return Need("draft", title, _("%(plant)s: ready to submit") % {"plant": plant}, url)


def _reports(access: Access, at: datetime) -> Iterator[Need]:
    """As *My day* asks: who approves waits for every team in scope, who writes for the own."""
    writes, approves = access.may("report.post"), access.may("report.approve")
    if approves and (count := waiting_for_approval(access).count()):
        text = ngettext("%(count)s report waits for approval", "%(count)s reports wait for approval", count) % {"count": count}
        yield Need("waits_for_me", _("Daily reports"), text, f"{reverse('reports')}?view=wait")
    if not (writes or approves):
        return
    missing = ReportBook(access.scope, at, beside=access.staff.org_id).missing()
    own = missing if approves else [row for row in missing if access.may("report.post", row.team.node_id)]
    if own:
        text = ngettext("%(count)s report is missing", "%(count)s reports are missing", len(own)) % {"count": len(own)}
        yield Need("missing", _("Daily reports"), text, reverse("reports-missing"))


def _late(access: Access, at: datetime) -> Iterator[Need]:
    """Actions of packs and all else that is past its day stand on *My day*, each with its link."""
    if count := count_late(access, at):
        text = ngettext("%(count)s action or task is past its day", "%(count)s actions or tasks are past their day", count)
        yield Need("late", _("My day"), text % {"count": count}, reverse("my-day"))
