"""What the system fills into a hand-over: figures and references of the shift as they stand now, in a form that can be frozen.

A fact is JSON: people by staff number, names in both languages, moments and dates as ISO, quantities with their decimals. ``told`` puts
facts, fresh or frozen, into the reader's words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import Unit
from core.models.names import in_language
from core.people_names import names_of
from core.quantities import plain
from core.templatetags.fo import pct, qty
from people.models import CAME, OrgSpan, Presence, RollCall, StaffLoan
from people.notices import kept_figure
from plans.hooks import order_shortages, unsigned_slips
from plans.models import (
    BehindReason,
    DailyReport,
    DailyReportLine,
    DowntimeReason,
    DowntimeStop,
    Finding,
    FindingKind,
    Handover,
    PlanLine,
    ProductionOrder,
    Severity,
    SlotOutput,
    Task,
)
from plans.rates import attainment
from plans.selectors.daily_reports import lines_of
from plans.selectors.findings import nodes_around
from plans.selectors.places import named

MOST_ROWS = 40
SEVERITY_FIRST = Case(
    When(severity=Severity.SEVERE, then=Value(0)),
    When(severity=Severity.NORMAL, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)
Fact = dict[str, Any]
Facts = dict[str, list[Fact]]


@dataclass(frozen=True)
class Section:
    """A part of the hand-over: its key, icon and title, and what it says when there is nothing."""

    key: str
    icon: str
    title: str | Promise
    none: str | Promise

    @property
    def field(self) -> str:
        """The giver's remark on it."""
        return f"{self.key}_words"


SECTIONS = (
    Section("output", "graph-up-arrow", _("Output against plan"), _("Nothing was planned, reported or counted.")),
    Section("stops", "pause-circle", _("Stops"), _("The line did not stand.")),
    Section("findings", "flag", _("Open findings"), _("Nothing is open here.")),
    Section("people", "people", _("People absent or lent"), _("Everybody was here.")),
    Section(
        "material", "boxes", _("Material short or unsigned"), _("Nothing is short for the planned orders, and every slip is confirmed.")
    ),
    Section("emergencies", "megaphone", _("Emergencies"), _("There was none.")),
    Section("tasks", "check2-square", _("Open tasks"), _("No task of the team is open.")),
)


def facts_of(handover: Handover, at: datetime) -> Facts:
    """The facts of every section at a moment, in a number of statements that does not grow with the shift."""
    report = DailyReport.objects.filter(
        team=handover.team_id, shift=handover.shift_id, business_date=handover.business_date, lines__isnull=False
    ).first()
    lines = lines_of(report) if report else []
    plans = _plan_lines(handover)
    around = nodes_around(handover.team_id, handover.business_date)
    findings = list(_open_findings(handover, around, at))
    names = named({finding.node_id for finding in findings}, handover.business_date)
    emergencies = [finding for finding in findings if finding.kind == FindingKind.EMERGENCY]
    others = [finding for finding in findings if finding.kind != FindingKind.EMERGENCY and finding.status == Finding.Status.OPEN]
    return {
        "output": _reported(lines, plans) if lines else _counted(plans),
        "stops": _stops(lines) if lines else [{"not_reported": True}],
        "findings": _capped([_finding(finding, names) for finding in others]),
        "people": _people(handover),
        "material": [*_short(handover), *_unsigned(handover, at)],
        "emergencies": [_finding(finding, names) for finding in emergencies],
        "tasks": _tasks(handover),
    }


def _capped(rows: list[Fact]) -> list[Fact]:
    """The most pressing; the last row says how many more there were."""
    return rows if len(rows) <= MOST_ROWS else [*rows[:MOST_ROWS], {"more": len(rows) - MOST_ROWS}]


def _quantity(value: Decimal | None, unit: Unit) -> Fact | None:
    return None if value is None else {"qty": plain(value), "decimals": unit.decimals}


# --- output and stops ---


def _plan_lines(handover: Handover) -> list[PlanLine]:
    rows = PlanLine.objects.filter(team=handover.team_id, shift=handover.shift_id, business_date=handover.business_date)
    rows = rows.exclude(status=PlanLine.Status.WITHDRAWN).select_related("product__unit", "process", "order")
    return list(rows.order_by("pk"))


def _output(row: PlanLine | DailyReportLine, planned: Decimal | None, good: Decimal | None, **more: Any) -> Fact:
    unit = row.product.unit
    return {
        "product": kept_figure(row.product),
        "code": row.product.code,
        "process": kept_figure(row.process) if row.process else None,
        "order": row.order.number if row.order else "",
        "unit": kept_figure(unit),
        "planned": _quantity(planned, unit),
        "good": _quantity(good, unit),
        "gap": _quantity(good - planned, unit) if planned is not None and good is not None else None,
        "percent": plain(share) if planned and good is not None and (share := attainment(good, planned)) is not None else None,
    } | more


def _reported(lines: Iterable[DailyReportLine], plans: Iterable[PlanLine]) -> list[Fact]:
    """What the daily report says, and planned lines that it leaves out."""
    by_key = {(plan.order_id, plan.product_id, plan.process_id): plan for plan in plans}
    found = []
    for line in lines:
        plan = by_key.pop((line.order_id, line.product_id, line.process_id), None)
        unit = line.product.unit
        more = {"source": "report", "rework": _quantity(line.rework_qty, unit), "scrap": _quantity(line.scrap_qty, unit)}
        found.append(_output(line, plan.planned_qty if plan else line.planned_qty, line.good_qty + line.recovered_qty, **more))
    return found + [_output(plan, plan.planned_qty, Decimal(0), source="unreported") for plan in by_key.values()]


def _counted(plans: list[PlanLine]) -> list[Fact]:
    """While there is no report: what the progress board counted, up to when, and why it fell behind."""
    counts: dict[int, list[SlotOutput]] = defaultdict(list)
    for count in SlotOutput.objects.filter(plan_line__in=[plan.pk for plan in plans]).order_by("starts_at"):
        counts[count.plan_line_id].append(count)
    found = []
    for plan in plans:
        own = counts[plan.pk]
        good = sum((count.good_qty for count in own), Decimal(0)) if own else None
        why = next((count for count in reversed(own) if count.reason), None)
        until = kept_figure(own[-1].counted_until) if own else None
        found.append(
            _output(
                plan, plan.planned_qty, good, source="count", until=until, reason=why.reason if why else "", note=why.note if why else ""
            )
        )
    return found


def _stops(lines: Iterable[DailyReportLine]) -> list[Fact]:
    stops = [(stop, line) for line in lines for stop in line.stops.all()]
    return [_stop(stop, line) for stop, line in sorted(stops, key=lambda pair: pair[0].starts_at)]


def _stop(stop: DowntimeStop, line: DailyReportLine) -> Fact:
    """``is_open``: it reached over the end of the shift, so the next one begins with it."""
    return {
        "product": kept_figure(line.product),
        "reason": stop.reason,
        "place": stop.place,
        "from": kept_figure(stop.starts_at),
        "until": kept_figure(stop.ends_at),
        "over": kept_figure(stop.over_at),
        "hours": plain(stop.hours),
        "is_open": stop.reaches_over,
    }


# --- findings, emergencies, tasks ---


def _open_findings(handover: Handover, around: Iterable[int], at: datetime) -> QuerySet[Finding]:
    """Open ones of the team and around it, the severe first, and emergencies of this shift whatever came of them."""
    own_shift = Q(kind=FindingKind.EMERGENCY, business_date=handover.business_date, shift=handover.shift_id)
    rows = Finding.objects.filter(Q(status=Finding.Status.OPEN) | own_shift, node__in=around, raised_at__lte=at).exclude(
        status=Finding.Status.CANCELLED
    )
    return rows.select_related("owner").order_by(SEVERITY_FIRST, "due_at", "pk")


def _finding(finding: Finding, names: Mapping[int, OrgSpan]) -> Fact:
    return {
        "number": finding.number,
        "title": finding.title,
        "kind": finding.kind,
        "severity": finding.severity,
        "status": finding.status,
        "where": kept_figure(names[finding.node_id]),
        "area": finding.area,
        "owner": kept_figure(finding.owner) if finding.owner else None,
        "due": kept_figure(finding.due_at),
        "raised": kept_figure(finding.raised_at),
    }


def _tasks(handover: Handover) -> list[Fact]:
    rows = Task.objects.filter(node=handover.team_id, status=Task.Status.OPEN).select_related("owner").order_by("due_on", "pk")
    return _capped([{"task": row.pk, "title": row.title, "owner": kept_figure(row.owner), "due": kept_figure(row.due_on)} for row in rows])


# --- people and material ---


def _people(handover: Handover) -> list[Fact]:
    """Who did not come or came late, and who was lent; a shift that nobody called says so."""
    call = RollCall.objects.filter(team=handover.team_id, shift=handover.shift_id, business_date=handover.business_date).first()
    found: list[Fact] = []
    if call is None:
        found.append({"not_called": True})
    else:
        marks = list(call.marks.select_related("staff").order_by("staff__staff_no"))
        came, rostered = sum(mark.presence in CAME for mark in marks), sum(not mark.is_extra for mark in marks)
        found.append({"came": came, "rostered": rostered})
        found += [
            {"who": kept_figure(mark.staff), "presence": mark.presence, "minutes": mark.minutes_late, "note": mark.note}
            for mark in marks
            if mark.presence != Presence.PRESENT
        ]
    loans = StaffLoan.objects.filter(
        Q(from_team=handover.team_id) | Q(to_team=handover.team_id),
        shift=handover.shift_id,
        business_date=handover.business_date,
        cancelled_at=None,
    )
    lent = list(loans.select_related("staff").order_by("pk"))
    names = named({team for loan in lent for team in (loan.from_team_id, loan.to_team_id)}, handover.business_date)
    for loan in lent:
        is_out = loan.from_team_id == handover.team_id
        other = names[loan.to_team_id if is_out else loan.from_team_id]
        found.append(
            {"who": kept_figure(loan.staff), "lent": "out" if is_out else "in", "team": kept_figure(other), "hours": plain(loan.hours)}
        )
    return found


def _short(handover: Handover) -> list[Fact]:
    """What the orders planned for this shift, the next one and the day after are short of, as the store says."""
    teams = {handover.team_id, handover.to_team_id} - {None}
    last = handover.business_date + timedelta(days=1)
    planned = PlanLine.objects.filter(team__in=teams, business_date__gte=handover.business_date, business_date__lte=last)
    planned = planned.exclude(status=PlanLine.Status.WITHDRAWN).filter(order__status=ProductionOrder.Status.RELEASED)
    orders = list(ProductionOrder.objects.filter(pk__in=planned.values("order")).order_by("due_on", "number"))
    if not orders:
        return []
    return _capped(
        [
            {
                "order": row.order,
                "code": row.code,
                "item": kept_figure(row.item),
                "short": _quantity(row.short, row.unit),
                "unit": kept_figure(row.unit),
            }
            for ask in order_shortages
            for row in ask(orders)
        ]
    )


def _unsigned(handover: Handover, at: datetime) -> list[Fact]:
    """Slips of the team that their receivers have not confirmed, so that the next shift knows whom to ask (MAT-08)."""
    return _capped(
        [
            {
                "slip": row.number,
                "url": row.url,
                "order": row.order,
                "who": kept_figure(row.receiver),
                "since": kept_figure(row.posted_at),
            }
            for ask in unsigned_slips
            for row in ask(handover.team_id, at)
        ]
    )


# --- in the reader's words ---

WORDS: dict[str, Mapping[Any, Any]] = {
    "reason": dict(BehindReason.choices) | dict(DowntimeReason.choices),
    "kind": dict(FindingKind.choices),
    "presence": {Presence.LATE: "late_person", Presence.LEAVE: "leave", Presence.ABSENT: "absent"},  # keys of core.states
}


def told(facts: Facts) -> dict[str, list[dict[str, Any]]]:
    """Facts for a page or for paper: names, dates and figures as the reader's language has them; one statement for all people."""
    people = names_of(_staff_numbers(facts))
    return {key: [{name: _said(name, value, people) for name, value in row.items()} for row in rows] for key, rows in facts.items()}


def _staff_numbers(facts: Facts) -> set[str]:
    rows = (value for of_section in facts.values() for row in of_section for value in row.values())
    return {value["staff_no"] for value in rows if isinstance(value, dict) and "staff_no" in value}


def _said(name: str, value: Any, people: Mapping[str, str]) -> Any:
    match value:
        case {"staff_no": str(number)}:
            return people.get(number, number)
        case {"name": str(text), "name_zh": str(text_zh)}:
            return in_language(text, text_zh)
        case {"at": str(at)}:
            return datetime.fromisoformat(at)
        case {"on": str(on)}:
            return date.fromisoformat(on)
        case {"qty": str(number), "decimals": int(decimals)}:
            return qty(Decimal(number), decimals)
    if name == "percent" and value is not None:
        return pct(Decimal(value))
    return WORDS[name].get(value, "") if name in WORDS else value
